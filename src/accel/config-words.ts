import { type CommandName, commandByName } from '../isa/accelerator.ts';
import type { OperandField } from '../isa/accelerator-fields.ts';

/** The operands of a configuration command that a loop command issues. */
export interface ConfigWords {
  readonly rs1: bigint;
  readonly rs2: bigint;
}

/**
 * Builds the operands of a config command from field values the way the loop expanders do: shifted and or-ed together,
 * so that a value too large for its field spills into the next ones.
 */
export function configWords(command: CommandName, values: Readonly<Record<string, number | bigint>>): ConfigWords {
  const row = commandByName('current', command);
  if (row === undefined) throw new Error(`no command ${command}`);
  return { rs1: overlay(row.rs1, values), rs2: overlay(row.rs2, values) };
}

const overlay = (fields: readonly OperandField[], values: Readonly<Record<string, number | bigint>>): bigint =>
  BigInt.asUintN(
    64,
    fields.reduce((word, { name, lsb, fixed }) => word | (BigInt(fixed ?? values[name] ?? 0) << BigInt(lsb)), 0n),
  );
