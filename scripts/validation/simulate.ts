import { readFileSync } from 'node:fs';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { findPreset } from '../../src/machine/config/presets.ts';
import { parseAssignment, resolveConfig } from '../../src/machine/config/resolve.ts';
import { type Measured, type MeasuredProgram, parseCycles } from './cases.ts';
import { unwrap } from './unwrap.ts';

/**
 * The programs are the very bytes that were measured: they print into memory, which the measuring harness could see, and
 * then spin (sources/rt/ram.c).
 */
const CONSOLE = 0x8f00_0000n;
const FINISHED = 0x600d_c0den;
const CONSOLE_TEXT = 0x40n;
const CONSOLE_BYTES = 2 ** 16;
/** Instructions between looks at the console, and in all. */
const SLICE = 100_000;
const LIMIT = 200_000_000;

/** @returns what the program prints on the machine that was measured; throws when it does not get to its end */
export function simulate({ elf, latency }: MeasuredProgram): readonly Measured[] {
  const config = unwrap(
    resolveConfig([
      unwrap(findPreset('chipyard-gemmini-2023')),
      unwrap(parseAssignment(`memory.latency=${latency}`)),
      unwrap(parseAssignment('memory.size=256MiB')),
    ]),
  );
  const machine = createMachine(config.machine, new CapturedHost(), { timing: true });
  unwrap(machine.load(unwrap(readElf(readFileSync(elf)))));
  while (machine.ram.readU64(CONSOLE) !== FINISHED) {
    const outcome = machine.run(SLICE);
    if (outcome.kind !== 'limit' || machine.retired > LIMIT)
      throw new Error(`${elf} did not finish: ${outcome.kind} after ${machine.retired} instructions`);
  }
  const text = machine.ram.view(CONSOLE + CONSOLE_TEXT, CONSOLE_BYTES)!;
  return parseCycles(new TextDecoder().decode(text.subarray(0, text.indexOf(0))));
}
