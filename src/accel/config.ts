import type { IsaRevision } from '../isa/accelerator.ts';
import { type Diagnostic, errorAt } from '../support/diagnostics.ts';
import type { RtlBehaviour } from './rtl-behaviours.ts';

export const ELEMENT_TYPES = ['int8', 'int16', 'fp32', 'fp16', 'bf16'] as const;
/** Type of scratchpad elements and of the operands of the array. */
export type ElementType = (typeof ELEMENT_TYPES)[number];

export const ACCUMULATOR_TYPES = ['int32', 'fp32'] as const;
/** Type of accumulator elements. */
export type AccumulatorType = (typeof ACCUMULATOR_TYPES)[number];

export const SCALE_TYPES = ['fp32', 'fp16', 'none'] as const;
/** Type of a scale factor as config commands carry it; `none` when the multiplier is not built. */
export type ScaleType = (typeof SCALE_TYPES)[number];

export const DATAFLOWS = ['both', 'weight-stationary', 'output-stationary'] as const;
export type Dataflow = (typeof DATAFLOWS)[number];

/** What the functional accelerator must know of a Gemmini build. Derived quantities are functions below. */
export interface AcceleratorConfig {
  /** Side of the square array in processing elements: a power of two, 2 … 64. Also the elements of a local row. */
  readonly dim: number;
  readonly dataflow: Dataflow;
  readonly elementType: ElementType;
  readonly accumulatorType: AccumulatorType;
  /** Scale on element-type loads. */
  readonly mvinScaleType: ScaleType;
  /** Is the mvin scale applied to full-width accumulator loads, too? */
  readonly mvinScalesAccumulator: boolean;
  /** Scale on stores from the accumulator. */
  readonly accumulatorScaleType: ScaleType;
  readonly scratchpad: { readonly banks: number; readonly bankRows: number };
  readonly accumulator: { readonly banks: number; readonly bankRows: number };
  /** Most bytes of one row request of a load; gives the block lengths. */
  readonly maxRowBytes: number;
  /** Sets of running statistics for layernorm and softmax. */
  readonly normStatIds: number;
  readonly isaRevision: IsaRevision;
  /** Points on which to follow the RTL instead of the functional model. */
  readonly rtlBehaviours: readonly RtlBehaviour[];
}

/** The generator's default build, as the functional model has it. */
export const DEFAULT_ACCELERATOR: AcceleratorConfig = {
  dim: 16,
  dataflow: 'both',
  elementType: 'int8',
  accumulatorType: 'int32',
  mvinScaleType: 'fp32',
  mvinScalesAccumulator: false,
  accumulatorScaleType: 'fp32',
  scratchpad: { banks: 4, bankRows: 4096 },
  accumulator: { banks: 2, bankRows: 512 },
  maxRowBytes: 64,
  normStatIds: 4,
  isaRevision: 'current',
  rtlBehaviours: [],
};

const ELEMENT_BYTES = { int8: 1, int16: 2, fp32: 4, fp16: 2, bf16: 2 } as const satisfies Record<ElementType, number>;

export const elementBytes = (config: AcceleratorConfig): 1 | 2 | 4 => ELEMENT_BYTES[config.elementType];
/** Bytes of an accumulator element: both accumulator types are 32 bits wide. */
export const ACCUMULATOR_BYTES = 4;
export const scratchpadRows = (config: AcceleratorConfig): number =>
  config.scratchpad.banks * config.scratchpad.bankRows;
export const accumulatorRows = (config: AcceleratorConfig): number =>
  config.accumulator.banks * config.accumulator.bankRows;
/** Most column blocks of `dim` elements in one load of input elements. */
export const maxBlockLength = (config: AcceleratorConfig): number =>
  Math.max(1, Math.floor(config.maxRowBytes / (config.dim * elementBytes(config))));
/** Most column blocks of `dim` elements in one load of accumulator elements. */
export const maxBlockLengthAccumulator = (config: AcceleratorConfig): number =>
  Math.max(1, Math.floor(config.maxRowBytes / (config.dim * ACCUMULATOR_BYTES)));
/** Bits of the mvin scale that changes nothing. */
export const mvinScaleIdentity = (config: AcceleratorConfig): number => SCALE_IDENTITY[config.mvinScaleType];

const SCALE_IDENTITY = { fp32: 0x3f800000, fp16: 0x3c00, none: 0 } as const satisfies Record<ScaleType, number>;

/** The accumulator type that each element type is built with. */
const ACCUMULATOR_OF = {
  int8: 'int32',
  int16: 'int32',
  fp32: 'fp32',
  fp16: 'fp32',
  bf16: 'fp32',
} as const satisfies Record<ElementType, AccumulatorType>;

const isPowerOfTwo = (n: number): boolean => Number.isInteger(n) && n > 0 && Number.isInteger(Math.log2(n));

/** What can be wrong with a configuration: code → what it means. `docs/errors.md` lists this table. */
export const ACCELERATOR_CONFIG_ERRORS = {
  ACC001: 'An array side that no build has.',
  ACC002: 'An accumulator type that does not go with the element type.',
  ACC003: 'An mvin scale type that does not go with the element type.',
  ACC004: 'An accumulator scale type that no build has.',
  ACC005: 'A scale on accumulator loads without a scale on loads.',
  ACC006: 'A scratchpad whose sizes cannot be addressed.',
  ACC007: 'An accumulator whose sizes cannot be addressed.',
  ACC008: 'A row request size that no build has.',
  ACC009: 'A number of statistics sets that commands cannot name.',
} as const;

/** Every reason why no accelerator can be built from this configuration; empty when one can. */
export function checkAcceleratorConfig(config: AcceleratorConfig): readonly Diagnostic[] {
  const { dim, elementType, accumulatorType, mvinScaleType, scratchpad, accumulator, normStatIds } = config;
  const problems: Diagnostic[] = [];
  const refuse = (code: keyof typeof ACCELERATOR_CONFIG_ERRORS, message: string, hint: string) =>
    problems.push(errorAt(code, undefined, message, hint));
  if (!isPowerOfTwo(dim) || dim < 2 || dim > 64)
    refuse(
      'ACC001',
      `accelerator.dim is ${dim}, but the array has 2, 4, 8, 16, 32 or 64 processing elements a side`,
      'set accelerator.dim=16',
    );
  if (accumulatorType !== ACCUMULATOR_OF[elementType])
    refuse(
      'ACC002',
      `accelerator.accumulatorType is ${accumulatorType}, which does not go with accelerator.elementType ${elementType}`,
      `set accelerator.accumulatorType=${ACCUMULATOR_OF[elementType]}`,
    );
  if (mvinScaleType === 'fp16' && elementType !== 'fp16')
    refuse(
      'ACC003',
      `accelerator.mvinScaleType fp16 goes with accelerator.elementType fp16 only, not with ${elementType}`,
      'set accelerator.mvinScaleType=fp32',
    );
  if (config.accumulatorScaleType === 'fp16')
    refuse(
      'ACC004',
      'accelerator.accumulatorScaleType is fp16, which no generator configuration builds',
      'set accelerator.accumulatorScaleType=fp32 or none',
    );
  if (config.mvinScalesAccumulator && mvinScaleType === 'none')
    refuse(
      'ACC005',
      'accelerator.mvinScalesAccumulator is true, but accelerator.mvinScaleType is none',
      'set accelerator.mvinScaleType=fp32 or accelerator.mvinScalesAccumulator=false',
    );
  for (const [code, name, memory] of [
    ['ACC006', 'scratchpad', scratchpad],
    ['ACC007', 'accumulator', accumulator],
  ] as const) {
    const { banks, bankRows } = memory;
    const rows = banks * bankRows;
    if (!isPowerOfTwo(banks) || !isPowerOfTwo(bankRows))
      refuse(
        code,
        `accelerator.${name} has ${banks} banks of ${bankRows} rows, but both must be powers of two`,
        `set accelerator.${name}.banks and accelerator.${name}.bankRows to powers of two, such as 4 and 1024`,
      );
    else if (rows < 2 * dim || rows > MAX_LOCAL_ROWS)
      refuse(
        code,
        `accelerator.${name} has ${rows} rows (banks × bankRows), but must have ${2 * dim} to ${MAX_LOCAL_ROWS}`,
        `set accelerator.${name}.bankRows=${(rows < 2 * dim ? 2 * dim : MAX_LOCAL_ROWS) / banks}`,
      );
  }
  if (!isPowerOfTwo(config.maxRowBytes) || config.maxRowBytes < 16)
    refuse(
      'ACC008',
      `accelerator.maxRowBytes is ${config.maxRowBytes}, but a power of two ≥ 16 is needed`,
      'set accelerator.maxRowBytes=64',
    );
  if (!Number.isInteger(normStatIds) || normStatIds < 1 || normStatIds > 256)
    refuse(
      'ACC009',
      `accelerator.normStatIds is ${normStatIds}, but the id field selects one of 1 … 256`,
      'set accelerator.normStatIds=4',
    );
  return problems;
}

/** Row numbers of mvout have 26 bits; 2^20 rows keep the largest local memory at 256 MiB. */
const MAX_LOCAL_ROWS = 2 ** 20;
