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
const COLD_CODE = [
  'the host runs most of its code for the first time, which no cache spares: fewer lines of code, or repeat what is measured',
  'memory.latency',
] as const;
const POLLING = [
  'the program waits for the host of the machine (tohost and fromhost), which looks once a turn: print less, or mark the regions that matter',
] as const;

/** What a tile did, as far as advice depends on it. */
export interface AdvisedRun {
  readonly cycles: number;
  /** They add up to the cycles. */
  readonly parts: readonly { readonly part: string; readonly cycles: number }[];
  /** Lines that the host fetched, and those of them that it had never fetched before. */
  readonly fetched: { readonly misses: number; readonly firstMisses: number };
  /** In which the program asked again and again whether the host of the machine has answered. */
  readonly pollCycles: number;
}

export function advise(run: AdvisedRun, timing: TimingConfig): Advice {
  const { cycles, parts } = run;
  const largest = parts.reduce((best, one) => (one.cycles > best.cycles ? one : best));
  const [text, ...keys] = adviceFor(largest.part, run);
  return {
    part: largest.part,
    share: cycles === 0 ? 0 : largest.cycles / cycles,
    text,
    parameters: keys.map((key) => ({ key, value: valueAt(timing, key) })),
  };
}

function adviceFor(
  part: string,
  { cycles, fetched, pollCycles }: AdvisedRun,
): readonly [text: string, ...keys: string[]] {
  if (2 * pollCycles > cycles) return POLLING;
  if (part === HOST_PARTS.instructionMiss && 2 * fetched.firstMisses > fetched.misses) return COLD_CODE;
  return ADVICE[part] ?? OTHERWISE;
}

const valueAt = (timing: TimingConfig, key: string): unknown =>
  key.split('.').reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>>)[name], timing);
