import { readFileSync } from 'node:fs';
import {
  CapturedHost,
  createMachine,
  type Diagnostic,
  findPreset,
  formatDiagnostic,
  type MachineConfig,
  parseAssignment,
  type Result,
  readElf,
  resolveConfig,
} from '../../src/index.ts';

/** The programs put their console and their end here (validation/programs/rt/ram.c). */
const CONSOLE = { mark: 0x8f000000n, exitCode: 0x8f000008n, text: 0x8f000040n, bytes: 1 << 16 } as const;
const END_MARK = 0x600dc0den;
const LOW_WORD = 0xffffffffn;
/** Instructions between looks at the mark, and in all. */
const SLICE = 20_000;
const LIMIT = 100_000_000;

export const MEASURED_MACHINE = 'chipyard-gemmini-2023';

export const measuredMachine = (memoryLatency: string): MachineConfig =>
  unwrap(
    resolveConfig([unwrap(findPreset(MEASURED_MACHINE)), unwrap(parseAssignment(`memory.latency=${memoryLatency}`))]),
  ).machine;

/** @returns what the program prints on a timed machine; throws when it does not get to its end */
export function consoleOf(elf: string, config: MachineConfig): string {
  const machine = createMachine(config, new CapturedHost(), { timing: true });
  unwrap(machine.load(unwrap(readElf(readFileSync(elf)))));
  while ((machine.ram.readU64(CONSOLE.mark) & LOW_WORD) !== END_MARK) {
    const outcome = machine.run(SLICE);
    if (outcome.kind === 'fault') throw new Error(outcome.fault.message);
    if (outcome.kind !== 'limit' || machine.retired > LIMIT)
      throw new Error(`${elf}: no end after ${machine.retired} instructions (${outcome.kind})`);
  }
  const bytes = machine.ram.view(CONSOLE.text, CONSOLE.bytes)!;
  const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  const code = machine.ram.readU64(CONSOLE.exitCode);
  if (code !== 0n) throw new Error(`${elf}: exit code ${code} after\n${text}`);
  return text;
}

function unwrap<T>(result: Result<T, Diagnostic>): T {
  if (!result.ok) throw new Error(result.errors.map((error) => formatDiagnostic(error)).join('\n'));
  return result.value;
}
