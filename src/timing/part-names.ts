/** What the parts of a report are called. */
import type { WaitPart } from './profile/wait-parts.ts';

/** Parts in which a host works itself, by its counts. */
export const HOST_PARTS = {
  issueCycles: 'instructions issue',
  interlock: 'interlocks',
  // Mispredictions and flushes show as empty fetch.
  fetch: 'fetch, mispredictions, flushes',
  instructionMiss: 'instruction misses',
  dataMiss: 'data misses',
  tlbMiss: 'host TLB misses',
  replay: 'replays',
} as const;

/** Parts in which a host waits for its accelerator. */
export const waitName = (part: WaitPart): string => `accelerator: ${part}`;
