/**
 * A tiled matrix product as commands. Tiles of K are innermost, because the accumulator adds them up; the plan says
 * whether tiles of M or of N are outermost, and which operand stays in the scratchpad between tiles: tiles of A that
 * do not change with N (or of B with M) are pinned to a half of the scratchpad by the loop's operand ids, and later
 * loops pass address 0 for them.
 */
import { ACTIVATIONS } from '../isa/accelerator.ts';
import { activationConstants, leaveActivation, lowActivation } from './activation-commands.ts';
import { command, FENCE, floatBits, type Step } from './commands.ts';
import { explicitTile } from './explicit-tile.ts';
import { blocks, bytesOf, type Geometry } from './geometry.ts';
import type { MatmulProblem } from './matmul-problem.ts';
import type { Dataflow, MatmulShape, MatmulTiling } from './matmul-tiling.ts';

/** How tiles reach the array: the hardware loop, or every load, compute and store written out. */
export type MatmulMethod = 'loop' | 'explicit';

export interface MatmulPlan {
  readonly method: MatmulMethod;
  /** The hardware loop is weight-stationary. */
  readonly dataflow: Dataflow;
  readonly tiling: MatmulTiling;
  readonly outermost: 'm' | 'n';
  /** Operands that later tiles find in the scratchpad. */
  readonly keep: { readonly a: boolean; readonly b: boolean };
}

/** Numbers of tiles. */
export function matmulTileCounts(shape: MatmulShape, { tileM, tileN, tileK }: MatmulTiling, dim: number) {
  return {
    m: blocks(blocks(shape.m, dim), tileM),
    n: blocks(blocks(shape.n, dim), tileN),
    k: blocks(blocks(shape.k, dim), tileK),
  };
}

/** Which operands can stay: two places (halves) hold the tiles that one pass of the inner loops needs again. */
export function keepableOperands(shape: MatmulShape, tiling: MatmulTiling, outermost: 'm' | 'n', dim: number) {
  const tiles = matmulTileCounts(shape, tiling, dim);
  return {
    a: (outermost === 'm' ? 1 : tiles.m) * tiles.k <= 2,
    b: (outermost === 'n' ? 1 : tiles.n) * tiles.k <= 2,
  };
}

/** The public library's plan for given tiles: M outermost, operands kept only when two tiles are all there is. */
export function libraryMatmulPlan(
  shape: MatmulShape,
  tiling: MatmulTiling,
  dataflow: Dataflow,
  geometry: Geometry,
): MatmulPlan {
  const tiles = matmulTileCounts(shape, tiling, geometry.dim);
  const loops = dataflow === 'weight-stationary';
  return {
    method: loops ? 'loop' : 'explicit',
    dataflow,
    tiling,
    outermost: 'm',
    keep: { a: loops && tiles.m * tiles.k <= 2, b: loops && tiles.n * tiles.k <= 2 },
  };
}

/** One tile of the product: block counts, missing elements of the last blocks, and where its operands are. */
export interface MatmulTile {
  readonly blocks: { readonly m: number; readonly n: number; readonly k: number };
  /** Elements missing from the last block of each extent. */
  readonly pad: { readonly m: number; readonly n: number; readonly k: number };
  /** Byte addresses; 0 leaves the operand out. */
  readonly a: number;
  readonly b: number;
  readonly d: number;
  readonly c: number;
  /** Halves of the scratchpad that hold A and B; 0 lets the loop choose. */
  readonly aHalf: 0 | 1 | 2;
  readonly bHalf: 0 | 1 | 2;
  /** Do the first products add to what the accumulator holds? */
  readonly accumulates: boolean;
  /** Is it in the first row, or in the first column, of tiles? */
  readonly isFirst: { readonly m: boolean; readonly n: boolean };
}

/** All commands of a product, configuration first, with a fence at the end. */
export function* matmulCommands(problem: MatmulProblem, plan: MatmulPlan, geometry: Geometry): Generator<Step> {
  yield* configure(problem, plan.dataflow, geometry);
  for (const tile of matmulTiles(problem, plan, geometry)) {
    if (plan.method === 'loop') yield* loopTile(problem, tile);
    else yield* explicitTile(problem, tile, plan.dataflow, geometry);
  }
  yield* leaveActivation(problem.activation);
  yield FENCE;
}

function* configure(problem: MatmulProblem, dataflow: Dataflow, geometry: Geometry): Generator<Step> {
  const { a, b, c, d, activation } = problem;
  const { dim, elementBytes } = geometry;
  yield command('config_ex', {
    dataflow: dataflow === 'weight-stationary' ? 1 : 0,
    activation: lowActivation(activation),
    a_transpose: a.transposed,
    b_transpose: b.transposed,
  });
  yield command(
    'config_mvout',
    { activation: lowActivation(activation) },
    { stride: c.stride * bytesOf(c.type, geometry), acc_scale: floatBits(problem.scale) },
  );
  const load = (state: number, stride: number, scale: number, shrink = false) =>
    command('config_mvin', { state, shrink, block_stride: dim, scale: floatBits(scale) }, { stride });
  yield load(0, a.stride * elementBytes, a.scale);
  yield load(1, b.stride * elementBytes, b.scale);
  if (d !== undefined)
    yield load(2, d.repeats ? 0 : d.stride * bytesOf(d.type, geometry), d.scale, d.type === 'element');
  yield* activationConstants(activation, problem.step);
}

/** The tiles in the order in which they run. */
export function* matmulTiles(problem: MatmulProblem, plan: MatmulPlan, geometry: Geometry): Generator<MatmulTile> {
  const { shape, a, b, c, d } = problem;
  const { dim, elementBytes } = geometry;
  const { tiling, keep, outermost } = plan;
  const tiles = matmulTileCounts(shape, tiling, dim);
  const slice = (extent: number, tileBlocks: number, index: number) => {
    const start = index * tileBlocks * dim;
    const size = Math.min(tileBlocks * dim, extent - start);
    return { start, blocks: blocks(size, dim), pad: blocks(size, dim) * dim - size };
  };
  const outerCount = outermost === 'm' ? tiles.m : tiles.n;
  const innerCount = outermost === 'm' ? tiles.n : tiles.m;
  for (let outer = 0; outer < outerCount; outer++) {
    for (let inner = 0; inner < innerCount; inner++) {
      const [m0, n0] = outermost === 'm' ? [outer, inner] : [inner, outer];
      const m = slice(shape.m, tiling.tileM, m0);
      const n = slice(shape.n, tiling.tileN, n0);
      for (let k0 = 0; k0 < tiles.k; k0++) {
        const k = slice(shape.k, tiling.tileK, k0);
        const at = (matrix: { address: number; stride: number }, row: number, col: number, bytes: number) =>
          matrix.address + (row * matrix.stride + col) * bytes;
        const hasA = keep.a && n0 > 0;
        const hasB = keep.b && m0 > 0;
        const isLast = k0 === tiles.k - 1;
        yield {
          blocks: { m: m.blocks, n: n.blocks, k: k.blocks },
          pad: { m: m.pad, n: n.pad, k: k.pad },
          a: hasA ? 0 : a.transposed ? at(a, k.start, m.start, elementBytes) : at(a, m.start, k.start, elementBytes),
          b: hasB ? 0 : b.transposed ? at(b, n.start, k.start, elementBytes) : at(b, k.start, n.start, elementBytes),
          d: d === undefined || k0 > 0 ? 0 : at(d, d.repeats ? 0 : m.start, n.start, bytesOf(d.type, geometry)),
          c: isLast ? at(c, m.start, n.start, bytesOf(c.type, geometry)) : 0,
          aHalf: keep.a ? half(tiles.k > 1 ? k0 : m0) : 0,
          bHalf: keep.b ? half(tiles.k > 1 ? k0 : n0) : 0,
          accumulates: d !== undefined || k0 > 0,
          isFirst: { m: m0 === 0, n: n0 === 0 },
        };
      }
    }
  }
}

const half = (index: number): 1 | 2 => (index % 2 === 0 ? 1 : 2);

function* loopTile(problem: MatmulProblem, tile: MatmulTile): Generator<Step> {
  const { a, b, c, d, activation } = problem;
  yield command(
    'loop_ws.config_bounds',
    { pad_i: tile.pad.m, pad_j: tile.pad.n, pad_k: tile.pad.k },
    { i: tile.blocks.m, j: tile.blocks.n, k: tile.blocks.k },
  );
  yield command('loop_ws.config_addrs_ab', { a: tile.a }, { b: tile.b });
  yield command('loop_ws.config_addrs_dc', { d: tile.d }, { c: tile.c });
  yield command('loop_ws.config_strides_ab', { a_stride: a.stride }, { b_stride: b.stride });
  yield command(
    'loop_ws.config_strides_dc',
    { d_stride: d === undefined || d.repeats ? 0 : d.stride },
    { c_stride: c.stride },
  );
  yield command(
    'loop_ws',
    {
      ex_accumulate: tile.accumulates,
      full_c: c.type === 'accumulator',
      low_d: d?.type === 'element',
      activation: ACTIVATIONS[activation],
      a_spad_id: tile.aHalf,
      b_spad_id: tile.bHalf,
    },
    { a_transpose: a.transposed, b_transpose: b.transposed },
  );
}
