/** What the thread of src/cli/timing-thread.ts runs. */
import { parentPort } from 'node:worker_threads';
import { timeOnThread } from '../timing/records/timing-thread.ts';
import type { ThreadStart } from './timing-thread.ts';

parentPort!.once('message', ({ job, port }: ThreadStart) => timeOnThread(job, (message) => port.postMessage(message)));
parentPort!.postMessage('ready');
