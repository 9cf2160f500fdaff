import type { Cycles } from '../cycles.ts';
import { type bool, type f64, i32, low32 } from '../portable.ts';
import type { DdrSettings, Settings } from '../settings.ts';
import { LFSR_RESET, nextLfsr } from './lfsr.ts';
import { InFlightLimit, MemoryPort } from './memory-port.ts';

/** Data clocks that a line takes on the DRAM's own bus: 64 bytes, 64 bits wide, both edges. */
const BURST: f64 = 4;
/** Activates of a rank within tFAW; a power of two. */
const ACTIVATES_IN_WINDOW: i32 = 4;
const CLOSED: f64 = -1;
const LONG_AGO: f64 = -1000;

/**
 * DDR memory with banks and row buffers behind a port of the memory bus, optionally with the last-level cache that
 * FireSim's memory model puts in front. First come, first served: the scheduler's window is left out.
 * Times inside are DRAM clocks; they may be fractions of a cycle when the clocks differ, and are rounded up at the port.
 * @source soc-timing §7.4 and §7.5
 */
export class DdrMemory extends MemoryPort {
  private readonly beats: f64;
  private readonly cyclesPerClock: f64;
  private readonly inFlight: InFlightLimit;
  private readonly llc: LastLevelCache | null;
  private readonly llcHit: f64;
  private readonly cas: f64;
  private readonly cwd: f64;
  private readonly ccd: f64;
  private readonly rcd: f64;
  private readonly rp: f64;
  private readonly ras: f64;
  private readonly faw: f64;
  private readonly rrd: f64;
  private readonly rtp: f64;
  private readonly wtr: f64;
  private readonly rtrs: f64;
  private readonly rfc: f64;
  private readonly refi: f64;
  private readonly overhead: f64;
  /** From the column command of a write to the precharge of its bank. */
  private readonly writeToPrecharge: f64;
  /** Rows per byte, row numbers per number of all banks, and how to tell a bank and its rank from that: all powers of two. */
  private readonly perByte: f64;
  private readonly perBank: f64;
  private readonly bankMask: i32;
  private readonly banksOfRank: i32;
  private readonly openRow: Float64Array;
  private readonly bankReady: Float64Array;
  private readonly activatedAt: Float64Array;
  private readonly prechargeReady: Float64Array;
  /** Times of the last four activates of each rank. */
  private readonly activates: Float64Array;
  private readonly nextActivate: Int32Array;
  private lastColumn: f64 = 0;
  private lastWasWrite: bool = false;
  private dataFree: f64 = 0;
  private portFree: Cycles = 0;
  private refreshDue: f64;

  constructor(settings: Settings) {
    super();
    const ddr = settings.ddr;
    const memory = settings.memory;
    const banks: i32 = ddr.banks * ddr.ranks;
    const rowBytes: f64 = ddr.rowBytes;
    const allBanks: f64 = banks;
    const uncoreMhz: f64 = ddr.uncoreMhz;
    this.beats = Math.max(1, settings.cache.lineBytes / memory.beatBytes);
    this.cyclesPerClock = uncoreMhz / ddr.mhz;
    this.inFlight = new InFlightLimit(memory.maxReads);
    this.llc = ddr.llcKib > 0 ? new LastLevelCache(ddr) : null;
    this.llcHit = ddr.llcHit;
    this.cas = ddr.cas;
    this.cwd = ddr.cwd;
    this.ccd = ddr.ccd;
    this.rcd = ddr.rcd;
    this.rp = ddr.rp;
    this.ras = ddr.ras;
    this.faw = ddr.faw;
    this.rrd = ddr.rrd;
    this.rtp = ddr.rtp;
    this.wtr = ddr.wtr;
    this.rtrs = ddr.rtrs;
    this.rfc = ddr.rfc;
    this.refi = ddr.refi;
    this.overhead = ddr.overhead;
    this.writeToPrecharge = BURST + ddr.cwd + ddr.wr;
    this.perByte = 1 / rowBytes;
    this.perBank = 1 / allBanks;
    this.bankMask = banks - 1;
    this.banksOfRank = ddr.banks;
    this.openRow = new Float64Array(banks).fill(CLOSED);
    this.bankReady = new Float64Array(banks);
    this.activatedAt = new Float64Array(banks).fill(LONG_AGO);
    this.prechargeReady = new Float64Array(banks);
    this.activates = new Float64Array(ddr.ranks * ACTIVATES_IN_WINDOW).fill(LONG_AGO);
    this.nextActivate = new Int32Array(ddr.ranks);
    this.refreshDue = ddr.refi;
  }

  override read(at: Cycles, paddr: f64): void {
    this.counts.reads++;
    this.counts.readBeats += this.beats;
    const start = this.inFlight.start(at);
    const ready = this.llc === null ? this.access(start, paddr, false) : this.throughCache(start, paddr, false);
    const first = Math.max(ready, this.portFree);
    const end = first + this.beats;
    this.firstBeat = first;
    this.lastBeat = end - 1;
    this.portFree = end;
    this.inFlight.end(end);
  }

  override write(at: Cycles, paddr: f64): void {
    this.counts.writes++;
    this.counts.writeBeats += this.beats;
    const begun = this.llc === null ? this.access(at, paddr, true) : this.throughCache(at, paddr, true);
    this.acknowledged = begun + this.beats;
  }

  private throughCache(at: Cycles, paddr: f64, isWrite: bool): Cycles {
    const llc = this.llc!;
    const start = llc.startAt(at);
    if (llc.access(paddr, isWrite)) return start + this.llcHit;
    if (llc.evicted !== NO_LINE) this.access(start, llc.evicted, true);
    return this.access(start + this.llcHit, paddr, false);
  }

  /** @returns the cycle of the first data beat */
  private access(at: Cycles, paddr: f64, isWrite: bool): Cycles {
    const now = at / this.cyclesPerClock;
    if (now >= this.refreshDue) this.refresh(now);
    const bankBits = Math.floor(paddr * this.perByte);
    const bank = low32(bankBits) & this.bankMask;
    const row = Math.floor(bankBits * this.perBank);
    let t = Math.max(now, this.bankReady[bank]!);
    if (this.openRow[bank] === row) this.counts.rowHits++;
    else t = this.activate(t, bank, row);
    if (isWrite !== this.lastWasWrite)
      t = Math.max(t, this.lastColumn + BURST + (isWrite ? this.rtrs : this.cwd + this.wtr));
    const column = Math.max(t, this.lastColumn + this.ccd);
    const data = Math.max(column + (isWrite ? this.cwd : this.cas), this.dataFree);
    this.dataFree = data + BURST;
    this.lastColumn = column;
    this.lastWasWrite = isWrite;
    this.bankReady[bank] = column + this.ccd;
    this.prechargeReady[bank] = column + (isWrite ? this.writeToPrecharge : this.rtp);
    return Math.ceil(data * this.cyclesPerClock) + this.overhead;
  }

  private activate(from: f64, bank: i32, row: f64): f64 {
    const rank = i32(bank / this.banksOfRank);
    let t = from;
    if (this.openRow[bank] === CLOSED) this.counts.rowMisses++;
    else {
      this.counts.rowConflicts++;
      t = Math.max(Math.max(t, this.activatedAt[bank]! + this.ras), this.prechargeReady[bank]!) + this.rp;
    }
    const window = rank * ACTIVATES_IN_WINDOW;
    const next = this.nextActivate[rank]!;
    const previous = this.activates[window + ((next - 1) & (ACTIVATES_IN_WINDOW - 1))]!;
    t = Math.max(Math.max(t, this.activates[window + next]! + this.faw), previous + this.rrd);
    this.activates[window + next] = t;
    this.nextActivate[rank] = (next + 1) & (ACTIVATES_IN_WINDOW - 1);
    this.activatedAt[bank] = t;
    this.openRow[bank] = row;
    return t + this.rcd;
  }

  /** All rows are closed and all banks busy for tRFC every tREFI. */
  private refresh(now: f64): void {
    const latest = Math.floor(now / this.refi) * this.refi;
    this.openRow.fill(CLOSED);
    this.bankReady.fill(latest + this.rfc);
    this.refreshDue = latest + this.refi;
  }
}

const NO_LINE: f64 = -1;
const LLC_LINE: i32 = 128;
const LLC_WAYS: i32 = 8;

/** A cache inside the memory model: tags only, random replacement, one access after the other. */
class LastLevelCache {
  /** Address of the dirty line that the last access evicted. */
  evicted: f64 = NO_LINE;
  private readonly tags: Float64Array;
  private readonly dirty: Uint8Array;
  private readonly sets: f64;
  private readonly service: f64;
  private free: Cycles = 0;
  private lfsr: i32 = LFSR_RESET;

  constructor(ddr: DdrSettings) {
    const kib: f64 = ddr.llcKib;
    const sets = Math.max(1, (kib * 1024) / (LLC_LINE * LLC_WAYS));
    this.sets = sets;
    this.tags = new Float64Array(i32(sets) * LLC_WAYS).fill(NO_LINE);
    this.dirty = new Uint8Array(i32(sets) * LLC_WAYS);
    this.service = ddr.llcService;
  }

  startAt(at: Cycles): Cycles {
    const start = Math.max(at, this.free);
    this.free = start + this.service;
    return start;
  }

  /** @returns did it hit? */
  access(paddr: f64, isWrite: bool): bool {
    this.evicted = NO_LINE;
    const line = Math.floor(paddr / LLC_LINE);
    const base = i32(line - Math.floor(line / this.sets) * this.sets) * LLC_WAYS;
    for (let way = base; way < base + LLC_WAYS; way++) {
      if (this.tags[way] !== line) continue;
      if (isWrite) this.dirty[way] = 1;
      return true;
    }
    this.lfsr = nextLfsr(this.lfsr);
    const victim = base + (this.lfsr & (LLC_WAYS - 1));
    if (this.dirty[victim] !== 0) this.evicted = this.tags[victim]! * LLC_LINE;
    this.tags[victim] = line;
    this.dirty[victim] = isWrite ? 1 : 0;
    return false;
  }
}
