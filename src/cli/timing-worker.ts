/** What the thread of src/cli/timing-thread.ts runs. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { type TimingJob, timeOnThread } from '../timing/records/timing-thread.ts';

const { job, port } = workerData as { readonly job: TimingJob; readonly port: MessagePort };
timeOnThread(job, (message) => port.postMessage(message));
