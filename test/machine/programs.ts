import { assemble } from '../../src/assembler/assemble.ts';
import type { ElfFile } from '../../src/elf/format.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { type ConfigLayer, resolveConfig } from '../../src/machine/config/resolve.ts';
import type { Machine } from '../../src/machine/machine.ts';

/** Assembles a program; mistakes in it are mistakes of the test. */
export function program(text: string): ElfFile {
  const assembled = assemble([{ name: 'test.s', text }]);
  if (!assembled.ok) throw new Error(assembled.errors.map(({ message }) => message).join('\n'));
  const elf = readElf(assembled.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  return elf.value;
}

/** A loaded machine of 1 MiB of RAM, unless the values say otherwise, and its host. */
export function machineWith(text: string, values: unknown = {}): { machine: Machine; host: CapturedHost } {
  const small: ConfigLayer = { origin: 'test', values: { memory: { size: 2 ** 20 } } };
  const config = resolveConfig([small, { origin: 'test', values }]);
  if (!config.ok) throw new Error(config.errors.map(({ message }) => message).join('\n'));
  const host = new CapturedHost();
  const machine = createMachine(config.value.machine, host);
  const loaded = machine.load(program(text));
  if (!loaded.ok) throw new Error(loaded.errors[0]!.message);
  return { machine, host };
}

/** exit(a0) */
export const EXIT = `
exit:   slli a0, a0, 1
        ori  a0, a0, 1
        la   t0, tohost
        sd   a0, 0(t0)
1:      j    1b
`;
