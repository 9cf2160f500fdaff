import { expect, test } from 'vitest';
import { ELF_FLAGS, type ElfFile, SECTION_FLAGS, SEGMENT_FLAGS } from '../../src/elf/format.ts';
import { readElf } from '../../src/elf/read.ts';
import { type ElfContents, writeElf } from '../../src/elf/write.ts';
import { sampleExecutable, section } from './sample.ts';

function roundTrip(contents: ElfContents): ElfFile {
  const outcome = readElf(writeElf(contents));
  if (!outcome.ok) throw new Error(outcome.errors[0]!.message);
  return outcome.value;
}

test('an executable reads back as it was written', () => {
  const sample = sampleExecutable();
  const file = roundTrip(sample);
  expect(file).toMatchObject({ type: 'exec', entry: sample.entry, flags: sample.flags });
  expect(file.sections.slice(0, 3)).toEqual(sample.sections);
  expect(file.sections.slice(3).map(({ name }) => name)).toEqual(['.symtab', '.strtab', '.shstrtab']);
  // Locals come first in the format.
  expect(file.symbols).toEqual([sample.symbols[1], sample.symbols[0], sample.symbols[2]]);
});

test('each run of sections with the same permissions becomes one segment, with bss as its zero tail', () => {
  const { segments } = roundTrip(sampleExecutable());
  expect(
    segments.map(({ flags, paddr, memorySize, bytes }) => ({ flags, paddr, memorySize, bytes: bytes.length })),
  ).toEqual([
    { flags: SEGMENT_FLAGS.read | SEGMENT_FLAGS.exec, paddr: 0x8000_0000n, memorySize: 8n, bytes: 8 },
    { flags: SEGMENT_FLAGS.read | SEGMENT_FLAGS.write, paddr: 0x8000_1008n, memorySize: 72n, bytes: 3 },
  ]);
  expect([...segments[1]!.bytes]).toEqual([1, 2, 3]);
});

test('file offsets of segments equal their addresses modulo a page', () => {
  const view = new DataView(writeElf(sampleExecutable()).buffer);
  for (const header of [64, 64 + 56]) {
    const offset = view.getBigUint64(header + 8, true);
    const vaddr = view.getBigUint64(header + 16, true);
    expect(offset % 0x1000n).toBe(vaddr % 0x1000n);
  }
});

test('an object keeps its relocations, with symbols renumbered as the format orders them', () => {
  const call = { offset: 4n, symbol: 0, type: 19, addend: -8n };
  const relax = { offset: 4n, type: 51, addend: 0n };
  const text = section('.text', {
    flags: SECTION_FLAGS.alloc | SECTION_FLAGS.exec,
    align: 2,
    bytes: new Uint8Array(12),
    relocations: [call, relax],
  });
  const file = roundTrip({
    type: 'rel',
    flags: ELF_FLAGS.rvc | ELF_FLAGS.floatAbiDouble,
    entry: 0n,
    sections: [text],
    symbols: [
      { name: 'puts', value: 0n, size: 0n, binding: 'global', type: 'none', section: 'undefined' },
      { name: 'here', value: 0n, size: 0n, binding: 'local', type: 'none', section: 0 },
    ],
  });
  expect(file.segments).toEqual([]);
  expect(file.sections[0]!.relocations).toEqual([{ ...call, symbol: 1 }, relax]);
  expect(file.symbols[1]!.name).toBe('puts');
});
