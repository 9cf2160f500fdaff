import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';
import { pollux } from './command-line.ts';

test('dis shows a program with its symbols', async () => {
  const { status, out } = await pollux('dis', 'asm/matmul.s');
  expect(status).toBe(0);
  expect(out).toContain('asm/matmul.s:     file format elf64-littleriscv');
  expect(out).toContain('Disassembly of section .text:');
  expect(out).toMatch(/^0000000080000000 <_start>:$/m);
  expect(out).toMatch(/^ {4}800000[0-9a-f]{2}:\t[0-9a-f]{4} {16}\tret$/m);
});

test('dis says what is wrong with a file', async () => {
  const missing = await pollux('dis', 'nowhere.elf');
  expect(missing.status).toBe(66);
  expect(missing.err).toContain('error[CLI001]: cannot read nowhere.elf');
  const wrong = await pollux('dis', 'package.json');
  expect(wrong.status).toBe(65);
});

test('accelerator commands have names and decoded operands, unless objdump is to be equalled', async () => {
  const named = (await pollux('dis', 'asm/matmul.s')).out;
  expect(named).toMatch(/\tmvin\ta0,t6 # dram_addr=0x[0-9a-f]+ <a_matrix>, local_addr=sp\(0\), cols=16, rows=16$/m);
  const plain = (await pollux('dis', '--objdump', 'asm/matmul.s')).out;
  expect(plain).not.toContain('mvin');
  expect(plain).toMatch(/\t\.4byte\t0x5f5307b$/m);
});

test('--source says when there is no line information', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pollux-dis-'));
  const path = join(folder, 'plain.elf');
  const program = assemble([{ name: 'a.s', text: '_start: nop' }], {});
  const elf = program.ok ? readElf(program.value.bytes) : program;
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  writeFileSync(path, writeElf({ ...elf.value, symbols: [], sections: [] }));
  const { status, err } = await pollux('dis', '--source', path);
  rmSync(folder, { recursive: true });
  expect(status).toBe(0);
  expect(err).toContain('no line information');
});
