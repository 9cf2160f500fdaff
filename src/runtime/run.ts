import { readElf } from '../elf/read.ts';
import { createMachine } from '../machine/build.ts';
import { CapturedHost } from '../machine/captured-host.ts';
import type { MachineConfig } from '../machine/config/schema.ts';
import type { Machine, RunOutcome } from '../machine/machine.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { type Result, succeed } from '../support/result.ts';
import type { TensorMemory } from './check.ts';
import { geometryOf, type StoredType } from './geometry.ts';
import type { Program, ProgramTarget } from './program.ts';
import { tensorType } from './tensor-type.ts';

/** What remains after a program has run. */
export interface ProgramRun {
  readonly outcome: RunOutcome;
  /** Cycles of every stretch of the program, as it read the `cycle` CSR; nothing when the run was not timed. */
  readonly cycles: readonly number[] | undefined;
  readonly memory: TensorMemory;
  /** The bytes of a region, copied. */
  region(name: string): Uint8Array<ArrayBuffer>;
}

export const programTarget = ({ memory, accelerator }: MachineConfig): ProgramTarget => ({
  ram: { base: memory.base, bytes: memory.size },
  customOpcode: accelerator.customOpcode as 0 | 1 | 2 | 3,
});

/**
 * Runs a program on a new machine to its end.
 * @param timing does the timing model follow the run?
 */
export function runProgram(program: Program, config: MachineConfig, timing = false): Result<ProgramRun, Diagnostic> {
  const elf = readElf(program.elf);
  if (!elf.ok) return elf;
  const machine = createMachine(config, new CapturedHost(), { timing });
  const loaded = machine.load(elf.value);
  if (!loaded.ok) return loaded;
  const outcome = machine.run();
  const marks = regionBytes(machine, program, program.cycleMarks.name);
  const times = [...new BigUint64Array(marks.buffer)].map(Number);
  return succeed({
    outcome,
    cycles: timing ? times.slice(1).map((time, index) => time - times[index]!) : undefined,
    memory: tensorMemory(machine),
    region: (name) => regionBytes(machine, program, name),
  });
}

function regionBytes(machine: Machine, program: Program, name: string): Uint8Array<ArrayBuffer> {
  const region = program.regions.get(name);
  if (region === undefined) throw new Error(`the program has no region ${name}`);
  return machine.ram.view(BigInt(region.address), region.bytes)!.slice();
}

function tensorMemory(machine: Machine): TensorMemory {
  const geometry = geometryOf(machine.config.accelerator);
  const typeOf = (type: StoredType) => {
    const values = tensorType(type, geometry);
    return { read: values.read, bytes: values.make(1).BYTES_PER_ELEMENT };
  };
  const types = { element: typeOf('element'), accumulator: typeOf('accumulator') };
  const { memory } = machine;
  return {
    read(address: number, type: StoredType) {
      const linear = memory.locate(address, types[type].bytes);
      if (linear === undefined) throw new RangeError(`a tensor at 0x${address.toString(16)} is outside of memory`);
      return types[type].read(memory.view, linear);
    },
  };
}
