import { readFileSync, readSync } from 'node:fs';
import type { HostCalls } from '../machine/host-calls.ts';

/** The guest's streams are ours; it may read the files that we may read, and write none. */
export const hostCallsOfProcess = (programArguments: readonly string[]): HostCalls => ({
  console: {
    write: (fd, bytes) => void (fd === 1 ? process.stdout : process.stderr).write(bytes.slice()),
    read: readStandardInput,
  },
  programArguments,
  readFile: (path) => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  },
  openFiles: new Map(),
});

function readStandardInput(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  try {
    return bytes.subarray(0, readSync(0, bytes));
  } catch {
    // No standard input, or nothing there yet: the guest sees its end.
    return new Uint8Array();
  }
}
