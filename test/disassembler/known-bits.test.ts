import { expect, test } from 'vitest';
import {
  add,
  agreement,
  and,
  constant,
  type KnownBits,
  multiply,
  or,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  signedWord,
  subtract,
  unsignedWord,
  xor,
} from '../../src/disassembler/known-bits.ts';
import { SeededRandom } from '../../src/support/random.ts';

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const s64 = (value: bigint): bigint => BigInt.asIntN(64, value);

const BINARY = [
  ['and', and, (a: bigint, b: bigint) => a & b],
  ['or', or, (a: bigint, b: bigint) => a | b],
  ['xor', xor, (a: bigint, b: bigint) => a ^ b],
  ['add', add, (a: bigint, b: bigint) => a + b],
  ['subtract', subtract, (a: bigint, b: bigint) => a - b],
  ['multiply', multiply, (a: bigint, b: bigint) => a * b],
] as const;

const SHIFTS = [
  ['shiftLeft', shiftLeft, (a: bigint, n: bigint) => a << n],
  ['shiftRight', shiftRight, (a: bigint, n: bigint) => a >> n],
  ['shiftRightSigned', shiftRightSigned, (a: bigint, n: bigint) => s64(a) >> n],
] as const;

const UNARY = [
  ['signedWord', signedWord, (a: bigint) => BigInt.asIntN(32, a)],
  ['unsignedWord', unsignedWord, (a: bigint) => BigInt.asUintN(32, a)],
] as const;

const random = new SeededRandom(20261130);

/** Random knowledge, and a value that it is true of. */
function sample(): [KnownBits, bigint] {
  const mask = random.pick([random.u64(), random.u64() | random.u64(), (1n << 64n) - 1n, 0n, 0xffffffffn]);
  const value = random.chance(0.3) ? BigInt(random.int(0, 64)) : random.u64();
  return [{ bits: value & mask, mask }, value];
}

const isTrueOf = ({ bits, mask }: KnownBits, value: bigint): boolean => bits === (u64(value) & mask);

test.each(BINARY)('what %s says is known is true', (_, operation, plain) => {
  for (let i = 0; i < 3000; i++) {
    const [[a, x], [b, y]] = [sample(), sample()];
    expect(isTrueOf(operation(a, b), plain(x, y)), `seed ${random.seed}, round ${i}`).toBe(true);
  }
});

test.each(SHIFTS)('what %s says is known is true', (_, operation, plain) => {
  for (let i = 0; i < 3000; i++) {
    const [a, x] = sample();
    const count = random.int(0, 64);
    expect(isTrueOf(operation(a, count), plain(x, BigInt(count))), `seed ${random.seed}, round ${i}`).toBe(true);
  }
});

test.each(UNARY)('what %s says is known is true', (_, operation, plain) => {
  for (let i = 0; i < 3000; i++) {
    const [a, x] = sample();
    expect(isTrueOf(operation(a), plain(x)), `seed ${random.seed}, round ${i}`).toBe(true);
  }
});

test('constants give constants', () => {
  for (const [, operation, plain] of BINARY)
    expect(operation(constant(0x1234_5678_9abcn), constant(7n))).toEqual(constant(plain(0x1234_5678_9abcn, 7n)));
  expect(shiftLeft(constant(3n), 62)).toEqual(constant(3n << 62n));
  expect(shiftRightSigned(constant(-8n), 1)).toEqual(constant(-4n));
});

test('two values agree on the bits that they share', () => {
  expect(agreement(constant(0b1010n), constant(0b1000n))).toEqual({ bits: 0b1000n, mask: u64(~0b10n) });
});

test('a sum without carries keeps the known bits of both', () => {
  const row = { bits: 0n, mask: u64(~0xffffn) };
  expect(add(constant(16n << 48n), row)).toEqual({ bits: 16n << 48n, mask: u64(~0xffffn) });
});
