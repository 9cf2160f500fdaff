/**
 * Accelerator commands by name, which GNU objdump prints as bytes: `mvin a0,a1 # dram_addr=0x80001000 <a>, …`. The
 * registers before the comment are what an assembler reads back; the comment decodes the operands that are known.
 */
import type { ElfFile } from '../elf/format.ts';
import { SymbolIndex } from '../elf/symbols.ts';
import {
  ACCELERATOR_OPCODE,
  type CommandDef,
  decodeCommand,
  encodeCommand,
  type IsaRevision,
} from '../isa/accelerator.ts';
import type { OperandField } from '../isa/accelerator-fields.ts';
import { decode, instructionLength } from '../isa/decode.ts';
import { operandAssignments } from '../isa/operand-text.ts';
import { INTEGER_REGISTERS } from '../isa/registers.ts';
import { constantFlow } from './constant-flow.ts';
import type { KnownBits } from './known-bits.ts';
import { type KnownRegisters, RegisterConstants } from './register-constants.ts';

/** Funct 0 is four commands, told apart by an operand; this is its name when the operand is not known. */
const CONFIG = 'config';

/** A custom-3 word, taken apart. */
export interface CommandWord {
  readonly funct: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rd: number;
}

/** Registers of a word that may be a command. */
export const commandWord = (word: number): CommandWord | undefined =>
  (word & 0x7f) === ACCELERATOR_OPCODE
    ? { funct: word >>> 25, rs2: (word >>> 20) & 31, rs1: (word >>> 15) & 31, rd: (word >>> 7) & 31 }
    : undefined;

/** The command that a word encodes exactly; `rs1Value` tells the configurations apart. */
export function commandOf(word: number, revision: IsaRevision, rs1Value: bigint): CommandDef | undefined {
  const parts = commandWord(word);
  const command = parts && decodeCommand(revision, parts.funct, Number(rs1Value & 3n));
  if (parts === undefined || command === undefined) return undefined;
  const rd = command.hasResult ? parts.rd : 0;
  return encodeCommand(command, parts.rs1, parts.rs2, rd) === word ? command : undefined;
}

/** Gives the instructions of a file, in their order, the names of commands. */
export class CommandNames {
  readonly #constants: RegisterConstants;
  readonly #arrivals: ReadonlyMap<bigint, KnownRegisters>;
  readonly #symbols: SymbolIndex;
  readonly #revision: IsaRevision;

  constructor(file: ElfFile, revision: IsaRevision) {
    this.#constants = new RegisterConstants(file);
    this.#arrivals = constantFlow(file, this.#constants);
    this.#symbols = new SymbolIndex(file.symbols);
    this.#revision = revision;
  }

  /** Text of the instruction, if it is a command. To be called for every instruction. */
  text(word: number, pc: bigint): string | undefined {
    const arrival = this.#arrivals.get(pc);
    if (arrival !== undefined) this.#constants.assume(arrival);
    const text = instructionLength(word) === 4 ? this.#commandText(word) : undefined;
    this.#constants.step(decode(word), pc);
    return text;
  }

  #commandText(word: number): string | undefined {
    const parts = commandWord(word);
    if (parts === undefined) return undefined;
    const rs1 = this.#constants.get(parts.rs1);
    const rs2 = this.#constants.get(parts.rs2);
    const command = commandOf(word, this.#revision, rs1.bits);
    if (command === undefined) return undefined;
    const registers = [...(command.hasResult ? [parts.rd] : []), parts.rs1, parts.rs2];
    const operands = registers.map((register) => INTEGER_REGISTERS[register]!).join(',');
    const isOpen = command.funct === 0 && (rs1.mask & 3n) !== 3n;
    const known = isOpen ? [] : [...this.#assignments(command.rs1, rs1), ...this.#assignments(command.rs2, rs2)];
    const comment = known.length === 0 ? '' : ` # ${known.join(', ')}`;
    return `${isOpen ? CONFIG : command.name}\t${operands}${comment}`;
  }

  /** The fields whose bits are all known. */
  #assignments(fields: readonly OperandField[], { bits, mask }: KnownBits): string[] {
    const known = fields.filter(
      ({ lsb, width }) => (mask >> BigInt(lsb)) % 2n ** BigInt(width) === 2n ** BigInt(width) - 1n,
    );
    const symbol = known[0]?.kind === 'address' && bits !== 0n ? this.#symbols.describe(bits) : undefined;
    return operandAssignments(known, bits).map((text) => (symbol === undefined ? text : `${text} <${symbol}>`));
  }
}
