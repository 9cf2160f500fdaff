/**
 * Which registers hold known bits, instruction by instruction. Loads from sections that nobody writes are
 * constants, too: compilers keep 64-bit constants there.
 */
import { type ElfFile, type ElfSection, SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import type { DecodedInstruction } from '../isa/decode.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import type { InstructionName } from '../isa/rv64.ts';
import {
  add,
  and,
  constant,
  isConstant,
  type KnownBits,
  multiply,
  narrow,
  or,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  signedWord,
  subtract,
  UNKNOWN,
  unsignedWord,
  xor,
} from './known-bits.ts';

type Binary = (a: KnownBits, b: KnownBits) => KnownBits;

/** A shift by an amount that must be known. */
const shift =
  (operation: (a: KnownBits, count: number) => KnownBits, width: 32 | 64): Binary =>
  (a, b) =>
    isConstant(b) ? operation(a, Number(b.bits) & (width - 1)) : UNKNOWN;
const word =
  (operation: Binary): Binary =>
  (a, b) =>
    signedWord(operation(a, b));

const sll = shift(shiftLeft, 64);
const srl = shift(shiftRight, 64);
const sra = shift(shiftRightSigned, 64);
const sllw = word(shift(shiftLeft, 32));
const srlw = word(shift((a, count) => shiftRight(unsignedWord(a), count), 32));
const sraw = word(shift((a, count) => shiftRightSigned(signedWord(a), count), 32));

/** Results as functions of rs1 and of rs2 or the immediate. */
const EVALUATE: Partial<Record<InstructionName, Binary>> = {
  ...{ add, addi: add, addw: word(add), addiw: word(add), and, andi: and, or, ori: or, xor, xori: xor },
  ...{ sll, slli: sll, srl, srli: srl, sra, srai: sra, sllw, slliw: sllw, srlw, srliw: srlw, sraw, sraiw: sraw },
  ...{ sub: subtract, subw: word(subtract), mul: multiply, mulw: word(multiply) },
};

/** Bytes and signedness of loads. */
const LOADS: Partial<Record<InstructionName, readonly [bytes: number, isSigned: boolean]>> = {
  ...{ lb: [1, true], lh: [2, true], lw: [4, true], ld: [8, true] },
  ...{ lbu: [1, false], lhu: [2, false], lwu: [4, false] },
};

/** Registers that a called function may change. @source RISC-V psABI, "Integer Register Convention" */
const CALLER_SAVED = ['ra', ...numbered('t', 7), ...numbered('a', 8)].map((name) => integerRegisterByName.get(name)!);

const RETURN_VALUE = integerRegisterByName.get('a0')!;

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
}

/** Registers of which something is known. */
export type KnownRegisters = ReadonlyMap<number, KnownBits>;

export class RegisterConstants {
  readonly #values: KnownBits[] = Array.from({ length: 32 }, () => UNKNOWN);
  readonly #sections: readonly ElfSection[];

  constructor(file: ElfFile) {
    this.#sections = file.sections.filter(isReadOnly);
    this.#values[0] = constant(0n);
  }

  get(register: number): KnownBits {
    return this.#values[register]!;
  }

  /** All that is known now. */
  known(): Map<number, KnownBits> {
    return new Map([...this.#values.entries()].filter(([register, { mask }]) => register !== 0 && mask !== 0n));
  }

  /** From now on this is known, and nothing else. */
  assume(known: KnownRegisters): void {
    this.#values.fill(UNKNOWN, 1);
    for (const [register, value] of known) this.#values[register] = value;
  }

  /** The instruction has been executed. @param instruction nothing for words that are none */
  step(instruction: DecodedInstruction | undefined, pc: bigint): void {
    if (instruction === undefined) return;
    const { instruction: def, fields } = instruction;
    if (def.name === 'jal' || def.name === 'jalr') {
      if (fields.rd !== 0) for (const register of CALLER_SAVED) this.#values[register] = UNKNOWN;
      return;
    }
    // The environment answers in a0.
    if (def.name === 'ecall') this.#values[RETURN_VALUE] = UNKNOWN;
    if (!def.operands.includes('rd') || fields.rd === 0) return;
    this.#values[fields.rd!] = this.#result(instruction, pc);
  }

  #result({ instruction: { name }, fields }: DecodedInstruction, pc: bigint): KnownBits {
    const immediate = fields.imm ?? fields.uimm;
    if (name === 'lui') return constant(BigInt(immediate!));
    if (name === 'auipc') return constant(pc + BigInt(immediate!));
    const load = LOADS[name];
    const evaluate = EVALUATE[name];
    if (load === undefined && evaluate === undefined) return UNKNOWN;
    const a = this.get(fields.rs1!);
    const b = immediate === undefined ? this.get(fields.rs2!) : constant(BigInt(immediate));
    return load === undefined ? evaluate!(a, b) : this.#load(add(a, b), ...load);
  }

  #load(addr: KnownBits, size: number, isSigned: boolean): KnownBits {
    const section = isConstant(addr) ? this.#sectionOf(addr.bits, BigInt(size)) : undefined;
    if (section === undefined) return isSigned ? UNKNOWN : narrow(8 * size);
    const start = Number(addr.bits - section.addr);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(section.bytes[start + i]!);
    return constant(isSigned ? BigInt.asIntN(8 * size, value) : value);
  }

  #sectionOf(addr: bigint, size: bigint): ElfSection | undefined {
    return this.#sections.find((one) => addr >= one.addr && addr + size <= one.addr + BigInt(one.bytes.length));
  }
}

const isReadOnly = ({ type, flags }: ElfSection): boolean =>
  type === SECTION_TYPES.progbits && (flags & (SECTION_FLAGS.alloc | SECTION_FLAGS.write)) === SECTION_FLAGS.alloc;
