/**
 * `.insn`: an instruction by its format and field values, or by its whole encoding.
 * @source GNU as manual, "RISC-V Instruction Formats"
 */

import { RELOCATIONS } from '../elf/relocations.ts';
import { type InstructionField, insertField, parseBitPattern } from '../isa/bit-pattern.ts';
import { decodeWord } from '../isa/decode.ts';
import { instruction } from '../isa/rv64.ts';
import { compressedByName, expandCompressed } from '../isa/rvc.ts';
import type { Assembly } from './assembly.ts';
import type { OperandReader } from './operands.ts';
import { CHAR, isDigit } from './scanner.ts';

/** Opcode names, as bits 6:2 of the major opcode map; C0–C2 are the quadrants of compressed code. */
const OPCODES: Readonly<Record<string, number>> = {
  LOAD: 0x03,
  LOAD_FP: 0x07,
  CUSTOM_0: 0x0b,
  MISC_MEM: 0x0f,
  OP_IMM: 0x13,
  AUIPC: 0x17,
  OP_IMM_32: 0x1b,
  STORE: 0x23,
  STORE_FP: 0x27,
  CUSTOM_1: 0x2b,
  AMO: 0x2f,
  OP: 0x33,
  LUI: 0x37,
  OP_32: 0x3b,
  MADD: 0x43,
  MSUB: 0x47,
  NMSUB: 0x4b,
  NMADD: 0x4f,
  OP_FP: 0x53,
  OP_V: 0x57,
  CUSTOM_2: 0x5b,
  BRANCH: 0x63,
  JALR: 0x67,
  JAL: 0x6f,
  SYSTEM: 0x73,
  CUSTOM_3: 0x7b,
  C0: 0,
  C1: 1,
  C2: 2,
};

/** One operand: how it is written and where it goes. */
type InsnOperand =
  | { readonly kind: 'number'; readonly what: string; readonly lsb: number; readonly width: number }
  | { readonly kind: 'opcode'; readonly width: 2 | 7 }
  | { readonly kind: 'register'; readonly lsb: number; readonly isShort: boolean }
  | { readonly kind: 'immediate' | 'address'; readonly field: InstructionField; readonly format: 'i' | 's' | 'hi' }
  | { readonly kind: 'target'; readonly relocation: 'branch' | 'jump' | 'rvcBranch' | 'rvcJump' };

const number = (what: string, lsb: number, width: number): InsnOperand => ({ kind: 'number', what, lsb, width });
const register = (lsb: number): InsnOperand => ({ kind: 'register', lsb, isShort: false });
const short = (lsb: number): InsnOperand => ({ kind: 'register', lsb, isShort: true });
const opcode: InsnOperand = { kind: 'opcode', width: 7 };
const quadrant: InsnOperand = { kind: 'opcode', width: 2 };
const funct3 = number('funct3', 12, 3);
const immediateOf = (name: 'addi' | 'sd' | 'lui'): InstructionField => instruction(name).fields.get('imm')!;
const iImmediate: InsnOperand = { kind: 'immediate', field: immediateOf('addi'), format: 'i' };
const iAddress: InsnOperand = { kind: 'address', field: immediateOf('addi'), format: 'i' };
const sAddress: InsnOperand = { kind: 'address', field: immediateOf('sd'), format: 's' };
const uImmediate: InsnOperand = { kind: 'immediate', field: immediateOf('lui'), format: 'hi' };
const shortImmediate: InsnOperand = {
  kind: 'immediate',
  field: compressedByName.get('c.addi')!.fields.get('imm')!,
  format: 'i',
};
const wideImmediate: InsnOperand = {
  kind: 'immediate',
  field: parseBitPattern("000 uimm[7:0] rd' 00", 16).fields.get('uimm')!,
  format: 'i',
};
const storeImmediate: InsnOperand = {
  kind: 'immediate',
  field: parseBitPattern('000 uimm[5:0] rs2 10', 16).fields.get('uimm')!,
  format: 'i',
};

const R4 = [opcode, funct3, number('funct2', 25, 2), register(7), register(15), register(20), register(27)];

/** Formats and their operands; several rows where the syntax has variants. */
const FORMATS: readonly (readonly [name: string, length: 2 | 4, operands: readonly InsnOperand[]])[] = [
  ['r', 4, [opcode, funct3, number('funct7', 25, 7), register(7), register(15), register(20)]],
  ['r', 4, R4],
  ['r4', 4, R4],
  ['i', 4, [opcode, funct3, register(7), register(15), iImmediate]],
  ['i', 4, [opcode, funct3, register(7), iAddress]],
  ['s', 4, [opcode, funct3, register(20), sAddress]],
  ['b', 4, [opcode, funct3, register(15), register(20), { kind: 'target', relocation: 'branch' }]],
  ['sb', 4, [opcode, funct3, register(15), register(20), { kind: 'target', relocation: 'branch' }]],
  ['sb', 4, [opcode, funct3, register(20), sAddress]],
  ['u', 4, [opcode, register(7), uImmediate]],
  ['j', 4, [opcode, register(7), { kind: 'target', relocation: 'jump' }]],
  ['uj', 4, [opcode, register(7), { kind: 'target', relocation: 'jump' }]],
  ['cr', 2, [quadrant, number('funct4', 12, 4), register(7), register(2)]],
  ['ci', 2, [quadrant, number('funct3', 13, 3), register(7), shortImmediate]],
  ['ciw', 2, [quadrant, number('funct3', 13, 3), short(2), wideImmediate]],
  ['css', 2, [quadrant, number('funct3', 13, 3), register(2), storeImmediate]],
  ['ca', 2, [quadrant, number('funct6', 10, 6), number('funct2', 5, 2), short(7), short(2)]],
  ['cb', 2, [quadrant, number('funct3', 13, 3), short(7), { kind: 'target', relocation: 'rvcBranch' }]],
  ['cj', 2, [quadrant, number('funct3', 13, 3), { kind: 'target', relocation: 'rvcJump' }]],
];

/** Reads the operands of `.insn` and emits the instruction; false after a failure, which the reader holds. */
export function insn(reader: OperandReader, assembly: Assembly): boolean {
  const { scanner } = reader;
  scanner.peek();
  const start = scanner.pos;
  if (isDigit(scanner.peek())) return rawInstruction(reader, assembly);
  const name = scanner.name();
  const formats = FORMATS.filter(([format]) => format === name);
  if (formats.length === 0) {
    const legal = [...new Set(FORMATS.map(([format]) => format))].join(' ');
    return reader.fail(start, scanner.wordEnd(), `"${name}" is not an instruction format`, `formats are ${legal}`);
  }
  const from = scanner.pos;
  for (const [, length, operands] of formats) {
    scanner.pos = from;
    reader.begin(0);
    if (readOperands(operands, reader)) return emit(length, operands, reader, assembly);
  }
  return false;
}

/** `.insn [length,] value` */
function rawInstruction(reader: OperandReader, assembly: Assembly): boolean {
  const { scanner } = reader;
  const start = scanner.pos;
  const first = reader.constant('the encoding', 0, 0xffffffff);
  if (first === undefined) return false;
  const value = scanner.accept(CHAR.comma) ? reader.constant('the encoding', 0, 0xffffffff) : first;
  if (value === undefined) return false;
  const length = (value & 3) === 3 ? 4 : 2;
  if ((value !== first && first !== length) || (length === 2 && value > 0xffff)) {
    return reader.fail(
      start,
      scanner.pos,
      `the encoding has the form of ${length} bytes, which contradicts its length`,
    );
  }
  if (length === 2) assembly.emitHalfword(value);
  else assembly.emit(value, 'none');
  return true;
}

function readOperands(operands: readonly InsnOperand[], reader: OperandReader): boolean {
  const { scanner } = reader;
  for (const [i, operand] of operands.entries()) {
    if (i > 0 && !scanner.accept(CHAR.comma)) {
      return reader.fail(scanner.pos, scanner.wordEnd(), 'a comma and another operand belong here');
    }
    if (!readOperand(operand, reader)) return false;
  }
  return scanner.atStatementEnd() || reader.fail(scanner.pos, scanner.wordEnd(), 'the statement should end here');
}

function readOperand(operand: InsnOperand, reader: OperandReader): boolean {
  switch (operand.kind) {
    case 'number': {
      const value = reader.constant(operand.what, 0, 2 ** operand.width - 1);
      if (value === undefined) return false;
      reader.word |= value << operand.lsb;
      return true;
    }
    case 'opcode':
      return readOpcode(operand.width, reader);
    case 'register':
      return readRegister(operand.lsb, operand.isShort, reader);
    case 'immediate':
    case 'address': {
      if (operand.kind === 'address' && reader.scanner.peek() === CHAR.open)
        reader.expression = { kind: 'constant', value: 0 };
      else if (!reader.readExpression(operand.format)) return false;
      if (operand.kind === 'address' && !reader.baseRegister()) return false;
      const { expression } = reader;
      if (expression?.kind !== 'constant') {
        return (
          reader.relocation !== RELOCATIONS.none ||
          reader.fail(reader.expressionStart, reader.expressionEnd, 'the immediate must be a number known here')
        );
      }
      reader.expression = undefined;
      const value = Number(expression.value);
      const bits = operand.format === 'hi' ? (value << 12) | 0 : value;
      const { width } = operand.field;
      const isLegal =
        operand.format === 'hi' ? value >= 0 && value < 2 ** 20 : value >= -(2 ** (width - 1)) && value < 2 ** width;
      if (!isLegal)
        return reader.fail(
          reader.expressionStart,
          reader.expressionEnd,
          `${value} does not fit the immediate`,
          undefined,
          'ASM004',
        );
      reader.word |= insertField(operand.field, bits);
      return true;
    }
    case 'target':
      return reader.readExpression();
  }
}

function readOpcode(width: 2 | 7, reader: OperandReader): boolean {
  const { scanner } = reader;
  scanner.peek();
  const start = scanner.pos;
  const named = OPCODES[scanner.name()];
  if (named !== undefined && named < 2 ** width) {
    reader.word |= named;
    return true;
  }
  scanner.pos = start;
  const value = reader.constant('the opcode', 0, 2 ** width - 1);
  if (value === undefined) return false;
  reader.word |= value;
  return true;
}

/** An integer or floating-point register. */
function readRegister(lsb: number, isShort: boolean, reader: OperandReader): boolean {
  const { scanner } = reader;
  scanner.peek();
  const isFloat = /^f(?:\d|[ast]\d)/.test(scanner.text.slice(scanner.pos, scanner.pos + 3));
  if (isShort) return reader.compressedRegister(lsb, isFloat);
  return isFloat ? reader.floatRegister(lsb) : reader.integerRegister(lsb);
}

function emit(length: 2 | 4, operands: readonly InsnOperand[], reader: OperandReader, assembly: Assembly): boolean {
  const { word, expression, relocation } = reader;
  const target = operands.find((operand) => operand.kind === 'target');
  if (target?.kind === 'target') {
    const type = target.relocation;
    const long = length === 2 ? expandCompressed(word) : undefined;
    const isGrowing = long !== undefined && ['beq', 'bne', 'jal'].includes(decodeWord(long)?.name ?? '');
    if (isGrowing) assembly.emitBranch(long, type === 'rvcJump', expression!, 'any');
    else if (type === 'branch' || type === 'jump') assembly.emitBranch(word, type === 'jump', expression!, 'none');
    else assembly.emitHalfwordBranch(word, RELOCATIONS[type], expression!);
  } else if (expression !== undefined) assembly.emitRelocated(word, relocation, expression);
  else if (length === 2) assembly.emitHalfword(word);
  else assembly.emit(word, 'none');
  return true;
}
