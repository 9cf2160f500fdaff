import { ACTIVATIONS } from '../isa/accelerator.ts';
import { NORM_COMMANDS } from '../isa/local-address.ts';
import type { Statistics } from './registers.ts';
import type { AcceleratorState } from './state.ts';

const { reset, sum, mean, variance, inv_stddev, max, sum_exp, inv_sum_exp } = NORM_COMMANDS;

const NON_TERMINATING: Readonly<Partial<Record<number, number>>> = {
  [mean]: sum,
  [inv_stddev]: variance,
  [inv_sum_exp]: sum_exp,
};

/** The command for all column blocks of a row but the last. */
export const nonTerminating = (command: number): number => NON_TERMINATING[command] ?? command;

const INT32_MIN = -(2 ** 31);

/**
 * Feeds `length` elements of an accumulator row to the statistics of the current id.
 * @source gemmini-isa §7.7
 */
export function updateStatistics(state: AcceleratorState, row: number, length: number, command: number): void {
  const statistics = state.registers.statistics[state.registers.normalization.statId]!;
  if (statistics.isResetPending) clear(statistics);
  statistics.isResetPending = command === reset || command === mean || command === inv_stddev;
  if (command === reset) return;
  const start = row * state.dim;
  accumulateRow(state, statistics, start, start + length, command);
  finish(state, statistics, command);
}

/** What `count` ordinary stores of column blocks do to the statistics of the current id. */
export function resetStatistics(state: AcceleratorState, count: number): void {
  const statistics = state.registers.statistics[state.registers.normalization.statId]!;
  if (count > 1 || (count === 1 && statistics.isResetPending)) clear(statistics);
  if (count > 0) statistics.isResetPending = true;
}

function clear(statistics: Statistics): void {
  statistics.sum = 0;
  statistics.count = 0;
  statistics.runningMax = INT32_MIN;
}

function accumulateRow(
  state: AcceleratorState,
  statistics: Statistics,
  start: number,
  end: number,
  command: number,
): void {
  const { accumulator, numerics } = state;
  const { subtract, square, exponential } = numerics.normalization;
  if (command === sum_exp || command === inv_sum_exp) statistics.max = statistics.runningMax;
  for (let at = start; at < end; at++) {
    const x = numerics.decodeAccumulator(accumulator[at]!);
    if (command === sum || command === mean) {
      statistics.sum = numerics.add(statistics.sum, x);
    } else if (command === variance || command === inv_stddev) {
      statistics.sum = numerics.add(statistics.sum, square(subtract(x, statistics.mean)));
    } else if (command === max) {
      if (x > statistics.runningMax) statistics.runningMax = x;
    } else {
      const term = exponential(subtract(x, statistics.max), state.registers.normalization);
      statistics.sum = numerics.add(statistics.sum, term);
    }
  }
  if (command === sum || command === mean || command === variance || command === inv_stddev)
    statistics.count = numerics.add(statistics.count, end - start);
}

function finish(state: AcceleratorState, statistics: Statistics, command: number): void {
  const { divide, ...arithmetic } = state.numerics.normalization;
  if (command === inv_sum_exp) {
    statistics.runningMax = INT32_MIN;
    statistics.inverseSum = arithmetic.inverseSum(statistics.sum);
  } else if (command === mean || command === inv_stddev) {
    const quotient = divide(statistics.sum, statistics.count);
    if (command === mean) statistics.mean = quotient;
    else statistics.inverseDeviation = arithmetic.inverseDeviation(quotient);
  }
}

/** I-GELU, layernorm or softmax of an accumulator value, before the accumulator scale. */
export function preActivate(state: AcceleratorState, value: number): number {
  const { store, normalization, statistics } = state.registers;
  const { activation } = store;
  if (activation === ACTIVATIONS.none || activation === ACTIVATIONS.relu) return value;
  const arithmetic = state.numerics.normalization;
  if (activation === ACTIVATIONS.igelu) return arithmetic.gelu(value, normalization);
  const of = statistics[normalization.statId]!;
  if (activation === ACTIVATIONS.layernorm)
    return arithmetic.normalize(arithmetic.subtract(value, of.mean), of.inverseDeviation);
  return arithmetic.quantize(arithmetic.exponential(arithmetic.subtract(value, of.max), normalization), of.inverseSum);
}
