import { type Cycles, NEVER } from '../cycles.ts';
import type { bool, f64 } from '../portable.ts';

/** In how many cycles a level has been high. */
export class LevelTime {
  private ended: f64 = 0;
  private highSince: Cycles = NEVER;
  /** The last cycle of `pulse`. */
  private pulsedAt: Cycles = -1;

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

  /** The level is high in cycle `at`, and after it as it is. */
  pulse(at: Cycles): void {
    if (this.highSince < NEVER) return;
    this.ended += 1;
    this.pulsedAt = at;
  }

  before(at: Cycles): f64 {
    const pulse: f64 = at <= this.pulsedAt ? 1 : 0;
    return (at > this.highSince ? this.ended + (at - this.highSince) : this.ended) - pulse;
  }
}
