import { GuestRam } from '../../src/machine/guest-ram.ts';

export const RAM_BASE = 0x8000_0000n;
export const RAM_SIZE = 65536;

/** 64 KiB at 0x80000000 that start in the middle of linear memory. */
export const smallRam = (): GuestRam => new GuestRam(new WebAssembly.Memory({ initial: 2 }), 65536, RAM_BASE, RAM_SIZE);
