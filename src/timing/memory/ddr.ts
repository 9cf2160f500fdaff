import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { LFSR_RESET, nextLfsr } from './lfsr.ts';
import { InFlightLimit, type MemoryPort, noMemoryCounts } from './memory-port.ts';

/** Data clocks that a line takes on the DRAM's own bus: 64 bytes, 64 bits wide, both edges. */
const BURST = 4;
/** Activates of a rank within tFAW. */
const ACTIVATES_IN_WINDOW = 4;
const CLOSED = -1;

/**
 * DDR memory with banks and row buffers behind a port of the memory bus, optionally with the last-level cache that
 * FireSim's memory model puts in front. First come, first served: the scheduler's window is left out.
 * Times inside are DRAM clocks; they may be fractions of a cycle when the clocks differ, and are rounded up at the port.
 * @source soc-timing §7.4 and §7.5
 */
export class DdrMemory implements MemoryPort {
  firstBeat = 0;
  lastBeat = 0;
  acknowledged = 0;
  readonly counts = noMemoryCounts();
  readonly #ddr: TimingConfig['memory']['ddr'];
  readonly #beats: number;
  readonly #cyclesPerClock: number;
  readonly #inFlight: InFlightLimit;
  readonly #llc: LastLevelCache | undefined;
  readonly #openRow: Float64Array;
  readonly #bankReady: Float64Array;
  readonly #activatedAt: Float64Array;
  readonly #prechargeReady: Float64Array;
  /** Times of the last four activates of each rank. */
  readonly #activates: Float64Array;
  readonly #nextActivate: Int32Array;
  #lastColumn = 0;
  #lastWasWrite = false;
  #dataFree = 0;
  #portFree = 0;
  #refreshDue: number;

  constructor({ memory, cache }: TimingConfig) {
    const { ddr } = memory;
    this.#ddr = ddr;
    this.#beats = Math.max(1, cache.lineBytes / memory.beatBytes);
    this.#cyclesPerClock = ddr.uncoreMhz / ddr.mhz;
    this.#inFlight = new InFlightLimit(memory.maxReads);
    const banks = ddr.banks * ddr.ranks;
    this.#openRow = new Float64Array(banks).fill(CLOSED);
    this.#bankReady = new Float64Array(banks);
    this.#activatedAt = new Float64Array(banks).fill(-1000);
    this.#prechargeReady = new Float64Array(banks);
    this.#activates = new Float64Array(ddr.ranks * ACTIVATES_IN_WINDOW).fill(-1000);
    this.#nextActivate = new Int32Array(ddr.ranks);
    this.#refreshDue = ddr.refi;
    this.#llc = ddr.llcKib > 0 ? new LastLevelCache(ddr) : undefined;
  }

  read(at: Cycles, paddr: number): void {
    this.counts.reads++;
    this.counts.readBeats += this.#beats;
    const start = this.#inFlight.start(at);
    const ready = this.#llc === undefined ? this.#access(start, paddr, false) : this.#throughCache(start, paddr, false);
    this.firstBeat = Math.max(ready, this.#portFree);
    this.lastBeat = this.firstBeat + this.#beats - 1;
    this.#portFree = this.lastBeat + 1;
    this.#inFlight.end(this.lastBeat + 1);
  }

  write(at: Cycles, paddr: number): void {
    this.counts.writes++;
    this.counts.writeBeats += this.#beats;
    this.acknowledged =
      (this.#llc === undefined ? this.#access(at, paddr, true) : this.#throughCache(at, paddr, true)) + this.#beats;
  }

  #throughCache(at: Cycles, paddr: number, isWrite: boolean): Cycles {
    const llc = this.#llc!;
    const start = llc.startAt(at);
    if (llc.access(paddr, isWrite)) return start + this.#ddr.llcHit;
    if (llc.evicted !== NO_LINE) this.#access(start, llc.evicted, true);
    return this.#access(start + this.#ddr.llcHit, paddr, false);
  }

  /** @returns the cycle of the first data beat */
  #access(at: Cycles, paddr: number, isWrite: boolean): Cycles {
    const d = this.#ddr;
    const now = at / this.#cyclesPerClock;
    this.#refresh(now);
    const bankBits = Math.floor(paddr / d.rowBytes);
    const bank = bankBits % (d.banks * d.ranks);
    const rank = Math.floor(bank / d.banks);
    const row = Math.floor(bankBits / (d.banks * d.ranks));
    let t = Math.max(now, this.#bankReady[bank]!);
    if (this.#openRow[bank] === row) this.counts.rowHits++;
    else t = this.#activate(t, bank, rank, row);
    if (isWrite !== this.#lastWasWrite) t = Math.max(t, this.#lastColumn + BURST + (isWrite ? d.rtrs : d.cwd + d.wtr));
    const column = Math.max(t, this.#lastColumn + d.ccd);
    const data = Math.max(column + (isWrite ? d.cwd : d.cas), this.#dataFree);
    this.#dataFree = data + BURST;
    this.#lastColumn = column;
    this.#lastWasWrite = isWrite;
    this.#bankReady[bank] = column + d.ccd;
    this.#prechargeReady[bank] = column + (isWrite ? d.cwd + BURST + d.wr : d.rtp);
    return Math.ceil(data * this.#cyclesPerClock) + d.overhead;
  }

  #activate(from: number, bank: number, rank: number, row: number): number {
    const d = this.#ddr;
    let t = from;
    if (this.#openRow[bank] === CLOSED) this.counts.rowMisses++;
    else {
      this.counts.rowConflicts++;
      t = Math.max(t, this.#activatedAt[bank]! + d.ras, this.#prechargeReady[bank]!) + d.rp;
    }
    const window = rank * ACTIVATES_IN_WINDOW;
    const next = this.#nextActivate[rank]!;
    const previous = this.#activates[window + ((next + ACTIVATES_IN_WINDOW - 1) % ACTIVATES_IN_WINDOW)]!;
    t = Math.max(t, this.#activates[window + next]! + d.faw, previous + d.rrd);
    this.#activates[window + next] = t;
    this.#nextActivate[rank] = (next + 1) % ACTIVATES_IN_WINDOW;
    this.#activatedAt[bank] = t;
    this.#openRow[bank] = row;
    return t + d.rcd;
  }

  /** All rows are closed and all banks busy for tRFC every tREFI. */
  #refresh(now: number): void {
    if (now < this.#refreshDue) return;
    const latest = Math.floor(now / this.#ddr.refi) * this.#ddr.refi;
    this.#openRow.fill(CLOSED);
    this.#bankReady.fill(latest + this.#ddr.rfc);
    this.#refreshDue = latest + this.#ddr.refi;
  }
}

const NO_LINE = -1;
const LLC_LINE = 128;
const LLC_WAYS = 8;

/** A cache inside the memory model: tags only, random replacement, one access after the other. */
class LastLevelCache {
  /** Address of the dirty line that the last access evicted. */
  evicted = NO_LINE;
  readonly #tags: Float64Array;
  readonly #dirty: Uint8Array;
  readonly #sets: number;
  readonly #service: number;
  #free = 0;
  #lfsr = LFSR_RESET;

  constructor({ llcKib, llcService }: TimingConfig['memory']['ddr']) {
    this.#sets = Math.max(1, (llcKib * 1024) / (LLC_LINE * LLC_WAYS));
    this.#tags = new Float64Array(this.#sets * LLC_WAYS).fill(NO_LINE);
    this.#dirty = new Uint8Array(this.#sets * LLC_WAYS);
    this.#service = llcService;
  }

  startAt(at: Cycles): Cycles {
    const start = Math.max(at, this.#free);
    this.#free = start + this.#service;
    return start;
  }

  /** @returns did it hit? */
  access(paddr: number, isWrite: boolean): boolean {
    this.evicted = NO_LINE;
    const line = Math.floor(paddr / LLC_LINE);
    const base = (line % this.#sets) * LLC_WAYS;
    for (let way = base; way < base + LLC_WAYS; way++) {
      if (this.#tags[way] !== line) continue;
      if (isWrite) this.#dirty[way] = 1;
      return true;
    }
    this.#lfsr = nextLfsr(this.#lfsr);
    const victim = base + (this.#lfsr % LLC_WAYS);
    if (this.#dirty[victim]) this.evicted = this.#tags[victim]! * LLC_LINE;
    this.#tags[victim] = line;
    this.#dirty[victim] = isWrite ? 1 : 0;
    return false;
  }
}
