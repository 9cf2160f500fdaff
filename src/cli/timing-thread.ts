/** The thread that times a run while the program goes on. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { StartTimingThread, TimingMessage } from '../timing/records/timing-thread.ts';

/** @param script path of what scripts/build.mjs makes of timing-worker.ts */
export const threadStarter =
  (script: string): StartTimingThread =>
  (job) => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(script, { workerData: { job, port: port2 }, transferList: [port2] });
    // It waits for records until this thread ends.
    worker.unref();
    port1.unref();
    return { receive: () => receiveMessageOnPort(port1)?.message as TimingMessage };
  };
