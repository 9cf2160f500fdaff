/**
 * Object files → a static executable at a fixed address.
 *
 * Code first, then constants, then the host interface (tohost and fromhost on a page of their own), then data, then the
 * zeroed part, then a stack. Nothing is relaxed except alignment: objects reserve the most nops an alignment can need,
 * and the linker removes those it does not.
 */
import { type ElfRelocation, type ElfSection, type ElfSymbol, SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import { RELOCATIONS } from '../elf/relocations.ts';
import type { ElfContents } from '../elf/write.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import { type Diagnostic, didYouMean, errorAt, type Span } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import type { LinkerErrorCode } from './errors.ts';
import { writeNops } from './object.ts';
import { applyRelocation, relocatedBytes } from './relocate.ts';

export interface LinkOptions {
  /** Address of the first section. */
  readonly base?: bigint;
  /** Symbol at which execution begins; without it `_start`, or else the start of the code. */
  readonly entry?: string;
  /** Bytes of stack below `_stack_top`. */
  readonly stackBytes?: number;
  /** Addresses of output sections by name; those that follow without one come after them. */
  readonly sectionAddresses?: ReadonlyMap<string, bigint>;
}

export interface LinkInput {
  /** For messages. */
  readonly name: string;
  readonly object: ElfContents;
  /** Where its source first mentions each symbol that it does not define, for messages. */
  readonly mentions?: ReadonlyMap<string, Span>;
}

/** Where programs for Gemmini's SoCs expect RAM to begin. */
export const DEFAULT_BASE = 0x80000000n;
const DEFAULT_STACK_BYTES = 128 * 1024;
const PAGE = 4096;

/** Output sections in the order of their addresses, and the input sections that go into each. */
const OUTPUT_SECTIONS: readonly {
  readonly name: string;
  readonly inputs: readonly RegExp[];
  readonly align: number;
}[] = [
  { name: '.text', inputs: [/^\.text\.init$/, /^\.text\.startup(\.|$)/, /^\.text(\.|$)/, /^\.(init|fini)$/], align: 4 },
  { name: '.rodata', inputs: [/^\.rodata(\.|$)/, /^\.srodata(\.|$)/], align: 8 },
  { name: '.tohost', inputs: [/^\.tohost$/, /^\.htif$/], align: PAGE },
  { name: '.init_array', inputs: [/^\.preinit_array/, /^\.init_array/], align: 8 },
  { name: '.fini_array', inputs: [/^\.fini_array/], align: 8 },
  { name: '.data', inputs: [/^\.data(\.|$)/], align: PAGE },
  { name: '.sdata', inputs: [/^\.sdata(\.|$)/], align: 8 },
  { name: '.sbss', inputs: [/^\.sbss(\.|$)/], align: 8 },
  { name: '.bss', inputs: [/^\.bss(\.|$)/], align: 8 },
];

/** A section of an object with its place in the program. */
interface Piece {
  readonly input: LinkInput;
  readonly section: ElfSection;
  output: OutputSection;
  addr: bigint;
  /** Contents after alignment. */
  bytes: Uint8Array;
  /** Bytes taken out: after input offset `at`, `total` bytes are gone. */
  readonly removed: { readonly at: number; readonly total: number }[];
}

interface OutputSection {
  readonly name: string;
  readonly align: number;
  readonly pieces: Piece[];
  readonly isLoaded: boolean;
  addr: bigint;
  size: bigint;
}

export function linkObjects(inputs: readonly LinkInput[], options: LinkOptions = {}): Result<ElfContents, Diagnostic> {
  return new Linker(inputs, options).link();
}

class Linker {
  readonly #inputs: readonly LinkInput[];
  readonly #options: LinkOptions;
  readonly #errors: Diagnostic[] = [];
  readonly #pieceOf = new Map<ElfSection, Piece>();
  readonly #outputs: OutputSection[] = [];
  /** Global symbol → what it stands for. */
  readonly #globals = new Map<string, { readonly input: LinkInput; readonly symbol: ElfSymbol }>();
  /** Symbols that the linker makes, with their addresses. */
  readonly #provided = new Map<string, bigint>();
  #end = 0n;

  constructor(inputs: readonly LinkInput[], options: LinkOptions) {
    this.#inputs = inputs;
    this.#options = options;
  }

  link(): Result<ElfContents, Diagnostic> {
    this.#collectGlobals();
    this.#placeInputs();
    this.#allocateCommons();
    this.#assignAddresses();
    this.#provideSymbols();
    if (this.#errors.length > 0) return fail(...this.#errors);
    const kept = this.#outputs.filter(({ size }, index) => size > 0n || index === 0);
    this.#outputs.splice(0, this.#outputs.length, ...kept);
    const sections = this.#outputs.map((output) => this.#finish(output));
    const symbols = this.#symbols();
    const entry = this.#entry();
    if (this.#errors.length > 0) return fail(...this.#errors);
    return succeed({ type: 'exec', flags: this.#inputs[0]?.object.flags ?? 0, entry, sections, symbols });
  }

  #error(code: LinkerErrorCode, message: string, hint?: string): void {
    this.#errors.push(errorAt(code, undefined, message, hint));
  }

  #collectGlobals(): void {
    for (const input of this.#inputs) {
      for (const symbol of input.object.symbols) {
        if (symbol.binding === 'local' || symbol.section === 'undefined') continue;
        const known = this.#globals.get(symbol.name);
        const isStronger = known === undefined || rank(symbol) > rank(known.symbol);
        if (known !== undefined && rank(symbol) === 2 && rank(known.symbol) === 2) {
          this.#error('LNK001', `"${symbol.name}" is defined in ${known.input.name} and again in ${input.name}`);
        } else if (isStronger) this.#globals.set(symbol.name, { input, symbol });
      }
    }
  }

  #newOutput(name: string, align: number, isLoaded: boolean): OutputSection {
    const output: OutputSection = { name, align, pieces: [], isLoaded, addr: 0n, size: 0n };
    this.#outputs.push(output);
    return output;
  }

  #addPiece(output: OutputSection, input: LinkInput, section: ElfSection): void {
    const piece: Piece = { input, section, output, addr: 0n, bytes: section.bytes, removed: [] };
    output.pieces.push(piece);
    this.#pieceOf.set(section, piece);
  }

  #placeInputs(): void {
    const all = this.#inputs.flatMap((input) => input.object.sections.map((section) => ({ input, section })));
    const rest = new Set(all);
    for (const { name, inputs, align } of OUTPUT_SECTIONS) {
      const output = this.#newOutput(name, align, true);
      for (const pattern of inputs) {
        for (const one of rest) {
          if (!isAllocated(one.section) || !pattern.test(one.section.name)) continue;
          this.#addPiece(output, one.input, one.section);
          rest.delete(one);
        }
      }
      if (name === '.tohost') this.#addHostInterface(output);
    }
    for (const { input, section } of rest) {
      if (isTable(section)) continue;
      const known = this.#outputs.find(({ name }) => name === section.name);
      const output = known ?? this.#newOutput(section.name, 1, isAllocated(section));
      if (section.type !== SECTION_TYPES.riscvAttributes || output.pieces.length === 0)
        this.#addPiece(output, input, section);
    }
    // Sections that the table does not name go before the zeroed ones, so that zeros end the file.
    this.#outputs.sort((a, b) => outputRank(a) - outputRank(b));
  }

  /** tohost and fromhost, when the program uses them and does not define them. */
  #addHostInterface(output: OutputSection): void {
    const isUsed = ['tohost', 'fromhost'].some((name) => this.#isWanted(name));
    if (!isUsed) return;
    const symbols = Object.entries(HOST_INTERFACE).map(
      ([name, value]): ElfSymbol => ({ name, value, size: 8n, binding: 'global', type: 'object', section: 0 }),
    );
    const section = madeSection('.tohost', SECTION_TYPES.progbits, new Uint8Array(HOST_INTERFACE_BYTES), 64);
    const input: LinkInput = {
      name: 'the linker',
      object: { type: 'rel', flags: 0, entry: 0n, sections: [section], symbols },
    };
    this.#addPiece(output, input, section);
    for (const symbol of symbols)
      if (!this.#globals.has(symbol.name)) this.#globals.set(symbol.name, { input, symbol });
  }

  /** Does an object refer to `name` without any object defining it? */
  #isWanted(name: string): boolean {
    if (this.#globals.has(name)) return false;
    return this.#inputs.some(({ object }) =>
      object.symbols.some((one) => one.name === name && one.section === 'undefined'),
    );
  }

  /** Space in .bss for .comm symbols: one for each name, of the largest size. */
  #allocateCommons(): void {
    const bss = this.#outputs.find(({ name }) => name === '.bss')!;
    for (const [name, { input, symbol }] of this.#globals) {
      if (symbol.section !== 'common') continue;
      const sizes = this.#inputs.flatMap(({ object }) =>
        object.symbols.filter((one) => one.name === name && one.section === 'common'),
      );
      const size = BigInt(Math.max(...sizes.map((one) => Number(one.size))));
      const section: ElfSection = {
        ...madeSection('.bss', SECTION_TYPES.nobits, new Uint8Array(0), Number(symbol.value) || 1),
        size,
      };
      const object: ElfContents = { ...input.object, sections: [section], symbols: [] };
      const owner: LinkInput = { name: input.name, object };
      this.#addPiece(bss, owner, section);
      this.#globals.set(name, { input: owner, symbol: { ...symbol, section: 0, value: 0n, size } });
    }
  }

  #assignAddresses(): void {
    let cursor = this.#options.base ?? DEFAULT_BASE;
    for (const output of this.#outputs) {
      if (!output.isLoaded) {
        let offset = 0n;
        for (const piece of output.pieces) {
          piece.addr = alignUp(offset, piece.section.align);
          offset = piece.addr + piece.section.size;
        }
        output.size = offset;
        continue;
      }
      const align = Math.max(output.align, ...output.pieces.map(({ section }) => section.align));
      const isEmpty = output.pieces.every(({ section }) => section.size === 0n);
      const wanted = this.#options.sectionAddresses?.get(output.name);
      if (wanted !== undefined && wanted % BigInt(align) !== 0n) {
        this.#error('LNK007', `${output.name} cannot be at 0x${wanted.toString(16)}: it is aligned to ${align} bytes`);
      }
      cursor = wanted ?? (isEmpty ? cursor : alignUp(cursor, align));
      output.addr = cursor;
      for (const piece of output.pieces) {
        piece.addr = alignUp(cursor, piece.section.align);
        this.#settleAlignment(piece);
        cursor =
          piece.addr + (piece.section.type === SECTION_TYPES.nobits ? piece.section.size : BigInt(piece.bytes.length));
      }
      output.size = cursor - output.addr;
    }
    this.#end = cursor;
    this.#checkNames();
  }

  #checkNames(): void {
    const names = this.#outputs.map(({ name }) => name);
    for (const name of this.#options.sectionAddresses?.keys() ?? []) {
      if (!names.includes(name))
        this.#error('LNK008', `there is no section ${name}`, `sections are ${names.join(' ')}`);
    }
  }

  /** Takes out the nops that the alignments of a piece do not need at its address. */
  #settleAlignment(piece: Piece): void {
    const { section, removed } = piece;
    const marks = section.relocations.filter(({ type }) => type === RELOCATIONS.align);
    if (marks.length === 0) return;
    const parts: Uint8Array[] = [];
    let from = 0;
    let total = 0;
    for (const { offset, addend } of marks) {
      const at = Number(offset);
      const reserved = Number(addend);
      if (at < from || reserved < 0 || at + reserved > section.bytes.length) {
        this.#error(
          'LNK009',
          `${piece.input.name}: an alignment in ${section.name} reserves bytes that it does not have`,
        );
        return;
      }
      const align = 2 ** Math.ceil(Math.log2(reserved + 1));
      const here = Number((piece.addr + BigInt(at - total)) % BigInt(align));
      const needed = here === 0 ? 0 : align - here;
      if (needed > reserved) {
        this.#error('LNK005', `${piece.input.name}: section ${section.name} is not aligned enough for its code`);
        return;
      }
      const nops = new Uint8Array(needed);
      writeNops(nops, 0, needed);
      parts.push(section.bytes.subarray(from, at), nops);
      from = at + reserved;
      total += reserved - needed;
      if (reserved > needed) removed.push({ at: from, total });
    }
    parts.push(section.bytes.subarray(from));
    piece.bytes = concatenate(parts);
  }

  #provideSymbols(): void {
    const find = (name: string): OutputSection => this.#outputs.find((output) => output.name === name)!;
    const endOf = (name: string): bigint => find(name).addr + find(name).size;
    const stack = alignUp(this.#end, 16) + BigInt(this.#options.stackBytes ?? DEFAULT_STACK_BYTES);
    const addresses: Readonly<Record<string, bigint>> = {
      _stack_top: stack,
      __global_pointer$: find('.sdata').addr + 0x800n,
      __bss_start: find('.sbss').addr,
      _etext: endOf('.text'),
      _edata: endOf('.sdata'),
      _end: this.#end,
      end: this.#end,
    };
    for (const [name, addr] of Object.entries(addresses)) if (this.#isWanted(name)) this.#provided.set(name, addr);
    if (this.#provided.has('_stack_top')) {
      const bottom = alignUp(this.#end, 16);
      const output = this.#newOutput('.stack', 16, true);
      output.addr = bottom;
      output.size = stack - bottom;
    }
  }

  /** Offset in the piece after alignment. */
  #settled(piece: Piece, offset: bigint): bigint {
    let gone = 0;
    for (const { at, total } of piece.removed) {
      if (offset < at) break;
      gone = total;
    }
    return offset - BigInt(gone);
  }

  /** Address of a symbol as `input` sees it; reports undefined ones. */
  #addressOf(input: LinkInput, symbol: ElfSymbol): bigint | undefined {
    if (symbol.section === 'absolute') return symbol.value;
    const isOwn = symbol.binding === 'local' && symbol.section !== 'undefined';
    const found = isOwn ? { input, symbol } : this.#globals.get(symbol.name);
    if (found === undefined) {
      const made = this.#provided.get(symbol.name);
      if (made === undefined && symbol.binding === 'weak') return 0n;
      if (made === undefined) this.#undefined(input, symbol.name);
      return made;
    }
    const { section, value } = found.symbol;
    if (section === 'absolute') return value;
    const piece = typeof section === 'number' ? this.#pieceOf.get(found.input.object.sections[section]!) : undefined;
    return piece && piece.addr + this.#settled(piece, value);
  }

  readonly #reported = new Set<string>();
  #undefined(input: LinkInput, name: string): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    const near = didYouMean(name, [...this.#globals.keys(), ...PROVIDED_NAMES]);
    const hint = integerRegisterByName.has(name)
      ? `a symbol is expected here; memory at the address in register ${name} is 0(${name})`
      : near && `did you mean "${near}"?`;
    const span = input.mentions?.get(name);
    const where = span === undefined ? `${input.name}: ` : '';
    this.#errors.push(errorAt('LNK002', span, `${where}"${name}" is used but not defined`, hint));
  }

  #finish(output: OutputSection): ElfSection {
    const [first] = output.pieces;
    if (output.size > MAX_CONTENTS && output.pieces.some(({ section }) => section.type !== SECTION_TYPES.nobits)) {
      this.#error('LNK009', `${output.name} would take ${output.size} bytes in the file, more than ${MAX_CONTENTS}`);
      return madeSection(output.name, SECTION_TYPES.nobits, new Uint8Array(0), 1);
    }
    const isZeroed = output.pieces.every(({ section }) => section.type === SECTION_TYPES.nobits);
    const bytes = new Uint8Array(isZeroed ? 0 : Number(output.size));
    for (const piece of output.pieces) {
      if (piece.section.type === SECTION_TYPES.nobits) continue;
      const contents = piece.bytes === piece.section.bytes ? piece.bytes.slice() : piece.bytes;
      this.#relocate(piece, contents);
      bytes.set(contents, Number(piece.addr - output.addr));
    }
    return {
      name: output.name,
      type: isZeroed ? SECTION_TYPES.nobits : (first?.section.type ?? SECTION_TYPES.progbits),
      flags:
        first === undefined
          ? ZEROED_FLAGS
          : output.pieces.reduce((flags, { section }) => flags | (section.flags & KEPT_FLAGS), 0),
      addr: output.addr,
      align: output.align,
      entrySize: 0,
      bytes,
      size: output.size,
      relocations: [],
    };
  }

  #relocate(piece: Piece, bytes: Uint8Array): void {
    const { input, section } = piece;
    /** Where an upper half is → its value; undefined when its symbol is, which has been reported. */
    const highParts = new Map<bigint, bigint | undefined>();
    const isLow = ({ type }: ElfRelocation): boolean =>
      type === RELOCATIONS.pcrelLo12I || type === RELOCATIONS.pcrelLo12S;
    for (const relocation of [
      ...section.relocations.filter((one) => !isLow(one)),
      ...section.relocations.filter(isLow),
    ]) {
      const { type, addend } = relocation;
      if (type === RELOCATIONS.relax || type === RELOCATIONS.align || type === RELOCATIONS.none) continue;
      const offset = this.#settled(piece, relocation.offset);
      const addr = piece.addr + offset;
      if (offset < 0n || Number(offset) + relocatedBytes(type) > bytes.length) {
        this.#error('LNK009', `${input.name}: a relocation lies outside ${section.name}`);
        continue;
      }
      const symbol = relocation.symbol === undefined ? undefined : input.object.symbols[relocation.symbol];
      const target = symbol === undefined ? 0n : this.#addressOf(input, symbol);
      if (target === undefined) {
        if (type === RELOCATIONS.pcrelHi20) highParts.set(addr, undefined);
        continue;
      }
      let value = target + addend;
      if (isLow(relocation)) {
        const high = highParts.get(target);
        if (high === undefined && highParts.has(target)) continue;
        if (high === undefined) {
          this.#error(
            'LNK004',
            `${input.name}: no %pcrel_hi at 0x${target.toString(16)} for the %pcrel_lo in ${section.name}`,
          );
          continue;
        }
        value = high + addend;
      } else if (type === RELOCATIONS.pcrelHi20) highParts.set(addr, value - addr);
      const problem = applyRelocation(bytes, { type, offset: Number(offset), addr, value });
      if (problem !== undefined) {
        const where = `${input.name}, ${section.name}+0x${relocation.offset.toString(16)}`;
        this.#error('LNK003', `${where}${symbol === undefined ? '' : `, "${symbol.name}"`}: ${problem}`);
      }
    }
  }

  #symbols(): ElfSymbol[] {
    const numbers = new Map(this.#outputs.map((output, index) => [output, index]));
    const symbols: ElfSymbol[] = [];
    const add = (input: LinkInput, symbol: ElfSymbol): void => {
      const piece =
        typeof symbol.section === 'number' ? this.#pieceOf.get(input.object.sections[symbol.section]!) : undefined;
      if (piece === undefined && symbol.section !== 'absolute') return;
      const value = this.#addressOf(input, symbol);
      if (value === undefined) return;
      symbols.push({ ...symbol, value, section: (piece && numbers.get(piece.output)) ?? 'absolute' });
    };
    for (const input of this.#inputs) {
      for (const symbol of input.object.symbols) {
        if (symbol.binding === 'local' && symbol.type !== 'section' && !symbol.name.startsWith('.L'))
          add(input, symbol);
      }
    }
    for (const { input, symbol } of this.#globals.values()) add(input, symbol);
    for (const [name, value] of this.#provided) {
      symbols.push({ name, value, size: 0n, binding: 'global', type: 'none', section: 'absolute' });
    }
    return symbols;
  }

  #entry(): bigint {
    const { entry } = this.#options;
    const found = this.#globals.get(entry ?? '_start');
    if (found !== undefined) return this.#addressOf(found.input, found.symbol) ?? 0n;
    if (entry !== undefined) this.#error('LNK006', `the entry symbol "${entry}" is not defined`);
    return this.#outputs[0]!.addr;
  }
}

/** Most bytes of one section in the file: 1 GiB. */
const MAX_CONTENTS = 2 ** 30;

const HOST_INTERFACE = { tohost: 0n, fromhost: 64n } as const;
const HOST_INTERFACE_BYTES = 128;
const PROVIDED_NAMES = [
  '_stack_top',
  '__global_pointer$',
  '__bss_start',
  '_etext',
  '_edata',
  '_end',
  'tohost',
  'fromhost',
];

const { write, alloc, exec } = SECTION_FLAGS;
const KEPT_FLAGS = write | alloc | exec;
const ZEROED_FLAGS = write | alloc;

const isAllocated = ({ flags }: ElfSection): boolean => (flags & alloc) !== 0;
/** Tables of the object file format itself. */
const isTable = ({ type }: ElfSection): boolean =>
  type === SECTION_TYPES.symtab || type === SECTION_TYPES.strtab || type === SECTION_TYPES.rela || type === 0;

/** Strong definitions win over .comm, which wins over weak ones. */
const rank = ({ binding, section }: ElfSymbol): number => (section === 'common' ? 1 : binding === 'weak' ? 0 : 2);

function outputRank({ name, isLoaded }: OutputSection): number {
  if (!isLoaded) return OUTPUT_SECTIONS.length + 1;
  const index = OUTPUT_SECTIONS.findIndex((one) => one.name === name);
  return index >= 0 ? index : OUTPUT_SECTIONS.findIndex((one) => one.name === '.sdata') - 0.5;
}

const madeSection = (name: string, type: number, bytes: Uint8Array, align: number): ElfSection => ({
  name,
  type,
  flags: ZEROED_FLAGS,
  addr: 0n,
  align,
  entrySize: 0,
  bytes,
  size: BigInt(bytes.length),
  relocations: [],
});

const alignUp = (value: bigint, align: number): bigint => {
  const step = BigInt(Math.max(1, align));
  return ((value + step - 1n) / step) * step;
};

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
