/** Compares what an operation left in memory with the plain loop nests, value by value. */
import type { Numerics } from '../accel/numerics.ts';
import { SeededRandom } from '../support/random.ts';
import { convOutput } from './conv-shape.ts';
import type { Geometry, StoredType } from './geometry.ts';
import type { MatrixAt } from './matmul-problem.ts';
import type { Operation } from './operation.ts';
import {
  activateRow,
  convValue,
  globalAverage,
  gruUnit,
  lstmUnit,
  matmulSum,
  type Read,
  residualSum,
  windowMax,
} from './reference.ts';

/** Guest memory after a run: numbers of either stored type at byte addresses. */
export interface TensorMemory {
  read(address: number, type: StoredType): number;
}

/** One value that an operation must have written. */
interface Expectation {
  readonly address: number;
  readonly type: StoredType;
  readonly value: number;
  /** How far a right value may be off: floating-point sums depend on their order. Without it, not at all. */
  readonly tolerance?: number;
}

export interface Mismatch {
  /** Index into the dense row-major result. */
  readonly index: number;
  readonly expected: number;
  readonly found: number;
}

export interface CheckResult {
  readonly checked: number;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Checks every value of an operation's result, or a seeded sample of `most` of them.
 */
export function checkOperation(
  operation: Operation,
  memory: TensorMemory,
  geometry: Geometry,
  numerics: Numerics,
  most: number,
): CheckResult {
  const count = resultCount(operation);
  const random = new SeededRandom(count);
  const expect = expectations(operation, memory, geometry, numerics);
  const checked = Math.min(count, most);
  const mismatches: Mismatch[] = [];
  for (let i = 0; i < checked; i++) {
    const index = checked === count ? i : random.int(0, count);
    const { address, type, value, tolerance = 0 } = expect(index);
    const found = memory.read(address, type);
    const isRight = found === value || Math.abs(found - value) <= tolerance;
    if (!isRight) mismatches.push({ index, expected: value, found });
  }
  return { checked, mismatches };
}

function resultCount(operation: Operation): number {
  switch (operation.kind) {
    case 'matmul':
      return operation.problem.shape.m * operation.problem.shape.n;
    case 'conv': {
      const { shape } = operation.problem;
      const { pooledRows, pooledCols } = convOutput(shape);
      return shape.batch * pooledRows * pooledCols * shape.outChannels;
    }
    case 'global-average':
      return operation.problem.channels;
    case 'max-pool':
      return operation.problem.outRows * operation.problem.outCols * operation.problem.channels;
    case 'residual-add':
    case 'convert':
      return operation.problem.rows * operation.problem.cols;
    case 'lstm-cell':
      return 2 * operation.problem.units;
    case 'gru-cell':
      return operation.problem.units;
  }
}

function expectations(
  operation: Operation,
  memory: TensorMemory,
  geometry: Geometry,
  numerics: Numerics,
): (index: number) => Expectation {
  const bytes = { element: geometry.elementBytes, accumulator: geometry.accumulatorElementBytes };
  const isFloat = geometry.accumulatorType === 'fp32';
  /** Reads a dense row-major matrix of `cols` columns that lies at `matrix` with a stride of its own. */
  const reader =
    (matrix: MatrixAt, cols: number, type: StoredType = 'element'): Read =>
    (index) =>
      memory.read(addressOf(matrix, cols, index, bytes[type]), type);
  const target = (matrix: MatrixAt, cols: number, index: number, value: number, type: StoredType = 'element') => ({
    address: addressOf(matrix, cols, index, bytes[type]),
    type,
    value,
  });
  switch (operation.kind) {
    case 'matmul': {
      const { shape, a, b, c, d, scale, activation, step } = operation.problem;
      const { m, n, k } = shape;
      const left = { read: reader(a, a.transposed ? m : k), transposed: a.transposed };
      const right = { read: reader(b, b.transposed ? k : n), transposed: b.transposed };
      const bias = d && { read: reader(d, n, d.type), repeats: d.repeats };
      return (index) => {
        const [i, j] = [Math.floor(index / n), index % n];
        const sum = (col: number) => matmulSum(shape, i, col, left, right, bias, numerics);
        if (isFloat) {
          const store = (value: number) =>
            c.type === 'accumulator' ? value : numerics.scaleStore(value, scale, activation === 'relu');
          const largest = matmulSum(shape, i, j, sizesOf(left), sizesOf(right), bias && sizesOf(bias), numerics);
          const tolerance = sumError(k + 1, largest) * (c.type === 'accumulator' ? 1 : Math.abs(scale));
          return { ...target(c, n, index, store(sum(j)), c.type), tolerance };
        }
        if (c.type === 'accumulator') return target(c, n, index, sum(j), 'accumulator');
        const isAlone = activation !== 'layernorm' && activation !== 'softmax';
        const row = isAlone ? [sum(j)] : Array.from({ length: n }, (_, col) => sum(col));
        return target(c, n, index, activateRow(row, activation, step, scale, numerics)[isAlone ? 0 : j]!);
      };
    }
    case 'conv': {
      const { shape, input, weights, bias, output, inStride, outStride, scale, activation } = operation.problem;
      const { pooledRows, pooledCols } = convOutput(shape);
      const isTransposed = shape.layout.input === 'CHWN';
      const inCols = isTransposed ? shape.batch : shape.inChannels;
      const operands = {
        input: reader({ address: input, stride: isTransposed ? shape.batch : inStride }, inCols),
        weights: reader({ address: weights, stride: 1 }, 1),
        bias: bias === undefined ? undefined : reader({ address: bias, stride: 1 }, 1, 'accumulator'),
        scale,
        relu: activation === 'relu',
      };
      const operandSizes = {
        input: magnitude(operands.input),
        weights: magnitude(operands.weights),
        bias: operands.bias && magnitude(operands.bias),
        scale: Math.abs(scale),
        relu: false,
      };
      return (index) => {
        const channel = index % shape.outChannels;
        const pixel = Math.floor(index / shape.outChannels);
        const isHwnc = shape.layout.output === 'HWNC';
        const image = isHwnc ? Math.floor(pixel / shape.batch) : pixel % (pooledRows * pooledCols);
        const batch = isHwnc ? pixel % shape.batch : Math.floor(pixel / (pooledRows * pooledCols));
        const at = { batch, row: Math.floor(image / pooledCols), col: image % pooledCols, channel };
        const stride = isHwnc ? shape.outChannels : outStride;
        const value = convValue(shape, at, operands, numerics);
        const found = target({ address: output, stride }, shape.outChannels, index, value);
        if (!isFloat) return found;
        const terms = shape.kernel ** 2 * shape.inChannels + 1;
        const largest = convValue(shape, at, operandSizes, numerics);
        return { ...found, tolerance: sumError(terms, largest) };
      };
    }
    case 'residual-add': {
      const { a, b, c, cols, scale, activation } = operation.problem;
      const scales = { a: a.scale, b: b.scale, sum: scale };
      const [left, right] = [reader(a, cols), reader(b, cols)];
      return (index) =>
        target(c, cols, index, residualSum(left(index), right(index), scales, activation === 'relu', numerics));
    }
    case 'global-average': {
      const { input, output, pixels, channels } = operation.problem;
      const read = reader(input, channels);
      return (channel) => {
        const value = globalAverage((pixel) => read(pixel * channels + channel), pixels, numerics);
        return target({ address: output, stride: channels }, channels, channel, value);
      };
    }
    case 'max-pool': {
      const { rows, cols, channels, outCols, input, output } = operation.problem;
      const read = reader(input, channels);
      return (index) => {
        const [pixel, channel] = [Math.floor(index / channels), index % channels];
        const value = windowMax(Math.floor(pixel / outCols), pixel % outCols, rows, cols, operation.problem, (r, c) =>
          read((r * cols + c) * channels + channel),
        );
        return target(output, channels, index, value);
      };
    }
    case 'convert': {
      const { cols, input, output, activation, step, scale } = operation.problem;
      const read = reader(input, cols, input.type);
      return (index) => {
        const start = index - (index % cols);
        const row = Array.from({ length: cols }, (_, col) => read(start + col));
        return target(output, cols, index, activateRow(row, activation, step, scale, numerics)[index % cols]!);
      };
    }
    case 'lstm-cell': {
      const { units, gates, cells, nextCells, state } = operation.problem;
      const gate = (kind: number, unit: number) => memory.read(gates + kind * units + unit, 'element');
      return (index) => {
        const unit = index % units;
        const [input, forget, candidate, output] = [gate(0, unit), gate(1, unit), gate(2, unit), gate(3, unit)];
        const before = memory.read(cells + unit * bytes.accumulator, 'accumulator');
        const after = lstmUnit({ input, forget, candidate, output }, before);
        return index < units
          ? { address: nextCells + unit * bytes.accumulator, type: 'accumulator', value: after.cell }
          : { address: state + unit, type: 'element', value: after.state };
      };
    }
    case 'gru-cell': {
      const { units, gates, ofInput, ofState, state, nextState } = operation.problem;
      const read = (address: number) => memory.read(address, 'element');
      return (unit) => {
        const value = gruUnit(
          {
            reset: read(gates + unit),
            update: read(gates + units + unit),
            ofInput: read(ofInput + unit),
            ofState: read(ofState + unit),
          },
          read(state + unit),
        );
        return { address: nextState + unit, type: 'element', value };
      };
    }
  }
}

const addressOf = ({ address, stride }: MatrixAt, cols: number, index: number, bytes: number): number =>
  address + (Math.floor(index / cols) * stride + (index % cols)) * bytes;

const magnitude =
  (read: Read): Read =>
  (index) =>
    Math.abs(read(index));

const sizesOf = <Operand extends { readonly read: Read }>(operand: Operand): Operand => ({
  ...operand,
  read: magnitude(operand.read),
});

/** What two orders of adding binary32 terms can differ by. @param largest sum of the terms' magnitudes */
const sumError = (terms: number, largest: number): number => 2 * terms * 2 ** -24 * largest;
