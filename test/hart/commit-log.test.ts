import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CommitLog } from '../../src/hart/commit-log.ts';
import { HART } from '../../src/hart/layout.ts';
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { bareHart, encode, RAM_BASE } from './bare-hart.ts';

/** Lines that Spike wrote of a wild program (`wild-program.ts`), from its first instruction on. */
const golden = readFileSync(new URL('../golden/commit-log.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

test("a wild program's log is Spike's, line for line", () => {
  const { hart, ram } = bareHart([]);
  // The log says which word is where; what is not in it has trapped, and does so again.
  for (const line of golden) {
    const [, pc, word] = /^core {3}0: 3 (0x\w+) \((0x\w{8})\)/.exec(line)!;
    ram.setUint32(Number(pc) - RAM_BASE, Number(word), true);
  }
  // As Spike's boot ROM leaves them.
  hart.state.setX(5, BigInt(RAM_BASE));
  hart.state.setX(11, 0x1020n);
  const lines: string[] = [];
  hart.logCommits(new CommitLog((line) => lines.push(line)));
  hart.state.set64(HART.minstret, 5n);
  while (lines.length < golden.length) hart.step(golden.length - lines.length);
  expect(lines).toEqual(golden);
});

test('atomic operations show the load and the store, a failed conditional store shows neither', () => {
  const { hart } = bareHart([
    encode('auipc', { rd: 8, imm: 0x1000 }),
    encode('addi', { rd: 9, imm: 3 }),
    encode('amoadd.w', { rd: 10, rs1: 8, rs2: 9 }),
    encode('sc.d', { rd: 0, rs1: 8, rs2: 9 }),
    encode('lr.d', { rd: 11, rs1: 8 }),
    encode('sc.d', { rd: 12, rs1: 8, rs2: 8 }),
    encode('csrrw', { rd: 1, csr: CSR_NUMBERS.mscratch, rs1: 8 }),
  ]);
  const lines: string[] = [];
  hart.logCommits(new CommitLog((line) => lines.push(line.slice(43))));
  hart.step(7);
  expect(lines).toEqual([
    ' x8  0x0000000080001000',
    ' x9  0x0000000000000003',
    ' x10 0x0000000000000000 mem 0x0000000080001000 mem 0x0000000080001000 0x00000003',
    '',
    ' x11 0x0000000000000003 mem 0x0000000080001000',
    ' x12 0x0000000000000000 mem 0x0000000080001000 0x0000000080001000',
    ' x1  0x0000000000000000 c832_mscratch 0x0000000080001000',
  ]);
});
