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

/** gemmini-timing, appendix A. */
const CHIP_TIMING = { accumulatorScaleLatency: 4, meshOutputDelay: 2 } as const;
const FLOAT_TIMING = { tileLatency: 2, meshOutputDelay: 0, spadReadDelay: 1, dedicatedPort: false } as const;

const FLOAT = { accumulatorType: 'fp32', mvinScalesAccumulator: true, ...FLOAT_TIMING } as const;

/** soc-timing §1.3: Chipyard since January 2024, with the Huge core since August 2024. */
const ROCKET_HUGE = {
  host: { dcacheWays: 8, icacheWays: 8 },
  translation: { l2Entries: 0 },
  cache: { toMemory: 3 },
} as const;

/** The machine of the measurements; what the timing model has as its defaults, said again so that it stays. */
const SYSTEM_2023 = {
  host: { dcacheWays: 4, icacheWays: 4 },
  translation: { l2Entries: 512 },
  cache: { sizeKib: 512, ways: 8, banks: 1, toMemory: 4 },
  memory: { model: 'fixed' },
} as const;

/** soc-timing §1.6. The branch penalty is that of a pipeline of ten stages, the model coarse: out-of-order.ts. */
const BOOM_LARGE = {
  kind: 'out-of-order',
  issueWidth: 3,
  windowEntries: 96,
  missOverlap: 4,
  mispredict: 12,
  flush: 12,
  floatSingle: 4,
  floatDouble: 4,
  tlbEntries: 16,
  dcacheWays: 8,
  icacheWays: 8,
} as const;

export const PRESETS: readonly Preset[] = [
  {
    name: 'default',
    aliases: ['defaultConfig'],
    summary: 'int8, 16×16, both dataflows, 256 KiB scratchpad, 64 KiB accumulator',
    values: {},
  },
  {
    name: 'chipyard-gemmini-2023',
    aliases: ['CustomGemminiSoCConfig'],
    summary: 'the default of September 2023: square convolutions, 16 KiB L1 caches, 512-entry L2 TLB',
    values: { accelerator: { isaRevision: 'square-convolution' }, ...SYSTEM_2023 },
  },
  {
    name: 'gemmini-rocket',
    aliases: ['GemminiRocketConfig'],
    summary: 'the default on today’s Rocket: 32 KiB L1 caches, no L2 TLB',
    values: ROCKET_HUGE,
  },
  {
    name: 'gemmini-boom',
    aliases: [],
    summary: 'the default beside a Large BOOM, whose timing is a coarse model',
    values: { ...ROCKET_HUGE, host: BOOM_LARGE },
  },
  {
    name: 'lean',
    aliases: ['LeanGemminiRocketConfig', 'leanConfig'],
    summary: 'the default sizes, weight-stationary only, 64 requests in flight',
    values: { ...ROCKET_HUGE, accelerator: { dataflow: 'weight-stationary', inFlight: 64 } },
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
        ...CHIP_TIMING,
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
        ...CHIP_TIMING,
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
