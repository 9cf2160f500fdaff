/** `pollux retime`: the timing model over a recorded run. */
import { gunzipSync } from 'node:zlib';
import { timingConfigOf } from '../machine/config/schema.ts';
import { readRecording, retime } from '../timing/recording.ts';
import { timingReport } from '../timing/report.ts';
import { type ConfigOptions, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { readInput } from './files.ts';
import { formatStats, type StatsFormat } from './stats.ts';
import { note, print, report, thousands } from './terminal.ts';
import { describeTiming } from './timing-text.ts';

export interface RetimeOptions extends ConfigOptions {
  readonly stats?: StatsFormat;
  readonly quiet?: true;
}

export async function retimeRecording(file: string, options: RetimeOptions): Promise<number> {
  const effective = await configFromOptions(options);
  const packed = readInput(file);
  if (!effective.ok || !packed.ok) {
    report([...(effective.ok ? [] : effective.errors), ...(packed.ok ? [] : packed.errors)]);
    return exitCode(packed.ok ? 'badInput' : 'noInput');
  }
  const recording = readRecording(unpack(packed.value), file);
  if (!recording.ok) {
    report(recording.errors);
    return exitCode('badInput');
  }
  const timing = timingConfigOf(effective.value.machine);
  const { machine, functionAt } = recording.value;
  const { accelerator } = machine;
  const result = timingReport(retime(recording.value, timing), { accelerator, timing, functionAt });
  print(`${thousands(result.cycles)} cycles`);
  if (options.stats !== undefined) process.stdout.write(formatStats(result, options.stats));
  if (!options.quiet) note(describeTiming(result));
  return exitCode('success');
}

/** What is no gzip data, or cut short, is no recording. */
function unpack(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed);
  } catch {
    return new Uint8Array();
  }
}
