/**
 * Source lines of addresses, from the line programs in .debug_line (DWARF 2 to 5, 32- and 64-bit).
 *
 * A line program is byte code that builds a table of rows: from this address on, this file and line. Every row takes at
 * least one byte, so that work and memory are bounded by the section; names are read when they are asked for, since
 * many may share the bytes of one long string. Sequences of rows that overlap an earlier one in memory belong to
 * functions that the linker discarded, and are left out.
 * @source DWARF 5, section 6.2 "Line Number Information"; DWARF 4 and before for the older header
 */
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { ByteCursor } from './byte-cursor.ts';
import {
  type LineFile,
  type LineHeader,
  type NamePlace,
  type NameSections,
  readLineHeader,
  readOldFile,
} from './dwarf-line-header.ts';
import { elfError } from './errors.ts';
import type { ElfFile } from './format.ts';

export interface SourceLine {
  /** Path as the compiler recorded it, absolute or relative to where it ran. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

const STANDARD = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;

/** SHF_COMPRESSED */
const COMPRESSED_SECTION = 0x800;

/**
 * @returns the lines of all addresses, none of them for a file without .debug_line; or the first thing that is wrong
 * (ELF012). Objects (ET_REL) have no addresses yet, and so no lines.
 */
export function readLineTable(file: ElfFile): Result<LineTable, Diagnostic> {
  const builder = new LineTableBuilder();
  if (file.type === 'rel') return succeed(builder.finish());
  const section = (name: string): Uint8Array =>
    file.sections.find((one) => one.name === name)?.bytes ?? new Uint8Array();
  const lines = file.sections.find(({ name }) => name === '.debug_line');
  if (lines === undefined) return succeed(builder.finish());
  if (lines.flags & COMPRESSED_SECTION)
    return fail(elfError('ELF012', '.debug_line is compressed', 'objcopy --decompress-debug-sections unpacks it'));
  const names = { strings: section('.debug_str'), lineStrings: section('.debug_line_str') };
  for (let offset = 0; offset < lines.bytes.length; ) {
    const unit = readUnit(lines.bytes, offset, names, builder);
    if (typeof unit === 'string')
      return fail(elfError('ELF012', `the line table at offset ${offset} of .debug_line has ${unit}`));
    offset = unit;
  }
  return succeed(builder.finish());
}

/** Reads one unit into the table. @returns the offset of the next, or what is wrong */
function readUnit(bytes: Uint8Array, start: number, names: NameSections, builder: LineTableBuilder): number | string {
  const lengths = new ByteCursor(bytes, start);
  const first = lengths.u32();
  const offsetSize = first === 0xffffffff ? 8 : 4;
  const length = offsetSize === 8 ? Number(lengths.u64()) : first;
  const end = lengths.offset + length;
  if (lengths.isPastEnd || end > bytes.length) return `${length} bytes, more than the section`;
  const cursor = new ByteCursor(bytes, lengths.offset, end);
  const version = cursor.u16();
  if (version < 2 || version > 5) return `version ${version}, must be 2 to 5`;
  const header = readLineHeader(cursor, version, offsetSize, names);
  if (typeof header === 'string') return header;
  return runProgram(cursor, header, builder) ?? end;
}

/** Executes a line program. @returns what is wrong */
function runProgram(cursor: ByteCursor, header: LineHeader, builder: LineTableBuilder): string | undefined {
  const { lineBase, lineRange, opcodeBase, minimumInstructionLength, operandCounts } = header;
  const unit = builder.addUnit(header);
  let addr = 0n;
  let file = 1;
  let line = 1;
  const advance = (operations: number | bigint): void => {
    addr = BigInt.asUintN(64, addr + BigInt(operations) * BigInt(minimumInstructionLength));
  };
  while (!cursor.isAtEnd) {
    const opcode = cursor.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      line += lineBase + (adjusted % lineRange);
      if (!builder.addRow(addr, unit, file, line)) return DESCENDING;
      continue;
    }
    switch (opcode) {
      case 0: {
        const size = Number(cursor.uleb128());
        const next = cursor.offset + size;
        if (size === 0 || next > cursor.end) return 'an extended opcode that is cut off';
        const extended = cursor.u8();
        if (extended === EXTENDED.endSequence) {
          if (!builder.endSequence(addr)) return DESCENDING;
          [addr, file, line] = [0n, 1, 1];
        } else if (extended === EXTENDED.setAddress) {
          if (size !== 9) return `an address of ${size - 1} bytes, must be 8`;
          addr = cursor.u64();
        } else if (extended === EXTENDED.defineFile) header.files.push(readOldFile(cursor));
        cursor.offset = next;
        break;
      }
      case STANDARD.copy:
        if (!builder.addRow(addr, unit, file, line)) return DESCENDING;
        break;
      case STANDARD.advancePc:
        advance(cursor.uleb128());
        break;
      case STANDARD.advanceLine:
        line = Number(BigInt.asIntN(32, BigInt(line) + cursor.sleb128()));
        break;
      case STANDARD.setFile:
        file = Number(BigInt.asUintN(32, cursor.uleb128()));
        break;
      case STANDARD.constAddPc:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case STANDARD.fixedAdvancePc:
        addr = BigInt.asUintN(64, addr + BigInt(cursor.u16()));
        break;
      default:
        for (let i = 0; i < operandCounts[opcode - 1]!; i++) cursor.uleb128();
    }
  }
  if (cursor.isPastEnd) return 'a program that is cut off';
  return builder.isInSequence ? 'a program that ends within a sequence' : undefined;
}

const DESCENDING = 'addresses that go down within a sequence';

/** Half-open range of rows, and of addresses. */
interface Sequence {
  readonly firstRow: number;
  readonly endRow: number;
  readonly start: bigint;
  readonly end: bigint;
}

class LineTableBuilder {
  readonly #units: LineHeader[] = [];
  readonly #sequences: Sequence[] = [];
  #rows = new Rows(1024);
  #count = 0;
  /** First row of the sequence that is being built. */
  #first = 0;

  addUnit(header: LineHeader): number {
    return this.#units.push(header) - 1;
  }

  get isInSequence(): boolean {
    return this.#count > this.#first;
  }

  /** @returns false when the address is below the row before */
  addRow(addr: bigint, unit: number, file: number, line: number): boolean {
    if (this.isInSequence) {
      const last = this.#rows.addrs[this.#count - 1]!;
      if (addr < last) return false;
      // Of several rows for one address the last one counts.
      if (addr === last) this.#count--;
    }
    if (this.#count === this.#rows.addrs.length) this.#rows = this.#rows.doubled();
    this.#rows.set(this.#count++, addr, unit, file, Math.max(0, line));
    return true;
  }

  /** @returns false when the end is below the last row */
  endSequence(end: bigint): boolean {
    if (this.isInSequence) {
      const { addrs } = this.#rows;
      if (end < addrs[this.#count - 1]!) return false;
      this.#sequences.push({ firstRow: this.#first, endRow: this.#count, start: addrs[this.#first]!, end });
    }
    this.#first = this.#count;
    return true;
  }

  finish(): LineTable {
    const sorted = this.#sequences
      .filter(({ start, end }) => start < end)
      .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.firstRow - b.firstRow));
    let end = 0n;
    const disjoint = sorted.filter((one) => {
      const isFree = one.start >= end;
      if (isFree) end = one.end;
      return isFree;
    });
    return new LineTable(this.#units, disjoint, this.#rows);
  }
}

/** Rows in columns. */
class Rows {
  readonly addrs: BigUint64Array;
  readonly units: Uint32Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;

  constructor(capacity: number) {
    this.addrs = new BigUint64Array(capacity);
    this.units = new Uint32Array(capacity);
    this.files = new Uint32Array(capacity);
    this.lines = new Uint32Array(capacity);
  }

  set(row: number, addr: bigint, unit: number, file: number, line: number): void {
    this.addrs[row] = addr;
    this.units[row] = unit;
    this.files[row] = file;
    this.lines[row] = line;
  }

  doubled(): Rows {
    const rows = new Rows(2 * this.addrs.length);
    rows.addrs.set(this.addrs);
    rows.units.set(this.units);
    rows.files.set(this.files);
    rows.lines.set(this.lines);
    return rows;
  }
}

/** Address → source line. */
export class LineTable {
  readonly #units: readonly LineHeader[];
  readonly #sequences: readonly Sequence[];
  readonly #rows: Rows;
  readonly #paths = new Map<LineFile, string | undefined>();

  /** @param sequences by rising address, without overlap */
  constructor(units: readonly LineHeader[], sequences: readonly Sequence[], rows: Rows) {
    this.#units = units;
    this.#sequences = sequences;
    this.#rows = rows;
  }

  /** Has any address a line? */
  get isEmpty(): boolean {
    return this.#sequences.length === 0;
  }

  /** The line that the instruction at `addr` was made from; nothing when no compiler or assembler said so. */
  lineOf(addr: bigint): SourceLine | undefined {
    const sequence = this.#sequences[lastUpTo(0, this.#sequences.length, (i) => this.#sequences[i]!.start <= addr)];
    if (sequence === undefined || addr >= sequence.end) return undefined;
    const { addrs, units, files, lines } = this.#rows;
    const row = lastUpTo(sequence.firstRow, sequence.endRow, (i) => addrs[i]! <= addr);
    const file = this.#path(units[row]!, files[row]!);
    const line = lines[row]!;
    return file === undefined || line === 0 ? undefined : { file, line };
  }

  /** `file:line` of an address. */
  describe(addr: bigint): string | undefined {
    const found = this.lineOf(addr);
    return found && `${found.file}:${found.line}`;
  }

  #path(unit: number, number: number): string | undefined {
    const { files, directories } = this.#units[unit]!;
    const file = files[number];
    if (file === undefined) return undefined;
    if (!this.#paths.has(file)) this.#paths.set(file, pathOf(file, directories));
    return this.#paths.get(file);
  }
}

function pathOf({ name, directory }: LineFile, directories: LineHeader['directories']): string | undefined {
  const text = readName(name);
  if (text === undefined || text.startsWith('/')) return text;
  const place = directories[directory];
  const folder = place && readName(place);
  if (folder === undefined || folder === '') return text;
  const base = directories[0];
  const root = folder.startsWith('/') || directory === 0 ? undefined : base && readName(base);
  return [...(root === undefined ? [] : [root]), folder, text].join('/');
}

function readName({ section, offset }: NamePlace): string | undefined {
  const end = section.indexOf(0, offset);
  return end < 0 || offset > section.length ? undefined : new TextDecoder().decode(section.subarray(offset, end));
}

/** Last index of [start, end) for which `isUpTo` holds; it holds for a first part of the range. `start - 1` for none. */
function lastUpTo(start: number, end: number, isUpTo: (index: number) => boolean): number {
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (isUpTo(middle)) start = middle + 1;
    else end = middle;
  }
  return start - 1;
}
