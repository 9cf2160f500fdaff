import { describe, expect, test } from 'vitest';
import type { AcceleratorOutcome } from '../../src/accel/accelerator.ts';
import { type AcceleratorConfig, DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { RTL_BEHAVIOURS } from '../../src/accel/rtl-behaviours.ts';
import { createTestBench, type Engine, type TestBench } from './bare-memory.ts';
import { crc32 } from './crc32.ts';
import { randomProgram } from './random-commands.ts';
import { scatterPages } from './scattered-memory.ts';

const MEMORY = { start: 0n, size: 0x20000 };

const small = { scratchpad: { banks: 4, bankRows: 1024 }, accumulator: { banks: 2, bankRows: 512 } };
const FP32: AcceleratorConfig = {
  ...DEFAULT_ACCELERATOR,
  ...small,
  elementType: 'fp32',
  accumulatorType: 'fp32',
  mvinScalesAccumulator: true,
};
const CONFIGS: readonly (readonly [string, AcceleratorConfig])[] = [
  ['int8, dim 16', DEFAULT_ACCELERATOR],
  ['int8, dim 8', { ...DEFAULT_ACCELERATOR, ...small, dim: 8 }],
  ['int8, dim 32', { ...DEFAULT_ACCELERATOR, ...small, dim: 32 }],
  ['int8, dim 64', { ...DEFAULT_ACCELERATOR, ...small, dim: 64 }],
  ['int16, dim 8', { ...DEFAULT_ACCELERATOR, ...small, dim: 8, elementType: 'int16' }],
  ['int16, dim 16', { ...DEFAULT_ACCELERATOR, ...small, elementType: 'int16' }],
  ['fp32, dim 4', { ...FP32, dim: 4 }],
  ['fp32, dim 16', { ...FP32, mvinScalesAccumulator: false }],
  ['fp32, dim 64', { ...FP32, dim: 64 }],
  ['fp32, RTL behaviours', { ...FP32, dim: 8, rtlBehaviours: RTL_BEHAVIOURS.map(({ id }) => id) }],
  ['RTL behaviours', { ...DEFAULT_ACCELERATOR, ...small, rtlBehaviours: RTL_BEHAVIOURS.map(({ id }) => id) }],
];

/** Everything that the end of a program leaves behind, and how each command ended. */
function runProgram(seed: number, config: AcceleratorConfig, engine: Engine, prepare: (bench: TestBench) => void) {
  const bench = createTestBench(config, MEMORY.size, engine);
  const { commands, image } = randomProgram(seed, config, MEMORY, 0.03);
  bench.memory.bytes.set(image);
  prepare(bench);
  const outcomes: AcceleratorOutcome[] = [];
  for (const { funct7, rs1, rs2 } of commands) {
    const outcome = bench.accelerator.execute({ funct7, rs1, rs2, pc: 0n });
    outcomes.push(outcome);
    if (outcome.kind === 'fault') break;
  }
  const { state } = bench.accelerator;
  const isFault = outcomes.at(-1)?.kind === 'fault';
  const crc = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    crc32(new Uint8Array(buffer, byteOffset, byteLength));
  return {
    outcomes,
    memory: crc(bench.memory.bytes),
    scratchpad: crc(state.scratchpad),
    accumulator: crc(state.accumulator),
    // A fault inside of a compute leaves the array as far as the engine got.
    array: isFault ? 0 : crc(state.array),
    registers: state.registers,
  };
}

describe.each(CONFIGS)('kernels and reference agree on random commands: %s', (_, config) => {
  // The reference takes its time over large arrays.
  const programs = config.dim > 16 ? 3 : 10;
  test.each(Array.from({ length: programs }, (_, seed) => seed + 1))('seed %i', (seed) => {
    const nothing = () => {};
    expect(runProgram(seed, config, 'kernels', nothing)).toEqual(runProgram(seed, config, 'reference', nothing));
  });
});

test.each(Array.from({ length: 25 }, (_, seed) => seed + 100))(
  'kernels and reference agree where pages are scattered and some are missing: seed %i',
  (seed) => {
    const scatter = ({ memory }: TestBench) => scatterPages(memory, seed);
    expect(runProgram(seed, DEFAULT_ACCELERATOR, 'kernels', scatter)).toEqual(
      runProgram(seed, DEFAULT_ACCELERATOR, 'reference', scatter),
    );
  },
);
