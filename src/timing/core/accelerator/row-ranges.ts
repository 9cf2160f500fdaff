import { type i32, lowestBit } from '../portable.ts';

/** Entries of all classes together: the bits of a word. */
export const SLOTS: i32 = 32;
/** Local rows of both spaces as one line of numbers: a range of one space never overlaps one of the other. */
export const SPACE_SIZE: i32 = 1 << 24;
/** Behind all rows: nothing overlaps it. */
export const NO_ROWS: i32 = SPACE_SIZE * 8;

/** A half-open range of local rows for each slot. */
export class RowRanges {
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** The slots whose range is in the scratchpad, and those whose range is in the accumulator. */
  private inScratchpad: i32 = 0;
  private inAccumulator: i32 = 0;

  constructor() {
    this.start = new Int32Array(SLOTS);
    this.end = new Int32Array(SLOTS);
  }

  set(slot: i32, start: i32, end: i32): void {
    this.start[slot] = start;
    this.end[slot] = end;
    const bit = 1 << slot;
    if (end > SPACE_SIZE) {
      this.inAccumulator |= bit;
      this.inScratchpad &= ~bit;
    } else {
      this.inAccumulator &= ~bit;
      if (end > 0) this.inScratchpad |= bit;
      else this.inScratchpad &= ~bit;
    }
  }

  setNone(slot: i32): void {
    this.set(slot, NO_ROWS, -1);
  }

  /** Those of `slots` whose range overlaps this one. */
  overlapping(start: i32, end: i32, slots: i32): i32 {
    if (end <= 0) return 0;
    let found: i32 = 0;
    for (let bits = slots & (end > SPACE_SIZE ? this.inAccumulator : this.inScratchpad); bits !== 0; bits &= bits - 1) {
      const slot = lowestBit(bits);
      if (start < this.end[slot]! && this.start[slot]! < end) found |= bits & -bits;
    }
    return found;
  }
}
