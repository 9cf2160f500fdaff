/**
 * Plain loop nests: what every kernel must compute, in the arithmetic of the configuration and in no particular order.
 * Tensors are flat and row-major; elements and accumulator elements are plain numbers.
 */
import type { Numerics } from '../accel/numerics.ts';
import { type ConvShape, convOutput } from './conv-shape.ts';
import type { MatmulShape } from './matmul-tiling.ts';

export type Values = ArrayLike<number>;

/** Sums C = A · B + D before scaling. `d` has m×n values, or n that repeat. */
export function matmulSums(
  shape: MatmulShape,
  a: { readonly values: Values; readonly transposed: boolean },
  b: { readonly values: Values; readonly transposed: boolean },
  d: { readonly values: Values; readonly repeats: boolean } | undefined,
  numerics: Numerics,
): number[] {
  const { m, n, k } = shape;
  const sums: number[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = d === undefined ? 0 : d.values[d.repeats ? j : i * n + j]!;
      for (let p = 0; p < k; p++) {
        const left = a.values[a.transposed ? p * m + i : i * k + p]!;
        const right = b.values[b.transposed ? j * k + p : p * n + j]!;
        sum = numerics.multiplyAdd(sum, left, right);
      }
      sums.push(sum);
    }
  }
  return sums;
}

/** Convolution, pooled when the shape pools; the tensors are in the layouts of the shape. */
export function convReference(
  shape: ConvShape,
  input: Values,
  weights: Values,
  bias: Values | undefined,
  scale: number,
  relu: boolean,
  numerics: Numerics,
): number[] {
  const { rows, cols, pooledRows, pooledCols } = convOutput(shape);
  const out: number[] = new Array(shape.batch * pooledRows * pooledCols * shape.outChannels);
  for (let b = 0; b < shape.batch; b++) {
    for (let channel = 0; channel < shape.outChannels; channel++) {
      const image: number[] = [];
      for (let row = 0; row < rows; row++)
        for (let col = 0; col < cols; col++) {
          const sum = convSum(shape, input, weights, bias?.[channel] ?? 0, b, row, col, channel, numerics);
          image.push(numerics.scaleStore(sum, Math.fround(scale), relu));
        }
      const pooled = shape.pooling === undefined ? image : maxPool(image, rows, cols, shape.pooling);
      for (let row = 0; row < pooledRows; row++)
        for (let col = 0; col < pooledCols; col++) {
          const at =
            shape.layout.output === 'HWNC'
              ? ((row * pooledCols + col) * shape.batch + b) * shape.outChannels + channel
              : ((b * pooledRows + row) * pooledCols + col) * shape.outChannels + channel;
          out[at] = pooled[row * pooledCols + col]!;
        }
    }
  }
  return out;
}

function convSum(
  shape: ConvShape,
  input: Values,
  weights: Values,
  bias: number,
  batch: number,
  row: number,
  col: number,
  channel: number,
  numerics: Numerics,
): number {
  const { kernel, stride, padding, kernelDilation, inputDilation, layout } = shape;
  const channels = shape.depthwise ? [channel] : Array.from({ length: shape.inChannels }, (_, index) => index);
  let sum = bias;
  for (let kr = 0; kr < kernel; kr++) {
    for (let kc = 0; kc < kernel; kc++) {
      const dilatedRow = row * stride + kr * kernelDilation - padding;
      const dilatedCol = col * stride + kc * kernelDilation - padding;
      const inRow = dilatedRow / inputDilation;
      const inCol = dilatedCol / inputDilation;
      if (!Number.isInteger(inRow) || !Number.isInteger(inCol)) continue;
      if (inRow < 0 || inCol < 0 || inRow >= shape.inRows || inCol >= shape.inCols) continue;
      for (const c of channels) {
        const pixel =
          layout.input === 'CHWN'
            ? ((c * shape.inRows + inRow) * shape.inCols + inCol) * shape.batch + batch
            : ((batch * shape.inRows + inRow) * shape.inCols + inCol) * shape.inChannels + c;
        sum = numerics.multiplyAdd(sum, input[pixel]!, weights[weightIndex(shape, kr, kc, c, channel)]!);
      }
    }
  }
  return sum;
}

function weightIndex(shape: ConvShape, kernelRow: number, kernelCol: number, input: number, output: number): number {
  const { kernel, inChannels, outChannels } = shape;
  const row = shape.rotated ? kernel - 1 - kernelRow : kernelRow;
  const col = shape.rotated ? kernel - 1 - kernelCol : kernelCol;
  if (shape.depthwise) return (output * kernel + row) * kernel + col;
  switch (shape.layout.weights) {
    case 'HWIO':
      return ((row * kernel + col) * inChannels + input) * outChannels + output;
    case 'IHWO':
      return ((input * kernel + row) * kernel + col) * outChannels + output;
    case 'HWOI':
      return ((row * kernel + col) * outChannels + output) * inChannels + input;
  }
}

/** Max pooling of one rows×cols plane; taps outside it are 0. Windows that overhang the far edges count. */
export function maxPool(
  plane: Values,
  rows: number,
  cols: number,
  { size, stride, padding, outRows, outCols }: PoolWindow,
): number[] {
  const pooledRows = outRows ?? Math.floor((rows + 2 * padding - size) / stride) + 1;
  const pooledCols = outCols ?? Math.floor((cols + 2 * padding - size) / stride) + 1;
  const out: number[] = [];
  for (let row = 0; row < pooledRows; row++)
    for (let col = 0; col < pooledCols; col++) {
      let max = Number.NEGATIVE_INFINITY;
      for (let r = 0; r < size; r++)
        for (let c = 0; c < size; c++) {
          const y = row * stride + r - padding;
          const x = col * stride + c - padding;
          max = Math.max(max, y < 0 || x < 0 || y >= rows || x >= cols ? 0 : plane[y * cols + x]!);
        }
      out.push(max);
    }
  return out;
}

export interface PoolWindow {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  /** Extent of the result when it is not the number of windows that fit. */
  readonly outRows?: number;
  readonly outCols?: number;
}
