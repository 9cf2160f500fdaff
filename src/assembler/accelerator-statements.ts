/**
 * Accelerator commands in assembler text.
 *
 * `mvin a0, a1` names the two registers that hold the packed operands: one instruction. Otherwise an operand is described
 * in words, and the assembler packs it and loads it into a temporary register first: t5 for rs1, t6 for rs2, unless
 * `tmp1=` or `tmp2=` names another one. The rules:
 *   mvin a0, acc(16), rows=16, cols=16    a register stands for a whole operand (here rs1); a local address for the
 *                                         address field of the next operand; name=value for any field
 *   config_ex dataflow=ws, a_transpose    values may be names; a flag may stand alone; the rest have their defaults
 *   config_mvin stride=64, scale=0.5      scales are decimal numbers, or raw bits in hexadecimal
 *   loop_ws.config_addrs_ab a=s0, b=tile  a field of 64 bits may be a register, or a symbol whose address is loaded
 *   counter a0, index=2                   a command with a result names its destination first
 * An operand whose value is 0 needs no temporary: the command gets x0.
 */
import { type CommandDef, commandsOf, encodeCommand, type IsaRevision } from '../isa/accelerator.ts';
import { type OperandField, operandFieldFits, packOperand } from '../isa/accelerator-fields.ts';
import {
  GARBAGE_ADDRESS,
  LOCAL_ADDRESS,
  LOCAL_ADDRESS_FUNCTIONS,
  LOCAL_ADDRESS_ROWS,
  type LocalAddressFunction,
  NORM_COMMANDS,
  type NormCommand,
} from '../isa/local-address.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import { didYouMean } from '../support/diagnostics.ts';
import { toInt64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import type { Expression } from './expression.ts';
import type { OperandReader } from './operands.ts';
import { loadAddressInto, loadImmediateInto } from './pseudo.ts';
import { CHAR, isNameStart, type Scanner } from './scanner.ts';

const TEMPORARIES = { rs1: 30, rs2: 31 } as const;
type OperandName = keyof typeof TEMPORARIES;
const OPERAND_NAMES = ['rs1', 'rs2'] as const;

/** What one operand has been given so far. */
interface OperandWords {
  readonly fields: readonly OperandField[];
  register: number | undefined;
  /** Address to load, for a 64-bit field set to a symbol. */
  address: Expression | undefined;
  readonly values: Map<string, bigint>;
  temporary: number;
}

/** Funct 0 with two plain registers: which configuration it is stands in rs1. */
const CONFIG: CommandDef = { name: 'config', funct: 0, rs1: [], rs2: [], support: 'both', summary: '' };

export const acceleratorMnemonics = (revision: IsaRevision): ReadonlyMap<string, CommandDef> =>
  new Map<string, CommandDef>([...commandsOf(revision), CONFIG].map((command) => [command.name, command]));

/** Reads the operands of `command` and emits it. False after a failure, which the reader holds. */
export function assembleCommand(command: CommandDef, reader: OperandReader, assembly: Assembly): boolean {
  const statement = new CommandStatement(command, reader, assembly);
  return statement.read() && statement.emit();
}

class CommandStatement {
  readonly #command: CommandDef;
  readonly #reader: OperandReader;
  readonly #scanner: Scanner;
  readonly #assembly: Assembly;
  readonly #operands: Readonly<Record<OperandName, OperandWords>>;
  #rd: number | undefined;

  constructor(command: CommandDef, reader: OperandReader, assembly: Assembly) {
    this.#command = command;
    this.#reader = reader;
    this.#scanner = reader.scanner;
    this.#assembly = assembly;
    const words = (name: OperandName): OperandWords => ({
      fields: command[name],
      register: undefined,
      address: undefined,
      values: new Map(),
      temporary: TEMPORARIES[name],
    });
    this.#operands = { rs1: words('rs1'), rs2: words('rs2') };
  }

  read(): boolean {
    const scanner = this.#scanner;
    if (scanner.atStatementEnd()) return true;
    do {
      if (!this.#item()) return false;
    } while (scanner.accept(CHAR.comma));
    return (
      scanner.atStatementEnd() ||
      this.#fail(scanner.pos, scanner.wordEnd(), 'a comma or the end of the statement belongs here')
    );
  }

  #fail(start: number, end: number, message: string, hint?: string): false {
    return this.#reader.fail(start, end, message, hint, 'ASM006');
  }

  /** A register, a local address, a flag, or name=value. */
  #item(): boolean {
    const scanner = this.#scanner;
    const code = scanner.peek();
    const start = scanner.pos;
    if (!isNameStart(code)) {
      return this.#fail(
        start,
        scanner.wordEnd(),
        'a register, a local address or name=value belongs here',
        this.#legal(),
      );
    }
    const name = scanner.name();
    if (scanner.peek() === CHAR.equals) {
      scanner.pos++;
      return this.#assignment(name, start);
    }
    // "sp" alone is the stack pointer, "sp(0)" a scratchpad row.
    if (name === 'garbage' || (name in LOCAL_ADDRESS_FUNCTIONS && scanner.peek() === CHAR.open)) {
      scanner.pos = start;
      return this.#positionalLocal(start);
    }
    const register = integerRegisterByName.get(name);
    if (register !== undefined) return this.#positionalRegister(register, start);
    const [operand, field] = this.#find(name) ?? [];
    if (field?.kind === 'flag') {
      operand!.values.set(name, 1n);
      return true;
    }
    if (field !== undefined) return this.#fail(start, scanner.pos, `${name} needs a value: ${name}=…`);
    return this.#unknownField(name, start);
  }

  #positionalRegister(register: number, start: number): boolean {
    const { rs1, rs2 } = this.#operands;
    if (this.#command.hasResult && this.#rd === undefined) this.#rd = register;
    else if (!isTouched(rs1)) rs1.register = register;
    else if (!isTouched(rs2)) rs2.register = register;
    else return this.#fail(start, this.#scanner.pos, 'both operands of the command are given already');
    return true;
  }

  #positionalLocal(start: number): boolean {
    const value = this.#local();
    if (value === undefined) return false;
    for (const name of OPERAND_NAMES) {
      const operand = this.#operands[name];
      const field = operand.fields.find(({ kind }) => kind === 'local');
      if (field === undefined || operand.register !== undefined || operand.values.has(field.name)) continue;
      operand.values.set(field.name, value);
      return true;
    }
    return this.#fail(
      start,
      this.#scanner.pos,
      `${this.#command.name} has no place for another local address`,
      this.#legal(),
    );
  }

  #find(name: string): [OperandWords, OperandField] | undefined {
    for (const operand of Object.values(this.#operands)) {
      const field = operand.fields.find((one) => one.name === name && one.fixed === undefined);
      if (field !== undefined) return [operand, field];
    }
    return undefined;
  }

  #fieldNames(): string[] {
    return OPERAND_NAMES.flatMap((name) => this.#command[name])
      .filter(({ fixed }) => fixed === undefined)
      .map(({ name }) => name);
  }

  #legal(): string {
    const names = this.#fieldNames();
    return names.length === 0
      ? `${this.#command.name} has no fields`
      : `fields of ${this.#command.name}: ${names.join(', ')}`;
  }

  #unknownField(name: string, start: number): boolean {
    const near = didYouMean(name, this.#fieldNames());
    const hint = near === undefined ? this.#legal() : `did you mean "${near}"?`;
    return this.#fail(start, start + name.length, `${this.#command.name} has no field "${name}"`, hint);
  }

  #assignment(name: string, start: number): boolean {
    if (name === 'tmp1' || name === 'tmp2') {
      this.#reader.begin(0);
      if (!this.#reader.integerRegister(0)) return false;
      this.#operands[name === 'tmp1' ? 'rs1' : 'rs2'].temporary = this.#reader.word;
      return true;
    }
    const [operand, field] = this.#find(name) ?? [];
    if (operand === undefined || field === undefined) return this.#unknownField(name, start);
    if (operand.register !== undefined) {
      return this.#fail(start, start + name.length, `${name} is part of an operand that is given as a register`);
    }
    if (operand.values.has(name)) return this.#fail(start, start + name.length, `${name} is given twice`);
    return field.width === 64 ? this.#wholeOperand(operand, field) : this.#fieldValue(operand, field);
  }

  /** A field of all 64 bits: a register, a symbol, or a number. */
  #wholeOperand(operand: OperandWords, field: OperandField): boolean {
    const scanner = this.#scanner;
    scanner.peek();
    const start = scanner.pos;
    const register = integerRegisterByName.get(scanner.name());
    if (register !== undefined) {
      operand.register = register;
      return true;
    }
    scanner.pos = start;
    if (!this.#reader.readExpression()) return false;
    const expression = this.#reader.expression!;
    const value = this.#assembly.absolute(expression);
    if (value === undefined) operand.address = expression;
    else operand.values.set(field.name, BigInt.asUintN(64, BigInt(value)));
    return true;
  }

  #fieldValue(operand: OperandWords, field: OperandField): boolean {
    const scanner = this.#scanner;
    scanner.peek();
    const start = scanner.pos;
    const value = this.#value(field);
    if (value === undefined) return false;
    if (!operandFieldFits(field, value)) {
      const [min, max] =
        field.kind === 'signed'
          ? [-(2n ** BigInt(field.width - 1)), 2n ** BigInt(field.width - 1) - 1n]
          : [0n, 2n ** BigInt(field.width) - 1n];
      const range = `the field holds ${min} to ${max}`;
      return this.#fail(
        start,
        scanner.pos,
        `${field.name} is ${value}, but ${range}`,
        `${field.name}: ${field.summary}`,
      );
    }
    operand.values.set(field.name, value);
    return true;
  }

  #value(field: OperandField): bigint | undefined {
    const scanner = this.#scanner;
    const start = scanner.pos;
    if (field.kind === 'local') return this.#local();
    if (field.kind === 'float32') return this.#float();
    if (field.values !== undefined && isNameStart(scanner.peek())) {
      const name = scanner.name();
      const value = field.values[name];
      if (value !== undefined) return BigInt(value);
      const near = didYouMean(name, Object.keys(field.values));
      if (this.#assembly.symbols.find(name) === undefined) {
        const legal = Object.keys(field.values).join(', ');
        this.#fail(
          start,
          scanner.pos,
          `${field.name} is "${name}", must be one of ${legal}`,
          near && `did you mean "${near}"?`,
        );
        return undefined;
      }
      scanner.pos = start;
    }
    if (!this.#reader.readExpression()) return undefined;
    const value = this.#assembly.absolute(this.#reader.expression!);
    if (value !== undefined) return BigInt(value);
    const names = Object.keys(field.values ?? {});
    const hint =
      names.length > 0
        ? `${field.name} is one of ${names.join(', ')}`
        : 'a value from a register needs the two-register form';
    this.#fail(start, scanner.pos, `${field.name} must be a number known here`, hint);
    return undefined;
  }

  /** Bits of a binary32 number: `0.5`, `-2e-3`, or raw as 0x3f000000. */
  #float(): bigint | undefined {
    const scanner = this.#scanner;
    const pattern = /(0x[0-9a-f]+)|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy;
    pattern.lastIndex = scanner.pos;
    const [text, raw] = pattern.exec(scanner.text) ?? [];
    if (text === undefined) {
      this.#fail(scanner.pos, scanner.wordEnd(), 'a scale belongs here', 'write 0.5, or its bits as 0x3f000000');
      return undefined;
    }
    scanner.pos += text.length;
    if (raw !== undefined) return BigInt(raw);
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, Number(text));
    return BigInt(view.getUint32(0));
  }

  /** `sp(row)`, `acc(row[, norm])`, `acc_add(row)`, `acc_full(row)`, `garbage`, or a number. */
  #local(): bigint | undefined {
    const scanner = this.#scanner;
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.name();
    if (name === 'garbage') return BigInt(GARBAGE_ADDRESS);
    if (!(name in LOCAL_ADDRESS_FUNCTIONS)) {
      scanner.pos = start;
      if (!this.#reader.readExpression()) return undefined;
      const value = this.#assembly.absolute(this.#reader.expression!);
      if (value !== undefined) return BigInt.asUintN(64, BigInt(value));
      this.#fail(
        start,
        scanner.pos,
        'a local address belongs here',
        'write sp(row), acc(row), acc_add(row), acc_full(row) or garbage',
      );
      return undefined;
    }
    if (!scanner.accept(CHAR.open)) {
      this.#fail(scanner.pos, scanner.wordEnd(), `a row in parentheses belongs here, as in ${name}(16)`);
      return undefined;
    }
    const row = this.#row();
    if (row === undefined) return undefined;
    const norm = scanner.accept(CHAR.comma) ? this.#norm() : 0;
    if (norm === undefined || !this.#reader.close()) return undefined;
    return BigInt(LOCAL_ADDRESS_FUNCTIONS[name as LocalAddressFunction].base + norm + row);
  }

  #row(): number | undefined {
    const start = this.#scanner.pos;
    if (!this.#reader.readExpression()) return undefined;
    const row = this.#assembly.absolute(this.#reader.expression!);
    if (row !== undefined && row >= 0 && row < LOCAL_ADDRESS_ROWS) return Number(row);
    this.#fail(start, this.#scanner.pos, `a row must be a number from 0 to ${LOCAL_ADDRESS_ROWS - 1}`);
    return undefined;
  }

  #norm(): number | undefined {
    const scanner = this.#scanner;
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.name();
    if (name in NORM_COMMANDS) return NORM_COMMANDS[name as NormCommand] * 2 ** LOCAL_ADDRESS.norm.lsb;
    const legal = Object.keys(NORM_COMMANDS).join(', ');
    this.#fail(start, scanner.wordEnd(), `"${name}" is not a normalisation command`, `legal: ${legal}`);
    return undefined;
  }

  emit(): boolean {
    const registers: number[] = [];
    for (const name of OPERAND_NAMES) {
      const register = this.#registerOf(this.#operands[name]);
      if (register === undefined) return false;
      registers.push(register);
    }
    const word = encodeCommand(this.#command, registers[0]!, registers[1]!, this.#rd ?? 0);
    this.#assembly.emit(word, 'none');
    return true;
  }

  /** Loads the operand if need be; the register that holds it. */
  #registerOf(operand: OperandWords): number | undefined {
    const { fields, register, address, values, temporary } = operand;
    if (register !== undefined) return register;
    if (address !== undefined) {
      loadAddressInto(this.#assembly, temporary, address);
      return temporary;
    }
    if (!this.#isComplete(operand)) return undefined;
    const all: Record<string, bigint> = {};
    for (const field of fields) all[field.name] = values.get(field.name) ?? BigInt(field.default ?? 0);
    const packed = packOperand(fields, all);
    if (packed === 0n) return 0;
    loadImmediateInto(this.#assembly, temporary, toInt64(packed));
    return temporary;
  }

  /** A tile needs its address, rows and columns, unless it is garbage. */
  #isComplete({ fields, values }: OperandWords): boolean {
    const local = fields.find(({ kind }) => kind === 'local');
    const scanner = this.#scanner;
    if (local === undefined || values.get(local.name) === BigInt(GARBAGE_ADDRESS)) return true;
    const missing = fields.find((field) => !values.has(field.name) && field.default === undefined);
    if (missing === undefined) return true;
    return this.#fail(
      scanner.pos,
      scanner.wordEnd(),
      `${this.#command.name} needs ${missing.name}`,
      `${missing.name}: ${missing.summary}`,
    );
  }
}

const isTouched = ({ register, address, values }: OperandWords): boolean =>
  register !== undefined || address !== undefined || values.size > 0;
