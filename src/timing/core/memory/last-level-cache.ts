import type { Cycles } from '../cycles.ts';
import { type bool, type f64, i32 } from '../portable.ts';
import type { DdrSettings } from '../settings.ts';
import type { DdrMemory } from './ddr.ts';
import { LFSR_RESET, nextLfsr } from './lfsr.ts';

const NO_LINE: f64 = -1;
const NO_WAY: i32 = -1;
/** Bytes of a line, two of the L2's. */
const LINE: i32 = 128;
/** Ways of a set; a power of two. */
const WAYS: i32 = 8;
/** Misses in flight, at most one of a set. */
const MSHRS: i32 = 8;
/** Cycles that the data array needs for a request, 8 bytes each. */
const REQUEST_BEATS: f64 = 8;
/** Cycles that the data array needs for a refill or a write-back of a line. */
const LINE_BEATS: f64 = 16;
/** Cycles from the address at the port until the state machine can take it. */
const QUEUE: f64 = 1;
/** Cycles from there to the look at the tags, which releases a hit. */
const TAGS: f64 = 1;
/** Cycles from there until the address of a miss is at the DRAM controller. */
const TO_DRAM: f64 = 2;
/** Cycles from the release of a response to its first beat at the port. */
const TO_PORT: f64 = 1;

/**
 * The last-level cache of FireSim's memory model. One state machine serves one request, write-back or refill at a time;
 * refills come first, then requests in their order. A request waits, and all behind it, while a miss is in flight in its
 * set: the second half of a line waits for the first half's refill. Lines are fetched whole, for writes, too. Random
 * replacement once no way is empty.
 * @source FASED: midas/models/dram/LastLevelCache.scala of FireSim, March 2023; soc-timing §7.4
 */
export class LastLevelCache {
  private readonly dram: DdrMemory;
  private readonly tags: Float64Array;
  private readonly dirty: Uint8Array;
  private readonly sets: f64;
  /** Misses in flight in the order in which the DRAM answers: their sets, and when the answers are there. */
  private readonly missSet: Int32Array = new Int32Array(MSHRS);
  private readonly missReady: Float64Array = new Float64Array(MSHRS);
  private misses: i32 = 0;
  /** When the state machine is idle, and when it would be through with all refills in flight. */
  private idle: Cycles = 0;
  private refilled: Cycles = 0;
  private lfsr: i32 = LFSR_RESET;

  /** @param dram memory whose banks are behind the cache */
  constructor(ddr: DdrSettings, dram: DdrMemory) {
    const kib: f64 = ddr.llcKib;
    const sets = Math.max(1, (kib * 1024) / (LINE * WAYS));
    this.dram = dram;
    this.sets = sets;
    this.tags = new Float64Array(i32(sets) * WAYS).fill(NO_LINE);
    this.dirty = new Uint8Array(i32(sets) * WAYS);
  }

  /** @returns the cycle of the first beat at the port */
  read(at: Cycles, paddr: f64): Cycles {
    const line = Math.floor(paddr / LINE);
    const set = this.setOf(line);
    const start = this.take(at + QUEUE, set);
    if (this.find(line, set) !== NO_WAY) {
      this.idle = start + TAGS + REQUEST_BEATS;
      return start + TAGS + TO_PORT;
    }
    const refill = this.fetch(start, line, set);
    this.idle = start + TAGS + 1 + (this.replace(start, line, set, false) ? LINE_BEATS : 0);
    return refill + TO_PORT;
  }

  /** @returns the cycle of the acknowledgement at the port */
  write(at: Cycles, paddr: f64): Cycles {
    const line = Math.floor(paddr / LINE);
    const set = this.setOf(line);
    const start = this.take(at + QUEUE, set);
    const hit = this.find(line, set);
    let data = start + TAGS;
    if (hit !== NO_WAY) this.dirty[hit] = 1;
    else {
      this.fetch(start, line, set);
      if (this.replace(start, line, set, true)) data += LINE_BEATS + 1;
    }
    this.idle = data + REQUEST_BEATS;
    return this.idle;
  }

  private setOf(line: f64): i32 {
    return i32(line - Math.floor(line / this.sets) * this.sets);
  }

  /** When the state machine takes a request: what is before it, its set and an MSHR must be free. */
  private take(at: Cycles, set: i32): Cycles {
    let start = Math.max(at, this.idle);
    while (this.misses > 0 && (this.missReady[0]! <= start || this.misses === MSHRS || this.isInFlight(set)))
      start = Math.max(start, this.refill());
    return start;
  }

  private isInFlight(set: i32): bool {
    for (let i = 0; i < this.misses; i++) if (this.missSet[i] === set) return true;
    return false;
  }

  /** Serves the first refill. @returns when the state machine is idle again */
  private refill(): Cycles {
    this.idle = Math.max(this.idle, this.missReady[0]!) + LINE_BEATS;
    this.misses--;
    for (let i = 0; i < this.misses; i++) {
      this.missSet[i] = this.missSet[i + 1]!;
      this.missReady[i] = this.missReady[i + 1]!;
    }
    return this.idle;
  }

  /** @returns when the refill of the line starts, as far as is known now */
  private fetch(start: Cycles, line: f64, set: i32): Cycles {
    const ready = this.dram.access(start + TO_DRAM, line * LINE, false) - TO_PORT;
    let place = this.misses++;
    for (; place > 0 && this.missReady[place - 1]! > ready; place--) {
      this.missReady[place] = this.missReady[place - 1]!;
      this.missSet[place] = this.missSet[place - 1]!;
    }
    this.missReady[place] = ready;
    this.missSet[place] = set;
    const refill = Math.max(ready, this.refilled);
    this.refilled = refill + LINE_BEATS;
    return refill;
  }

  private find(line: f64, set: i32): i32 {
    const base = set * WAYS;
    for (let way = base; way < base + WAYS; way++) if (this.tags[way] === line) return way;
    return NO_WAY;
  }

  /** Gives the line a way. @returns was a dirty line written back? */
  private replace(start: Cycles, line: f64, set: i32, isWrite: bool): bool {
    const base = set * WAYS;
    let way = base;
    while (way < base + WAYS && this.tags[way] !== NO_LINE) way++;
    let writesBack = false;
    if (way === base + WAYS) {
      this.lfsr = nextLfsr(this.lfsr);
      way = base + (this.lfsr & (WAYS - 1));
      writesBack = this.dirty[way] !== 0;
      if (writesBack) this.dram.access(start + TO_DRAM + LINE_BEATS, this.tags[way]! * LINE, true);
    }
    this.tags[way] = line;
    this.dirty[way] = isWrite ? 1 : 0;
    return writesBack;
  }
}
