import type { SeededRandom } from '../support/random.ts';
import type { TensorType, TensorValues } from './tensor-type.ts';

/** Uniform random elements in [−limit, limit). */
export function randomElements(random: SeededRandom, count: number, limit = 128): Int8Array<ArrayBuffer> {
  const values = new Int8Array(count);
  for (let i = 0; i < count; i += 4) {
    const word = random.u32();
    for (let b = 0; b < 4 && i + b < count; b++)
      values[i + b] = (((word >>> (8 * b)) & 0xff) * 2 * limit) / 256 - limit;
  }
  return values;
}

/** Uniform random operands of any type: integers as `randomElements`, reals in [−1, 1). */
export function randomOperand(random: SeededRandom, count: number, type: TensorType, limit = 128): TensorValues {
  if (type.npy === '|i1') return randomElements(random, count, limit);
  return type
    .make(count)
    .map(() => (type.isFloat ? random.int(-(2 ** 23), 2 ** 23) / 2 ** 23 : random.int(-limit, limit)));
}

/** Typical magnitude (standard deviation) of a signal that scales aim at, and that of uniform int8 weights. */
export const SIGNAL = 32;
const WEIGHT = 74;

/** A scale that brings a sum of `fanIn` products of signals and uniform weights back to the size of a signal. */
export const signalScale = (fanIn: number): number => Math.fround(1 / (WEIGHT * Math.sqrt(fanIn)));

/** Uniform random sums as large as those of `fanIn` products of integers. */
export function randomBias(random: SeededRandom, count: number, fanIn: number): Int32Array<ArrayBuffer> {
  const limit = Math.round(SIGNAL * WEIGHT * Math.sqrt(fanIn));
  return Int32Array.from({ length: count }, () => random.int(-limit, limit));
}
