/**
 * Mnemonics that stand for more than one instruction, or for one that depends on the operand's value: li, la, call and
 * their kin, and loads and stores of symbols.
 * @source RISC-V assembly programmer's manual, "Pseudo Instructions"; GNU as 2.40 for the choice of sequences
 */
import { RELOCATIONS } from '../elf/relocations.ts';
import { insertField } from '../isa/bit-pattern.ts';
import { INSTRUCTIONS, type InstructionName, instruction } from '../isa/rv64.ts';
import type { Int64 } from '../support/int64.ts';
import { toInt64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import type { Expression } from './expression.ts';
import type { OperandReader } from './operands.ts';
import { CHAR } from './scanner.ts';

/** A pseudo-instruction: reads its operands and writes its instructions. False when the operands do not fit. */
export interface PseudoInstruction {
  readonly operands: readonly string[];
  read(reader: OperandReader, assembly: Assembly): boolean;
  emit(reader: OperandReader, assembly: Assembly): void;
}

const RA = 1;
const T1 = 6;

const iType = (name: InstructionName, rd: number, rs1: number, imm: number): number => {
  const { match, fields } = instruction(name);
  return match | (rd << 7) | (rs1 << 15) | insertField(fields.get(fields.has('imm') ? 'imm' : 'uimm')!, imm);
};
const upper = (name: 'lui' | 'auipc', rd: number, imm: number): number =>
  instruction(name).match | (rd << 7) | (imm & 0xfffff000);

const isInt32 = (value: Int64): boolean => value >= -(2 ** 31) && value < 2 ** 31;
const isInt12 = (value: Int64): boolean => value >= -2048 && value < 2048;

/** Instructions that load a 64-bit constant: lui and addiw for 32 bits, then shifts and additions of 12 bits each. */
function loadConstant(assembly: Assembly, rd: number, value: Int64): void {
  const low = Number(BigInt.asIntN(12, BigInt(value)));
  const high = BigInt(value) - BigInt(low);
  if (isInt32(value)) {
    const bits = Number(BigInt.asIntN(32, high));
    if (bits !== 0) assembly.emit(upper('lui', rd, bits), 'any');
    if (low !== 0 || bits === 0) assembly.emit(iType('addiw', rd, bits === 0 ? 0 : rd, low), 'any');
    return;
  }
  let shift = 12n;
  const wrapped = BigInt.asIntN(64, high);
  while (((wrapped >> shift) & 1n) === 0n) shift++;
  loadConstant(assembly, rd, toInt64(wrapped >> shift));
  assembly.emit(iType('slli', rd, rd, Number(shift)), 'any');
  if (low !== 0) assembly.emit(iType('addi', rd, rd, low), 'any');
}

function emitLi(assembly: Assembly, rd: number, value: Int64): void {
  if (isInt12(value)) assembly.emit(iType('addi', rd, 0, Number(value)), rd === 0 ? 'none' : 'any');
  else loadConstant(assembly, rd, value);
}

const destination = ({ word }: OperandReader): number => (word >> 7) & 31;

/** Reads `, expression`. */
const commaExpression = (reader: OperandReader): boolean => {
  const { scanner } = reader;
  if (!scanner.accept(CHAR.comma))
    return reader.fail(scanner.pos, scanner.wordEnd(), 'a comma and another operand belong here');
  return reader.readExpression();
};

const statementEnd = (reader: OperandReader): boolean =>
  reader.scanner.atStatementEnd() ||
  reader.fail(reader.scanner.pos, reader.scanner.wordEnd(), 'the statement should end here');

/** An address: a symbol, perhaps plus a number. GNU as takes register names for symbols here; a slip is likelier. */
function symbolAddress(reader: OperandReader): boolean {
  if (reader.expression?.kind !== 'constant') return true;
  // A base register follows: the address is an offset, and what is wrong with it has been said.
  if (reader.scanner.peek() === CHAR.open) return false;
  return reader.fail(
    reader.expressionStart,
    reader.expressionEnd,
    'the address must be a symbol, perhaps plus a number',
  );
}

/** auipc and an instruction that adds the low part; the second refers to the first by a label. */
function emitAddress(
  assembly: Assembly,
  base: number,
  second: number,
  value: Expression,
  high: number,
  low: number,
): void {
  const label = assembly.labelHere('.L0 ');
  assembly.emitRelocated(upper('auipc', base, 0), high, value);
  assembly.emitRelocated(second, low, label);
}

const { gotHi20, pcrelHi20, pcrelLo12I, pcrelLo12S, tlsGotHi20, tlsGdHi20, callPlt, tprelAdd } = RELOCATIONS;

/** `la rd, symbol` and its variants. */
function loadAddress(relocationOf: (assembly: Assembly) => number): PseudoInstruction {
  return {
    operands: ['rd', 'symbol'],
    read(reader) {
      reader.begin(0);
      return reader.integerRegister(7) && commaExpression(reader) && statementEnd(reader);
    },
    emit(reader, assembly) {
      const rd = destination(reader);
      const value = reader.expression!;
      if (value.kind === 'constant') {
        loadConstant(assembly, rd, value.value);
        return;
      }
      const high = relocationOf(assembly);
      const second = high === gotHi20 || high === tlsGotHi20 ? 'ld' : 'addi';
      emitAddress(assembly, rd, iType(second, rd, rd, 0), value, high, pcrelLo12I);
    },
  };
}

/** `call symbol`: auipc and jalr under one relocation. */
function callLike(operands: readonly string[], link: number | undefined, base: number | undefined): PseudoInstruction {
  return {
    operands,
    read(reader) {
      reader.begin(0);
      if (operands[0] === 'rd' && !(reader.integerRegister(7) && acceptComma(reader))) return false;
      if (!reader.readExpression()) return false;
      skipPlt(reader);
      if (operands[1] === 'rs1' && !(acceptComma(reader) && reader.integerRegister(15))) return false;
      return statementEnd(reader);
    },
    emit(reader, assembly) {
      const via = base ?? (reader.word >> 15) & 31;
      const rd = link ?? destination(reader);
      assembly.emitPair(upper('auipc', via, 0), iType('jalr', rd, via, 0), callPlt, reader.expression!);
    },
  };
}

const acceptComma = (reader: OperandReader): boolean =>
  reader.scanner.accept(CHAR.comma) ||
  reader.fail(reader.scanner.pos, reader.scanner.wordEnd(), 'a comma and another operand belong here');

/** `symbol@plt` means `symbol` in a program without a procedure linkage table. */
function skipPlt({ scanner }: OperandReader): void {
  if (scanner.peek() === CHAR.at && scanner.text.startsWith('@plt', scanner.pos)) scanner.pos += 4;
}

/** `lw rd, symbol`: the address goes through rd itself. */
function loadSymbol(name: InstructionName): PseudoInstruction {
  return {
    operands: ['rd', 'symbol'],
    read(reader) {
      reader.begin(0);
      return reader.integerRegister(7) && commaExpression(reader) && symbolAddress(reader) && statementEnd(reader);
    },
    emit(reader, assembly) {
      const rd = destination(reader);
      emitAddress(assembly, rd, iType(name, rd, rd, 0), reader.expression!, pcrelHi20, pcrelLo12I);
    },
  };
}

/** `flw fd, symbol, rt` and `sw rs2, symbol, rt`: the address goes through rt. */
function accessSymbolVia(name: InstructionName, isFloat: boolean, isStore: boolean): PseudoInstruction {
  return {
    operands: [isFloat ? (isStore ? 'fs2' : 'fd') : 'rs2', 'symbol', 'rt'],
    read(reader) {
      reader.begin(0);
      const lsb = isStore ? 20 : 7;
      if (!(isFloat ? reader.floatRegister(lsb) : reader.integerRegister(lsb))) return false;
      if (!commaExpression(reader) || !symbolAddress(reader)) return false;
      return acceptComma(reader) && reader.integerRegister(15) && statementEnd(reader);
    },
    emit(reader, assembly) {
      const base = (reader.word >> 15) & 31;
      const low = isStore ? pcrelLo12S : pcrelLo12I;
      emitAddress(assembly, base, instruction(name).match | reader.word, reader.expression!, pcrelHi20, low);
    },
  };
}

/** Shifts that leave the low `bits` bits, with the sign or with zeros above. */
function extension(bits: number, isSigned: boolean): PseudoInstruction {
  return {
    operands: ['rd', 'rs1'],
    read(reader) {
      reader.begin(0);
      return reader.integerRegister(7) && acceptComma(reader) && reader.integerRegister(15) && statementEnd(reader);
    },
    emit(reader, assembly) {
      const rd = destination(reader);
      assembly.emit(iType('slli', rd, (reader.word >> 15) & 31, 64 - bits), 'any');
      assembly.emit(iType(isSigned ? 'srai' : 'srli', rd, rd, 64 - bits), 'any');
    },
  };
}

const loadImmediate: PseudoInstruction = {
  operands: ['rd', 'constant'],
  read(reader, assembly) {
    reader.begin(0);
    if (!reader.integerRegister(7) || !commaExpression(reader) || !statementEnd(reader)) return false;
    const value = assembly.absolute(reader.expression!);
    if (value !== undefined) {
      reader.expression = { kind: 'constant', value };
      return true;
    }
    const hint = 'la loads the address of a symbol';
    return reader.fail(reader.expressionStart, reader.expressionEnd, 'the constant must be a number known here', hint);
  },
  emit(reader, assembly) {
    if (reader.expression?.kind === 'constant') emitLi(assembly, destination(reader), reader.expression.value);
  },
};

/** `unimp` with compressed code: the halfword 0. */
const unimplemented: PseudoInstruction = {
  operands: [],
  read(reader, assembly) {
    reader.begin(0);
    return assembly.options.compressed && statementEnd(reader);
  },
  emit: (_, assembly) => assembly.emitHalfword(0),
};

/** `add rd, rs1, rs2, %tprel_add(symbol)`: marks the addition of the thread pointer. */
const addThreadPointer: PseudoInstruction = {
  operands: ['rd', 'rs1', 'rs2', '%tprel_add(symbol)'],
  read(reader) {
    const { scanner } = reader;
    reader.begin(instruction('add').match);
    for (const lsb of [7, 15, 20]) {
      if (!reader.integerRegister(lsb) || !acceptComma(reader)) return false;
    }
    scanner.peek();
    if (!scanner.text.startsWith('%tprel_add', scanner.pos)) {
      return reader.fail(scanner.pos, scanner.wordEnd(), '%tprel_add(symbol) belongs here');
    }
    scanner.pos += '%tprel_add'.length;
    return reader.readExpression() && statementEnd(reader);
  },
  emit(reader, assembly) {
    assembly.emitRelocated(reader.word, tprelAdd, reader.expression!);
  },
};

/** Mnemonic → forms tried after those of single instructions (or before, where noted in `statement.ts`). */
export function pseudoInstructions(): Map<string, PseudoInstruction[]> {
  const table = new Map<string, PseudoInstruction[]>([
    ['li', [loadImmediate]],
    ['la', [loadAddress(({ options }) => (options.pic ? gotHi20 : pcrelHi20))]],
    ['lla', [loadAddress(() => pcrelHi20)]],
    ['lga', [loadAddress(() => gotHi20)]],
    ['la.tls.ie', [loadAddress(() => tlsGotHi20)]],
    ['la.tls.gd', [loadAddress(() => tlsGdHi20)]],
    ['call', [callLike(['rd', 'symbol'], undefined, T1), callLike(['symbol'], RA, RA)]],
    ['tail', [callLike(['symbol'], 0, T1)]],
    ['jump', [callLike(['symbol', 'rs1'], 0, undefined)]],
    ['sext.b', [extension(8, true)]],
    ['sext.h', [extension(16, true)]],
    ['zext.h', [extension(16, false)]],
    ['zext.w', [extension(32, false)]],
    ['unimp', [unimplemented]],
    ['c.unimp', [unimplemented]],
    ['add', [addThreadPointer]],
  ]);
  for (const { name, operands } of INSTRUCTIONS) {
    if (operands[1] !== 'imm(rs1)' || name === 'jalr') continue;
    const [value] = operands;
    table.set(name, [
      value === 'rd' ? loadSymbol(name) : accessSymbolVia(name, value !== 'rs2', value === 'rs2' || value === 'fs2'),
    ]);
  }
  return table;
}

/** `li rd, value` for other statements. */
export const loadImmediateInto = emitLi;

/** `la rd, address` for other statements, relative to the pc. */
export function loadAddressInto(assembly: Assembly, rd: number, address: Expression): void {
  emitAddress(assembly, rd, iType('addi', rd, rd, 0), address, pcrelHi20, pcrelLo12I);
}
