/** Max pooling on the way out of the accumulator. Taps outside the image count as 0. */
export interface Pooling {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Data layouts: channels innermost by default; the others serve the passes of training. */
export interface ConvLayout {
  readonly input: 'NHWC' | 'CHWN';
  readonly weights: 'HWIO' | 'IHWO' | 'HWOI';
  readonly output: 'NHWC' | 'HWNC';
}

export const DEFAULT_LAYOUT: ConvLayout = { input: 'NHWC', weights: 'HWIO', output: 'NHWC' };

/** A convolution with a square kernel, in elements. */
export interface ConvShape {
  readonly batch: number;
  readonly inRows: number;
  readonly inCols: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** Elements between neighbouring taps of the kernel; 1 is dense. */
  readonly kernelDilation: number;
  /** 2 inserts a zero between neighbouring input pixels; 1 is dense. */
  readonly inputDilation: 1 | 2;
  readonly pooling?: Pooling;
  /** Is the kernel turned by 180° before use? */
  readonly rotated: boolean;
  /** Does each channel have its own one-channel kernel (inChannels = outChannels)? */
  readonly depthwise: boolean;
  readonly layout: ConvLayout;
}

/** A dense square convolution from its essential sizes. */
export function convShape(
  sizes: Pick<ConvShape, 'inRows' | 'inCols' | 'inChannels' | 'outChannels' | 'kernel'> & Partial<ConvShape>,
): ConvShape {
  return {
    batch: 1,
    stride: 1,
    padding: 0,
    kernelDilation: 1,
    inputDilation: 1,
    rotated: false,
    depthwise: false,
    layout: DEFAULT_LAYOUT,
    ...sizes,
  };
}

/** Pixels that a dilated kernel spans. */
export const dilatedKernel = (kernel: number, dilation: number): number => kernel + (dilation - 1) * (kernel - 1);

/** Extent of an input that has zeros inserted between its pixels. */
export const dilatedInput = (extent: number, dilation: number): number => extent + (dilation - 1) * (extent - 1);

const outputExtent = (input: number, { inputDilation, kernel, kernelDilation, padding, stride }: ConvShape): number =>
  Math.floor((dilatedInput(input, inputDilation) + 2 * padding - dilatedKernel(kernel, kernelDilation)) / stride) + 1;

const pooledExtent = (extent: number, { pooling }: ConvShape): number =>
  pooling === undefined ? extent : Math.floor((extent + 2 * pooling.padding - pooling.size) / pooling.stride) + 1;

/** Rows and columns of the convolution's result, before and after pooling. */
export function convOutput(shape: ConvShape) {
  const rows = outputExtent(shape.inRows, shape);
  const cols = outputExtent(shape.inCols, shape);
  return { rows, cols, pooledRows: pooledExtent(rows, shape), pooledCols: pooledExtent(cols, shape) };
}

/**
 * Can the loads skip every second row and column? Holds for the 1×1 stride-2 convolutions of residual networks.
 * @source gemmini-isa §10.4 `ds`
 */
export const isDownsampling = (shape: ConvShape): boolean =>
  shape.stride === 2 &&
  shape.kernel === 1 &&
  shape.padding === 0 &&
  shape.pooling === undefined &&
  shape.inRows % 2 === 0 &&
  shape.inCols % 2 === 0;

/** Multiply-accumulates that the result needs, taps in the padding included. */
export function convMacs(shape: ConvShape): number {
  const { rows, cols } = convOutput(shape);
  const channels = shape.depthwise ? shape.outChannels : shape.inChannels * shape.outChannels;
  return shape.batch * rows * cols * shape.kernel ** 2 * channels;
}
