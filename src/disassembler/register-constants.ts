/**
 * Which registers hold known constants, instruction by instruction. Loads from sections that nobody writes are
 * constants, too: compilers keep 64-bit constants there.
 */
import { type ElfFile, type ElfSection, SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import type { DecodedInstruction } from '../isa/decode.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import type { InstructionName } from '../isa/rv64.ts';

type Binary = (a: bigint, b: bigint) => bigint;

const word = (value: bigint): bigint => BigInt.asIntN(32, value);
const shift = (count: bigint): bigint => count & 63n;
const wordShift = (count: bigint): bigint => count & 31n;
const sll: Binary = (a, b) => a << shift(b);
const srl: Binary = (a, b) => BigInt.asUintN(64, a) >> shift(b);
const sra: Binary = (a, b) => BigInt.asIntN(64, a) >> shift(b);
const sllw: Binary = (a, b) => word(a << wordShift(b));
const srlw: Binary = (a, b) => word(BigInt.asUintN(32, a) >> wordShift(b));
const sraw: Binary = (a, b) => word(a) >> wordShift(b);
const add: Binary = (a, b) => a + b;
const addw: Binary = (a, b) => word(a + b);
const and: Binary = (a, b) => a & b;
const or: Binary = (a, b) => a | b;
const xor: Binary = (a, b) => a ^ b;

/** Results as functions of rs1 and of rs2 or the immediate. */
const EVALUATE: Partial<Record<InstructionName, Binary>> = {
  ...{ add, addi: add, addw, addiw: addw, and, andi: and, or, ori: or, xor, xori: xor },
  ...{ sll, slli: sll, srl, srli: srl, sra, srai: sra, sllw, slliw: sllw, srlw, srliw: srlw, sraw, sraiw: sraw },
  sub: (a, b) => a - b,
  subw: (a, b) => word(a - b),
  mul: (a, b) => a * b,
  mulw: (a, b) => word(a * b),
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

/** Registers with known values. */
export type KnownRegisters = ReadonlyMap<number, bigint>;

export class RegisterConstants {
  readonly #values: (bigint | undefined)[] = Array.from({ length: 32 });
  readonly #constants: readonly ElfSection[];

  constructor(file: ElfFile) {
    this.#constants = file.sections.filter(isConstant);
  }

  /** Value of a register, as an unsigned 64-bit number. */
  get(register: number): bigint | undefined {
    return register === 0 ? 0n : this.#values[register];
  }

  /** All that is known now. */
  known(): Map<number, bigint> {
    const known = new Map<number, bigint>();
    for (const [register, value] of this.#values.entries()) if (value !== undefined) known.set(register, value);
    return known;
  }

  /** From now on this is known, and nothing else. */
  assume(known: KnownRegisters): void {
    this.#values.fill(undefined);
    for (const [register, value] of known) this.#values[register] = value;
  }

  /** The instruction has been executed. @param instruction nothing for words that are none */
  step(instruction: DecodedInstruction | undefined, pc: bigint): void {
    if (instruction === undefined) return;
    const { instruction: def, fields } = instruction;
    if (def.name === 'jal' || def.name === 'jalr') {
      if (fields.rd !== 0) for (const register of CALLER_SAVED) this.#values[register] = undefined;
      return;
    }
    // The environment answers in a0.
    if (def.name === 'ecall') this.#values[RETURN_VALUE] = undefined;
    if (!def.operands.includes('rd') || fields.rd === 0) return;
    const result = this.#result(instruction, pc);
    this.#values[fields.rd!] = result === undefined ? undefined : BigInt.asUintN(64, result);
  }

  #result({ instruction: { name }, fields }: DecodedInstruction, pc: bigint): bigint | undefined {
    const immediate = fields.imm ?? fields.uimm;
    if (name === 'lui') return BigInt(immediate!);
    if (name === 'auipc') return pc + BigInt(immediate!);
    const load = LOADS[name];
    const evaluate = EVALUATE[name];
    if (load === undefined && evaluate === undefined) return undefined;
    const a = this.get(fields.rs1!);
    const b = immediate === undefined ? this.get(fields.rs2!) : BigInt(immediate);
    if (a === undefined || b === undefined) return undefined;
    return load === undefined ? evaluate!(a, b) : this.#load(BigInt.asUintN(64, a + b), ...load);
  }

  #load(addr: bigint, size: number, isSigned: boolean): bigint | undefined {
    const section = this.#constants.find(
      (one) => addr >= one.addr && addr + BigInt(size) <= one.addr + BigInt(one.bytes.length),
    );
    if (section === undefined) return undefined;
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(section.bytes[Number(addr - section.addr) + i]!);
    return isSigned ? BigInt.asIntN(8 * size, value) : value;
  }
}

const isConstant = ({ type, flags }: ElfSection): boolean =>
  type === SECTION_TYPES.progbits && (flags & (SECTION_FLAGS.alloc | SECTION_FLAGS.write)) === SECTION_FLAGS.alloc;
