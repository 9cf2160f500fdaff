import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convCommands, keepableConvOperands, libraryConvPlan } from '../../src/runtime/conv-commands.ts';
import { type ConvLayout, convOutput, convShape, DEFAULT_LAYOUT } from '../../src/runtime/conv-shape.ts';
import {
  CONV_EXTENTS,
  type ConvTiling,
  convTileFits,
  heuristicConvTiling,
  wholeConv,
} from '../../src/runtime/conv-tiling.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { KernelBench } from './kernel-bench.ts';

const KINDS = {
  dense: {},
  'kernel dilation': { kernelDilation: 2 },
  'input dilation': { inputDilation: 2, stride: 1 },
  rotated: { rotated: true },
  depthwise: { depthwise: true },
} as const;

const LAYOUTS: readonly ConvLayout[] = [
  DEFAULT_LAYOUT,
  { ...DEFAULT_LAYOUT, input: 'CHWN' },
  { ...DEFAULT_LAYOUT, weights: 'IHWO' },
  { ...DEFAULT_LAYOUT, weights: 'HWOI' },
  { ...DEFAULT_LAYOUT, output: 'HWNC' },
];

const upTo = (max: number, min = 1) => fc.integer({ min, max });

const cases = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
  layout: fc.constantFrom(...LAYOUTS),
  sizes: fc.record({
    batch: upTo(3),
    inRows: upTo(9),
    inCols: upTo(20),
    inChannels: upTo(36),
    outChannels: upTo(36),
    kernel: upTo(4),
    stride: upTo(3),
  }),
  padding: upTo(3, 0),
  pooling: fc.option(fc.record({ size: upTo(3), stride: upTo(3), padding: upTo(2, 0) })),
  hasBias: fc.boolean(),
  relu: fc.boolean(),
  plan: fc.constantFrom('library', 'pixels', 'channels'),
  seed: upTo(1_000_000),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Combinations that the hardware has; the others are pulled to the nearest one. */
function shapeOf({ kind, layout, sizes, padding, pooling }: Case) {
  const isDepthwise = kind === 'depthwise';
  const usedLayout = isDepthwise || kind === 'rotated' ? DEFAULT_LAYOUT : layout;
  const pools = pooling !== null && usedLayout.output === 'NHWC' && pooling.padding < pooling.size;
  return convShape({
    ...sizes,
    ...KINDS[kind],
    outChannels: isDepthwise ? sizes.inChannels : sizes.outChannels,
    padding: Math.min(padding, sizes.kernel - 1),
    layout: usedLayout,
    ...(pools ? { pooling } : {}),
  });
}

function planOf(shape: ReturnType<typeof shapeOf>, { plan, seed }: Case) {
  if (plan === 'library') return libraryConvPlan(shape, heuristicConvTiling(shape, DEFAULT_GEOMETRY), DEFAULT_GEOMETRY);
  const random = new SeededRandom(seed);
  const whole = wholeConv(shape);
  const draw = () =>
    Object.fromEntries(
      CONV_EXTENTS.map((extent) => [extent, random.chance(0.5) ? whole[extent] : random.int(1, whole[extent] + 1)]),
    ) as unknown as ConvTiling;
  let tiling = draw();
  // Hardware addresses transposed inputs by the batches of the tile, so a tile takes them all.
  while (
    !convTileFits(tiling, shape, DEFAULT_GEOMETRY) ||
    (shape.layout.input === 'CHWN' && tiling.batches !== shape.batch)
  )
    tiling = draw();
  const outermost = plan as 'pixels' | 'channels';
  return { tiling, outermost, keep: keepableConvOperands(shape, tiling, outermost, DEFAULT_GEOMETRY) };
}

test('every tiled convolution equals the plain loop nest', () => {
  fc.assert(
    fc.property(cases, (example) => {
      const shape = shapeOf(example);
      const { rows, cols, pooledRows, pooledCols } = convOutput(shape);
      fc.pre(Math.min(rows, cols, pooledRows, pooledCols) >= 1);
      const random = new SeededRandom(example.seed);
      const bench = new KernelBench();
      const elements = (count: number) => Int8Array.from({ length: count }, () => random.int(-128, 128));
      const input = elements(shape.batch * shape.inRows * shape.inCols * shape.inChannels);
      const weights = elements(shape.kernel ** 2 * (shape.depthwise ? 1 : shape.inChannels) * shape.outChannels);
      const bias = Int32Array.from({ length: shape.outChannels }, () => random.int(-20_000, 20_000));
      const count = shape.batch * pooledRows * pooledCols * shape.outChannels;
      const problem = {
        shape,
        input: bench.place(input),
        weights: bench.place(weights),
        ...(example.hasBias ? { bias: bench.place(bias) } : {}),
        output: bench.reserve(count),
        inStride: shape.inChannels,
        outStride: shape.outChannels,
        scale: 1 / 128,
        activation: example.relu ? ('relu' as const) : ('none' as const),
      };
      bench.run(convCommands(problem, planOf(shape, example), DEFAULT_GEOMETRY));
      expect(bench.mistakes({ kind: 'conv', problem })).toEqual([]);
    }),
    { seed: 2, numRuns: 40 },
  );
}, 30_000);
