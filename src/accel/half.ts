/** A 16-bit floating-point format: how many bits of exponent and of fraction, and the exact conversions. */
export interface HalfFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  /** The value of 16 bits. */
  decode(bits: number): number;
  /** The 16 bits of any number, rounded once to nearest even; overflow gives infinity, NaN the canonical NaN. */
  encode(value: number): number;
  /** The value of `encode(value)`. */
  round(value: number): number;
}

function halfFormat(exponentBits: number, fractionBits: number): HalfFormat {
  const bias = 2 ** (exponentBits - 1) - 1;
  const maxExponentCode = 2 ** exponentBits - 1;
  const fractionScale = 2 ** fractionBits;
  const smallestNormal = 2 ** (1 - bias);
  const infinityBits = maxExponentCode * fractionScale;

  const decode = (bits: number): number => {
    const sign = bits & 0x8000 ? -1 : 1;
    const code = (bits & 0x7fff) >> fractionBits;
    const fraction = bits & (fractionScale - 1);
    if (code === maxExponentCode) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (code === 0) return sign * (fraction / fractionScale) * smallestNormal;
    return sign * (1 + fraction / fractionScale) * 2 ** (code - bias);
  };
  const encode = (value: number): number => {
    if (Number.isNaN(value)) return infinityBits | (fractionScale >> 1);
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const magnitude = Math.abs(value);
    if (magnitude === Number.POSITIVE_INFINITY) return sign | infinityBits;
    if (magnitude < smallestNormal) return sign | nearestEven((magnitude / smallestNormal) * fractionScale);
    const exponent = exponentOf(magnitude);
    const code = exponent + bias;
    // A carry out of the fraction moves into the exponent code, up to infinity.
    const bits = code * fractionScale + nearestEven((magnitude / 2 ** exponent - 1) * fractionScale);
    return sign | Math.min(bits, infinityBits);
  };
  return { exponentBits, fractionBits, decode, encode, round: (value) => decode(encode(value)) };
}

/** ⌊log2 x⌋ of a positive normal double. */
function exponentOf(x: number): number {
  const exponent = Math.floor(Math.log2(x));
  // log2 may round across a power of two.
  if (2 ** exponent > x) return exponent - 1;
  return 2 ** (exponent + 1) <= x ? exponent + 1 : exponent;
}

/** Nearest integer of x ≥ 0, ties to even. */
function nearestEven(x: number): number {
  const whole = Math.floor(x);
  const rest = x - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

/** IEEE binary16. */
export const FP16 = halfFormat(5, 10);
/** The upper half of IEEE binary32. */
export const BF16 = halfFormat(8, 7);

/**
 * sum + a·b with a single rounding to a half format. The product of two halves is exact in a double, the sum need not
 * be: rounding it to odd keeps the final rounding right (Boldo and Melquiond, "Emulation of FMA and correctly rounded
 * sums", 2008).
 */
export function fusedMultiplyAdd(format: HalfFormat, sum: number, a: number, b: number): number {
  const product = a * b;
  const total = sum + product;
  const virtual = total - sum;
  const error = sum - (total - virtual) + (product - virtual);
  return format.round(error === 0 || !Number.isFinite(total) ? total : towardsOdd(total, error));
}

const double = new DataView(new ArrayBuffer(8));

/** The inexact `total` if its last bit is set, else its neighbour in the direction of the error. */
function towardsOdd(total: number, error: number): number {
  double.setFloat64(0, total);
  const bits = double.getBigInt64(0);
  if (bits & 1n) return total;
  double.setBigInt64(0, total > 0 === error > 0 ? bits + 1n : bits - 1n);
  return double.getFloat64(0);
}
