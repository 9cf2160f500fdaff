/** The part of a machine that the timing model sees and a recording keeps: what a program did there is on record, and cannot be timed as if it were otherwise. */
import { type Diagnostic, errorAt } from '../support/diagnostics.ts';
import type { SystemShape } from '../timing/system.ts';
import type { EffectiveConfig } from './config/resolve.ts';
import { type MachineConfig, PARAMETERS } from './config/schema.ts';
import { showValue } from './config/show-value.ts';

export function systemShape({ harts, accelerator, memory: { base, size } }: MachineConfig): SystemShape {
  return { tiles: harts, accelerator, customOpcode: accelerator.customOpcode, map: { start: base, end: base + size } };
}

/** @returns an error for each value that was asked for, is no timing parameter, and differs from the recorded one */
export function checkRecorded({ entries }: EffectiveConfig, recorded: SystemShape): readonly Diagnostic[] {
  return [...entries].flatMap(([key, { value, origin }]) => {
    if (origin === 'default' || PARAMETERS.get(key)!.isTiming) return [];
    const before = recordedValue(recorded, key);
    if (JSON.stringify(value) === JSON.stringify(before)) return [];
    return errorAt(
      'REC002',
      undefined,
      `${key} is ${showValue(key, value)} (${origin}), but the program was recorded with ${showValue(key, before)}`,
      'what a program does depends on it: run the program again with it',
    );
  });
}

function recordedValue({ tiles, accelerator, customOpcode, map }: SystemShape, key: string): unknown {
  const memory = { base: map.start, size: map.end - map.start };
  const machine: unknown = { harts: tiles, memory, accelerator: { ...accelerator, customOpcode } };
  return key.split('.').reduce((node, name) => (node as Readonly<Record<string, unknown>>)[name], machine);
}
