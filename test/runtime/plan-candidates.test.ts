import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convOutput, convShape, DEFAULT_LAYOUT } from '../../src/runtime/conv-shape.ts';
import { convTileFits } from '../../src/runtime/conv-tiling.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import { matmulTileFits } from '../../src/runtime/matmul-tiling.ts';
import {
  type OperationPlan,
  operationMacs,
  plannedCommands,
  type TiledOperation,
} from '../../src/runtime/operation.ts';
import { candidatePlans } from '../../src/runtime/plan-candidates.ts';
import { planCost } from '../../src/runtime/traffic.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { KernelBench } from './kernel-bench.ts';

const upTo = (max: number, min = 1) => fc.integer({ min, max });

const products = fc.record({
  m: upTo(150),
  n: upTo(150),
  k: upTo(150),
  transposed: fc.constantFrom('none', 'a', 'b'),
  bias: fc.constantFrom('none', 'full', 'repeated'),
  seed: upTo(1_000_000),
});

const convolutions = fc.record({
  batch: upTo(3),
  inRows: upTo(12),
  inCols: upTo(20),
  inChannels: upTo(50),
  outChannels: upTo(50),
  kernel: upTo(3),
  stride: upTo(2),
  padding: upTo(1, 0),
  pooling: fc.option(fc.record({ size: upTo(3, 2), stride: upTo(2), padding: upTo(1, 0) }), { nil: undefined }),
  layout: fc.constantFrom(
    DEFAULT_LAYOUT,
    { ...DEFAULT_LAYOUT, input: 'CHWN' } as const,
    { ...DEFAULT_LAYOUT, weights: 'HWOI' } as const,
    { ...DEFAULT_LAYOUT, output: 'HWNC' } as const,
  ),
  depthwise: fc.boolean(),
  seed: upTo(1_000_000),
});

function elementsOf(seed: number) {
  const random = new SeededRandom(seed);
  return {
    elements: (count: number) => Int8Array.from({ length: count }, () => random.int(-128, 128)),
    sums: (count: number) => Int32Array.from({ length: count }, () => random.int(-20_000, 20_000)),
  };
}

function fits(plan: OperationPlan, operation: TiledOperation): boolean {
  if (plan.kind === 'matmul') return matmulTileFits(plan.plan.tiling, DEFAULT_GEOMETRY, 'weight-stationary');
  return operation.kind === 'conv' && convTileFits(plan.plan.tiling, operation.problem.shape, DEFAULT_GEOMETRY);
}

/** All candidates fit and work on everything; some of them run. `make` places operands and leaves room for a result. */
function expectRightCandidates(make: (bench: KernelBench) => TiledOperation, seed: number): void {
  const operation = make(new KernelBench());
  const plans = [...candidatePlans(operation, DEFAULT_GEOMETRY)];
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) {
    expect(fits(plan, operation)).toBe(true);
    // Pooling may leave pixels out.
    if (operation.kind === 'conv' && operation.problem.shape.pooling !== undefined) continue;
    const { computeCycles } = planCost(operation, plan, DEFAULT_GEOMETRY);
    expect(computeCycles * DEFAULT_GEOMETRY.dim ** 2).toBeGreaterThanOrEqual(operationMacs(operation));
  }
  const random = new SeededRandom(seed);
  for (let i = 0; i < 4; i++) {
    const bench = new KernelBench();
    const placed = make(bench);
    const plan = plans[random.int(0, plans.length)]!;
    bench.run(plannedCommands(placed, plan, DEFAULT_GEOMETRY));
    expect([plan, bench.mistakes(placed).slice(0, 3)]).toEqual([plan, []]);
  }
}

test('every candidate for a product fits the memories, works on all of it, and is right', () => {
  fc.assert(
    fc.property(products, ({ m, n, k, transposed, bias, seed }) => {
      expectRightCandidates((bench) => {
        const { elements, sums } = elementsOf(seed);
        const [aStride, bStride] = [transposed === 'a' ? m : k, transposed === 'b' ? k : n];
        const d = bias === 'none' ? 0 : bench.place(sums(bias === 'full' ? m * n : n));
        return {
          kind: 'matmul',
          problem: {
            shape: { m, n, k },
            a: { address: bench.place(elements(m * k)), stride: aStride, transposed: transposed === 'a', scale: 1 },
            b: { address: bench.place(elements(k * n)), stride: bStride, transposed: transposed === 'b', scale: 1 },
            ...(bias === 'none'
              ? {}
              : { d: { address: d, stride: n, type: 'accumulator', repeats: bias === 'repeated', scale: 1 } }),
            c: { address: bench.reserve(m * n), stride: n, type: 'element' },
            scale: 1 / 256,
            activation: 'none',
            step: 0,
          },
        };
      }, seed);
    }),
    { seed: 4, numRuns: 6 },
  );
}, 30_000);

test('every candidate for a convolution fits the memories, works on all of it, and is right', () => {
  fc.assert(
    fc.property(convolutions, ({ pooling, layout, depthwise, seed, ...sizes }) => {
      const shape = convShape({
        ...sizes,
        padding: Math.min(sizes.padding, sizes.kernel - 1),
        ...(depthwise ? { depthwise, outChannels: sizes.inChannels } : { layout }),
        ...(pooling !== undefined && (depthwise || layout.output === 'NHWC') ? { pooling } : {}),
      });
      const { rows, cols, pooledRows, pooledCols } = convOutput(shape);
      fc.pre(Math.min(rows, cols, pooledRows, pooledCols) >= 1);
      expectRightCandidates((bench) => {
        const { elements, sums } = elementsOf(seed);
        const fanIn = shape.kernel ** 2 * (depthwise ? 1 : shape.inChannels);
        return {
          kind: 'conv',
          problem: {
            shape,
            input: bench.place(elements(shape.batch * shape.inRows * shape.inCols * shape.inChannels)),
            weights: bench.place(elements(fanIn * shape.outChannels)),
            bias: bench.place(sums(shape.outChannels)),
            output: bench.reserve(shape.batch * pooledRows * pooledCols * shape.outChannels),
            inStride: shape.inChannels,
            outStride: shape.outChannels,
            scale: 1 / 128,
            activation: 'relu',
          },
        };
      }, seed);
    }),
    { seed: 5, numRuns: 10 },
  );
}, 30_000);
