import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import type { DmaWriter } from './dma-writer.ts';
import type { Geometry } from './geometry.ts';
import type { LocalMemory } from './local-memory.ts';
import { ACCUMULATOR, type Operation, type Pooling, readsFull, rowOf, type StoreState, spaceOf } from './operation.ts';
import type { IssueTarget, ReservationStation } from './reservation-station.ts';

/** From the read of a scratchpad row to the DMA writer. */
const SCRATCHPAD_TO_WRITER = 5;
/** A row waits for its place: queues of the read side, in rows. */
const DISPATCH_QUEUE = 2;
const PASS_THROUGH_QUEUE = 2;
/** Longest window of rows that the recurrences look back. */
const HISTORY = 16;
/** Number of the first row: the recurrences look back. */
export const FIRST_ROW = HISTORY;

export interface StoreCounts {
  commands: number;
  rows: number;
  /** Rows that waited for their bank, cycles. */
  bankWait: number;
}

/** The time of something that depends on what has not happened yet. */
const UNKNOWN = -1e9;

/** One row of a command on its way to the writer. */
interface RowRequest {
  readonly operation: Operation;
  /** Local row, or -1 for the padding of a pooling window. */
  readonly row: number;
  /** The last of the rows that become one DRAM row. */
  readonly isFinal: boolean;
  readonly vaddr: number;
  readonly bytes: number;
  readonly isLast: boolean;
}

/**
 * Store controller and read side of the local memories: commands become rows, rows pass the scaler to the DMA writer.
 * @source gemmini-timing §5 and the recurrences of §11.5
 */
export class StoreUnit implements Unit, IssueTarget {
  wakeAt: Cycles = NEVER;
  readonly counts: StoreCounts = { commands: 0, rows: 0, bankWait: 0 };
  reservationStation!: ReservationStation;
  readonly #config: TimingConfig['accelerator'];
  readonly #geometry: Geometry;
  readonly #memory: LocalMemory;
  readonly #writer: DmaWriter;
  readonly #queue: Operation[] = [];
  #controllerFree: Cycles = 0;
  #rows: Iterator<RowRequest> | undefined;
  #next: RowRequest | undefined;
  /** Number of the next row. */
  #n = FIRST_ROW;
  #earliest: Cycles = 0;
  readonly #dispatched = new Float64Array(HISTORY).fill(-100);
  readonly #read = new Float64Array(HISTORY).fill(-100);
  readonly #passed = new Float64Array(HISTORY).fill(-100);
  readonly #scaled = new Float64Array(HISTORY).fill(-100);
  readonly #requests: RowRequest[] = [];
  /** The last row whose way to the writer is known. */
  #resolved = FIRST_ROW - 1;
  readonly #scaleQueue: number;
  readonly #issueQueue: number;

  constructor(config: TimingConfig, geometry: Geometry, memory: LocalMemory, writer: DmaWriter) {
    this.#config = config.accelerator;
    this.#geometry = geometry;
    this.#memory = memory;
    this.#writer = writer;
    this.#scaleQueue = config.accelerator.spadReadDelay + 2;
    this.#issueQueue = config.accelerator.spadReadDelay + 1;
    writer.onTaken = (at) => {
      this.#resolve();
      if (this.#next !== undefined) this.#wake(at);
    };
  }

  hasRoom(): boolean {
    return this.#queue.length < this.#config.storeQueue;
  }

  isBusy(): boolean {
    return this.#queue.length > 0 || this.#next !== undefined;
  }

  issue(operation: Operation, at: Cycles): void {
    this.#queue.push(operation);
    this.#wake(Math.max(at + 1, this.#controllerFree));
  }

  #wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.#next === undefined) this.#takeCommand(now);
    if (this.#next !== undefined) this.#readRow(now);
  }

  #takeCommand(now: Cycles): void {
    const operation = this.#queue[0];
    if (operation === undefined) return;
    const start = Math.max(operation.issuedAt + 1, this.#controllerFree);
    if (start > now) {
      this.#wake(start);
      return;
    }
    if (operation.kind === 'config-store') {
      this.#pop(now + 1);
      return;
    }
    this.counts.commands++;
    this.#rows = this.#rowsOf(operation);
    this.#earliest = now;
    this.#advance();
    if (this.#next === undefined) {
      this.reservationStation.complete(operation, now + 1);
      this.#pop(now + 1);
    }
  }

  #pop(free: Cycles): void {
    this.#queue.shift();
    this.#controllerFree = free;
    this.reservationStation.wake(free);
    if (this.#queue.length > 0) this.#wake(Math.max(free, this.#queue[0]!.issuedAt + 1));
  }

  #advance(): void {
    const { value, done } = this.#rows!.next();
    this.#next = done ? undefined : value;
  }

  /** Reads the next row as soon as the queues behind have room and its bank is free. */
  #readRow(now: Cycles): void {
    const request = this.#next!;
    const n = this.#n;
    // The row before must have found its place behind the read port; `#resolve` wakes us when it has.
    if (this.#resolved < n - 1 && !this.#isPassed(n - 1)) return;
    const dispatched = Math.max(
      this.#earliest,
      this.#dispatched[(n - 1) % HISTORY]! + 1,
      this.#read[(n - DISPATCH_QUEUE) % HISTORY]! + 1,
    );
    const free = Math.max(
      dispatched + 1,
      this.#read[(n - 1) % HISTORY]! + 1,
      this.#passed[(n - 1) % HISTORY]!,
      this.#passed[(n - this.#scaleQueue) % HISTORY]! + 1,
    );
    if (free > now) {
      this.#wake(free);
      return;
    }
    const read = this.#bankFree(request, now);
    if (read > now) {
      this.counts.bankWait += read - now;
      this.#wake(read);
      return;
    }
    this.#dispatched[n % HISTORY] = dispatched;
    this.#read[n % HISTORY] = read;
    this.#passed[n % HISTORY] = UNKNOWN;
    this.#requests[n % HISTORY] = request;
    this.#n = n + 1;
    this.counts.rows++;
    this.#resolve();
    if (request.isLast) {
      this.#next = undefined;
      this.reservationStation.complete(request.operation, read + 1);
      this.#pop(Math.max(dispatched + 1, this.#earliest + 2));
      return;
    }
    this.#earliest = dispatched;
    this.#advance();
    this.#wake(now + 1);
  }

  /** Has the row's place in the pass-through queue been worked out? */
  #isPassed(n: number): boolean {
    return this.#passed[n % HISTORY] !== UNKNOWN;
  }

  /** Rows that were read go on to the scaler and to the writer as far as the rows before them allow. */
  #resolve(): void {
    const passed = this.#passed;
    const scaled = this.#scaled;
    // The place behind the read port follows from rows that entered the scaler before.
    for (let n = this.#resolved + 1; n < this.#n; n++) {
      if (passed[n % HISTORY] === UNKNOWN) {
        if (n - PASS_THROUGH_QUEUE > this.#resolved) return;
        passed[n % HISTORY] = Math.max(
          this.#read[n % HISTORY]! + 1,
          passed[(n - 1) % HISTORY]! + 1,
          scaled[(n - PASS_THROUGH_QUEUE) % HISTORY]! + 1,
          scaled[(n - this.#scaleQueue) % HISTORY]! + 1,
        );
      }
      if (n !== this.#resolved + 1 || n - this.#issueQueue > this.#writer.taken) continue;
      scaled[n % HISTORY] = Math.max(
        passed[n % HISTORY]! + 1,
        scaled[(n - 1) % HISTORY]! + 1,
        this.#writer.takenAt(n - this.#issueQueue),
      );
      this.#resolved = n;
      this.#offer(n);
    }
  }

  #offer(n: number): void {
    const { operation, row, isFinal, vaddr, bytes } = this.#requests[n % HISTORY]!;
    const scaled = this.#scaled[n % HISTORY]!;
    const isScaled = spaceOf(operation.local) === ACCUMULATOR && row >= 0;
    const offered = isScaled
      ? scaled + this.#config.accumulatorScaleLatency
      : Math.max(scaled, this.#read[n % HISTORY]! + SCRATCHPAD_TO_WRITER);
    this.#writer.offer(n, offered, isFinal ? vaddr : -1, bytes);
  }

  #bankFree({ operation, row }: RowRequest, now: Cycles): Cycles {
    if (row < 0) return now;
    if (spaceOf(operation.local) === ACCUMULATOR)
      return this.#memory.accumulations[this.#memory.accumulatorBank(row)]!.firstFree(now);
    const bank = this.#memory.scratchpadBank(row);
    let at = now;
    for (;;) {
      const written = this.#memory.scratchpadWrites[bank]!.firstFree(at);
      const free = this.#memory.scratchpadReads[bank]!.firstFree(written);
      if (free === at) return at;
      at = free;
    }
  }

  *#rowsOf(operation: Operation): Generator<RowRequest> {
    const { stride, pool } = operation.config as StoreState;
    if (pool !== undefined) {
      yield* this.#pooledRows(operation, stride, pool);
      return;
    }
    const { dim } = this.#geometry;
    const blocks = Math.ceil(operation.cols / dim);
    const elementBytes = this.#bytesPerElement(operation);
    for (let row = 0; row < operation.rows; row++) {
      for (let block = 0; block < blocks; block++) {
        yield {
          operation,
          row: rowOf(operation.local) + block * dim + row,
          isFinal: block === blocks - 1,
          vaddr: operation.vaddr + row * stride,
          bytes: operation.cols * elementBytes,
          isLast: row === operation.rows - 1 && block === blocks - 1,
        };
      }
    }
  }

  *#pooledRows(operation: Operation, stride: number, pool: Pooling): Generator<RowRequest> {
    const bytes = operation.cols * this.#bytesPerElement(operation);
    for (let prow = 0; prow < pool.porows; prow++) {
      for (let pcol = 0; pcol < pool.pocols; pcol++) {
        for (let wrow = 0; wrow < pool.size; wrow++) {
          for (let wcol = 0; wcol < pool.size; wcol++) {
            const orow = prow * pool.stride + wrow - pool.upad;
            const ocol = pcol * pool.stride + wcol - pool.lpad;
            const isInside = orow >= 0 && orow < pool.orows && ocol >= 0 && ocol < pool.ocols;
            const isFinal = wrow === pool.size - 1 && wcol === pool.size - 1;
            yield {
              operation,
              row: isInside ? rowOf(operation.local) + orow * pool.ocols + ocol : -1,
              isFinal,
              vaddr: operation.vaddr + (prow * pool.outCols + pcol) * stride,
              bytes,
              isLast: isFinal && prow === pool.porows - 1 && pcol === pool.pocols - 1,
            };
          }
        }
      }
    }
  }

  #bytesPerElement({ local }: Operation): number {
    return spaceOf(local) === ACCUMULATOR && readsFull(local)
      ? this.#geometry.accumulatorBytes
      : this.#geometry.elementBytes;
  }
}
