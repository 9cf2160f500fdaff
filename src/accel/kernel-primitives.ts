import type { ConfigWords } from './config-words.ts';
import type { Stop } from './faults.ts';
import { packedOffset } from './kernels/array-operands.ts';
import {
  type KernelLayout,
  layOutKernels,
  QUEUE_RECORDS,
  RECORD,
  RECORD_BYTES,
  RECORD_CODE,
  SOFT_TLB_ENTRIES,
  SOFT_TLB_ENTRY_BYTES,
} from './kernels/kernel-layout.ts';
import { instantiateKernels, type RunQueue } from './kernels/kernel-module.ts';
import { readLatch, writeRegisters } from './kernels/kernel-registers.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';
import { resetStatistics } from './normalization.ts';
import { type DramMatrix, exactAddress } from './primitives.ts';
import { ReferencePrimitives } from './reference-primitives.ts';
import type { AcceleratorState } from './state.ts';

/**
 * Executes primitive commands with generated WebAssembly kernels. Commands are written into a queue in linear memory,
 * and one call executes the whole queue in order, so that a loop command costs a few stores per primitive. The
 * generated code checks that every local row exists and that the command has none of the rare properties; where one
 * does, or a DRAM row cannot be located, it stops, the reference executes that command (or the rest of its rows), and
 * the queue goes on: traps, faults and what they leave behind are the reference's.
 */
export class KernelPrimitives extends ReferencePrimitives {
  readonly #run: RunQueue;
  readonly #scratch: KernelLayout;
  #queued = 0;
  /** The queue holds words of this linear memory. */
  #words: Int32Array;
  #doubles: Float64Array;
  /** Have registers changed since the kernels got them? */
  #isStale = true;
  #generation = 0;
  /** The translation epoch that the generation belongs to. */
  #epoch = Number.NaN;

  constructor(state: AcceleratorState) {
    super(state);
    const { config, layout, memory } = state;
    this.#run = instantiateKernels(config, memory, layout);
    this.#scratch = layOutKernels(config, layout.kernels);
    const { buffer } = memory.memory;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    new Int32Array(buffer, this.#scratch.columnMask, config.dim).fill(-1);
    state.unpackArray = this.#unpackArray;
  }

  override beginCommand(): void {
    if (this.state.memory.translationEpoch !== this.#epoch) this.#forgetLocations();
    this.#queued = 0;
    this.#renewViews();
  }

  /** Memory may have grown wherever a DRAM row was located; the views have no elements left then. */
  #renewViews(): void {
    if (this.#words.length > 0) return;
    const { buffer } = this.state.memory.memory;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  #forgetLocations(): void {
    const { memory } = this.state;
    this.#epoch = memory.translationEpoch;
    this.#generation = (this.#generation + GENERATION_STEP) % GENERATIONS;
    if (this.#generation === 0) {
      const bytes = SOFT_TLB_ENTRIES * SOFT_TLB_ENTRY_BYTES;
      new Uint8Array(memory.memory.buffer, this.#scratch.softTlb, bytes).fill(0);
      this.#generation = GENERATION_STEP;
    }
    this.#setWord(this.#scratch.generation, this.#generation);
  }

  override endCommand(): Stop | undefined {
    return this.#queued === 0 ? undefined : this.#flush();
  }

  override config(words: ConfigWords): Stop | undefined {
    const stop = this.endCommand() ?? super.config(words);
    this.#isStale = true;
    return stop;
  }

  override registersChanged(): void {
    this.#isStale = true;
  }

  override moveIn(
    loadState: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined {
    const address = exactAddress(source, row, col);
    if (Number.isNaN(address))
      return this.#byReference(() => super.moveIn(loadState, source, row, col, local, rows, cols));
    return this.#enqueueMove(RECORD_CODE.moveIn + loadState, address, local, rows, cols);
  }

  override moveOut(
    target: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined {
    const address = exactAddress(target, row, col);
    if (Number.isNaN(address)) return this.#byReference(() => super.moveOut(target, row, col, local, rows, cols));
    return this.#enqueueMove(RECORD_CODE.moveOut, address, local, rows, cols);
  }

  /** The reference executes a command behind those in the queue. */
  #byReference(execute: () => Stop | undefined): Stop | undefined {
    const stop = this.endCommand() ?? execute();
    this.#renewViews();
    return stop;
  }

  #enqueueMove(code: number, address: number, local: number, rows: number, cols: number): Stop | undefined {
    const record = this.#scratch.queue + this.#queued * RECORD_BYTES;
    const at = record >> 2;
    const words = this.#words;
    words[at] = code;
    words[at + 1] = local;
    words[at + 2] = rows;
    words[at + 3] = cols;
    this.#doubles[(record + RECORD.address) >> 3] = address;
    return this.#enqueued();
  }

  override preload(
    local: number,
    rows: number,
    cols: number,
    outLocal: number,
    outRows: number,
    outCols: number,
  ): Stop | undefined {
    return this.#enqueueWords(RECORD_CODE.preload, local, rows, cols, outLocal, outRows, outCols);
  }

  override compute(
    a: number,
    aRows: number,
    aCols: number,
    bd: number,
    bdRows: number,
    bdCols: number,
    loadsArray: boolean,
  ): Stop | undefined {
    const code = loadsArray ? RECORD_CODE.computePreloaded : RECORD_CODE.computeAccumulated;
    return this.#enqueueWords(code, a, aRows, aCols, bd, bdRows, bdCols);
  }

  #enqueueWords(
    code: number,
    local: number,
    rows: number,
    cols: number,
    otherLocal: number,
    otherRows: number,
    otherCols: number,
  ): Stop | undefined {
    const at = (this.#scratch.queue + this.#queued * RECORD_BYTES) >> 2;
    const words = this.#words;
    words[at] = code;
    words[at + 1] = local;
    words[at + 2] = rows;
    words[at + 3] = cols;
    words[at + 4] = otherLocal;
    words[at + 5] = otherRows;
    words[at + 6] = otherCols;
    return this.#enqueued();
  }

  #enqueued(): Stop | undefined {
    return ++this.#queued === QUEUE_RECORDS ? this.#flush() : undefined;
  }

  /** Executes the queue; what the kernels leave over goes to the reference. */
  #flush(): Stop | undefined {
    const { state } = this;
    const end = this.#queued;
    this.#queued = 0;
    for (let next = 0; next < end; next++) {
      if (this.#isStale) writeRegisters(state, this.#scratch.registers);
      this.#isStale = false;
      this.#setWord(this.#scratch.statisticResets, 0);
      next = this.#run(next, end);
      this.#renewViews();
      resetStatistics(state, this.#word(this.#scratch.statisticResets));
      readLatch(state, this.#scratch.registers);
      if (next === end) return undefined;
      const stop = this.#executeRecord(this.#scratch.queue + next * RECORD_BYTES);
      this.#renewViews();
      this.#isStale = true;
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  #executeRecord(record: number): Stop | undefined {
    const { state } = this;
    const code = this.#word(record + RECORD.code);
    const local = this.#word(record + RECORD.local) >>> 0;
    const rows = this.#word(record + RECORD.rows);
    const cols = this.#word(record + RECORD.cols);
    if (code <= RECORD_CODE.moveOut) {
      const address = BigInt.asUintN(64, BigInt(this.#doubles[(record + RECORD.address) >> 3]!));
      const done = this.#word(this.#scratch.rowsDone);
      if (code === RECORD_CODE.moveOut) return moveOut(state, address, local, rows, cols, done);
      return moveIn(state, (code - RECORD_CODE.moveIn) as 0 | 1 | 2, address, local, rows, cols, done);
    }
    const otherLocal = this.#word(record + RECORD.otherLocal) >>> 0;
    const otherRows = this.#word(record + RECORD.otherRows);
    const otherCols = this.#word(record + RECORD.otherCols);
    const loadsArray = code === RECORD_CODE.computePreloaded;
    return super.compute(local, rows, cols, otherLocal, otherRows, otherCols, loadsArray);
  }

  #word = (offset: number): number => this.state.words[offset >> 2]!;

  #setWord(offset: number, value: number): void {
    this.state.words[offset >> 2] = value;
  }

  /** Spreads packed weights out over the array, where everybody else looks for them. */
  readonly #unpackArray = (array: Int32Array): void => {
    if (this.#word(this.#scratch.isPacked) === 0) return;
    this.#setWord(this.#scratch.isPacked, 0);
    const { dim, memory, config } = this.state;
    if (config.accumulatorType === 'fp32') {
      array.set(new Int32Array(memory.memory.buffer, this.#scratch.packed, dim * dim));
      return;
    }
    const halves = new Int16Array(memory.memory.buffer);
    const packedRows = this.#word(this.#scratch.packedRows);
    for (let k = 0; k < dim; k++) {
      for (let j = 0; j < dim; j++) {
        const at = (this.#scratch.packed + packedOffset(dim, k, j)) >> 1;
        array[k * dim + j] = k < packedRows ? halves[at]! : 0;
      }
    }
  };
}

/** Generations are the even numbers below the size of a page: the low bit of a soft TLB key is the kind of access. */
const GENERATION_STEP = 2;
const GENERATIONS = 4096;
