import { describe, expect, test } from 'vitest';
import { binary32 } from '../../src/accel/binary32.ts';
import {
  ACCUMULATOR_TYPES,
  type AcceleratorConfig,
  checkAcceleratorConfig,
  DEFAULT_ACCELERATOR,
  ELEMENT_TYPES,
  type ElementType,
  elementBytes,
  SCALE_TYPES,
} from '../../src/accel/config.ts';
import { BF16, FP16 } from '../../src/accel/half.ts';
import { ACCUMULATING_START, ACCUMULATOR_START, GARBAGE } from '../../src/accel/local-address.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { createTestBench } from './bare-memory.ts';
import { issue } from './command-bench.ts';
import { add, BFLOAT16, BINARY16, BINARY32, exact, type Format, multiply, round } from './exact-rounding.ts';

const DIMS = [2, 4, 8, 16, 32, 64];

const configOf = (elementType: ElementType, dim: number): AcceleratorConfig => ({
  ...DEFAULT_ACCELERATOR,
  dim,
  elementType,
  accumulatorType: elementType === 'int8' || elementType === 'int16' ? 'int32' : 'fp32',
  mvinScaleType: elementType === 'fp16' ? 'fp16' : 'fp32',
  scratchpad: { banks: 4, bankRows: 128 },
  accumulator: { banks: 2, bankRows: 128 },
});

/** How a type is stored in memory. */
const CODEC: Readonly<
  Record<ElementType, { put(view: DataView, at: number, value: number): void; get(view: DataView, at: number): number }>
> = {
  int8: { put: (view, at, value) => view.setInt8(at, value), get: (view, at) => view.getInt8(at) },
  int16: { put: (view, at, value) => view.setInt16(at, value, true), get: (view, at) => view.getInt16(at, true) },
  fp32: { put: (view, at, value) => view.setFloat32(at, value, true), get: (view, at) => view.getFloat32(at, true) },
  fp16: {
    put: (view, at, value) => view.setUint16(at, FP16.encode(value), true),
    get: (view, at) => FP16.decode(view.getUint16(at, true)),
  },
  bf16: {
    put: (view, at, value) => view.setUint16(at, BF16.encode(value), true),
    get: (view, at) => BF16.decode(view.getUint16(at, true)),
  },
};

const FORMAT_OF: Readonly<Partial<Record<ElementType, Format>>> = { fp32: BINARY32, fp16: BINARY16, bf16: BFLOAT16 };

/** One more product on a running sum, as the array of this type does it. */
function step(type: ElementType, sum: number, a: number, b: number): number {
  const format = FORMAT_OF[type];
  if (format === undefined) return (sum + Math.imul(a, b)) | 0;
  const product = multiply(exact(a), exact(b));
  // The functional model rounds product and sum; half-precision arrays fuse them.
  return type === 'fp32'
    ? round(add(exact(round(product, format)), exact(sum)), format)
    : round(add(product, exact(sum)), format);
}

const ONE = 0x3f800000;
const [A, B, C, SUMS] = [0x100, 0x5000, 0xa000, 0x10000];

describe.each(ELEMENT_TYPES)('%s', (type) => {
  test.each(DIMS)('a weight-stationary product with accumulation is exact at dim %i', (dim) => {
    const config = configOf(type, dim);
    const bench = createTestBench(config, 0x20000);
    const view = new DataView(bench.memory.memory.buffer);
    const { put, get } = CODEC[type];
    const bytes = elementBytes(config);
    const random = new SeededRandom(dim);
    const isInteger = FORMAT_OF[type] === undefined;
    const draw = (): number => (isInteger ? random.int(-128, 128) : random.int(-4096, 4096) / 64);
    const matrix = (at: number) =>
      Array.from({ length: dim * dim }, (_, index) => {
        put(view, at + index * bytes, draw());
        return get(view, at + index * bytes);
      });
    const [a, b] = [matrix(A), matrix(B)];

    const scale = config.mvinScaleType === 'fp16' ? 0x3c00 : ONE;
    issue(bench, 'config_ex', { dataflow: 1, a_stride: 1, c_stride: 1 });
    issue(bench, 'config_mvin', { stride: dim * bytes, scale, block_stride: dim });
    issue(bench, 'config_mvout', { stride: dim * bytes, acc_scale: 0x3e800000 });
    issue(bench, 'mvin', { dram_addr: A, local_addr: 0, rows: dim, cols: dim });
    issue(bench, 'mvin', { dram_addr: B, local_addr: dim, rows: dim, cols: dim });
    const out = { c_rows: dim, c_cols: dim };
    const product = { a: 0, a_rows: dim, a_cols: dim, bd: GARBAGE };
    issue(bench, 'preload', { bd: dim, bd_rows: dim, bd_cols: dim, c: ACCUMULATOR_START, ...out });
    issue(bench, 'compute.preloaded', product);
    issue(bench, 'preload', { bd: GARBAGE, c: ACCUMULATING_START, ...out });
    issue(bench, 'compute.accumulated', product);
    issue(bench, 'mvout', { dram_addr: C, local_addr: ACCUMULATOR_START, rows: dim, cols: dim });
    issue(bench, 'config_mvout', { stride: dim * 4, acc_scale: ONE });
    issue(bench, 'mvout', { dram_addr: SUMS, local_addr: ACCUMULATOR_START + 2 ** 29, rows: dim, cols: dim });

    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) {
        let sum = 0;
        for (let k = 0; k < dim; k++) sum = step(type, sum, a[i * dim + k]!, b[k * dim + j]!);
        const at = i * dim + j;
        const bits = view.getInt32(SUMS + at * 4, true);
        const twice = isInteger ? (2 * sum) | 0 : Math.fround(2 * sum);
        expect(isInteger ? bits : binary32(bits)).toBe(twice);
        expect(get(view, C + at * bytes)).toBe(quarter(type, twice));
      }
    }
  });
});

/** A quarter of an accumulator value as an element. */
function quarter(type: ElementType, value: number): number {
  const format = FORMAT_OF[type];
  if (format !== undefined) return round(exact(value * 0.25), format);
  const [min, max] = type === 'int8' ? [-128, 127] : [-32768, 32767];
  const scaled = round(exact(value * 0.25), { precision: 60, minExponent: 59, maxExponent: 1000 });
  return Math.min(max, Math.max(min, scaled));
}

describe('every combination of types and sizes', () => {
  const combinations = ELEMENT_TYPES.flatMap((elementType) =>
    ACCUMULATOR_TYPES.flatMap((accumulatorType) =>
      SCALE_TYPES.flatMap((mvinScaleType) =>
        SCALE_TYPES.flatMap((accumulatorScaleType) =>
          [false, true].flatMap((mvinScalesAccumulator) =>
            [1, 2, 3, 16, 64, 128].map((dim) => ({
              ...DEFAULT_ACCELERATOR,
              elementType,
              accumulatorType,
              mvinScaleType,
              accumulatorScaleType,
              mvinScalesAccumulator,
              dim,
            })),
          ),
        ),
      ),
    ),
  );

  test('is built, or refused with a code, what was found and a hint', () => {
    let built = 0;
    for (const config of combinations) {
      const problems = checkAcceleratorConfig(config);
      for (const { code, message, hint } of problems) {
        expect(code).toMatch(/^ACC\d{3}$/);
        expect(message.length * (hint ?? '').length).toBeGreaterThan(0);
      }
      if (problems.length > 0) {
        expect(() => createTestBench(config)).toThrow(RangeError);
      } else if (built++ % 7 === 0) {
        expect(createTestBench(config).accelerator.state.config).toBe(config);
      }
    }
    expect(built).toBeGreaterThan(30);
  });

  test.each([
    [{ dim: 3 }, 'ACC001'],
    [{ accumulatorType: 'fp32' }, 'ACC002'],
    [{ mvinScaleType: 'fp16' }, 'ACC003'],
    [{ accumulatorScaleType: 'fp16' }, 'ACC004'],
    [{ mvinScaleType: 'none', mvinScalesAccumulator: true }, 'ACC005'],
    [{ scratchpad: { banks: 3, bankRows: 4096 } }, 'ACC006'],
    [{ accumulator: { banks: 1, bankRows: 16 } }, 'ACC007'],
    [{ maxRowBytes: 8 }, 'ACC008'],
    [{ normStatIds: 0 }, 'ACC009'],
  ] as const)('%o is refused as %s', (change, code) => {
    const problems = checkAcceleratorConfig({ ...DEFAULT_ACCELERATOR, ...change });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    for (const key of Object.keys(change)) expect(problems[0]!.message).toContain(`accelerator.${key}`);
    expect(problems[0]!.hint).toMatch(/^set accelerator\.\w+/);
  });
});
