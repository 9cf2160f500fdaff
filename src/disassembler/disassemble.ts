/**
 * An ELF file as text, equal to what GNU objdump -d prints: section headings, symbol lines, and for every instruction
 * its address, its bytes, its text and the address that it means. Code and data in a section are told apart by mapping
 * symbols ($x, $d); symbols of data objects in code are dumped as bytes; runs of zeros become "...".
 */
import { type ElfFile, type ElfSection, SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import { parseArch, type RiscvAttributes, riscvAttributes } from '../elf/riscv-attributes.ts';
import { AddressHints } from './address-hints.ts';
import { type InstructionText, instructionText } from './instruction-text.ts';
import { isMappingSymbol, isName, SymbolOrder } from './symbol-order.ts';

/** What to add to the plain text. */
export interface ListingAdditions {
  /** Sees every instruction in the order of the file; what it returns stands in place of the plain text. */
  readonly instruction?: (word: number, pc: bigint) => string | undefined;
  /** Lines to put before an instruction. */
  readonly before?: (pc: bigint) => readonly string[];
}

/** Runs of zeros of this length are left out, and so are shorter ones at the end of a symbol's code. */
const LONG_ZEROS = 8;
const SHORT_ZEROS = 3;
const OBJECT_BYTES_PER_LINE = 16;
/** objdump goes on after an instruction that is cut off as if it had this length. */
const CUT_OFF_BYTES = 5;
const CUT_OFF_BYTES_PER_LINE = 4;

/**
 * @param name of the file, for the first line
 * @returns the lines, piece by piece, so that a large file needs no large memory
 */
export function* disassembleFile(file: ElfFile, name: string, additions: ListingAdditions = {}): Generator<string> {
  yield '';
  yield `${visible(name)}:     file format elf64-littleriscv`;
  yield '';
  const state = new FileState(file, additions);
  for (const [index, section] of file.sections.entries()) {
    const isCode = (section.flags & SECTION_FLAGS.exec) !== 0 && section.type !== SECTION_TYPES.nobits;
    if (isCode && section.bytes.length > 0) yield* new SectionListing(state, section, index).lines();
  }
}

/** What goes on from section to section. */
class FileState {
  readonly file: ElfFile;
  readonly additions: ListingAdditions;
  readonly order: SymbolOrder;
  readonly hints: AddressHints;
  #isa: RiscvAttributes;
  #texts = new Map<number, InstructionText | undefined>();

  constructor(file: ElfFile, additions: ListingAdditions) {
    this.file = file;
    this.additions = additions;
    this.order = new SymbolOrder(file);
    this.#isa = riscvAttributes(file);
    this.hints = new AddressHints(this.order.symbols.findLast((one) => one.name === '__global_pointer$')?.value);
  }

  /** A mapping symbol says what the code from here on is built for: `$xrv64gc`. */
  enter(mappingSymbol: string): void {
    if (!mappingSymbol.startsWith('$xrv')) return;
    this.#isa = { ...this.#isa, extensions: parseArch(mappingSymbol.slice(2)) };
    this.#texts = new Map();
  }

  text(word: number): InstructionText | undefined {
    const key = (word & 3) === 3 ? word : word & 0xffff;
    if (!this.#texts.has(key)) this.#texts.set(key, instructionText(key, this.#isa));
    return this.#texts.get(key);
  }
}

/** One line's worth of bytes. */
interface Item {
  readonly size: number;
  readonly text: string;
  /** Bytes are printed in groups of this size. */
  readonly chunk: number;
  readonly bytesPerLine: number;
}

class SectionListing {
  readonly #state: FileState;
  readonly #section: ElfSection;
  readonly #index: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #addressWidth: number;
  /** Offsets of mapping symbols, from which on data or code follows. */
  readonly #kinds: readonly { readonly offset: number; readonly name: string }[];
  /** Mapping symbols passed. */
  #kind = 0;
  #lastChunk = 1;

  constructor(state: FileState, section: ElfSection, index: number) {
    this.#state = state;
    this.#section = section;
    this.#index = index;
    const { bytes } = section;
    state.order.prefer(section.name);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#addressWidth = addressWidth(section.addr + section.size);
    this.#kinds = state.order.symbols
      .filter((symbol) => symbol.section === index && isMappingSymbol(symbol.name))
      .map(({ name, value }) => ({ offset: Number(value - section.addr), name }));
  }

  *lines(): Generator<string> {
    yield '';
    yield `Disassembly of section ${visible(this.#section.name)}:`;
    const { order } = this.#state;
    const { length } = this.#bytes;
    const start = this.#section.addr;
    let place = order.find(start, this.#index, true);
    for (let offset = 0; offset < length; ) {
      const addr = start + BigInt(offset);
      const symbol = order.symbols[place];
      yield '';
      yield `${addr.toString(16).padStart(16, '0')}${this.#symbolic(addr, place)}:`;
      const next = symbol === undefined || symbol.value > addr ? place : this.#nextPlace(place);
      const end = Math.min(length, this.#offsetOf(next));
      // A symbol before the section would end where it begins.
      const stop = end > offset ? end : length;
      const isObject = symbol?.type === 'object' && symbol.section === this.#index && symbol.value <= addr;
      yield* isObject ? this.#objectLines(offset, stop) : this.#codeLines(offset, stop);
      offset = stop;
      place = next;
    }
  }

  #offsetOf(place: number): number {
    const symbol = this.#state.order.symbols[place];
    return symbol === undefined ? this.#bytes.length : Number(symbol.value - this.#section.addr);
  }

  /** The next symbol of this section with a greater value; past the end when there is none. */
  #nextPlace(place: number): number {
    const { symbols } = this.#state.order;
    const { value } = symbols[place]!;
    let next = place + 1;
    for (; next < symbols.length; next++) {
      const symbol = symbols[next]!;
      if (symbol.section === this.#index && symbol.value > value && isName(symbol)) break;
    }
    return next;
  }

  /** ` <symbol+0x10>` */
  #symbolic(addr: bigint, place: number): string {
    const symbol = this.#state.order.symbols[place];
    const [name, base] = symbol === undefined ? [this.#section.name, this.#section.addr] : [symbol.name, symbol.value];
    const distance = addr > base ? `+0x${(addr - base).toString(16)}` : `-0x${(base - addr).toString(16)}`;
    return ` <${visible(name)}${addr === base ? '' : distance}>`;
  }

  #addressText(addr: bigint): string {
    const { order } = this.#state;
    if (order.symbols.length === 0) return `0x${addr.toString(16)}`;
    return `${addr.toString(16)}${this.#symbolic(addr, order.find(addr, this.#index))}`;
  }

  *#codeLines(start: number, end: number): Generator<string> {
    const { before } = this.#state.additions;
    let bytesPerLine = CUT_OFF_BYTES_PER_LINE;
    for (let offset = start; offset < end; ) {
      const zeros = this.#zerosAt(offset, end);
      if (zeros > 0) {
        yield '\t...';
        offset += zeros;
        continue;
      }
      if (before !== undefined) yield* before(this.#section.addr + BigInt(offset));
      const isData = this.#isData(offset);
      const size = isData ? this.#dataSize(offset) : this.#instructionSize(offset);
      if (size > end - offset) {
        yield* this.#itemLines(offset, this.#cutOff(offset, isData ? size : 1, bytesPerLine), end);
        yield '';
        offset += CUT_OFF_BYTES;
        continue;
      }
      const item = isData ? this.#dataAt(offset, size) : this.#codeAt(offset, size);
      yield* this.#itemLines(offset, item);
      ({ bytesPerLine } = item);
      offset += size;
    }
  }

  /** How many zeros to leave out here; 0 for none. */
  #zerosAt(offset: number, end: number): number {
    const bytes = this.#bytes;
    let stop = offset;
    while (stop < end && bytes[stop] === 0) stop++;
    const count = stop - offset;
    if (count < LONG_ZEROS && (stop !== end || count >= SHORT_ZEROS)) return 0;
    // Before other bytes zeros go in fours, since an instruction may begin with zeros.
    return stop === end ? count : count & ~3;
  }

  #instructionSize(offset: number): number {
    return this.#bytes.length - offset < 2 ? 2 : encodedLength(this.#view.getUint16(offset, true));
  }

  #codeAt(offset: number, size: number): Item {
    return { size, text: this.#instructionAt(offset, size), chunk: size % 4 === 0 ? 4 : 2, bytesPerLine: 8 };
  }

  /** An instruction that reaches beyond the next symbol or the section. */
  #cutOff(offset: number, chunk: number, bytesPerLine: number): Item {
    const addr = this.#section.addr + BigInt(offset);
    return { size: CUT_OFF_BYTES, text: `Address 0x${addr.toString(16)} is out of bounds.`, chunk, bytesPerLine };
  }

  #instructionAt(offset: number, size: number): string {
    const pc = this.#section.addr + BigInt(offset);
    if (size > 4) return this.#longWord(offset, size);
    const word = size === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
    const replaced = this.#state.additions.instruction?.(word, pc);
    if (replaced !== undefined) return replaced;
    const text = this.#state.text(word);
    if (text === undefined) return `.${size}byte\t0x${word.toString(16)}`;
    const operands = [...(text.operands === '' ? [] : [text.operands]), ...this.#target(text, pc)].join(',');
    const { hints } = this.#state;
    if (text.upper !== undefined) hints.begin(text.upper, pc);
    const meant = text.address === undefined ? undefined : hints.complete(text.address);
    const comment = meant === undefined ? '' : ` # ${this.#addressText(meant)}`;
    return `${text.mnemonic}${operands === '' ? '' : `\t${operands}`}${comment}`;
  }

  #target({ target }: InstructionText, pc: bigint): string[] {
    return target === undefined ? [] : [this.#addressText(BigInt.asUintN(64, pc + BigInt(target)))];
  }

  /** Encodings of more than 32 bits, which RV64GC lacks. */
  #longWord(offset: number, size: number): string {
    if (size === 8) return `.8byte\t0x${this.#view.getBigUint64(offset, true).toString(16)}`;
    const bytes = this.#bytes.subarray(offset, offset + size);
    return `.byte\t${Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`;
  }

  /** Offsets are asked for in rising order, except that a symbol may lie inside the item before it. */
  #isData(offset: number): boolean {
    const kinds = this.#kinds;
    while (this.#kind < kinds.length && kinds[this.#kind]!.offset <= offset)
      this.#state.enter(kinds[this.#kind++]!.name);
    while (this.#kind > 0 && kinds[this.#kind - 1]!.offset > offset) this.#kind--;
    return kinds[this.#kind - 1]?.name.startsWith('$d') ?? false;
  }

  #dataSize(offset: number): number {
    const end = Math.min(this.#kinds[this.#kind]?.offset ?? Number.POSITIVE_INFINITY, this.#bytes.length);
    return [4, 2, 1].find((one) => one <= end - offset)!;
  }

  #dataAt(offset: number, size: number): Item {
    switch (size) {
      case 4:
        return data('.word', this.#view.getUint32(offset, true), size, 8);
      case 2:
        return data('.short', this.#view.getUint16(offset, true), size, 8);
      default:
        return data('.byte', this.#view.getUint8(offset), size, 6);
    }
  }

  /** @param end bytes from here on are not shown */
  *#itemLines(offset: number, { size, text, chunk, bytesPerLine }: Item, end = this.#bytes.length): Generator<string> {
    this.#lastChunk = chunk;
    const first = Math.min(size, bytesPerLine);
    const padding = ' '.repeat(Math.ceil((bytesPerLine - first) / chunk) * (2 * chunk + 1));
    yield `${this.#address(offset)}:\t${this.#chunks(offset, first, chunk, end)}${padding}\t${text}`;
    for (let done = first; done < size; done += bytesPerLine) {
      const count = Math.min(bytesPerLine, size - done);
      yield `${this.#address(offset + done)}:\t${this.#chunks(offset + done, count, chunk, end)}`;
    }
  }

  *#objectLines(start: number, end: number): Generator<string> {
    const chunk = this.#lastChunk;
    for (let offset = start; offset < end; ) {
      const zeros = this.#zerosAt(offset, end);
      if (zeros > 0) {
        yield '\t...';
        offset += zeros;
        continue;
      }
      const size = Math.min(OBJECT_BYTES_PER_LINE, end - offset);
      const groups = Math.ceil((OBJECT_BYTES_PER_LINE - size) / chunk);
      const padding = ' '.repeat(groups * (2 * chunk + 1) + 4);
      const characters = Array.from(this.#bytes.subarray(offset, offset + size), printable).join('');
      yield `${this.#address(offset)}:\t${this.#chunks(offset, size, chunk, end)}${padding}${characters}`;
      offset += size;
    }
  }

  /** Bytes in little-endian groups, each followed by a blank; a group that `end` cuts is left out. */
  #chunks(offset: number, count: number, chunk: number, end = this.#bytes.length): string {
    let text = '';
    for (let i = offset; i < offset + count; i += chunk) {
      if (i + chunk <= end) for (let k = chunk - 1; k >= 0; k--) text += hexByte[this.#bytes[i + k]!]!;
      text += ' ';
    }
    return text;
  }

  #address(offset: number): string {
    return (this.#section.addr + BigInt(offset)).toString(16).padStart(this.#addressWidth);
  }
}

const hexByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Control characters as `^A`: GNU as has them in the names of numeric labels. */
const visible = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  name.replace(/[\x00-\x1f\x7f]/g, (character) => `^${String.fromCharCode((character.charCodeAt(0) + 0x40) & 0x7f)}`);

const printable = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');

const data = (directive: string, value: number, size: number, bytesPerLine: number): Item => ({
  size,
  text: `${directive}\t0x${value.toString(16).padStart(2 * size, '0')}`,
  chunk: size,
  bytesPerLine,
});

/** Leading zeros of addresses go in fours, as long as one zero stays before the section's end. */
function addressWidth(end: bigint): number {
  const digits = end.toString(16).padStart(16, '0');
  const zeros = /^0*/.exec(digits)![0].length;
  return 16 - 4 * Math.floor(Math.max(0, zeros - 1) / 4);
}

/** Length in bytes of the instruction that begins with this halfword, up to the 176 bits that encodings reach. */
function encodedLength(halfword: number): number {
  if ((halfword & 0b11) !== 0b11) return 2;
  if ((halfword & 0b11111) !== 0b11111) return 4;
  if ((halfword & 0b111111) === 0b011111) return 6;
  if ((halfword & 0b1111111) === 0b0111111) return 8;
  const more = (halfword >>> 12) & 7;
  return more === 7 ? 2 : 10 + 2 * more;
}
