import { expect, test } from 'vitest';
import type { InstructionName } from '../../../src/isa/rv64.ts';
import { SeededRandom } from '../../../src/support/random.ts';
import { divideLatency, divisionOf, multiplyLatency } from '../../../src/timing/host/multiplier.ts';

const words = (value: bigint): [number, number] => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];

/** Straight from the description: one cycle per quotient bit behind the first that can be set, and those of the signs. */
function describedLatency(name: InstructionName, rs1: bigint, rs2: bigint): number {
  const bits = name.endsWith('w') ? 32 : 64;
  const read = (x: bigint): bigint => (name.includes('u') ? BigInt.asUintN(bits, x) : BigInt.asIntN(bits, x));
  const [dividend, divisor] = [read(rs1), read(rs2)];
  const topBit = (x: bigint): number => Math.max(0, (x < 0n ? -x : x).toString(2).length - 1);
  const distance = topBit(dividend) - topBit(divisor);
  const isEarly = divisor !== 0n && distance < 63 && distance !== -1;
  const steps = !isEarly ? 65 : distance >= 0 ? distance + 3 : 67 + distance;
  const negates = name.startsWith('rem') ? dividend < 0n : dividend < 0n !== divisor < 0n;
  return steps + 2 + (dividend < 0n || divisor < 0n ? 1 : 0) + (negates && divisor !== 0n ? 1 : 0);
}

const NAMES = ['div', 'divu', 'rem', 'remu', 'divw', 'divuw', 'remw', 'remuw'] as const;

test.each(NAMES)('%s takes as long as the described steps, for operands of all lengths and signs', (name) => {
  const random = new SeededRandom(NAMES.indexOf(name) + 1);
  const operand = (): bigint => {
    const value = (BigInt(random.int(0, 2 ** 32)) << 32n) | BigInt(random.int(0, 2 ** 32));
    const short = value >> BigInt(random.int(0, 65));
    return BigInt.asUintN(64, random.chance(0.5) ? -short : short);
  };
  const edges = [0n, 1n, (1n << 64n) - 1n, 1n << 63n, 1n << 31n, 1n << 32n];
  const pairs = [
    ...edges.flatMap((a) => edges.map((b) => [a, b] as const)),
    ...Array.from({ length: 2000 }, () => [operand(), operand()] as const),
  ];
  for (const [a, b] of pairs)
    expect([a, b, divideLatency(divisionOf(name), ...words(a), ...words(b))]).toEqual([
      a,
      b,
      describedLatency(name, a, b),
    ]);
});

test('a product takes three cycles and one for each significant byte of its first factor, between 4 and 10', () => {
  const low = [0, 1, 0xff, 0x100, 0x12345, 0x1000000].map((value) => multiplyLatency('mul', value, 0));
  expect(low).toEqual([4, 4, 4, 5, 6, 7]);
  expect(multiplyLatency('mul', 0, 0x1000000)).toBe(10);
  expect(multiplyLatency('mulh', 1, 0)).toBe(10);
});
