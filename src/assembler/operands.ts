/**
 * Readers of instruction operands, one for each kind that the tables of src/isa name. A reader puts registers into the
 * instruction word at once and leaves at most one expression for the form that asked.
 */
import { RELOCATIONS } from '../elf/relocations.ts';
import { type InstructionField, insertField } from '../isa/bit-pattern.ts';
import { csrByName } from '../isa/csrs.ts';
import { foreignCsrByName } from '../isa/foreign-csrs.ts';
import {
  FENCE_LETTERS,
  FLOAT_REGISTERS,
  floatRegisterByName,
  INTEGER_REGISTERS,
  integerRegisterByName,
  ROUNDING_MODES,
} from '../isa/registers.ts';
import { didYouMean } from '../support/diagnostics.ts';
import type { AssemblerErrorCode } from './errors.ts';
import type { Expression, ExpressionParser } from './expression.ts';
import { CHAR, isDigit, isNameStart, type Scanner } from './scanner.ts';

/** Relocation operators (`%hi(…)`) and the relocation each makes in the formats it is legal in. */
const RELOCATION_OPERATORS: Readonly<
  Record<string, { readonly hi?: number; readonly i?: number; readonly s?: number }>
> = {
  hi: { hi: RELOCATIONS.hi20 },
  lo: { i: RELOCATIONS.lo12I, s: RELOCATIONS.lo12S },
  pcrel_hi: { hi: RELOCATIONS.pcrelHi20 },
  pcrel_lo: { i: RELOCATIONS.pcrelLo12I, s: RELOCATIONS.pcrelLo12S },
  got_pcrel_hi: { hi: RELOCATIONS.gotHi20 },
  tprel_hi: { hi: RELOCATIONS.tprelHi20 },
  tprel_lo: { i: RELOCATIONS.tprelLo12I, s: RELOCATIONS.tprelLo12S },
  tls_ie_pcrel_hi: { hi: RELOCATIONS.tlsGotHi20 },
  tls_gd_pcrel_hi: { hi: RELOCATIONS.tlsGdHi20 },
};

/** Why an operand was refused. Of several forms of a mnemonic, the one that got furthest explains. */
export interface OperandFailure {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** Computed only for the failure that is reported. */
  readonly hint?: string | (() => string) | undefined;
  readonly code: AssemblerErrorCode;
}

export class OperandReader {
  readonly scanner: Scanner;
  readonly #expressions: ExpressionParser;
  /** Instruction word with the registers read so far. */
  word = 0;
  /** The expression of the instruction, its place in the text, and the relocation its operator asks for. */
  expression: Expression | undefined;
  expressionStart = 0;
  expressionEnd = 0;
  relocation = RELOCATIONS.none as number;
  failure: OperandFailure | undefined;

  constructor(scanner: Scanner, expressions: ExpressionParser) {
    this.scanner = scanner;
    this.#expressions = expressions;
  }

  /** Starts on the operands of a form. */
  begin(word: number): void {
    this.word = word;
    this.expression = undefined;
    this.relocation = RELOCATIONS.none;
  }

  fail(
    start: number,
    end: number,
    message: string,
    hint?: string | (() => string),
    code: AssemblerErrorCode = 'ASM003',
  ): false {
    if (this.failure === undefined || start >= this.failure.start) this.failure = { start, end, message, hint, code };
    return false;
  }

  /** An integer register at bit `lsb`. */
  integerRegister(lsb: number): boolean {
    return this.#register(lsb, integerRegisterByName, 'an integer register', INTEGER_REGISTERS);
  }

  floatRegister(lsb: number): boolean {
    return this.#register(lsb, floatRegisterByName, 'a floating-point register', FLOAT_REGISTERS);
  }

  /** One of x8–x15 (f8–f15) in a 3-bit field. */
  compressedRegister(lsb: number, isFloat: boolean): boolean {
    const { scanner } = this;
    scanner.peek();
    const start = scanner.pos;
    const number = (isFloat ? floatRegisterByName : integerRegisterByName).get(scanner.name());
    if (number === undefined || number < 8 || number > 15) {
      const names = (isFloat ? FLOAT_REGISTERS : INTEGER_REGISTERS).slice(8, 16).join(' ');
      return this.fail(start, scanner.wordEnd(), `one of ${names} belongs here`);
    }
    this.word |= (number - 8) << lsb;
    return true;
  }

  #register(lsb: number, numbers: ReadonlyMap<string, number>, what: string, names: readonly string[]): boolean {
    const { scanner } = this;
    const code = scanner.peek();
    const start = scanner.pos;
    const name = scanner.name();
    const number = numbers.get(name);
    if (number !== undefined) {
      this.word |= number << lsb;
      return true;
    }
    const found = name !== '' ? `"${name}"` : scanner.atStatementEnd() ? 'the end of the statement' : undefined;
    const end = name === '' ? Math.max(start + 1, scanner.wordEnd()) : scanner.pos;
    return this.fail(start, end, `${what} belongs here, found ${found ?? `"${String.fromCharCode(code)}"`}`, () => {
      const near = name === '' ? undefined : didYouMean(name, names);
      return near === undefined
        ? `registers are ${names[0]}, ${names[1]}, … ${names.at(-1)}`
        : `did you mean "${near}"?`;
    });
  }

  /** `(rs1)`, the register at bit 15. */
  baseRegister(): boolean {
    const { scanner } = this;
    if (!scanner.accept(CHAR.open)) {
      return this.fail(scanner.pos, scanner.wordEnd(), 'a base register in parentheses belongs here, as in 8(sp)');
    }
    return this.integerRegister(15) && this.close();
  }

  close(): boolean {
    const { scanner } = this;
    return scanner.accept(CHAR.close) || this.fail(scanner.pos, scanner.wordEnd(), 'a ")" belongs here');
  }

  /** An expression, with a relocation operator that is legal in this format before it perhaps. */
  readExpression(format?: 'hi' | 'i' | 's'): boolean {
    const { scanner } = this;
    const code = scanner.peek();
    this.expressionStart = scanner.pos;
    if (code === CHAR.percent && format !== undefined) return this.#relocationOperator(format);
    this.expression = this.#expressions.parse(scanner);
    this.expressionEnd = scanner.pos;
    if (this.expression !== undefined) return true;
    const { start, end, message, hint } = this.#expressions.failure;
    return this.fail(start, end, message, hint);
  }

  #relocationOperator(format: 'hi' | 'i' | 's'): boolean {
    const { scanner } = this;
    const start = scanner.pos++;
    const name = scanner.name();
    const relocation = RELOCATION_OPERATORS[name]?.[format];
    if (relocation === undefined) {
      const legal = Object.entries(RELOCATION_OPERATORS).filter(([, types]) => types[format] !== undefined);
      const list = legal.map(([operator]) => `%${operator}`).join(' ');
      return this.fail(start, scanner.pos, `%${name} is not legal here`, `legal here: ${list}`);
    }
    if (scanner.peek() !== CHAR.open) return this.fail(scanner.pos, scanner.wordEnd(), 'a "(" belongs here');
    scanner.pos++;
    this.expression = this.#expressions.parse(scanner);
    if (this.expression === undefined) {
      const { start: from, end, message, hint } = this.#expressions.failure;
      return this.fail(from, end, message, hint);
    }
    this.relocation = relocation;
    if (!this.close()) return false;
    this.expressionEnd = scanner.pos;
    return true;
  }

  /** The operand as a number from `min` to `max`. */
  constant(what: string, min: number, max: number): number | undefined {
    if (!this.readExpression()) return undefined;
    const { expression } = this;
    this.expression = undefined;
    if (expression?.kind !== 'constant') {
      this.fail(this.expressionStart, this.expressionEnd, `${what} must be a number known here`);
      return undefined;
    }
    if (expression.value < min || expression.value > max) {
      this.fail(
        this.expressionStart,
        this.expressionEnd,
        `${what} is ${expression.value}, but must be from ${min} to ${max}`,
        undefined,
        'ASM004',
      );
      return undefined;
    }
    return Number(expression.value);
  }

  /** A number from `min` to `max` that goes into `field`. */
  number(field: InstructionField, what: string, min: number, max: number): boolean {
    const value = this.constant(what, min, max);
    if (value === undefined) return false;
    this.word |= insertField(field, value);
    return true;
  }

  csr(): boolean {
    const { scanner } = this;
    const code = scanner.peek();
    if (!isNameStart(code)) {
      const value = this.constant('a CSR number', 0, 0xfff);
      if (value === undefined) return false;
      this.word |= value << 20;
      return true;
    }
    const start = scanner.pos;
    const name = scanner.name();
    const number = (csrByName.get(name) ?? foreignCsrByName.get(name))?.number ?? FORMER_CSR_NAMES[name];
    if (number !== undefined) {
      this.word |= number << 20;
      return true;
    }
    scanner.pos = start;
    const value = this.constant('a CSR', 0, 0xfff);
    if (value !== undefined) {
      this.word |= value << 20;
      return true;
    }
    const near = didYouMean(name, csrByName.keys());
    this.failure = undefined;
    return this.fail(
      start,
      start + name.length,
      `unknown CSR "${name}"`,
      near === undefined ? 'a CSR is a name such as mstatus, or a number from 0 to 0xfff' : `did you mean "${near}"?`,
    );
  }

  /** A rounding mode; its bits are xored in, so that a form can preset the default. */
  roundingMode(preset: number): boolean {
    const { scanner } = this;
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.name();
    const mode = ROUNDING_MODES.findIndex((one) => one !== undefined && one === name);
    if (mode < 0) {
      const legal = ROUNDING_MODES.filter((one) => one !== undefined).join(' ');
      return this.fail(start, scanner.wordEnd(), `"${name}" is not a rounding mode`, `rounding modes are ${legal}`);
    }
    this.word ^= (mode ^ preset) << 12;
    return true;
  }

  /** Predecessor or successor set of a fence. */
  fenceSet(lsb: number): boolean {
    const { scanner } = this;
    const code = scanner.peek();
    const start = scanner.pos;
    if (isDigit(code)) {
      const value = this.constant('the set', 0, 15);
      if (value === undefined) return false;
      this.word |= value << lsb;
      return true;
    }
    const name = scanner.name();
    let set = 0;
    let last = -1;
    for (const letter of name) {
      const index = FENCE_LETTERS.indexOf(letter as (typeof FENCE_LETTERS)[number]);
      if (index <= last)
        return this.fail(start, scanner.pos, `"${name}" is not a set`, 'a set is some of iorw in this order');
      last = index;
      set |= 8 >> index;
    }
    if (set === 0) return this.fail(start, scanner.wordEnd(), 'a set of memory accesses belongs here', 'some of iorw');
    this.word |= set << lsb;
    return true;
  }
}

/** Names that older specifications gave to CSRs. */
const FORMER_CSR_NAMES: Readonly<Record<string, number>> = { sptbr: 0x180, sbadaddr: 0x143, mbadaddr: 0x343 };
