import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AcceleratorConfig, DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { createTestBench } from './bare-memory.ts';
import { crc32 } from './crc32.ts';
import { randomProgram } from './random-commands.ts';

/** What the functional model left after each random program, as CRC-32 of memory, local memories and array. */
interface GoldenProgram {
  readonly seed: number;
  readonly commands: number;
  readonly traps: number;
  readonly memory: string;
  readonly scratchpad: string;
  readonly accumulator: string;
  readonly array: string;
}

const golden = JSON.parse(readFileSync(new URL('random-programs.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly GoldenProgram[]>
>;

const CONFIGS: Readonly<Record<string, AcceleratorConfig>> = {
  'int8, dim 16': DEFAULT_ACCELERATOR,
  'int8, dim 4': {
    ...DEFAULT_ACCELERATOR,
    dim: 4,
    scratchpad: { banks: 4, bankRows: 16384 },
    accumulator: { banks: 2, bankRows: 2048 },
  },
  'int8, dim 32': { ...DEFAULT_ACCELERATOR, dim: 32 },
};

const MEMORY = { start: 0n, size: 0x20000 };

describe.each(Object.entries(golden))('random programs end as on the functional model: %s', (name, programs) => {
  test.each(programs)('seed $seed, $commands commands', (expected) => {
    const config = CONFIGS[name]!;
    const { accelerator, memory } = createTestBench(config, MEMORY.size);
    const { commands, image } = randomProgram(expected.seed, config, MEMORY, 0.02);
    memory.bytes.set(image);
    const outcomes = commands.map(({ funct7, rs1, rs2 }) => accelerator.execute({ funct7, rs1, rs2, pc: 0n }));
    const crc = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
      crc32(new Uint8Array(buffer, byteOffset, byteLength))
        .toString(16)
        .padStart(8, '0');
    expect({
      seed: expected.seed,
      commands: commands.length,
      traps: outcomes.filter(({ kind }) => kind === 'trap').length,
      memory: crc(memory.bytes),
      scratchpad: crc(accelerator.state.scratchpad),
      accumulator: crc(accelerator.state.accumulator),
      array: crc(accelerator.state.array),
    }).toEqual(expected);
  });
});
