import { binary32 } from './binary32.ts';
import type { AcceleratorConfig } from './config.ts';
import type { NormalizationArithmetic, Numerics } from './numerics.ts';
import { relu } from './numerics.ts';

const f32 = Math.fround;
const INT32_MIN = -(2 ** 31);
const INT64_LIMIT = 2 ** 63;

/**
 * Rounds a binary32 value as the reference macro compiled for x86-64 does: to nearest even, except that the value one
 * step below ±2^k overshoots, because ±1 is added in binary32; and −2^63 for whatever int64 cannot hold.
 * @source gemmini-isa §7.1
 */
export function roundAsFunctionalModel(x: number): number {
  if (!(Math.abs(x) < INT64_LIMIT)) return -INT64_LIMIT;
  const whole = Math.trunc(x);
  const rest = Math.abs(f32(x - whole));
  if (rest < 0.5) return whole;
  const next = Math.trunc(f32(x < 0 ? x - 1 : x + 1));
  if (rest > 0.5) return next;
  return whole % 2 === 0 ? whole : next;
}

/** Rounds to nearest, ties to even; exact for every finite binary32 value. */
export function roundNearestEven(x: number): number {
  const whole = Math.floor(x);
  const rest = x - whole;
  if (rest < 0.5) return whole;
  return rest > 0.5 || whole % 2 !== 0 ? whole + 1 : whole;
}

/** Right shift of an int32 by 0 … 31, to nearest, ties to even. @source gemmini-isa §7.2 */
export function roundingShift(x: number, by: number): number {
  if (by === 0) return x;
  const shifted = x >> by;
  const half = (x >> (by - 1)) & 1;
  const isSticky = (x & ((1 << (by - 1)) - 1)) !== 0 || (shifted & 1) !== 0;
  return shifted + (isSticky ? half : 0);
}

/** Conversion of a float to int32 as x86-64 does it: INT32_MIN for whatever does not fit. */
const truncateToInt32 = (x: number): number => (x > INT32_MIN - 1 && x < 2 ** 31 ? Math.trunc(x) | 0 : INT32_MIN);

/** int8 or int16 elements with int32 accumulation, wrapping at 32 bits. */
export function integerNumerics(config: AcceleratorConfig): Numerics {
  const bits = config.elementType === 'int8' ? 8 : 16;
  const min = -(2 ** (bits - 1));
  const max = 2 ** (bits - 1) - 1;
  const isExact = config.rtlBehaviours.includes('exact-rounding');
  const saturatesBySign = config.rtlBehaviours.includes('saturate-by-sign');
  const isReluFirst = config.rtlBehaviours.includes('relu-before-scale');
  const round = isExact ? roundNearestEven : roundAsFunctionalModel;

  const saturate = (x: number): number => (x > max ? max : x < min ? min : x | 0);
  const scaleToElement = (value: number, scale: number): number => {
    const product = f32(f32(value) * scale);
    if (!(Math.abs(product) < INT64_LIMIT)) return saturatesBySign && !(product < 0) ? max : min;
    return saturate(round(product));
  };
  const identity = (value: number): number => value;

  return {
    decodeElement: identity,
    encodeElement: identity,
    decodeAccumulator: identity,
    encodeAccumulator: identity,
    elementMin: min,
    mvinScale: config.mvinScaleType === 'none' ? () => 1 : binary32,
    accumulatorScale: config.accumulatorScaleType === 'none' ? () => 1 : binary32,
    scaleElement: config.mvinScaleType === 'none' ? identity : scaleToElement,
    scaleAccumulator: config.mvinScalesAccumulator
      ? (value, scale) => truncateToInt32(round(f32(f32(value) * scale)))
      : identity,
    scaleStore(value, scale, isRelu) {
      const input = isRelu && isReluFirst ? relu(value) : value;
      const scaled = config.accumulatorScaleType === 'none' ? saturate(input) : scaleToElement(input, scale);
      return isRelu ? relu(scaled) : scaled;
    },
    add: (x, y) => (x + y) | 0,
    multiplyAdd: (sum, a, b) => (sum + Math.imul(a, b)) | 0,
    shift: roundingShift,
    narrow: saturate,
    normalization: integerNormalization(scaleToElement),
  };
}

/** @source gemmini-isa §7.5 – §7.7 */
const integerNormalization = (quantize: (value: number, scale: number) => number): NormalizationArithmetic => ({
  constant: (bits) => bits | 0,
  gelu(q, { qb, qc }) {
    const limit = -qb | 0;
    const magnitude = q < 0 ? -q | 0 : q;
    const t = ((magnitude > limit ? limit : magnitude) + qb) | 0;
    const polynomial = (Math.imul(t, t) + qc) | 0;
    return Math.imul(q, ((q < 0 ? -polynomial : polynomial) + qc) | 0);
  },
  exponential(q, { qb, qc, qln2, qln2Inverse }) {
    const z = Math.imul(-q | 0, qln2Inverse) >> 16;
    const t = (q + Math.imul(z, qln2) + qb) | 0;
    return ((Math.imul(t, t) + qc) | 0) >> (z & 31);
  },
  subtract: (x, y) => (x - y) | 0,
  square: (x) => Math.imul(x, x),
  divide: (sum, count) => (sum / count) | 0,
  inverseDeviation(variance) {
    const deviation = variance === 0 ? 1 : truncateToInt32(Math.sqrt(variance));
    return f32(1 / f32(deviation));
  },
  inverseSum: (sum) => f32(127 / f32(sum)),
  normalize: (centred, inverse) => truncateToInt32(f32(f32(centred) * inverse)),
  quantize,
});
