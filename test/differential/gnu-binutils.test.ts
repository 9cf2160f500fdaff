/**
 * Compares listings with GNU objdump's and source lines with addr2line's, on programs of our own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { disassembleFile } from '../../src/disassembler/disassemble.ts';
import { readLineTable } from '../../src/elf/dwarf-lines.ts';
import { type ElfFile, SECTION_FLAGS } from '../../src/elf/format.ts';
import { readElf } from '../../src/elf/read.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { randomSource } from './random-source.ts';

const PREFIX = 'riscv64-unknown-elf-';
const runs = (tool: string): boolean => spawnSync(PREFIX + tool, ['--version']).status === 0;
const reasonFor = (...tools: string[]): string | undefined => {
  const missing = tools.filter((tool) => !runs(tool));
  return missing.length === 0 ? undefined : `${PREFIX}${missing[0]} is not installed`;
};
const note = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);

function tool(name: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(PREFIX + name, args, { encoding: 'utf8', maxBuffer: 2 ** 28, input });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return stdout;
}

function inFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'pollux-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(path: string): ElfFile {
  const file = readElf(readFileSync(path));
  if (!file.ok) throw new Error(file.errors[0]!.message);
  return file.value;
}

/** Instructions of other extensions that GNU objdump knows: docs/toolchain.md. */
const FOREIGN = /\t(?:uret|hret|dret|sfence\.vm)\b/;

function expectSameListing(path: string): void {
  const theirs = tool('objdump', ['-d', path]).split('\n');
  const ours = [...disassembleFile(read(path), path), ''];
  // One comparison first: a diff of long arrays takes its time.
  const different = theirs.findIndex((line, index) => line !== ours[index] && !FOREIGN.test(line));
  expect({ line: different, text: ours[different] }).toEqual({ line: different, text: theirs[different] });
  expect(ours.length).toBe(theirs.length);
}

function gnuObject(folder: string, text: string, ...options: string[]): string {
  const [source, object] = [join(folder, 't.s'), join(folder, 't.o')];
  writeFileSync(source, text);
  tool('as', ['-march=rv64gc', ...options, '-o', object, source]);
  return object;
}

/** Code and data in turns, functions and objects, symbols inside instructions, zeros, long encodings. */
const LAYOUT = `
  .text
  .globl f
  .type f, @function
f: lui a0, 0x12345
  addi a0, a0, 1
  addiw a1, a0, -1
  .word 0x12345678
inside = . + 2
  .type inside, @function
  auipc a2, 1
  ld a2, 8(a2)
  .2byte 0x1234
  .byte 1, 2, 3
  .zero 20
  .balign 4
  lw a0, 4(zero)
  lw a0, 4(tp)
  .4byte 0x7b
  .type text, @object
text: .asciz "a table of characters in the code"
  .balign 4
  .type g, @function
g: beq a0, a1, f
  bnez a0, 1f
  call f
  jal g
  .option arch, -c
  addi a0, a0, 1
  .option arch, +c
  .insn 6, 0x1f
  .insn 8, 0x123456780000003f
  .insn 10, 0x12345678000000007f
1: ret
  .zero 12
  .section .text.other, "ax"
h: jr 4(ra)
  csrr a0, senvcfg
  .2byte 0
`;

const OPTIONS = [['-O0'], ['-O1'], ['-O2'], ['-O3'], ['-Os', '-ffunction-sections']];
const PROGRAM = `
#include "twice.h"
struct item { char name[12]; double weight; long long count; } items[8];
volatile int sink;
static int pick(int kind)
{
  switch (kind) {
  case 0: return sink;
  case 1: return twice(sink);
  case 2: return -sink;
  case 3: return sink << 3;
  case 4: return sink / 7;
  default: return 0x12345678;
  }
}
double sum(const struct item *first, int count)
{
  double total = 0;
  for (int i = 0; i < count; i++)
    total += first[i].weight * first[i].count;
  return total;
}
int _start(void)
{
  for (int i = 0; i < 9; i++)
    sink += pick(i);
  items[1].weight = 2.5;
  return (int)sum(items, 8);
}
`;
const HEADER = 'static inline int twice(int x)\n{\n  return x + x;\n}\n';

function compiled(folder: string, options: readonly string[]): string {
  writeFileSync(join(folder, 'program.c'), PROGRAM);
  writeFileSync(join(folder, 'twice.h'), HEADER);
  const path = join(folder, 'program.elf');
  const target = ['-march=rv64gc', '-mabi=lp64d', '-mcmodel=medany', '-nostdlib', '-Wl,-Ttext=0x80000000'];
  tool('gcc', [...target, ...options, '-o', path, join(folder, 'program.c')]);
  return path;
}

const reasonWithoutObjdump = reasonFor('objdump', 'as');
describe.skipIf(reasonWithoutObjdump)(`listings equal those of GNU objdump${note(reasonWithoutObjdump)}`, () => {
  test('code and data in turns', () => inFolder((folder) => expectSameListing(gnuObject(folder, LAYOUT))));

  test('every directive and pseudo-instruction', () =>
    inFolder((folder) => expectSameListing(gnuObject(folder, readFileSync('test/differential/directives.s', 'utf8')))));

  test.each([11, 12])('1000 random instructions, seed %i', (seed) =>
    inFolder((folder) => expectSameListing(gnuObject(folder, randomSource(new SeededRandom(seed), 1000)))),
  );

  test('random words, with opcodes of RV64GC', () =>
    inFolder((folder) => {
      const random = new SeededRandom(20261128);
      const opcodes = [
        0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x53, 0x63, 0x67, 0x6f, 0x73,
      ];
      const words = Array.from({ length: 20_000 }, () => (random.u32() & ~0x7f) | random.pick(opcodes));
      const lines = words.map((word) => `.insn 4, 0x${(word >>> 0).toString(16)}`);
      expectSameListing(gnuObject(folder, `f:\n${lines.join('\n')}`));
    }));

  test('every 16-bit word', () =>
    inFolder((folder) => {
      const words = Array.from({ length: 0x10000 }, (_, word) => word).filter((word) => (word & 3) !== 3);
      expectSameListing(gnuObject(folder, `f:\n${words.map((word) => `.insn 2, ${word}`).join('\n')}`));
    }));

  test.each(readdirSync('asm').filter((name) => name.endsWith('.s')))('our program asm/%s', (name) =>
    inFolder((folder) => {
      const source = { name, text: readFileSync(join('asm', name), 'utf8') };
      const program = assemble([source], { readFile: (path) => readFileSync(join('asm', path)) });
      if (!program.ok) throw new Error(program.errors[0]!.message);
      const path = join(folder, 'program.elf');
      writeFileSync(path, program.value.bytes);
      expectSameListing(path);
    }),
  );
});

const reasonWithoutGcc = reasonFor('objdump', 'as', 'gcc', 'addr2line');
describe.skipIf(reasonWithoutGcc)(`compiled programs${note(reasonWithoutGcc)}`, () => {
  test.each(OPTIONS)('have the listing of GNU objdump at %s', (...options) =>
    inFolder((folder) => expectSameListing(compiled(folder, options))),
  );

  // addr2line 2.40 takes DWARF 5 sequences that begin in the first file to be in another one.
  test.each([2, 3, 4].flatMap((version) => OPTIONS.map((options) => [version, ...options])))(
    'have the source lines of addr2line in DWARF %s at %s',
    (version, ...options) =>
      inFolder((folder) => {
        const path = compiled(folder, ['-g', `-gdwarf-${version}`, ...options.map(String)]);
        const file = read(path);
        const table = readLineTable(file);
        if (!table.ok) throw new Error(table.errors[0]!.message);
        const addrs = file.sections
          .filter(({ flags }) => flags & SECTION_FLAGS.exec)
          .flatMap(({ addr, size }) => Array.from({ length: Number(size) / 2 }, (_, i) => addr + BigInt(2 * i)));
        const input = addrs.map((addr) => `0x${addr.toString(16)}\n`).join('');
        const theirs = tool('addr2line', ['-s', '-e', path], input).trim().split('\n');
        const ours = addrs.map((addr) => table.value.describe(addr)?.replace(/^.*\//, '') ?? '??:?');
        expect(ours).toEqual(
          theirs.map((line) => line.replace(/ \(discriminator \d+\)$/, '').replace(/^\?\?:.*/, '??:?')),
        );
      }),
  );
});
