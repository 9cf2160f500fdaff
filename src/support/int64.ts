/**
 * 64-bit two's complement arithmetic that stays in plain numbers while it can: a value is a number when it is a safe
 * integer, else a bigint of at most 64 signed bits.
 */
export type Int64 = number | bigint;

/** The signed 64-bit value of any integer, in its one representation. */
export function toInt64(value: Int64): Int64 {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : normalize(BigInt(value));
  return normalize(value);
}

function normalize(value: bigint): Int64 {
  const wrapped = BigInt.asIntN(64, value);
  const narrow = Number(wrapped);
  return Number.isSafeInteger(narrow) ? narrow : wrapped;
}

export function add64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalize(BigInt(a) + BigInt(b));
}

export function subtract64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normalize(BigInt(a) - BigInt(b));
}

export const multiply64 = (a: Int64, b: Int64): Int64 => {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  }
  return normalize(BigInt(a) * BigInt(b));
};

/** Quotient truncated toward zero. @param b not 0 */
export const divide64 = (a: Int64, b: Int64): Int64 => normalize(BigInt(a) / BigInt(b));
/** Remainder with the sign of `a`. @param b not 0 */
export const remainder64 = (a: Int64, b: Int64): Int64 => normalize(BigInt(a) % BigInt(b));
export const and64 = (a: Int64, b: Int64): Int64 => normalize(BigInt(a) & BigInt(b));
export const or64 = (a: Int64, b: Int64): Int64 => normalize(BigInt(a) | BigInt(b));
export const xor64 = (a: Int64, b: Int64): Int64 => normalize(BigInt(a) ^ BigInt(b));
/** A count of 64 or more, or below 0, shifts everything out. */
export const shiftLeft64 = (a: Int64, count: Int64): Int64 =>
  isShiftCount(count) ? normalize(BigInt(a) << BigInt(count)) : 0;
/** Zeros come in from the left. */
export const shiftRight64 = (a: Int64, count: Int64): Int64 =>
  isShiftCount(count) ? normalize(BigInt.asUintN(64, BigInt(a)) >> BigInt(count)) : 0;
const isShiftCount = (count: Int64): boolean => count >= 0 && count < 64;

export const compare64 = (a: Int64, b: Int64): number => (a < b ? -1 : a > b ? 1 : 0);
