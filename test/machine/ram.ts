import { GuestRam } from '../../src/machine/guest-ram.ts';
import type { HostCalls } from '../../src/machine/host-calls.ts';

export const RAM_BASE = 0x8000_0000n;
export const RAM_SIZE = 65536;

/** 64 KiB at 0x80000000 that start in the middle of linear memory. */
export const smallRam = (): GuestRam => new GuestRam(new WebAssembly.Memory({ initial: 2 }), 65536, RAM_BASE, RAM_SIZE);

/** A host with one readable file and recorded output. */
export function recordingHost(input = '', programArguments: readonly string[] = ['prog']) {
  const output: Record<1 | 2, string> = { 1: '', 2: '' };
  let rest = new TextEncoder().encode(input);
  const calls: HostCalls = {
    console: {
      write: (fd, bytes) => void (output[fd] += new TextDecoder().decode(bytes)),
      read: (length) => {
        const taken = rest.subarray(0, length);
        rest = rest.subarray(length);
        return taken;
      },
    },
    programArguments,
    readFile: (path) => (path === 'data.txt' ? new TextEncoder().encode('hello file') : undefined),
    openFiles: new Map(),
  };
  return { calls, output };
}
