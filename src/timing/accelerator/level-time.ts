import { type Cycles, NEVER } from '../cycles.ts';

/** In how many cycles a level has been high. */
export class LevelTime {
  #ended = 0;
  #highSince: Cycles = NEVER;

  /** The level from cycle `at` on; cycles only grow. */
  set(isHigh: boolean, at: Cycles): void {
    if (isHigh === this.#highSince < NEVER) return;
    if (isHigh) this.#highSince = at;
    else {
      this.#ended += Math.max(0, at - this.#highSince);
      this.#highSince = NEVER;
    }
  }

  before(at: Cycles): number {
    return this.#ended + Math.max(0, at - Math.min(at, this.#highSince));
  }
}
