import { expect, test } from 'vitest';
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
