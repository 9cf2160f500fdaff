import { LineCounter, parseDocument, stringify } from 'yaml';
import { type Diagnostic, errorAt } from '../../support/diagnostics.ts';
import { fail, type Result, succeed } from '../../support/result.ts';
import { findPreset } from './presets.ts';
import type { ConfigLayer } from './resolve.ts';
import type { MachineConfig } from './schema.ts';

/** Key of a file that names the preset the file builds on. */
const PRESET_KEY = 'preset';
/** Aliases in a YAML file may expand to this many nodes at most. */
const MAX_ALIASES = 100;

/**
 * Reads a configuration file: YAML, of which JSON is a part. A top-level `preset: NAME` is where the file starts from.
 * @returns the layers of the file, the preset first
 */
export function parseConfigFile(text: string, name: string): Result<readonly ConfigLayer[], Diagnostic> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => {
      const { line, col } = lineCounter.linePos(pos[0]);
      const span = { file: name, line, column: col, endColumn: col + 1 };
      return errorAt('CFG005', span, message.trim(), 'the file must be YAML or JSON');
    });
    return fail(...problems);
  }
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return fail(errorAt('CFG005', undefined, `${name}: ${(error as Error).message}`));
  }
  if (values === null || values === undefined) return succeed([]);
  if (typeof values !== 'object' || Array.isArray(values))
    return fail(errorAt('CFG005', undefined, `${name} holds ${JSON.stringify(values)}, must hold sections with keys`));
  const { [PRESET_KEY]: preset, ...rest } = values as Record<string, unknown>;
  const own: ConfigLayer = { origin: `file ${name}`, values: rest };
  if (preset === undefined) return succeed([own]);
  if (typeof preset !== 'string')
    return fail(
      errorAt('CFG005', undefined, `${name}: ${PRESET_KEY} is ${JSON.stringify(preset)}, must be the name of a preset`),
    );
  const base = findPreset(preset);
  return base.ok ? succeed([base.value, own]) : base;
}

/** The machine as a file that `parseConfigFile` reads back. */
export const formatConfigFile = (machine: MachineConfig): string => stringify(machine);
