import { GuestMemory } from '../../src/hart/guest-memory.ts';
import { GuestRam } from '../../src/machine/guest-ram.ts';

export const RAM_BASE = 0x8000_0000n;
export const RAM_SIZE = 65536;

const range = { base: Number(RAM_BASE), bytes: RAM_SIZE };

/** 64 KiB at 0x80000000. */
export const smallRam = (): GuestRam =>
  new GuestRam(new GuestMemory({ harts: 0, physical: [range], isObserved: false }), range);
