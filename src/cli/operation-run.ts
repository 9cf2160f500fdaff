/** What `gemm`, `conv` and `net` share: machine, operands, run, check. */
import { createNumerics } from '../accel/numerics.ts';
import { type MachineConfig, timingConfigOf } from '../machine/config/schema.ts';
import type { RunOutcome } from '../machine/machine.ts';
import { type CheckResult, checkOperation } from '../runtime/check.ts';
import { bytesOf, type Geometry, geometryOf } from '../runtime/geometry.ts';
import { type NpyExpectation, type NpyValues, readNpy } from '../runtime/npy.ts';
import { libraryPlanner, type Operation, type Planner } from '../runtime/operation.ts';
import { timerOf } from '../runtime/plan-timing.ts';
import type { Program } from '../runtime/program.ts';
import { type ProgramRun, runProgram } from '../runtime/run.ts';
import { searchPlanner } from '../runtime/search.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { type ConfigOptions, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { cliError, readInput, writeOutput } from './files.ts';
import type { OperationOptions } from './operation-flags.ts';
import { errColours, note, report } from './terminal.ts';

/** The machine of a command, ready for operations. */
export interface OperationMachine {
  readonly config: MachineConfig;
  readonly geometry: Geometry;
  readonly planner: Planner;
}

/** @param tiles `search`, or anything else for the public library's tiles */
export async function machineFor(options: ConfigOptions, tiles: string): Promise<Result<OperationMachine, Diagnostic>> {
  const effective = await configFromOptions(options);
  if (!effective.ok) return effective;
  const config = effective.value.machine;
  const { elementType } = config.accelerator;
  if (elementType !== 'int8')
    return fail(
      cliError(
        'CLI003',
        `accelerator.elementType is ${elementType}, but operands are made and checked as int8`,
        'use an int8 machine',
      ),
    );
  const search = () => searchPlanner(timerOf(config.accelerator, timingConfigOf(config)));
  const planner = tiles === 'search' ? search() : libraryPlanner;
  return succeed({ config, geometry: geometryOf(config.accelerator), planner });
}

/** Values of most results that `--check sample` looks at, per operation. */
const SAMPLE = 256;

export function checkAgainstLoops(
  operation: Operation,
  run: ProgramRun,
  { config, geometry }: OperationMachine,
  { check }: OperationOptions,
): CheckResult {
  if (check === 'none') return { checked: 0, mismatches: [] };
  const bytes = { element: bytesOf('element', geometry), accumulator: bytesOf('accumulator', geometry) };
  const most = check === 'all' ? Number.POSITIVE_INFINITY : SAMPLE;
  return checkOperation(operation, run.memory, bytes, createNumerics(config.accelerator), most);
}

/** Writes the program when asked to, and runs it. */
export function runOperations(
  program: Program,
  { config }: OperationMachine,
  { elf, time }: OperationOptions,
): Result<ProgramRun, Diagnostic> {
  if (elf !== undefined) {
    const written = writeOutput(elf, program.elf);
    if (!written.ok) return written;
  }
  return runProgram(program, config, time);
}

/** The values of a `.npy` file, or nothing when the option was not given. */
export function readTensor<V extends NpyValues>(
  path: string | undefined,
  expected: NpyExpectation,
): Result<V | undefined, Diagnostic> {
  if (path === undefined) return succeed(undefined);
  const bytes = readInput(path);
  if (!bytes.ok) return bytes;
  const array = readNpy(bytes.value, { ...expected, argument: `${expected.argument} ${path}` });
  return array.ok ? succeed(array.value.values as V) : array;
}

export function failWith(errors: readonly Diagnostic[]): number {
  report(errors);
  if (errors.some(({ code }) => code === 'CLI001')) return exitCode('noInput');
  return errors.some(({ code }) => code === 'CLI002') ? exitCode('noOutput') : exitCode('badInput');
}

/** @returns the exit status of a run that did not end as it should; nothing when it did */
export function badOutcome(outcome: RunOutcome): number | undefined {
  if (outcome.kind === 'exit' && outcome.code === 0n) return undefined;
  if (outcome.kind === 'fault') {
    note(`${errColours.red.bold(`fault[${outcome.fault.id}]`)}: ${outcome.fault.message}`);
    return exitCode('guestFault');
  }
  note(errColours.red(`the program ended with ${outcome.kind === 'exit' ? `status ${outcome.code}` : outcome.kind}`));
  return exitCode('ourBug');
}

/** One line about values, and the first that is wrong. */
export function checkText({ checked, mismatches }: CheckResult): string {
  if (checked === 0) return 'not checked';
  const [first] = mismatches;
  if (first === undefined) return `${checked} checked, all right`;
  return `${mismatches.length} of ${checked} wrong; value ${first.index} is ${first.found}, but ${first.expected} is right`;
}
