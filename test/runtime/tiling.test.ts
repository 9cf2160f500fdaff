import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { convShape } from '../../src/runtime/conv-shape.ts';
import { convTileFits, heuristicConvTiling, wholeConv } from '../../src/runtime/conv-tiling.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import { heuristicMatmulTiling, matmulTileFits } from '../../src/runtime/matmul-tiling.ts';
import { SeededRandom } from '../../src/support/random.ts';

/** The public library's tiles for the FireSim layer set published with DOSA (MICRO 2023). */
const published = readFileSync(new URL('data/dosa-tiles.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').map(Number));

test.each(published)(
  'the heuristic tiles R%i S%i P%i Q%i C%i K%i N%i stride %i as the public library does',
  (...row) => {
    const [kernel, , outCols, outRows, inChannels, outChannels, batch, stride, , ...tiles] = row as Required<
      typeof row
    >;
    const shape = convShape({
      inRows: (outRows! - 1) * stride! + kernel!,
      inCols: (outCols! - 1) * stride! + kernel!,
      inChannels: inChannels!,
      outChannels: outChannels!,
      kernel: kernel!,
      batch: batch!,
      stride: stride!,
    });
    const isMatmul = kernel === 1 && outRows === 1;
    expect(isMatmul ? matmulColumns(outCols!, outChannels!, inChannels!) : convColumns()).toEqual(tiles);

    function convColumns() {
      const t = heuristicConvTiling(shape, DEFAULT_GEOMETRY);
      return [t.kernelRows, t.kernelCols, t.pooledCols, t.pooledRows, t.inChannels, t.outChannels, t.batches];
    }
  },
);

function matmulColumns(m: number, n: number, k: number): number[] {
  const { tileM, tileN, tileK } = heuristicMatmulTiling({ m, n, k }, DEFAULT_GEOMETRY, 'weight-stationary');
  return [1, 1, tileM * 16, 1, tileK * 16, tileN * 16, 1];
}

test('heuristic tiles fit the memories and cannot grow', () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 200; round++) {
    const shape = { m: random.int(1, 2000), n: random.int(1, 2000), k: random.int(1, 4000) };
    const dataflow = random.pick(['weight-stationary', 'output-stationary'] as const);
    const tiling = heuristicMatmulTiling(shape, DEFAULT_GEOMETRY, dataflow);
    expect(matmulTileFits(tiling, DEFAULT_GEOMETRY, dataflow)).toBe(true);
    const deeper = { ...tiling, tileK: tiling.tileK + 1 };
    expect(matmulTileFits(deeper, DEFAULT_GEOMETRY, dataflow) && deeper.tileK * 16 < shape.k + 16).toBe(false);
  }
});

test('convolution tiles fit and stay within the problem', () => {
  const random = new SeededRandom(6);
  for (let round = 0; round < 100; round++) {
    const kernel = random.int(1, 8);
    const shape = convShape({
      batch: random.int(1, 4),
      inRows: random.int(kernel, 80),
      inCols: random.int(kernel, 80),
      inChannels: random.int(1, 600),
      outChannels: random.int(1, 600),
      kernel,
      stride: random.int(1, 4),
      padding: random.int(0, kernel),
    });
    const tiling = heuristicConvTiling(shape, DEFAULT_GEOMETRY);
    const whole = wholeConv(shape);
    expect(convTileFits(tiling, shape, DEFAULT_GEOMETRY)).toBe(true);
    for (const [extent, value] of Object.entries(tiling)) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(whole[extent as keyof typeof whole]);
    }
  }
});
