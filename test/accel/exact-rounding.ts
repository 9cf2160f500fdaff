/** Exact binary arithmetic on m · 2^e with one rounding at the end: independent of how the product rounds. */
export interface Exact {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** A binary floating-point format: bits of precision with the hidden one, and the exponent range of normal numbers. */
export interface Format {
  readonly precision: number;
  readonly minExponent: number;
  readonly maxExponent: number;
}

export const BINARY16: Format = { precision: 11, minExponent: -14, maxExponent: 15 };
export const BFLOAT16: Format = { precision: 8, minExponent: -126, maxExponent: 127 };
export const BINARY32: Format = { precision: 24, minExponent: -126, maxExponent: 127 };

/** A finite number, exactly. */
export function exact(value: number): Exact {
  let exponent = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    exponent--;
  }
  return { mantissa: BigInt(value), exponent };
}

export const multiply = (a: Exact, b: Exact): Exact => ({
  mantissa: a.mantissa * b.mantissa,
  exponent: a.exponent + b.exponent,
});

export function add(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent);
  const shifted = (x: Exact): bigint => x.mantissa << BigInt(x.exponent - exponent);
  return { mantissa: shifted(a) + shifted(b), exponent };
}

/** Rounds to nearest, ties to even; overflow gives infinity. The sign of a zero is not modelled. */
export function round({ mantissa, exponent }: Exact, format: Format): number {
  if (mantissa === 0n) return 0;
  const sign = mantissa < 0n ? -1 : 1;
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const leading = magnitude.toString(2).length - 1 + exponent;
  const lastPlace = Math.max(leading, format.minExponent) - (format.precision - 1);
  const kept = roundShift(magnitude, lastPlace - exponent);
  const rounded = Number(kept) * 2 ** lastPlace;
  const limit = 2 ** (format.maxExponent + 1);
  return sign * (rounded >= limit ? Number.POSITIVE_INFINITY : rounded);
}

/** magnitude / 2^by, to nearest even. */
function roundShift(magnitude: bigint, by: number): bigint {
  if (by <= 0) return magnitude << BigInt(-by);
  const whole = magnitude >> BigInt(by);
  const rest = magnitude - (whole << BigInt(by));
  const half = 1n << BigInt(by - 1);
  return rest > half || (rest === half && whole % 2n === 1n) ? whole + 1n : whole;
}
