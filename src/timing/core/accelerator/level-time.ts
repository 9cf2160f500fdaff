import { type Cycles, NEVER } from '../cycles.ts';
import type { bool, f64 } from '../portable.ts';

/** In how many cycles a level has been high. */
export class LevelTime {
  private ended: f64 = 0;
  private highSince: Cycles = NEVER;

  /** The level from cycle `at` on; cycles only grow. */
  set(isHigh: bool, at: Cycles): void {
    const since = this.highSince;
    if (isHigh === since < NEVER) return;
    if (isHigh) this.highSince = at;
    else {
      if (at > since) this.ended += at - since;
      this.highSince = NEVER;
    }
  }

  before(at: Cycles): f64 {
    return at > this.highSince ? this.ended + (at - this.highSince) : this.ended;
  }
}
