import { expect, test } from 'vitest';
import { pseudoInstructions } from '../../src/assembler/pseudo.ts';
import { explain } from '../../src/explain/explain.ts';
import { INSTRUCTION_MNEMONICS } from '../../src/explain/explain-instruction.ts';
import { PSEUDO_INSTRUCTIONS } from '../../src/explain/pseudo-instructions.ts';
import { commandsOf, encodeCommand, ISA_REVISIONS } from '../../src/isa/accelerator.ts';
import { CSRS } from '../../src/isa/csrs.ts';
import { decode } from '../../src/isa/decode.ts';
import { SeededRandom } from '../../src/support/random.ts';

const text = (subject: string, ...values: bigint[]): string => {
  const result = explain(subject, values, 'current');
  return result.ok
    ? result.value.join('\n')
    : result.errors.map(({ code, message, hint }) => `${code} ${message} | ${hint}`).join('\n');
};

test('a word is shown with its bits, its fields and its meaning', () => {
  expect(text('0x00c58533')).toBe(`0x00c58533   add a0, a1, a2
  add: rd = rs1 + rs2

  31:25     24:20   19:15   14:12   11:7    6:0
  0000000 | rs2   | rs1   | 000   | rd    | 0110011
  0000000 | 01100 | 01011 | 000   | 01010 | 0110011

  rs2  =  12 (a2)
  rs1  =  11 (a1)
  rd   =  10 (a0)`);
});

test('a compressed word says which instruction it stands for', () => {
  expect(text('0x4505')).toContain('c.li, the 16-bit form of addi: rd = rs1 + imm');
  expect(text('0x4505')).toContain('stands for addi with\n    rd   =  10 (a0)\n    rs1  =  0 (zero)\n    imm  =  1');
});

test('scattered immediates are put together, and branches say how far they go', () => {
  expect(text('0xfe051ee3')).toContain('bnez a0, . - 4');
  expect(text('0xfe051ee3')).toContain('imm  =  -4');
});

test('a mnemonic is shown with syntax, encoding, ranges and other spellings', () => {
  const addi = text('addi');
  expect(addi).toContain('addi rd, rs1, imm');
  expect(addi).toContain('imm[11:0] | rs1   | 000   | rd   | 0010011');
  expect(addi).toContain('imm  bits 31:20  -2048 to 2047');
  expect(addi).toContain('c.addi4spn');
  expect(text('bgt')).toContain('bgt is another spelling of blt');
  expect(text('call')).toContain('assembled as: auipc and jalr');
  expect(text('mstatus')).toContain('CSR 0x300');
});

test('commands are decoded field by field when their operands are given', () => {
  const mvin = text('0x04b5307b', 0x80001000n, 0x10001080000010n);
  expect(mvin).toMatch(/^0x04b5307b {3}mvin a0, a1/);
  expect(mvin).toMatch(/63:48 {2}rows +=\s16 +rows of the tile/);
  expect(mvin).toMatch(/31:0 +local_addr +=\sacc\(16\)/);
  expect(text('0x00b5307b', 2n)).toContain('Configure stores');
  expect(text('0x00b5307b')).toContain('funct 0 is four commands');
});

test('what a value should not have is pointed out', () => {
  expect(text('config_mvin', 0n)).toContain('= 0, but must be 1');
  expect(text('flush', 6n)).toContain('bits 0x6 of the value belong to no field');
});

test('a command whose layout depends on the revision shows both', () => {
  expect(text('loop_conv_ws.config_1')).toContain('in revision square-convolution:');
  expect(text('mvin')).not.toContain('in revision');
});

test('every row of every table can be explained by name', () => {
  for (const name of [...INSTRUCTION_MNEMONICS, ...CSRS.map((csr) => csr.name)])
    expect(explain(name, [], 'current').ok, name).toBe(true);
  for (const revision of ISA_REVISIONS)
    for (const command of commandsOf(revision)) {
      expect(explain(command.name, [1n, 2n], revision).ok, command.name).toBe(true);
      const word = `0x${encodeCommand(command, 10, 11, 12).toString(16)}`;
      expect(
        explain(command.hasResult ? word : `0x${encodeCommand(command, 10, 11).toString(16)}`, [], revision).ok,
      ).toBe(true);
    }
});

test('the assembler knows every pseudo-instruction that is explained', () => {
  const known = pseudoInstructions();
  expect(PSEUDO_INSTRUCTIONS.filter(({ name }) => !known.has(name))).toEqual([]);
});

test('questions without an answer get a diagnostic', () => {
  expect(text('mivn')).toBe('EXP002 no instruction, command or CSR is called "mivn" | did you mean "mvin"?');
  expect(text('0xffffffff')).toMatch(/^EXP001 .*RV64GC lacks/);
  expect(text('0x57')).toMatch(/^EXP001 .*is no instruction of RV64GC/);
  expect(text('0x100000000')).toMatch(/^EXP001 .*more than 32 bits/);
  expect(text('0x12345678')).toMatch(/^EXP001 .*16-bit instruction/);
  expect(text('addi', 1n)).toMatch(/^EXP003/);
});

test('random words are explained or refused, as the decoder says', () => {
  const random = new SeededRandom(20261122);
  for (let i = 0; i < 3000; i++) {
    const word = random.chance(0.3) ? random.int(0, 0x10000) : random.u32() | 3;
    const result = explain(String(word >>> 0), [], 'current');
    if ((word & 0x7f) !== 0x7b) expect(result.ok, String(word)).toBe(decode(word) !== undefined);
  }
});
