/** The thread that times a run while the program goes on. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { StartTimingThread, TimingJob, TimingMessage } from '../timing/records/timing-thread.ts';

/** The message with which the thread begins. */
export interface ThreadStart {
  readonly job: TimingJob;
  readonly port: MessagePort;
}

/** @param script path of what scripts/build.mjs makes of timing-worker.ts */
export function createTimingThread(script: string): {
  /** It has its code: whoever starts it earlier waits for that at the first question. */
  readonly loaded: Promise<unknown>;
  /** To be called once. */
  readonly start: StartTimingThread;
} {
  const worker = new Worker(script);
  // It waits for records until this thread ends.
  worker.unref();
  return {
    loaded: once(worker, 'message'),
    start: (job) => {
      const { port1, port2 } = new MessageChannel();
      const start: ThreadStart = { job, port: port2 };
      worker.postMessage(start, [port2]);
      return { receive: () => receiveMessageOnPort(port1)?.message as TimingMessage };
    },
  };
}
