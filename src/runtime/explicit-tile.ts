/**
 * One tile of a product with every command written out: loads as wide as a row request allows, then the blocks, then
 * the stores. Weight-stationary keeps a block of B in the array while rows of A stream past; output-stationary keeps a
 * block of C there while A and B stream.
 */
import { GARBAGE_ADDRESS, LOCAL_ADDRESS_FUNCTIONS } from '../isa/local-address.ts';
import { type CommandStep, command } from './commands.ts';
import { bytesOf, type Geometry } from './geometry.ts';
import type { MatmulTile } from './matmul-commands.ts';
import type { MatmulProblem } from './matmul-problem.ts';
import type { Dataflow } from './matmul-tiling.ts';

const { acc, acc_add, acc_full } = LOCAL_ADDRESS_FUNCTIONS;

/** A grid of dim×dim blocks: one operand of a tile as it is stored. */
interface BlockGrid {
  readonly rows: number;
  readonly cols: number;
  /** Elements missing from the last row and the last column of blocks. */
  readonly padRows: number;
  readonly padCols: number;
}

export function* explicitTile(
  problem: MatmulProblem,
  tile: MatmulTile,
  dataflow: Dataflow,
  geometry: Geometry,
): Generator<CommandStep> {
  const { dim, elementBytes } = geometry;
  const { m, n, k } = tile.blocks;
  const { pad } = tile;
  const { a, b, c, d } = problem;
  const gridOf = (rows: 'm' | 'n' | 'k', cols: 'm' | 'n' | 'k'): BlockGrid => ({
    rows: tile.blocks[rows],
    cols: tile.blocks[cols],
    padRows: pad[rows],
    padCols: pad[cols],
  });
  const bBase = geometry.scratchpadRows - k * n * dim;
  const aBlock = (i: number, p: number) => (a.transposed ? p * m + i : i * k + p) * dim;
  const bBlock = (p: number, j: number) => bBase + (b.transposed ? j * k + p : p * n + j) * dim;
  const cBlock = (i: number, j: number) => (i * n + j) * dim;
  const size = (extent: 'm' | 'n' | 'k', index: number) => dim - (index === tile.blocks[extent] - 1 ? pad[extent] : 0);

  if (d !== undefined && tile.d !== 0) {
    const bytes = bytesOf(d.type, geometry);
    const width = geometry.blocksPerMove[d.type];
    const stride = d.repeats ? 0 : d.stride;
    yield* loads('mvin3', gridOf('m', 'n'), tile.d, stride, bytes, acc.base, width, dim);
  }
  const width = geometry.blocksPerMove.element;
  if (tile.a !== 0)
    yield* loads(
      'mvin',
      a.transposed ? gridOf('k', 'm') : gridOf('m', 'k'),
      tile.a,
      a.stride,
      elementBytes,
      0,
      width,
      dim,
    );
  if (tile.b !== 0)
    yield* loads(
      'mvin2',
      b.transposed ? gridOf('n', 'k') : gridOf('k', 'n'),
      tile.b,
      b.stride,
      elementBytes,
      bBase,
      width,
      dim,
    );

  const isWeightStationary = dataflow === 'weight-stationary';
  const target = (i: number, j: number, p: number) =>
    (tile.accumulates || (isWeightStationary && p > 0) ? acc_add.base : acc.base) + cBlock(i, j);
  const product = (i: number, j: number, p: number, isFresh: boolean, c: number): [CommandStep, CommandStep] => {
    const [rows, cols, depth] = [size('m', i), size('n', j), size('k', p)];
    const stationary =
      isWeightStationary && isFresh
        ? { bd: bBlock(p, j), bd_rows: depth, bd_cols: cols }
        : { bd: GARBAGE_ADDRESS, bd_rows: isWeightStationary ? depth : rows, bd_cols: cols };
    const streamed = isWeightStationary
      ? { bd: GARBAGE_ADDRESS, bd_rows: rows, bd_cols: cols }
      : { bd: bBlock(p, j), bd_rows: depth, bd_cols: cols };
    return [
      command('preload', stationary, { c, c_rows: rows, c_cols: cols }),
      command(
        isFresh ? 'compute.preloaded' : 'compute.accumulated',
        { a: aBlock(i, p), a_rows: rows, a_cols: depth },
        streamed,
      ),
    ];
  };
  if (isWeightStationary) {
    for (let p = 0; p < k; p++)
      for (let j = 0; j < n; j++) for (let i = 0; i < m; i++) yield* product(i, j, p, i === 0, target(i, j, p));
  } else {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        for (let p = 0; p < k; p++) yield* product(i, j, p, p === 0, p === k - 1 ? target(i, j, p) : GARBAGE_ADDRESS);
  }

  if (tile.c === 0) return;
  const isFull = c.type === 'accumulator';
  const bytes = bytesOf(c.type, geometry);
  const storeWidth = isFull ? 1 : width;
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j += storeWidth) {
      const wide = Math.min(storeWidth, n - j);
      yield command(
        'mvout',
        { dram_addr: tile.c + (i * c.stride + j) * dim * bytes },
        {
          local_addr: (isFull ? acc_full.base : acc.base) + cBlock(i, j),
          rows: size('m', i),
          cols: wide * dim - (j + wide === n ? pad.n : 0),
        },
      );
    }
}

function* loads(
  name: 'mvin' | 'mvin2' | 'mvin3',
  grid: BlockGrid,
  address: number,
  stride: number,
  bytes: number,
  local: number,
  width: number,
  dim: number,
): Generator<CommandStep> {
  for (let row = 0; row < grid.rows; row++)
    for (let col = 0; col < grid.cols; col += width) {
      const wide = Math.min(width, grid.cols - col);
      yield command(
        name,
        { dram_addr: address + (row * stride + col) * dim * bytes },
        {
          local_addr: local + (row * grid.cols + col) * dim,
          rows: dim - (row === grid.rows - 1 ? grid.padRows : 0),
          cols: wide * dim - (col + wide === grid.cols ? grid.padCols : 0),
        },
      );
    }
}
