import type { CounterSource } from '../../accel/counters.ts';
import type { Cycles } from '../core/cycles.ts';
import type { AcceleratorTiming } from './accelerator.ts';
import { externalValue, internalCount, SUM_CODES } from './event-counters.ts';

/** The guest's view of the accelerator's events: as they are when its counter command takes effect. */
export class TimedCounters implements CounterSource {
  readonly #accelerator: AcceleratorTiming;
  readonly #takeEffect: () => Cycles;
  /** Sums at their last reset, by external code. */
  readonly #sumStart = new Map<number, number>();
  #at: Cycles = 0;

  /** @param takeEffect lets time pass until the counter command that executes takes effect; @returns when that is */
  constructor(accelerator: AcceleratorTiming, takeEffect: () => Cycles) {
    this.#accelerator = accelerator;
    this.#takeEffect = takeEffect;
  }

  sample(): void {
    this.#at = this.#takeEffect();
  }

  resetSums(): void {
    for (const code of SUM_CODES) this.#sumStart.set(code, externalValue(this.#accelerator, code, this.#at));
  }

  internal(code: number): number {
    return internalCount(this.#accelerator, code, this.#at);
  }

  external(code: number): number {
    return externalValue(this.#accelerator, code, this.#at) - (this.#sumStart.get(code) ?? 0);
  }
}
