/**
 * What a plan costs at least: bytes between main memory and the accelerator, and cycles of its three engines, each as
 * if the others were never in the way. Tiles overlap, so the largest of the three bounds the run from below.
 */
import { type ConvPlan, type ConvProblem, convTiles, traceExtent } from './conv-commands.ts';
import { convOutput } from './conv-shape.ts';
import { blocks, bytesOf, type Geometry, type StoredType } from './geometry.ts';
import { type MatmulPlan, matmulTiles } from './matmul-commands.ts';
import type { MatmulProblem } from './matmul-problem.ts';
import { asMatmul, type OperationPlan, type TiledOperation } from './operation.ts';

/** Bytes of one transfer on the bus. @source gemmini-timing §0.3 `dma_buswidth` */
const BEAT_BYTES = 16;

/** Bytes and cycles of one tile, each engine alone. */
export interface TileCost {
  readonly bytesLoaded: number;
  readonly bytesStored: number;
  /** Bus transfers of loads and of stores, one per cycle at best. */
  readonly load: number;
  readonly store: number;
  /** Cycles that loads and stores are likely to take. */
  readonly loadTime: number;
  readonly storeTime: number;
  /** Cycles in which rows enter the array, at best and as it is likely. */
  readonly compute: number;
  readonly computeTime: number;
  /** Does the array wait for all loads of the tile? Only the loop of matrix products starts as operands arrive. */
  readonly isPhased: boolean;
}

export interface PlanCost {
  readonly bytesLoaded: number;
  readonly bytesStored: number;
  readonly computeCycles: number;
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

/** Sums over all tiles of a plan. */
export function planCost(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): PlanCost {
  const total = { bytesLoaded: 0, bytesStored: 0, computeCycles: 0, loadCycles: 0, storeCycles: 0, tiles: 0 };
  for (const tile of tileCosts(operation, plan, geometry)) {
    total.bytesLoaded += tile.bytesLoaded;
    total.bytesStored += tile.bytesStored;
    total.computeCycles += tile.compute;
    total.loadCycles += tile.load;
    total.storeCycles += tile.store;
    total.tiles++;
  }
  return total;
}

/** Costs of the tiles in the order in which they run. */
export function tileCosts(operation: TiledOperation, plan: OperationPlan, geometry: Geometry): Generator<TileCost> {
  if (plan.kind === 'matmul') return matmulCosts(asMatmul(operation), plan.plan, geometry);
  if (operation.kind === 'conv') return convCosts(operation.problem, plan.plan, geometry);
  throw new Error('a product cannot have the plan of a convolution');
}

/** Bytes of the shared cache that one operand may take and still be there when it is read again. */
const CACHED_BYTES = 384 * 1024;

/** Requests in flight share the latency of a read; these are cycles per request, from the shared cache and from memory. */
const HIT_CYCLES = 1.5;
const MISS_CYCLES = 5;
const REQUEST_BYTES = 64;
/** Memory moves half as many bytes per cycle as the bus. */
const MEMORY_BYTES_PER_CYCLE = 8;
/** Accumulator rows that leave per cycle. @source gemmini-timing §10 "5 rows per 8 cycles" */
const ROWS_PER_STORE_CYCLE = 5 / 8;

interface Transfer {
  readonly bytes: number;
  readonly beats: number;
  readonly hitTime: number;
  readonly missTime: number;
}

const NOTHING: Transfer = { bytes: 0, beats: 0, hitTime: 0, missTime: 0 };

/** Moves of `rows` of `cols` values each. */
function transfer(rows: number, cols: number, type: StoredType, geometry: Geometry): Transfer {
  const bytes = cols * bytesOf(type, geometry);
  const whole = Math.floor(bytes / REQUEST_BYTES);
  const rest = bytes % REQUEST_BYTES;
  const time = (perCycle: number, least: number) =>
    rows * (whole * Math.max(REQUEST_BYTES / perCycle, least) + (rest > 0 ? Math.max(rest / perCycle, least) : 0));
  return {
    bytes: rows * bytes,
    beats: rows * Math.ceil(bytes / BEAT_BYTES),
    hitTime: time(BEAT_BYTES, HIT_CYCLES),
    missTime: time(MEMORY_BYTES_PER_CYCLE, MISS_CYCLES),
  };
}

/**
 * Cycles of the array per block of weights, for a sequence of row counts that are multiplied with it: short ones are
 * bound by the results in flight, and the last one waits until the next weights are in.
 * @source gemmini-timing §6.3, §6.5
 */
function arrayCycles(fullPairs: number, shortPairs: number, shortRows: number, dim: number): number {
  const short = Math.max(shortRows, (shortRows + 33) / 5, 4);
  const pairs = fullPairs * dim + shortPairs * short;
  return pairs + Math.max(0, dim - (shortPairs > 0 ? short : dim));
}

function* matmulCosts(problem: MatmulProblem, plan: MatmulPlan, geometry: Geometry): Generator<TileCost> {
  const { dim } = geometry;
  const { shape, a, b, c, d } = problem;
  const isCached = (operand: 'a' | 'b') => {
    // The operand of the outer loop is read again at once; the other one after all of it has passed.
    if ((operand === 'a') === (plan.outermost === 'm')) return true;
    return (operand === 'a' ? shape.m : shape.n) * shape.k * geometry.elementBytes <= CACHED_BYTES;
  };
  const cached = { a: isCached('a'), b: isCached('b') };
  for (const tile of matmulTiles(problem, plan, geometry)) {
    const m = tile.blocks.m * dim - tile.pad.m;
    const n = tile.blocks.n * dim - tile.pad.n;
    const k = tile.blocks.k * dim - tile.pad.k;
    const left = tile.a === 0 ? NOTHING : transfer(a.transposed ? k : m, a.transposed ? m : k, 'element', geometry);
    const right = tile.b === 0 ? NOTHING : transfer(b.transposed ? n : k, b.transposed ? k : n, 'element', geometry);
    // A repeated bias row is fetched once per block of rows.
    const bias = tile.d === 0 ? NOTHING : transfer(d!.repeats ? tile.blocks.m : m, n, d!.type, geometry);
    const result = tile.c === 0 ? NOTHING : transfer(m, n, c.type, geometry);
    yield {
      bytesLoaded: left.bytes + right.bytes + bias.bytes,
      bytesStored: result.bytes,
      load: left.beats + right.beats + bias.beats,
      loadTime:
        (tile.isFirst.n || !cached.a ? left.missTime : left.hitTime) +
        (tile.isFirst.m || !cached.b ? right.missTime : right.hitTime) +
        bias.hitTime,
      store: result.beats,
      storeTime: (m * tile.blocks.n * (tile.c === 0 ? 0 : 1)) / ROWS_PER_STORE_CYCLE,
      compute: m * tile.blocks.n * tile.blocks.k,
      computeTime: tile.blocks.m * dim * tile.blocks.n * tile.blocks.k,
      isPhased: false,
    };
  }
}

function* convCosts(problem: ConvProblem, plan: ConvPlan, geometry: Geometry): Generator<TileCost> {
  const { shape } = problem;
  const { dim } = geometry;
  const output = convOutput(shape);
  const inputBytes = shape.batch * shape.inRows * shape.inCols * shape.inChannels * geometry.elementBytes;
  const weightBytes = shape.kernel ** 2 * shape.inChannels * shape.outChannels * geometry.elementBytes;
  const cached = {
    input: plan.outermost === 'pixels' || inputBytes <= CACHED_BYTES,
    weights: plan.outermost === 'channels' || weightBytes <= CACHED_BYTES,
  };
  const passes = shape.depthwise ? shape.inChannels : 1;
  for (let pass = 0; pass < passes; pass++) {
    for (const tile of convTiles(shape, plan, geometry)) {
      const { batches, pooledRows, pooledCols, outChannels, kernelRows, kernelCols, inChannels } = tile.slices;
      const rows = traceExtent(shape, pooledRows, kernelRows, output.rows, shape.inRows);
      const cols = traceExtent(shape, pooledCols, kernelCols, output.cols, shape.inCols);
      const input = tile.loadsInput
        ? transfer(batches.size * rows.loaded * cols.loaded, inChannels.size, 'element', geometry)
        : NOTHING;
      const taps = kernelRows.size * kernelCols.size;
      // Pixels that share a row are written as often as they are shared.
      const writes = tile.loadsInput ? batches.size * rows.loaded * cols.loaded * tile.pixelsPerRow : 0;
      const weights = tile.loadsWeights
        ? transfer(taps * inChannels.size, outChannels.size, 'element', geometry)
        : NOTHING;
      const bias =
        tile.isFirstSum && problem.bias !== undefined
          ? transfer(batches.size * rows.size * blocks(cols.size, dim), outChannels.size, 'accumulator', geometry)
          : NOTHING;
      const result = tile.isLastSum
        ? transfer(batches.size * pooledRows.size * pooledCols.size, outChannels.size, 'element', geometry)
        : NOTHING;
      const kernelSteps = kernelRows.size * Math.ceil(kernelCols.size / tile.pixelsPerRow);
      const imageRows = batches.size * rows.size;
      const weightBlocks = blocks(outChannels.size, dim) * kernelSteps * blocks(inChannels.size, dim);
      const shortRows = cols.size % dim;
      yield {
        bytesLoaded: input.bytes + weights.bytes + bias.bytes,
        bytesStored: result.bytes,
        load: input.beats + weights.beats + bias.beats,
        loadTime:
          Math.max(writes, outChannels.start === 0 || !cached.input ? input.missTime : input.hitTime) +
          (tile.isFirstPixels || !cached.weights ? weights.missTime : weights.hitTime) +
          bias.hitTime,
        store: result.beats,
        storeTime: (tile.isLastSum ? imageRows * cols.size * blocks(outChannels.size, dim) : 0) / ROWS_PER_STORE_CYCLE,
        compute: weightBlocks * imageRows * cols.size,
        isPhased: true,
        computeTime:
          weightBlocks *
          arrayCycles(imageRows * Math.floor(cols.size / dim), shortRows > 0 ? imageRows : 0, shortRows, dim),
      };
    }
  }
}
