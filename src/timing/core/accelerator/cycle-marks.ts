import type { Cycles } from '../cycles.ts';
import { type bool, type f64, type i32, low32 } from '../portable.ts';

/**
 * Which cycles of the near past and future a port is taken in. A ring of time stamps, so that nothing has to be cleared:
 * a mark is valid when its stamp is the cycle that is asked for.
 */
export class CycleMarks {
  /** Grows with every mark, so that a reader can tell that its last answer still holds. */
  version: f64 = 0;
  /** The last of the marked cycles. */
  latest: Cycles = -1;
  private readonly isFree: bool;
  private readonly stamps: Float64Array;
  private readonly mask: i32;

  /**
   * @param isFree is the port never in the way? Marks are dropped then
   * @param window cycles that marks may lie apart; a power of two
   */
  constructor(isFree: bool, window: i32 = 8192) {
    this.isFree = isFree;
    this.stamps = new Float64Array(window).fill(-1);
    this.mask = window - 1;
  }

  mark(at: Cycles): void {
    if (this.isFree) return;
    this.stamps[low32(at) & this.mask] = at;
    this.version++;
    if (at > this.latest) this.latest = at;
  }

  /** Marks `count` of these cycles from the one at `start` on, `delay` later; they ascend. */
  markAll(cycles: Float64Array, start: i32, count: i32, delay: f64): void {
    if (this.isFree) return;
    const stamps = this.stamps;
    const mask = this.mask;
    let at: Cycles = -1;
    for (let i = start; i < start + count; i++) {
      at = cycles[i]! + delay;
      stamps[low32(at) & mask] = at;
    }
    this.version++;
    if (at > this.latest) this.latest = at;
  }

  /** The first free cycle from `from` on. */
  firstFree(from: Cycles): Cycles {
    if (from > this.latest) return from;
    const stamps = this.stamps;
    const mask = this.mask;
    let at = from;
    while (stamps[low32(at) & mask] === at) at++;
    return at;
  }
}
