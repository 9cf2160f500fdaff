/** Runs a machine in slices, between which limits of time and Ctrl-C are seen. */
import type { Machine, RunOutcome } from '../machine/machine.ts';

export interface RunLimits {
  readonly maxInstructions?: number;
  /** Seconds. */
  readonly timeout?: number;
}

export type Ending = RunOutcome | { readonly kind: 'timeout' } | { readonly kind: 'interrupted' };

/** Time between looks at the clock and at Ctrl-C, in milliseconds, and the slices of instructions that may fill it. */
const SLICE_TIME = 20;
const SLICE = { first: 5_000, least: 5_000, most: 50_000_000 } as const;

/** Milliseconds after which a run counts as long: about what loading a thread takes. */
const LONG_RUN = 50;

/** A clock that never goes back. `performance` would do, but Node takes longer to load it than for a short run. */
const milliseconds = (): number => Number(process.hrtime.bigint()) / 1e6;

/** @param provesLong called once when the run has taken as long as loading a thread does */
export async function runToEnd(
  machine: Machine,
  { maxInstructions, timeout }: RunLimits,
  provesLong: () => Promise<void>,
): Promise<Ending> {
  const begin = milliseconds();
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : begin + 1000 * timeout;
  let isLong = false;
  let isInterrupted = false;
  const interrupt = (): void => void (isInterrupted = true);
  process.once('SIGINT', interrupt);
  try {
    for (let slice: number = SLICE.first; ; ) {
      const left = (maxInstructions ?? Number.POSITIVE_INFINITY) - machine.retired;
      const start = milliseconds();
      const outcome = machine.run(Math.min(left, slice));
      if (outcome.kind !== 'limit' || left <= slice) return outcome;
      const now = milliseconds();
      if (now >= deadline) return { kind: 'timeout' };
      // Signals are delivered between slices.
      await new Promise((resolve) => setImmediate(resolve));
      if (isInterrupted) return { kind: 'interrupted' };
      if (!isLong && now - begin >= LONG_RUN) {
        isLong = true;
        await provesLong();
      }
      // An instruction may be an addition or a whole convolution.
      slice = Math.round(Math.min(SLICE.most, Math.max(SLICE.least, slice * Math.min(4, SLICE_TIME / (now - start)))));
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
