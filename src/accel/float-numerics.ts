import { binary32, binary32Bits } from './binary32.ts';
import type { AcceleratorConfig } from './config.ts';
import { BF16, FP16, fusedMultiplyAdd, type HalfFormat } from './half.ts';
import type { NormalizationArithmetic, Numerics } from './numerics.ts';
import { relu } from './numerics.ts';

const f32 = Math.fround;
const FLOAT32_MAX = binary32(0x7f7fffff);

/** What differs between the float element types. */
interface ElementFormat {
  decode(raw: number): number;
  encode(value: number): number;
  /** Nearest element value, ties to even. */
  round(value: number): number;
  multiplyAdd(sum: number, a: number, b: number): number;
  readonly min: number;
}

const binary32Element: ElementFormat = {
  decode: binary32,
  encode: binary32Bits,
  round: f32,
  // The functional model rounds product and sum; the RTL fuses them.
  multiplyAdd: (sum, a, b) => f32(sum + f32(a * b)),
  min: -FLOAT32_MAX,
};

const halfElement = (format: HalfFormat): ElementFormat => ({
  decode: format.decode,
  encode: format.encode,
  round: format.round,
  multiplyAdd: (sum, a, b) => fusedMultiplyAdd(format, sum, a, b),
  min: -format.decode((2 ** format.exponentBits - 1) * 2 ** format.fractionBits - 1),
});

const ELEMENT_FORMATS = { fp32: binary32Element, fp16: halfElement(FP16), bf16: halfElement(BF16) };

/**
 * fp32, fp16 or bf16 elements with binary32 accumulation. Scales are single multiplications, nothing saturates, and a
 * half array rounds its running sums to the element type (one rounding per multiply-add).
 * @source gemmini-isa §7.8
 */
export function floatNumerics(config: AcceleratorConfig): Numerics {
  const { elementType } = config;
  if (elementType === 'int8' || elementType === 'int16') throw new Error(`${elementType} has no float arithmetic`);
  const format = ELEMENT_FORMATS[elementType];
  const isReluFirst = config.rtlBehaviours.includes('relu-before-scale');
  const hasMvinScale = config.mvinScaleType !== 'none';
  const hasStoreScale = config.accumulatorScaleType !== 'none';
  const identity = (value: number): number => value;
  const one = () => 1;

  return {
    decodeElement: format.decode,
    encodeElement: format.encode,
    decodeAccumulator: binary32,
    encodeAccumulator: binary32Bits,
    elementMin: format.min,
    mvinScale: config.mvinScaleType === 'none' ? one : config.mvinScaleType === 'fp16' ? FP16.decode : binary32,
    accumulatorScale: hasStoreScale ? binary32 : one,
    // The scale becomes an element before the multiplication.
    scaleElement: hasMvinScale ? (value, scale) => format.round(value * format.round(scale)) : identity,
    scaleAccumulator: config.mvinScalesAccumulator ? (value, scale) => f32(value * scale) : identity,
    scaleStore(value, scale, isRelu) {
      const input = isRelu && isReluFirst ? relu(value) : value;
      const scaled = format.round(hasStoreScale ? f32(input * scale) : input);
      return isRelu ? relu(scaled) : scaled;
    },
    add: (x, y) => f32(x + y),
    multiplyAdd: format.multiplyAdd,
    // The divisor is 1 << by in 32-bit arithmetic: negative for 31.
    shift: (value, by) => f32(value / (1 << by)),
    narrow: format.round,
    normalization: floatNormalization(format.round),
  };
}

/** Binary32 throughout, nothing is truncated. @source gemmini-isa §7.8 */
const floatNormalization = (round: (value: number) => number): NormalizationArithmetic => ({
  constant: (bits) => f32(bits >>> 0),
  gelu(q, { qb, qc }) {
    const magnitude = q < 0 ? -q : q;
    const t = f32((magnitude > -qb ? -qb : magnitude) + qb);
    const polynomial = f32(f32(t * t) + qc);
    return f32(q * f32((q < 0 ? -polynomial : polynomial) + qc));
  },
  exponential(q, { qb, qc, qln2, qln2Inverse }) {
    const z = f32(f32(-q * qln2Inverse) / 65536);
    const t = f32(f32(q + f32(z * qln2)) + qb);
    return f32(f32(f32(t * t) + qc) / 2 ** z);
  },
  subtract: (x, y) => f32(x - y),
  square: (x) => f32(x * x),
  divide: (sum, count) => f32(sum / count),
  inverseDeviation: (variance) => f32(1 / (variance === 0 ? 1 : f32(Math.sqrt(variance)))),
  inverseSum: (sum) => f32(127 / sum),
  normalize: (centred, inverse) => f32(centred * inverse),
  quantize: (value, inverse) => round(f32(value * inverse)),
});
