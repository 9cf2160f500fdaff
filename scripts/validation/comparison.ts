import { type Measurement, readMeasurements } from './cases.ts';

/** One repetition of one measurement. */
export interface Reading {
  readonly case: string;
  readonly label: string;
  /** Repetition; 0 has cold caches. */
  readonly repetition: number;
  readonly measured: number;
  readonly ours: number;
}

/** Relative error of ours, in percent. */
export const errorOf = ({ measured, ours }: Reading): number => (100 * (ours - measured)) / measured;

export interface Summary {
  readonly readings: number;
  /** Mean of the absolute errors, in percent. */
  readonly mean: number;
  readonly median: number;
  /** Readings with an error above 10 %. */
  readonly outside: number;
  readonly worst: Reading;
}

export const LIMITS = { mean: 3, worst: 10 } as const;

/** @param readings at least one */
export function summarize(readings: readonly Reading[]): Summary {
  const sorted = readings.toSorted((a, b) => Math.abs(errorOf(a)) - Math.abs(errorOf(b)));
  const errors = sorted.map((one) => Math.abs(errorOf(one)));
  return {
    readings: errors.length,
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    median: errors[errors.length >> 1]!,
    outside: errors.filter((error) => error > LIMITS.worst).length,
    worst: sorted.at(-1)!,
  };
}

/** Pairs the repetitions of two consoles of one program; throws when they do not measure the same. */
export function compareConsoles(name: string, measured: string, ours: string): readonly Reading[] {
  const mine = readMeasurements(ours);
  const theirs = readMeasurements(measured);
  if (mine.length !== theirs.length)
    throw new Error(`${name}: ${mine.length} measurements instead of ${theirs.length}`);
  return theirs.flatMap((line, index) => compareLines(name, line, mine[index]!));
}

function compareLines(name: string, measured: Measurement, ours: Measurement): readonly Reading[] {
  const { label, cycles } = measured;
  if (label !== ours.label || cycles.length !== ours.cycles.length)
    throw new Error(`${name}: measures "${ours.label}" instead of "${label}"`);
  return cycles.map((value, repetition) => ({
    case: name,
    label,
    repetition,
    measured: value,
    ours: ours.cycles[repetition]!,
  }));
}
