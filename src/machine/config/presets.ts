/**
 * Machines that people know by name: what differs from the default machine.
 * @source gemmini-isa §9.1 for the accelerators, soc-timing §1.1 for the systems around them
 */
import { type Diagnostic, didYouMean, errorAt } from '../../support/diagnostics.ts';
import { fail, type Result, succeed } from '../../support/result.ts';
import type { ConfigLayer } from './resolve.ts';

export interface Preset {
  readonly name: string;
  /** Other names of the same machine: Chipyard configurations and the generator's own. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const FLOAT = { accumulatorType: 'fp32', mvinScalesAccumulator: true } as const;

export const PRESETS: readonly Preset[] = [
  {
    name: 'default',
    aliases: ['GemminiRocketConfig', 'defaultConfig'],
    summary: 'int8, 16×16, both dataflows, 256 KiB scratchpad, 64 KiB accumulator',
    values: {},
  },
  {
    name: 'lean',
    aliases: ['LeanGemminiRocketConfig', 'leanConfig'],
    summary: 'the default sizes, weight-stationary only',
    values: { accelerator: { dataflow: 'weight-stationary' } },
  },
  {
    name: 'chip',
    aliases: ['chipConfig'],
    summary: 'weight-stationary, 64 KiB scratchpad, 32 KiB accumulator',
    values: {
      accelerator: {
        dataflow: 'weight-stationary',
        scratchpad: { bankRows: 1024 },
        accumulator: { banks: 2, bankRows: 256 },
      },
    },
  },
  {
    name: 'large-chip',
    aliases: ['largeChipConfig'],
    summary: 'weight-stationary, 32×32, 128 KiB scratchpad, 64 KiB accumulator',
    values: {
      accelerator: {
        dim: 32,
        dataflow: 'weight-stationary',
        scratchpad: { bankRows: 1024 },
        accumulator: { banks: 2, bankRows: 256 },
      },
    },
  },
  {
    name: 'inference-baseline',
    aliases: ['baselineInferenceConfig'],
    summary: 'the default without support for training convolutions',
    values: {},
  },
  {
    name: 'inference-high-performance',
    aliases: ['highPerfInferenceConfig'],
    summary: '32×32, both dataflows, 512 KiB scratchpad, 128 KiB accumulator',
    values: { accelerator: { dim: 32 } },
  },
  {
    name: 'i-bert',
    aliases: ['ibertInferenceConfig'],
    summary: 'the default with normalisation and a 128 KiB accumulator',
    values: { accelerator: { accumulator: { bankRows: 1024 }, normStatIds: 2 } },
  },
  {
    name: 'fp32',
    aliases: ['FPGemminiRocketConfig', 'defaultFPConfig', 'FP32DefaultConfig'],
    summary: 'fp32, 4×4, 256 KiB scratchpad, 64 KiB accumulator',
    values: { accelerator: { ...FLOAT, dim: 4, elementType: 'fp32', accumulator: { bankRows: 2048 } } },
  },
  {
    name: 'fp16',
    aliases: ['FP16DefaultConfig'],
    summary: 'fp16 with fp32 sums, 4×4, 256 KiB scratchpad, 64 KiB accumulator',
    values: {
      accelerator: {
        ...FLOAT,
        dim: 4,
        elementType: 'fp16',
        mvinScaleType: 'fp16',
        scratchpad: { bankRows: 8192 },
        accumulator: { bankRows: 2048 },
      },
    },
  },
  {
    name: 'bf16',
    aliases: ['BF16DefaultConfig'],
    summary: 'bf16 with fp32 sums, 4×4, 256 KiB scratchpad, 64 KiB accumulator',
    values: {
      accelerator: {
        ...FLOAT,
        dim: 4,
        elementType: 'bf16',
        scratchpad: { bankRows: 8192 },
        accumulator: { bankRows: 2048 },
      },
    },
  },
  {
    name: 'bf16-8x8',
    aliases: ['BF16Default8Config'],
    summary: 'bf16 with fp32 sums, 8×8, 256 KiB scratchpad, 64 KiB accumulator',
    values: { accelerator: { ...FLOAT, dim: 8, elementType: 'bf16', accumulator: { bankRows: 1024 } } },
  },
  {
    name: 'training-fp32',
    aliases: [],
    summary: 'fp32, 8×8, 512 KiB scratchpad, 128 KiB accumulator',
    values: { accelerator: { ...FLOAT, dim: 8, elementType: 'fp32', accumulator: { bankRows: 2048 } } },
  },
  {
    name: 'chip-fp32',
    aliases: ['chipFPConfig'],
    summary: 'fp32, 4×4, weight-stationary, 32 KiB scratchpad, 8 KiB accumulator',
    values: {
      accelerator: {
        accumulatorType: 'fp32',
        accumulatorScaleType: 'none',
        dim: 4,
        dataflow: 'weight-stationary',
        elementType: 'fp32',
        scratchpad: { bankRows: 512 },
        accumulator: { bankRows: 256 },
      },
    },
  },
];

/** @param name a preset's name or one of its aliases */
export function findPreset(name: string): Result<ConfigLayer, Diagnostic> {
  const preset = PRESETS.find((one) => one.name === name || one.aliases.includes(name));
  if (preset !== undefined) return succeed({ origin: `preset ${name}`, values: preset.values });
  const near = didYouMean(
    name,
    PRESETS.flatMap((one) => [one.name, ...one.aliases]),
  );
  return fail(
    errorAt(
      'CFG004',
      undefined,
      `no preset or file ${name}; presets: ${PRESETS.map((one) => one.name).join(', ')}`,
      near === undefined ? '"pollux config presets" describes them' : `did you mean ${near}?`,
    ),
  );
}
