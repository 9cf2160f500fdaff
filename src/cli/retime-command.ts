/** `pollux retime`: the timing model over a recorded run. */
import { gunzipSync } from 'node:zlib';
import { timingConfigOf } from '../machine/config/schema.ts';
import { readRecording, retime } from '../timing/recording.ts';
import { type ConfigOptions, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { readInput } from './files.ts';
import { print, report, thousands } from './terminal.ts';

export async function retimeRecording(file: string, options: ConfigOptions): Promise<number> {
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
  const { cycles } = retime(recording.value, timingConfigOf(effective.value.machine));
  print(`${thousands(cycles)} cycles`);
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
