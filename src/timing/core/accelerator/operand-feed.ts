import type { Cycles } from '../cycles.ts';
import { type bool, type f64, type i32, lowestBit } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { isInScratchpad, type Step } from './execute-step.ts';
import type { LocalMemory } from './local-memory.ts';

/** Rows between reading and the array. */
const CONTROL_QUEUE: i32 = 5;

/** One pass of operand rows through the array: of a compute, of a preload, or of both. */
export class Pass {
  start: Cycles = 0;
  compute: Step | null = null;
  preload: Step | null = null;
  rows: i32 = 0;
  /** Does a compute run alone because of a hazard? */
  isParted: bool = false;
}

/**
 * Operand rows on their way into the array: when each is read, as banks and the control queue allow, and when the array
 * takes it.
 * @source gemmini-timing §6 and the recurrences of §11.5
 */
export class OperandFeed {
  /** The last read of the pass that was planned last. */
  end: Cycles = 0;
  /** Cycles in which its rows find the control queue full. */
  queueWait: f64 = 0;
  private readonly dim: i32;
  private readonly memory: LocalMemory;
  /** From the read of an operand row to the array taking it. */
  private readonly readLatency: f64;
  /** From the end of a pass to its tag being free. */
  private readonly tagLatency: f64;
  private readonly reads: Float64Array;
  /**
   * When the array took the last rows of the passes before, as many as the control queue holds, and behind them when it
   * takes each row of this one: a row may be read when the row CONTROL_QUEUE places before it has left the queue.
   */
  private readonly leaves: Float64Array;
  /** Scratchpad banks that it reads, as bits, and their marks when it was worked out. */
  private banks: i32 = 0;
  private marksSeen: f64 = -1;
  private lastAccept: Cycles = -10;
  /** Did the array take the last rows of the passes before in cycles that follow one another? */
  private isUnbroken: bool = false;
  /** Ends of the passes that still hold a tag. */
  private readonly tagEnds: Float64Array;
  private tagNext: i32 = 0;

  constructor(settings: Settings, memory: LocalMemory) {
    const geometry = settings.geometry;
    this.memory = memory;
    this.dim = geometry.dim;
    this.readLatency = settings.accelerator.operandLatency;
    this.tagLatency = geometry.meshLatency + 1;
    this.tagEnds = new Float64Array(geometry.tags - 1).fill(-1000);
    this.reads = new Float64Array(geometry.dim);
    this.leaves = new Float64Array(CONTROL_QUEUE + geometry.dim).fill(-10);
  }

  /** When the array takes a row of the pass that was planned last. */
  acceptOf(row: i32): Cycles {
    return this.leaves[CONTROL_QUEUE + row]!;
  }

  firstRead(): Cycles {
    return this.reads[0]!;
  }

  /** Works out when each row of the pass is read and when the array takes it. */
  plan(pass: Pass): void {
    const compute = pass.compute;
    const preload = pass.preload;
    let aBanks: i32 = 0;
    let bBanks: i32 = 0;
    let dBanks: i32 = 0;
    if (compute !== null) {
      aBanks = this.banksOf(compute.a, compute.aRows, compute.state.aStride);
      bBanks = this.banksOf(compute.stays, compute.staysRows, 1);
    }
    if (preload !== null) dBanks = this.banksOf(preload.stays, preload.staysRows, 1);
    this.banks = aBanks | bBanks | dBanks;
    const meets = (aBanks & bBanks) | (aBanks & dBanks) | (bBanks & dBanks);
    const start = pass.start;
    const firstAccept = Math.max(
      start + this.readLatency,
      Math.max(this.tagEnds[this.tagNext]! + this.tagLatency, this.lastAccept + 1),
    );
    if (meets === 0 && this.isQuiet(start)) this.feedFreely(start, pass.rows, firstAccept);
    else this.feedByBanks(pass, firstAccept);
    this.marksSeen = this.marks();
  }

  /** Banks of rows in the scratchpad, as bits. */
  private banksOf(place: i32, rows: i32, stride: i32): i32 {
    if (rows === 0 || !isInScratchpad(place)) return 0;
    const memory = this.memory;
    const first = memory.scratchpadBank(place);
    const last = memory.scratchpadBank(place + (rows - 1) * stride);
    if (first === last || stride === 1) return (1 << first) | (1 << last);
    let banks: i32 = 0;
    for (let row: i32 = 0; row < rows; row++) banks |= 1 << memory.scratchpadBank(place + row * stride);
    return banks;
  }

  /** Is none of the banks written from `at` on, as far as is known? */
  private isQuiet(at: Cycles): bool {
    const writes = this.memory.scratchpadWrites;
    for (let bits = this.banks; bits !== 0; bits &= bits - 1) if (writes[lowestBit(bits)]!.latest >= at) return false;
    return true;
  }

  /** Operands in banks of their own that nobody writes. */
  private feedFreely(start: Cycles, rows: i32, firstAccept: Cycles): void {
    const reads = this.reads;
    const leaves = this.leaves;
    if (firstAccept - start <= CONTROL_QUEUE && this.lastAccept - start < CONTROL_QUEUE && this.isUnbroken) {
      // The rows follow one another, and each finds room in the queue.
      for (let row: i32 = 0; row < rows; row++) {
        reads[row] = start + row;
        leaves[row + CONTROL_QUEUE] = firstAccept + row;
      }
      this.end = start + rows - 1;
      this.queueWait = 0;
      return;
    }
    const latency = this.readLatency;
    let read = start - 1;
    let accept = firstAccept - 1;
    for (let row: i32 = 0; row < rows; row++) {
      const room = leaves[row]!;
      read += 1;
      if (room > read) read = room;
      accept += 1;
      if (read + latency > accept) accept = read + latency;
      reads[row] = read;
      leaves[row + CONTROL_QUEUE] = accept;
    }
    this.end = read;
    this.queueWait = read - start + 1 - rows;
  }

  private feedByBanks(pass: Pass, firstAccept: Cycles): void {
    const memory = this.memory;
    const writes = memory.scratchpadWrites;
    const reads = this.reads;
    const leaves = this.leaves;
    const latency = this.readLatency;
    const rows = pass.rows;
    const compute = pass.compute;
    const preload = pass.preload;
    // Rows of each operand in the scratchpad, and the place of the next.
    let aRows: i32 = 0;
    let bRows: i32 = 0;
    let a: i32 = 0;
    let b: i32 = 0;
    let aStride: i32 = 1;
    if (compute !== null) {
      a = compute.a;
      b = compute.stays;
      aStride = compute.state.aStride;
      if (isInScratchpad(a)) aRows = compute.aRows;
      if (isInScratchpad(b)) bRows = compute.staysRows;
    }
    // The operand that stays comes last row first.
    let dRows: i32 = 0;
    let d: i32 = 0;
    let reversed = this.dim - 1;
    if (preload !== null && isInScratchpad(preload.stays)) {
      d = preload.stays + reversed;
      dRows = preload.staysRows;
    }
    let accept = firstAccept - 1;
    let read = pass.start - 1;
    let queueWait: f64 = 0;
    for (let row: i32 = 0; row < rows; row++) {
      const room = leaves[row]!;
      const next = read + 1;
      const earliest = room > next ? room : next;
      queueWait += earliest - next;
      read = earliest;
      let aBank: i32 = -1;
      let bBank: i32 = -1;
      if (row < aRows) {
        aBank = memory.scratchpadBank(a);
        read = writes[aBank]!.firstFree(earliest);
      }
      if (row < bRows) {
        bBank = memory.scratchpadBank(b);
        const free = writes[bBank]!.firstFree(bBank === aBank ? read + 1 : earliest);
        if (free > read) read = free;
      }
      if (reversed < dRows) {
        const dBank = memory.scratchpadBank(d);
        const free = writes[dBank]!.firstFree(dBank === aBank || dBank === bBank ? read + 1 : earliest);
        if (free > read) read = free;
      }
      accept += 1;
      if (read + latency > accept) accept = read + latency;
      reads[row] = read;
      leaves[row + CONTROL_QUEUE] = accept;
      a += aStride;
      b++;
      d--;
      reversed--;
    }
    this.end = read;
    this.queueWait = queueWait;
  }

  /** Plans the pass again if a bank that it reads is written in cycles that were free before. */
  renew(pass: Pass): void {
    if (this.marks() !== this.marksSeen) this.plan(pass);
  }

  /** The pass is over: its rows are in the array. */
  finish(rows: i32): void {
    const leaves = this.leaves;
    for (let i: i32 = 0; i < CONTROL_QUEUE; i++) leaves[i] = leaves[rows + i]!;
    this.lastAccept = leaves[CONTROL_QUEUE - 1]!;
    this.isUnbroken = this.lastAccept - leaves[0]! === CONTROL_QUEUE - 1;
    this.tagEnds[this.tagNext] = this.lastAccept + 1;
    this.tagNext++;
    if (this.tagNext === this.tagEnds.length) this.tagNext = 0;
  }

  /** Rows of zeros enter the array from `start` on. */
  pushZeros(start: Cycles): void {
    const dim = this.dim;
    for (let row: i32 = 0; row < dim; row++) this.leaves[CONTROL_QUEUE + row] = start + row;
    this.lastAccept = start + dim - 1;
  }

  /** Does the pass that was planned last read a row of this scratchpad bank in cycle `at`? */
  readsBank(pass: Pass, bank: i32, at: Cycles): bool {
    if (at > this.end || (this.banks & (1 << bank)) === 0) return false;
    const reads = this.reads;
    // Reads ascend.
    for (let row = pass.rows - 1; row >= 0; row--) {
      const read = reads[row]!;
      if (read <= at) return read === at && this.readsIn(pass, row, bank);
    }
    return false;
  }

  private readsIn(pass: Pass, row: i32, bank: i32): bool {
    const compute = pass.compute;
    const preload = pass.preload;
    if (preload !== null && this.isIn(bank, preload.stays, preload.staysRows, this.dim - 1 - row, 1)) return true;
    if (compute === null) return false;
    return (
      this.isIn(bank, compute.a, compute.aRows, row, compute.state.aStride) ||
      this.isIn(bank, compute.stays, compute.staysRows, row, 1)
    );
  }

  /** Is row `index` of this operand in the bank? */
  private isIn(bank: i32, place: i32, rows: i32, index: i32, stride: i32): bool {
    return index < rows && isInScratchpad(place) && this.memory.scratchpadBank(place + index * stride) === bank;
  }

  private marks(): f64 {
    const writes = this.memory.scratchpadWrites;
    let sum: f64 = 0;
    for (let bits = this.banks; bits !== 0; bits &= bits - 1) sum += writes[lowestBit(bits)]!.version;
    return sum;
  }
}
