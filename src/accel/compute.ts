import { ACTIVATIONS } from '../isa/accelerator.ts';
import { faultStop, type Stop } from './faults.ts';
import { destinationRow, GARBAGE, isAccumulating, isAccumulator } from './local-address.ts';
import { relu } from './numerics.ts';
import type { AcceleratorState } from './state.ts';

/** A local operand of preload or compute: logical rows × columns, that is, after transposition. */
export interface LocalOperand {
  readonly local: number;
  readonly rows: number;
  readonly cols: number;
}

/**
 * compute.preloaded (`loadsArray`) and compute.accumulated: one pass of the array over A.
 * @param a  I × K, from the scratchpad
 * @param bd B (K × J) when output-stationary, D (I × J) when weight-stationary
 * @source gemmini-isa §4.9
 */
export function compute(
  state: AcceleratorState,
  a: LocalOperand,
  bd: LocalOperand,
  loadsArray: boolean,
): Stop | undefined {
  const { isWeightStationary } = state.registers.execute;
  const stop = loadsArray ? loadArray(state) : undefined;
  if (stop !== undefined) return stop;

  // The reference reads D in the output-stationary dataflow, too, and fails when its rows do not exist.
  const seeds = gather(state, bd, 1, false);
  if (!(seeds instanceof Float64Array)) return seeds;
  const streamed = gather(state, a, state.registers.execute.strideA, state.registers.execute.transposesA);
  if (!(streamed instanceof Float64Array)) return streamed;

  if (isWeightStationary) {
    multiplyInto(state, seeds, streamed, arrayValues(state));
    return writeResults(state, seeds);
  }
  const b = gather(state, bd, 1, state.registers.execute.transposesB);
  if (!(b instanceof Float64Array)) return b;
  const sums = arrayValues(state);
  multiplyInto(state, sums, streamed, b);
  setArray(state, sums);
  return writeResults(state, sums);
}

/** The array takes the latched operand; only weights are transposed on their way in. */
function loadArray(state: AcceleratorState): Stop | undefined {
  const { preload: latch, execute } = state.registers;
  if (latch.local !== GARBAGE && latch.local >>> 30 !== 0)
    return faultStop('preload-from-accumulator', `stationary operand at local address 0x${latch.local.toString(16)}`);
  const values = gather(state, latch, 1, execute.isWeightStationary && execute.transposesB);
  if (!(values instanceof Float64Array)) return values;
  setArray(state, values);
  return undefined;
}

function setArray(state: AcceleratorState, values: Float64Array): void {
  const { array, numerics } = state;
  for (let i = 0; i < values.length; i++) array[i] = numerics.encodeAccumulator(values[i]!);
}

const arrayValues = (state: AcceleratorState): Float64Array =>
  Float64Array.from(state.array, (raw) => state.numerics.decodeAccumulator(raw));

/**
 * The dim × dim values of a scratchpad operand, zero outside of its rows and columns; all zeros for garbage.
 * @param stride stored rows between consecutive rows of the operand as it lies in the scratchpad
 */
function gather(
  state: AcceleratorState,
  operand: LocalOperand,
  stride: number,
  isTransposed: boolean,
): Float64Array | Stop {
  const { dim, scratchpad, numerics } = state;
  const values = new Float64Array(dim * dim);
  if (operand.local === GARBAGE) return values;
  const rows = Math.min(dim, operand.rows);
  const cols = Math.min(dim, operand.cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const row = operand.local + stride * (isTransposed ? j : i);
      const stop = state.checkScratchpad(row, 0);
      if (stop !== undefined) return stop;
      values[i * dim + j] = numerics.decodeElement(scratchpad[row * dim + (isTransposed ? i : j)]!);
    }
  }
  return values;
}

/** sums += a · b, every sum taking its products in ascending order of k. All dim × dim. */
function multiplyInto(state: AcceleratorState, sums: Float64Array, a: Float64Array, b: Float64Array): void {
  const { dim, numerics } = state;
  for (let i = 0; i < dim; i++) {
    for (let k = 0; k < dim; k++) {
      const aik = a[i * dim + k]!;
      for (let j = 0; j < dim; j++) {
        const at = i * dim + j;
        sums[at] = numerics.multiplyAdd(sums[at]!, aik, b[k * dim + j]!);
      }
    }
  }
}

/** Writes the array's results to the latched destination, if there is one. */
function writeResults(state: AcceleratorState, results: Float64Array): Stop | undefined {
  const { dim } = state;
  const { outLocal, outRows, outCols } = state.registers.preload;
  if (outLocal === GARBAGE) return undefined;
  const write = isAccumulator(outLocal) ? writeAccumulator : writeScratchpad;
  for (let i = 0; i < outRows; i++) {
    const row = destinationRow(outLocal) + state.registers.execute.strideC * i;
    for (let j = 0; j < outCols; j++) {
      if (i >= dim) return faultStop('result-rows-range', `result row ${i} of ${dim}`);
      const stop = state.checkColumn(j) ?? write(state, row, j, results[i * dim + j]!);
      if (stop !== undefined) return stop;
    }
  }
  return undefined;
}

function writeAccumulator(state: AcceleratorState, row: number, col: number, result: number): Stop | undefined {
  const stop = state.checkAccumulator(row, col);
  if (stop !== undefined) return stop;
  const { accumulator, numerics, config } = state;
  const { execute, preload: latch } = state.registers;
  const isShifted = !execute.isWeightStationary && config.rtlBehaviours.includes('shift-into-accumulator');
  const value = isShifted ? numerics.shift(result, execute.shift) : result;
  const at = row * state.dim + col;
  const sum = isAccumulating(latch.outLocal)
    ? numerics.add(numerics.decodeAccumulator(accumulator[at]!), value)
    : value;
  accumulator[at] = numerics.encodeAccumulator(sum);
  return undefined;
}

function writeScratchpad(state: AcceleratorState, row: number, col: number, result: number): Stop | undefined {
  const stop = state.checkScratchpad(row, col);
  if (stop !== undefined) return stop;
  const { numerics } = state;
  const { isWeightStationary, shift, activation } = state.registers.execute;
  const value = numerics.narrow(isWeightStationary ? result : numerics.shift(result, shift));
  state.scratchpad[row * state.dim + col] = numerics.encodeElement(
    activation === ACTIVATIONS.relu ? relu(value) : value,
  );
  return undefined;
}
