import type { Cycles } from '../core/cycles.ts';

/** Cycles that are remembered: more than one walk takes, and none begins long before the host gets there. */
const REMEMBERED = 8;

/**
 * The port of a data cache, which the page-table walker takes from the host whenever it asks. Nobody has it while a line
 * comes in.
 * @source rocket-chip HellaCacheArbiter: the walker's requests go first; DCache: not ready while a grant is awaited
 */
export class DataCachePort {
  /** Cycles in which the walker asked last. */
  readonly #taken = new Float64Array(REMEMBERED).fill(-1);
  #last = 0;
  #refillFrom: Cycles = -1;
  #refilled: Cycles = -1;

  take(at: Cycles): void {
    this.#last = (this.#last + 1) % REMEMBERED;
    this.#taken[this.#last] = at;
  }

  /** A line comes in from `from` on; the cache can be accessed again at `until`. */
  refill(from: Cycles, until: Cycles): void {
    this.#refillFrom = from;
    this.#refilled = until;
  }

  /** @returns the first cycle from `at` on in which no line comes in */
  refilledFrom(at: Cycles): Cycles {
    return at >= this.#refillFrom && at < this.#refilled ? this.#refilled : at;
  }

  /** Can the host not access the cache at `at`? */
  isTaken(at: Cycles): boolean {
    return this.refilledFrom(at) > at || this.#taken.includes(at);
  }
}
