/** The plans that a search looks at: tiles that divide the problem evenly and fill the private memories. */
import { type ConvProblem, convTileCounts, keepableConvOperands } from './conv-commands.ts';
import type { ConvShape } from './conv-shape.ts';
import { type ConvTiling, convTileFits, wholeConv } from './conv-tiling.ts';
import { blocks, type Geometry } from './geometry.ts';
import { keepableOperands, matmulTileCounts } from './matmul-commands.ts';
import { isRowWise, type MatmulProblem } from './matmul-problem.ts';
import { matmulTileFits } from './matmul-tiling.ts';
import { asMatmul, isPointwise, type OperationPlan, type TiledOperation } from './operation.ts';

/** All candidates for an operation; a 1×1 convolution has those of the product that it is, too. */
export function* candidatePlans(operation: TiledOperation, geometry: Geometry): Generator<OperationPlan> {
  if (operation.kind === 'matmul') {
    yield* matmulPlans(operation.problem, geometry);
    return;
  }
  if (isPointwise(operation.problem)) yield* matmulPlans(asMatmul(operation), geometry);
  yield* convPlans(operation.problem, geometry);
}

/**
 * Even divisions: the largest part of `extent` cut into 1, 2, 3 … parts and later into ever more, no part larger than
 * `most`, no size twice.
 * @param step parts are multiples of it
 */
function evenParts(extent: number, most: number, step = 1): number[] {
  const sizes: number[] = [];
  const steps = Math.ceil(extent / step);
  const fewest = Math.ceil(steps / Math.max(1, Math.floor(most / step)));
  for (let parts = fewest; parts <= steps && sizes.length < MOST_SIZES; parts += Math.ceil(parts / SPREAD)) {
    const size = Math.min(extent, Math.ceil(steps / parts) * step);
    if (size <= most && size !== sizes.at(-1)) sizes.push(size);
  }
  return sizes;
}

/** Sizes of one extent that are looked at, and the number of parts up to which all of them are. */
const MOST_SIZES = 12;
const SPREAD = 5;

function* matmulPlans(problem: MatmulProblem, geometry: Geometry): Generator<OperationPlan> {
  const { shape, activation, a, b } = problem;
  if (a.transposed && b.transposed) return;
  const { dim } = geometry;
  const all = { m: blocks(shape.m, dim), n: blocks(shape.n, dim), k: blocks(shape.k, dim) };
  const accumulatorBlocks = Math.floor(geometry.accumulatorRows / 2 / dim);
  const scratchpadBlocks = Math.floor(geometry.scratchpadRows / 2 / dim);
  for (const tileN of isRowWise(activation) ? [all.n] : evenParts(all.n, accumulatorBlocks)) {
    for (const tileM of evenParts(all.m, Math.floor(accumulatorBlocks / tileN))) {
      const deepest = Math.floor(scratchpadBlocks / (tileM + tileN));
      for (const tileK of evenParts(all.k, deepest).slice(0, MOST_DEPTHS)) {
        const tiling = { tileM, tileN, tileK };
        if (!matmulTileFits(tiling, geometry, 'weight-stationary')) continue;
        const tiles = matmulTileCounts(shape, tiling, dim);
        for (const outermost of tiles.m > 1 && tiles.n > 1 ? (['m', 'n'] as const) : (['m'] as const))
          yield {
            kind: 'matmul',
            plan: {
              method: 'loop',
              dataflow: 'weight-stationary',
              tiling,
              outermost,
              keep: keepableOperands(shape, tiling, outermost, dim),
            },
          };
      }
    }
  }
}

/** Depths per tile of C: shallower ones start sooner, deeper ones have fewer loops. */
const MOST_DEPTHS = 3;

function* convPlans({ shape }: ConvProblem, geometry: Geometry): Generator<OperationPlan> {
  for (const tiling of convTilings(shape, geometry)) {
    const tiles = convTileCounts(shape, tiling);
    const orders = tiles.pixels > 1 && tiles.channels > 1 ? (['pixels', 'channels'] as const) : (['pixels'] as const);
    for (const outermost of orders)
      yield {
        kind: 'conv',
        plan: { tiling, outermost, keep: keepableConvOperands(shape, tiling, outermost, geometry) },
      };
  }
}

/** Rows are as many as fit once the other extents are chosen, then evened out. */
function* convTilings(shape: ConvShape, geometry: Geometry): Generator<ConvTiling> {
  const { dim } = geometry;
  const whole = wholeConv(shape);
  const kernels = shape.kernel === 1 ? [1] : [shape.kernel, 1];
  for (const pooledCols of evenParts(whole.pooledCols, whole.pooledCols).slice(0, MOST_WIDTHS))
    for (const outChannels of evenParts(whole.outChannels, whole.outChannels, dim))
      for (const inChannels of evenParts(whole.inChannels, whole.inChannels, dim).slice(0, MOST_DEPTHS + 2))
        for (const kernelRows of kernels) {
          const rest = { batches: 1, pooledCols, outChannels, inChannels, kernelRows, kernelCols: shape.kernel };
          const most = mostRows(
            (pooledRows) => convTileFits({ ...rest, pooledRows }, shape, geometry),
            whole.pooledRows,
          );
          for (const pooledRows of evenParts(whole.pooledRows, most).slice(0, 2)) yield { ...rest, pooledRows };
          if (shape.batch > 1 && most === whole.pooledRows) {
            const tall = { ...rest, pooledRows: most };
            const batches = mostRows(
              (count) => convTileFits({ ...tall, batches: count }, shape, geometry),
              shape.batch,
            );
            if (batches > 1) yield { ...tall, batches: evenParts(shape.batch, batches)[0]! };
          }
        }
}

/** Widths of image tiles that are tried: narrow rows waste the array. */
const MOST_WIDTHS = 7;

/** The largest count up to `limit` that fits; 0 when not even one does. */
function mostRows(fits: (count: number) => boolean, limit: number): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
