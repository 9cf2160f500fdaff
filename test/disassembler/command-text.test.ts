import { expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { CommandNames } from '../../src/disassembler/command-text.ts';
import { disassembleFile } from '../../src/disassembler/disassemble.ts';
import { readElf } from '../../src/elf/read.ts';

/** The commands of a program, without the registers that hold their operands. */
function commands(text: string): string[] {
  const program = assemble([{ name: 'a.s', text }], {});
  if (!program.ok) throw new Error(program.errors.map(({ message }) => message).join('\n'));
  const file = readElf(program.value.bytes);
  if (!file.ok) throw new Error('not an ELF file');
  const names = new CommandNames(file.value, 'current');
  const seen: string[] = [];
  const instruction = (word: number, pc: bigint): string | undefined => {
    const command = names.text(word, pc);
    if (command !== undefined) seen.push(command.replace(/\t[a-z0-9,]+/, ''));
    return command;
  };
  Array.from(disassembleFile(file.value, 'a.elf', { instruction }));
  return seen;
}

test('commands that the assembler packs are decoded again', () => {
  const found = commands(`
_start:
    config_ex dataflow=ws, activation=relu, a_transpose
    config_mvin stride=64, scale=0.5
    la a0, matrix
    mvin a0, sp(16), rows=4, cols=8
    preload garbage, acc_add(3), c_rows=4, c_cols=4
    mvout a0, acc(5, mean), rows=1, cols=16
    j _start
.data
matrix: .zero 64`);
  expect(found[0]).toMatch(/^config_ex # dataflow=ws, activation=relu, set_only_strides=0, a_transpose=1/);
  expect(found[1]).toContain('scale=0.5, stride=64');
  expect(found[2]).toMatch(/^mvin # dram_addr=0x[0-9a-f]+ <matrix>, local_addr=sp\(16\), cols=8, rows=4$/);
  expect(found[3]).toContain('bd=garbage');
  expect(found[3]).toContain('c=acc_add(3), c_cols=4, c_rows=4');
  expect(found[4]).toContain('local_addr=acc(5, mean)');
});

test('what is not known stays out: after labels, calls, jumps and loads from memory that changes', () => {
  const known = (between: string): boolean =>
    commands(`_start: li a1, 0x4000400000010\n li s1, 1\n${between}\n mvin a0, a1\n.data\nv: .dword 5`)[0]!.includes(
      '#',
    );
  expect(known('nop')).toBe(true);
  expect(known('li a2, 1\n add s1, s1, a2')).toBe(true);
  expect(known('1:')).toBe(true);
  expect(known('1: bnez s1, 1b')).toBe(true);
  expect(known('1: addi a1, a1, 1\n bnez s1, 1b')).toBe(false);
  expect(known('bnez s1, 1f\n li a1, 5\n1:')).toBe(false);
  expect(known('bnez s1, 1f\n li a2, 5\n1:')).toBe(true);
  expect(known('bnez s1, 1f\n jr a3\n1:')).toBe(false);
  expect(known('jr a3\n1:')).toBe(false);
  expect(known('label:')).toBe(false);
  expect(known('call _start')).toBe(false);
  expect(known('ld a1, v')).toBe(false);
  expect(known('add a1, a1, t3')).toBe(false);
  expect(known('c.addi a1, 1')).toBe(true);
});

test('constants that compilers keep in read-only data are known', () => {
  const [mvin] = commands(`_start: la a5, c\n ld a1, 0(a5)\n lw a0, 8(a5)\n mvin a0, a1
.section .rodata\n.balign 8\nc: .dword 0x4000800000020\n .word 0x1000`);
  expect(mvin).toBe('mvin # dram_addr=0x1000, local_addr=sp(32), cols=8, rows=4');
});

test('a configuration whose kind is not known has its general name', () => {
  expect(commands('_start: config_mvin a0, a1')).toEqual(['config']);
});

test('words near a command are none', () => {
  expect(commands('_start: .insn r 0x7b, 3, 99, x0, a0, a1')).toEqual([]);
  expect(commands('_start: .insn r 0x7b, 3, 2, a3, a0, a1')).toEqual([]);
  expect(commands('_start: .insn r 0x7b, 7, 126, a3, a0, x0')).toEqual(['counter']);
});

test('fields that are known stand alone where the others are not', () => {
  const [mvin] = commands('_start: li a2, 0x10001000000000\n lhu a3, 0(a4)\n add a1, a2, a3\n mvin a0, a1');
  expect(mvin).toBe('mvin # cols=16, rows=16');
  const [config] = commands('_start: slli a1, a1, 32\n ori a1, a1, 1\n .insn r 0x7b, 3, 0, x0, a1, a2');
  expect(config).toMatch(/^config_mvin # shrink=0, state=0/);
});
