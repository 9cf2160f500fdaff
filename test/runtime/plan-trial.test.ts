import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { convShape } from '../../src/runtime/conv-shape.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import { libraryPlanner, plannedCommands, type TiledOperation } from '../../src/runtime/operation.ts';
import { cyclesOf, timerOf } from '../../src/runtime/plan-timing.ts';
import { PlanTrial } from '../../src/runtime/plan-trial.ts';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';

const timer = timerOf(DEFAULT_ACCELERATOR, DEFAULT_TIMING);
const [a, b, c] = [0x8100_0000, 0x8200_0000, 0x8300_0000];

const CASES: [string, TiledOperation][] = [
  [
    'product',
    {
      kind: 'matmul',
      problem: {
        shape: { m: 512, n: 256, k: 256 },
        a: { address: a, stride: 256, transposed: false, scale: 1 },
        b: { address: b, stride: 256, transposed: false, scale: 1 },
        c: { address: c, stride: 256, type: 'element' },
        scale: 1,
        activation: 'none',
        step: 0,
      },
    },
  ],
  [
    'convolution',
    {
      kind: 'conv',
      problem: {
        shape: convShape({ inRows: 58, inCols: 58, inChannels: 32, outChannels: 64, kernel: 3 }),
        ...{ input: a, weights: b, output: c, inStride: 32, outStride: 64 },
        scale: 1,
        activation: 'none',
      },
    },
  ],
];

describe.each(CASES)('a trial of a %s', (_, operation) => {
  const plan = libraryPlanner(operation, DEFAULT_GEOMETRY);
  const cycles = cyclesOf(plannedCommands(operation, plan, DEFAULT_GEOMETRY), timer);

  test('foretells the end from a third of the run to 8 %', () => {
    const trial = new PlanTrial(operation, plan, DEFAULT_GEOMETRY, timer);
    trial.advance(cycles / 3);
    expect(trial.isExact).toBe(false);
    expect(trial.timedCycles).toBeLessThan(0.7 * cycles);
    expect(Math.abs(trial.cycles / cycles - 1)).toBeLessThan(0.08);
  });

  test('goes on where it stopped, and is exact at the end', () => {
    const trial = new PlanTrial(operation, plan, DEFAULT_GEOMETRY, timer);
    const first = trial.advance(cycles / 4);
    expect(first).toBe(trial.timedCycles);
    expect(trial.advance(cycles / 8)).toBe(0);
    trial.advance(Number.POSITIVE_INFINITY);
    expect([trial.isExact, trial.cycles]).toEqual([true, cycles]);
  });
});
