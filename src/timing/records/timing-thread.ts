/** The timing model on a thread of its own: what it is given, what it says, and what it does. */
import type { TimingConfig } from '../config.ts';
import type { TimingReport } from '../report.ts';
import type { SystemShape } from '../system.ts';
import { RecordPlayer } from './record-player.ts';
import { RingReader } from './record-ring.ts';

/** What a thread needs to begin. It can be sent as a message. */
export interface TimingJob {
  readonly config: TimingConfig;
  readonly shape: SystemShape;
  /** Records of the time before there was a thread, in shared memory. */
  readonly backlog: readonly Int32Array[];
  /** From `createRingMemory`. */
  readonly ring: SharedArrayBuffer;
}

export type TimingMessage =
  | { readonly kind: 'report'; readonly report: TimingReport }
  /** A mistake of ours. */
  | { readonly kind: 'failure'; readonly error: unknown };

export interface TimingThread {
  /** The oldest message of the thread that was not received; there is one. */
  receive(): TimingMessage;
}

/** Starts a thread that calls `timeOnThread`. */
export type StartTimingThread = (job: TimingJob) => TimingThread;

/** Times what comes, and does not return unless that fails. */
export function timeOnThread(
  { config, shape, backlog, ring }: TimingJob,
  send: (message: TimingMessage) => void,
): void {
  const reader = new RingReader(ring);
  // What was asked in the time before there was a thread has been answered.
  let isAsked = false;
  try {
    const player = new RecordPlayer(config, shape, {
      answer: (value) => {
        if (isAsked) reader.answer(value);
      },
      report: (report) => {
        if (!isAsked) return;
        send({ kind: 'report', report });
        reader.answer(0);
      },
    });
    for (const words of backlog) player.play(words, 0, words.length);
    isAsked = true;
    reader.run(player);
  } catch (error) {
    send({ kind: 'failure', error });
    reader.fail();
  }
}
