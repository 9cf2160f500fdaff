import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';

/** What each example prints, as it does on Spike with the functional model of the accelerator. */
const OUTPUT: Readonly<Record<string, string>> = {
  'convolution.s': 'right\n',
  'hello.s': 'hello from the hart\nright\n',
  'loop-ws.s': 'right\n',
  'matmul-os.s': 'right\n',
  'matmul.s': 'C = A * B is right: 256 of 256 elements\n',
  'move.s': 'right\n',
  'page-tables.s': 'right\n',
  'pooling.s': 'right\n',
  'scaling.s': 'right\n',
  'strided.s': 'right\n',
};

const names = readdirSync('asm').filter((name) => name.endsWith('.s'));

function run(text: string): { code: number; output: string } {
  const assembled = assemble([{ name: 'asm/example.s', text }], { readFile: (path) => readFileSync(`asm/${path}`) });
  if (!assembled.ok) throw new Error(assembled.errors.map(({ message }) => message).join('\n'));
  const elf = readElf(assembled.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const host = new CapturedHost();
  const machine = createMachine({ ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 2 ** 20 } }, host);
  const loaded = machine.load(elf.value);
  if (!loaded.ok) throw new Error(loaded.errors[0]!.message);
  const outcome = machine.run();
  return { code: outcome.kind === 'exit' ? Number(outcome.code) : -1, output: host.output };
}

test('every example is listed', () => expect(names.toSorted()).toEqual(Object.keys(OUTPUT)));

test.each(names)('%s finds its own results right', (name) => {
  expect(run(readFileSync(`asm/${name}`, 'utf8'))).toEqual({ code: 0, output: OUTPUT[name] });
});

test.each(names.filter((name) => !['hello.s', 'page-tables.s'].includes(name)))(
  '%s notices when the accelerator does nothing',
  (name) => {
    const text = readFileSync(`asm/${name}`, 'utf8').replace(/^\s+mvout\b.*|^\s+loop(?:_conv)?_ws(?:\s+no_.*)?$/gm, '');
    expect(run(text).code).toBe(1);
  },
);
