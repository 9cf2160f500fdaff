import { expect, test } from 'vitest';
import { type ElfFile, type ElfSegment, SEGMENT_FLAGS, SEGMENT_TYPES } from '../../src/elf/format.ts';
import { loadProgram } from '../../src/machine/load.ts';
import { RAM_BASE, RAM_SIZE, smallRam } from './ram.ts';

const segment = (paddr: bigint, bytes: number[], memorySize = BigInt(bytes.length)): ElfSegment => ({
  type: SEGMENT_TYPES.load,
  flags: SEGMENT_FLAGS.read,
  vaddr: paddr,
  paddr,
  bytes: Uint8Array.from(bytes),
  memorySize,
});

const program = (segments: readonly ElfSegment[], fields: Partial<ElfFile> = {}): ElfFile => ({
  type: 'exec',
  flags: 5,
  entry: RAM_BASE,
  segments,
  sections: [],
  symbols: [],
  ...fields,
});

test('segments land at their physical addresses, with zeros behind the file contents', () => {
  const ram = smallRam();
  expect(loadProgram(program([segment(RAM_BASE, [1, 2]), segment(RAM_BASE + 0x1000n, [3], 100n)]), ram)).toEqual({
    ok: true,
    value: RAM_BASE,
  });
  expect([...ram.view(RAM_BASE, 4)!]).toEqual([1, 2, 0, 0]);
  expect([...ram.view(RAM_BASE + 0x1000n, 3)!]).toEqual([3, 0, 0]);
});

test('every segment outside RAM is named, and nothing is loaded', () => {
  const ram = smallRam();
  const outcome = loadProgram(
    program([segment(RAM_BASE, [9]), segment(0x1_0000n, [1]), segment(RAM_BASE, [1], BigInt(RAM_SIZE) + 1n)]),
    ram,
  );
  expect(outcome).toMatchObject({
    ok: false,
    errors: [
      {
        code: 'LOAD001',
        message: 'a segment takes 0x10000…0x10001, RAM is 0x80000000…0x80010000',
        hint: expect.stringContaining('memory.base'),
      },
      { code: 'LOAD001', hint: 'enlarge memory.size to at least 65537 bytes' },
    ],
  });
  expect(ram.view(RAM_BASE, 1)![0]).toBe(0);
});

test('objects, empty programs and entries outside all segments are refused', () => {
  const ram = smallRam();
  expect(loadProgram(program([], { type: 'rel' }), ram)).toMatchObject({ errors: [{ code: 'LOAD002' }] });
  expect(loadProgram(program([]), ram)).toMatchObject({ errors: [{ code: 'LOAD004' }] });
  expect(loadProgram(program([segment(RAM_BASE, [1])], { entry: 0n }), ram)).toMatchObject({
    errors: [{ code: 'LOAD003' }],
  });
});
