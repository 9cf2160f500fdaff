/** What can be asked for as a whole: one problem with all its operands in guest memory. */
import type { ProgramStep, Step } from './commands.ts';
import { type ConvPlan, type ConvProblem, convCommands, libraryConvPlan } from './conv-commands.ts';
import { convMacs } from './conv-shape.ts';
import { heuristicConvTiling } from './conv-tiling.ts';
import type { Geometry } from './geometry.ts';
import {
  type ConvertProblem,
  convertCommands,
  type GlobalAverageProblem,
  globalAverageCommands,
  type MaxPoolProblem,
  maxPoolCommands,
  type ResidualAddProblem,
  residualAddCommands,
} from './layer-commands.ts';
import { libraryMatmulPlan, type MatmulPlan, matmulCommands } from './matmul-commands.ts';
import { isRowWise, type MatmulProblem } from './matmul-problem.ts';
import { heuristicMatmulTiling } from './matmul-tiling.ts';
import { type GruCellProblem, gruCellSteps, type LstmCellProblem, lstmCellSteps } from './recurrent-cell.ts';

export type Operation =
  | { readonly kind: 'matmul'; readonly problem: MatmulProblem }
  | { readonly kind: 'conv'; readonly problem: ConvProblem }
  | { readonly kind: 'residual-add'; readonly problem: ResidualAddProblem }
  | { readonly kind: 'global-average'; readonly problem: GlobalAverageProblem }
  | { readonly kind: 'max-pool'; readonly problem: MaxPoolProblem }
  | { readonly kind: 'convert'; readonly problem: ConvertProblem }
  | { readonly kind: 'lstm-cell'; readonly problem: LstmCellProblem }
  | { readonly kind: 'gru-cell'; readonly problem: GruCellProblem };

export type TiledOperation = Extract<Operation, { kind: 'matmul' | 'conv' }>;

/** How an operation is cut into tiles. A 1×1 convolution may run as a product. */
export type OperationPlan =
  | { readonly kind: 'matmul'; readonly plan: MatmulPlan }
  | { readonly kind: 'conv'; readonly plan: ConvPlan };

/** Chooses the plan of an operation that has a choice. */
export type Planner = (operation: TiledOperation, geometry: Geometry) => OperationPlan;

/** The public C library's choice. */
export const libraryPlanner: Planner = (operation, geometry) => {
  if (operation.kind === 'conv') {
    const { shape } = operation.problem;
    return { kind: 'conv', plan: libraryConvPlan(shape, heuristicConvTiling(shape, geometry), geometry) };
  }
  const { shape, activation } = operation.problem;
  const rows = isRowWise(activation) ? 'row-wise' : 'element-wise';
  const tiling = heuristicMatmulTiling(shape, geometry, 'weight-stationary', rows);
  return { kind: 'matmul', plan: libraryMatmulPlan(shape, tiling, 'weight-stationary', geometry) };
};

/** Commands of an operation; `plan` comes from a planner for the operations that have one. */
export function operationCommands(operation: Operation, geometry: Geometry, planner: Planner): Iterable<ProgramStep> {
  switch (operation.kind) {
    case 'matmul':
    case 'conv':
      return plannedCommands(operation, planner(operation, geometry), geometry);
    case 'residual-add':
      return residualAddCommands(operation.problem, geometry);
    case 'global-average':
      return globalAverageCommands(operation.problem, geometry);
    case 'max-pool':
      return maxPoolCommands(operation.problem, geometry);
    case 'convert':
      return convertCommands(operation.problem, geometry);
    case 'lstm-cell':
      return lstmCellSteps(operation.problem);
    case 'gru-cell':
      return gruCellSteps(operation.problem);
  }
}

export function plannedCommands(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): Iterable<Step> {
  if (plan.kind === 'matmul') return matmulCommands(asMatmul(operation), plan.plan, geometry);
  if (operation.kind === 'conv') return convCommands(operation.problem, plan.plan, geometry);
  throw new Error('a product cannot run with the plan of a convolution');
}

/** Is the convolution a matrix product of pixels and weights? */
export function isPointwise({ shape, inStride }: ConvProblem): boolean {
  return (
    shape.kernel === 1 &&
    shape.stride === 1 &&
    shape.padding === 0 &&
    shape.inputDilation === 1 &&
    shape.pooling === undefined &&
    !shape.depthwise &&
    shape.layout.input === 'NHWC' &&
    shape.layout.weights !== 'IHWO' &&
    shape.layout.output === 'NHWC' &&
    inStride >= shape.inChannels
  );
}

/** The product that a 1×1 convolution is: pixels × input channels · input channels × output channels. */
export function asMatmul(operation: TiledOperation): MatmulProblem {
  if (operation.kind === 'matmul') return operation.problem;
  const { shape, input, weights, bias, output, inStride, outStride, scale, activation } = operation.problem;
  const isTransposed = shape.layout.weights === 'HWOI';
  return {
    shape: { m: shape.batch * shape.inRows * shape.inCols, n: shape.outChannels, k: shape.inChannels },
    a: { address: input, stride: inStride, transposed: false, scale: 1 },
    b: {
      address: weights,
      stride: isTransposed ? shape.inChannels : shape.outChannels,
      transposed: isTransposed,
      scale: 1,
    },
    ...(bias === undefined
      ? {}
      : { d: { address: bias, stride: shape.outChannels, type: 'accumulator', repeats: true, scale: 1 } }),
    c: { address: output, stride: outStride, type: 'element' },
    scale,
    activation,
    step: 0,
  };
}

/** Multiply-accumulates of an operation. */
export function operationMacs(operation: Operation): number {
  if (operation.kind === 'conv') return convMacs(operation.problem.shape);
  if (operation.kind !== 'matmul') return 0;
  const { m, n, k } = operation.problem.shape;
  return m * n * k;
}
