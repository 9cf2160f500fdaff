/**
 * Values of which some bits are known, and the arithmetic of RV64 on them. A program often packs constants and variables
 * into one operand (16 rows, 16 columns, an address that a loop computes): the constant bits are known all the same.
 */
export interface KnownBits {
  /** The known bits; 0 where unknown. */
  readonly bits: bigint;
  /** Which bits are known. */
  readonly mask: bigint;
}

const ALL = (1n << 64n) - 1n;
const LOW_WORD = (1n << 32n) - 1n;
const SIGN_OF_WORD = 1n << 31n;

export const UNKNOWN: KnownBits = { bits: 0n, mask: 0n };

export const constant = (value: bigint): KnownBits => ({ bits: BigInt.asUintN(64, value), mask: ALL });
export const isConstant = ({ mask }: KnownBits): boolean => mask === ALL;
/** Below `width` bits nothing is known; the rest is 0. */
export const narrow = (width: number): KnownBits => ({ bits: 0n, mask: ALL & ~lowOnes(width) });

/** What both agree on. */
export function agreement(a: KnownBits, b: KnownBits): KnownBits {
  const mask = a.mask & b.mask & ~(a.bits ^ b.bits);
  return { bits: a.bits & mask, mask };
}

const lowOnes = (count: number): bigint => (1n << BigInt(count)) - 1n;
/** Greatest value that the bits allow. */
const greatest = ({ bits, mask }: KnownBits): bigint => bits | (ALL & ~mask);

export function and(a: KnownBits, b: KnownBits): KnownBits {
  const mask = (a.mask & b.mask) | (a.mask & ~a.bits) | (b.mask & ~b.bits);
  return { bits: a.bits & b.bits & mask, mask };
}

export function or(a: KnownBits, b: KnownBits): KnownBits {
  const mask = (a.mask & b.mask) | a.bits | b.bits;
  return { bits: (a.bits | b.bits) & mask, mask };
}

export function xor(a: KnownBits, b: KnownBits): KnownBits {
  const mask = a.mask & b.mask;
  return { bits: (a.bits ^ b.bits) & mask, mask };
}

/** Of a sum the low bits are known up to the first unknown one; without carries it is as `or`. */
export function add(a: KnownBits, b: KnownBits): KnownBits {
  if ((greatest(a) & greatest(b)) === 0n) return or(a, b);
  const mask = trailingKnown(a.mask & b.mask);
  return { bits: (a.bits + b.bits) & mask, mask };
}

export function subtract(a: KnownBits, b: KnownBits): KnownBits {
  const mask = trailingKnown(a.mask & b.mask);
  return { bits: BigInt.asUintN(64, a.bits - b.bits) & mask, mask };
}

export const multiply = (a: KnownBits, b: KnownBits): KnownBits =>
  isConstant(a) && isConstant(b) ? constant(a.bits * b.bits) : UNKNOWN;

/** The ones below the lowest 0. */
const trailingKnown = (mask: bigint): bigint => ((mask + 1n) & ~mask) - 1n;

export const shiftLeft = (a: KnownBits, count: number): KnownBits => ({
  bits: BigInt.asUintN(64, a.bits << BigInt(count)),
  mask: BigInt.asUintN(64, a.mask << BigInt(count)) | lowOnes(count),
});

export const shiftRight = (a: KnownBits, count: number): KnownBits => ({
  bits: a.bits >> BigInt(count),
  mask: (a.mask >> BigInt(count)) | (ALL & ~(ALL >> BigInt(count))),
});

/** Copies of the sign come in from the left; unknown ones when it is unknown. */
export const shiftRightSigned = (a: KnownBits, count: number): KnownBits => ({
  bits: BigInt.asUintN(64, BigInt.asIntN(64, a.bits) >> BigInt(count)),
  mask: BigInt.asUintN(64, BigInt.asIntN(64, a.mask) >> BigInt(count)),
});

/** The low word with its sign. */
export const signedWord = ({ bits, mask }: KnownBits): KnownBits => ({
  bits: mask & SIGN_OF_WORD ? BigInt.asUintN(64, BigInt.asIntN(32, bits)) : bits & LOW_WORD,
  mask: BigInt.asUintN(64, BigInt.asIntN(32, mask)),
});

/** The low word, zero-extended. */
export const unsignedWord = (a: KnownBits): KnownBits => and(a, constant(LOW_WORD));
