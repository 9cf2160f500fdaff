import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import type { Operation, OperationClass } from './operation.ts';

/** Loops that an unroller holds: the one that is finishing and the one that runs ahead. */
export const LOOP_SLOTS = 2;

/** A hardware loop as the command path sees it. */
export interface LoopUnroller {
  /** Is a loop configured? Plain commands wait until none is. */
  isActive(now: Cycles): boolean;
  /** Can it take a configuration command, or the command that starts a loop? */
  hasFreeSlot(now: Cycles): boolean;
  /** The operation that it would emit at `now`. */
  peek(now: Cycles): Operation | undefined;
  /** The operation of `peek` has been taken. */
  take(now: Cycles): void;
  /** Starts and ends loops. @returns did anything change, or will it change by itself? */
  advance(now: Cycles): boolean;
  /** An operation that it emitted has ended. */
  retired(cls: OperationClass): void;
}

/** Operations that were emitted and have not ended, against the sizes of the reservation station. */
export class EmissionLimits {
  readonly #count: [number, number, number] = [0, 0, 0];
  readonly #limit: readonly [number, number, number];

  constructor({ accelerator: a }: TimingConfig) {
    this.#limit = [a.loadEntries, a.executeEntries, a.storeEntries];
  }

  allows(cls: OperationClass): boolean {
    return this.#count[cls] < this.#limit[cls];
  }

  emitted(cls: OperationClass): void {
    this.#count[cls]++;
  }

  retired(cls: OperationClass): void {
    this.#count[cls]--;
  }
}
