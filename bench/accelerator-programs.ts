// Runs compiled accelerator programs in one process, compares exit status and console output with what the reference
// simulator gave, and tells how long it took:
//   node scripts/run.mjs bench/accelerator-programs.ts DIRECTORY[@gemmini_params.h] …
// A directory has NAME.elf and expected/NAME.status, expected/NAME.stdout; after the `@` comes the header of its machine,
// if it is not the default. The programs are not part of the project.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CapturedHost,
  createMachine,
  DEFAULT_MACHINE,
  importGemminiParams,
  type MachineConfig,
  type RunOutcome,
  readElf,
  resolveConfig,
} from '../src/index.ts';

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

const comparable = (output: string): string =>
  output
    .replace(BANNER, '')
    .split('\n')
    .map((line) => (RANDOM_LINE.test(line) ? line.replace(/\d+/g, '#') : line))
    .join('\n');

const statusOf = (outcome: RunOutcome): string => {
  if (outcome.kind === 'exit') return String(outcome.code & 0xffn);
  return outcome.kind === 'fault' ? String(outcome.fault.exitStatus ?? outcome.fault.id) : outcome.kind;
};

/** @returns what differs from the reference */
function compare(directory: string, name: string, config: MachineConfig): string[] {
  const elf = readElf(readFileSync(join(directory, `${name}.elf`)));
  if (!elf.ok) return [elf.errors[0]!.message];
  const host = new CapturedHost({ programArguments: [`${name}.elf`] });
  const machine = createMachine(config, host);
  const loaded = machine.load(elf.value);
  if (!loaded.ok) return [loaded.errors[0]!.message];
  const status = statusOf(machine.run(3e9));
  const expected = (kind: string): string => readFileSync(join(directory, 'expected', `${name}.${kind}`), 'utf8');
  const problems: string[] = [];
  if (status !== expected('status').trim()) problems.push(`status ${status}, expected ${expected('status').trim()}`);
  if (comparable(host.output) !== comparable(expected('stdout'))) problems.push('different output');
  return problems;
}

const entries = process.argv.slice(2);
if (entries.length === 0) throw new Error('usage: accelerator-programs.ts DIRECTORY[@gemmini_params.h] …');
let [passed, failed] = [0, 0];
const start = performance.now();
for (const entry of entries) {
  const [directory, header] = entry.split('@') as [string, string | undefined];
  const config = machineOf(header);
  for (const file of readdirSync(directory).filter((one) => one.endsWith('.elf'))) {
    const name = file.slice(0, -'.elf'.length);
    const problems = compare(directory, name, config);
    if (problems.length === 0) passed++;
    else failed++;
    for (const problem of problems) console.log(`${directory} ${name}: ${problem}`);
  }
}
console.log(`${passed} passed, ${failed} failed, ${((performance.now() - start) / 1000).toFixed(2)} s`);
process.exitCode = failed === 0 ? 0 : 1;
