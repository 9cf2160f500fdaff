import { type Cycles, NEVER } from '../cycles.ts';
import type { i32 } from '../portable.ts';
import { ringSize } from './ring-size.ts';

/** Moments in ascending order, each with a number that says what happens then; equal ones in the order of their insertion. */
export class MomentQueue {
  length: i32 = 0;
  private readonly at: Float64Array;
  private readonly tags: Int32Array;
  private readonly mask: i32;
  private head: i32 = 0;

  /** @param capacity most moments at a time */
  constructor(capacity: i32) {
    const size = ringSize(capacity);
    this.at = new Float64Array(size);
    this.tags = new Int32Array(size);
    this.mask = size - 1;
  }

  /** The earliest moment; never when there is none. */
  first(): Cycles {
    return this.length > 0 ? this.at[this.head]! : NEVER;
  }

  /** Takes the earliest moment away. @returns its number */
  shift(): i32 {
    const tag = this.tags[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return tag;
  }

  insert(at: Cycles, tag: i32): void {
    const moments = this.at;
    const tags = this.tags;
    const mask = this.mask;
    const head = this.head;
    let index = head + this.length++;
    for (; index > head; index--) {
      const before = (index - 1) & mask;
      const moment = moments[before]!;
      if (moment <= at) break;
      moments[index & mask] = moment;
      tags[index & mask] = tags[before]!;
    }
    moments[index & mask] = at;
    tags[index & mask] = tag;
  }
}
