/**
 * Compares simulated cycles with measured ones: every program of data/validation runs on the machine that was measured.
 * `npm run validate [-- --write]`; with --write the table in docs/validation.md is renewed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readElf } from '../src/elf/read.ts';
import { createMachine } from '../src/machine/build.ts';
import { CapturedHost } from '../src/machine/captured-host.ts';
import { findPreset } from '../src/machine/config/presets.ts';
import { parseAssignment, resolveConfig } from '../src/machine/config/resolve.ts';
import type { Result } from '../src/support/result.ts';

const DATA = 'data/validation';
const TABLE = /(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/;

/**
 * The programs are the very bytes that were measured: they print into memory, which the measuring harness could see, and
 * then spin (sources/rt/ram.c).
 */
const CONSOLE = 0x8f00_0000n;
const FINISHED = 0x600d_c0den;
const CONSOLE_TEXT = 0x40n;
const CONSOLE_BYTES = 2 ** 16;
/** Instructions between looks at the console. */
const SLICE = 100_000;

interface Measured {
  readonly name: string;
  readonly cycles: readonly number[];
}

interface Case extends Measured {
  readonly file: string;
  readonly simulated: readonly number[];
}

/** Lines of a program's output: a name and the cycles of repetitions, the first with cold caches. */
function parseCycles(text: string): Measured[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(.*?)((?: \d+){2,4})(?: instret.*)?$/.exec(line) ?? /^(.*?) cycles((?: \d+){3})/.exec(line);
    return match === null ? [] : [{ name: match[1]!, cycles: match[2]!.trim().split(' ').map(Number) }];
  });
}

const unwrap = <T>(result: Result<T, { readonly message: string }>): T => {
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.value;
};

function simulate(program: string, latency: string): Measured[] {
  const config = unwrap(
    resolveConfig([
      unwrap(findPreset('chipyard-gemmini-2023')),
      unwrap(parseAssignment(`memory.latency=${latency}`)),
      unwrap(parseAssignment('memory.size=256MiB')),
    ]),
  );
  const machine = createMachine(config.machine, new CapturedHost(), { timing: true });
  unwrap(machine.load(unwrap(readElf(readFileSync(program)))));
  while (machine.ram.readU64(CONSOLE) !== FINISHED) {
    const outcome = machine.run(SLICE);
    if (outcome.kind !== 'limit') throw new Error(`${program} ended with ${outcome.kind}`);
  }
  const text = machine.ram.view(CONSOLE + CONSOLE_TEXT, CONSOLE_BYTES)!;
  return parseCycles(new TextDecoder().decode(text.subarray(0, text.indexOf(0))));
}

/** Programs that were run with several memory latencies have one copy. */
const PROGRAM_OF: Readonly<Record<string, string>> = {
  micro_lat100: 'micro',
  tlb_vm_lat100b: 'tlb_vm2',
  mm_256_lat100_nb: 'mm_256_4_4_16_nb',
};

function runCase(row: string): Case[] {
  const [file, , , , latency] = row.split(',');
  const name = file!.replace('.txt', '');
  const measured = parseCycles(readFileSync(`${DATA}/rtl/${file}`, 'utf8'));
  const simulated = simulate(`${DATA}/programs/${PROGRAM_OF[name] ?? name}.elf`, latency!);
  return measured.map((one, index) => {
    const ours = simulated[index];
    if (ours?.name !== one.name) throw new Error(`${file}: ${one.name} was measured, ${ours?.name} simulated`);
    return { ...one, file: name, simulated: ours.cycles };
  });
}

const percent = (x: number): string => `${x >= 0 ? '+' : ''}${x.toFixed(1)} %`;
const errorOf = (measured: number, simulated: number): number => ((simulated - measured) / measured) * 100;
const errorsOf = ({ cycles, simulated }: Case): number[] => cycles.map((x, i) => errorOf(x, simulated[i]!));
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const rows = readFileSync(`${DATA}/rtl/cases.csv`, 'utf8').trim().split('\n').slice(1);
const cases = rows.flatMap(runCase);
const all = cases.flatMap(errorsOf).map(Math.abs);
const steady = cases.map((one) => Math.abs(errorsOf(one).at(-1)!));
const table = [
  '| program | case | RTL cycles | simulated cycles | error |',
  '| --- | --- | --- | --- | --- |',
  ...cases.map(
    (one) =>
      `| ${one.file} | ${one.name} | ${one.cycles.join(' ')} | ${one.simulated.join(' ')} | ${errorsOf(one).map(percent).join(' ')} |`,
  ),
].join('\n');
const over = (values: readonly number[]): string =>
  `mean absolute error ${mean(values).toFixed(2)} %, largest ${Math.max(...values).toFixed(1)} %, above 10 %: ${values.filter((x) => x > 10).length}`;
const summary = [
  `${cases.length} cases, ${all.length} measured repetitions: ${over(all)}`,
  `last repetition of each case (warm caches): ${over(steady)}`,
].join('\n\n');

console.log(`${table}\n\n${summary}`);
if (process.argv.includes('--write')) {
  const page = readFileSync('docs/validation.md', 'utf8');
  writeFileSync(
    'docs/validation.md',
    page.replace(TABLE, (_, start, end) => `${start}${table}\n\n${summary}\n${end}`),
  );
}
