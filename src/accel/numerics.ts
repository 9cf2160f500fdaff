import type { AcceleratorConfig } from './config.ts';
import { floatNumerics } from './float-numerics.ts';
import { integerNumerics } from './integer-numerics.ts';

/**
 * Arithmetic of one configuration on single values: the exact reference for every command. Values are numbers (a
 * binary32 value for float accumulators); `raw` is how a value is stored: the integer itself, or the bits of a float.
 * @source gemmini-isa §7
 */
export interface Numerics {
  decodeElement(raw: number): number;
  encodeElement(value: number): number;
  decodeAccumulator(raw: number): number;
  encodeAccumulator(value: number): number;
  /** The most negative element, where max pooling starts. */
  readonly elementMin: number;
  mvinScale(bits: number): number;
  accumulatorScale(bits: number): number;
  /** Element → element on the way into a local memory. */
  scaleElement(value: number, scale: number): number;
  /** Accumulator value on the way into the accumulator, full width. */
  scaleAccumulator(value: number, scale: number): number;
  /** Accumulator value → element on the way to main memory. */
  scaleStore(value: number, scale: number, relu: boolean): number;
  add(x: number, y: number): number;
  multiplyAdd(sum: number, a: number, b: number): number;
  /** Right shift of an output-stationary result. */
  shift(value: number, by: number): number;
  /** Array result → element. */
  narrow(value: number): number;
  readonly normalization: NormalizationArithmetic;
}

/** Constants of I-GELU and I-exp. */
export interface NormalizationConstants {
  readonly qb: number;
  readonly qc: number;
  readonly qln2: number;
  readonly qln2Inverse: number;
}

/** Arithmetic of layernorm, softmax and I-GELU on accumulator values. */
export interface NormalizationArithmetic {
  /** A constant as config_norm carries it. */
  constant(bits: number): number;
  gelu(q: number, constants: NormalizationConstants): number;
  exponential(q: number, constants: NormalizationConstants): number;
  subtract(x: number, y: number): number;
  square(x: number): number;
  divide(sum: number, count: number): number;
  /** 1 / √variance, a binary32 number. */
  inverseDeviation(variance: number): number;
  /** 127 / sum, a binary32 number. */
  inverseSum(sum: number): number;
  /** A centred value times the inverse deviation. */
  normalize(centred: number, inverse: number): number;
  /** The accumulator value of a scaled softmax term, quantised to an element. */
  quantize(value: number, inverse: number): number;
}

export const createNumerics = (config: AcceleratorConfig): Numerics =>
  config.accumulatorType === 'int32' ? integerNumerics(config) : floatNumerics(config);

export const relu = (value: number): number => (value > 0 ? value : 0);
