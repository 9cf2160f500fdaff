/** What `gemm`, `conv` and `net` share: machine, operands, run, check. */
import { createNumerics } from '../accel/numerics.ts';
import type { MachineConfig } from '../machine/config/schema.ts';
import type { RunOutcome } from '../machine/machine.ts';
import { type CheckResult, checkOperation } from '../runtime/check.ts';
import { type Geometry, geometryOf, type StoredType } from '../runtime/geometry.ts';
import { readNpy, writeNpy } from '../runtime/npy.ts';
import { libraryPlanner, type Operation, type Planner } from '../runtime/operation.ts';
import { timerOf } from '../runtime/plan-timing.ts';
import type { Program } from '../runtime/program.ts';
import { type ProgramRun, runProgram } from '../runtime/run.ts';
import { searchPlanner } from '../runtime/search.ts';
import { checkTensorTypes, type TensorValues, tensorType } from '../runtime/tensor-type.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { type ConfigOptions, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { readInput } from './files.ts';
import { writeOutput } from './growing-file.ts';
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
  const geometry = geometryOf(config.accelerator);
  const problems = checkTensorTypes(geometry);
  if (problems.length > 0) return fail(...problems);
  const search = () => searchPlanner(timerOf(config.accelerator, config));
  const planner = tiles === 'search' ? search() : libraryPlanner;
  return succeed({ config, geometry, planner });
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
  const most = check === 'all' ? Number.POSITIVE_INFINITY : SAMPLE;
  return checkOperation(operation, run.memory, geometry, createNumerics(config.accelerator), most);
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

/** The values of a `.npy` file of the accelerator's types, or nothing when the option was not given. */
export function readTensor(
  path: string | undefined,
  argument: string,
  type: StoredType,
  shape: readonly number[],
  geometry: Geometry,
): Result<TensorValues | undefined, Diagnostic> {
  if (path === undefined) return succeed(undefined);
  const bytes = readInput(path);
  if (!bytes.ok) return bytes;
  const { npy, of } = tensorType(type, geometry);
  const array = readNpy(bytes.value, { argument: `${argument} ${path}`, type: npy, shape });
  return array.ok ? succeed(of(array.value.values.buffer)) : array;
}

/** Writes a result as a `.npy` file. */
export function writeTensor(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  type: StoredType,
  shape: readonly number[],
  geometry: Geometry,
): Result<void, Diagnostic> {
  const { npy, of } = tensorType(type, geometry);
  return writeOutput(path, writeNpy({ type: npy, shape, values: of(bytes.buffer) }));
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
