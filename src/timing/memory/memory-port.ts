import type { Cycles } from '../cycles.ts';

/** What is behind the memory port of the L2. Lines only. */
export interface MemoryPort {
  /** First and last beat of the line that the last `read` brought, at the memory port. */
  readonly firstBeat: Cycles;
  readonly lastBeat: Cycles;
  /** Reads the line at `paddr`; the address is at the port at `at`. */
  read(at: Cycles, paddr: number): void;
  /** When the last `write` was acknowledged, at the memory port. */
  readonly acknowledged: Cycles;
  /** Writes the line at `paddr` back; the address is at the port at `at`. */
  write(at: Cycles, paddr: number): void;
  readonly counts: MemoryCounts;
}

export interface MemoryCounts {
  reads: number;
  writes: number;
  rowHits: number;
  rowMisses: number;
  rowConflicts: number;
  /** Cycles in which read data moved. */
  readBeats: number;
  writeBeats: number;
}

export const noMemoryCounts = (): MemoryCounts => ({
  reads: 0,
  writes: 0,
  rowHits: 0,
  rowMisses: 0,
  rowConflicts: 0,
  readBeats: 0,
  writeBeats: 0,
});

/** At most `limit` reads at a time; they end in the order in which they start. */
export class InFlightLimit {
  readonly #ends: Float64Array;
  #next = 0;

  constructor(limit: number) {
    this.#ends = new Float64Array(limit);
  }

  /** When a read that wants to start at `at` may. */
  start(at: Cycles): Cycles {
    return Math.max(at, this.#ends[this.#next]!);
  }

  end(at: Cycles): void {
    this.#ends[this.#next] = at;
    this.#next = (this.#next + 1) % this.#ends.length;
  }
}
