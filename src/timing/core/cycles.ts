import type { f64 } from './portable.ts';

/** A point in time or a distance, in cycles of the one clock that cores, buses, caches and accelerators share. */
export type Cycles = f64;

/** The time of something that has no time yet. */
export const NEVER: Cycles = Infinity;

/** Something that acts at discrete moments. A scheduler calls `step` at `wakeAt`, earliest unit first. */
export interface Unit {
  /** When the unit wants to act next. */
  wakeAt: Cycles;
  /** Acts at `now` = wakeAt and sets the next wakeAt. */
  step(now: Cycles): void;
}
