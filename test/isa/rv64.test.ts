import { describe, expect, test } from 'vitest';
import { fieldRange, packFields, unpackFields } from '../../src/isa/bit-pattern.ts';
import { decode, decodeWord, instructionLength } from '../../src/isa/decode.ts';
import { INSTRUCTIONS } from '../../src/isa/rv64.ts';
import { SeededRandom } from '../../src/support/random.ts';

/** Assembler text and the word that GNU as 2.40 makes of it. */
const GOLDEN: readonly (readonly [string, number])[] = [
  ['lui a0, 0x80000', 0x80000537],
  ['auipc t6, 0x7ffff', 0x7fffff97],
  ['jal ra, .-1048576', 0x800000ef],
  ['jal x0, .+703710', 0x4dfab06f],
  ['jalr a0, -2048(t0)', 0x80028567],
  ['beq a0, s11, .-4096', 0x81b50063],
  ['bgeu t3, t4, .+2730', 0x2bde75e3],
  ['lbu a0, 2047(a1)', 0x7ff5c503],
  ['sd s3, -1366(sp)', 0xab313523],
  ['xori a0, a0, -1', 0xfff54513],
  ['srai a0, a1, 63', 0x43f5d513],
  ['sraiw a0, a1, 31', 0x41f5d51b],
  ['sra a0, a1, a2', 0x40c5d533],
  ['fence rw, w', 0x0310000f],
  ['fence.i', 0x0000100f],
  ['ecall', 0x00000073],
  ['mret', 0x30200073],
  ['wfi', 0x10500073],
  ['sfence.vma a0, a1', 0x12b50073],
  ['csrrw a0, mstatus, a1', 0x30059573],
  ['csrrci x0, fflags, 31', 0x001ff073],
  ['mulhsu a0, a1, a2', 0x02c5a533],
  ['remuw s0, s1, s2', 0x0324f43b],
  ['lr.w.aqrl a0, (a1)', 0x1605a52f],
  ['sc.d.rl a0, a2, (a1)', 0x1ac5b52f],
  ['amomaxu.d.aq t0, t1, (t2)', 0xe463b2af],
  ['flw fa0, -4(sp)', 0xffc12507],
  ['fsd fs11, 2040(a0)', 0x7fb53c27],
  ['fmadd.s ft0, ft1, ft2, ft3, rtz', 0x18209043],
  ['fnmsub.d fa0, fa1, fa2, fa3', 0x6ac5f54b],
  ['fsqrt.d fa0, fa1, rup', 0x5a05b553],
  ['fsgnjx.s fa0, fa1, fa2', 0x20c5a553],
  ['fle.d a0, fa0, fa1', 0xa2b50553],
  ['fclass.s a0, fa0', 0xe0051553],
  ['fcvt.lu.d a0, fa0, rtz', 0xc2351553],
  ['fcvt.s.l fa0, a0, rdn', 0xd0252553],
  ['fcvt.d.s fa0, fa1', 0x42058553],
  ['fmv.x.d a0, fa0', 0xe2050553],
  ['fmv.w.x fa0, a0', 0xf0050553],
];

describe('the RV64 table', () => {
  test('no two rows can match the same word', () => {
    for (const [i, a] of INSTRUCTIONS.entries()) {
      for (const b of INSTRUCTIONS.slice(i + 1)) {
        const isDistinct = ((a.match ^ b.match) & a.mask & b.mask) !== 0;
        expect(isDistinct, `${a.name} and ${b.name}`).toBe(true);
      }
    }
  });

  test.each(INSTRUCTIONS.map((row) => [row.name, row] as const))('%s: unpack undoes pack', (_, row) => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 20; round++) {
      const values: Record<string, number> = {};
      for (const field of row.fields.values()) {
        const { min, max } = fieldRange(field);
        const step = 2 ** field.zeroBits;
        values[field.name] = round === 0 ? min : round === 1 ? max : min + step * random.int(0, (max - min) / step + 1);
      }
      const word = packFields(row, values);
      expect(unpackFields(row, word)).toEqual(values);
      expect(decodeWord(word)).toBe(row);
    }
  });

  test.each(GOLDEN)('%s is recognised in the word that GNU as makes', (text, word) => {
    const name = text.split(' ')[0]!.replace(/(\.[wd])\.(aq|rl|aqrl)$/, '$1');
    expect(decode(word)?.instruction.name).toBe(name);
  });

  test('immediates come out with their sign and scale', () => {
    expect(decode(0x81b50063)?.fields).toEqual({ rs1: 10, rs2: 27, imm: -4096 });
    expect(decode(0x4dfab06f)?.fields).toEqual({ rd: 0, imm: 703710 });
    expect(decode(0x80000537)?.fields).toEqual({ rd: 10, imm: -(2 ** 31) });
    expect(decode(0xab313523)?.fields).toEqual({ rs1: 2, rs2: 19, imm: -1366 });
  });

  test('a value that does not fit is refused', () => {
    const addi = INSTRUCTIONS.find(({ name }) => name === 'addi')!;
    expect(() => packFields(addi, { rd: 1, rs1: 1, imm: 2048 })).toThrow(RangeError);
  });

  test('lengths of 2, 4, 6 and 8 bytes are told apart', () => {
    expect([0x0001, 0x0013, 0x001f, 0x003f].map(instructionLength)).toEqual([2, 4, 6, 8]);
  });
});
