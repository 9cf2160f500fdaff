import { describe, expect, test } from 'vitest';
import { COMPRESSED, decodeCompressed, expandCompressed, matchesCompressed } from '../../src/isa/rvc.ts';

/** Assembler text, its halfword, and the word of the same instruction without compression; both from GNU as 2.40. */
// biome-ignore format: a table
const GOLDEN: readonly (readonly [string, number, number])[] = [
  ['c.addi4spn a0, sp, 1020', 0x1fe8, 0x3fc10513],
  ['c.addi4spn s1, sp, 4', 0x0044, 0x00410493],
  ['c.fld fa0, 248(a5)', 0x3fe8, 0x0f87b507],
  ['c.lw a0, 124(s0)', 0x5c68, 0x07c42503],
  ['c.ld a4, 200(a5)', 0x67f8, 0x0c87b703],
  ['c.fsd fs0, 8(s1)', 0xa480, 0x0084b427],
  ['c.sw a1, 64(a2)', 0xc22c, 0x04b62023],
  ['c.sd a5, 192(a3)', 0xe2fc, 0x0cf6b023],
  ['c.nop', 0x0001, 0x00000013],
  ['c.addi t6, -32', 0x1f81, 0xfe0f8f93],
  ['c.addiw a0, 31', 0x257d, 0x01f5051b],
  ['c.li s11, -1', 0x5dfd, 0xfff00d93],
  ['c.addi16sp sp, -512', 0x7101, 0xe0010113],
  ['c.addi16sp sp, 496', 0x617d, 0x1f010113],
  ['c.lui a0, 0xfffe1', 0x7505, 0xfffe1537],
  ['c.lui t0, 31', 0x62fd, 0x0001f2b7],
  ['c.srli a0, 63', 0x917d, 0x03f55513],
  ['c.srai a1, 33', 0x9585, 0x4215d593],
  ['c.andi a2, -5', 0x9a6d, 0xffb67613],
  ['c.sub s0, s1', 0x8c05, 0x40940433],
  ['c.xor a0, a1', 0x8d2d, 0x00b54533],
  ['c.or a2, a3', 0x8e55, 0x00d66633],
  ['c.and a4, a5', 0x8f7d, 0x00f77733],
  ['c.subw s0, a5', 0x9c1d, 0x40f4043b],
  ['c.addw a0, s1', 0x9d25, 0x0095053b],
  ['c.j .-2048', 0xb001, 0x801ff06f],
  ['c.j .+1366', 0xab99, 0x5560006f],
  ['c.beqz a0, .-256', 0xd101, 0xf00500e3],
  ['c.bnez s1, .+254', 0xecfd, 0x0e049f63],
  ['c.slli t2, 63', 0x13fe, 0x03f39393],
  ['c.fldsp ft3, 504(sp)', 0x31fe, 0x1f813187],
  ['c.lwsp ra, 252(sp)', 0x50fe, 0x0fc12083],
  ['c.ldsp s2, 336(sp)', 0x6956, 0x15013903],
  ['c.jr ra', 0x8082, 0x00008067],
  ['c.mv a0, t5', 0x857a, 0x01e00533],
  ['c.ebreak', 0x9002, 0x00100073],
  ['c.jalr a5', 0x9782, 0x000780e7],
  ['c.add s4, s5', 0x9a56, 0x015a0a33],
  ['c.fsdsp fs7, 168(sp)', 0xb55e, 0x0b713427],
  ['c.swsp a7, 172(sp)', 0xd746, 0x0b112623],
  ['c.sdsp s10, 504(sp)', 0xffea, 0x1fa13c23],
];

describe('compressed instructions', () => {
  test.each(GOLDEN)('%s stands for the word that GNU as makes of the long form', (text, halfword, word) => {
    expect(expandCompressed(halfword)).toBe(word);
    expect(decodeCompressed(halfword)?.name).toBe(text.split(' ')[0]);
  });

  test('every row has a golden encoding', () => {
    const tested = new Set(GOLDEN.map(([text]) => text.split(' ')[0]));
    expect(COMPRESSED.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  test('no halfword matches two rows', () => {
    for (let halfword = 0; halfword < 0x10000; halfword++) {
      const names = COMPRESSED.filter((def) => matchesCompressed(def, halfword)).map(({ name }) => name);
      if (names.length > 1) expect.fail(`0x${halfword.toString(16)} is ${names.join(' and ')}`);
    }
  });

  test.each([
    [0x0000, 'the illegal instruction'],
    [0x0004, 'c.addi4spn with offset 0'],
    [0x2001, 'c.addiw to x0'],
    [0x6101, 'c.addi16sp with offset 0'],
    [0x6281, 'c.lui with immediate 0'],
    [0x8002, 'c.jr to x0'],
    [0x4002, 'c.lwsp to x0'],
    [0x8000, 'quadrant 0, funct3 100'],
    [0x9c41, 'the reserved row after c.addw'],
  ])('0x%s is reserved: %s', (halfword) => expect(expandCompressed(halfword)).toBeUndefined());
});
