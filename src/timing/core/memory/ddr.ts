import type { Cycles } from '../cycles.ts';
import { type bool, type f64, i32, low32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { LastLevelCache } from './last-level-cache.ts';
import { InFlightLimit, MemoryPort } from './memory-port.ts';

/** Activates of a rank within tFAW; a power of two. */
const ACTIVATES_IN_WINDOW: i32 = 4;
const CLOSED: f64 = -1;
const LONG_AGO: f64 = -1000;

/**
 * DDR memory with banks and row buffers behind a port of the memory bus, optionally with the last-level cache that
 * FireSim's memory model puts in front. First come, first served: the scheduler's window is left out.
 * Times inside are DRAM clocks; they may be fractions of a cycle when the clocks differ, and are rounded up at the port.
 * @source soc-timing §7.4 and §7.5; FASED: midas/models/dram/DramCommon.scala
 */
export class DdrMemory extends MemoryPort {
  private readonly beats: f64;
  private readonly cyclesPerClock: f64;
  private readonly inFlight: InFlightLimit;
  private readonly cas: f64;
  private readonly cwd: f64;
  private readonly ccd: f64;
  private readonly rcd: f64;
  private readonly rp: f64;
  private readonly ras: f64;
  private readonly faw: f64;
  private readonly rrd: f64;
  private readonly rtp: f64;
  private readonly rfc: f64;
  private readonly refi: f64;
  private readonly overhead: f64;
  /** Clocks from one column command to the next where that is not tCCD. */
  private readonly readToOtherRank: f64;
  private readonly readToWrite: f64;
  private readonly writeToRead: f64;
  private readonly writeToOtherRank: f64;
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
  private lastRank: i32 = 0;
  private lastWasWrite: bool = false;
  private portFree: Cycles = 0;
  private refreshDue: f64;
  private llc: LastLevelCache | null = null;

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
    this.cas = ddr.cas;
    this.cwd = ddr.cwd;
    this.ccd = ddr.ccd;
    this.rcd = ddr.rcd;
    this.rp = ddr.rp;
    this.ras = ddr.ras;
    this.faw = ddr.faw;
    this.rrd = ddr.rrd;
    this.rtp = ddr.rtp;
    this.rfc = ddr.rfc;
    this.refi = ddr.refi;
    this.overhead = ddr.overhead;
    this.readToOtherRank = ddr.ccd + ddr.rtrs;
    this.readToWrite = ddr.cas + ddr.ccd - ddr.cwd + ddr.rtrs;
    this.writeToRead = ddr.cwd + ddr.ccd + ddr.wtr;
    this.writeToOtherRank = ddr.cwd + ddr.ccd + ddr.rtrs - ddr.cas;
    this.writeToPrecharge = ddr.cwd + ddr.ccd + ddr.wr;
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
    if (ddr.llcKib > 0) this.llc = new LastLevelCache(ddr, this);
  }

  override read(at: Cycles, paddr: f64): void {
    this.counts.reads++;
    this.counts.readBeats += this.beats;
    const start = this.inFlight.start(at);
    const llc = this.llc;
    const ready = llc === null ? this.access(start, paddr, false) : llc.read(start, paddr);
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
    const llc = this.llc;
    this.acknowledged = llc === null ? this.access(at, paddr, true) + this.beats : llc.write(at, paddr);
  }

  /** What the banks do. @returns the cycle of the first data beat if it goes to the port by itself */
  access(at: Cycles, paddr: f64, isWrite: bool): Cycles {
    const now = at / this.cyclesPerClock;
    if (now >= this.refreshDue) this.refresh(now);
    const bankBits = Math.floor(paddr * this.perByte);
    const bank = low32(bankBits) & this.bankMask;
    const rank = i32(bank / this.banksOfRank);
    const row = Math.floor(bankBits * this.perBank);
    let t = Math.max(now, this.bankReady[bank]!);
    if (this.openRow[bank] === row) this.counts.rowHits++;
    else t = this.activate(t, bank, rank, row);
    const column = Math.max(t, this.lastColumn + this.columnGap(rank === this.lastRank, isWrite));
    this.lastColumn = column;
    this.lastRank = rank;
    this.lastWasWrite = isWrite;
    this.bankReady[bank] = column + this.ccd;
    this.prechargeReady[bank] = column + (isWrite ? this.writeToPrecharge : this.rtp);
    return Math.ceil((column + (isWrite ? this.cwd : this.cas)) * this.cyclesPerClock) + this.overhead;
  }

  /** Clocks from the last column command to one of this kind. */
  private columnGap(sameRank: bool, isWrite: bool): f64 {
    if (isWrite) return this.lastWasWrite ? this.ccd : this.readToWrite;
    if (this.lastWasWrite) return sameRank ? this.writeToRead : this.writeToOtherRank;
    return sameRank ? this.ccd : this.readToOtherRank;
  }

  private activate(from: f64, bank: i32, rank: i32, row: f64): f64 {
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
