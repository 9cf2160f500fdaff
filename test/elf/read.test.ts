import { describe, expect, test } from 'vitest';
import { ELF_ERRORS } from '../../src/elf/errors.ts';
import { ELF_SIZES, SECTION_TYPES } from '../../src/elf/format.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { sampleExecutable } from './sample.ts';

/** The error that the sample gives after `damage`. */
function errorOf(damage: (view: DataView, bytes: Uint8Array) => Uint8Array | undefined): {
  code: string;
  message: string;
} {
  const bytes = writeElf(sampleExecutable());
  const damaged = damage(new DataView(bytes.buffer), bytes) ?? bytes;
  const outcome = readElf(damaged);
  if (outcome.ok) throw new Error('the damaged file was read');
  expect(outcome.errors).toHaveLength(1);
  return outcome.errors[0]!;
}

const programHeader = (index: number): number => ELF_SIZES.header + index * ELF_SIZES.programHeader;

describe('a damaged file gets one clear error', () => {
  test('an empty file', () => {
    expect(errorOf(() => new Uint8Array())).toMatchObject({
      code: 'ELF001',
      message: expect.stringContaining('nothing'),
    });
  });
  test('a text file', () => {
    expect(errorOf(() => new TextEncoder().encode('.text\n')).code).toBe('ELF001');
  });
  test('a header cut off in the middle', () => {
    expect(errorOf((_, bytes) => bytes.slice(0, 40))).toMatchObject({
      code: 'ELF002',
      message: 'the ELF header: 64 bytes at offset 0, but the file has 40 bytes',
    });
  });
  test('a 32-bit file', () => {
    expect(errorOf((view) => void view.setUint8(4, 1))).toMatchObject({
      code: 'ELF003',
      message: expect.stringContaining('32-bit'),
    });
  });
  test('a big-endian file', () => {
    expect(errorOf((view) => void view.setUint8(5, 2))).toMatchObject({
      code: 'ELF004',
      message: expect.stringContaining('big-endian'),
    });
  });
  test('a file for another machine', () => {
    expect(errorOf((view) => void view.setUint16(18, 62, true))).toMatchObject({
      code: 'ELF005',
      message: 'e_machine is 62, must be 243 (RISC-V)',
    });
  });
  test('a position-independent file', () => {
    expect(errorOf((view) => void view.setUint16(16, 3, true))).toMatchObject({
      code: 'ELF006',
      hint: expect.stringContaining('-static'),
    });
  });
  test('a core file', () => {
    expect(errorOf((view) => void view.setUint16(16, 4, true)).code).toBe('ELF006');
  });
  test('a program header size of another format', () => {
    expect(errorOf((view) => void view.setUint16(54, 32, true))).toMatchObject({
      code: 'ELF007',
      message: 'e_phentsize is 32 bytes, must be 56',
    });
  });
  test('segment contents beyond the end of the file', () => {
    expect(errorOf((view) => void view.setBigUint64(programHeader(0) + 32, 1n << 40n, true)).code).toBe('ELF002');
  });
  test('a segment with more bytes in the file than in memory', () => {
    expect(errorOf((view) => void view.setBigUint64(programHeader(0) + 40, 1n, true)).code).toBe('ELF008');
  });
  test('a segment that wraps around the address space', () => {
    expect(errorOf((view) => void view.setBigUint64(programHeader(0) + 40, (1n << 64n) - 1n, true)).code).toBe(
      'ELF008',
    );
  });
  test('overlapping segments', () => {
    expect(errorOf((view) => void view.setBigUint64(programHeader(1) + 24, 0x8000_0004n, true))).toMatchObject({
      code: 'ELF009',
      message: expect.stringContaining('0x80000004'),
    });
  });
  test('absurd section counts and offsets', () => {
    expect(errorOf((view) => void view.setUint16(60, 0xfeff, true)).code).toBe('ELF002');
    expect(errorOf((view) => void view.setBigUint64(40, (1n << 64n) - 8n, true)).code).toBe('ELF002');
  });
  test('a section name table that does not exist', () => {
    expect(errorOf((view) => void view.setUint16(62, 99, true))).toMatchObject({
      code: 'ELF010',
      message: 'e_shstrndx refers to section 99, but the file has 7',
    });
  });
});

test('names that overlap in their table cannot make the reader work for ever', () => {
  const name = 'a'.repeat(4000);
  const sample = sampleExecutable();
  const names = Array.from({ length: 1000 }, (_, i) => ({ ...sample.symbols[0]!, name: i === 0 ? name : '' }));
  const bytes = writeElf({ ...sample, symbols: names });
  // Every symbol starts one byte later in the same long name.
  const view = new DataView(bytes.buffer);
  const sectionTable = Number(view.getBigUint64(40, true));
  const symtab = Number(view.getBigUint64(sectionTable + 4 * ELF_SIZES.sectionHeader + 24, true));
  for (let i = 0; i < 1000; i++) view.setUint32(symtab + (i + 1) * ELF_SIZES.symbol, 1 + i, true);
  const outcome = readElf(bytes);
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'ELF011' }] });
});

test('random damage gives a file or known errors, never a crash (seeds 1 to 2000)', () => {
  const intact = writeElf(sampleExecutable());
  for (let seed = 1; seed <= 2000; seed++) {
    const random = new SeededRandom(seed);
    const bytes = intact.slice(0, random.chance(0.2) ? random.int(0, intact.length) : intact.length);
    const hits = random.int(1, 6);
    // Headers are where the meaning is: half of the hits go there.
    for (let i = 0; i < hits && bytes.length > 0; i++)
      bytes[random.int(0, random.chance(0.5) ? Math.min(bytes.length, 240) : bytes.length)] = random.pick([
        0,
        1,
        0x7f,
        0x80,
        0xff,
        random.int(0, 256),
      ]);
    const outcome = readElf(bytes);
    if (outcome.ok) continue;
    expect(outcome.errors, `seed ${seed}`).toHaveLength(1);
    expect(Object.keys(ELF_ERRORS), `seed ${seed}`).toContain(outcome.errors[0]!.code);
  }
});

test('a nobits section may announce any size without being stored', () => {
  const sample = sampleExecutable();
  const bytes = writeElf({
    ...sample,
    sections: sample.sections.map((one) => (one.type === SECTION_TYPES.nobits ? { ...one, size: 1n << 40n } : one)),
  });
  const outcome = readElf(bytes);
  expect(outcome.ok && outcome.value.segments.at(-1)!.memorySize).toBe((1n << 40n) + 8n);
  expect(bytes.length).toBeLessThan(16384);
});
