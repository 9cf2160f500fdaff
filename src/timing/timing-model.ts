import type { CounterSource } from '../accel/counters.ts';
import type { HostObserver } from '../hart/host-trace.ts';
import type { HostWords } from './host/host-memory.ts';
import type { TimingReport } from './report.ts';

/** The timing model as a machine sees it, wherever it runs. */
export interface TimingModel {
  /** What the hart of each tile reports to. */
  readonly observers: readonly HostObserver[];
  /** The function that an address belongs to, for reports; nothing outside of all. */
  functionAt: (addr: bigint) => string | undefined;
  /** Counters of a tile's accelerator; before they are sampled, all that the hart has retired is drained. */
  counters(tile: number): CounterSource;
  /** Where the program speaks to the host of the machine. */
  setHostWords(words: HostWords): void;
  /** A command to the host of the machine ended the program. */
  endAtHostCommand(): void;
  /** What the run cost so far. */
  report(): TimingReport;
}
