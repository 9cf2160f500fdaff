/**
 * A tiled convolution as commands: one hardware loop per tile. Slices of the kernel and of the input channels are
 * innermost, because the accumulator adds them up. The plan says whether pixels or output channels are outermost, and
 * which operand stays in the scratchpad between tiles (see matmul-commands.ts).
 */
import { ACTIVATIONS } from '../isa/accelerator.ts';
import { lowActivation } from './activation-commands.ts';
import { type CommandStep, command, commandFrom, FENCE, floatBits, type Step } from './commands.ts';
import { type ConvShape, convOutput, dilatedInput, dilatedKernel, isDownsampling } from './conv-shape.ts';
import { type ConvTiling, wholeConv } from './conv-tiling.ts';
import type { Geometry } from './geometry.ts';

/** A convolution, every operand where it lies in guest memory. */
export interface ConvProblem {
  readonly shape: ConvShape;
  /** Byte addresses. Bias: one accumulator element per output channel. */
  readonly input: number;
  readonly weights: number;
  readonly bias?: number;
  readonly output: number;
  /** Elements between neighbouring pixels of input and output; their channels when they are dense. */
  readonly inStride: number;
  readonly outStride: number;
  readonly scale: number;
  readonly activation: 'none' | 'relu';
}

export interface ConvPlan {
  readonly tiling: ConvTiling;
  readonly outermost: 'pixels' | 'channels';
  /** Operands that later tiles find in the scratchpad. */
  readonly keep: { readonly input: boolean; readonly weights: boolean };
}

/** Numbers of tiles: of output pixels, of output channels, and of the summed extents. */
export function convTileCounts(shape: ConvShape, tiling: ConvTiling) {
  const whole = wholeConv(shape);
  const count = (extent: keyof ConvTiling) => Math.ceil(whole[extent] / tiling[extent]);
  return {
    pixels: count('batches') * count('pooledRows') * count('pooledCols'),
    channels: count('outChannels'),
    sums: count('kernelRows') * count('kernelCols') * count('inChannels'),
  };
}

/**
 * Which operands can stay: two places (halves) hold the tiles that one pass of the inner loops needs again. Packed
 * pixels spill upwards from the start of the second half, over the end of the first, so such inputs keep to the first.
 */
export function keepableConvOperands(
  shape: ConvShape,
  tiling: ConvTiling,
  outermost: ConvPlan['outermost'],
  { dim }: Geometry,
) {
  const tiles = convTileCounts(shape, tiling);
  const fewestChannels = shape.inChannels % tiling.inChannels || tiling.inChannels;
  const places = pixelsPerRow(shape, tiling.kernelCols, fewestChannels, dim) > 1 ? 1 : 2;
  const inputs = tiles.pixels * tiles.sums;
  return {
    input: !shape.depthwise && (places === 1 || outermost === 'channels' ? inputs : tiles.sums) <= places,
    weights: !shape.depthwise && (outermost === 'channels' ? 1 : tiles.channels) * tiles.sums <= 2,
  };
}

/** The public library's plan for given tiles: pixels outermost, operands kept only when two tiles are all there is. */
export function libraryConvPlan(shape: ConvShape, tiling: ConvTiling, geometry: Geometry): ConvPlan {
  const tiles = convTileCounts(shape, tiling);
  const { input, weights } = keepableConvOperands(shape, tiling, 'pixels', geometry);
  return { tiling, outermost: 'pixels', keep: { input: input && tiles.pixels * tiles.sums <= 2, weights } };
}

/** All commands of a convolution, configuration first, with a fence at the end. */
export function* convCommands(problem: ConvProblem, plan: ConvPlan, geometry: Geometry): Generator<Step> {
  const { shape } = problem;
  const { elementBytes, accumulatorElementBytes } = geometry;
  yield command(
    'config_ex',
    {
      dataflow: 1,
      a_transpose: shape.layout.input === 'CHWN',
      b_transpose: shape.layout.weights === 'HWOI',
      a_stride: isDownsamplingLoop(shape) ? shape.stride >> 1 : shape.stride,
    },
    { c_stride: shape.inputDilation },
  );
  const pixelStride = shape.layout.output === 'HWNC' ? shape.batch * shape.outChannels : problem.outStride;
  yield command(
    'config_mvout',
    { activation: lowActivation(problem.activation) },
    { stride: pixelStride * elementBytes, acc_scale: floatBits(problem.scale) },
  );
  if (shape.depthwise) {
    for (let channel = 0; channel < shape.inChannels; channel++) {
      const slice: ConvProblem = {
        ...problem,
        input: problem.input + channel * elementBytes,
        output: problem.output + channel * elementBytes,
        weights: problem.weights + channel * shape.kernel ** 2 * elementBytes,
        ...(problem.bias === undefined ? {} : { bias: problem.bias + channel * accumulatorElementBytes }),
      };
      for (const tile of convTiles(shape, plan, geometry)) yield* loopTile(slice, tile, geometry);
    }
  } else {
    for (const tile of convTiles(shape, plan, geometry)) yield* loopTile(problem, tile, geometry);
  }
  yield FENCE;
}

/** Half-open range of one extent that a tile covers. */
interface Slice {
  readonly start: number;
  readonly size: number;
}

export interface ConvTile {
  readonly slices: Readonly<Record<keyof ConvTiling, Slice>>;
  /** Input pixels side by side in one scratchpad row. */
  readonly pixelsPerRow: number;
  readonly isFirstPixels: boolean;
  readonly isFirstSum: boolean;
  readonly isLastSum: boolean;
  readonly loadsInput: boolean;
  readonly loadsWeights: boolean;
  readonly inputHalf: 0 | 1 | 2;
  readonly weightsHalf: 0 | 1 | 2;
}

/** The tiles in the order in which they run. */
export function* convTiles(
  shape: ConvShape,
  { tiling, outermost, keep }: ConvPlan,
  { dim }: Geometry,
): Generator<ConvTile> {
  const whole = wholeConv(shape);
  const slicesOf = (extent: keyof ConvTiling): Slice[] =>
    Array.from({ length: Math.ceil(whole[extent] / tiling[extent]) }, (_, index) => {
      const start = index * tiling[extent];
      return { start, size: Math.min(tiling[extent], whole[extent] - start) };
    });
  const pixels = product(slicesOf('batches'), slicesOf('pooledRows'), slicesOf('pooledCols'));
  const channels = slicesOf('outChannels');
  const sums = product(slicesOf('kernelRows'), slicesOf('kernelCols'), slicesOf('inChannels'));
  const outerCount = outermost === 'pixels' ? pixels.length : channels.length;
  const innerCount = outermost === 'pixels' ? channels.length : pixels.length;
  for (let outer = 0; outer < outerCount; outer++) {
    for (let inner = 0; inner < innerCount; inner++) {
      const [pixel, channel] = outermost === 'pixels' ? [outer, inner] : [inner, outer];
      const [batches, pooledRows, pooledCols] = pixels[pixel]!;
      for (const [sum, [kernelRows, kernelCols, inChannels]] of sums.entries()) {
        const outChannels = channels[channel]!;
        yield {
          slices: { batches, pooledRows, pooledCols, outChannels, kernelRows, kernelCols, inChannels },
          pixelsPerRow: pixelsPerRow(shape, kernelCols.size, inChannels.size, dim),
          isFirstPixels: pixel === 0,
          isFirstSum: sum === 0,
          isLastSum: sum === sums.length - 1,
          loadsInput: !(keep.input && channel > 0),
          loadsWeights: !(keep.weights && pixel > 0),
          inputHalf: keep.input ? half(sums.length > 1 ? sum : pixel) : 0,
          weightsHalf: keep.weights ? half(sums.length > 1 ? sum : channel) : 0,
        };
      }
    }
  }
}

const half = (index: number): 1 | 2 => (index % 2 === 0 ? 1 : 2);

const product = (a: readonly Slice[], b: readonly Slice[], c: readonly Slice[]): [Slice, Slice, Slice][] =>
  a.flatMap((x) => b.flatMap((y) => c.map((z): [Slice, Slice, Slice] => [x, y, z])));

const isDownsamplingLoop = (shape: ConvShape): boolean =>
  isDownsampling(shape) && shape.inputDilation === 1 && shape.layout.input === 'NHWC';

/** Pixels that share a scratchpad row when the input has few channels. @source gemmini-isa §6.3 "First-layer packing" */
function pixelsPerRow(shape: ConvShape, kernelCols: number, inChannels: number, dim: number): number {
  const { layout, rotated, kernelDilation, inputDilation } = shape;
  const isPlain = layout.input === 'NHWC' && layout.weights === 'HWIO' && layout.output === 'NHWC' && !rotated;
  if (!isPlain || isDownsampling(shape) || kernelDilation > 1 || inputDilation > 1 || inChannels > dim) return 1;
  return Math.min(kernelCols, Math.floor(dim / inChannels));
}

/**
 * One extent (rows or columns) of a tile on its way from the pooled output back to the input.
 * @param length output extent before pooling
 * @param inputLength input extent
 */
export function traceExtent(shape: ConvShape, pooled: Slice, kernel: Slice, length: number, inputLength: number) {
  const { stride, padding, kernelDilation, inputDilation } = shape;
  const pooling = shape.pooling ?? { size: 1, stride: 1, padding: 0 };
  const wanted = pooled.start * pooling.stride - pooling.padding;
  const start = Math.max(0, wanted);
  const end = Math.min(length, wanted + (pooled.size - 1) * pooling.stride + pooling.size);
  const size = end - start;
  const inputStart = start * stride + kernel.start * kernelDilation - padding;
  const inputSize = size * stride + dilatedKernel(kernel.size, kernelDilation) - 1;
  const dilatedLength = dilatedInput(inputLength, inputDilation);
  let padBefore = Math.max(0, -inputStart);
  let padAfter = Math.max(0, inputStart + inputSize - dilatedLength);
  if (inputDilation > 1) {
    // A tile that starts or ends on an inserted zero has that zero as its padding.
    if (padBefore === 0 && Math.abs(inputStart % 2) === 1) padBefore = 1;
    if (padAfter === 0 && (inputStart + inputSize) % 2 === 0) padAfter = 1;
  }
  return {
    size,
    /** Input pixels that are fetched: without padding, and every second one when the loads skip. */
    loaded: Math.ceil((inputSize - padBefore - padAfter) / inputDilation) >> (isDownsamplingLoop(shape) ? 1 : 0),
    poolPad: Math.max(0, -wanted),
    padBefore,
    padAfter,
    inputStart: Math.floor((inputStart + padBefore) / inputDilation),
  };
}

const SIZE_COMMANDS = [
  'loop_conv_ws.config_1',
  'loop_conv_ws.config_2',
  'loop_conv_ws.config_3',
  'loop_conv_ws.config_4',
] as const;

function* loopTile(problem: ConvProblem, tile: ConvTile, geometry: Geometry): Generator<CommandStep> {
  const { shape, inStride, outStride } = problem;
  const { elementBytes, accumulatorElementBytes } = geometry;
  const { slices } = tile;
  const { batches, pooledRows, pooledCols, outChannels, kernelRows, kernelCols, inChannels } = slices;
  const { rows: outRows, cols: outCols, pooledRows: allPooledRows, pooledCols: allPooledCols } = convOutput(shape);
  const pooling = shape.pooling ?? { size: 1, stride: 1, padding: 0 };
  const rows = traceExtent(shape, pooledRows, kernelRows, outRows, shape.inRows);
  const cols = traceExtent(shape, pooledCols, kernelCols, outCols, shape.inCols);

  const inputAt =
    shape.layout.input === 'CHWN'
      ? ((inChannels.start * shape.inRows + rows.inputStart) * shape.inCols + cols.inputStart) * shape.batch +
        batches.start
      : ((batches.start * shape.inRows + rows.inputStart) * shape.inCols + cols.inputStart) * inStride +
        inChannels.start;
  const outputAt =
    shape.layout.output === 'HWNC'
      ? ((pooledRows.start * outCols + pooledCols.start) * shape.batch + batches.start) * shape.outChannels +
        outChannels.start
      : ((batches.start * allPooledRows + pooledRows.start) * allPooledCols + pooledCols.start) * outStride +
        outChannels.start;
  const initializes = tile.isFirstSum;
  // Any address but 0 makes the loop initialise the accumulator; without a bias it does not read there.
  const biasAt = problem.bias === undefined ? 1 : problem.bias + outChannels.start * accumulatorElementBytes;

  const sizes = {
    batch_size: shape.batch,
    in_channels: shape.inChannels,
    out_channels: shape.outChannels,
    // The square layout has one field where the current one has two.
    in_dim: shape.inRows,
    in_row_dim: shape.inRows,
    in_col_dim: shape.inCols,
    out_dim: outRows,
    out_row_dim: outRows,
    out_col_dim: outCols,
    pool_out_dim: allPooledRows,
    pool_out_row_dim: allPooledRows,
    pool_out_col_dim: allPooledCols,
    stride: shape.stride,
    padding: shape.padding,
    kernel_dim: shape.kernel,
    kernel_dilation: shape.kernelDilation,
    pool_size: pooling.size,
    pool_stride: pooling.stride,
    pool_padding: pooling.padding,
    batches: batches.size,
    porows: pooledRows.size,
    pocols: pooledCols.size,
    pochs: outChannels.size,
    krows: kernelRows.size,
    kcols: kernelCols.size,
    kchs: inChannels.size,
    orows: rows.size,
    ocols: cols.size,
    lpad: cols.padBefore,
    rpad: cols.padAfter,
    upad: rows.padBefore,
    dpad: rows.padAfter,
    plpad: cols.poolPad,
    pupad: rows.poolPad,
    in_stride: inStride,
    weight_stride: shape.outChannels,
    out_stride: outStride,
  };
  for (const name of SIZE_COMMANDS) yield commandFrom(geometry.isaRevision, name, sizes);
  yield command(
    'loop_conv_ws.config_5',
    { weights: tile.loadsWeights ? problem.weights + weightsOffset(shape, slices) * elementBytes : 0 },
    { output: tile.isLastSum ? problem.output + outputAt * elementBytes : 0 },
  );
  yield command(
    'loop_conv_ws.config_6',
    { bias: initializes ? biasAt : 0 },
    { input: tile.loadsInput ? problem.input + inputAt * elementBytes : 0 },
  );
  yield command(
    'loop_conv_ws',
    {
      no_bias: problem.bias === undefined,
      wrot180: shape.rotated,
      trans_output_1203: shape.layout.output === 'HWNC',
      trans_weight_1203: shape.layout.weights === 'IHWO',
      trans_weight_0132: shape.layout.weights === 'HWOI',
      trans_input_3120: shape.layout.input === 'CHWN',
      dw: shape.depthwise,
      max_pixels_per_row: tile.pixelsPerRow,
      b_spad_id: tile.weightsHalf,
      a_spad_id: tile.inputHalf,
    },
    {
      no_pool: shape.pooling === undefined,
      downsample: isDownsamplingLoop(shape),
      input_dilated: shape.inputDilation === 2,
      activation: ACTIVATIONS[problem.activation],
    },
  );
}

/** Elements before the first weight of a tile. */
function weightsOffset(shape: ConvShape, slices: ConvTile['slices']): number {
  const { kernel, inChannels, outChannels, rotated } = shape;
  const { kernelRows, kernelCols } = slices;
  const row = rotated ? kernel - kernelRows.start - kernelRows.size : kernelRows.start;
  const col = rotated ? kernel - kernelCols.start - kernelCols.size : kernelCols.start;
  const input = slices.inChannels.start;
  const output = slices.outChannels.start;
  if (shape.depthwise) return row * kernel + col;
  switch (shape.layout.weights) {
    case 'HWIO':
      return ((row * kernel + col) * inChannels + input) * outChannels + output;
    case 'IHWO':
      return ((input * kernel + row) * kernel + col) * outChannels + output;
    case 'HWOI':
      return ((row * kernel + col) * outChannels + output) * inChannels + input;
  }
}
