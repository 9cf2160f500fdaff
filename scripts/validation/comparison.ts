import type { Measured, MeasuredProgram } from './cases.ts';

/** A measured case and what the model says. */
export interface Case extends Measured {
  readonly program: string;
  readonly simulated: readonly number[];
}

/** Relative errors of the repetitions, in percent. */
export const errorsOf = ({ cycles, simulated }: Case): number[] =>
  cycles.map((measured, index) => ((simulated[index]! - measured) / measured) * 100);

/** Pairs what was measured with what was simulated; throws when they are not the same cases. */
export function compare({ name, measured }: MeasuredProgram, simulated: readonly Measured[]): readonly Case[] {
  return measured.map((one, index) => {
    const ours = simulated[index];
    if (ours?.name !== one.name || ours.cycles.length !== one.cycles.length)
      throw new Error(`${name}: ${one.name} was measured, ${ours?.name ?? 'nothing'} simulated`);
    return { ...one, program: name, simulated: ours.cycles };
  });
}

export interface Summary {
  readonly readings: number;
  /** Mean and median of the absolute errors, in percent. */
  readonly mean: number;
  readonly median: number;
  readonly worst: number;
  /** Readings with an error above 10 %. */
  readonly above: number;
}

/** What no reading should be beyond, in percent. */
export const AIM = { mean: 3, worst: 10 } as const;

/** @param errors in percent, at least one */
export function summarize(errors: readonly number[]): Summary {
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  return {
    readings: sizes.length,
    mean: sizes.reduce((sum, one) => sum + one, 0) / sizes.length,
    median: sizes[sizes.length >> 1]!,
    worst: sizes.at(-1)!,
    above: sizes.filter((one) => one > AIM.worst).length,
  };
}
