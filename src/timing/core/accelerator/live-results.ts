import type { Cycles } from '../cycles.ts';
import type { i32 } from '../portable.ts';
import { ringSize } from './ring-size.ts';

/** Results on their way from the array to their places, in the order in which they leave: a ring. */
export class LiveResults {
  private readonly places: Int32Array;
  private readonly ends: Float64Array;
  private readonly mask: i32;
  private head: i32 = 0;
  private length: i32 = 0;
  /** No result that is on its way is for a place before this one. */
  private lowest: i32 = 0;

  /** @param capacity most results that are on their way at once */
  constructor(capacity: i32) {
    const size = ringSize(capacity);
    this.places = new Int32Array(size);
    this.ends = new Float64Array(size);
    this.mask = size - 1;
  }

  /** Rows for `place` on leave the array, the last of them in cycle `until`. */
  add(place: i32, until: Cycles): void {
    if (this.length > this.mask) throw new Error('more results are on their way than the array holds');
    const index = (this.head + this.length) & this.mask;
    if (this.length === 0 || place < this.lowest) this.lowest = place;
    this.places[index] = place;
    this.ends[index] = until;
    this.length++;
  }

  /** Forgets the first results as far as they are over before `now`. */
  forget(now: Cycles): void {
    while (this.length > 0 && this.ends[this.head]! < now) {
      this.head = (this.head + 1) & this.mask;
      this.length--;
    }
  }

  /** Until when a result for one of three places is on its way; -1 for none. */
  endFor(first: i32, second: i32, third: i32): Cycles {
    const lowest = this.lowest;
    if (first < lowest && second < lowest && third < lowest) return -1;
    const places = this.places;
    const mask = this.mask;
    const next = this.head + this.length;
    let end: Cycles = -1;
    for (let i = this.head; i < next; i++) {
      const place = places[i & mask]!;
      if (place !== first && place !== second && place !== third) continue;
      const until = this.ends[i & mask]!;
      if (until > end) end = until;
    }
    return end;
  }
}
