import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { ACCUMULATOR_PLACE, isInScratchpad, type Step } from './execute-step.ts';
import type { Geometry } from './geometry.ts';
import type { LocalMemory } from './local-memory.ts';

/** Rows between reading and the array. */
const CONTROL_QUEUE = 5;

/** One pass of operand rows through the array. */
export interface Pass {
  readonly start: Cycles;
  readonly compute: Step | undefined;
  readonly preload: Step | undefined;
  readonly rows: number;
  /** Does a compute run alone because of a hazard? */
  readonly isParted: boolean;
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
  queueWait = 0;
  /** When the array takes each of its rows. */
  readonly accepts: Float64Array;
  readonly #geometry: Geometry;
  readonly #memory: LocalMemory;
  /** From the read of an operand row to the array taking it. */
  readonly #readLatency: number;
  readonly #reads: Float64Array;
  /** Scratchpad banks that it reads, as bits, and their marks when it was worked out. */
  #banks = 0;
  #marksSeen = -1;
  /** When the array took the last rows of the passes before. */
  readonly #lastAccepts = new Float64Array(CONTROL_QUEUE).fill(-10);
  #acceptNext = 0;
  #lastAccept: Cycles = -10;
  /** Ends of the passes that still hold a tag. */
  readonly #tagEnds: Float64Array;
  #tagNext = 0;

  constructor(config: TimingConfig, geometry: Geometry, memory: LocalMemory) {
    this.#geometry = geometry;
    this.#memory = memory;
    this.#readLatency = config.accelerator.operandLatency;
    this.#tagEnds = new Float64Array(geometry.tags - 1).fill(-1000);
    this.#reads = new Float64Array(geometry.dim);
    this.accepts = new Float64Array(geometry.dim);
  }

  get firstRead(): Cycles {
    return this.#reads[0]!;
  }

  /** Works out when each row of the pass is read and when the array takes it. */
  plan(pass: Pass): void {
    const { start, compute, preload, rows } = pass;
    const aStride = (compute ?? preload)!.state.aStride;
    const aBanks = compute === undefined ? 0 : this.#banksOf(compute.a, compute.aRows, aStride);
    const bBanks = compute === undefined ? 0 : this.#banksOf(compute.stays, compute.staysRows, 1);
    const dBanks = preload === undefined ? 0 : this.#banksOf(preload.stays, preload.staysRows, 1);
    this.#banks = aBanks | bBanks | dBanks;
    const meets = (aBanks & bBanks) | (aBanks & dBanks) | (bBanks & dBanks);
    const firstAccept = Math.max(
      start + this.#readLatency,
      this.#tagEnds[this.#tagNext]! + this.#geometry.meshLatency + 1,
      this.#lastAccept + 1,
    );
    if (meets === 0 && this.#isQuiet(start)) this.#feedFreely(start, rows, firstAccept);
    else this.#feedByBanks(pass, aStride, firstAccept);
    this.#marksSeen = this.#marks();
  }

  /** Banks of rows in the scratchpad, as bits. */
  #banksOf(place: number, rows: number, stride: number): number {
    if (place < 0 || place >= ACCUMULATOR_PLACE || rows === 0) return 0;
    const first = this.#memory.scratchpadBank(place);
    const last = this.#memory.scratchpadBank(place + (rows - 1) * stride);
    if (first === last || stride === 1) return (1 << (first % 32)) | (1 << (last % 32));
    let banks = 0;
    for (let row = 0; row < rows; row++) banks |= 1 << (this.#memory.scratchpadBank(place + row * stride) % 32);
    return banks;
  }

  /** Is none of the banks written from `at` on, as far as is known? */
  #isQuiet(at: Cycles): boolean {
    const { scratchpadWrites } = this.#memory;
    for (let bank = 0; bank < scratchpadWrites.length; bank++)
      if (this.#banks & (1 << (bank % 32)) && scratchpadWrites[bank]!.latest >= at) return false;
    return true;
  }

  /** When the row may be read for the sake of the rows in front of the array. */
  #roomFor(row: number): Cycles {
    return row < CONTROL_QUEUE
      ? this.#lastAccepts[(this.#acceptNext + row) % CONTROL_QUEUE]!
      : this.accepts[row - CONTROL_QUEUE]!;
  }

  /** Operands in banks of their own that nobody writes. */
  #feedFreely(start: Cycles, rows: number, firstAccept: Cycles): void {
    let read = start - 1;
    let accept = firstAccept - 1;
    for (let row = 0; row < rows; row++) {
      read = Math.max(read + 1, this.#roomFor(row));
      accept = Math.max(read + this.#readLatency, accept + 1);
      this.#reads[row] = read;
      this.accepts[row] = accept;
    }
    this.end = read;
    this.queueWait = read - start + 1 - rows;
  }

  #feedByBanks({ start, compute, preload, rows }: Pass, aStride: number, firstAccept: Cycles): void {
    const { dim } = this.#geometry;
    let accept = firstAccept - 1;
    let read = start - 1;
    this.queueWait = 0;
    for (let row = 0; row < rows; row++) {
      const earliest = Math.max(read + 1, this.#roomFor(row));
      this.queueWait += earliest - read - 1;
      read = earliest;
      let aBank = -1;
      let bBank = -1;
      if (compute !== undefined) {
        if (row < compute.aRows && isInScratchpad(compute.a)) {
          aBank = this.#memory.scratchpadBank(compute.a + row * aStride);
          read = this.#memory.scratchpadWrites[aBank]!.firstFree(earliest);
        }
        if (row < compute.staysRows && isInScratchpad(compute.stays)) {
          bBank = this.#memory.scratchpadBank(compute.stays + row);
          const from = bBank === aBank ? read + 1 : earliest;
          read = Math.max(read, this.#memory.scratchpadWrites[bBank]!.firstFree(from));
        }
      }
      const reversed = dim - 1 - row;
      if (preload !== undefined && reversed < preload.staysRows && isInScratchpad(preload.stays)) {
        const dBank = this.#memory.scratchpadBank(preload.stays + reversed);
        const from = dBank === aBank || dBank === bBank ? read + 1 : earliest;
        read = Math.max(read, this.#memory.scratchpadWrites[dBank]!.firstFree(from));
      }
      accept = Math.max(read + this.#readLatency, accept + 1);
      this.#reads[row] = read;
      this.accepts[row] = accept;
    }
    this.end = read;
  }

  /** Plans the pass again if a bank that it reads is written in cycles that were free before. */
  renew(pass: Pass): void {
    if (this.#marks() !== this.#marksSeen) this.plan(pass);
  }

  /** The pass is over: its rows are in the array. */
  finish(rows: number): void {
    for (let row = Math.max(0, rows - CONTROL_QUEUE); row < rows; row++) {
      this.#lastAccepts[this.#acceptNext] = this.accepts[row]!;
      this.#acceptNext = (this.#acceptNext + 1) % CONTROL_QUEUE;
    }
    this.#lastAccept = this.accepts[rows - 1]!;
    this.#tagEnds[this.#tagNext] = this.#lastAccept + 1;
    this.#tagNext = (this.#tagNext + 1) % this.#tagEnds.length;
  }

  /** Rows of zeros enter the array from `start` on. */
  pushZeros(start: Cycles): void {
    const { dim } = this.#geometry;
    for (let row = 0; row < dim; row++) this.accepts[row] = start + row;
    this.#lastAccept = start + dim - 1;
  }

  /** Does the pass that was planned last read a row of this scratchpad bank in cycle `at`? */
  readsBank(pass: Pass, bank: number, at: Cycles): boolean {
    if (at > this.end || (this.#banks & (1 << (bank % 32))) === 0) return false;
    const row = this.#reads.indexOf(at);
    return row >= 0 && row < pass.rows && this.#readsIn(pass, row, bank);
  }

  #readsIn({ compute, preload }: Pass, row: number, bank: number): boolean {
    const memory = this.#memory;
    const isIn = (place: number, rows: number, index: number, stride: number): boolean =>
      index < rows && isInScratchpad(place) && memory.scratchpadBank(place + index * stride) === bank;
    if (preload !== undefined && isIn(preload.stays, preload.staysRows, this.#geometry.dim - 1 - row, 1)) return true;
    if (compute === undefined) return false;
    return isIn(compute.a, compute.aRows, row, compute.state.aStride) || isIn(compute.stays, compute.staysRows, row, 1);
  }

  #marks(): number {
    const { scratchpadWrites } = this.#memory;
    let sum = 0;
    for (let bank = 0; bank < scratchpadWrites.length; bank++)
      if (this.#banks & (1 << (bank % 32))) sum += scratchpadWrites[bank]!.version;
    return sum;
  }
}
