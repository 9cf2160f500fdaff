/** Headers of line programs: versions, opcode parameters, and the tables of directories and files. */
import type { ByteCursor } from './byte-cursor.ts';

/** A name somewhere in a section, read when it is asked for. */
export interface NamePlace {
  readonly section: Uint8Array;
  readonly offset: number;
}

export interface LineFile {
  readonly name: NamePlace;
  /** Index into the directories. */
  readonly directory: number;
}

/** Sections that names of DWARF 5 may be in. */
export interface NameSections {
  readonly strings: Uint8Array;
  readonly lineStrings: Uint8Array;
}

export interface LineHeader {
  readonly minimumInstructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of the standard opcodes, which opcode 1 begins. */
  readonly operandCounts: readonly number[];
  /** Directory 0 is where the compiler ran, if the header says so. */
  readonly directories: readonly (NamePlace | undefined)[];
  /** By the numbers that programs use: before DWARF 5 there is no file 0. */
  readonly files: (LineFile | undefined)[];
}

/** Content types and forms of DWARF 5 entries. */
const CONTENT = { path: 1, directoryIndex: 2 } as const;
const FORM = {
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  data1: 0x0b,
  strp: 0x0e,
  udata: 0x0f,
  data16: 0x1e,
  lineStrp: 0x1f,
} as const;

/**
 * Reads what follows the version of a unit, up to its program, at which the cursor then stands.
 * @param offsetSize 4, or 8 in 64-bit DWARF
 * @returns what is wrong, as text
 */
export function readLineHeader(
  cursor: ByteCursor,
  version: number,
  offsetSize: 4 | 8,
  names: NameSections,
): LineHeader | string {
  if (version >= 5) {
    const addressSize = cursor.u8();
    const selectorSize = cursor.u8();
    if (addressSize !== 8 || selectorSize !== 0)
      return `addresses of ${addressSize} bytes with selectors of ${selectorSize}, must be 8 and 0`;
  }
  const headerLength = readOffset(cursor, offsetSize);
  const programStart = cursor.offset + headerLength;
  const minimumInstructionLength = cursor.u8();
  if (version >= 4) cursor.u8();
  cursor.u8();
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0) return 'a line range or opcode base of 0';
  const operandCounts = Array.from({ length: opcodeBase - 1 }, () => cursor.u8());
  const tables = version >= 5 ? readTables(cursor, offsetSize, names) : readOldTables(cursor);
  if (typeof tables === 'string') return tables;
  if (cursor.isPastEnd || programStart > cursor.end) return 'a header that is longer than its unit';
  cursor.offset = programStart;
  return { minimumInstructionLength, lineBase, lineRange, opcodeBase, operandCounts, ...tables };
}

type Tables = Pick<LineHeader, 'directories' | 'files'>;

const readOffset = (cursor: ByteCursor, size: 4 | 8): number => (size === 4 ? cursor.u32() : Number(cursor.u64()));

function readOldTables(cursor: ByteCursor): Tables {
  const directories: (NamePlace | undefined)[] = [undefined];
  const files: (LineFile | undefined)[] = [undefined];
  while (!cursor.isAtEnd && cursor.bytes[cursor.offset] !== 0)
    directories.push({ section: cursor.bytes, offset: cursor.string() });
  cursor.u8();
  while (!cursor.isAtEnd && cursor.bytes[cursor.offset] !== 0) files.push(readOldFile(cursor));
  cursor.u8();
  return { directories, files };
}

/** A file entry before DWARF 5, in a header or defined by a program. */
export function readOldFile(cursor: ByteCursor): LineFile {
  const name = { section: cursor.bytes, offset: cursor.string() };
  const directory = Number(cursor.uleb128());
  cursor.uleb128();
  cursor.uleb128();
  return { name, directory };
}

function readTables(cursor: ByteCursor, offsetSize: 4 | 8, names: NameSections): Tables | string {
  const directories = readEntries(cursor, offsetSize, names);
  if (typeof directories === 'string') return directories;
  const files = readEntries(cursor, offsetSize, names);
  if (typeof files === 'string') return files;
  return { directories: directories.map((entry) => entry?.name), files };
}

function readEntries(cursor: ByteCursor, offsetSize: 4 | 8, names: NameSections): (LineFile | undefined)[] | string {
  const formats = Array.from({ length: cursor.u8() }, () => ({
    content: Number(cursor.uleb128()),
    form: Number(cursor.uleb128()),
  }));
  const count = cursor.uleb128();
  if (count > 0n && formats.length === 0) return 'entries without contents';
  const entries: (LineFile | undefined)[] = [];
  // Every form takes at least one byte, so that a wrong count ends with the unit.
  for (let i = 0n; i < count && !cursor.isPastEnd; i++) {
    let name: NamePlace | undefined;
    let directory = 0;
    for (const { content, form } of formats) {
      const value = readForm(cursor, form, offsetSize, names);
      if (value === undefined) return `an entry of unknown form 0x${form.toString(16)}`;
      if (content === CONTENT.path && typeof value === 'object') name = value;
      if (content === CONTENT.directoryIndex && typeof value === 'number') directory = value;
    }
    entries.push(name && { name, directory });
  }
  return entries;
}

/** A number, a name, or 0 for what is of no interest; nothing for forms that line tables do not have. */
function readForm(
  cursor: ByteCursor,
  form: number,
  offsetSize: 4 | 8,
  { strings, lineStrings }: NameSections,
): number | NamePlace | undefined {
  switch (form) {
    case FORM.string:
      return { section: cursor.bytes, offset: cursor.string() };
    case FORM.lineStrp:
      return { section: lineStrings, offset: readOffset(cursor, offsetSize) };
    case FORM.strp:
      return { section: strings, offset: readOffset(cursor, offsetSize) };
    case FORM.data1:
      return cursor.u8();
    case FORM.data2:
      return cursor.u16();
    case FORM.data4:
      return cursor.u32();
    case FORM.data8:
      return Number(cursor.u64());
    case FORM.udata:
      return Number(cursor.uleb128());
    case FORM.data16:
      cursor.skip(16);
      return 0;
    case FORM.block:
      cursor.skip(Number(cursor.uleb128()));
      return 0;
    default:
      return undefined;
  }
}
