import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pollux } from './command-line.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

const MAIN = `
        .globl _start
_start: la   sp, _stack_top
        call answer
        slli a0, a0, 1
        ori  a0, a0, 1
        la   t0, tohost
        sd   a0, 0(t0)
1:      j    1b
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pollux-ld-'));
  writeFileSync(at('main.s'), MAIN);
  writeFileSync(at('answer.s'), '.globl answer\nanswer: lw a0, value\n ret\n .data\nvalue: .word 42\n');
  for (const name of ['main', 'answer']) await pollux('asm', '--object', at(`${name}.s`), '-o', at(`${name}.o`));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('ld makes a program of objects', async () => {
  const linked = await pollux('ld', at('main.o'), at('answer.o'), '-o', at('a.elf'));
  expect(linked).toEqual({ status: 0, out: '', err: '' });
  expect((await pollux('run', '-q', at('a.elf'))).status).toBe(42);
});

test('ld places a section where it is told to', async () => {
  const options = ['--section', '.data=0x80010000', '-o', at('b.elf')];
  expect((await pollux('ld', at('main.o'), at('answer.o'), ...options)).status).toBe(0);
  expect((await pollux('run', '-q', at('b.elf'))).status).toBe(42);
  expect((await pollux('dis', at('b.elf'))).out).toContain('80010000');
});

test('ld names what is missing and what it cannot place', async () => {
  const undefinedSymbol = await pollux('ld', at('main.o'), '-o', at('c.elf'));
  expect(undefinedSymbol.status).not.toBe(0);
  expect(undefinedSymbol.err).toContain('"answer" is used but not defined');
  const place = await pollux('ld', at('main.o'), at('answer.o'), '--section', '.dta=0x80010000', '-o', at('c.elf'));
  expect(place.err).toContain('there is no section .dta');
  const program = await pollux('ld', at('a.elf'), '-o', at('c.elf'));
  expect(program.err).toContain('is a program, not an object');
});

test('a listing shows the bytes of every line', async () => {
  writeFileSync(at('list.s'), 'nop\n# nothing\n li a0, 0x12345678\n .data\n .word 1, 2, 3\n');
  await pollux('asm', '--object', '--listing', at('list.txt'), at('list.s'), '-o', at('list.o'));
  expect(readFileSync(at('list.txt'), 'utf8')).toBe(
    [
      '     1 000000 0100              nop',
      '     2                          # nothing',
      '     3 000002 375534121b058567   li a0, 0x12345678',
      '     4                           .data',
      '     5 000000 0100000002000000   .word 1, 2, 3',
      '       000008 03000000',
      '',
    ].join('\n'),
  );
});
