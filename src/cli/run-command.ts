/** `pollux run`: a program in; the guest's output and exit status out; everything else on stderr. */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { ElfFile } from '../elf/format.ts';
import { CAUSE } from '../hart/causes.ts';
import { createMachine } from '../machine/build.ts';
import type { MachineConfig } from '../machine/config/schema.ts';
import type { Machine } from '../machine/machine.ts';
import { systemShape } from '../machine/recorded-machine.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import type { Result } from '../support/result.ts';
import { StreamedTiming } from '../timing/records/streamed-timing.ts';
import type { TimingReport } from '../timing/report.ts';
import { machineTable } from './config-command.ts';
import { type ConfigOptions, configFiles, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { GrowingFile, LineFile } from './growing-file.ts';
import { hostCallsOfProcess } from './guest-host.ts';
import { checkOutputs } from './output-target.ts';
import { loadProgramFile } from './program-file.ts';
import { type Ending, type RunLimits, runToEnd } from './run-to-end.ts';
import { type StatsOptions, wantsStats, writeStats } from './stats-output.ts';
import { errColours, note, report, thousands } from './terminal.ts';
import { describeTiming } from './timing-text.ts';

export interface RunOptions extends ConfigOptions, StatsOptions, RunLimits {
  /** File for the commit log. */
  readonly logCommits?: string;
  readonly timing?: true;
  readonly record?: string;
  readonly showMachine?: true;
  readonly quiet?: true;
}

/** @param timingWorker script for the thread that times long runs; without it they are timed in this thread */
export async function run(
  file: string,
  programArguments: readonly string[],
  options: RunOptions,
  timingWorker: string | undefined,
): Promise<number> {
  const effective = await configFromOptions(options);
  if (!effective.ok) {
    report(effective.errors);
    return exitCode('badInput');
  }
  const { accelerator, memory } = effective.value.machine;
  const program = loadProgramFile(file, { revision: accelerator.isaRevision, base: BigInt(memory.base) });
  if (!program.ok) {
    report(program.errors, program.sources);
    return exitCode(program.isUnreadable ? 'noInput' : 'badInput');
  }
  const writable = checkOutputs(
    [options.record, options.logCommits, options.statsFile],
    [file, ...configFiles(options)],
  );
  if (!writable.ok) {
    report(writable.errors);
    return exitCode('noOutput');
  }
  if (options.showMachine) note(`${errColours.bold('machine')}\n${machineTable(effective.value, false)}`);
  const hostCalls = hostCallsOfProcess([file, ...programArguments]);
  const { machine: config } = effective.value;
  const timing = createTiming(config, options, timingWorker);
  const provesLong = async (): Promise<void> => {
    if (typeof timing === 'boolean') return;
    const { createTimingThread } = await import('./timing-thread.ts');
    const thread = createTimingThread(timingWorker!);
    // The run goes on meanwhile; it may even end.
    thread.loaded.then(() => timing.continueLong(thread.start));
  };
  if (options.record === undefined)
    return runProgram(createMachine(config, hostCalls, { timing }), program.value, options, provesLong);
  const recording = GrowingFile.create(options.record);
  if (!recording.ok) {
    report(recording.errors);
    return exitCode('noOutput');
  }
  // Each chunk is a gzip member of its own, so that the file can grow while the program runs.
  const record = (chunk: Uint8Array): void => recording.value.write(gzipSync(chunk));
  const machine = createMachine(config, hostCalls, { timing, record });
  let written: Result<void, Diagnostic>;
  let status: number;
  try {
    status = await runProgram(machine, program.value, options, provesLong);
  } finally {
    machine.finishRecording();
    written = recording.value.close();
  }
  return statusOfWriting(written, status);
}

/** Statistics come from the timing model. */
const isTimed = (options: RunOptions): boolean => options.timing === true || wantsStats(options);

/** @returns a model that can go to a thread of its own, or whether there is to be one in this thread */
function createTiming(
  config: MachineConfig,
  options: RunOptions,
  timingWorker: string | undefined,
): boolean | StreamedTiming {
  const isTold = isTimed(options) || options.record !== undefined;
  if (!isTold || timingWorker === undefined || !existsSync(timingWorker)) return isTimed(options);
  return new StreamedTiming(config, systemShape(config));
}

async function runProgram(
  machine: Machine,
  program: ElfFile,
  options: RunOptions,
  provesLong: () => Promise<void>,
): Promise<number> {
  const loaded = machine.load(program);
  if (!loaded.ok) {
    report(loaded.errors);
    return exitCode('badInput');
  }
  if (!machine.hasHost)
    note(
      errColours.yellow(
        'warning: the program has no symbols tohost and fromhost in RAM: it can neither print nor exit',
      ),
    );
  if (options.logCommits === undefined) {
    const outcome = await runToEnd(machine, options, provesLong);
    return describeRun(machine, outcome, options);
  }
  const log = LineFile.create(options.logCommits);
  if (!log.ok) {
    report(log.errors);
    return exitCode('noOutput');
  }
  machine.logCommits((line) => log.value.write(line));
  let written: Result<void, Diagnostic>;
  let outcome: Ending;
  try {
    outcome = await runToEnd(machine, options, provesLong);
  } finally {
    written = log.value.close();
  }
  return statusOfWriting(written, describeRun(machine, outcome, options));
}

/** @returns the status of the run, unless an output of it is missing */
function statusOfWriting(written: Result<void, Diagnostic>, status: number): number {
  if (written.ok) return status;
  report(written.errors);
  return exitCode('noOutput');
}

function describeRun(machine: Machine, outcome: Ending, options: RunOptions): number {
  const timing = machine.timingReport();
  const status = describeOutcome(machine, outcome, timing, options);
  if (timing === undefined || !isTimed(options)) return status;
  const written = writeStats(timing, options);
  if (!options.quiet) note(describeTiming(timing));
  return statusOfWriting(written, status);
}

function describeOutcome(
  machine: Machine,
  outcome: Ending,
  timing: TimingReport | undefined,
  { maxInstructions, timeout, quiet }: RunOptions,
): number {
  const retired = amountOf(machine, timing);
  switch (outcome.kind) {
    case 'exit': {
      // As the operating system passes it on: eight bits.
      const status = Number(outcome.code & 0xffn);
      if (outcome.code !== 0n)
        note(
          errColours.red(`*** FAILED *** (tohost = ${outcome.code})`) +
            (BigInt(status) === outcome.code ? '' : `, exit status ${status}`) +
            (timing === undefined ? '' : ` after ${retired}`),
        );
      else if (!quiet) note(errColours.dim(`exit status 0 after ${retired}`));
      return status;
    }
    case 'fault': {
      const { id, message, hint, exitStatus } = outcome.fault;
      note(`${errColours.red.bold(`fault[${id}]`)}: ${message}`);
      if (timing !== undefined) note(`  after ${retired}`);
      notePositions(machine, [outcome.hart]);
      if (hint !== undefined) note(`  hint: ${hint}`);
      return exitStatus ?? exitCode('guestFault');
    }
    case 'limit':
      return stopped(
        machine,
        `the limit of ${thousands(maxInstructions!)} instructions is reached${timing === undefined ? '' : ` after ${retired}`}`,
        'limit',
      );
    case 'timeout':
      return stopped(machine, `the limit of ${timeout} s is reached after ${retired}`, 'limit');
    case 'interrupted':
      return stopped(machine, `interrupted after ${retired}`, 'interrupted');
    case 'trapped': {
      const trap = `cause ${outcome.cause} (${causeName(outcome.cause)}), tval 0x${outcome.tval.toString(16)}`;
      return stopped(machine, `the trap handler of hart ${outcome.hart} traps itself: ${trap}`, 'limit');
    }
    case 'stalled':
      return stopped(machine, `nothing can go on after ${retired}: every hart waits`, 'limit');
  }
}

/** Instructions, and cycles when a timing model counts them: then both up to the word that ended the program. */
function amountOf({ retired }: Machine, timing: TimingReport | undefined): string {
  if (timing === undefined) return `${thousands(retired)} instructions`;
  const instructions = timing.tiles.reduce((sum, tile) => sum + tile.instructions, 0);
  return `${thousands(instructions)} instructions and ${thousands(timing.cycles)} cycles`;
}

/** `loadAccess` → `load access`. */
const causeName = (cause: number): string =>
  Object.entries(CAUSE)
    .find(([, number]) => number === cause)?.[0]
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) ?? 'unknown';

function stopped(machine: Machine, why: string, reason: 'limit' | 'interrupted'): number {
  note(errColours.yellow(`stopped: ${why}`));
  notePositions(machine, [...machine.tiles.keys()]);
  return exitCode(reason);
}

function notePositions(machine: Machine, harts: readonly number[]): void {
  for (const hart of harts) note(positionLine(machine, hart));
  if (machine.lines?.ok === false) report(machine.lines.errors);
}

function positionLine(machine: Machine, index: number): string {
  const { hart, pc, symbol, source, privilege, waitsFor } = machine.position(index);
  const names = [symbol, source].filter((name) => name !== undefined);
  const place = `pc 0x${pc.toString(16).padStart(16, '0')}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
  return `  hart ${hart}: ${place}, ${privilege} mode, ${waitsFor === undefined ? 'executing' : `waiting for ${waitsFor}`}`;
}
