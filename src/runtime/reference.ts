/**
 * Plain loop nests: what every kernel must compute, in the arithmetic of the configuration and in no particular order.
 * Each function gives one result, so that a whole small tensor or a sample of a large one can be checked. Tensors are
 * read through functions of the flat index into a dense row-major tensor.
 */
import type { Numerics } from '../accel/numerics.ts';
import type { Activation } from '../isa/accelerator.ts';
import { geluConstants, softmaxConstants } from './activation-commands.ts';
import { type ConvShape, convOutput } from './conv-shape.ts';
import type { MatmulShape } from './matmul-tiling.ts';

/** The value at a flat index. */
export type Read = (index: number) => number;

/** Element (i, j) of C = A · B + D before scaling. `d` has m×n values, or n that repeat. */
export function matmulSum(
  { n, m, k }: MatmulShape,
  i: number,
  j: number,
  a: { readonly read: Read; readonly transposed: boolean },
  b: { readonly read: Read; readonly transposed: boolean },
  d: { readonly read: Read; readonly repeats: boolean } | undefined,
  numerics: Numerics,
): number {
  let sum = d === undefined ? 0 : d.read(d.repeats ? j : i * n + j);
  for (let p = 0; p < k; p++) {
    const left = a.read(a.transposed ? p * m + i : i * k + p);
    const right = b.read(b.transposed ? j * k + p : p * n + j);
    sum = numerics.multiplyAdd(sum, left, right);
  }
  return sum;
}

/** What a convolution reads, in the layouts of its shape. */
export interface ConvOperands {
  readonly input: Read;
  readonly weights: Read;
  readonly bias: Read | undefined;
  readonly scale: number;
  readonly relu: boolean;
}

/** The convolution's result for one pooled pixel (or one pixel, without pooling) and channel. */
export function convValue(
  shape: ConvShape,
  at: { readonly batch: number; readonly row: number; readonly col: number; readonly channel: number },
  operands: ConvOperands,
  numerics: Numerics,
): number {
  const { rows, cols } = convOutput(shape);
  const pixel = (row: number, col: number) =>
    numerics.scaleStore(
      convSum(shape, { ...at, row, col }, operands, numerics),
      Math.fround(operands.scale),
      operands.relu,
    );
  if (shape.pooling === undefined) return pixel(at.row, at.col);
  return windowMax(at.row, at.col, rows, cols, shape.pooling, pixel);
}

/** Largest value of a pooling window; taps outside the plane are 0. */
export function windowMax(
  row: number,
  col: number,
  rows: number,
  cols: number,
  { size, stride, padding }: { readonly size: number; readonly stride: number; readonly padding: number },
  read: (row: number, col: number) => number,
): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < size; r++)
    for (let c = 0; c < size; c++) {
      const y = row * stride + r - padding;
      const x = col * stride + c - padding;
      max = Math.max(max, y < 0 || x < 0 || y >= rows || x >= cols ? 0 : read(y, x));
    }
  return max;
}

function convSum(
  shape: ConvShape,
  { batch, row, col, channel }: { batch: number; row: number; col: number; channel: number },
  { input, weights, bias }: ConvOperands,
  numerics: Numerics,
): number {
  const { kernel, stride, padding, kernelDilation, inputDilation, layout } = shape;
  const [firstChannel, endChannel] = shape.depthwise ? [channel, channel + 1] : [0, shape.inChannels];
  let sum = bias?.(channel) ?? 0;
  for (let kr = 0; kr < kernel; kr++) {
    for (let kc = 0; kc < kernel; kc++) {
      const inRow = (row * stride + kr * kernelDilation - padding) / inputDilation;
      const inCol = (col * stride + kc * kernelDilation - padding) / inputDilation;
      if (!Number.isInteger(inRow) || !Number.isInteger(inCol)) continue;
      if (inRow < 0 || inCol < 0 || inRow >= shape.inRows || inCol >= shape.inCols) continue;
      for (let c = firstChannel; c < endChannel; c++) {
        const pixel =
          layout.input === 'CHWN'
            ? ((c * shape.inRows + inRow) * shape.inCols + inCol) * shape.batch + batch
            : ((batch * shape.inRows + inRow) * shape.inCols + inCol) * shape.inChannels + c;
        sum = numerics.multiplyAdd(sum, input(pixel), weights(weightIndex(shape, kr, kc, c, channel)));
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

/** scale · (aScale · a + bScale · b), each scaled operand clipped to the element type first. */
export function residualSum(
  a: number,
  b: number,
  scales: { readonly a: number; readonly b: number; readonly sum: number },
  relu: boolean,
  numerics: Numerics,
): number {
  const left = numerics.scaleElement(a, Math.fround(scales.a));
  const right = numerics.scaleElement(b, Math.fround(scales.b));
  return numerics.scaleStore(numerics.add(left, right), Math.fround(scales.sum), relu);
}

/** Mean of `pixels` values. */
export function globalAverage(read: Read, pixels: number, numerics: Numerics): number {
  let sum = 0;
  for (let pixel = 0; pixel < pixels; pixel++) sum = numerics.add(sum, read(pixel));
  return numerics.scaleStore(sum, Math.fround(1 / pixels), false);
}

/**
 * A whole row of accumulator sums on its way out: activation, scale and clipping.
 * @param step value of one accumulator unit
 */
export function activateRow(
  row: readonly number[],
  activation: Activation,
  step: number,
  scale: number,
  numerics: Numerics,
): number[] {
  return beforeScale(row, activation, step, numerics).map((value) =>
    numerics.scaleStore(value, Math.fround(scale), activation === 'relu'),
  );
}

function beforeScale(
  row: readonly number[],
  activation: Activation,
  step: number,
  numerics: Numerics,
): readonly number[] {
  const norm = numerics.normalization;
  const sumOf = (values: readonly number[]) => values.reduce((sum, value) => numerics.add(sum, value), 0);
  switch (activation) {
    case 'none':
    case 'relu':
      return row;
    case 'igelu': {
      const constants = { ...geluConstants(step), qln2: 0, qln2Inverse: 0 };
      return row.map((value) => norm.gelu(value, constants));
    }
    case 'layernorm': {
      const mean = norm.divide(sumOf(row), row.length);
      const centred = row.map((value) => norm.subtract(value, mean));
      const inverse = norm.inverseDeviation(norm.divide(sumOf(centred.map(norm.square)), row.length));
      return centred.map((value) => norm.normalize(value, inverse));
    }
    case 'softmax': {
      const constants = softmaxConstants(step);
      const max = Math.max(...row);
      const terms = row.map((value) => norm.exponential(norm.subtract(value, max), constants));
      const inverse = norm.inverseSum(sumOf(terms));
      return terms.map((term) => norm.quantize(term, inverse));
    }
  }
}

/** Units of 1 in a gate, in a state (and in what sigmoid and tanh give), and in an LSTM's cell. */
const GATE_UNITS = 16;
const STATE_UNITS = 128;
const CELL_UNITS = 2048;

const clip8 = (value: number): number => Math.max(-128, Math.min(127, value));
/** Halves go up. */
const roundedQuotient = (value: number, divisor: number): number => Math.floor(value / divisor + 0.5);
const sigmoid = (gate: number): number => Math.min(127, Math.round(STATE_UNITS / (1 + Math.exp(-gate / GATE_UNITS))));
const hyperbolicTangent = (gate: number): number => {
  const magnitude = Math.min(127, Math.round(STATE_UNITS * Math.tanh(Math.abs(gate) / GATE_UNITS)));
  return gate < 0 ? -magnitude : magnitude;
};

/** One unit of an LSTM's time step, from its gates before sigmoid and tanh. */
export function lstmUnit(
  gates: { readonly input: number; readonly forget: number; readonly candidate: number; readonly output: number },
  cell: number,
): { cell: number; state: number } {
  const kept = roundedQuotient(sigmoid(gates.forget) * cell, STATE_UNITS);
  const added = sigmoid(gates.input) * hyperbolicTangent(gates.candidate);
  const next = kept + roundedQuotient(added * CELL_UNITS, STATE_UNITS ** 2);
  const shown = hyperbolicTangent(clip8(roundedQuotient(next * GATE_UNITS, CELL_UNITS)));
  return { cell: next, state: roundedQuotient(sigmoid(gates.output) * shown, STATE_UNITS) };
}

/** One unit of a GRU's time step. */
export function gruUnit(
  gates: { readonly reset: number; readonly update: number; readonly ofInput: number; readonly ofState: number },
  state: number,
): number {
  const remembered = roundedQuotient(sigmoid(gates.reset) * gates.ofState, STATE_UNITS);
  const candidate = hyperbolicTangent(clip8(gates.ofInput + remembered));
  return candidate + roundedQuotient(sigmoid(gates.update) * (state - candidate), STATE_UNITS);
}
