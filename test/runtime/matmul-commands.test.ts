import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import {
  keepableOperands,
  libraryMatmulPlan,
  type MatmulPlan,
  matmulCommands,
} from '../../src/runtime/matmul-commands.ts';
import type { MatmulProblem } from '../../src/runtime/matmul-problem.ts';
import { heuristicMatmulTiling, matmulTileFits } from '../../src/runtime/matmul-tiling.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { KernelBench } from './kernel-bench.ts';

const bytes = (random: SeededRandom, count: number) => Int8Array.from({ length: count }, () => random.int(-128, 128));
const words = (random: SeededRandom, count: number, limit: number) =>
  Int32Array.from({ length: count }, () => random.int(-limit, limit));

const cases = fc.record({
  shape: fc.record({
    m: fc.integer({ min: 1, max: 70 }),
    n: fc.integer({ min: 1, max: 70 }),
    k: fc.integer({ min: 1, max: 90 }),
  }),
  target: fc.constantFrom('loop', 'explicit WS', 'explicit OS', 'library WS', 'library OS'),
  transposed: fc.constantFrom('none', 'a', 'b', 'both'),
  bias: fc.constantFrom('none', 'full', 'repeated', 'full element', 'repeated element'),
  tiling: fc.record({
    tileM: fc.integer({ min: 1, max: 4 }),
    tileN: fc.integer({ min: 1, max: 4 }),
    tileK: fc.integer({ min: 1, max: 5 }),
  }),
  outermost: fc.constantFrom('m' as const, 'n' as const),
  result: fc.constantFrom('element', 'relu', 'accumulator'),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** The array transposes one operand at most when weights are stationary; B alone never when results are. */
function legalTransposes({ target, transposed }: Case) {
  const isOutputStationary = target.endsWith('OS');
  const a = transposed === 'a' || transposed === 'both' || (transposed === 'b' && isOutputStationary);
  const b = transposed === 'b' || (transposed === 'both' && isOutputStationary);
  return { a, b };
}

function planOf({ target, shape, tiling, outermost }: Case): MatmulPlan {
  const dataflow = target.endsWith('OS') ? 'output-stationary' : 'weight-stationary';
  if (target.startsWith('library'))
    return libraryMatmulPlan(
      shape,
      heuristicMatmulTiling(shape, DEFAULT_GEOMETRY, dataflow),
      dataflow,
      DEFAULT_GEOMETRY,
    );
  expect(matmulTileFits(tiling, DEFAULT_GEOMETRY, dataflow)).toBe(true);
  const method = target === 'loop' ? 'loop' : 'explicit';
  const keep = method === 'loop' ? keepableOperands(shape, tiling, outermost, 16) : { a: false, b: false };
  return { method, dataflow, tiling, outermost, keep };
}

test('every tiled product equals the plain loop nest', () => {
  fc.assert(
    fc.property(cases, (example) => {
      const { shape, bias, result, seed } = example;
      const { m, n, k } = shape;
      const random = new SeededRandom(seed);
      const bench = new KernelBench();
      const transposed = legalTransposes(example);
      const a = bytes(random, m * k);
      const b = bytes(random, k * n);
      const repeats = bias.startsWith('repeated');
      const isElement = bias.endsWith('element');
      const dCount = repeats ? n : m * n;
      const d = isElement ? bytes(random, dCount) : words(random, dCount, 100_000);
      const isFull = result === 'accumulator';
      const problem: MatmulProblem = {
        shape,
        a: { address: bench.place(a), stride: transposed.a ? m : k, transposed: transposed.a, scale: 1 },
        b: { address: bench.place(b), stride: transposed.b ? k : n, transposed: transposed.b, scale: 1 },
        ...(bias === 'none'
          ? {}
          : {
              d: { address: bench.place(d), stride: n, repeats, type: isElement ? 'element' : 'accumulator', scale: 1 },
            }),
        c: { address: bench.reserve(m * n * 4), stride: n, type: isFull ? 'accumulator' : 'element' },
        scale: 1 / 256,
        activation: result === 'relu' ? 'relu' : 'none',
        step: 0,
      };
      bench.run(matmulCommands(problem, planOf(example), DEFAULT_GEOMETRY));
      expect(bench.mistakes({ kind: 'matmul', problem })).toEqual([]);
    }),
    { seed: 1, numRuns: 80 },
  );
}, 30_000);

test.each(['igelu', 'softmax', 'layernorm'] as const)('%s follows the product row by row', (activation) => {
  const shape = { m: 19, n: 42, k: 20 };
  const random = new SeededRandom(7);
  const bench = new KernelBench();
  const a = bytes(random, shape.m * shape.k);
  const b = bytes(random, shape.k * shape.n);
  const scale = activation === 'igelu' ? 2 ** -22 : activation === 'layernorm' ? 32 : 1;
  const step = activation === 'igelu' ? 0.0005 : 0.001;
  const problem: MatmulProblem = {
    shape,
    a: { address: bench.place(a), stride: shape.k, transposed: false, scale: 1 },
    b: { address: bench.place(b), stride: shape.n, transposed: false, scale: 1 },
    c: { address: bench.reserve(shape.m * shape.n), stride: shape.n, type: 'element' },
    scale,
    activation,
    step,
  };
  const tiling = heuristicMatmulTiling(
    shape,
    DEFAULT_GEOMETRY,
    'weight-stationary',
    activation === 'igelu' ? 'element-wise' : 'row-wise',
  );
  const plan = libraryMatmulPlan(shape, tiling, 'weight-stationary', DEFAULT_GEOMETRY);
  bench.run(matmulCommands(problem, plan, DEFAULT_GEOMETRY));
  expect(bench.mistakes({ kind: 'matmul', problem })).toEqual([]);
  const row = Array.from({ length: shape.n }, (_, j) => bench.read(problem.c.address + j, 'element'));
  expect(new Set(row).size).toBeGreaterThan(2);
});

test('a wrong value is found, with what it should be', () => {
  const bench = new KernelBench();
  const [a, b, c] = [bench.place(Int8Array.of(2, 3)), bench.place(Int8Array.of(5, 7)), bench.place(Int8Array.of(30))];
  const problem: MatmulProblem = {
    shape: { m: 1, n: 1, k: 2 },
    a: { address: a, stride: 2, transposed: false, scale: 1 },
    b: { address: b, stride: 1, transposed: false, scale: 1 },
    c: { address: c, stride: 1, type: 'element' },
    scale: 1,
    activation: 'none',
    step: 0,
  };
  expect(bench.mistakes({ kind: 'matmul', problem })).toEqual([{ index: 0, expected: 31, found: 30 }]);
});
