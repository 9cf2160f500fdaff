/** One product or convolution as a program of its own, on tensors that are given or made up. */
import type { Activation } from '../isa/accelerator.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { SeededRandom } from '../support/random.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import {
  checkConvProblem,
  checkConvTiling,
  checkDataflow,
  checkMatmulPlan,
  checkMatmulProblem,
} from './check-problem.ts';
import { type ConvShape, convOutput } from './conv-shape.ts';
import { runtimeError } from './errors.ts';
import { bytesOf, type Geometry, type StoredType } from './geometry.ts';
import type { MatmulShape } from './matmul-tiling.ts';
import { asMatmul, type OperationPlan, type Planner, plannedCommands, type TiledOperation } from './operation.ts';
import { type Program, ProgramBuilder, type ProgramTarget } from './program.ts';
import { randomBias, randomOperand, signalScale } from './synthetic.ts';
import { checkOperand, checkTensorTypes, type TensorType, type TensorValues, tensorType } from './tensor-type.ts';

export interface GemmRequest {
  readonly shape: MatmulShape;
  readonly transposed: { readonly a: boolean; readonly b: boolean };
  readonly bias: 'none' | 'full' | 'repeated';
  readonly resultType: StoredType;
  readonly activation: Activation;
  /** Scale of the sums; without one, integer sums of random operands come out as large as the operands. */
  readonly scale?: number;
  /** Value of one accumulator unit, for GELU and softmax. */
  readonly step: number;
  /** Operands of the accelerator's types; those that are not given are random. */
  readonly a?: TensorValues;
  readonly b?: TensorValues;
  readonly d?: TensorValues;
}

export interface ConvRequest {
  readonly shape: ConvShape;
  readonly hasBias: boolean;
  readonly activation: 'none' | 'relu';
  readonly scale?: number;
  readonly input?: TensorValues;
  readonly weights?: TensorValues;
  readonly bias?: TensorValues;
}

export interface BuildOptions {
  readonly seed: number;
  readonly geometry: Geometry;
  readonly target: ProgramTarget;
  readonly planner: Planner;
}

export interface SingleProgram {
  readonly program: Program;
  readonly operation: TiledOperation;
  readonly plan: OperationPlan;
}

/** Name of the region that holds the result. */
export const RESULT = 'result';

export function buildGemm(request: GemmRequest, options: BuildOptions): Result<SingleProgram, Diagnostic> {
  const { shape, transposed, bias, resultType, activation, step } = request;
  const { m, n, k } = shape;
  const operationAt = (at: { a: number; b: number; d: number; c: number }): TiledOperation => ({
    kind: 'matmul',
    problem: {
      shape,
      a: { address: at.a, stride: transposed.a ? m : k, transposed: transposed.a, scale: 1 },
      b: { address: at.b, stride: transposed.b ? k : n, transposed: transposed.b, scale: 1 },
      ...(bias === 'none'
        ? {}
        : { d: { address: at.d, stride: n, type: 'accumulator', repeats: bias === 'repeated', scale: 1 } }),
      c: { address: at.c, stride: n, type: resultType },
      scale: Math.fround(request.scale ?? defaultScale(k, options.geometry)),
      activation,
      step,
    },
  });
  const placeAll = (builder: ProgramBuilder): TiledOperation => {
    const random = new SeededRandom(options.seed);
    const types = typesOf(options.geometry);
    const a = builder.place('a', request.a ?? randomOperand(random, m * k, types.element, 64));
    const b = builder.place('b', request.b ?? randomOperand(random, k * n, types.element));
    const dCount = bias === 'repeated' ? n : m * n;
    const d =
      bias === 'none' ? 0 : builder.place('bias', request.d ?? randomSums(random, dCount, k, types.accumulator));
    return operationAt({ a, b, d, c: builder.reserve(RESULT, m * n * bytesOf(resultType, options.geometry)) });
  };
  const checkGiven = () => [
    ...checkOperand('a', request.a, 'element', m * k, options.geometry),
    ...checkOperand('b', request.b, 'element', k * n, options.geometry),
    ...checkOperand('d', request.d, 'accumulator', bias === 'repeated' ? n : m * n, options.geometry),
  ];
  return build(operationAt({ a: 1, b: 1, d: 1, c: 1 }), checkGiven, placeAll, options);
}

export function buildConv(request: ConvRequest, options: BuildOptions): Result<SingleProgram, Diagnostic> {
  const { shape, hasBias, activation } = request;
  const fanIn = shape.kernel ** 2 * (shape.depthwise ? 1 : shape.inChannels);
  const operationAt = (at: { input: number; weights: number; bias: number; output: number }): TiledOperation => ({
    kind: 'conv',
    problem: {
      shape,
      input: at.input,
      weights: at.weights,
      ...(hasBias ? { bias: at.bias } : {}),
      output: at.output,
      inStride: shape.inChannels,
      outStride: shape.outChannels,
      scale: Math.fround(request.scale ?? defaultScale(fanIn, options.geometry)),
      activation,
    },
  });
  const placeAll = (builder: ProgramBuilder): TiledOperation => {
    const random = new SeededRandom(options.seed);
    const types = typesOf(options.geometry);
    const { pooledRows, pooledCols } = convOutput(shape);
    return operationAt({
      input: builder.place('input', request.input ?? randomOperand(random, inputElements(shape), types.element, 64)),
      weights: builder.place(
        'weights',
        request.weights ?? randomOperand(random, fanIn * shape.outChannels, types.element),
      ),
      bias: hasBias
        ? builder.place('bias', request.bias ?? randomSums(random, shape.outChannels, fanIn, types.accumulator))
        : 0,
      output: builder.reserve(
        RESULT,
        shape.batch * pooledRows * pooledCols * shape.outChannels * options.geometry.elementBytes,
      ),
    });
  };
  const checkGiven = () => [
    ...checkOperand('input', request.input, 'element', inputElements(shape), options.geometry),
    ...checkOperand('weights', request.weights, 'element', fanIn * shape.outChannels, options.geometry),
    ...checkOperand('bias', request.bias, 'accumulator', shape.outChannels, options.geometry),
  ];
  return build(operationAt({ input: 1, weights: 1, bias: 1, output: 1 }), checkGiven, placeAll, options);
}

const typesOf = (geometry: Geometry) => ({
  element: tensorType('element', geometry),
  accumulator: tensorType('accumulator', geometry),
});

const randomSums = (random: SeededRandom, count: number, fanIn: number, type: TensorType): TensorValues =>
  type.isFloat ? randomOperand(random, count, type) : randomBias(random, count, fanIn);

const defaultScale = (fanIn: number, { elementType, hasStoreScale }: Geometry): number =>
  elementType === 'fp32' || !hasStoreScale ? 1 : signalScale(fanIn);

const inputElements = ({ batch, inRows, inCols, inChannels }: ConvShape): number =>
  batch * inRows * inCols * inChannels;

/** Checks the problem before any memory is taken for its tensors. */
function build(
  unplaced: TiledOperation,
  checkGiven: () => readonly Diagnostic[],
  placeAll: (builder: ProgramBuilder) => TiledOperation,
  { geometry, target, planner }: BuildOptions,
): Result<SingleProgram, Diagnostic> {
  const problems = checkProblem(unplaced, geometry, target);
  if (problems.length > 0) return fail(...problems);
  const wrongOperands = checkGiven();
  if (wrongOperands.length > 0) return fail(...wrongOperands);
  const plan = planner(unplaced, geometry);
  const planProblems = checkPlan(unplaced, plan, geometry);
  if (planProblems.length > 0) return fail(...planProblems);
  const builder = new ProgramBuilder(target);
  const operation = placeAll(builder);
  builder.emit(operation.kind, plannedCommands(operation, plan, geometry));
  const program = builder.finish();
  return program.ok ? succeed({ program: program.value, operation, plan }) : program;
}

function checkProblem(operation: TiledOperation, geometry: Geometry, target: ProgramTarget): readonly Diagnostic[] {
  const typeProblems = checkTensorTypes(geometry);
  if (typeProblems.length > 0) return typeProblems;
  const problems =
    operation.kind === 'conv'
      ? [
          ...checkDataflow('the hardware loop of convolutions', 'weight-stationary', geometry),
          ...checkConvProblem(operation.problem, geometry),
        ]
      : checkMatmulProblem(operation.problem, geometry);
  if (problems.length > 0) return problems;
  const bytes = operandBytes(operation, geometry);
  if (bytes <= target.ram.bytes) return [];
  return [
    runtimeError(
      'RUN002',
      `the tensors take ${bytes} bytes, but memory.size is ${target.ram.bytes}`,
      'enlarge memory.size or make the problem smaller',
    ),
  ];
}

function checkPlan(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): readonly Diagnostic[] {
  if (plan.kind === 'matmul') return checkMatmulPlan(asMatmul(operation), plan.plan, geometry);
  return operation.kind === 'conv' ? checkConvTiling(operation.problem.shape, plan.plan.tiling, geometry) : [];
}

/** Bytes of all tensors of an operation. */
function operandBytes(operation: TiledOperation, geometry: Geometry): number {
  const { elementBytes, accumulatorElementBytes } = geometry;
  if (operation.kind === 'matmul') {
    const { shape, c, d } = operation.problem;
    const { m, n, k } = shape;
    const bias = d === undefined ? 0 : d.repeats ? n : m * n;
    return (m * k + k * n) * elementBytes + bias * accumulatorElementBytes + m * n * bytesOf(c.type, geometry);
  }
  const { shape } = operation.problem;
  const { pooledRows, pooledCols } = convOutput(shape);
  const input = inputElements(shape);
  const weights = shape.kernel ** 2 * (shape.depthwise ? 1 : shape.inChannels) * shape.outChannels;
  return (input + weights + shape.batch * pooledRows * pooledCols * shape.outChannels) * elementBytes;
}
