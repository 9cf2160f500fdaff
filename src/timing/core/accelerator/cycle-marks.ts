import type { Cycles } from '../cycles.ts';
import { type bool, type f64, type i32, low32, lowestBit } from '../portable.ts';

/** Cycles of a word: a bit for each. */
const WORD: i32 = 32;
const WORD_SHIFT: i32 = 5;
const BIT: i32 = WORD - 1;

/**
 * Which cycles of the near past and future a port is taken in. A ring of words of bits, each with the stretch of time that
 * it stands for, so that nothing has to be cleared as time goes on.
 */
export class CycleMarks {
  /** Grows with every mark, so that a reader can tell that its last answer still holds. */
  version: f64 = 0;
  /** The last of the marked cycles. */
  latest: Cycles = -1;
  private readonly isFree: bool;
  private readonly window: f64;
  private readonly bits: Int32Array;
  /** Number of the word among all words of time, of which these are the low bits. */
  private readonly stretches: Int32Array;
  private readonly mask: i32;

  /**
   * @param isFree is the port never in the way? Marks are dropped then
   * @param window cycles that marks may lie apart; a power of two, a word or more
   */
  constructor(isFree: bool, window: i32 = 8192) {
    const words = window >> WORD_SHIFT;
    this.isFree = isFree;
    this.window = window;
    this.bits = new Int32Array(words);
    this.stretches = new Int32Array(words).fill(-1);
    this.mask = words - 1;
  }

  mark(at: Cycles): void {
    if (this.isFree) return;
    const low = low32(at);
    this.reach(at);
    this.set(low >>> WORD_SHIFT, 1 << (low & BIT));
  }

  /** Marks `count` cycles from `first` on. */
  markRange(first: Cycles, count: i32): void {
    if (this.isFree) return;
    this.reach(first + count - 1);
    let low = low32(first);
    for (let left = count; left > 0; ) {
      const bit = low & BIT;
      const room = WORD - bit;
      const length = left < room ? left : room;
      this.set(low >>> WORD_SHIFT, (-1 >>> (WORD - length)) << bit);
      low += length;
      left -= length;
    }
  }

  /** The first free cycle from `from` on. */
  firstFree(from: Cycles): Cycles {
    if (from > this.latest) return from;
    let low = low32(from);
    let at = from;
    while (true) {
      const bit = low & BIT;
      const free = ~this.marked(low >>> WORD_SHIFT) >>> bit;
      if (free !== 0) return at + lowestBit(free);
      low += WORD - bit;
      at += WORD - bit;
    }
  }

  /** What was marked long before is not to come up again when the numbers of its words do. */
  private reach(at: Cycles): void {
    if (at <= this.latest) return;
    if (at - this.latest > this.window) this.stretches.fill(-1);
    this.latest = at;
  }

  private marked(stretch: i32): i32 {
    const word = stretch & this.mask;
    return this.stretches[word] === stretch ? this.bits[word]! : 0;
  }

  private set(stretch: i32, bits: i32): void {
    const word = stretch & this.mask;
    this.bits[word] = this.marked(stretch) | bits;
    this.stretches[word] = stretch;
    this.version++;
  }
}
