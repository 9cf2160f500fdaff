/** `--config` and `--set` of every command that needs a machine. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { findPreset } from '../machine/config/presets.ts';
import { type ConfigLayer, type EffectiveConfig, parseAssignment, resolveConfig } from '../machine/config/resolve.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { readInput } from './files.ts';

export interface ConfigOptions {
  readonly config?: readonly string[];
  readonly set?: readonly string[];
}

/** What `config export` writes. */
export const EXPORT_FORMATS = ['yaml', 'json', 'header'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Configuration files, of which a command that writes must spare each. */
export const configFiles = ({ config = [] }: ConfigOptions): readonly string[] => config.filter(existsSync);

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const addConfigOptions = (command: Command): Command =>
  command
    .option('-c, --config <preset|file>', 'preset, YAML or JSON file, or gemmini_params.h; may be repeated', collect)
    .option('-s, --set <key=value>', 'one configuration value; may be repeated, wins over --config', collect);

/** The machine that the options describe; every problem of every option is reported. */
export async function configFromOptions({
  config = [],
  set = [],
}: ConfigOptions): Promise<Result<EffectiveConfig, Diagnostic>> {
  const outcomes = [...(await Promise.all(config.map(layersOf))), ...set.map((text) => toList(parseAssignment(text)))];
  const problems = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.errors));
  const layers = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value : []));
  if (problems.length === 0) return resolveConfig(layers);
  const resolved = resolveConfig(layers);
  return fail(...problems, ...(resolved.ok ? [] : resolved.errors));
}

/** A word that names no file is a preset. */
async function layersOf(name: string): Promise<Result<readonly ConfigLayer[], Diagnostic>> {
  if (!existsSync(name)) return toList(findPreset(name));
  const bytes = readInput(name);
  if (!bytes.ok) return bytes;
  const text = new TextDecoder().decode(bytes.value);
  if (name.endsWith('.h')) {
    const { importGemminiParams } = await import('../machine/config/gemmini-params-import.ts');
    return toList(importGemminiParams(text, name));
  }
  const { parseConfigFile } = await import('../machine/config/config-file.ts');
  return parseConfigFile(text, name);
}

const toList = (layer: Result<ConfigLayer, Diagnostic>): Result<readonly ConfigLayer[], Diagnostic> =>
  layer.ok ? succeed([layer.value]) : layer;
