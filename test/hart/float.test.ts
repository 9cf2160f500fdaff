import { expect, test } from 'vitest';
import { computeFloat, floatOperation } from '../../src/hart/float-operations.ts';
import { HART } from '../../src/hart/layout.ts';
import { FLAG } from '../../src/hart/soft-float.ts';
import { INSTRUCTIONS, type InstructionName } from '../../src/isa/rv64.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { bareHart, encode, RAM_BASE } from './bare-hart.ts';

const BOX = 0xffff_ffffn << 32n;

/** Operands that are likely to meet a corner: special values, few significand bits, exponents near each other. */
function interesting(random: SeededRandom, isSingle: boolean): bigint {
  const [exponentBits, fractionBits] = isSingle ? [8, 23] : [11, 52];
  const top = 2 ** exponentBits - 1;
  const exponent = random.pick([
    0,
    1,
    top,
    top - 1,
    random.int(0, top),
    (top >> 1) + random.int(-3, 4),
    (top >> 1) + random.int(-3, 4),
    (top >> 1) + random.int(-fractionBits, fractionBits),
  ]);
  const mask = (1n << BigInt(fractionBits)) - 1n;
  const few = (random.u64() & 7n) << BigInt(fractionBits - 3);
  const fraction = random.pick([0n, few, few, mask, 1n, random.u64() & mask]);
  const sign = random.chance(0.5) ? 1n << BigInt(exponentBits + fractionBits) : 0n;
  return sign | (BigInt(exponent) << BigInt(fractionBits)) | fraction;
}

const operand = (random: SeededRandom, kind: 's' | 'd' | 'x'): bigint => {
  if (kind === 'd') return interesting(random, false);
  if (kind === 's') return interesting(random, true) | BOX;
  const value = random.u64() >> BigInt(random.int(0, 64));
  return random.chance(0.5) ? value : BigInt.asUintN(64, -value);
};

const CASES_PER_INSTRUCTION = 400;
const computed = INSTRUCTIONS.filter(
  ({ name, extension }) => 'FD'.includes(extension) && !/^f(l[wd]|s[wd]|mv|sgnj)/.test(name),
);

test.each(computed.map(({ name }) => name))('%s gives the exact result and flags in every rounding mode', (name) => {
  const random = new SeededRandom(floatOperation(name) + 1);
  const [, to, from] = /^fcvt\.(\w+)\.(\w+)$/.exec(name) ?? [];
  const format = name.endsWith('.s') ? 's' : 'd';
  const isInteger = (letters: string) => /^[wl]/.test(letters);
  const source = from === undefined ? format : isInteger(from) ? 'x' : (from as 's' | 'd');
  const hasIntegerResult = to === undefined ? /^f(eq|lt|le|class)/.test(name) : isInteger(to);
  const isSingleResult = !hasIntegerResult && (to ?? format) === 's';
  const hasMode = !/^f(min|max|eq|lt|le|class)/.test(name);
  const modes = hasMode ? [0, 1, 2, 3, 4, 7] : [0];
  const { hart } = bareHart(modes.map((rm) => encodeFloat(name, hasMode ? { rm } : {})));
  for (let k = 0; k < CASES_PER_INSTRUCTION; k++) {
    const operands = [1, 2, 3].map(() => operand(random, source));
    const which = random.int(0, modes.length);
    const frm = random.int(0, 5);
    const before = random.chance(0.5) ? FLAG.inexact : 0;
    hart.state.pc = BigInt(RAM_BASE + 4 * which);
    hart.state.set32(HART.frm, frm);
    hart.state.set32(HART.fs, 1);
    hart.state.set32(HART.fflags, before);
    for (const [index, value] of operands.entries())
      hart.state.set64(source === 'x' ? HART.x : HART.f, value, index + 1);
    hart.step(1);
    const raw = source === 's' ? operands.map((value) => value & 0xffff_ffffn) : operands;
    const mode = modes[which] === 7 ? frm : modes[which]!;
    const wanted = computeFloat(floatOperation(name), raw[0]!, raw[1]!, raw[2]!, mode);
    const got = hart.state.get64(hasIntegerResult ? HART.x : HART.f, 4);
    const where = `${name} of ${operands.map((value) => value.toString(16))}, mode ${mode}`;
    expect(`${where}: ${got.toString(16)}`).toBe(
      `${where}: ${(isSingleResult ? wanted.bits | BOX : wanted.bits).toString(16)}`,
    );
    expect(`${where}: flags ${hart.state.get32(HART.fflags)}`).toBe(`${where}: flags ${before | wanted.flags}`);
  }
});

function encodeFloat(name: InstructionName, extra: Readonly<Record<string, number>>): number {
  return encode(name, { rd: 4, rs1: 1, rs2: 2, rs3: 3, ...extra });
}

test('a single whose box is broken reads as the canonical NaN', () => {
  const { hart } = bareHart([encode('fadd.s', { rd: 3, rs1: 1, rs2: 2 })]);
  hart.state.set32(HART.fs, 1);
  hart.state.set64(HART.f, 0x3f80_0000n, 1);
  hart.state.set64(HART.f, 0x3f80_0000n | BOX, 2);
  hart.step(1);
  expect(hart.state.get64(HART.f, 3)).toBe(0x7fc0_0000n | BOX);
});

test('floating point is illegal while mstatus.FS is off', () => {
  const { hart } = bareHart([encode('fadd.d', { rd: 3, rs1: 1, rs2: 2 })]);
  expect(hart.step(1)).toEqual({ end: 'early', retired: 0 });
});
