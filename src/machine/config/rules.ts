/** What a configuration value may be. Each rule can say itself in words and find the legal value nearest to a wrong one. */
import { didYouMean } from '../../support/diagnostics.ts';

export interface Rule<T> {
  /** Completes "must be …". */
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
  /** The legal value nearest to `value`, when that makes sense. */
  readonly nearest: (value: unknown) => T | undefined;
  /** Is the value a count of bytes, which may be written as `256KiB`? */
  readonly isBytes?: true;
}

export function integer(min: number, max: number): Rule<number> {
  return {
    text: `an integer from ${min} to ${max}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    nearest: (value) => asNumber(value, (number) => Math.min(max, Math.max(min, Math.round(number)))),
  };
}

export function multipleOf(unit: number, min: number, max: number): Rule<number> {
  const inRange = integer(min, max);
  return {
    text: `a multiple of ${unit} from ${min} to ${max}`,
    accepts: (value) => inRange.accepts(value) && (value as number) % unit === 0,
    nearest: (value) => asNumber(value, (number) => Math.min(max, Math.max(min, Math.round(number / unit) * unit))),
  };
}

export function powerOfTwo(min: number, max: number): Rule<number> {
  const inRange = integer(min, max);
  return {
    text: `a power of two from ${min} to ${max}`,
    accepts: (value) => inRange.accepts(value) && Number.isInteger(Math.log2(value as number)),
    nearest: (value) =>
      asNumber(value, (number) => Math.min(max, Math.max(min, number <= 0 ? min : 2 ** Math.round(Math.log2(number))))),
  };
}

export function oneOf<const T extends string | number>(...choices: readonly T[]): Rule<T> {
  return {
    text: `one of ${choices.join(', ')}`,
    accepts: (value) => (choices as readonly unknown[]).includes(value),
    nearest: (value) =>
      typeof choices[0] === 'number' && typeof value === 'number'
        ? [...choices].sort((a, b) => Math.abs((a as number) - value) - Math.abs((b as number) - value))[0]
        : nearestName(
            value,
            choices.filter((choice) => typeof choice === 'string'),
          ),
  };
}

export const yesOrNo: Rule<boolean> = {
  text: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  nearest: (value) =>
    YES_OR_NO.get(String(value).toLowerCase()) ?? YES_OR_NO.get(nearestName(value, ['true', 'false']) ?? ''),
};

/** Other ways to say it. */
const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['no', false],
  ['off', false],
  ['0', false],
]);

export const bytes = (rule: Rule<number>): Rule<number> => ({ ...rule, text: `${rule.text}, in bytes`, isBytes: true });

/** A number written by a person: decimal, `0x…`, and with `KiB`, `MiB` or `GiB` when it counts bytes. */
export function parseNumber(text: string, isBytes: boolean): number | undefined {
  const match = /^(0[xX][0-9a-fA-F_]+|[+-]?\d[\d_]*(?:\.\d+)?)\s*(KiB|MiB|GiB)?$/.exec(text.trim());
  if (match === null || (match[2] !== undefined && !isBytes)) return undefined;
  const scale = match[2] === undefined ? 1 : { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }[match[2]]!;
  return Number(match[1]!.replaceAll('_', '')) * scale;
}

const asNumber = (value: unknown, nearest: (number: number) => number): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? nearest(value) : undefined;

/** The name that a text was probably meant to be: a slip, or its initials (`os`). */
function nearestName<T extends string>(value: unknown, names: readonly T[]): T | undefined {
  const text = String(value).trim().toLowerCase();
  const initials = (name: string): string => name.replace(/([a-z])[a-z]*-?/g, '$1');
  const near = names.find((name) => name.includes('-') && initials(name) === text) ?? didYouMean(text, names);
  return names.find((name) => name === near);
}

/** Any selection of names, in any order. Written `a,b` in text. */
export function someOf<const T extends string>(names: readonly T[]): Rule<readonly T[]> {
  return {
    text: `a list of names out of ${names.join(', ')}`,
    accepts: (value) => Array.isArray(value) && value.every((one) => names.includes(one)),
    nearest(value) {
      const given: readonly unknown[] = Array.isArray(value) ? value : String(value).split(',');
      const near = given.map((one) => nearestName(one, names));
      return near.every((one) => one !== undefined) ? near : undefined;
    },
  };
}
