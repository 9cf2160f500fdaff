/**
 * The .debug_line section: which line of which file each instruction comes from, either as `.file` and `.loc` say (GCC's
 * output) or by the lines of the source itself.
 *
 * Distances between rows are left to the linker (DW_LNS_fixed_advance_pc with a difference of labels), because it may
 * shorten the code between them; the layout is that of GNU as 2.40, byte for byte.
 * @source DWARF 5, 6.2
 */
import { SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import type { Assembly } from './assembly.ts';
import { constant, type Expression, symbolPlus } from './expression.ts';
import { leb128, offsetOf } from './layout.ts';
import type { Section } from './section.ts';
import type { AsmSymbol, Place } from './symbols.ts';

/** What a `.loc` says. */
export interface LineLocation {
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly isStatement: boolean;
  readonly discriminator: number;
  readonly flags: ReadonlySet<'basic_block' | 'prologue_end' | 'epilogue_begin'>;
}

interface Row extends LineLocation {
  readonly place: Place;
}

interface LineFile {
  readonly name: string;
  readonly directory: number;
}

const NO_FLAGS: LineLocation['flags'] = new Set();

const OPCODES = {
  copy: 1,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStatement: 6,
  setBasicBlock: 7,
  fixedAdvancePc: 9,
  setPrologueEnd: 10,
  setEpilogueBegin: 11,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2, setDiscriminator: 4 } as const;
const LINE_BASE = -5;
const LINE_RANGE = 14;
/** First special opcode; the standard ones below take these numbers of operands. */
const OPCODE_BASE = 13;
const OPERAND_COUNTS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
/** Farther than this the 16-bit advance might not reach once the linker has moved code: the address is set anew. */
const MAX_ADVANCE = 50000;
const CONTENT = { path: 1, directoryIndex: 2 } as const;
const FORM = { udata: 0x0f, lineStringOffset: 0x1f } as const;

export class LineTable {
  /** Directory 0 is the one of the compilation. */
  readonly #directories: string[] = [];
  readonly #files: (LineFile | undefined)[] = [];
  readonly #rows = new Map<Section, Row[]>();
  /** Numbers of the files that lines were counted in without `.file`. */
  readonly #ownFiles = new Map<string, number>();
  #pending: LineLocation | undefined;
  #current: Pick<LineLocation, 'column' | 'isStatement'> = { column: 0, isStatement: true };
  #hasLocations = false;
  #lastOwn: { readonly section: Section; readonly line: number; readonly file: number } | undefined;
  #version: 3 | 5 = 3;

  /** What a `.loc` that says nothing else means. */
  get current(): Pick<LineLocation, 'column' | 'isStatement'> {
    return this.#current;
  }

  hasFile(number: number): boolean {
    return this.#files[number] !== undefined;
  }

  /** `.file number ["directory"] "name"`. File 0 makes this a table of version 5. */
  addFile(number: number, directory: string | undefined, name: string): void {
    if (number === 0) {
      this.#version = 5;
      this.#directories[0] = directory ?? '';
      directory = undefined;
    }
    const slash = name.lastIndexOf('/');
    const folder = directory ?? (slash < 0 ? undefined : name.slice(0, slash));
    const base = directory === undefined && slash >= 0 ? name.slice(slash + 1) : name;
    this.#files[number] = { name: base, directory: folder === undefined ? 0 : this.#directory(folder) };
  }

  #directory(folder: string): number {
    const known = this.#directories.indexOf(folder);
    if (known >= 0) return known;
    const number = Math.max(1, this.#directories.length);
    this.#directories[number] = folder;
    return number;
  }

  /** `.loc`: the next instruction belongs to this line. */
  setLocation(location: LineLocation, section: Section): void {
    if (this.#pending !== undefined) this.#addRow(section, this.#pending);
    if (!this.#hasLocations) this.#rows.clear();
    this.#hasLocations = true;
    this.#pending = location;
    this.#current = location;
  }

  /** An instruction is about to be put into `section`. */
  instruction(section: Section): void {
    if (this.#pending === undefined) return;
    this.#addRow(section, this.#pending);
    this.#pending = undefined;
  }

  /** An instruction of this line of the source itself. */
  ownLine(section: Section, name: string, line: number): void {
    if (this.#hasLocations) return;
    let file = this.#ownFiles.get(name);
    if (file === undefined) {
      file = this.#ownFiles.size + 1;
      this.#ownFiles.set(name, file);
      this.addFile(file, undefined, name);
    }
    const last = this.#lastOwn;
    if (last !== undefined && last.section === section && last.line === line && last.file === file) return;
    this.#lastOwn = { section, line, file };
    this.#addRow(section, { file, line, column: 0, isStatement: true, discriminator: 0, flags: NO_FLAGS });
  }

  #addRow(section: Section, location: LineLocation): void {
    const row = { ...location, place: section.here() };
    const rows = this.#rows.get(section);
    if (rows === undefined) this.#rows.set(section, [row]);
    else rows.push(row);
  }

  /** Adds .debug_line to the sections, which must be laid out. Nothing when no instruction has a line. */
  write(assembly: Assembly): void {
    const isEmpty = this.#rows.size === 0;
    if (isEmpty && !this.#files.some((file) => file !== undefined)) return;
    if (isEmpty && this.#version !== 5) return;
    const section = assembly.getSection('.debug_line', SECTION_TYPES.progbits, 0, 0);
    const out = new LineWriter(section, assembly);
    if (this.#version === 5) this.#header5(out, assembly);
    else this.#header3(out);
    for (const [code, rows] of this.#rows) writeSequence(out, code, rows);
    out.finish();
  }

  #header3(out: LineWriter): void {
    out.begin(3);
    for (const directory of this.#directories.slice(1)) out.text(directory);
    out.bytes([0]);
    for (const file of this.#files.slice(1)) {
      out.text(file?.name ?? '');
      // Directory, modification time and size, the last two not recorded.
      out.bytes([...leb128(file?.directory ?? 0, false), 0, 0]);
    }
    out.bytes([0]);
    out.endHeader();
  }

  #header5(out: LineWriter, assembly: Assembly): void {
    const flags = SECTION_FLAGS.merge | SECTION_FLAGS.strings;
    const strings = assembly.getSection('.debug_line_str', SECTION_TYPES.progbits, flags, 1);
    const text = (value: string): Expression => {
      const symbol = assembly.symbols.anonymous('.L0 ', strings.here());
      strings.append(new TextEncoder().encode(`${value}\0`));
      return symbolPlus(symbol);
    };
    out.begin(5);
    out.bytes([1, CONTENT.path, FORM.lineStringOffset]);
    const directories = Array.from(this.#directories, (one) => one ?? '');
    out.bytes(leb128(Math.max(1, directories.length), false));
    for (const directory of directories.length === 0 ? [''] : directories) out.word(text(directory));
    out.bytes([2, CONTENT.path, FORM.lineStringOffset, CONTENT.directoryIndex, FORM.udata]);
    const files = Array.from(this.#files, (one) => one ?? { name: '', directory: 0 });
    out.bytes(leb128(files.length, false));
    for (const { name, directory } of files) {
      out.word(text(name));
      out.bytes(leb128(directory, false));
    }
    out.endHeader();
  }
}

/** The rows of one section, from its first instruction with a line to its end. */
function writeSequence(out: LineWriter, code: Section, rows: readonly Row[]): void {
  let [file, line, column, isStatement] = [1, 1, 0, true];
  let last: Place | undefined;
  for (const row of rows) {
    if (row.file !== file) out.bytes([OPCODES.setFile, ...leb128(row.file, false)]);
    if (row.column !== column) out.bytes([OPCODES.setColumn, ...leb128(row.column, false)]);
    if (row.discriminator !== 0) out.extended(EXTENDED.setDiscriminator, leb128(row.discriminator, false));
    if (row.isStatement !== isStatement) out.bytes([OPCODES.negateStatement]);
    if (row.flags.has('basic_block')) out.bytes([OPCODES.setBasicBlock]);
    if (row.flags.has('prologue_end')) out.bytes([OPCODES.setPrologueEnd]);
    if (row.flags.has('epilogue_begin')) out.bytes([OPCODES.setEpilogueBegin]);
    const lineDelta = row.line - line;
    if (last === undefined) {
      out.setAddress(row.place);
      out.addLine(lineDelta);
    } else {
      out.bytes([OPCODES.advanceLine, ...leb128(lineDelta, true)]);
      out.advance(last, row.place);
      out.bytes([OPCODES.copy]);
    }
    ({ file, line, column, isStatement } = row);
    last = row.place;
  }
  const end = code.here();
  out.advance(last!, end);
  out.extended(EXTENDED.endSequence, []);
}

class LineWriter {
  readonly #section: Section;
  readonly #assembly: Assembly;
  #headerEnd = 0;
  #headerLengthAt = 0;
  readonly #start: number;
  readonly #labels = new Map<string, AsmSymbol>();

  constructor(section: Section, assembly: Assembly) {
    this.#section = section;
    this.#assembly = assembly;
    this.#start = section.length;
  }

  bytes(values: readonly number[]): void {
    this.#section.append(Uint8Array.from(values));
  }

  text(value: string): void {
    this.#section.append(new TextEncoder().encode(`${value}\0`));
  }

  extended(opcode: number, operands: readonly number[]): void {
    this.bytes([0, ...leb128(operands.length + 1, false), opcode, ...operands]);
  }

  #data(width: number, value: Expression): void {
    const offset = this.#section.reserve(width);
    const source = this.#assembly.position;
    this.#section.fixups.push({ offset, fragment: 0, kind: 'data', type: width, value, canRelax: false, source });
  }

  word(value: Expression): void {
    this.#data(4, value);
  }

  /** Everything up to the tables of directories and files. The lengths are filled in later. */
  begin(version: 3 | 5): void {
    this.bytes([0, 0, 0, 0, version, 0, ...(version === 5 ? [8, 0] : [])]);
    this.#headerLengthAt = this.#section.length;
    const [minimumLength, maximumOperations, isStatement] = [1, 1, 1];
    this.bytes([0, 0, 0, 0, minimumLength, ...(version === 5 ? [maximumOperations] : []), isStatement]);
    this.bytes([LINE_BASE & 0xff, LINE_RANGE, OPCODE_BASE, ...OPERAND_COUNTS]);
  }

  endHeader(): void {
    this.#headerEnd = this.#section.length;
  }

  /** One label for each place, as GNU as makes one for each row. */
  #label(place: Place): Expression {
    const key = `${place.section.index}:${place.fragment}:${place.offset}`;
    let symbol = this.#labels.get(key);
    if (symbol === undefined) {
      symbol = this.#assembly.symbols.anonymous('.L0 ', place);
      this.#labels.set(key, symbol);
    }
    return symbolPlus(symbol);
  }

  setAddress(place: Place): void {
    this.bytes([0, 9, EXTENDED.setAddress]);
    this.#data(8, this.#label(place));
  }

  /** Adds to the line and makes a row at the current address. */
  addLine(delta: number): void {
    const isSpecial = delta >= LINE_BASE && delta < LINE_BASE + LINE_RANGE;
    if (!isSpecial) this.bytes([OPCODES.advanceLine, ...leb128(delta, true)]);
    this.bytes([isSpecial && delta !== 0 ? delta - LINE_BASE + OPCODE_BASE : OPCODES.copy]);
  }

  /** Moves the address from one place to another. */
  advance(from: Place, to: Place): void {
    if (offsetOf(to) - offsetOf(from) > MAX_ADVANCE) {
      this.setAddress(to);
      return;
    }
    this.bytes([OPCODES.fixedAdvancePc]);
    this.#data(2, { kind: 'binary', operator: '-', left: this.#label(to), right: this.#label(from) });
  }

  finish(): void {
    const { bytes, length } = this.#section;
    const view = new DataView(bytes.buffer);
    view.setUint32(this.#start, length - this.#start - 4, true);
    view.setUint32(this.#headerLengthAt, this.#headerEnd - this.#headerLengthAt - 4, true);
  }
}

/** Source lines for tools that start from .debug_info: one compilation unit that refers to the line table. */
export function writeCompilationUnit(assembly: Assembly, name: string): void {
  const lines = assembly.findSection('.debug_line');
  if (lines === undefined || assembly.findSection('.debug_info') !== undefined) return;
  const at = (section: Section): Expression =>
    symbolPlus(assembly.symbols.anonymous('.L0 ', { section, offset: 0, fragment: 0 }));
  const make = (title: string): Section => assembly.getSection(title, SECTION_TYPES.progbits, 0, 0);
  const add = (section: Section, width: number, value: Expression): void => {
    const offset = section.reserve(width);
    section.fixups.push({ offset, fragment: 0, kind: 'data', type: width, value, canRelax: false, source: 0 });
  };
  const [info, abbreviations, ranges] = ['.debug_info', '.debug_abbrev', '.debug_ranges'].map(make) as [
    Section,
    Section,
    Section,
  ];
  const code = assembly.sections.filter((section) => section.isCode && offsetOf(section.here()) > 0);
  // A base address of 0, then start and end of each section, then a pair of zeros.
  ranges.append(new Uint8Array(16).fill(0xff, 0, 8));
  for (const section of code) {
    add(ranges, 8, at(section));
    add(ranges, 8, symbolPlus(assembly.symbols.anonymous('.L0 ', section.here())));
  }
  ranges.append(new Uint8Array(16));
  abbreviations.append(Uint8Array.from(UNIT_ABBREVIATION));
  const text = new TextEncoder().encode(`${name}\0`);
  const version = 2;
  add(info, 4, constant(2 + 4 + 1 + 1 + 4 + 4 + text.length + 2));
  info.append(Uint8Array.of(version, 0));
  add(info, 4, at(abbreviations));
  info.append(Uint8Array.of(8, 1));
  add(info, 4, at(lines));
  add(info, 4, at(ranges));
  info.append(text);
  info.append(Uint8Array.of(ASSEMBLER_LANGUAGE & 0xff, ASSEMBLER_LANGUAGE >> 8));
}

/** DW_LANG_Mips_Assembler, which stands for any assembler. */
const ASSEMBLER_LANGUAGE = 0x8001;
/** DW_TAG_compile_unit without children: statement list and ranges (data4), name (string), language (data2). */
const UNIT_ABBREVIATION = [1, 0x11, 0, 0x10, 0x06, 0x55, 0x06, 0x03, 0x08, 0x13, 0x05, 0, 0, 0];
