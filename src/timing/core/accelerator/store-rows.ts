import { type bool, type f64, i32 } from '../portable.ts';
import type { Geometry } from '../settings.ts';
import { ACCUMULATOR, type Operation, readsFull, rowOf, StoreState, spaceOf } from './operation.ts';

/**
 * The local rows that a store command reads, one after the other: row by row, block by block; with pooling, window by
 * window.
 * @source gemmini-timing §5.1
 */
export class StoreRows {
  /** The local row, or -1 for the padding of a pooling window. */
  row: i32 = 0;
  /** Bytes of the DRAM row that it becomes a part of. */
  bytes: i32 = 0;
  private readonly dim: i32;
  private readonly elementBytes: i32;
  private readonly accumulatorBytes: i32;
  /** The command's DRAM address, first local row and state. */
  private address: f64 = 0;
  private first: i32 = 0;
  private state: StoreState = new StoreState();
  /** Rows of the command or of the pooled output; blocks, or columns of the pooled output. */
  private rows: i32 = 0;
  private cols: i32 = 0;
  private r: i32 = 0;
  private c: i32 = 0;
  /** Place in the pooling window. */
  private wr: i32 = 0;
  private wc: i32 = 0;

  constructor(geometry: Geometry) {
    this.dim = geometry.dim;
    this.elementBytes = geometry.elementBytes;
    this.accumulatorBytes = geometry.accumulatorBytes;
  }

  /** To the first row of a command, which keeps its state until its last row. @returns is there one? */
  start(operation: Operation): bool {
    const state = operation.store;
    const isWide = spaceOf(operation.local) === ACCUMULATOR && readsFull(operation.local);
    this.bytes = operation.cols * (isWide ? this.accumulatorBytes : this.elementBytes);
    this.address = operation.vaddr;
    this.first = rowOf(operation.local);
    this.state = state;
    this.rows = state.pools ? state.porows : operation.rows;
    this.cols = state.pools ? state.pocols : i32((operation.cols + this.dim - 1) / this.dim);
    this.r = 0;
    this.c = 0;
    this.wr = 0;
    this.wc = 0;
    if (this.rows === 0 || this.cols === 0 || this.bytes === 0 || (state.pools && state.poolSize === 0)) return false;
    this.find();
    return true;
  }

  /** To the next row. @returns is there one? */
  next(): bool {
    if (!this.nextInWindow() && ++this.c === this.cols) {
      this.c = 0;
      if (++this.r === this.rows) return false;
    }
    this.find();
    return true;
  }

  /** Is it the last of the rows that become one DRAM row? */
  isFinal(): bool {
    const state = this.state;
    if (!state.pools) return this.c === this.cols - 1;
    const last = state.poolSize - 1;
    return this.wr === last && this.wc === last;
  }

  /** Address of that DRAM row. */
  vaddr(): f64 {
    const state = this.state;
    const row = state.pools ? this.r * state.outCols + this.c : this.r;
    return this.address + row * state.stride;
  }

  private nextInWindow(): bool {
    const state = this.state;
    if (!state.pools) return false;
    const size = state.poolSize;
    if (++this.wc < size) return true;
    this.wc = 0;
    if (++this.wr < size) return true;
    this.wr = 0;
    return false;
  }

  private find(): void {
    const state = this.state;
    if (!state.pools) {
      this.row = this.first + this.c * this.dim + this.r;
      return;
    }
    const orow = this.r * state.poolStride + this.wr - state.upad;
    const ocol = this.c * state.poolStride + this.wc - state.lpad;
    const isInside = orow >= 0 && orow < state.orows && ocol >= 0 && ocol < state.ocols;
    this.row = isInside ? this.first + orow * state.ocols + ocol : -1;
  }
}
