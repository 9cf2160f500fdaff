import { describe, expect, test } from 'vitest';
import { BF16, FP16, fusedMultiplyAdd, type HalfFormat } from '../../src/accel/half.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { add, BFLOAT16, BINARY16, exact, type Format, multiply, round } from './exact-rounding.ts';

const FORMATS: readonly (readonly [string, HalfFormat, Format])[] = [
  ['fp16', FP16, BINARY16],
  ['bf16', BF16, BFLOAT16],
];

const sameNumber = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

describe.each(FORMATS)('%s', (_, half, format) => {
  test('every finite value and infinity survives decoding and encoding', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = half.decode(bits);
      if (!Number.isNaN(value) && half.encode(value) !== bits) throw new Error(`bits ${bits} do not survive`);
    }
  });

  test('a NaN becomes the canonical one', () => {
    expect(half.decode(half.encode(Number.NaN))).toBeNaN();
    expect(half.encode(Number.NaN)).toBe(half === FP16 ? 0x7e00 : 0x7fc0);
  });

  test('rounds random doubles and every midpoint to nearest even', () => {
    const random = new SeededRandom(1);
    for (let i = 0; i < 20_000; i++) {
      const value = (random.u32() / 2 ** 31 - 1) * 2 ** random.int(format.minExponent - 12, format.maxExponent + 2);
      if (!sameNumber(half.round(value), round(exact(value), format))) throw new Error(`${value} is not rounded right`);
    }
    for (let bits = 0; bits < half.encode(Number.POSITIVE_INFINITY) - 1; bits++) {
      const midpoint = (half.decode(bits) + half.decode(bits + 1)) / 2;
      if (half.encode(midpoint) !== bits + (bits % 2)) throw new Error(`the midpoint above bits ${bits} is not even`);
    }
  });

  test('multiply-add rounds once', () => {
    const random = new SeededRandom(2);
    const finite = (): number => {
      const value = half.decode(random.int(0, 65536));
      return Number.isFinite(value) ? value : 1;
    };
    const near = (value: number): number => half.round(value * (1 + random.int(-8, 9) * 2 ** -format.precision));
    for (let i = 0; i < 30_000; i++) {
      const [a, b] = [finite(), finite()];
      const product = half.round(-a * b);
      // Every other sum nearly cancels the product: there double rounding would show.
      const sum = i % 2 === 0 || !Number.isFinite(product) ? finite() : near(product);
      if (!Number.isFinite(sum)) continue;
      const expected = round(add(multiply(exact(a), exact(b)), exact(sum)), format);
      const found = fusedMultiplyAdd(half, sum, a, b);
      if (!sameNumber(found, expected)) throw new Error(`${sum} + ${a} · ${b}: ${found}, not ${expected}`);
    }
  });

  test('multiply-add does not round a sum that only a double would call a tie', () => {
    // 1 + half an ulp is a tie; a product a hair above it must round up.
    const ulp = 2 ** (1 - format.precision);
    const tiny = half.decode(1);
    expect(fusedMultiplyAdd(half, 1, ulp / 2, 1)).toBe(1);
    const [a, b] = [ulp / 2, 1 + ulp];
    expect(fusedMultiplyAdd(half, 1, a, b)).toBe(1 + ulp);
    expect(fusedMultiplyAdd(half, 1, tiny, tiny)).toBe(1);
  });
});
