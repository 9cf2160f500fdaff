/**
 * Measures how fast Pollux runs programs. `--against` runs another simulator on the same program right after ours, so that the
 * ratio is of one moment. Times are the best of several runs, start-up excluded for ours and included for the other.
 */
import { execSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CapturedHost, createMachine, DEFAULT_MACHINE, readElf } from '../src/index.ts';
import { type BenchCase, CASES } from './cases.ts';

const USAGE = `usage: npm run bench -- [--only PATTERN] [--repeat N] [--json FILE] [--against 'COMMAND {}']

  --only PATTERN    programs whose name matches the regular expression; "start" is "pollux run asm/hello.s" as a
                    process of its own, which needs "npm run build" first
  --repeat N        best of so many runs (default: 3)
  --json FILE       write the measurements there, too
  --against 'COMMAND {}'
                    run another simulator right after ours; {} stands for the ELF file
  --help            print this`;

const START = 'start';

interface Measurement {
  readonly name: string;
  readonly unit: BenchCase['unit'];
  readonly work: number;
  readonly seconds: number;
  readonly otherSeconds?: number;
}

/** Runs the program to its exit. */
function runOnce({ name, elf }: BenchCase): { seconds: number; instructions: number } {
  const file = readElf(elf);
  if (!file.ok) throw new Error(`${name}: ${file.errors[0]!.message}`);
  const machine = createMachine(DEFAULT_MACHINE, new CapturedHost());
  const loaded = machine.load(file.value);
  if (!loaded.ok) throw new Error(`${name}: ${loaded.errors[0]!.message}`);
  const start = performance.now();
  const outcome = machine.run(Number.MAX_SAFE_INTEGER);
  const seconds = (performance.now() - start) / 1000;
  if (outcome.kind !== 'exit' || outcome.code !== 0n) throw new Error(`${name} ended with ${outcome.kind}`);
  return { seconds, instructions: machine.retired };
}

function runOther(command: string, elfPath: string): number {
  const start = performance.now();
  execSync(command.replace('{}', elfPath), { stdio: 'ignore' });
  return (performance.now() - start) / 1000;
}

function measure(one: BenchCase, repeat: number, against: string | undefined, directory: string): Measurement {
  const elfPath = join(directory, 'program.elf');
  writeFileSync(elfPath, one.elf);
  let [seconds, otherSeconds, instructions] = [Infinity, Infinity, 0];
  for (let k = 0; k < repeat; k++) {
    const run = runOnce(one);
    instructions = run.instructions;
    seconds = Math.min(seconds, run.seconds);
    if (against !== undefined) otherSeconds = Math.min(otherSeconds, runOther(against, elfPath));
  }
  return {
    name: one.name,
    unit: one.unit,
    work: one.work ?? instructions,
    seconds,
    ...(against !== undefined && { otherSeconds }),
  };
}

function describe({ name, unit, work, seconds, otherSeconds }: Measurement): string {
  const rate = `${(work / seconds / 1e6).toFixed(0).padStart(7)} M ${unit}/s`;
  const other = otherSeconds === undefined ? '' : `${(otherSeconds / seconds).toFixed(1).padStart(8)} × the other`;
  return `${name.padEnd(34)} ${seconds.toFixed(3).padStart(8)} s ${rate}${other}`;
}

/** A whole `pollux run` of a trivial program, from the shell: its time, and the peak of its memory. */
function measureStart(repeat: number): { seconds: number; peakBytes: number } {
  const script = `process.on('exit', () => console.error(process.resourceUsage().maxRSS));
    process.argv.splice(1, 0, 'pollux'); await import(process.cwd() + '/dist/cli.js');`;
  let [seconds, peakBytes] = [Infinity, 0];
  for (let k = 0; k < repeat; k++) {
    const start = performance.now();
    const timed = spawnSync(process.execPath, ['dist/cli.js', 'run', 'asm/hello.s']);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    if (timed.status !== 0) throw new Error(`pollux run asm/hello.s: ${timed.stderr}`);
    const weighed = spawnSync(process.execPath, ['--input-type=module', '-e', script, 'run', 'asm/hello.s']);
    peakBytes = Math.max(peakBytes, 1024 * Number(weighed.stderr.toString().trim().split('\n').at(-1)));
  }
  return { seconds, peakBytes };
}

function bench(): void {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '.' },
      repeat: { type: 'string', default: '3' },
      json: { type: 'string' },
      against: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error(`--repeat ${values.repeat} is no number of runs`);
  const only = new RegExp(values.only);
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
  const results: Measurement[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'pollux-bench-'));
  try {
    for (const cases of CASES) {
      for (const one of cases().filter(({ name }) => only.test(name))) {
        const result = measure(one, repeat, values.against, directory);
        results.push(result);
        console.log(describe(result));
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  if (only.test(START)) {
    const { seconds, peakBytes } = measureStart(repeat);
    results.push({ name: START, unit: 'starts', work: 1, seconds });
    const peak = `peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`;
    console.log(`${START.padEnd(34)} ${seconds.toFixed(3).padStart(8)} s  ${peak}`);
  }
  if (results.length === 0) throw new Error(`no program matches --only ${values.only}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

try {
  bench();
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  process.exitCode = 2;
}
