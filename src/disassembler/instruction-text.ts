/**
 * One instruction word as text, in GNU objdump's spelling. What depends on where the word is (the target of a branch,
 * an address that an earlier lui or auipc began) is left open, so that a word's text can be kept for its next occurrence.
 */
import type { RiscvAttributes } from '../elf/riscv-attributes.ts';
import { type BitPattern, extractField } from '../isa/bit-pattern.ts';
import { csrByNumber, csrSince } from '../isa/csrs.ts';
import { instructionLength } from '../isa/decode.ts';
import { foreignCsrByNumber } from '../isa/foreign-csrs.ts';
import { FENCE_LETTERS, FLOAT_REGISTERS, INTEGER_REGISTERS, ROUNDING_MODES } from '../isa/registers.ts';
import { type CompressedDef, compressedByName, decodeCompressed, expandCompressed } from '../isa/rvc.ts';
import { type PrintedForm, printedForm } from './printed-forms.ts';

/** An operand that may complete the address that lui or auipc began. */
export interface AddressOperand {
  readonly base: number;
  readonly offset: number;
  /** The sum is a sign-extended word. */
  readonly isWord: boolean;
  /** The instruction is an indirect jump with an offset, whose base objdump looks at a second time. */
  readonly isJump: boolean;
}

/** The upper part of an address: register = (pc +) value. */
export interface UpperPart {
  readonly register: number;
  readonly value: number;
  readonly isPcRelative: boolean;
}

export interface InstructionText {
  readonly length: 2 | 4;
  readonly mnemonic: string;
  /** Separated by commas, without the target of a branch or jump, which would be the last. */
  readonly operands: string;
  /** Distance of a branch or jump, in bytes from this instruction. */
  readonly target?: number;
  readonly upper?: UpperPart;
  readonly address?: AddressOperand;
}

/**
 * @param word the instruction in the low bits; 16-bit ones are told by their two lowest bits
 * @param isa what the program was built for
 * @returns nothing for words that are no instruction of these extensions
 */
export function instructionText(word: number, isa: RiscvAttributes): InstructionText | undefined {
  switch (instructionLength(word)) {
    case 2:
      return isa.extensions.has('c') ? compressedText(word & 0xffff, isa) : undefined;
    case 4:
      return wordText(word >>> 0, isa);
    default:
      return undefined;
  }
}

function wordText(word: number, isa: RiscvAttributes): InstructionText | undefined {
  const form = printedForm(word, isa.extensions);
  if (form === undefined) return undefined;
  const { instruction } = form;
  const mnemonic = instruction.fields.has('aq') ? form.name + orderingSuffix(instruction, word) : form.name;
  const operands: string[] = [];
  let target: number | undefined;
  for (const kind of form.operands) {
    if (kind === 'branch' || kind === 'jump') target = field(instruction, 'imm', word);
    else operands.push(...operandText(kind, instruction, word, isa));
  }
  const upper = upperPart(form, word);
  const address = addressOperand(form, word);
  return {
    length: 4,
    mnemonic,
    operands: operands.join(','),
    ...(target === undefined ? {} : { target }),
    ...(upper === undefined ? {} : { upper }),
    ...(address === undefined ? {} : { address }),
  };
}

function field(pattern: BitPattern, name: string, word: number): number {
  const found = pattern.fields.get(name);
  if (found === undefined) throw new Error(`an operand needs a field ${name}, which the encoding lacks`);
  return extractField(found, word);
}

const orderingSuffix = (pattern: BitPattern, word: number): string =>
  ['', '.rl', '.aq', '.aqrl'][2 * field(pattern, 'aq', word) + field(pattern, 'rl', word)]!;

const hex = (value: number): string => `0x${value.toString(16)}`;
const integer = (number: number): string => INTEGER_REGISTERS[number]!;
const float = (number: number): string => FLOAT_REGISTERS[number]!;

/** The text of an operand; none for a rounding mode that assemblers would fill in. */
function operandText(kind: string, pattern: BitPattern, word: number, isa: RiscvAttributes): string[] {
  switch (kind) {
    case 'rd':
    case 'rs1':
    case 'rs2':
    case "rd'":
    case "rs1'":
    case "rs2'":
      return [integer(field(pattern, kind, word))];
    case 'fd':
    case 'fs1':
    case 'fs2':
    case 'fs3':
      return [float(field(pattern, `r${kind.slice(1)}`, word))];
    case 'fs1=fs2':
      return [float(field(pattern, 'rs1', word))];
    case 'imm':
      return [String(field(pattern, 'imm', word))];
    case 'uimm':
      return [isCsrImmediate(pattern) ? String(field(pattern, 'uimm', word)) : hex(field(pattern, 'uimm', word))];
    case 'imm(rs1)':
      return [`${field(pattern, 'imm', word)}(${integer(field(pattern, 'rs1', word))})`];
    case '(rs1)':
      return [`(${integer(field(pattern, 'rs1', word))})`];
    case 'hi':
      return [hex((field(pattern, 'imm', word) >>> 12) & 0xfffff)];
    case 'csr':
      return [csrText(field(pattern, 'csr', word), isa)];
    case 'pred':
    case 'succ':
      return [fenceSet(field(pattern, kind, word))];
    case 'rm': {
      const mode = field(pattern, 'rm', word);
      return mode === DYNAMIC ? [] : [ROUNDING_MODES[mode] ?? 'unknown'];
    }
    case 'rne':
      return [];
    default:
      throw new Error(`no text for operand kind "${kind}"`);
  }
}

const DYNAMIC = ROUNDING_MODES.indexOf('dyn');

/** The name of a CSR, if the privileged spec of the program has it. */
function csrText(number: number, { privilegedSpec = Number.POSITIVE_INFINITY }: RiscvAttributes): string {
  const csr = csrByNumber.get(number) ?? foreignCsrByNumber.get(number);
  return csr === undefined || (csrSince(csr.name) ?? 0) > privilegedSpec ? hex(number) : csr.name;
}

const isCsrImmediate = (pattern: BitPattern): boolean => pattern.fields.has('csr');

const fenceSet = (bits: number): string =>
  bits === 0 ? 'unknown' : FENCE_LETTERS.filter((_, i) => bits & (0b1000 >> i)).join('');

function upperPart({ instruction }: PrintedForm, word: number): UpperPart | undefined {
  if (instruction.name !== 'lui' && instruction.name !== 'auipc') return undefined;
  return {
    register: field(instruction, 'rd', word),
    value: field(instruction, 'imm', word),
    isPcRelative: instruction.name === 'auipc',
  };
}

function addressOperand({ instruction, operands }: PrintedForm, word: number): AddressOperand | undefined {
  const { name, fields } = instruction;
  const isJump = name === 'jalr' && operands.includes('imm(rs1)');
  const isAddition = (name === 'addi' || name === 'addiw') && operands.includes('imm');
  const isIndirect = name === 'jalr' && operands.includes('rs1');
  if (!operands.includes('imm(rs1)') && !isAddition && !isIndirect) return undefined;
  const base = field(instruction, 'rs1', word);
  if (isAddition && base === 0) return undefined;
  return { base, offset: extractField(fields.get('imm')!, word), isWord: name === 'addiw', isJump };
}

function compressedText(halfword: number, isa: RiscvAttributes): InstructionText | undefined {
  if (halfword === 0) return { length: 2, mnemonic: 'unimp', operands: '' };
  const def = decodeCompressed(halfword);
  if (def === undefined)
    return isReservedAddition(halfword) ? { length: 2, mnemonic: 'add', operands: 'sp,sp,0' } : undefined;
  const hint = hintText(def, halfword, isa);
  if (hint !== undefined) return { length: 2, ...hint };
  if (def.name === 'c.mv') return { length: 2, mnemonic: 'mv', operands: operandsOf(def, halfword, isa) };
  const text = wordText(expandCompressed(halfword)!, isa);
  if (text === undefined) return undefined;
  // "c.addi a0, 0" is an addition of 0, not the "mv" that its expansion would be; a 0 completes no address.
  if (def.name === 'c.addi' && text.mnemonic === 'mv') {
    const register = field(def, 'rd', halfword);
    const name = integer(register);
    const address: AddressOperand = { base: register, offset: 0, isWord: false, isJump: false };
    return { length: 2, mnemonic: 'add', operands: `${name},${name},0`, address };
  }
  const { address, ...rest } = text;
  const isAddition = def.name === 'c.addi' || def.name === 'c.addiw';
  return { ...rest, length: 2, ...(isAddition && address !== undefined ? { address } : {}) };
}

/** c.addi16sp with a 0 is reserved, but objdump prints it. */
function isReservedAddition(halfword: number): boolean {
  const { match, mask, fields } = compressedByName.get('c.addi16sp')!;
  return (halfword & mask) === match && extractField(fields.get('imm')!, halfword) === 0;
}

const operandsOf = (def: CompressedDef, halfword: number, isa: RiscvAttributes): string =>
  def.operands.flatMap((kind) => operandText(kind, def, halfword, isa)).join(',');

/** Encodings that change nothing keep the name of their encoding. */
function hintText(
  def: CompressedDef,
  halfword: number,
  isa: RiscvAttributes,
): Pick<InstructionText, 'mnemonic' | 'operands'> | undefined {
  const rd = def.fields.get('rd');
  switch (def.name) {
    case 'c.nop': {
      const imm = field(def, 'imm', halfword);
      return imm === 0 ? undefined : { mnemonic: def.name, operands: String(imm) };
    }
    case 'c.slli':
    case 'c.srli':
    case 'c.srai':
      if (field(def, 'uimm', halfword) === 0)
        return { mnemonic: `${def.name}64`, operands: operandsOf(def, halfword, isa).replace(/,.*/, '') };
      break;
  }
  const isHint = ['c.li', 'c.lui', 'c.slli', 'c.mv', 'c.add'].includes(def.name) && extractField(rd!, halfword) === 0;
  return isHint ? { mnemonic: def.name, operands: operandsOf(def, halfword, isa) } : undefined;
}
