import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { parseAssignment, resolveConfig } from '../../src/machine/config/resolve.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import type { Machine } from '../../src/machine/machine.ts';

export function machineWith(...assignments: readonly string[]): MachineConfig {
  const layers = assignments.map((text) => {
    const layer = parseAssignment(text);
    if (!layer.ok) throw new Error(layer.errors[0]!.message);
    return layer.value;
  });
  const config = resolveConfig(layers);
  if (!config.ok) throw new Error(config.errors[0]!.message);
  return config.value.machine;
}

/** Runs assembly text with timing until it exits with 0. */
export const runTimed = (text: string, ...assignments: readonly string[]): Machine =>
  runOn(machineWith(...assignments), text);

/**
 * @param record takes a recording of the run
 * @param slice  instructions of each part of the run
 */
export function runOn(config: MachineConfig, text: string, record?: (chunk: Uint8Array) => void, slice = 1e7): Machine {
  const program = assemble([{ name: 'program.s', text }]);
  if (!program.ok) throw new Error(program.errors[0]!.message);
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const machine = createMachine(config, new CapturedHost(), { timing: true, ...(record && { record }) });
  machine.load(elf.value);
  let outcome = machine.run(slice);
  while (outcome.kind === 'limit' && machine.retired < 1e7) outcome = machine.run(slice);
  if (outcome.kind !== 'exit' || outcome.code !== 0n) throw new Error(`the program ended with ${outcome.kind}`);
  machine.finishRecording();
  return machine;
}

/** Cycles between two reads of `cycle` that a program leaves in s0 and s1. */
export const measured = ({ tiles }: Machine): number => {
  const { state } = tiles[0]!.hart;
  return Number(state.x(9) - state.x(8));
};
