import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import {
  convertCommands,
  globalAverageCommands,
  maxPoolCommands,
  residualAddCommands,
  residualAddTile,
} from '../../src/runtime/layer-commands.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { KernelBench } from './kernel-bench.ts';

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const seeds = upTo(1_000_000);
const runs = { seed: 3, numRuns: 30 };

const elements = (random: SeededRandom, count: number) =>
  Int8Array.from({ length: count }, () => random.int(-128, 128));

describe('layers without products equal plain loops', () => {
  test('residual addition', () => {
    fc.assert(
      fc.property(upTo(100), upTo(300), fc.boolean(), seeds, (rows, cols, relu, seed) => {
        const random = new SeededRandom(seed);
        const bench = new KernelBench();
        const [a, b] = [elements(random, rows * cols), elements(random, rows * cols)];
        const scales = { a: random.pick([1, 0.5, 2]), b: random.pick([1, 0.75]), sum: random.pick([1, 0.5]) };
        const output = bench.reserve(rows * cols);
        const problem = {
          rows,
          cols,
          a: { address: bench.place(a), stride: cols, scale: scales.a },
          b: { address: bench.place(b), stride: cols, scale: scales.b },
          c: { address: output, stride: cols },
          scale: scales.sum,
          activation: relu ? ('relu' as const) : ('none' as const),
        };
        bench.run(residualAddCommands(problem, DEFAULT_GEOMETRY));
        expect(bench.mistakes({ kind: 'residual-add', problem })).toEqual([]);
      }),
      runs,
    );
  });

  test('global average', () => {
    fc.assert(
      fc.property(upTo(60), upTo(200), seeds, (pixels, channels, seed) => {
        const bench = new KernelBench();
        const input = elements(new SeededRandom(seed), pixels * channels);
        const output = bench.reserve(channels);
        const at = { address: bench.place(input), stride: channels };
        const problem = { pixels, channels, input: at, output };
        bench.run(globalAverageCommands(problem, DEFAULT_GEOMETRY));
        expect(bench.mistakes({ kind: 'global-average', problem })).toEqual([]);
      }),
      runs,
    );
  });

  test('max pooling, overhanging windows included', () => {
    const shapes = fc.record({
      rows: upTo(40),
      cols: upTo(40),
      channels: upTo(40),
      size: upTo(3),
      stride: upTo(3),
      ceil: fc.boolean(),
    });
    fc.assert(
      fc.property(shapes, upTo(2, 0), seeds, ({ rows, cols, channels, size, stride, ceil }, wanted, seed) => {
        const padding = Math.min(wanted, size - 1);
        const extent = (length: number) => Math[ceil ? 'ceil' : 'floor']((length + 2 * padding - size) / stride) + 1;
        const [outRows, outCols] = [extent(rows), extent(cols)];
        fc.pre(outRows >= 1 && outCols >= 1);
        const bench = new KernelBench();
        const input = elements(new SeededRandom(seed), rows * cols * channels);
        const count = outRows * outCols * channels;
        const output = { address: bench.reserve(count), stride: channels };
        const at = { address: bench.place(input), stride: channels };
        const problem = { rows, cols, channels, size, stride, padding, outRows, outCols, input: at, output };
        bench.run(maxPoolCommands(problem, DEFAULT_GEOMETRY));
        expect(bench.mistakes({ kind: 'max-pool', problem })).toEqual([]);
      }),
      runs,
    );
  });

  const activations = ['none', 'relu', 'igelu', 'layernorm', 'softmax'] as const;
  test.each(activations)('conversion with %s, from either type', (activation) => {
    fc.assert(
      fc.property(upTo(20), upTo(100), fc.boolean(), seeds, (rows, cols, isElement, seed) => {
        const random = new SeededRandom(seed);
        const bench = new KernelBench();
        const values = isElement
          ? elements(random, rows * cols)
          : Int32Array.from({ length: rows * cols }, () => random.int(-3000, 3000));
        const output = { address: bench.reserve(rows * cols), stride: cols };
        const scale = { none: 1 / 32, relu: 1 / 32, igelu: 2 ** -16, layernorm: 32, softmax: 1 }[activation];
        const step = isElement ? 0.05 : 0.002;
        const input = {
          address: bench.place(values),
          stride: cols,
          type: isElement ? 'element' : 'accumulator',
        } as const;
        const problem = { rows, cols, input, output, scale, activation, step };
        bench.run(convertCommands(problem, DEFAULT_GEOMETRY));
        expect(bench.mistakes({ kind: 'convert', problem })).toEqual([]);
      }),
      runs,
    );
  });
});

test('residual addition takes the tiles of the public library', () => {
  expect(residualAddTile(3136, 256, DEFAULT_GEOMETRY)).toEqual({ rows: 49, cols: 96 });
  expect(residualAddTile(10, 4000, DEFAULT_GEOMETRY)).toEqual({ rows: 10, cols: 512 });
});
