import { expect, test } from 'vitest';
import { instructionText } from '../../src/disassembler/instruction-text.ts';
import { parseArch, type RiscvAttributes } from '../../src/elf/riscv-attributes.ts';

const RV64GC: RiscvAttributes = { extensions: parseArch('rv64gc'), privilegedSpec: undefined };

const text = (word: number, isa = RV64GC): string | undefined => {
  const found = instructionText(word, isa);
  if (found === undefined) return undefined;
  const target = found.target === undefined ? [] : [`.${found.target < 0 ? '' : '+'}${found.target}`];
  const operands = [...(found.operands === '' ? [] : [found.operands]), ...target].join(',');
  return operands === '' ? found.mnemonic : `${found.mnemonic} ${operands}`;
};

// biome-ignore format: a table
test.each([
  [0x00000013, 'nop'],
  [0x00500513, 'li a0,5'],
  [0x00058513, 'mv a0,a1'],
  [0xfff54513, 'not a0,a0'],
  [0x0ff57513, 'zext.b a0,a0'],
  [0x40b00533, 'neg a0,a1'],
  [0x00008067, 'ret'],
  [0x00408067, 'jr 4(ra)'],
  [0x0000006f, 'j .+0'],
  [0xff9ff0ef, 'jal .-8'],
  [0x00a05463, 'blez a0,.+8'],
  [0x12345537, 'lui a0,0x12345'],
  [0x01f51513, 'sll a0,a0,0x1f'],
  [0x0ff0000f, 'fence'],
  [0x0120000f, 'fence w,r'],
  [0x8330000f, 'fence.tso'],
  [0xc0002573, 'rdcycle a0'],
  [0x30046573, 'csrrs a0,mstatus,8'],
  [0x7c059073, 'csrw 0x7c0,a1'],
  [0x60002573, 'csrr a0,hstatus'],
  [0x02b5352f, 'amoadd.d.rl a0,a1,(a0)'],
  [0x22b58553, 'fmv.d fa0,fa1'],
  [0x02c5f553, 'fadd.d fa0,fa1,fa2'],
  [0x02c59553, 'fadd.d fa0,fa1,fa2,rtz'],
  [0xd2050553, 'fcvt.d.w fa0,a0'],
  [0x4501, 'li a0,0'],
  [0x852e, 'mv a0,a1'],
  [0x0505, 'add a0,a0,1'],
  [0x8082, 'ret'],
  [0x0000, 'unimp'],
  [0x4015, 'c.li zero,5'],
  [0x1502, 'sll a0,a0,0x20'],
])('%o is printed as GNU objdump prints it: %s', (word, expected) => {
  expect(text(word)).toBe(expected);
});

test('words that are no instruction of the extensions have no text', () => {
  expect(text(0x0000007b)).toBeUndefined();
  expect(text(0xffffffff)).toBeUndefined();
  expect(text(0x8502)).toBe('jr a0');
  const withoutC = { extensions: parseArch('rv64imafd'), privilegedSpec: undefined };
  expect(text(0x8502, withoutC)).toBeUndefined();
  expect(text(0x02b50533)).toBe('mul a0,a0,a1');
  expect(text(0x02b50533, { extensions: parseArch('rv64i_zmmul'), privilegedSpec: undefined })).toBe('mul a0,a0,a1');
  expect(text(0x02b54533, { extensions: parseArch('rv64i_zmmul'), privilegedSpec: undefined })).toBeUndefined();
});

test('CSRs that are newer than the privileged spec of the program are numbers', () => {
  expect(text(0x30a02573)).toBe('csrr a0,menvcfg');
  expect(text(0x30a02573, { ...RV64GC, privilegedSpec: 11 })).toBe('csrr a0,0x30a');
});
