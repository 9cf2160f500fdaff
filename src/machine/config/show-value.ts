import { PARAMETERS } from './schema.ts';

/** The value of a key as people write it: `2 GiB`, `0x80000000`, `none`. */
export function showValue(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  if (typeof value !== 'number' || PARAMETERS.get(key)!.rule.isBytes !== true) return String(value);
  if (key.endsWith('.base')) return `0x${value.toString(16)}`;
  const scale = (['GiB', 'MiB', 'KiB'] as const).find((_, i) => value > 0 && value % 2 ** (30 - 10 * i) === 0);
  return scale === undefined ? `${value} B` : `${value / { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10 }[scale]} ${scale}`;
}
