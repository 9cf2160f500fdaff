/**
 * Writes the `gemmini_params.h` that Gemmini's C library needs to be built for a machine.
 * @source gemmini-isa §9.2, §7.1 and §7.2 for the golden models
 */
import {
  type AcceleratorConfig,
  accumulatorRows,
  maxBlockLength,
  maxBlockLengthAccumulator,
} from '../../accel/config.ts';
import type { MachineConfig } from './schema.ts';

interface CType {
  readonly name: string;
  readonly max: string;
  readonly min: string;
  /** Exponent and significand bits of a float. */
  readonly float?: readonly [exponent: number, significand: number];
}

const FLOAT_MAX = '3.4028235E38';
const ELEMENT_TYPES: Record<AcceleratorConfig['elementType'], CType> = {
  int8: { name: 'int8_t', max: '127', min: '-128' },
  int16: { name: 'int16_t', max: '32767', min: '-32768' },
  fp32: { name: 'float', max: FLOAT_MAX, min: `-${FLOAT_MAX}`, float: [8, 24] },
  // 16-bit floats are carried as their bits.
  fp16: { name: 'uint16_t', max: '0x7BFF', min: '0xFBFF', float: [5, 11] },
  bf16: { name: 'uint16_t', max: '0x7F7F', min: '0xFF7F', float: [8, 8] },
};

export function exportGemminiParams({ accelerator }: MachineConfig): string {
  const element = ELEMENT_TYPES[accelerator.elementType];
  const lines = [
    '// Parameters of one Gemmini build; written by "pollux config export --format header".',
    '#ifndef GEMMINI_PARAMS_H',
    '#define GEMMINI_PARAMS_H',
    '',
    '#include <stdint.h>',
    '#include <limits.h>',
    '',
    ...sizes(accelerator),
    '',
    ...types(accelerator, element),
    '',
    '#define row_align(blocks) __attribute__((aligned(blocks*DIM*sizeof(elem_t))))',
    '#define row_align_acc(blocks) __attribute__((aligned(blocks*DIM*sizeof(acc_t))))',
    '',
    ...goldenModels(accelerator, element),
    '',
    '#define ACC_READ_SMALL_WIDTH',
    '#define ACC_READ_FULL_WIDTH',
    '#define HAS_FIRST_LAYER_OPTIMIZATIONS',
    // Their polynomials are integer arithmetic.
    ...(element.float === undefined ? ['#define HAS_NORMALIZATIONS'] : []),
    `#define NORM_STAT_IDS ${accelerator.normStatIds}`,
    '',
    '#endif',
    '',
  ];
  return lines.join('\n');
}

function sizes(accelerator: AcceleratorConfig & { readonly customOpcode: number }): string[] {
  return [
    `#define XCUSTOM_ACC ${accelerator.customOpcode}`,
    `#define DIM ${accelerator.dim}`,
    '#define ADDR_LEN 32',
    `#define BANK_NUM ${accelerator.scratchpad.banks}`,
    `#define BANK_ROWS ${accelerator.scratchpad.bankRows}`,
    `#define ACC_ROWS ${accumulatorRows(accelerator)}`,
    `#define MAX_BYTES ${accelerator.maxRowBytes}`,
    `#define MAX_BLOCK_LEN ${maxBlockLength(accelerator)}`,
    `#define MAX_BLOCK_LEN_ACC ${maxBlockLengthAccumulator(accelerator)}`,
  ];
}

function types(accelerator: AcceleratorConfig, element: CType): string[] {
  const isFloat = element.float !== undefined;
  const elementBits = accelerator.elementType === 'fp32' ? 'uint32_t' : 'uint16_t';
  return [
    `typedef ${element.name} elem_t;`,
    `static const elem_t elem_t_max = ${element.max};`,
    `static const elem_t elem_t_min = ${element.min};`,
    `typedef ${isFloat ? 'float' : 'int32_t'} acc_t;`,
    `typedef ${isFloat ? 'double' : 'int64_t'} full_t;`,
    ...(element.float === undefined ? [] : floatMacros(element.float, elementBits)),
    ...(element.name === 'uint16_t' ? ['#define ELEM_T_IS_LOWPREC_FLOAT'] : []),
    '',
    ...(accelerator.mvinScaleType === 'none' ? [] : ['#define HAS_MVIN_SCALE']),
    ...scaleType('scale_t', accelerator.mvinScaleType),
    ...(accelerator.mvinScalesAccumulator ? ['#define HAS_MVIN_ACC_SCALE'] : []),
    ...scaleType('scale_acc_t', accelerator.mvinScalesAccumulator ? 'fp32' : 'none'),
    ...scaleType('acc_scale_t', accelerator.accumulatorScaleType),
    ...(accelerator.accumulatorScaleType === 'fp32'
      ? ['#define ACC_SCALE_T_IS_FLOAT', '#define ACC_SCALE_EXP_BITS 8', '#define ACC_SCALE_SIG_BITS 24']
      : []),
    '#define MVIN_SCALE_IDENTITY 1.0',
    '#define ACC_SCALE_IDENTITY 1.0',
  ];
}

const floatMacros = ([exponent, significand]: readonly [number, number], bits: string): string[] => [
  '#define ELEM_T_IS_FLOAT',
  `#define ELEM_T_EXP_BITS ${exponent}`,
  `#define ELEM_T_SIG_BITS ${significand}`,
  '#define ACC_T_EXP_BITS 8',
  '#define ACC_T_SIG_BITS 24',
  `typedef ${bits} elem_t_bits;`,
  'typedef uint32_t acc_t_bits;',
];

function scaleType(name: string, type: AcceleratorConfig['mvinScaleType']): string[] {
  const [cType, bits] = { fp32: ['float', 'uint32_t'], fp16: ['uint16_t', 'uint16_t'], none: ['int32_t', 'uint32_t'] }[
    type
  ];
  return [`typedef ${cType} ${name};`, `typedef ${bits} ${name}_bits;`];
}

function goldenModels(accelerator: AcceleratorConfig, element: CType): string[] {
  const common = [
    '#define SAME_TYPE(x) __typeof__(x)',
    '',
    '// Nearest, ties to even, in the type of the argument: as the accelerator rounds.',
    '#define ROUND_NEAR_EVEN(x) ({ \\',
    '    const SAME_TYPE(x) value_ = (x); \\',
    '    const long long inner_ = (long long)value_; \\',
    '    const long long outer_ = (long long)(value_ < 0 ? value_ - 1 : value_ + 1); \\',
    '    const SAME_TYPE(x) past_ = value_ < inner_ ? inner_ - value_ : value_ - inner_; \\',
    '    (SAME_TYPE(x))(past_ > 0.5 || (past_ == 0.5 && inner_ % 2 != 0) ? outer_ : inner_); })',
    '',
    '// x / 2^shift, nearest, ties to even.',
    '#define ROUNDING_RIGHT_SHIFT_BITS(x, shift) ((shift) <= 0 ? (x) << -(shift) : \\',
    '    ((x) >> (shift)) + ((((x) >> ((shift) - 1)) & 1) & \\',
    '    ((((x) & ((1LL << ((shift) - 1)) - 1)) != 0) | (((x) >> (shift)) & 1))))',
    element.float === undefined
      ? '#define ROUNDING_RIGHT_SHIFT(x, shift) ROUNDING_RIGHT_SHIFT_BITS(x, shift)'
      : '#define ROUNDING_RIGHT_SHIFT(x, shift) ((x) / (1 << (shift)))',
    '',
  ];
  if (element.float !== undefined)
    return [
      ...common,
      ...['ACC_SCALE', 'MVIN_SCALE', 'MVIN_SCALE_ACC'].map((name) => `#define ${name}(x, scale) ((x) * (scale))`),
    ];
  const macro = (name: string, isScaled: boolean, type: string): string[] =>
    isScaled ? scaleAndSaturate(name, type) : [`#define ${name}(x, scale) ((void)(scale), (x))`];
  return [
    ...common,
    ...macro('ACC_SCALE', accelerator.accumulatorScaleType !== 'none', 'acc_t'),
    ...macro('MVIN_SCALE', accelerator.mvinScaleType !== 'none', 'elem_t'),
    `#define MVIN_SCALE_ACC(x, scale) ${accelerator.mvinScalesAccumulator ? '((x) * (scale))' : '((void)(scale), (x))'}`,
  ];
}

const scaleAndSaturate = (name: string, type: string): string[] => [
  `#define ${name}(x, scale) ({ \\`,
  '    const float scaled_ = ROUND_NEAR_EVEN((x) * (scale)); \\',
  `    (${type})(scaled_ > elem_t_max ? elem_t_max : scaled_ < elem_t_min ? elem_t_min : scaled_); })`,
];
