import type { Geometry } from './geometry.ts';
import { ACCUMULATOR, type Operation, type Pooling, readsFull, rowOf, type StoreState, spaceOf } from './operation.ts';

/**
 * The local rows that a store command reads, one after the other: row by row, block by block; with pooling, window by
 * window.
 * @source gemmini-timing §5.1
 */
export class StoreRows {
  /** The local row, or -1 for the padding of a pooling window. */
  row = 0;
  /** Bytes of the DRAM row that it becomes a part of. */
  bytes = 0;
  readonly #geometry: Geometry;
  #operation: Operation | undefined;
  #stride = 0;
  #pool: Pooling | undefined;
  /** Rows of the command or of the pooled output; blocks, or columns of the pooled output. */
  #rows = 0;
  #cols = 0;
  #r = 0;
  #c = 0;
  /** Place in the pooling window. */
  #wr = 0;
  #wc = 0;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  /** To the first row of a command. @returns is there one? */
  start(operation: Operation): boolean {
    const { stride, pool } = operation.config as StoreState;
    const { dim, accumulatorBytes, elementBytes } = this.#geometry;
    const isWide = spaceOf(operation.local) === ACCUMULATOR && readsFull(operation.local);
    this.bytes = operation.cols * (isWide ? accumulatorBytes : elementBytes);
    this.#operation = operation;
    this.#stride = stride;
    this.#pool = pool;
    this.#rows = pool === undefined ? operation.rows : pool.porows;
    this.#cols = pool === undefined ? Math.ceil(operation.cols / dim) : pool.pocols;
    this.#r = 0;
    this.#c = 0;
    this.#wr = 0;
    this.#wc = 0;
    if (this.#rows * this.#cols === 0 || pool?.size === 0) return false;
    this.#find();
    return true;
  }

  /** To the next row. @returns is there one? */
  next(): boolean {
    if (!this.#nextInWindow() && ++this.#c === this.#cols) {
      this.#c = 0;
      if (++this.#r === this.#rows) return false;
    }
    this.#find();
    return true;
  }

  /** Is it the last of the rows that become one DRAM row? */
  isFinal(): boolean {
    const pool = this.#pool;
    return pool === undefined ? this.#c === this.#cols - 1 : this.#wr === pool.size - 1 && this.#wc === pool.size - 1;
  }

  /** Address of that DRAM row. */
  vaddr(): number {
    const row = this.#pool === undefined ? this.#r : this.#r * this.#pool.outCols + this.#c;
    return this.#operation!.vaddr + row * this.#stride;
  }

  #nextInWindow(): boolean {
    const size = this.#pool?.size ?? 1;
    if (++this.#wc < size) return true;
    this.#wc = 0;
    if (++this.#wr < size) return true;
    this.#wr = 0;
    return false;
  }

  #find(): void {
    const pool = this.#pool;
    const first = rowOf(this.#operation!.local);
    if (pool === undefined) {
      this.row = first + this.#c * this.#geometry.dim + this.#r;
      return;
    }
    const orow = this.#r * pool.stride + this.#wr - pool.upad;
    const ocol = this.#c * pool.stride + this.#wc - pool.lpad;
    const isInside = orow >= 0 && orow < pool.orows && ocol >= 0 && ocol < pool.ocols;
    this.row = isInside ? first + orow * pool.ocols + ocol : -1;
  }
}
