import { expect, test } from 'vitest';
import {
  add,
  DOUBLE,
  divide,
  FLAG,
  multiply,
  multiplyAdd,
  ROUND,
  SINGLE,
  squareRoot,
} from '../../src/hart/soft-float.ts';
import { SeededRandom } from '../../src/support/random.ts';

const view = new DataView(new ArrayBuffer(8));
const bitsOf = (value: number): bigint => {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
};
const numberOf = (bits: bigint): number => {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
};

test('nearest-even doubles agree with the host for random bit patterns', () => {
  const random = new SeededRandom(7);
  for (let k = 0; k < 4000; k++) {
    const [x, y] = [random.u64(), random.chance(0.5) ? random.u64() : bitsOf(random.int(-9, 10))];
    const [a, b] = [numberOf(x), numberOf(y)];
    for (const [operation, wanted] of [
      [add, a + b],
      [multiply, a * b],
      [divide, a / b],
    ] as const)
      expect(numberOf(operation(DOUBLE, x, y, ROUND.nearestEven).bits)).toBe(wanted);
    expect(numberOf(squareRoot(DOUBLE, x, ROUND.nearestEven).bits)).toBe(Math.sqrt(a));
  }
});

// Results and flags of riscv-tests' rv64uf and of the reference simulator at the corners.
test.each([
  ['1/3 toward zero', () => divide(SINGLE, 0x3f800000n, 0x40400000n, ROUND.towardZero), 0x3eaaaaaan, FLAG.inexact],
  ['1/3 up', () => divide(SINGLE, 0x3f800000n, 0x40400000n, ROUND.up), 0x3eaaaaabn, FLAG.inexact],
  ['1/0', () => divide(SINGLE, 0x3f800000n, 0n, ROUND.nearestEven), 0x7f800000n, FLAG.divideByZero],
  ['0/0', () => divide(SINGLE, 0n, 0n, ROUND.nearestEven), 0x7fc00000n, FLAG.invalid],
  [
    'largest · 2',
    () => multiply(SINGLE, 0x7f7fffffn, 0x40000000n, ROUND.nearestEven),
    0x7f800000n,
    FLAG.overflow | FLAG.inexact,
  ],
  [
    'largest · 2 toward zero',
    () => multiply(SINGLE, 0x7f7fffffn, 0x40000000n, ROUND.towardZero),
    0x7f7fffffn,
    FLAG.overflow | FLAG.inexact,
  ],
  ['smallest · ½', () => multiply(SINGLE, 1n, 0x3f000000n, ROUND.nearestEven), 0n, FLAG.underflow | FLAG.inexact],
  [
    'just below the normals, rounded up to them',
    () => multiply(SINGLE, 0x3f7fffffn, 0x00800000n, ROUND.nearestEven),
    0x00800000n,
    FLAG.underflow | FLAG.inexact,
  ],
  [
    '∞ · 0 + NaN',
    () => multiplyAdd(SINGLE, 0x7f800000n, 0n, 0x7fc00000n, ROUND.nearestEven),
    0x7fc00000n,
    FLAG.invalid,
  ],
  ['1 − 1 down', () => add(SINGLE, 0x3f800000n, 0xbf800000n, ROUND.down), 0x80000000n, 0],
])('%s', (_, compute, bits, flags) => {
  expect(compute()).toEqual({ bits, flags });
});
