/**
 * Tiles of a convolution: seven extents, each a slice of the problem that one hardware loop works on. Input and weights
 * of a tile share half of the scratchpad, its outputs half of the accumulator.
 */
import { type ConvShape, convOutput, dilatedKernel, isDownsampling } from './conv-shape.ts';
import { blocks, type Geometry } from './geometry.ts';
import { tileCapacity } from './matmul-tiling.ts';

/** Tile extents in elements. Rows and columns are those of the pooled output. */
export interface ConvTiling {
  readonly batches: number;
  readonly pooledRows: number;
  readonly pooledCols: number;
  readonly outChannels: number;
  readonly kernelRows: number;
  readonly kernelCols: number;
  readonly inChannels: number;
}

/** The extents in the order in which the public library looks at them. */
export const CONV_EXTENTS = [
  'batches',
  'pooledRows',
  'pooledCols',
  'outChannels',
  'kernelRows',
  'kernelCols',
  'inChannels',
] as const satisfies readonly (keyof ConvTiling)[];

/** The tile that is the whole problem. A depthwise convolution works on one channel at a time. */
export function wholeConv(shape: ConvShape): ConvTiling {
  const { pooledRows, pooledCols } = convOutput(shape);
  return {
    batches: shape.batch,
    pooledRows,
    pooledCols,
    outChannels: shape.depthwise ? 1 : shape.outChannels,
    kernelRows: shape.kernel,
    kernelCols: shape.kernel,
    inChannels: shape.depthwise ? 1 : shape.inChannels,
  };
}

/** Rows of the private memories that one tile occupies. @source gemmini-isa §10.4 */
export function convTileRows(tiling: ConvTiling, shape: ConvShape, dim: number) {
  const { batches, pooledRows, pooledCols, outChannels, kernelRows, kernelCols, inChannels } = tiling;
  const { size, stride: poolStride } = shape.pooling ?? { size: 1, stride: 1 };
  const outRows = pooledRows * poolStride + size - 1;
  const outCols = pooledCols * poolStride + size - 1;
  const inputExtent = (out: number, kernel: number) =>
    Math.ceil((out * shape.stride + dilatedKernel(kernel, shape.kernelDilation) - 1) / shape.inputDilation) >>
    (isDownsampling(shape) ? 1 : 0);
  const plane = inputExtent(outRows, kernelRows) * inputExtent(outCols, kernelCols);
  const input =
    shape.layout.input === 'CHWN'
      ? blocks(batches, dim) * inChannels * plane
      : blocks(inChannels, dim) * batches * plane;
  const taps = kernelRows * kernelCols;
  const weights =
    shape.layout.weights === 'HWOI'
      ? blocks(inChannels, dim) * taps * outChannels
      : blocks(outChannels, dim) * taps * inChannels;
  return { scratchpad: input + weights, accumulator: blocks(outChannels, dim) * batches * outRows * outCols };
}

export function convTileFits(tiling: ConvTiling, shape: ConvShape, geometry: Geometry): boolean {
  const rows = convTileRows(tiling, shape, geometry.dim);
  const capacity = tileCapacity(geometry, 'weight-stationary');
  return rows.scratchpad <= capacity.scratchpad && rows.accumulator <= capacity.accumulator;
}

/**
 * The public C library's choice: shrink the largest extent until the tile fits, then grow whatever still can.
 * @source gemmini-isa §10.4
 */
export function heuristicConvTiling(shape: ConvShape, geometry: Geometry): ConvTiling {
  const whole = wholeConv(shape);
  let tiling = whole;
  while (!convTileFits(tiling, shape, geometry)) tiling = shrinkLargest(tiling, geometry.dim);

  const grow = (extent: keyof ConvTiling): boolean => {
    const larger = { ...tiling, [extent]: tiling[extent] + 1 };
    if (larger[extent] > whole[extent] || !convTileFits(larger, shape, geometry)) return false;
    tiling = larger;
    return true;
  };
  while (grow('pooledCols'));
  for (let grew = true; grew; ) {
    grew = false;
    for (const extent of CONV_EXTENTS) grew = grow(extent) || grew;
  }
  return tiling;
}

function shrinkLargest(tiling: ConvTiling, dim: number): ConvTiling {
  // A full array needs `dim` columns, so narrow tiles lose rows first.
  const keepsCols = tiling.pooledCols <= dim && tiling.pooledRows > 1;
  let largest: keyof ConvTiling = 'batches';
  for (const extent of CONV_EXTENTS) {
    if (extent === 'pooledCols' && keepsCols) continue;
    if (tiling[extent] > tiling[largest]) largest = extent;
  }
  const value = tiling[largest];
  const isChannels = largest === 'outChannels' || largest === 'inChannels';
  const smaller = isChannels ? Math.max(1, value % dim === 0 ? value - dim : value - (value % dim)) : value - 1;
  return { ...tiling, [largest]: smaller };
}
