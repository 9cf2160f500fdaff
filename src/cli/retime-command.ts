/** `pollux retime`: the timing model over a recorded run. */
import type { MachineConfig } from '../machine/config/schema.ts';
import { checkRecorded } from '../machine/recorded-machine.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import type { TimingConfig } from '../timing/config.ts';
import { readRecording, retime } from '../timing/records/recording.ts';
import type { SystemShape } from '../timing/system.ts';
import { type ConfigOptions, configFiles, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { readInput } from './files.ts';
import { checkOutputs } from './output-target.ts';
import { unpackRecording } from './recording-file.ts';
import { type StatsOptions, writeStats } from './stats-output.ts';
import { note, print, report, thousands } from './terminal.ts';
import { describeTiming } from './timing-text.ts';

export interface RetimeOptions extends ConfigOptions, StatsOptions {
  readonly quiet?: true;
}

export async function retimeRecording(file: string, options: RetimeOptions): Promise<number> {
  const effective = await configFromOptions(options);
  const packed = readInput(file);
  if (!effective.ok || !packed.ok) {
    report([...(effective.ok ? [] : effective.errors), ...(packed.ok ? [] : packed.errors)]);
    return exitCode(packed.ok ? 'badInput' : 'noInput');
  }
  const recording = readRecording(unpackRecording(packed.value), file);
  if (!recording.ok) {
    report(recording.errors);
    return exitCode('badInput');
  }
  const { machine } = recording.value;
  const problems = checkRecorded(effective.value, machine);
  if (problems.length > 0) {
    report(problems);
    return exitCode('badInput');
  }
  const writable = checkOutputs([options.statsFile], [file, ...configFiles(options)]);
  if (!writable.ok) return cannotWriteStats(writable.errors);
  const result = retime(recording.value, timingOf(effective.value.machine, machine)).report();
  const written = writeStats(result, options);
  if (!written.ok) return cannotWriteStats(written.errors);
  const total = `${thousands(result.cycles)} cycles`;
  const hasPlainOutput = options.stats === undefined || options.statsFile !== undefined;
  if (hasPlainOutput) print(total);
  else if (!options.quiet) note(total);
  if (!options.quiet) note(describeTiming(result));
  return exitCode('success');
}

function cannotWriteStats(errors: readonly Diagnostic[]): number {
  report(errors);
  return exitCode('noOutput');
}

/** The largest row request shapes what a program does, too: it is the recorded one. */
function timingOf(config: MachineConfig, { accelerator: { maxRowBytes } }: SystemShape): TimingConfig {
  return { ...config, accelerator: { ...config.accelerator, maxRowBytes } };
}
