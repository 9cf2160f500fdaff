/** Layers that need no product: residual addition, pooling, row normalisations, conversions, as commands. */
import type { Activation } from '../isa/accelerator.ts';
import { LOCAL_ADDRESS, LOCAL_ADDRESS_FUNCTIONS, NORM_COMMANDS, type NormCommand } from '../isa/local-address.ts';
import { activationConstants, leaveActivation, lowActivation } from './activation-commands.ts';
import { type CommandStep, command, FENCE, floatBits, type Step } from './commands.ts';
import { blocks, bytesOf, type Geometry, type StoredType } from './geometry.ts';
import { isRowWise, type MatrixAt } from './matmul-problem.ts';

const { acc, acc_add, sp } = LOCAL_ADDRESS_FUNCTIONS;

/** C = relu?(scale · (aScale · A + bScale · B)), all rows×cols elements. */
export interface ResidualAddProblem {
  readonly rows: number;
  readonly cols: number;
  readonly a: MatrixAt & { readonly scale: number };
  readonly b: MatrixAt & { readonly scale: number };
  readonly c: MatrixAt;
  readonly scale: number;
  readonly activation: 'none' | 'relu';
}

/** The public library's tile: halve rows or take a block of columns until half of the accumulator holds it. */
export function residualAddTile(rows: number, cols: number, geometry: Geometry): { rows: number; cols: number } {
  const { dim, accumulatorRows } = geometry;
  let tile = { rows, cols };
  while (blocks(tile.rows, dim) * dim * blocks(tile.cols, dim) > accumulatorRows / 2)
    tile =
      tile.rows >= tile.cols || tile.cols <= dim
        ? { ...tile, rows: Math.floor(tile.rows / 2) }
        : { ...tile, cols: tile.cols - dim };
  return tile;
}

export function* residualAddCommands(problem: ResidualAddProblem, geometry: Geometry): Generator<Step> {
  const { a, b, c, activation } = problem;
  const { dim, elementBytes } = geometry;
  yield command('config_ex', { dataflow: 1, activation: lowActivation(activation) });
  yield command(
    'config_mvout',
    { activation: lowActivation(activation) },
    { stride: c.stride * elementBytes, acc_scale: floatBits(problem.scale) },
  );
  for (const [state, operand] of [a, b].entries()) yield shrunkLoads(state, operand, geometry);
  const tile = residualAddTile(problem.rows, problem.cols, geometry);
  for (let row = 0; row < problem.rows; row += tile.rows) {
    for (let col = 0; col < problem.cols; col += tile.cols) {
      const rows = Math.min(tile.rows, problem.rows - row);
      const cols = Math.min(tile.cols, problem.cols - col);
      const at = ({ address, stride }: MatrixAt) => address + (row * stride + col) * elementBytes;
      yield command(
        'loop_ws.config_bounds',
        { pad_i: blocks(rows, dim) * dim - rows, pad_j: blocks(cols, dim) * dim - cols },
        { i: blocks(rows, dim), j: blocks(cols, dim) },
      );
      yield command('loop_ws.config_addrs_ab', { a: at(a) }, { b: at(b) });
      yield command('loop_ws.config_addrs_dc', {}, { c: at(c) });
      yield command('loop_ws.config_strides_ab', { a_stride: a.stride }, { b_stride: b.stride });
      yield command('loop_ws.config_strides_dc', {}, { c_stride: c.stride });
      yield command('loop_ws', {}, { is_resadd: true });
    }
  }
  yield FENCE;
}

const shrunkLoads = (state: number, operand: MatrixAt & { readonly scale: number }, geometry: Geometry): CommandStep =>
  command(
    'config_mvin',
    { state, shrink: true, block_stride: geometry.dim, scale: floatBits(operand.scale) },
    { stride: operand.stride * geometry.elementBytes },
  );

/** Mean of every channel over all pixels of one image, channels innermost. */
export interface GlobalAverageProblem {
  readonly pixels: number;
  readonly channels: number;
  readonly input: MatrixAt;
  readonly output: number;
}

/** One accumulator row per block of channels: every pixel adds to it, and the store divides. */
export function* globalAverageCommands(problem: GlobalAverageProblem, geometry: Geometry): Generator<Step> {
  const { pixels, channels, input, output } = problem;
  const { dim, elementBytes, accumulatorRows } = geometry;
  const width = geometry.blocksPerMove.element * dim;
  yield command('config_ex', { dataflow: 1 });
  yield command(
    'config_mvin',
    { shrink: true, block_stride: 1, scale: floatBits(1) },
    { stride: input.stride * elementBytes },
  );
  yield command('config_mvout', {}, { stride: channels * elementBytes, acc_scale: floatBits(1 / pixels) });
  for (let first = 0; first < channels; first += accumulatorRows * dim) {
    const end = Math.min(channels, first + accumulatorRows * dim);
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let channel = first; channel < end; channel += width)
        yield command(
          'mvin',
          { dram_addr: input.address + (pixel * input.stride + channel) * elementBytes },
          {
            local_addr: (pixel === 0 ? acc.base : acc_add.base) + (channel - first) / dim,
            rows: 1,
            cols: Math.min(width, end - channel),
          },
        );
    for (let channel = first; channel < end; channel += dim)
      yield command(
        'mvout',
        { dram_addr: output + channel * elementBytes },
        { local_addr: acc.base + (channel - first) / dim, rows: 1, cols: Math.min(dim, end - channel) },
      );
  }
  yield FENCE;
}

/** Max pooling of one image, channels innermost. Taps outside the image are 0. */
export interface MaxPoolProblem {
  readonly rows: number;
  readonly cols: number;
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly outRows: number;
  readonly outCols: number;
  readonly input: MatrixAt;
  readonly output: MatrixAt;
}

/** Pixels go through the scratchpad; the store takes the maximum. */
export function* maxPoolCommands(problem: MaxPoolProblem, geometry: Geometry): Generator<Step> {
  const { rows, cols, channels, size, stride, padding, outRows, outCols, input, output } = problem;
  const { dim, elementBytes, scratchpadRows } = geometry;
  const image = (start: number, count: number) => {
    const top = start * stride - padding;
    const first = Math.max(0, top);
    return { first, count: Math.min(rows, top + (count - 1) * stride + size) - first, pad: Math.max(0, -top) };
  };
  // Two tiles at a time: one is loaded while the other is pooled. The row fields of the store hold 255.
  const most = Math.min(Math.floor(scratchpadRows / 2 / cols), 255);
  const tileRows = Math.max(1, Math.min(outRows, Math.floor((most - size) / stride) + 1));
  yield command('config_ex', { dataflow: 1 });
  yield command('config_mvin', { block_stride: dim }, { stride: input.stride * elementBytes });
  let half = 0;
  for (let outRow = 0; outRow < outRows; outRow += tileRows) {
    const outCount = Math.min(tileRows, outRows - outRow);
    const { first, count, pad } = image(outRow, outCount);
    yield command(
      'config_mvout',
      {
        pool_stride: stride,
        pool_size: size,
        upad: pad,
        lpad: padding,
        pool_out_dim: outCols,
        porows: outCount,
        pocols: outCols,
        orows: count,
        ocols: cols,
      },
      { stride: output.stride * elementBytes },
    );
    for (let channel = 0; channel < channels; channel += dim) {
      const wide = Math.min(dim, channels - channel);
      const base = half * (scratchpadRows / 2);
      for (let pixel = 0; pixel < count * cols; pixel += dim)
        yield command(
          'mvin',
          { dram_addr: input.address + ((first * cols + pixel) * input.stride + channel) * elementBytes },
          { local_addr: sp.base + base + pixel, rows: Math.min(dim, count * cols - pixel), cols: wide },
        );
      yield command(
        'mvout',
        { dram_addr: output.address + (outRow * outCols * output.stride + channel) * elementBytes },
        { local_addr: sp.base + base, rows: 1, cols: wide },
      );
      half = 1 - half;
    }
  }
  yield command('config_mvout');
  yield FENCE;
}

/** Elements or accumulator elements through the accumulator: scale, clip, activate. Serves GELU and requantisation. */
export interface ConvertProblem {
  readonly rows: number;
  readonly cols: number;
  readonly input: MatrixAt & { readonly type: StoredType };
  readonly output: MatrixAt;
  readonly scale: number;
  readonly activation: Activation;
  /** Value of one accumulator unit, for GELU and softmax. */
  readonly step: number;
}

/** Row-wise activations take tiles of whole rows; the others are cut into rows as well. */
export function* convertCommands(problem: ConvertProblem, geometry: Geometry): Generator<Step> {
  const { rows, cols, input, output, activation } = problem;
  const { dim, elementBytes, accumulatorRows } = geometry;
  const bytes = bytesOf(input.type, geometry);
  const rowBlocks = blocks(cols, dim);
  yield command('config_ex', { dataflow: 1 });
  yield command(
    'config_mvin',
    { shrink: input.type === 'element', block_stride: dim, scale: floatBits(1) },
    { stride: input.stride * bytes },
  );
  yield command(
    'config_mvout',
    { activation: lowActivation(activation) },
    { stride: output.stride * elementBytes, acc_scale: floatBits(problem.scale) },
  );
  yield* activationConstants(activation, problem.step);
  // Half of the accumulator per tile of dim rows, as many blocks wide as fit; row-wise activations need all of a row.
  const tileBlocks = isRowWise(activation) ? rowBlocks : Math.min(rowBlocks, Math.floor(accumulatorRows / 2 / dim));
  let place = 0;
  for (let row = 0; row < rows; row += dim) {
    const tall = Math.min(dim, rows - row);
    for (let block = 0; block < rowBlocks; block += tileBlocks) {
      const count = Math.min(tileBlocks, rowBlocks - block);
      if (place + count * dim > accumulatorRows) place = 0;
      const colsOf = (index: number) => Math.min(dim, cols - (block + index) * dim);
      const inputWidth = geometry.blocksPerMove[input.type];
      for (let index = 0; index < count; index += inputWidth) {
        const wide = Math.min(inputWidth, count - index);
        yield command(
          'mvin',
          { dram_addr: input.address + (row * input.stride + (block + index) * dim) * bytes },
          {
            local_addr: acc.base + place + index * dim,
            rows: tall,
            cols: (wide - 1) * dim + colsOf(index + wide - 1),
          },
        );
      }
      const target = output.address + (row * output.stride + block * dim) * elementBytes;
      if (isRowWise(activation))
        yield* normalizedStores(activation, target, place, tall, cols, output.stride, geometry);
      else
        for (let index = 0; index < count; index++)
          yield command(
            'mvout',
            { dram_addr: target + index * dim * elementBytes },
            { local_addr: acc.base + place + index * dim, rows: tall, cols: colsOf(index) },
          );
      place += count * dim;
    }
  }
  yield* leaveActivation(activation);
  yield FENCE;
}

/** Passes over a row: two that gather statistics, one that writes. @source gemmini-isa §7.7 */
const NORM_PASSES = {
  layernorm: ['mean', 'inv_stddev', 'reset'],
  softmax: ['max', 'inv_sum_exp', 'reset'],
} as const satisfies Record<string, readonly NormCommand[]>;

/** Stores rows one by one with statistics set 0: a whole row of blocks per command keeps the partial sums in one. */
function* normalizedStores(
  activation: 'layernorm' | 'softmax',
  address: number,
  place: number,
  rows: number,
  cols: number,
  stride: number,
  geometry: Geometry,
): Generator<CommandStep> {
  const { dim, elementBytes } = geometry;
  const width = geometry.blocksPerMove.element * dim;
  for (let row = 0; row < rows; row++) {
    for (const pass of NORM_PASSES[activation]) {
      for (let col = 0; col < cols; col += width) {
        const wide = Math.min(width, cols - col);
        const norm = NORM_COMMANDS[col + wide < cols ? PARTIAL_PASS[pass] : pass];
        yield command(
          'mvout',
          { dram_addr: address + (row * stride + col) * elementBytes },
          { local_addr: acc.base + norm * 2 ** LOCAL_ADDRESS.norm.lsb + place + row + col, rows: 1, cols: wide },
        );
      }
    }
  }
}

/** What all but the last store of a pass do. */
const PARTIAL_PASS = {
  mean: 'sum',
  inv_stddev: 'variance',
  max: 'max',
  inv_sum_exp: 'sum_exp',
  reset: 'reset',
} as const satisfies Record<(typeof NORM_PASSES)[keyof typeof NORM_PASSES][number], NormCommand>;
