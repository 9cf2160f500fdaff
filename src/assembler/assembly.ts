/**
 * State of one assembly: sections, symbols, options, diagnostics; and the operations by which statements change it.
 */
import { SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import { RELOCATIONS } from '../elf/relocations.ts';
import { type Diagnostic, errorAt, type Span } from '../support/diagnostics.ts';
import type { Int64 } from '../support/int64.ts';
import { PRIVILEGED_SPEC } from './attributes.ts';
import { type Compression, compress } from './compress.ts';
import type { AssemblerErrorCode } from './errors.ts';
import { type Expression, type ExpressionContext, ExpressionParser, symbolPlus } from './expression.ts';
import type { InstructionSink } from './forms.ts';
import { evaluate } from './layout.ts';
import { LineTable } from './line-table.ts';
import { Section } from './section.ts';
import { Sources } from './sources.ts';
import { type AsmSymbol, displayName, type Place, SymbolTable } from './symbols.ts';

/** What `.option` switches. */
export interface CodeOptions {
  /** Write compressed instructions where possible. */
  readonly compressed: boolean;
  /** Let the linker shorten code. */
  readonly relax: boolean;
  /** `la` goes through the global offset table. */
  readonly pic: boolean;
}

export const MAX_ERRORS = 50;

export class Assembly implements ExpressionContext, InstructionSink {
  readonly sources = new Sources();
  readonly symbols = new SymbolTable();
  readonly expressions = new ExpressionParser(this);
  readonly sections: Section[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #sectionByName = new Map<string, Section>();
  section: Section;
  previousSection: Section;
  readonly sectionStack: { readonly section: Section; readonly previous: Section }[] = [];
  options: CodeOptions = { compressed: true, relax: true, pic: false };
  readonly optionStack: CodeOptions[] = [];
  /** Variables that .lcomm reserves in .bss. */
  readonly localCommons: { readonly symbol: AsmSymbol; readonly size: number; readonly align: number }[] = [];
  /** `$x` and `$d`: where code and data begin in code sections. @source RISC-V ELF psABI, "Mapping Symbol" */
  readonly mappingSymbols: AsmSymbol[] = [];
  /** Build attributes of the object: tag → value. */
  readonly attributes = new Map<number, string | number>();
  /** Position of the statement being read. */
  position = 0;
  readonly lines = new LineTable();
  /** File and line of the statement being read, when instructions are to be told their own lines. */
  ownLine: { readonly file: string; readonly line: number } | undefined;
  #hereCount = 0;

  constructor() {
    const { write, alloc, exec } = SECTION_FLAGS;
    this.section = this.getSection('.text', SECTION_TYPES.progbits, alloc | exec, 0);
    this.section.align = 2;
    this.previousSection = this.section;
    this.getSection('.data', SECTION_TYPES.progbits, alloc | write, 0);
    this.getSection('.bss', SECTION_TYPES.nobits, alloc | write, 0);
  }

  findSection(name: string): Section | undefined {
    return this.#sectionByName.get(name);
  }

  /** The section of that name, made with these properties if need be. */
  getSection(name: string, type: number, flags: number, entrySize: number): Section {
    let section = this.#sectionByName.get(name);
    if (section === undefined) {
      section = new Section(name, type, flags, entrySize, this.sections.length);
      this.#sectionByName.set(name, section);
      this.sections.push(section);
    }
    return section;
  }

  enter(section: Section): void {
    this.previousSection = this.section;
    this.section = section;
  }

  error(code: AssemblerErrorCode, start: number, end: number, message: string, hint?: string): void {
    const [from] = this.sources.expansions(start);
    const origin = from && `expanded from ${from.file}:${from.line}`;
    const note = [hint, origin].filter((text) => text !== undefined).join('; ');
    this.diagnostics.push(errorAt(code, this.sources.span(start, end), message, note === '' ? undefined : note));
  }

  /** Where the source first mentions each symbol that it does not define. */
  undefinedMentions(): ReadonlyMap<string, Span> {
    const mentions = new Map<string, Span>();
    for (const { name, isDefined, mentionedAt } of this.symbols.all())
      if (!isDefined && mentionedAt >= 0) mentions.set(name, this.sources.span(mentionedAt, mentionedAt + name.length));
    return mentions;
  }

  here(): AsmSymbol {
    return this.symbols.anonymous(`.L0 ${++this.#hereCount}`, this.section.here());
  }

  fixedDistance(from: Place, to: Place): number | undefined {
    if (from.section !== to.section || from.fragment !== to.fragment) return undefined;
    return from.section.isCode ? undefined : to.offset - from.offset;
  }

  /** The value of an expression that must be a number now. Nothing when it is none. */
  absolute(expression: Expression): Int64 | undefined {
    const value = evaluate(expression, 'parsing');
    return value?.plus === undefined && value?.minus === undefined ? value?.constant : undefined;
  }

  defineLabel(symbol: AsmSymbol, start: number, end: number): void {
    if (symbol.isDefined) {
      this.error('ASM007', start, end, `"${displayName(symbol)}" is defined already`);
      return;
    }
    symbol.place = this.section.here();
  }

  /** Puts a value of `width` bytes at the current place when it is known. */
  addData(width: number, value: Expression, source: number): void {
    const { section } = this;
    const fragment = section.fragments.length;
    const offset = section.reserve(width);
    section.fixups.push({ offset, fragment, kind: 'data', type: width, value, canRelax: false, source });
  }

  #addRelocation(offset: number, type: number, value: Expression): void {
    const { section } = this;
    section.fixups.push({
      offset,
      fragment: section.fragments.length,
      kind: 'relocation',
      type,
      value,
      canRelax: this.options.relax && CAN_RELAX.has(type),
      source: this.position,
    });
  }

  /** Data comes next: in code a mapping symbol says so, for disassemblers. */
  beginData(): void {
    if (this.section.isCode && this.section.contents !== 'data') this.#mapTo('data');
  }

  #mapTo(contents: 'code' | 'data'): void {
    this.section.contents = contents;
    this.mappingSymbols.push(this.symbols.anonymous(contents === 'code' ? '$x' : '$d', this.section.here()));
  }

  /** An instruction comes next: says so in a mapping symbol, and which line it is from. */
  #beginInstruction(): void {
    if (this.section.contents !== 'code') this.#mapTo('code');
    this.lines.instruction(this.section);
    if (this.ownLine !== undefined) this.lines.ownLine(this.section, this.ownLine.file, this.ownLine.line);
  }

  emit(word: number, compression: Compression): void {
    const halfword = this.options.compressed ? compress(word, compression) : -1;
    this.#beginInstruction();
    if (halfword >= 0) this.section.append16(halfword);
    else this.section.append32(word);
  }

  notePrivileged(): void {
    for (const [tag, value] of PRIVILEGED_SPEC) if (!this.attributes.has(tag)) this.attributes.set(tag, value);
  }

  emitHalfword(halfword: number): void {
    this.#beginInstruction();
    this.section.append16(halfword);
  }

  emitRelocated(word: number, relocation: number, value: Expression): void {
    this.#beginInstruction();
    this.#addRelocation(this.section.length, relocation, value);
    this.section.append32(word);
  }

  /** Two instructions that the linker sees as one: the relocation covers both. */
  emitPair(first: number, second: number, relocation: number, value: Expression): void {
    this.emitRelocated(first, relocation, value);
    this.section.append32(second);
  }

  emitHalfwordBranch(halfword: number, relocation: number, target: Expression): void {
    this.#beginInstruction();
    this.#addRelocation(this.section.length, relocation, target);
    this.section.append16(halfword);
  }

  emitBranch(word: number, isJump: boolean, target: Expression, compression: Compression): void {
    const { section } = this;
    const reduced = target.kind === 'symbol' ? target : evaluate(target, 'parsing');
    const [symbol, addend] =
      reduced === undefined
        ? [undefined, undefined]
        : 'kind' in reduced
          ? [reduced.symbol, reduced.addend]
          : [reduced.plus, reduced.minus === undefined ? reduced.constant : undefined];
    if (addend === undefined) {
      this.error('ASM008', this.position, this.position + 1, 'the target must be a symbol, perhaps plus a number');
      return;
    }
    this.#beginInstruction();
    const halfword = this.options.compressed ? compress(word, compression) : -1;
    section.fragments.push({
      kind: 'branch',
      at: section.length,
      length: isJump ? 4 : 8,
      word,
      isJump,
      halfword: halfword < 0 ? undefined : halfword,
      target: symbol,
      addend: Number(addend),
    });
  }

  /** An anonymous label here, as the auipc of an address pair gets. */
  labelHere(name: string): Expression {
    return symbolPlus(this.symbols.anonymous(name, this.section.here()));
  }
}

/** Relocations that come with R_RISCV_RELAX. */
const CAN_RELAX: ReadonlySet<number> = new Set([
  RELOCATIONS.hi20,
  RELOCATIONS.lo12I,
  RELOCATIONS.lo12S,
  RELOCATIONS.pcrelHi20,
  RELOCATIONS.pcrelLo12I,
  RELOCATIONS.pcrelLo12S,
  RELOCATIONS.callPlt,
  RELOCATIONS.tprelHi20,
  RELOCATIONS.tprelLo12I,
  RELOCATIONS.tprelLo12S,
  RELOCATIONS.tprelAdd,
]);
