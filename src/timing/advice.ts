/** The next thing to change: for each part that can be the largest of a run, what makes it smaller. */
import type { TimingConfig } from './config.ts';
import { HOST_PARTS, waitName } from './part-names.ts';

export interface Advice {
  /** The largest part, and its share of the cycles. */
  readonly part: string;
  readonly share: number;
  readonly text: string;
  /** Parameters to try other values of, with their present ones. */
  readonly parameters: readonly { readonly key: string; readonly value: unknown }[];
}

/** Part → what to do, and keys of the machine that it depends on. */
const ADVICE: Readonly<Record<string, readonly [text: string, ...keys: string[]]>> = {
  [waitName('compute')]: ['the array is the limit: only a larger array (accelerator.dim) or fewer products help'],
  [waitName('hazards')]: [
    'keep operands that are read together, and rows that are loaded meanwhile, in different scratchpad banks; reconfigure the array less often',
    'accelerator.operandLatency',
  ],
  [waitName('load')]: [
    'loads are the limit: larger tiles load less for each product; load the next tile while this one computes',
    'accelerator.beatBytes',
    'accelerator.inFlight',
    'accelerator.loadEntries',
  ],
  [waitName('store')]: [
    'stores are the limit: keep results in the accumulator longer, store four blocks of columns at a time, or elements rather than full words',
    'accelerator.storeEntries',
    'accelerator.accumulatorScaleLatency',
  ],
  [waitName('translation')]: [
    'translations are the limit: larger buffers, or larger pages',
    'accelerator.tlbEntries',
    'translation.l2Entries',
  ],
  [waitName('memory')]: [
    'memory is the limit: make tiles fit the L2, or touch each line once',
    'cache.sizeKib',
    'memory.latency',
    'memory.beatBytes',
    'cache.mshrs',
  ],
  [waitName('issue')]: [
    'the accelerator waits for commands: use loop_ws or loop_conv_ws rather than single commands, and fence less often',
    'accelerator.executeEntries',
    'accelerator.loadEntries',
  ],
  [waitName('drain')]: ['fences wait for the end of short work: give the accelerator more between two fences'],
  [HOST_PARTS.issueCycles]: [
    'the host computes: give its work to the accelerator, or let it work while the accelerator does',
    'host.kind',
  ],
  [HOST_PARTS.interlock]: [
    'the host waits for its own results: put work between a load or product and its use',
    'host.kind',
  ],
  [HOST_PARTS.fetch]: [
    'the host guesses branches wrong: fewer branches, or a larger predictor',
    'host.bhtEntries',
    'host.btbEntries',
  ],
  [HOST_PARTS.instructionMiss]: ['the host’s code does not fit its cache', 'host.icacheSets', 'host.icacheWays'],
  [HOST_PARTS.dataMiss]: [
    'the host’s data do not fit its cache, or the accelerator has just written them',
    'host.dcacheWays',
    'host.dcacheMiss',
    'memory.latency',
  ],
  [HOST_PARTS.tlbMiss]: ['the host’s pages do not fit its TLBs', 'host.tlbEntries', 'translation.l2Entries'],
  [HOST_PARTS.replay]: ['the host loads what it has just stored: keep such values in registers'],
};
const OTHERWISE = ['the host waits for devices: print less, or at once'] as const;

/** @param parts that add up to `cycles` */
export function advise(
  { cycles, parts }: { readonly cycles: number; readonly parts: readonly { part: string; cycles: number }[] },
  timing: TimingConfig,
): Advice {
  const largest = parts.reduce((best, one) => (one.cycles > best.cycles ? one : best));
  const [text, ...keys] = ADVICE[largest.part] ?? OTHERWISE;
  return {
    part: largest.part,
    share: cycles === 0 ? 0 : largest.cycles / cycles,
    text,
    parameters: keys.map((key) => ({ key, value: valueAt(timing, key) })),
  };
}

const valueAt = (timing: TimingConfig, key: string): unknown =>
  key.split('.').reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>>)[name], timing);
