import type { Cycles } from '../cycles.ts';

/**
 * Which cycles of the near past and future a port is taken in. A ring of time stamps, so that nothing has to be cleared:
 * a mark is valid when its stamp is the cycle that is asked for.
 */
export class CycleMarks {
  readonly #stamps: Float64Array;
  readonly #mask: number;
  /** Grows with every mark, so that a reader can tell that its last answer still holds. */
  version = 0;
  /** The last of the marked cycles. */
  latest: Cycles = -1;

  /** @param window cycles that marks may lie apart; a power of two */
  constructor(window = 8192) {
    this.#stamps = new Float64Array(window).fill(-1);
    this.#mask = window - 1;
  }

  mark(at: Cycles): void {
    this.#stamps[at & this.#mask] = at;
    this.version++;
    if (at > this.latest) this.latest = at;
  }

  /** Marks the first `count` of these cycles, `delay` later; they ascend. */
  markAll(cycles: Float64Array, count: number, delay: Cycles): void {
    const stamps = this.#stamps;
    const mask = this.#mask;
    for (let i = 0; i < count; i++) {
      const at = cycles[i]! + delay;
      stamps[at & mask] = at;
    }
    this.version++;
    if (count > 0) this.latest = Math.max(this.latest, cycles[count - 1]! + delay);
  }

  /** The first free cycle from `from` on. */
  firstFree(from: Cycles): Cycles {
    if (from > this.latest) return from;
    let at = from;
    while (this.#stamps[at & this.#mask] === at) at++;
    return at;
  }
}

/** A port that is never in the way. */
export class FreePort extends CycleMarks {
  constructor() {
    super(1);
  }

  override mark(): void {}

  override markAll(): void {}
}
