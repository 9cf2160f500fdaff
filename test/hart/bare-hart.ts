/** A hart with some RAM and no devices, for tests: words in, registers out. */
import { type CoreOptions, createHarts } from '../../src/hart/core-complex.ts';
import { GuestMemory } from '../../src/hart/guest-memory.ts';
import type { Hart, HartPorts } from '../../src/hart/hart.ts';
import { packFields } from '../../src/isa/bit-pattern.ts';
import { type InstructionName, instruction } from '../../src/isa/rv64.ts';

export const RAM_BASE = 0x8000_0000;

export interface BareHart {
  readonly hart: Hart;
  readonly memory: GuestMemory;
  readonly ram: DataView;
}

export function bareHart(
  program: readonly number[],
  ports: Partial<HartPorts> = {},
  options: CoreOptions = { translates: true },
): BareHart {
  const memory = new GuestMemory({
    harts: 1,
    physical: [{ base: RAM_BASE, bytes: 1 << 20 }],
    isObserved: ports.observer !== undefined,
  });
  const linear = memory.locate(RAM_BASE, 1 << 20)!;
  const ram = new DataView(memory.memory.buffer, linear, 1 << 20);
  for (const [index, word] of program.entries()) ram.setUint32(4 * index, word, true);
  const bus = { read: () => undefined, write: () => false };
  const [hart] = createHarts(memory, [{ bus, time: () => 0n, ...ports }], options);
  hart!.reset(BigInt(RAM_BASE));
  return { hart: hart!, memory, ram };
}

/** An instruction word; fields not given are 0 (`rm`: dynamic is 7). */
export function encode(name: InstructionName, values: Readonly<Record<string, number>> = {}): number {
  const pattern = instruction(name);
  const fields = Object.fromEntries([...pattern.fields.keys()].map((field) => [field, values[field] ?? 0]));
  return packFields(pattern, fields);
}
