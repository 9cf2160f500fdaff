/**
 * Runs compiled accelerator programs and compares exit status and console output with what the reference simulator gave.
 * POLLUX_PROGRAMS names directories (separated by `:`), each with NAME.elf and expected/NAME.status, expected/NAME.stdout,
 * and after an `@` the gemmini_params.h of its machine, if it is not the default.
 * The programs are not part of the project.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { importGemminiParams } from '../../src/machine/config/gemmini-params-import.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import { DEFAULT_MACHINE, type MachineConfig } from '../../src/machine/config/schema.ts';

const directories = (process.env.POLLUX_PROGRAMS ?? '').split(':').filter((one) => one !== '');
const programs = directories.flatMap((entry) => {
  const [directory, header] = entry.split('@') as [string, string | undefined];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.elf'))
    .map((file) => ({ directory, header, name: file.slice(0, -'.elf'.length) }));
});

function machineOf(header: string | undefined): MachineConfig {
  if (header === undefined) return DEFAULT_MACHINE;
  const layer = importGemminiParams(readFileSync(header, 'utf8'), header);
  const config = layer.ok ? resolveConfig([layer.value]) : layer;
  if (!config.ok) throw new Error(config.errors[0]!.message);
  return config.value.machine;
}

/** The reference simulator's own greeting, at the first accelerator command. */
const BANNER = /^Gemmini extension configured with:\n {4}dim = \d+\n/m;
/** Lines with values of accelerator counters, which the reference simulator draws at random. */
const RANDOM_LINE = /DMA|counter|snapshot|RESERVATION|Cycles after/;

const comparable = (output: string): string[] =>
  output
    .replace(BANNER, '')
    .split('\n')
    .map((line) => (RANDOM_LINE.test(line) ? line.replace(/\d+/g, '#') : line));

describe.skipIf(programs.length === 0)(
  'compiled programs end and print as on the reference simulator (needs POLLUX_PROGRAMS)',
  () => {
    test.each(programs.length > 0 ? programs : [{ directory: 'no directory', header: undefined, name: 'no program' }])(
      '$directory $name',
      ({ directory, header, name }) => {
        const elf = readElf(readFileSync(join(directory, `${name}.elf`)));
        if (!elf.ok) throw new Error(elf.errors[0]!.message);
        const host = new CapturedHost({ programArguments: [`${name}.elf`] });
        const machine = createMachine(machineOf(header), host);
        expect(machine.load(elf.value)).toMatchObject({ ok: true });
        const outcome = machine.run(3e9);
        const expected = (kind: string): string => readFileSync(join(directory, 'expected', `${name}.${kind}`), 'utf8');
        expect(comparable(host.output)).toEqual(comparable(expected('stdout')));
        const status =
          outcome.kind === 'exit'
            ? Number(outcome.code & 0xffn)
            : outcome.kind === 'fault'
              ? outcome.fault.exitStatus
              : outcome.kind;
        expect(status).toBe(Number(expected('status')));
      },
    );
  },
);
