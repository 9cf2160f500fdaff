import { type Cycles, NEVER } from '../cycles.ts';
import type { f64, i32 } from '../portable.ts';

/** Answers ahead that are remembered, a power of two: more than a bank has MSHRs. */
const AHEAD: i32 = 32;
const MASK: i32 = AHEAD - 1;

/**
 * The pipeline of a bank that all answers pass, one beat per cycle. Those that are ready at once follow in order. Those that
 * are ready later, as they wait for their set, a data cache or memory, have a place ahead, and others fill the time before.
 * @source SourceD.scala: answers come from the MSHRs as these have them
 */
export class AnswerPort {
  /** From when on it takes answers that are ready at once, and when the first of those ahead begins, or NEVER. */
  free: Cycles = 0;
  firstAhead: Cycles = NEVER;
  /** When the last of them ends, or ended. */
  private lastEnd: Cycles = 0;
  private oldest: i32 = 0;
  private count: i32 = 0;
  /** Answers ahead in their order, as a ring: where each begins and ends. */
  private readonly starts: Float64Array = new Float64Array(AHEAD);
  private readonly ends: Float64Array = new Float64Array(AHEAD);

  /** When the pipeline takes an answer that is ready at `at`: behind those ahead that begin no later. */
  next(at: Cycles): Cycles {
    let now = Math.max(at, this.free);
    if (now >= this.lastEnd) {
      this.count = 0;
      this.firstAhead = NEVER;
    }
    while (this.firstAhead <= now) now = Math.max(now, this.settle());
    return now;
  }

  /** The answer that `next` found a place for is through at `end`. */
  take(end: Cycles): void {
    this.free = end;
    if (end > this.firstAhead) this.delay();
  }

  /** @returns when an answer of so many cycles that is ready at `at` begins, which takes its place */
  pass(at: Cycles, cycles: f64): Cycles {
    const start = this.next(at);
    this.take(start + cycles);
    return start;
  }

  /**
   * What was to begin before the pipeline is free follows now. Whoever waits for it has been told the time before; that the
   * pipeline passes no more than it can is what matters to all others.
   */
  private delay(): void {
    while (this.firstAhead < this.free) {
      const begin = this.firstAhead;
      this.free += this.settle() - begin;
    }
  }

  /** @returns when the pipeline takes an answer of so many cycles that is ready at `at`: in the first gap for it */
  reserve(at: Cycles, cycles: f64): Cycles {
    if (this.count === AHEAD) this.free = Math.max(this.free, this.settle());
    const start = Math.max(at, this.free);
    if (start < this.lastEnd) return this.insert(start, cycles);
    const slot = (this.oldest + this.count) & MASK;
    const end = start + cycles;
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.lastEnd = end;
    if (this.count === 0) this.firstAhead = start;
    this.count++;
    return start;
  }

  /** The same when it does not come behind all others. */
  private insert(from: Cycles, cycles: f64): Cycles {
    const starts = this.starts;
    const ends = this.ends;
    const oldest = this.oldest;
    const count = this.count;
    let start = from;
    let place = count;
    while (place > 0 && ends[(oldest + place - 1) & MASK]! > start) place--;
    for (; place < count; place++) {
      const other = (oldest + place) & MASK;
      if (starts[other]! >= start + cycles) break;
      start = ends[other]!;
    }
    for (let moved = count; moved > place; moved--) {
      const before = (oldest + moved - 1) & MASK;
      const after = (oldest + moved) & MASK;
      starts[after] = starts[before]!;
      ends[after] = ends[before]!;
    }
    const slot = (oldest + place) & MASK;
    starts[slot] = start;
    ends[slot] = start + cycles;
    this.count = count + 1;
    this.firstAhead = starts[oldest]!;
    this.lastEnd = ends[(oldest + count) & MASK]!;
    return start;
  }

  /** The first of the answers ahead is through. @returns when */
  private settle(): Cycles {
    const end = this.ends[this.oldest]!;
    this.oldest = (this.oldest + 1) & MASK;
    this.count--;
    this.firstAhead = this.count === 0 ? NEVER : this.starts[this.oldest]!;
    return end;
  }
}
