/**
 * From layers (preset, file, command line) to one effective configuration. Later layers win key by key; each value
 * remembers where it came from, and every problem of every layer is reported at once.
 */
import { checkAcceleratorConfig } from '../../accel/config.ts';
import { type Diagnostic, didYouMean, errorAt } from '../../support/diagnostics.ts';
import { fail, type Result, succeed } from '../../support/result.ts';
import { CONSTRAINTS } from './constraints.ts';
import type { ConfigErrorCode } from './errors.ts';
import type { ParameterInfo } from './parameter.ts';
import { parseNumber } from './rules.ts';
import { DEFAULT_MACHINE, type MachineConfig, machineSchema, PARAMETERS } from './schema.ts';

/** Some values and where they come from, as it is shown to the user: `preset lean`, `file machine.yaml`, `--set`. */
export interface ConfigLayer {
  readonly origin: string;
  /** A tree of sections and values; checked here. */
  readonly values: unknown;
}

export interface EffectiveConfig {
  readonly machine: MachineConfig;
  /** Dotted key → value and origin, in the order of the schema. */
  readonly entries: ReadonlyMap<string, ConfigEntry>;
}

export interface ConfigEntry {
  readonly value: unknown;
  readonly origin: string;
}

/** @param layers on top of the default machine, the last one wins */
export function resolveConfig(layers: readonly ConfigLayer[]): Result<EffectiveConfig, Diagnostic> {
  const found = new Map<string, ConfigEntry>();
  const problems: Diagnostic[] = [];
  for (const { origin, values } of [{ origin: 'default', values: DEFAULT_MACHINE }, ...layers])
    flatten(values, '', origin, found, problems);
  const entries = new Map([...PARAMETERS.keys()].map((key) => [key, found.get(key)!] as const));
  const parsed = machineSchema.safeParse(unflatten(entries));
  if (!parsed.success) {
    for (const { path } of parsed.error.issues) problems.push(badValue(path.join('.'), entries.get(path.join('.'))!));
    return fail(...problems);
  }
  problems.push(...checkAcceleratorConfig(parsed.data.accelerator));
  for (const { key, check } of CONSTRAINTS) {
    const wrong = check(parsed.data);
    if (wrong !== undefined) problems.push(problem('CFG003', `${key}: ${wrong.found}`, wrong.hint));
  }
  return problems.length > 0 ? fail(...problems) : succeed({ machine: parsed.data, entries });
}

/** Turns `accelerator.dim=8` into a layer. */
export function parseAssignment(text: string): Result<ConfigLayer, Diagnostic> {
  const equals = text.indexOf('=');
  const key = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  if (equals <= 0 || key === '' || value === '')
    return fail(problem('CFG007', `--set ${text}: a key and a value are needed`, 'write --set accelerator.dim=8'));
  return succeed({
    origin: '--set',
    values: key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
  });
}

function flatten(
  values: unknown,
  path: string,
  origin: string,
  found: Map<string, ConfigEntry>,
  problems: Diagnostic[],
): void {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    const what = path === '' ? 'a configuration' : `${path} is a section; it`;
    problems.push(
      problem('CFG002', `${what} must hold keys with values, not ${show(values)} (${origin})`, sectionHint(path)),
    );
    return;
  }
  for (const [name, value] of Object.entries(values)) {
    const key = path === '' ? name : `${path}.${name}`;
    const info = PARAMETERS.get(key);
    if (info !== undefined) found.set(key, { value: fromText(value, info), origin });
    else if (keysBelow(key).length > 0) flatten(value, key, origin, found, problems);
    else problems.push(unknownKey(key, origin));
  }
}

const keysBelow = (section: string): string[] =>
  [...PARAMETERS.keys()].filter((key) => section === '' || key.startsWith(`${section}.`));

const sectionHint = (section: string): string => `keys: ${keysBelow(section).join(', ')}`;

function unknownKey(key: string, origin: string): Diagnostic {
  const near = didYouMean(key, PARAMETERS.keys()) ?? sameLastName(key);
  return problem(
    'CFG001',
    `no key ${key} (${origin})`,
    near === undefined ? '"pollux config keys" lists all keys' : `did you mean ${near}?`,
  );
}

/** The full key for one that was written without its section. */
const sameLastName = (key: string): string | undefined =>
  [...PARAMETERS.keys()].find((known) => known.endsWith(`.${key.split('.').at(-1)}`));

/** Text of a command line or of a quoted YAML value, as the value that the rule expects. */
function fromText(value: unknown, { rule }: ParameterInfo): unknown {
  if (typeof value !== 'string' || rule.accepts(value)) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const number = parseNumber(value, rule.isBytes === true);
  if (number !== undefined) return number;
  const list = value === 'none' ? [] : value.split(',').map((one) => one.trim());
  return rule.accepts(list) ? list : value;
}

function badValue(key: string, { value, origin }: ConfigEntry): Diagnostic {
  const { rule } = PARAMETERS.get(key)!;
  const nearest = rule.nearest(value);
  return problem(
    'CFG002',
    `${key} is ${show(value)} (${origin}), must be ${rule.text}`,
    nearest === undefined
      ? `nothing legal is near; the default is ${key}=${defaultOf(key)}`
      : `nearest legal value: ${key}=${String(nearest)}`,
  );
}

function defaultOf(key: string): string {
  const value = key
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], DEFAULT_MACHINE);
  return Array.isArray(value) && value.length === 0 ? 'none' : String(value);
}

function unflatten(entries: ReadonlyMap<string, ConfigEntry>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, { value }] of entries) {
    const names = key.split('.');
    const last = names.pop()!;
    let section = root;
    for (const name of names) section = (section[name] ??= {}) as Record<string, unknown>;
    section[last] = value;
  }
  return root;
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const problem = (code: ConfigErrorCode, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);
