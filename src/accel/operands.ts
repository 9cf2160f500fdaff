import { type CommandName, commandByName, type IsaRevision } from '../isa/accelerator.ts';
import type { OperandField } from '../isa/accelerator-fields.ts';

/** rs1 and rs2 as four unsigned 32-bit words: rs1 low, rs1 high, rs2 low, rs2 high. */
export type OperandWords = Uint32Array;

/** Reads one field of a command; signed fields as their unsigned bits, fields of 64 bits with `wideReader`. */
export type FieldReader = (words: OperandWords) => number;

/** The two operands of the command that executes: written as 64-bit numbers, read by field. */
export class OperandBuffer {
  readonly words: OperandWords;
  readonly #wide: BigUint64Array;

  constructor() {
    this.#wide = new BigUint64Array(2);
    this.words = new Uint32Array(this.#wide.buffer);
  }

  set(rs1: bigint, rs2: bigint): void {
    this.#wide[0] = rs1;
    this.#wide[1] = rs2;
  }
}

type Operand = 'rs1' | 'rs2';

/**
 * A reader for a field of the command table, its word, shift and mask worked out once.
 * @throws when the table has no such field: a mistake of ours
 */
export function fieldReader(command: CommandName, operand: Operand, name: string): FieldReader {
  const field = commandByName('current', command)?.[operand].find((one) => one.name === name);
  if (field === undefined) throw new Error(`command ${command} has no field ${name} in ${operand}`);
  return readerOf(field, operand);
}

export function readerOf({ name, lsb, width }: OperandField, operand: Operand): FieldReader {
  const word = (operand === 'rs1' ? 0 : 2) + (lsb >= 32 ? 1 : 0);
  const shift = lsb % 32;
  if (shift + width > 32) throw new Error(`field ${name} does not lie in one 32-bit word`);
  const mask = 2 ** width - 1;
  return width === 32 ? (words) => words[word]! : (words) => (words[word]! >>> shift) & mask;
}

/** All fields of a command by name, as readers. */
export function fieldReaders(revision: IsaRevision, command: CommandName): ReadonlyMap<string, FieldReader> {
  const row = commandByName(revision, command);
  if (row === undefined) throw new Error(`no command ${command}`);
  const of = (operand: Operand) => row[operand].map((field) => [field.name, readerOf(field, operand)] as const);
  return new Map([...of('rs1'), ...of('rs2')]);
}
