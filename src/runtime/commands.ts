/** Streams of accelerator commands: what the runtime lowers layers to, and what programs, tests and searches consume. */
import { type Command, type CommandName, commandByName, type IsaRevision } from '../isa/accelerator.ts';
import { type OperandField, packOperand } from '../isa/accelerator-fields.ts';
import type { CELL_CODE } from './cell-routines.ts';

/** A command with its packed 64-bit operands. */
export interface CommandStep {
  readonly kind: 'command';
  readonly name: CommandName;
  readonly rs1: bigint;
  readonly rs2: bigint;
}

/** Wait until every earlier command has finished (the RISC-V `fence`). */
export interface FenceStep {
  readonly kind: 'fence';
}

/** A routine of the hart, called with the address of a block of doublewords in a0. */
export interface CallStep {
  readonly kind: 'call';
  readonly routine: RoutineName;
  readonly block: readonly number[];
}

/** Steps of an operation that the accelerator does alone. */
export type Step = CommandStep | FenceStep;

/** Steps of any operation. */
export type ProgramStep = Step | CallStep;

export type RoutineName = keyof typeof CELL_CODE;

export const FENCE: FenceStep = { kind: 'fence' };

export type FieldValues = Readonly<Record<string, number | bigint | boolean>>;

/**
 * A command from the values of its fields; fields not given have their assembler default, or 0.
 * @throws RangeError when a value does not fit its field: sizes are checked before they are lowered
 */
export function command(name: CommandName, rs1: FieldValues = {}, rs2: FieldValues = {}): CommandStep {
  const definition = commandByName('current', name) as Command;
  for (const [fields, values] of [
    [definition.rs1, rs1],
    [definition.rs2, rs2],
  ] as const) {
    const unknown = Object.keys(values).find((key) => !fields.some((field) => field.name === key));
    if (unknown !== undefined) throw new Error(`${name} has no field ${unknown}`);
  }
  return { kind: 'command', name, rs1: pack(definition.rs1, rs1), rs2: pack(definition.rs2, rs2) };
}

/** A command of one ISA revision that takes the fields it has from a list that serves several commands. */
export function commandFrom(revision: IsaRevision, name: CommandName, values: FieldValues): CommandStep {
  const definition = commandByName(revision, name) as Command;
  return { kind: 'command', name, rs1: pack(definition.rs1, values), rs2: pack(definition.rs2, values) };
}

function pack(fields: readonly OperandField[], values: FieldValues): bigint {
  const words: Record<string, bigint> = {};
  for (const { name, default: fallback } of fields) words[name] = BigInt(values[name] ?? fallback ?? 0);
  return packOperand(fields, words);
}

const bits = new DataView(new ArrayBuffer(4));

/** The binary32 bits of a scale. */
export function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getUint32(0);
}
