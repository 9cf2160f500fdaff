import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { convOutput, convShape } from '../../src/runtime/conv-shape.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import { libraryPlanner, plannedCommands, type TiledOperation } from '../../src/runtime/operation.ts';
import { cyclesOf, type Timer, timerOf } from '../../src/runtime/plan-timing.ts';
import { searchPlan, searchPlanner } from '../../src/runtime/search.ts';
import { lowerBound, planCost } from '../../src/runtime/traffic.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { KernelBench } from './kernel-bench.ts';

const timer = timerOf(DEFAULT_ACCELERATOR, DEFAULT_TIMING);
const random = new SeededRandom(9);
const elements = (count: number) => Int8Array.from({ length: count }, () => random.int(-128, 128));

function gemm(bench: KernelBench, m: number, n: number, k: number): TiledOperation {
  const operand = (count: number, stride: number) => ({
    address: bench.place(elements(count)),
    stride,
    transposed: false,
    scale: 1,
  });
  return {
    kind: 'matmul',
    problem: {
      shape: { m, n, k },
      a: operand(m * k, k),
      b: operand(k * n, n),
      c: { address: bench.reserve(m * n), stride: n, type: 'element' },
      scale: 1 / 512,
      activation: 'none',
      step: 0,
    },
  };
}

function conv(bench: KernelBench, sizes: Parameters<typeof convShape>[0]): TiledOperation {
  const shape = convShape(sizes);
  const { rows, cols } = convOutput(shape);
  return {
    kind: 'conv',
    problem: {
      shape,
      input: bench.place(elements(shape.inRows * shape.inCols * shape.inChannels)),
      weights: bench.place(elements(shape.kernel ** 2 * shape.inChannels * shape.outChannels)),
      bias: bench.place(Int32Array.from({ length: shape.outChannels }, () => random.int(-9999, 9999))),
      output: bench.reserve(rows * cols * shape.outChannels),
      inStride: shape.inChannels,
      outStride: shape.outChannels,
      scale: 1 / 512,
      activation: 'relu',
    },
  };
}

const cases: [string, (bench: KernelBench) => TiledOperation][] = [
  ['a product', (bench) => gemm(bench, 128, 64, 128)],
  ['a thin product', (bench) => gemm(bench, 7, 200, 300)],
  ['a 1×1 convolution', (bench) => conv(bench, { inRows: 28, inCols: 28, inChannels: 64, outChannels: 32, kernel: 1 })],
  ['a small image', (bench) => conv(bench, { inRows: 4, inCols: 4, inChannels: 96, outChannels: 48, kernel: 3 })],
];

describe.each(cases)('the plan found for %s', (_, make) => {
  const bench = new KernelBench();
  const operation = make(bench);
  const found = searchPlan(operation, DEFAULT_GEOMETRY, timer);
  const planCycles = (plan: typeof found.plan) => cyclesOf(plannedCommands(operation, plan, DEFAULT_GEOMETRY), timer);

  test('is not slower than the public library’s, and no faster than its lower bound', () => {
    const cycles = planCycles(found.plan);
    expect(cycles).toBeLessThanOrEqual(planCycles(libraryPlanner(operation, DEFAULT_GEOMETRY)));
    expect(cycles).toBeGreaterThanOrEqual(lowerBound(planCost(operation, found.plan, DEFAULT_GEOMETRY)));
  });

  test('computes the same values', () => {
    bench.run(plannedCommands(operation, found.plan, DEFAULT_GEOMETRY));
    expect(bench.mistakes(operation)).toEqual([]);
  });

  test('is found again', () => {
    expect(searchPlan(operation, DEFAULT_GEOMETRY, timer)).toEqual(found);
  });
});

test('a 1×1 convolution of a large image runs as a product, much faster', () => {
  const operation = conv(new KernelBench(), { inRows: 28, inCols: 28, inChannels: 64, outChannels: 32, kernel: 1 });
  const found = searchPlan(operation, DEFAULT_GEOMETRY, timer);
  expect(found.plan.kind).toBe('matmul');
  expect(found.libraryCycles / found.cycles).toBeGreaterThan(1.3);
});

test('equal shapes are searched once', () => {
  let runs = 0;
  const counting: Timer = (steps) => {
    runs++;
    return timer(steps);
  };
  const planner = searchPlanner(counting);
  const first = planner(gemm(new KernelBench(), 64, 64, 64), DEFAULT_GEOMETRY);
  const searched = runs;
  expect(searched).toBeGreaterThan(1);
  expect(planner(gemm(new KernelBench(), 64, 64, 64), DEFAULT_GEOMETRY)).toBe(first);
  expect(runs).toBe(searched);
});
