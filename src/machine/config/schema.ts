/** The whole machine as data. Every key has one row here: rule, meaning, unit. */
import { strictObject, type ZodMiniType } from 'zod/mini';
import {
  ACCUMULATOR_TYPES,
  type AcceleratorConfig,
  DATAFLOWS,
  DEFAULT_ACCELERATOR,
  ELEMENT_TYPES,
  SCALE_TYPES,
} from '../../accel/config.ts';
import { RTL_BEHAVIOURS } from '../../accel/rtl-behaviours.ts';
import { ISA_REVISIONS } from '../../isa/accelerator.ts';
import { DEFAULT_TIMING, TIMING_PARAMETERS, type TimingConfig } from '../../timing/config.ts';
import { parameter, parametersOf } from './parameter.ts';
import { bytes, integer, multipleOf, oneOf, powerOfTwo, someOf, yesOrNo } from './rules.ts';
import { timingSection } from './timing-section.ts';

const KIB = 2 ** 10;
const GIB = 2 ** 30;
/** Guest memory shares one 4 GiB WebAssembly memory with local memories and caches of the simulator. */
const MAX_RAM = 3 * GIB;

const acceleratorSection = {
  customOpcode: parameter(oneOf(0, 1, 2, 3), 'RISC-V custom opcode that the accelerator answers to'),
  isaRevision: parameter(oneOf(...ISA_REVISIONS), 'layout of the loop_conv_ws configuration commands'),
  dim: parameter(powerOfTwo(2, 64), 'side of the square array', 'processing elements'),
  dataflow: parameter(oneOf(...DATAFLOWS), 'dataflows that the array is built for'),
  elementType: parameter(oneOf(...ELEMENT_TYPES), 'type of scratchpad elements and array operands'),
  accumulatorType: parameter(oneOf(...ACCUMULATOR_TYPES), 'type of accumulator elements'),
  mvinScaleType: parameter(oneOf(...SCALE_TYPES), 'type of the scale on loads; none when there is no multiplier'),
  mvinScalesAccumulator: parameter(yesOrNo, 'is the scale applied to full-width accumulator loads, too?'),
  accumulatorScaleType: parameter(oneOf(...SCALE_TYPES), 'type of the scale on stores from the accumulator'),
  scratchpad: strictObject({
    banks: parameter(powerOfTwo(1, 64), 'banks of the scratchpad', 'banks'),
    bankRows: parameter(powerOfTwo(4, 2 ** 20), 'rows of one scratchpad bank; a row holds dim elements', 'rows'),
  }),
  accumulator: strictObject({
    banks: parameter(powerOfTwo(1, 64), 'banks of the accumulator', 'banks'),
    bankRows: parameter(powerOfTwo(4, 2 ** 20), 'rows of one accumulator bank; a row holds dim sums', 'rows'),
  }),
  maxRowBytes: parameter(bytes(powerOfTwo(16, 4096)), 'most bytes of one row request of a load', 'bytes'),
  normStatIds: parameter(integer(1, 256), 'sets of running statistics for layernorm and softmax', 'sets'),
  rtlBehaviours: parameter(
    someOf(RTL_BEHAVIOURS.map(({ id }) => id)),
    'points on which to follow the RTL instead of the functional model',
  ),
};

/** The largest row request is a parameter of the functional model, too. */
const { maxRowBytes: _, ...acceleratorTiming } = TIMING_PARAMETERS.accelerator;

const untypedSchema = strictObject({
  harts: parameter(integer(1, 8), 'tiles; each is one RV64GC hart with its own accelerator', 'tiles'),
  memory: strictObject({
    base: parameter(bytes(multipleOf(4 * KIB, 0, 2 ** 47)), 'physical address of the first byte of RAM', 'bytes'),
    size: parameter(bytes(multipleOf(64 * KIB, 64 * KIB, MAX_RAM)), 'size of RAM', 'bytes'),
    ...timingSection(TIMING_PARAMETERS.memory),
  }),
  accelerator: strictObject({ ...acceleratorSection, ...timingSection(acceleratorTiming) }),
  host: strictObject(timingSection(TIMING_PARAMETERS.host)),
  translation: strictObject(timingSection(TIMING_PARAMETERS.translation)),
  cache: strictObject(timingSection(TIMING_PARAMETERS.cache)),
  bus: strictObject(timingSection(TIMING_PARAMETERS.bus)),
});

export interface MachineConfig extends Omit<TimingConfig, 'memory' | 'accelerator'> {
  readonly harts: number;
  readonly memory: { readonly base: number; readonly size: number } & TimingConfig['memory'];
  readonly accelerator: { readonly customOpcode: number } & AcceleratorConfig & TimingConfig['accelerator'];
}

export const machineSchema = untypedSchema as unknown as ZodMiniType<MachineConfig>;

/** Every key that can be set, in the order in which they are shown. */
export const PARAMETERS = parametersOf(untypedSchema);

/** One tile with the generator's default accelerator and the memory of the reference simulator. */
export const DEFAULT_MACHINE: MachineConfig = {
  ...DEFAULT_TIMING,
  harts: 1,
  memory: { base: 0x8000_0000, size: 2 * GIB, ...DEFAULT_TIMING.memory },
  accelerator: {
    customOpcode: 3,
    ...DEFAULT_ACCELERATOR,
    ...DEFAULT_TIMING.accelerator,
    maxRowBytes: DEFAULT_ACCELERATOR.maxRowBytes,
  },
};
