/**
 * Exact IEEE 754 arithmetic on bit patterns, for any rounding mode, with RISC-V's flags and NaNs: the plain version
 * beside the native code of `semantics/float.ts`, which comes here for whatever is not the common case.
 * Numbers are integers times powers of two, so every operation computes exactly and rounds once.
 * @source IEEE 754-2008; RISC-V unprivileged ISA, chapters 11 and 12 (tininess is detected after rounding)
 */

export const FLAG = { inexact: 1, underflow: 2, overflow: 4, divideByZero: 8, invalid: 16 } as const;
export const ROUND = { nearestEven: 0, towardZero: 1, down: 2, up: 3, nearestAway: 4 } as const;

export interface FloatFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
}
export const SINGLE: FloatFormat = { exponentBits: 8, fractionBits: 23 };
export const DOUBLE: FloatFormat = { exponentBits: 11, fractionBits: 52 };

export interface FloatResult {
  readonly bits: bigint;
  readonly flags: number;
}

type Unpacked =
  | { readonly kind: 'nan'; readonly isSignaling: boolean }
  | { readonly kind: 'infinity'; readonly isNegative: boolean }
  /** (−1)^sign · significand · 2^exponent; zero has significand 0. */
  | {
      readonly kind: 'finite';
      readonly isNegative: boolean;
      readonly significand: bigint;
      readonly exponent: number;
    };
type Finite = Extract<Unpacked, { kind: 'finite' }>;

const bias = ({ exponentBits }: FloatFormat): number => 2 ** (exponentBits - 1) - 1;
const signBit = ({ exponentBits, fractionBits }: FloatFormat): bigint => 1n << BigInt(exponentBits + fractionBits);
const infinityBits = ({ exponentBits, fractionBits }: FloatFormat): bigint =>
  ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
export const canonicalNan = (format: FloatFormat): bigint =>
  infinityBits(format) | (1n << BigInt(format.fractionBits - 1));
function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
}

function unpack(format: FloatFormat, bits: bigint): Unpacked {
  const { exponentBits, fractionBits } = format;
  const isNegative = (bits & signBit(format)) !== 0n;
  const biased = Number((bits >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  if (biased === 2 ** exponentBits - 1) {
    if (fraction === 0n) return { kind: 'infinity', isNegative };
    return { kind: 'nan', isSignaling: fraction >> BigInt(fractionBits - 1) === 0n };
  }
  const exponent = Math.max(biased, 1) - bias(format) - fractionBits;
  const significand = biased === 0 ? fraction : fraction | (1n << BigInt(fractionBits));
  return { kind: 'finite', isNegative, significand, exponent };
}

const withSign = (format: FloatFormat, bits: bigint, isNegative: boolean): bigint =>
  isNegative ? bits | signBit(format) : bits;
const infinity = (format: FloatFormat, isNegative: boolean): FloatResult => ({
  bits: withSign(format, infinityBits(format), isNegative),
  flags: 0,
});
const zero = (format: FloatFormat, isNegative: boolean): FloatResult => ({
  bits: withSign(format, 0n, isNegative),
  flags: 0,
});
const nan = (format: FloatFormat, flags: number): FloatResult => ({ bits: canonicalNan(format), flags });
const isSignaling = (value: Unpacked): boolean => value.kind === 'nan' && value.isSignaling;
/** Result of an operation with a NaN operand, if there is one. */
function nanResult(format: FloatFormat, ...operands: readonly Unpacked[]): FloatResult | undefined {
  if (!operands.some(({ kind }) => kind === 'nan')) return undefined;
  return nan(format, operands.some(isSignaling) ? FLAG.invalid : 0);
}

/** Divides by 2^shift and rounds. */
function shiftRounding(
  value: bigint,
  shift: number,
  isNegative: boolean,
  mode: number,
): { readonly value: bigint; readonly isInexact: boolean } {
  if (shift <= 0) return { value: value << BigInt(-shift), isInexact: false };
  const kept = value >> BigInt(shift);
  const rest = value - (kept << BigInt(shift));
  if (rest === 0n) return { value: kept, isInexact: false };
  const half = 1n << BigInt(shift - 1);
  const goesUp = {
    [ROUND.nearestEven]: rest > half || (rest === half && (kept & 1n) === 1n),
    [ROUND.towardZero]: false,
    [ROUND.down]: isNegative,
    [ROUND.up]: !isNegative,
    [ROUND.nearestAway]: rest >= half,
  }[mode]!;
  return { value: goesUp ? kept + 1n : kept, isInexact: true };
}

/** Rounds significand · 2^exponent (significand > 0) to the format. */
function round(
  format: FloatFormat,
  isNegative: boolean,
  significand: bigint,
  exponent: number,
  mode: number,
): FloatResult {
  const { fractionBits } = format;
  const smallest = 1 - bias(format);
  const top = exponent + bitLength(significand) - 1;
  const unit = Math.max(top, smallest) - fractionBits;
  const { value, isInexact } = shiftRounding(significand, unit - exponent, isNegative, mode);
  const hidden = 1n << BigInt(fractionBits);
  // Value counts units of 2^unit; 2·hidden of them have carried into the next exponent, which the sum below absorbs.
  const biased = value < hidden ? 0 : unit + fractionBits + bias(format);
  const isOverflow = biased + (value >= 2n * hidden ? 1 : 0) > 2 * bias(format);
  if (isOverflow) {
    const goesToInfinity =
      mode === ROUND.nearestEven || mode === ROUND.nearestAway || mode === (isNegative ? ROUND.down : ROUND.up);
    const bits = goesToInfinity ? infinityBits(format) : infinityBits(format) - 1n;
    return { bits: withSign(format, bits, isNegative), flags: FLAG.overflow | FLAG.inexact };
  }
  const magnitude = value < hidden ? value : (BigInt(biased) << BigInt(fractionBits)) + (value - hidden);
  let flags = isInexact ? FLAG.inexact : 0;
  if (isInexact && isTiny(format, isNegative, significand, exponent, mode)) flags |= FLAG.underflow;
  return { bits: withSign(format, magnitude, isNegative), flags };
}

/** Would the result be below the smallest normal number if its exponent had no lower limit? */
function isTiny(
  format: FloatFormat,
  isNegative: boolean,
  significand: bigint,
  exponent: number,
  mode: number,
): boolean {
  const smallest = 1 - bias(format);
  const top = exponent + bitLength(significand) - 1;
  if (top >= smallest) return false;
  const { value } = shiftRounding(significand, top - format.fractionBits - exponent, isNegative, mode);
  const hasCarried = value >= 2n << BigInt(format.fractionBits);
  return top + (hasCarried ? 1 : 0) < smallest;
}

/** Sum of two finite numbers; an exact zero is positive unless rounding down or both terms are negative. */
function sumOf(format: FloatFormat, a: Finite, b: Finite, mode: number): FloatResult {
  const exponent = Math.min(a.exponent, b.exponent);
  const signed = ({ isNegative, significand, exponent: own }: Finite): bigint =>
    (isNegative ? -significand : significand) << BigInt(own - exponent);
  const sum = signed(a) + signed(b);
  if (sum === 0n) {
    const bothSigned = a.isNegative === b.isNegative;
    return zero(format, bothSigned ? a.isNegative : mode === ROUND.down);
  }
  return round(format, sum < 0n, sum < 0n ? -sum : sum, exponent, mode);
}

export function multiplyAdd(format: FloatFormat, x: bigint, y: bigint, z: bigint, mode: number): FloatResult {
  const [a, b, c] = [unpack(format, x), unpack(format, y), unpack(format, z)];
  const isProductInvalid =
    (a.kind === 'infinity' && b.kind === 'finite' && b.significand === 0n) ||
    (b.kind === 'infinity' && a.kind === 'finite' && a.significand === 0n);
  if (isProductInvalid) return nan(format, FLAG.invalid);
  if (a.kind === 'nan' || b.kind === 'nan' || c.kind === 'nan') return nanResult(format, a, b, c)!;
  const isNegative = a.isNegative !== b.isNegative;
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    if (c.kind === 'infinity' && c.isNegative !== isNegative) return nan(format, FLAG.invalid);
    return infinity(format, isNegative);
  }
  if (c.kind === 'infinity') return infinity(format, c.isNegative);
  const significand = a.significand * b.significand;
  const product: Finite = { kind: 'finite', isNegative, significand, exponent: a.exponent + b.exponent };
  return sumOf(format, product, c, mode);
}

export function add(format: FloatFormat, x: bigint, y: bigint, mode: number): FloatResult {
  const [a, b] = [unpack(format, x), unpack(format, y)];
  if (a.kind === 'nan' || b.kind === 'nan') return nanResult(format, a, b)!;
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    if (a.kind === b.kind && a.isNegative !== b.isNegative) return nan(format, FLAG.invalid);
    return infinity(format, a.kind === 'infinity' ? a.isNegative : b.isNegative);
  }
  return sumOf(format, a, b, mode);
}

export function multiply(format: FloatFormat, x: bigint, y: bigint, mode: number): FloatResult {
  const [a, b] = [unpack(format, x), unpack(format, y)];
  if (a.kind === 'nan' || b.kind === 'nan') return nanResult(format, a, b)!;
  const isNegative = a.isNegative !== b.isNegative;
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    const other = a.kind === 'infinity' ? b : a;
    return other.kind === 'finite' && other.significand === 0n
      ? nan(format, FLAG.invalid)
      : infinity(format, isNegative);
  }
  const significand = a.significand * b.significand;
  return significand === 0n
    ? zero(format, isNegative)
    : round(format, isNegative, significand, a.exponent + b.exponent, mode);
}

export function divide(format: FloatFormat, x: bigint, y: bigint, mode: number): FloatResult {
  const [a, b] = [unpack(format, x), unpack(format, y)];
  if (a.kind === 'nan' || b.kind === 'nan') return nanResult(format, a, b)!;
  const isNegative = a.isNegative !== b.isNegative;
  if (a.kind === 'infinity') return b.kind === 'infinity' ? nan(format, FLAG.invalid) : infinity(format, isNegative);
  if (b.kind === 'infinity') return zero(format, isNegative);
  if (b.significand === 0n) {
    if (a.significand === 0n) return nan(format, FLAG.invalid);
    return { ...infinity(format, isNegative), flags: FLAG.divideByZero };
  }
  if (a.significand === 0n) return zero(format, isNegative);
  // Enough quotient bits that a sticky bit below them decides every rounding.
  const extra = 2 * format.fractionBits + 8;
  const numerator = a.significand << BigInt(extra);
  const quotient = numerator / b.significand;
  const sticky = numerator % b.significand === 0n ? 0n : 1n;
  return round(format, isNegative, (quotient << 1n) | sticky, a.exponent - b.exponent - extra - 1, mode);
}

export function squareRoot(format: FloatFormat, x: bigint, mode: number): FloatResult {
  const a = unpack(format, x);
  if (a.kind === 'nan') return nanResult(format, a)!;
  if (a.kind === 'finite' && a.significand === 0n) return zero(format, a.isNegative);
  if (a.isNegative) return nan(format, FLAG.invalid);
  if (a.kind === 'infinity') return infinity(format, false);
  let extra = 2 * format.fractionBits + 8;
  if ((a.exponent - extra) % 2 !== 0) extra++;
  const scaled = a.significand << BigInt(extra);
  const root = integerRoot(scaled);
  const sticky = root * root === scaled ? 0n : 1n;
  return round(format, false, (root << 1n) | sticky, (a.exponent - extra) / 2 - 1, mode);
}

/** Largest integer whose square is not above the value (Newton's method from above). */
function integerRoot(value: bigint): bigint {
  let guess = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const better = (guess + value / guess) >> 1n;
    if (better >= guess) return guess;
    guess = better;
  }
}

/** Comparison as RISC-V's min and max see it: −0 below +0, a number beats a NaN. */
export function extreme(format: FloatFormat, x: bigint, y: bigint, wants: 'min' | 'max'): FloatResult {
  const [a, b] = [unpack(format, x), unpack(format, y)];
  const flags = isSignaling(a) || isSignaling(b) ? FLAG.invalid : 0;
  if (a.kind === 'nan' && b.kind === 'nan') return nan(format, flags);
  if (a.kind === 'nan') return { bits: y, flags };
  if (b.kind === 'nan') return { bits: x, flags };
  const isLess = order(format, x) < order(format, y);
  return { bits: isLess === (wants === 'min') ? x : y, flags };
}

/** An integer that grows with the number that the bits stand for. */
const order = (format: FloatFormat, bits: bigint): bigint => {
  const sign = signBit(format);
  return (bits & sign) === 0n ? bits : -(bits - sign) - 1n;
};

/** @param isQuiet only signaling NaNs are invalid (feq) */
export function compare(
  format: FloatFormat,
  x: bigint,
  y: bigint,
  relation: 'equal' | 'less' | 'lessOrEqual',
): FloatResult {
  const [a, b] = [unpack(format, x), unpack(format, y)];
  if (a.kind === 'nan' || b.kind === 'nan') {
    const isInvalid = relation !== 'equal' || isSignaling(a) || isSignaling(b);
    return { bits: 0n, flags: isInvalid ? FLAG.invalid : 0 };
  }
  const areZeros = ((x | y) & (signBit(format) - 1n)) === 0n;
  const [p, q] = areZeros ? [0n, 0n] : [order(format, x), order(format, y)];
  const holds = { equal: p === q, less: p < q, lessOrEqual: p <= q }[relation];
  return { bits: holds ? 1n : 0n, flags: 0 };
}

/** One bit of ten: −∞, −normal, −subnormal, −0, +0, +subnormal, +normal, +∞, signaling NaN, quiet NaN. */
export function classify(format: FloatFormat, x: bigint): FloatResult {
  const a = unpack(format, x);
  return { bits: 1n << BigInt(classIndex(format, a)), flags: 0 };
}

function classIndex(format: FloatFormat, a: Unpacked): number {
  if (a.kind === 'nan') return a.isSignaling ? 8 : 9;
  const distance = (() => {
    if (a.kind === 'infinity') return 3;
    if (a.significand === 0n) return 0;
    return a.significand >> BigInt(format.fractionBits) === 0n ? 1 : 2;
  })();
  return a.isNegative ? 3 - distance : 4 + distance;
}

/** To an integer of `width` bits; out of range saturates and is invalid. The result is sign-extended to 64 bits. */
export function toInteger(
  format: FloatFormat,
  x: bigint,
  width: 32 | 64,
  isSigned: boolean,
  mode: number,
): FloatResult {
  const a = unpack(format, x);
  const most = isSigned ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  const least = isSigned ? -(1n << BigInt(width - 1)) : 0n;
  const extend = (value: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(width, value));
  if (a.kind === 'nan') return { bits: extend(most), flags: FLAG.invalid };
  if (a.kind === 'infinity') return { bits: extend(a.isNegative ? least : most), flags: FLAG.invalid };
  const { value, isInexact } = shiftRounding(a.significand, -a.exponent, a.isNegative, mode);
  const integer = a.isNegative ? -value : value;
  if (integer > most) return { bits: extend(most), flags: FLAG.invalid };
  if (integer < least) return { bits: extend(least), flags: FLAG.invalid };
  return { bits: extend(integer), flags: isInexact ? FLAG.inexact : 0 };
}

/** @param value signed, or unsigned when it is not negative */
export function fromInteger(format: FloatFormat, value: bigint, mode: number): FloatResult {
  if (value === 0n) return zero(format, false);
  return round(format, value < 0n, value < 0n ? -value : value, 0, mode);
}

export function convert(from: FloatFormat, to: FloatFormat, x: bigint, mode: number): FloatResult {
  const a = unpack(from, x);
  if (a.kind === 'nan') return nanResult(to, a)!;
  if (a.kind === 'infinity') return infinity(to, a.isNegative);
  if (a.significand === 0n) return zero(to, a.isNegative);
  return round(to, a.isNegative, a.significand, a.exponent, mode);
}
