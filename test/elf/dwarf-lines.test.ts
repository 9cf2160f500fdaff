import { expect, test } from 'vitest';
import { type LineTable, readLineTable } from '../../src/elf/dwarf-lines.ts';
import type { ElfFile, ElfSection } from '../../src/elf/format.ts';
import { SeededRandom } from '../../src/support/random.ts';

const section = (name: string, bytes: readonly number[]): ElfSection => ({
  name,
  type: 1,
  flags: 0,
  addr: 0n,
  align: 1,
  entrySize: 0,
  bytes: Uint8Array.from(bytes),
  size: BigInt(bytes.length),
  relocations: [],
});

const file = (sections: readonly ElfSection[], type: ElfFile['type'] = 'exec'): ElfFile => ({
  type,
  flags: 5,
  entry: 0n,
  segments: [],
  sections,
  symbols: [],
});

const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];
const u16 = (value: number): number[] => [value & 0xff, value >>> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const u64 = (value: bigint): number[] => [...u32(Number(value & 0xffffffffn)), ...u32(Number(value >> 32n))];

/** Line base -5, line range 14, opcode base 13, as GCC and GNU as choose them. */
const PARAMETERS = [0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
const setAddress = (addr: bigint): number[] => [0, 9, 2, ...u64(addr)];
const END_SEQUENCE = [0, 1, 1];
/** Special opcode: both advances and a row. */
const step = (bytes: number, lines: number): number => 13 + 14 * bytes + lines + 5;

interface Unit {
  readonly version: number;
  readonly tables: readonly number[];
  readonly program: readonly number[];
  readonly is64Bit?: boolean;
}

function unit({ version, tables, program, is64Bit = false }: Unit): number[] {
  const offset = (value: number): number[] => (is64Bit ? u64(BigInt(value)) : u32(value));
  const header = [1, ...(version >= 4 ? [1] : []), 1, ...PARAMETERS, ...tables];
  const sizes = version >= 5 ? [8, 0] : [];
  const rest = [...u16(version), ...sizes, ...offset(header.length), ...header, ...program];
  return [...(is64Bit ? u32(0xffffffff) : []), ...offset(rest.length), ...rest];
}

/** Directory 1 is inc; file 1 main.c, file 2 inc/a.h. */
const OLD_TABLES = [...text('inc'), 0, ...text('main.c'), 0, 0, 0, ...text('a.h'), 1, 0, 0, 0];
/** Directory 0 is /src, 1 inc; file 0 and 1 main.c, file 2 a.h in inc, its name in .debug_line_str. */
const NEW_TABLES = [
  ...[1, 1, 0x08, 2, ...text('/src'), ...text('inc')],
  ...[2, 1, 0x1f, 2, 0x0b, 3, ...u32(0), 0, ...u32(0), 0, ...u32(7), 1],
];
const LINE_STRINGS = section('.debug_line_str', [...text('main.c'), ...text('a.h')]);

/** Line 3 at 0x1000, line 4 at 0x1004, a.h:10 at 0x1006, until 0x100a. */
const PROGRAM = [...setAddress(0x1000n), step(0, 2), step(4, 1), 4, 2, 3, 6, step(2, 0), 2, 4, ...END_SEQUENCE];

function table(bytes: readonly number[]): LineTable {
  const read = readLineTable(file([section('.debug_line', bytes), LINE_STRINGS]));
  if (!read.ok) throw new Error(read.errors[0]!.message);
  return read.value;
}

const problem = (bytes: readonly number[]): string => {
  const read = readLineTable(file([section('.debug_line', bytes), LINE_STRINGS]));
  return read.ok ? 'none' : `${read.errors[0]!.code} ${read.errors[0]!.message}`;
};

test.each([2, 3, 4])('rows of DWARF %i have files by directory', (version) => {
  const lines = table(unit({ version, tables: OLD_TABLES, program: PROGRAM }));
  expect(lines.describe(0xfffn)).toBeUndefined();
  expect(lines.describe(0x1000n)).toBe('main.c:3');
  expect(lines.describe(0x1003n)).toBe('main.c:3');
  expect(lines.describe(0x1004n)).toBe('main.c:4');
  expect(lines.lineOf(0x1006n)).toEqual({ file: 'inc/a.h', line: 10 });
  expect(lines.describe(0x1009n)).toBe('inc/a.h:10');
  expect(lines.describe(0x100an)).toBeUndefined();
});

test.each([false, true])('rows of DWARF 5 have names in other sections and absolute paths; 64-bit: %s', (is64Bit) => {
  const tables = is64Bit
    ? [...[1, 1, 0x08, 1, ...text('/src')], ...[1, 1, 0x08, 2, ...text('x'), ...text('main.c')]]
    : NEW_TABLES;
  const lines = table(unit({ version: 5, tables, program: PROGRAM, is64Bit }));
  expect(lines.describe(0x1000n)).toBe('/src/main.c:3');
  expect(lines.describe(0x1006n)).toBe(is64Bit ? undefined : '/src/inc/a.h:10');
});

test('several units and sequences are looked up together, the last row of an address counts', () => {
  const low = [...setAddress(0x100n), step(0, 0), step(0, 7), 2, 8, ...END_SEQUENCE];
  const lines = table([
    ...unit({ version: 4, tables: OLD_TABLES, program: PROGRAM }),
    ...unit({
      version: 5,
      tables: NEW_TABLES,
      program: [...low, ...setAddress(0xffff_ffff_8000_0000n), step(0, 1), 2, 4, ...END_SEQUENCE],
    }),
  ]);
  expect(lines.describe(0x104n)).toBe('/src/main.c:8');
  expect(lines.describe(0x1000n)).toBe('main.c:3');
  expect(lines.describe(0xffff_ffff_8000_0002n)).toBe('/src/main.c:2');
});

test('functions that the linker discarded do not hide others, and line 0 is no line', () => {
  const discarded = [...setAddress(0n), step(0, 1), 2, 8, ...END_SEQUENCE];
  const lines = table(unit({ version: 4, tables: OLD_TABLES, program: [...discarded, ...discarded, ...PROGRAM] }));
  expect(lines.describe(0x1000n)).toBe('main.c:3');
  const zero = table(
    unit({ version: 4, tables: OLD_TABLES, program: [...setAddress(0x10n), 3, 0x7f, 1, 2, 8, ...END_SEQUENCE] }),
  );
  expect(zero.describe(0x10n)).toBeUndefined();
});

test('files without line information and objects have no lines', () => {
  const none = readLineTable(file([]));
  expect(none.ok && none.value.isEmpty).toBe(true);
  const bytes = unit({ version: 4, tables: OLD_TABLES, program: PROGRAM });
  const object = readLineTable(file([section('.debug_line', bytes)], 'rel'));
  expect(object.ok && object.value.isEmpty).toBe(true);
});

test('damaged tables are refused with the reason', () => {
  const good = { version: 4, tables: OLD_TABLES, program: PROGRAM };
  expect(problem(unit({ ...good, version: 6 }))).toMatch(/^ELF012 .*version 6, must be 2 to 5/);
  expect(problem(unit(good).slice(0, -1))).toMatch(/more than the section/);
  expect(problem(unit({ ...good, program: PROGRAM.slice(0, -1) }))).toMatch(/cut off/);
  expect(problem(unit({ ...good, program: PROGRAM.slice(0, -3) }))).toMatch(/ends within a sequence/);
  expect(problem(unit({ ...good, program: [...setAddress(8n), 1, ...setAddress(4n), 1] }))).toMatch(/go down/);
  expect(problem(unit({ ...good, program: [0, 3, 2, 1, 2] }))).toMatch(/address of 2 bytes/);
  expect(problem(unit({ ...good, version: 5, tables: [0, 0xff, 0xff, 0xff, 0x7f] }))).toMatch(
    /entries without contents/,
  );
  expect(problem(unit({ ...good, version: 5, tables: [1, 1, 0x19, 1] }))).toMatch(/unknown form 0x19/);
  expect(problem(unit({ ...good, version: 5, tables: [1, 1, 0x08, 0xff, 0xff, 0xff, 0x7f] }))).toMatch(
    /longer than its unit/,
  );
});

test('random damage gives a table or a reason, never a crash', () => {
  const random = new SeededRandom(20261123);
  const good = [
    ...unit({ version: 5, tables: NEW_TABLES, program: PROGRAM }),
    ...unit({ version: 3, tables: OLD_TABLES, program: PROGRAM }),
  ];
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = [...good];
    for (let i = random.int(1, 6); i > 0; i--) bytes[random.int(0, bytes.length)] = random.int(0, 256);
    const read = readLineTable(
      file([section('.debug_line', bytes.slice(0, random.int(0, bytes.length + 40))), LINE_STRINGS]),
    );
    if (!read.ok) refused++;
    else for (let addr = 0xff0n; addr < 0x1010n; addr += 2n) read.value.describe(addr);
  }
  expect(refused).toBeGreaterThan(1000);
});
