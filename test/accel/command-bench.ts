import type { AcceleratorOutcome } from '../../src/accel/accelerator.ts';
import type { CommandName } from '../../src/isa/accelerator.ts';
import { commandByName } from '../../src/isa/accelerator.ts';
import { packOperand } from '../../src/isa/accelerator-fields.ts';
import type { TestBench } from './bare-memory.ts';

/** Issues a command by field names; fields that are not given are 0. */
export function issue(
  { accelerator }: TestBench,
  name: CommandName,
  values: Readonly<Record<string, number | bigint>> = {},
): AcceleratorOutcome {
  const row = commandByName('current', name)!;
  const wide = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, BigInt(value)]));
  return accelerator.execute({
    funct7: row.funct,
    rs1: packOperand(row.rs1, wide),
    rs2: packOperand(row.rs2, wide),
    pc: 0x80000010n,
  });
}
