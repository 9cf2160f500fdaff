import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { createTestBench } from './bare-memory.ts';
import { crc32 } from './crc32.ts';

/** A command sequence and what the functional model leaves at OUTPUT. */
interface Vector {
  readonly title: string;
  readonly commands: readonly { readonly funct7: number; readonly rs1: bigint; readonly rs2: bigint }[];
  readonly length: number;
  readonly crc: string;
  readonly first: string;
}

const OUTPUT = 0x8000;

const text = readFileSync(new URL('conformance-vectors.txt', import.meta.url), 'utf8');

function parseVector(block: string): Vector {
  const [title = '', ...lines] = block.split('\n');
  const result = /=> (\d+) bytes, CRC32 ([0-9a-f]{8}), first ([0-9a-f ]+)/.exec(block);
  if (result === null) throw new Error(`vector without a result: ${title}`);
  const commands = lines
    .filter((line) => !line.includes('=>'))
    .flatMap((line) => line.trim().split(/\s+/))
    .filter((word) => word !== '')
    .map((word) => {
      const [funct = '', rs1 = '', rs2 = ''] = word.split(':');
      return { funct7: Number(funct), rs1: BigInt(`0x${rs1}`), rs2: BigInt(`0x${rs2}`) };
    });
  return { title, commands, length: Number(result[1]), crc: result[2]!, first: result[3]!.trim() };
}

const vectors = text.split(/\n(?=V\d+ )/).map(parseVector);

/** The memory that every vector starts from. */
function fillMemory(bytes: Uint8Array): void {
  let x = 12345;
  for (let i = 0; i < bytes.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    bytes[i] = x >>> 24;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let n = 0; n < 1024; n++) view.setInt32(0x3000 + 4 * n, ((n * 1103) % 2001) - 1000, true);
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

describe('the functional model’s conformance vectors', () => {
  test('start from the documented memory', () => {
    const bytes = new Uint8Array(65536);
    fillMemory(bytes);
    expect(crc32(bytes).toString(16)).toBe('28b0690f');
    expect(vectors).toHaveLength(28);
  });

  test.each(vectors)('$title', ({ commands, length, crc, first }) => {
    const { accelerator, memory } = createTestBench(DEFAULT_ACCELERATOR);
    fillMemory(memory.bytes);
    for (const command of commands)
      expect(accelerator.execute({ ...command, pc: 0n })).toEqual({ kind: 'done', result: 0n });
    const output = memory.bytes.subarray(OUTPUT, OUTPUT + length);
    expect(hex(output.subarray(0, 12))).toBe(first);
    expect(crc32(output).toString(16).padStart(8, '0')).toBe(crc);
  });
});
