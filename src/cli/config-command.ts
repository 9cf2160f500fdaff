/** `pollux config`: what machines there are, what a machine is, and machines in other formats. */
import { exportGemminiParams } from '../machine/config/gemmini-params-export.ts';
import { PRESETS } from '../machine/config/presets.ts';
import type { EffectiveConfig } from '../machine/config/resolve.ts';
import { PARAMETERS } from '../machine/config/schema.ts';
import { showValue } from '../machine/config/show-value.ts';
import { type ConfigOptions, configFiles, configFromOptions, type ExportFormat } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { writeOutput } from './growing-file.ts';
import { checkOutputs } from './output-target.ts';
import { columns, outColours, print, report } from './terminal.ts';

/**
 * One line per key: value, unit, origin.
 * @param hasTiming false leaves out what changes time alone and was not set
 */
export function machineTable({ entries }: EffectiveConfig, hasTiming: boolean): string {
  const shown = [...entries].filter(
    ([key, { origin }]) => hasTiming || origin !== 'default' || !PARAMETERS.get(key)!.isTiming,
  );
  const rows = shown.map(([key, { value, origin }]) => {
    const { unit = '', rule } = PARAMETERS.get(key)!;
    // Bytes that may be written as KiB are shown so, with their unit.
    return [key, `${showValue(key, value)}${unit === '' || rule.isBytes ? '' : ` ${unit}`}`, origin];
  });
  return columns(rows);
}

export async function showConfig(options: ConfigOptions): Promise<number> {
  const effective = await configFromOptions(options);
  if (!effective.ok) {
    report(effective.errors);
    return exitCode('badInput');
  }
  print(machineTable(effective.value, true));
  return exitCode('success');
}

export function listPresets(): number {
  print(columns(PRESETS.map(({ name, aliases, summary }) => [name, summary, outColours.dim(aliases.join(', '))])));
  return exitCode('success');
}

export function listKeys(): number {
  print(columns([...PARAMETERS].map(([key, { rule, summary }]) => [key, summary, rule.text])));
  return exitCode('success');
}

export interface ExportOptions extends ConfigOptions {
  readonly format: ExportFormat;
  readonly output?: string;
}

export async function exportConfig(options: ExportOptions): Promise<number> {
  const effective = await configFromOptions(options);
  if (!effective.ok) {
    report(effective.errors);
    return exitCode('badInput');
  }
  const writable = checkOutputs([options.output], configFiles(options));
  if (!writable.ok) {
    report(writable.errors);
    return exitCode('noOutput');
  }
  const text = await render(effective.value, options.format);
  if (options.output === undefined) {
    process.stdout.write(text);
    return exitCode('success');
  }
  const written = writeOutput(options.output, text);
  if (written.ok) return exitCode('success');
  report(written.errors);
  return exitCode('noOutput');
}

async function render({ machine }: EffectiveConfig, format: ExportFormat): Promise<string> {
  if (format === 'header') return exportGemminiParams(machine);
  if (format === 'json') return `${JSON.stringify(machine, undefined, 2)}\n`;
  const { formatConfigFile } = await import('../machine/config/config-file.ts');
  return formatConfigFile(machine);
}
