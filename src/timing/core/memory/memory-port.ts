import { MemoryCounts } from '../counts.ts';
import type { Cycles } from '../cycles.ts';
import type { f64, i32 } from '../portable.ts';

/** What is behind the memory port of the L2. Lines only. */
export class MemoryPort {
  /** First and last beat of the line that the last `read` brought, at the memory port. */
  firstBeat: Cycles = 0;
  lastBeat: Cycles = 0;
  /** When the last `write` was acknowledged, at the memory port. */
  acknowledged: Cycles = 0;
  readonly counts: MemoryCounts = new MemoryCounts();

  /** Reads the line at `paddr`; the address is at the port at `at`. */
  read(_at: Cycles, _paddr: f64): void {
    throw new Error('a memory port without memory');
  }

  /** Writes the line at `paddr` back; the address is at the port at `at`. */
  write(_at: Cycles, _paddr: f64): void {
    throw new Error('a memory port without memory');
  }
}

/** At most `limit` reads at a time; they end in the order in which they start. */
export class InFlightLimit {
  private readonly ends: Float64Array;
  private readonly limit: i32;
  private next: i32 = 0;

  constructor(limit: i32) {
    this.limit = limit;
    this.ends = new Float64Array(limit);
  }

  /** When a read that wants to start at `at` may. */
  start(at: Cycles): Cycles {
    return Math.max(at, this.ends[this.next]!);
  }

  end(at: Cycles): void {
    const next = this.next;
    this.ends[next] = at;
    this.next = next + 1 === this.limit ? 0 : next + 1;
  }
}
