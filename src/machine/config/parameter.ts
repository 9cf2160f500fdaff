import { custom, registry, ZodMiniObject, type ZodMiniType } from 'zod/mini';
import type { Rule } from './rules.ts';

/** What a configuration key means: for messages, `config show` and docs/configuration.md. */
export interface ParameterInfo {
  readonly rule: Rule<unknown>;
  /** Unit of the value, when it has one. */
  readonly unit?: string;
  readonly summary: string;
  /** Does it change time alone, never a result? */
  readonly isTiming: boolean;
}

/** The leaves of the schema: every key that can be set. */
const parameters = registry<ParameterInfo>();

/** A leaf of the configuration schema. */
export function parameter<T>(rule: Rule<T>, summary: string, unit?: string, isTiming = false): ZodMiniType<T> {
  const leaf = custom<T>((value) => rule.accepts(value));
  return leaf.register(parameters, { rule, summary, isTiming, ...(unit === undefined ? {} : { unit }) });
}

/** Dotted key (`accelerator.dim`) → what it means, in the order of the schema. */
export function parametersOf(schema: ZodMiniObject): ReadonlyMap<string, ParameterInfo> {
  const found = new Map<string, ParameterInfo>();
  const walk = (type: unknown, path: string): void => {
    const info = parameters.get(type as ZodMiniType);
    if (info !== undefined) found.set(path, info);
    else if (type instanceof ZodMiniObject)
      for (const [key, value] of Object.entries(type.shape)) walk(value, path === '' ? key : `${path}.${key}`);
  };
  walk(schema, '');
  return found;
}
