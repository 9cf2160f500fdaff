/** What is worth saying about a planned and executed operation: numbers first, words from them. */
import { convTileCounts } from './conv-commands.ts';
import { convTileRows } from './conv-tiling.ts';
import type { Geometry } from './geometry.ts';
import { matmulTileCounts } from './matmul-commands.ts';
import { matmulTileRows, tileCapacity } from './matmul-tiling.ts';
import { asMatmul, type OperationPlan, type TiledOperation } from './operation.ts';
import { bottleneck, lowerBound, type PlanCost, planCost } from './traffic.ts';

export interface PlanReport {
  readonly plan: OperationPlan;
  /** Tile extents in elements, and how tiles follow each other. */
  readonly description: string;
  /** Rows that a tile takes, and that one may take. */
  readonly rows: { readonly scratchpad: number; readonly accumulator: number };
  readonly capacity: { readonly scratchpad: number; readonly accumulator: number };
  readonly cost: PlanCost;
  readonly lowerBound: number;
  readonly boundBy: ReturnType<typeof bottleneck>;
}

export function reportPlan(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): PlanReport {
  const cost = planCost(operation, plan, geometry);
  const isMatmul = plan.kind === 'matmul';
  const rows = isMatmul
    ? matmulTileRows(plan.plan.tiling, geometry.dim)
    : convTileRows(plan.plan.tiling, shapeOf(operation), geometry.dim);
  return {
    plan,
    description: describePlan(operation, plan, geometry),
    rows,
    capacity: tileCapacity(geometry, isMatmul ? plan.plan.dataflow : 'weight-stationary'),
    cost,
    lowerBound: lowerBound(cost),
    boundBy: bottleneck(cost),
  };
}

function shapeOf(operation: TiledOperation) {
  if (operation.kind === 'conv') return operation.problem.shape;
  throw new Error('a product cannot have the plan of a convolution');
}

function describePlan(operation: TiledOperation, plan: OperationPlan, { dim }: Geometry): string {
  if (plan.kind === 'matmul') {
    const { tiling, outermost, keep, dataflow, method } = plan.plan;
    const tiles = matmulTileCounts(asMatmul(operation).shape, tiling, dim);
    const kept = [keep.a ? 'A' : '', keep.b ? 'B' : ''].filter((name) => name !== '');
    return [
      `${tiling.tileM * dim}×${tiling.tileN * dim}×${tiling.tileK * dim} (m×n×k)`,
      `${tiles.m}×${tiles.n}×${tiles.k} tiles, ${outermost} outermost`,
      `${dataflow}${method === 'loop' ? ' hardware loop' : ', explicit commands'}`,
      ...(kept.length > 0 ? [`${kept.join(' and ')} kept in the scratchpad`] : []),
    ].join('; ');
  }
  const { tiling, outermost, keep } = plan.plan;
  const tiles = convTileCounts(shapeOf(operation), tiling);
  const kept = [keep.input ? 'input' : '', keep.weights ? 'weights' : ''].filter((name) => name !== '');
  return [
    `${tiling.batches}×${tiling.pooledRows}×${tiling.pooledCols} pixels, ${tiling.outChannels} channels of ` +
      `${tiling.kernelRows}×${tiling.kernelCols}×${tiling.inChannels}`,
    `${tiles.pixels} pixel × ${tiles.channels} channel × ${tiles.sums} sum tiles, ${outermost} outermost`,
    ...(kept.length > 0 ? [`${kept.join(' and ')} kept in the scratchpad`] : []),
  ].join('; ');
}

/** Share of the array's multiply-accumulates that were useful. */
export const utilisation = (macs: number, cycles: number, { dim }: Geometry): number => macs / (cycles * dim ** 2);
