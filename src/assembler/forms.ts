/**
 * Mnemonics and their operand forms, computed from the tables of src/isa. A statement is tried against the forms of its
 * mnemonic in order; the first whose operands fit encodes it.
 */
import { RELOCATIONS } from '../elf/relocations.ts';
import { ASSEMBLER_ALIASES, PRINTED_ALIASES } from '../isa/aliases.ts';
import {
  type BitPattern,
  fieldFits,
  fieldRange,
  type InstructionField,
  type InstructionFields,
  insertField,
} from '../isa/bit-pattern.ts';
import { INSTRUCTIONS, type InstructionDef } from '../isa/rv64.ts';
import { COMPRESSED, expandCompressed, matchesCompressed } from '../isa/rvc.ts';
import type { Compression } from './compress.ts';
import type { Expression } from './expression.ts';
import type { OperandReader } from './operands.ts';

/** Where finished instructions go. */
export interface InstructionSink {
  /** A 32-bit instruction that may become a compressed one. */
  emit(word: number, compression: Compression): void;
  /** A 16-bit instruction that was asked for by name. */
  emitHalfword(halfword: number): void;
  /** An instruction whose immediate is not known yet. */
  emitRelocated(word: number, relocation: number, value: Expression): void;
  /** A conditional branch or jump, which grows with the distance. */
  emitBranch(word: number, isJump: boolean, target: Expression, compression: Compression): void;
  /** The code depends on the privileged specification: a CSR by name or number, or an instruction of that manual. */
  notePrivileged(): void;
}

export interface Form {
  /** As written after the mnemonic, for messages. */
  readonly operands: readonly string[];
  /** Reads the operands; false when they do not fit. */
  read(reader: OperandReader): boolean;
  /** Legal only where compressed instructions are. */
  readonly isCompressed?: true;
  emit(reader: OperandReader, sink: InstructionSink): void;
}

type ReadOperand = (reader: OperandReader) => boolean;

/** The readers of one operand; `rm` may be left out. */
function operandReader(kind: string, pattern: BitPattern): ReadOperand {
  const field = (name: string): InstructionField => {
    const found = pattern.fields.get(name);
    if (found === undefined) throw new Error(`operand ${kind} needs a field ${name}`);
    return found;
  };
  const wordLsb = (name: string): number => field(name).slices[0]!.wordLsb;
  switch (kind) {
    case 'rd':
    case 'rs1':
    case 'rs2': {
      const lsb = wordLsb(kind);
      return (reader) => reader.integerRegister(lsb);
    }
    case 'fd':
    case 'fs1':
    case 'fs2':
    case 'fs3': {
      const lsb = wordLsb(kind.replace('f', 'r'));
      return (reader) => reader.floatRegister(lsb);
    }
    case 'fs1=fs2':
      return (reader) => {
        const before = reader.word;
        if (!reader.floatRegister(15)) return false;
        reader.word |= (reader.word ^ before) << 5;
        return true;
      };
    case "rd'":
    case "rs1'":
    case "rs2'": {
      const lsb = wordLsb(kind);
      return (reader) => reader.compressedRegister(lsb, false);
    }
    case "fd'":
    case "fs2'": {
      const lsb = wordLsb(kind.replace('f', 'r'));
      return (reader) => reader.compressedRegister(lsb, true);
    }
    case 'sp':
      return stackPointer;
    case '(rs1)':
      return atomicAddress;
    case 'imm(rs1)': {
      const format = field('imm').slices.length > 1 ? 's' : 'i';
      return (reader) => {
        if (reader.scanner.peek() === 40 && isRegisterParenthesis(reader)) {
          reader.expression = { kind: 'constant', value: 0 };
          reader.expressionStart = reader.expressionEnd = reader.scanner.pos;
        } else if (!reader.readExpression(format)) return false;
        return reader.baseRegister() && immediateFits(reader, field('imm'));
      };
    }
    case "uimm(rs1')":
    case 'uimm(sp)': {
      const immediate = field('uimm');
      return (reader) => {
        if (reader.scanner.peek() === 40) reader.expression = { kind: 'constant', value: 0 };
        else if (!reader.readExpression()) return false;
        if (!immediateFits(reader, immediate)) return false;
        if (!reader.scanner.accept(40)) return reader.baseRegister();
        const base = kind === 'uimm(sp)' ? stackPointer(reader) : reader.compressedRegister(wordLsb("rs1'"), false);
        return base && reader.close();
      };
    }
    case 'imm': {
      const immediate = field('imm');
      return (reader) => reader.readExpression('i') && immediateFits(reader, immediate);
    }
    case 'uimm': {
      const immediate = field('uimm');
      const { min, max } = fieldRange(immediate);
      if (immediate.zeroBits > 0) return (reader) => reader.readExpression() && immediateFits(reader, immediate);
      return (reader) =>
        reader.number(immediate, immediate.width === 5 ? 'the immediate' : 'the shift amount', min, max);
    }
    case 'hi': {
      const immediate = field('imm');
      return (reader) => reader.readExpression('hi') && upperFits(reader, immediate);
    }
    case 'branch':
    case 'jump':
      return (reader) => reader.readExpression();
    case 'csr':
      return (reader) => reader.csr();
    case 'pred':
    case 'succ': {
      const lsb = wordLsb(kind);
      return (reader) => reader.fenceSet(lsb);
    }
    case 'rm':
      return (reader) => reader.roundingMode(DYNAMIC);
    case 'rne':
      return (reader) => reader.roundingMode(0);
    default:
      throw new Error(`no reader for operand kind "${kind}"`);
  }
}

/** Rounding mode field of an instruction that does not name one: take it from frm. */
const DYNAMIC = 7;

/** `(reg)` without an offset before it: the parenthesis holds a register name. */
function isRegisterParenthesis({ scanner }: OperandReader): boolean {
  return /^\(\s*[a-z]\w*\s*\)/.test(scanner.text.slice(scanner.pos, scanner.pos + 16));
}

function stackPointer(reader: OperandReader): boolean {
  const { scanner } = reader;
  scanner.peek();
  const start = scanner.pos;
  const name = scanner.name();
  return name === 'sp' || name === 'x2' || reader.fail(start, scanner.wordEnd(), 'sp belongs here');
}

/** The address of an atomic access: `(rs1)`, or `0(rs1)`. */
function atomicAddress(reader: OperandReader): boolean {
  if (reader.scanner.peek() !== 40 && reader.constant('the offset of an atomic access', 0, 0) === undefined)
    return false;
  return reader.baseRegister();
}

/** Puts a constant into the word, or leaves an expression with a relocation operator for later. */
function immediateFits(reader: OperandReader, field: InstructionField): boolean {
  const { expression } = reader;
  if (expression?.kind === 'constant') {
    let value = Number(expression.value);
    if (reader.relocation !== RELOCATIONS.none) value = signedLow12(value);
    reader.expression = undefined;
    if (fieldFits(field, value)) {
      reader.word |= insertField(field, value);
      return true;
    }
    const { min, max } = fieldRange(field);
    const step = field.zeroBits === 0 ? '' : `, a multiple of ${2 ** field.zeroBits}`;
    return reader.fail(
      reader.expressionStart,
      reader.expressionEnd,
      `the immediate is ${expression.value}, but must be from ${min} to ${max}${step}`,
      undefined,
      'ASM004',
    );
  }
  if (reader.relocation !== RELOCATIONS.none) return true;
  return reader.fail(
    reader.expressionStart,
    reader.expressionEnd,
    'the immediate must be a number known here',
    'an address needs an operator such as %lo(symbol)',
  );
}

/** The operand of lui and auipc: the 20 bits themselves, or an operator that takes them from an address. */
function upperFits(reader: OperandReader, field: InstructionField): boolean {
  const { expression } = reader;
  const isRelocated = reader.relocation !== RELOCATIONS.none;
  if (expression?.kind !== 'constant') {
    if (isRelocated) return true;
    return reader.fail(
      reader.expressionStart,
      reader.expressionEnd,
      'the upper immediate must be a number known here',
      'an address needs an operator such as %hi(symbol)',
    );
  }
  const bits = isRelocated
    ? Number(BigInt.asUintN(32, BigInt(expression.value) + 0x800n) >> 12n)
    : Number(expression.value);
  reader.expression = undefined;
  if (bits < 0 || bits > 0xfffff) {
    return reader.fail(
      reader.expressionStart,
      reader.expressionEnd,
      `the upper immediate is ${expression.value}, but must be from 0 to 0xfffff`,
      undefined,
      'ASM004',
    );
  }
  reader.word |= insertField(field, (bits << 12) | 0);
  return true;
}

const signedLow12 = (value: number): number => Number(BigInt.asIntN(12, BigInt(value)));

/** Reads `operands` separated by commas; a rounding mode at the end may be left out. */
function readAll(readers: readonly ReadOperand[], isLastOptional: boolean): ReadOperand {
  const count = readers.length;
  return (reader) => {
    const { scanner } = reader;
    for (let i = 0; i < count; i++) {
      if (i > 0 && !scanner.accept(44)) {
        if (isLastOptional && i === count - 1) break;
        return reader.fail(scanner.pos, scanner.wordEnd(), 'a comma and another operand belong here');
      }
      if (!readers[i]!(reader)) return false;
    }
    if (scanner.atStatementEnd()) return true;
    return reader.fail(scanner.pos, scanner.wordEnd(), 'the statement should end here');
  };
}

const presetWord = (pattern: BitPattern, fixed: InstructionFields): number => {
  let word = pattern.match;
  for (const [name, value] of Object.entries(fixed)) word |= insertField(pattern.fields.get(name)!, value);
  return word | 0;
};

function makeForm(
  def: InstructionDef,
  operands: readonly string[],
  fixed: InstructionFields,
  compression: Compression,
): Form {
  const last = operands.at(-1);
  const isRounded = last === 'rm' || last === 'rne';
  const preset = presetWord(def, fixed) | (last === 'rm' ? DYNAMIC << 12 : 0);
  const readOperands = readAll(
    operands.map((kind) => operandReader(kind, def)),
    isRounded,
  );
  const read: ReadOperand = (reader) => {
    reader.begin(preset);
    return readOperands(reader);
  };
  if (last === 'branch' || last === 'jump') {
    const isJump = last === 'jump';
    return {
      operands,
      read,
      emit: ({ word, expression }, sink) => sink.emitBranch(word, isJump, expression!, compression),
    };
  }
  const isPrivileged = def.extension === 'S' || operands.includes('csr');
  return {
    operands,
    read,
    emit({ word, expression, relocation }, sink) {
      if (isPrivileged) sink.notePrivileged();
      // GNU as compresses no instruction whose operand has a relocation operator, not even a constant one.
      if (expression === undefined) sink.emit(word, relocation === RELOCATIONS.none ? compression : 'none');
      else sink.emitRelocated(word, relocation, expression);
    },
  };
}

/** c.j, c.jr and c.jalr come from j, jr rs, jalr rs and ret only: a program that spells out more gets what it spells. */
const isPlainJump = (name: string, operands: readonly string[]): boolean =>
  name === 'j' || name === 'ret' || ((name === 'jr' || name === 'jalr') && operands.join() === 'rs1');

function compressionOf(def: InstructionDef, name: string, operands: readonly string[]): Compression {
  if (def.name === 'jal' || def.name === 'jalr') return isPlainJump(name, operands) ? 'any' : 'none';
  if (name === 'add' && def.name === 'addi') return 'additions';
  return name === 'mv' || name === 'move' ? 'moves' : 'any';
}

/** `.aq`, `.rl` and `.aqrl` of the atomics. */
const ORDERINGS = [
  ['', 0],
  ['.aq', 0b10],
  ['.rl', 0b01],
  ['.aqrl', 0b11],
] as const;

function compressedForm(def: (typeof COMPRESSED)[number]): Form {
  const operands = def.operands;
  const readOperands = readAll(
    operands.map((kind) => operandReader(kind, def)),
    false,
  );
  const isJump = operands.at(-1) === 'jump';
  const isTarget = isJump || operands.at(-1) === 'branch';
  return {
    operands,
    isCompressed: true,
    read(reader) {
      reader.begin(def.match);
      if (!readOperands(reader)) return false;
      if (isTarget || matchesCompressed(def, reader.word)) return true;
      const excluded = Object.entries(def.excluded).map(([name, values]) => `${name} = ${values.join(', ')}`);
      return reader.fail(0, 1, `${def.name} cannot have ${excluded.join(' or ')}`);
    },
    emit({ word, expression }, sink) {
      // Even these grow when the target is too far, as in GNU as.
      if (isTarget) sink.emitBranch(expandCompressed(word)!, isJump, expression!, 'any');
      else sink.emitHalfword(word);
    },
  };
}

/** The forms of every mnemonic that encodes one instruction. */
export function instructionForms(): Map<string, Form[]> {
  const forms = new Map<string, Form[]>();
  const add = (name: string, form: Form): void => {
    const known = forms.get(name);
    if (known === undefined) forms.set(name, [form]);
    else known.push(form);
  };
  for (const def of INSTRUCTIONS) {
    if (def.extension === 'X') continue;
    for (const [suffix, bits] of def.fields.has('aq') ? ORDERINGS : ORDERINGS.slice(0, 1)) {
      const form = makeForm(
        def,
        def.operands,
        def.fields.has('aq') ? { aq: bits >> 1, rl: bits & 1 } : {},
        compressionOf(def, def.name, def.operands),
      );
      add(def.name + suffix, form);
    }
  }
  for (const { name, operands, instruction, fixed } of [...PRINTED_ALIASES, ...ASSEMBLER_ALIASES]) {
    // The li of source text takes any constant: pseudo.ts.
    if (name === 'li') continue;
    add(name, makeForm(instruction, operands, fixed, compressionOf(instruction, name, operands)));
  }
  for (const def of COMPRESSED) add(def.name, compressedForm(def));
  return forms;
}
