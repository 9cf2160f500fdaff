/**
 * Reads source texts statement by statement: labels, assignments, conditionals, macros and loops here; directives and
 * instructions through their tables. Every statement is read, whatever was wrong with the ones before.
 */
import type { IsaRevision } from '../isa/accelerator.ts';
import { didYouMean } from '../support/diagnostics.ts';
import { acceleratorMnemonics, assembleCommand } from './accelerator-statements.ts';
import { type Assembly, MAX_ERRORS } from './assembly.ts';
import { CONDITIONALS, CONTROLS } from './controls.ts';
import { absoluteExpression } from './directive.ts';
import { DIRECTIVES } from './directives.ts';
import type { AssemblerErrorCode } from './errors.ts';
import { instructionForms } from './forms.ts';
import { insn } from './insn.ts';
import type { ListedLine } from './listing.ts';
import {
  bindArguments,
  findBodyEnd,
  type Macro,
  type MacroProblem,
  parseParameters,
  splitArguments,
  substitute,
} from './macros.ts';
import { OperandReader } from './operands.ts';
import { type PseudoInstruction, pseudoInstructions } from './pseudo.ts';
import { CHAR, isDigit, Scanner } from './scanner.ts';
import { includedName, type SourceText } from './sources.ts';
import { assign } from './symbol-directives.ts';
import type { Place } from './symbols.ts';

const FORMS = instructionForms();
const PSEUDO = pseudoInstructions();

/** Reads a file that the source includes. Nothing when there is none. */
export type ReadFile = (path: string, includedFrom: string) => Uint8Array | undefined;

const MAX_DEPTH = 200;

/** One .if … .endif. */
interface Conditional {
  readonly start: number;
  /** Is the current branch assembled? */
  isActive: boolean;
  /** Has a branch been assembled, or is everything inside skipped? */
  isDone: boolean;
  hasElse: boolean;
}

export class StatementReader {
  readonly assembly: Assembly;
  readonly #readFile: ReadFile;
  /** Are instructions told the lines of the files they stand in? */
  readonly #hasOwnLines: boolean;
  readonly #commands: ReturnType<typeof acceleratorMnemonics>;
  readonly macros = new Map<string, Macro>();
  readonly conditionals: Conditional[] = [];
  #expansions = 0;
  #expansionCount = 0;
  macroDepth = 0;
  #depth = 0;
  /** What each statement of the first file made, when somebody asks. */
  listing: ListedLine[] | undefined;
  #fileDepth = 0;
  /** Set by .exitm and .end: leave this many texts. */
  isLeaving: 'macro' | 'all' | undefined;

  constructor(assembly: Assembly, revision: IsaRevision, readFile: ReadFile, hasOwnLines: boolean) {
    this.#hasOwnLines = hasOwnLines;
    this.assembly = assembly;
    this.#commands = acceleratorMnemonics(revision);
    this.#readFile = readFile;
  }

  /** Reads a whole file; conditionals must be closed in the file they are opened in. */
  file(name: string, text: string, includedFrom?: number): void {
    const open = this.conditionals.length;
    this.#fileDepth++;
    this.run(this.assembly.sources.add(name, text, 1, includedFrom), true);
    this.#fileDepth--;
    for (const { start } of this.conditionals.splice(open)) {
      this.assembly.error('ASM012', start, start + 3, 'this condition is not closed by .endif');
    }
  }

  /** @param isFile the text is a file, not an expansion, whose instructions belong to the line that it was expanded from */
  run(source: SourceText, isFile = false): void {
    const { assembly } = this;
    const outer = assembly.ownLine;
    if (++this.#depth > MAX_DEPTH) {
      assembly.error(
        'ASM013',
        assembly.position,
        assembly.position + 1,
        `macros and includes nest deeper than ${MAX_DEPTH}`,
      );
      this.isLeaving = 'all';
    }
    const scanner = new Scanner(source.text, source.base);
    const reader = new OperandReader(scanner, assembly.expressions);
    const end = source.text.length;
    const counter = isFile && this.#hasOwnLines ? new LineCounter(source) : undefined;
    while (scanner.pos < end && this.isLeaving === undefined) {
      const code = scanner.peek();
      if (code === CHAR.newline || code === CHAR.semicolon) scanner.pos++;
      else if (code === CHAR.hash) scanner.skipLine();
      else if (scanner.pos < end) {
        if (counter !== undefined) assembly.ownLine = { file: source.file, line: counter.lineAt(scanner.pos) };
        const start = this.listing && assembly.section.here();
        this.#statement(scanner, reader, source);
        if (start !== undefined && isFile && this.#fileDepth === 1) this.#list(start);
      }
      if (assembly.diagnostics.length >= MAX_ERRORS) this.isLeaving = 'all';
    }
    assembly.ownLine = outer;
    this.#depth--;
  }

  #list(start: Place): void {
    const { section, ownLine } = this.assembly;
    // A statement that changes the section puts nothing into either.
    if (section !== start.section || ownLine === undefined) return;
    const end = section.here();
    const isEmpty = end.offset === start.offset && end.fragment === start.fragment;
    if (!isEmpty) this.listing!.push({ line: ownLine.line, start, end });
  }

  get #isSkipping(): boolean {
    const { length } = this.conditionals;
    return length > 0 && !this.conditionals[length - 1]!.isActive;
  }

  #statement(scanner: Scanner, reader: OperandReader, source: SourceText): void {
    const { assembly } = this;
    const start = scanner.pos;
    assembly.position = scanner.base + start;
    const first = scanner.text.charCodeAt(start);
    if (isDigit(first)) {
      this.#numericLabel(scanner, start);
      return;
    }
    const name = scanner.symbolName();
    if (name === '') {
      if (!this.#isSkipping) {
        this.error(scanner, start, start + 1, 'ASM001', `a statement cannot begin with "${scanner.text[start]}"`);
      }
      scanner.skipStatement();
      return;
    }
    if (this.#isSkipping) {
      const control = CONDITIONALS.get(name.toLowerCase());
      if (control === undefined) scanner.skipStatement();
      else control(this, scanner, source, start);
      return;
    }
    const errorsBefore = assembly.diagnostics.length;
    const next = scanner.peek();
    if (next === CHAR.colon) {
      scanner.pos++;
      assembly.defineLabel(
        assembly.symbols.get(name, scanner.base + start),
        scanner.base + start,
        scanner.base + start + name.length,
      );
      return;
    }
    if (next === CHAR.equals && !FORMS.has(name)) {
      scanner.pos++;
      if (scanner.text.charCodeAt(scanner.pos) === CHAR.equals) scanner.pos++;
      assign(assembly, scanner, name, start, false);
    } else this.#operation(name, scanner, reader, source, start);
    if (!scanner.atStatementEnd()) {
      if (assembly.diagnostics.length === errorsBefore) {
        this.error(scanner, scanner.pos, scanner.wordEnd(), 'ASM001', 'the statement should end here');
      }
      scanner.skipStatement();
    }
  }

  #operation(name: string, scanner: Scanner, reader: OperandReader, source: SourceText, start: number): void {
    const { assembly } = this;
    const macro = this.macros.size > 0 ? this.macros.get(name.toLowerCase()) : undefined;
    if (macro !== undefined) {
      this.#expand(macro, scanner, start);
      return;
    }
    if (name.charCodeAt(0) === 46 /* . */) {
      this.#directive(name, scanner, reader, source, start);
      return;
    }
    const forms = FORMS.get(name);
    const pseudo = PSEUDO.get(name);
    reader.failure = undefined;
    const from = scanner.pos;
    if (forms?.[0]?.isCompressed && !assembly.options.compressed) {
      const hint = '.option rvc allows them again';
      this.error(
        scanner,
        start,
        start + name.length,
        'ASM002',
        `${name} is a compressed instruction, which .option norvc forbids`,
        hint,
      );
      scanner.skipStatement();
      return;
    }
    if (forms !== undefined || pseudo !== undefined) {
      if (this.#pseudoInstruction(pseudo?.filter(isPreferred), scanner, reader, from)) return;
      for (const form of forms ?? []) {
        if (form.read(reader)) {
          form.emit(reader, this.assembly);
          return;
        }
        scanner.pos = from;
      }
      if (this.#pseudoInstruction(pseudo, scanner, reader, from)) return;
      this.#reportOperands(name, [...(forms ?? []), ...(pseudo ?? [])], scanner, reader);
      return;
    }
    const command = this.#commands.get(name);
    if (command !== undefined) {
      if (!assembleCommand(command, reader, this.assembly)) this.#reportOperands(name, [], scanner, reader);
      return;
    }
    const lower = name.toLowerCase();
    if (lower !== name && (FORMS.has(lower) || PSEUDO.has(lower) || this.#commands.has(lower))) {
      this.#operation(lower, scanner, reader, source, start);
      return;
    }
    this.#unknownMnemonic(name, scanner, start);
  }

  #pseudoInstruction(
    candidates: readonly PseudoInstruction[] | undefined,
    scanner: Scanner,
    reader: OperandReader,
    from: number,
  ): boolean {
    for (const one of candidates ?? []) {
      if (one.read(reader, this.assembly)) {
        one.emit(reader, this.assembly);
        return true;
      }
      scanner.pos = from;
    }
    return false;
  }

  #reportOperands(
    name: string,
    forms: readonly { readonly operands: readonly string[] }[],
    scanner: Scanner,
    reader: OperandReader,
  ): void {
    const { start, end, message, hint, code } = reader.failure!;
    const legal = forms.map(({ operands }) => `${name} ${operands.join(', ')}`.trim());
    const usage = forms.length > 0 ? `legal: ${[...new Set(legal)].join(' | ')}` : undefined;
    const hints = [typeof hint === 'function' ? hint() : hint, usage].filter((text) => text !== undefined).join('; ');
    this.error(scanner, start, end, code, message, hints === '' ? undefined : hints);
  }

  #unknownMnemonic(name: string, scanner: Scanner, start: number): void {
    const known = [...FORMS.keys(), ...PSEUDO.keys(), ...this.#commands.keys(), ...this.macros.keys()];
    const near = C_LIBRARY_NAMES.get(name) ?? didYouMean(name, known);
    this.error(
      scanner,
      start,
      start + name.length,
      'ASM002',
      `unknown instruction or macro "${name}"`,
      near === undefined ? undefined : `did you mean "${near}"?`,
    );
    scanner.skipStatement();
  }

  #directive(name: string, scanner: Scanner, reader: OperandReader, source: SourceText, start: number): void {
    const key = DIRECTIVES.has(name) ? name : name.toLowerCase();
    const directive = DIRECTIVES.get(key);
    if (directive !== undefined) {
      directive(this.assembly, scanner);
      return;
    }
    const control = CONDITIONALS.get(key) ?? CONTROLS.get(key);
    if (control !== undefined) {
      control(this, scanner, source, start);
      return;
    }
    if (key === '.insn') {
      reader.failure = undefined;
      if (!insn(reader, this.assembly)) this.#reportOperands(name, [], scanner, reader);
      return;
    }
    const near = didYouMean(key, [...DIRECTIVES.keys(), ...CONTROLS.keys(), ...CONDITIONALS.keys()]);
    const hint = near === undefined ? undefined : `did you mean "${near}"?`;
    this.error(scanner, start, start + name.length, 'ASM002', `unknown directive "${name}"`, hint);
    scanner.skipStatement();
  }

  #numericLabel(scanner: Scanner, start: number): void {
    const [digits] = /^\d+/.exec(scanner.text.slice(start, start + 20))!;
    scanner.pos = start + digits.length;
    if (scanner.accept(CHAR.colon)) {
      if (this.#isSkipping) return;
      const symbol = this.assembly.symbols.defineNumeric(Number(digits));
      this.assembly.defineLabel(symbol, scanner.base + start, scanner.base + scanner.pos);
      return;
    }
    if (!this.#isSkipping) {
      this.error(
        scanner,
        start,
        scanner.pos,
        'ASM001',
        'a number begins a statement only as a label',
        `write "${digits}:"`,
      );
    }
    scanner.skipStatement();
  }

  error(scanner: Scanner, start: number, end: number, code: AssemblerErrorCode, message: string, hint?: string): void {
    this.assembly.error(code, scanner.base + start, scanner.base + end, message, hint);
  }

  #problem(scanner: Scanner, start: number, { message, hint }: MacroProblem): void {
    this.error(scanner, start, scanner.pos, 'ASM014', message, hint);
  }

  #expand(macro: Macro, scanner: Scanner, start: number): void {
    const text = scanner.restOfStatement();
    const bound = bindArguments(macro, text);
    if (!(bound instanceof Map)) {
      this.#problem(scanner, start, bound);
      return;
    }
    this.macroDepth++;
    this.runExpansion(
      substitute(macro.body, bound, this.#expansions++),
      macro.file,
      macro.firstLine,
      scanner.base + start,
    );
    this.macroDepth--;
    if (this.isLeaving === 'macro') this.isLeaving = undefined;
  }

  runExpansion(text: string, file: string, firstLine: number, from: number): void {
    if (++this.#expansionCount > MAX_EXPANSIONS) {
      this.assembly.error('ASM013', from, from + 1, `macros and loops expand more than ${MAX_EXPANSIONS} times`);
      this.isLeaving = 'all';
      return;
    }
    const open = this.conditionals.length;
    this.run(this.assembly.sources.add(file, text, firstLine, from));
    this.conditionals.length = Math.min(this.conditionals.length, Math.max(open, 0));
  }

  /** The lines of a body that a directive of this statement opens. */
  body(
    scanner: Scanner,
    source: SourceText,
    start: number,
    closer: '.endm' | '.endr',
  ): { text: string; firstLine: number } | undefined {
    scanner.skipLine();
    const bodyStart = scanner.pos + 1;
    const found = findBodyEnd(scanner.text, bodyStart, closer);
    if (found === undefined) {
      this.error(scanner, start, start + 5, 'ASM012', `this body is not closed by ${closer}`);
      scanner.pos = scanner.text.length;
      return undefined;
    }
    scanner.pos = found.next;
    const firstLine = source.firstLine + countNewlines(scanner.text, bodyStart);
    return { text: scanner.text.slice(bodyStart, found.end), firstLine };
  }

  defineMacro(scanner: Scanner, source: SourceText, start: number): void {
    const name = scanner.name();
    scanner.accept(CHAR.comma);
    const headerEnd = scanner.restOfStatement();
    const parameters = parseParameters(headerEnd);
    const body = this.body(scanner, source, start, '.endm');
    if (body === undefined) return;
    if (!Array.isArray(parameters)) {
      this.#problem(scanner, start, parameters);
      return;
    }
    if (name === '') {
      this.error(scanner, start, start + 6, 'ASM014', 'a macro needs a name');
      return;
    }
    if (this.macros.has(name.toLowerCase())) {
      this.error(scanner, start, start + 6, 'ASM014', `macro "${name}" is defined already`, '.purgem removes a macro');
      return;
    }
    const { text, firstLine } = body;
    this.macros.set(name.toLowerCase(), { name, parameters, body: text, file: source.file, firstLine });
  }

  repeat(scanner: Scanner, source: SourceText, start: number): void {
    const count = absoluteExpression(this.assembly, scanner);
    const body = this.body(scanner, source, start, '.endr');
    if (body === undefined || count === undefined) return;
    if (count < 0 || count > MAX_REPEATS) {
      this.error(scanner, start, start + 5, 'ASM014', `.rept takes 0 to ${MAX_REPEATS} repetitions, found ${count}`);
      return;
    }
    for (let i = 0; i < count && this.isLeaving === undefined; i++) {
      this.runExpansion(body.text.replaceAll('\\+', String(i)), source.file, body.firstLine, scanner.base + start);
    }
  }

  /** `.irp symbol, values…` and `.irpc symbol, characters`. */
  iterate(scanner: Scanner, source: SourceText, start: number, isByCharacter: boolean): void {
    const name = scanner.name();
    scanner.accept(CHAR.comma);
    const list = scanner.restOfStatement();
    const body = this.body(scanner, source, start, '.endr');
    if (body === undefined) return;
    const values = isByCharacter ? [...list.replace(/^"(.*)"$/, '$1')] : splitArguments(list);
    for (const value of values.length === 0 ? [''] : values) {
      if (this.isLeaving !== undefined) break;
      const text = substitute(body.text, new Map([[name, value.replace(/^"(.*)"$/, '$1')]]), this.#expansions);
      this.runExpansion(text, source.file, body.firstLine, scanner.base + start);
    }
  }

  include(scanner: Scanner, source: SourceText, start: number, isBinary: boolean): void {
    const path = scanner.peek() === CHAR.quote ? scanner.string() : undefined;
    if (typeof path !== 'string') {
      this.error(scanner, start, scanner.wordEnd(), 'ASM015', 'a file name in double quotes belongs here');
      return;
    }
    const contents = this.#readFile(path, source.file);
    if (contents === undefined) {
      this.error(
        scanner,
        start,
        scanner.pos,
        'ASM015',
        `cannot read "${path}"`,
        'paths start at the folder of the including file',
      );
      return;
    }
    if (isBinary) {
      this.assembly.beginData();
      this.assembly.section.append(contents);
    } else this.file(includedName(source.file, path), new TextDecoder().decode(contents), scanner.base + start);
  }

  beginIf(scanner: Scanner, start: number, holds: () => boolean | undefined): void {
    const isSkipped = this.#isSkipping;
    const isActive = !isSkipped && (holds() ?? false);
    this.conditionals.push({ start: scanner.base + start, isActive, isDone: isSkipped || isActive, hasElse: false });
    if (isSkipped) scanner.skipStatement();
  }

  otherwise(scanner: Scanner, start: number, name: string, holds: () => boolean | undefined): void {
    const conditional = this.conditionals.at(-1);
    if (conditional === undefined || conditional.hasElse) {
      this.error(scanner, start, start + name.length, 'ASM012', `${name} without .if`);
      scanner.skipStatement();
      return;
    }
    conditional.hasElse = name === '.else';
    conditional.isActive = !conditional.isDone && (holds() ?? false);
    if (conditional.isDone) scanner.skipStatement();
    conditional.isDone ||= conditional.isActive;
  }

  endIf(scanner: Scanner, start: number): void {
    if (this.conditionals.pop() === undefined) this.error(scanner, start, start + 6, 'ASM012', '.endif without .if');
  }
}

/** Line numbers of positions that only grow. */
class LineCounter {
  readonly #text: string;
  #line: number;
  #next: number;

  constructor({ text, firstLine }: SourceText) {
    this.#text = text;
    this.#line = firstLine;
    this.#next = text.indexOf('\n');
  }

  lineAt(pos: number): number {
    while (this.#next >= 0 && this.#next < pos) {
      this.#line++;
      this.#next = this.#text.indexOf('\n', this.#next + 1);
    }
    return this.#line;
  }
}

const MAX_REPEATS = 1_000_000;
/** Expansions of all macros and loops together, a bound on what a slip can cost. */
const MAX_EXPANSIONS = 4_000_000;

/** Sequences that replace a single instruction where GNU as prefers them. */
const isPreferred = ({ operands }: PseudoInstruction): boolean => operands.length === 0;

function countNewlines(text: string, end: number): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

/** What the public C library calls commands by another name. */
const C_LIBRARY_NAMES: ReadonlyMap<string, string> = new Map([
  ['config_ld', 'config_mvin'],
  ['config_st', 'config_mvout'],
]);
