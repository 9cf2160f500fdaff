/**
 * What a plan costs at least: bytes between main memory and the accelerator, and cycles of its three engines, each as
 * if the others were never in the way. Tiles overlap, so the largest of the three bounds the run from below.
 */
import { type ConvPlan, type ConvProblem, convTiles, traceExtent } from './conv-commands.ts';
import { convOutput } from './conv-shape.ts';
import { blocks, bytesOf, type Geometry } from './geometry.ts';
import { type MatmulPlan, matmulTiles } from './matmul-commands.ts';
import type { MatmulProblem } from './matmul-problem.ts';
import { asMatmul, type OperationPlan, type TiledOperation } from './operation.ts';

/** Bytes of one transfer on the bus. @source gemmini-timing §0.3 `dma_buswidth` */
const BEAT_BYTES = 16;

export interface PlanCost {
  readonly bytesLoaded: number;
  readonly bytesStored: number;
  /** Cycles in which rows enter the array. */
  readonly computeCycles: number;
  /** Bus transfers of loads and of stores, one per cycle at best. */
  readonly loadCycles: number;
  readonly storeCycles: number;
  readonly tiles: number;
}

export type Bottleneck = 'compute' | 'loads' | 'stores';

/** No run of the plan takes fewer cycles. */
export const lowerBound = ({ computeCycles, loadCycles, storeCycles }: PlanCost): number =>
  Math.max(computeCycles, loadCycles, storeCycles);

export function bottleneck(cost: PlanCost): Bottleneck {
  const bound = lowerBound(cost);
  if (bound === cost.computeCycles) return 'compute';
  return bound === cost.loadCycles ? 'loads' : 'stores';
}

export function planCost(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): PlanCost {
  if (plan.kind === 'matmul') return matmulCost(asMatmul(operation), plan.plan, geometry);
  if (operation.kind === 'conv') return convCost(operation.problem, plan.plan, geometry);
  throw new Error('a product cannot have the plan of a convolution');
}

class Totals {
  bytesLoaded = 0;
  bytesStored = 0;
  computeCycles = 0;
  loadCycles = 0;
  storeCycles = 0;
  tiles = 0;
  readonly #geometry: Geometry;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  /** `rows` of `cols` values each; a row is at least one transfer per request. */
  load(rows: number, cols: number, type: 'element' | 'accumulator'): void {
    const bytes = cols * bytesOf(type, this.#geometry);
    this.bytesLoaded += rows * bytes;
    this.loadCycles += rows * Math.ceil(bytes / BEAT_BYTES);
  }

  store(rows: number, cols: number, type: 'element' | 'accumulator'): void {
    const bytes = cols * bytesOf(type, this.#geometry);
    this.bytesStored += rows * bytes;
    this.storeCycles += rows * Math.ceil(bytes / BEAT_BYTES);
  }
}

function matmulCost(problem: MatmulProblem, plan: MatmulPlan, geometry: Geometry): PlanCost {
  const { dim } = geometry;
  const totals = new Totals(geometry);
  for (const tile of matmulTiles(problem, plan, geometry)) {
    const m = tile.blocks.m * dim - tile.pad.m;
    const n = tile.blocks.n * dim - tile.pad.n;
    const k = tile.blocks.k * dim - tile.pad.k;
    if (tile.a !== 0) totals.load(problem.a.transposed ? k : m, problem.a.transposed ? m : k, 'element');
    if (tile.b !== 0) totals.load(problem.b.transposed ? n : k, problem.b.transposed ? k : n, 'element');
    // A repeated bias row is fetched once per block of rows.
    if (tile.d !== 0) totals.load(problem.d!.repeats ? tile.blocks.m : m, n, problem.d!.type);
    if (tile.c !== 0) totals.store(m, n, problem.c.type);
    totals.computeCycles += m * tile.blocks.n * tile.blocks.k;
    totals.tiles++;
  }
  return totals;
}

function convCost(problem: ConvProblem, plan: ConvPlan, geometry: Geometry): PlanCost {
  const { shape } = problem;
  const { dim } = geometry;
  const totals = new Totals(geometry);
  const output = convOutput(shape);
  const passes = shape.depthwise ? shape.inChannels : 1;
  for (const tile of convTiles(shape, plan, geometry)) {
    const { batches, pooledRows, pooledCols, outChannels, kernelRows, kernelCols, inChannels } = tile.slices;
    const rows = traceExtent(shape, pooledRows, kernelRows, output.rows, shape.inRows);
    const cols = traceExtent(shape, pooledCols, kernelCols, output.cols, shape.inCols);
    const pixels = batches.size * rows.size * cols.size;
    const columnBlocks = blocks(outChannels.size, dim);
    if (tile.loadsInput) totals.load(batches.size * rows.loaded * cols.loaded, inChannels.size, 'element');
    if (tile.loadsWeights)
      totals.load(kernelRows.size * kernelCols.size * inChannels.size, outChannels.size, 'element');
    if (tile.isFirstSum && problem.bias !== undefined)
      totals.load(batches.size * rows.size * blocks(cols.size, dim), outChannels.size, 'accumulator');
    if (tile.isLastSum) totals.store(batches.size * pooledRows.size * pooledCols.size, outChannels.size, 'element');
    const kernelSteps = kernelRows.size * Math.ceil(kernelCols.size / tile.pixelsPerRow);
    totals.computeCycles += pixels * columnBlocks * kernelSteps * blocks(inChannels.size, dim);
    totals.tiles++;
  }
  return {
    bytesLoaded: totals.bytesLoaded * passes,
    bytesStored: totals.bytesStored * passes,
    computeCycles: totals.computeCycles * passes,
    loadCycles: totals.loadCycles * passes,
    storeCycles: totals.storeCycles * passes,
    tiles: totals.tiles * passes,
  };
}
