import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import type { DmaWriter } from './dma-writer.ts';
import type { Geometry } from './geometry.ts';
import { LevelTime } from './level-time.ts';
import type { LocalMemory } from './local-memory.ts';
import { ACCUMULATOR, type Operation, type StoreState, spaceOf } from './operation.ts';
import type { IssueTarget, ReservationStation } from './reservation-station.ts';
import { StoreRows } from './store-rows.ts';

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
  /** Cycles in which the controller offers rows after the first of a command. */
  requesting: number;
  /** Cycles in which the read side takes no row: any, and the first of a command. */
  requestWait: number;
  firstRequestWait: number;
}

/** The time of something that depends on what has not happened yet. */
const UNKNOWN = -1e9;

/** Who else reads the scratchpad. */
export interface ScratchpadReader {
  /** Does it read a row of the bank in cycle `at`? */
  readsBank(bank: number, at: Cycles): boolean;
}

/**
 * Store controller and read side of the local memories: commands become rows, rows pass the scaler to the DMA writer.
 * @source gemmini-timing §5 and the recurrences of §11.5
 */
export class StoreUnit implements Unit, IssueTarget {
  wakeAt: Cycles = NEVER;
  readonly counts: StoreCounts = {
    commands: 0,
    rows: 0,
    bankWait: 0,
    requesting: 0,
    requestWait: 0,
    firstRequestWait: 0,
  };
  /** When pooling is configured. */
  readonly pooling = new LevelTime();
  reservationStation!: ReservationStation;
  readonly #config: TimingConfig['accelerator'];
  readonly #memory: LocalMemory;
  readonly #array: ScratchpadReader;
  readonly #writer: DmaWriter;
  readonly #queue: Operation[] = [];
  #controllerFree: Cycles = 0;
  /** The command whose rows are read. */
  #current: Operation | undefined;
  readonly #rows: StoreRows;
  /** Number of the next row. */
  #n = FIRST_ROW;
  #earliest: Cycles = 0;
  /** When the first row of the command was dispatched; -1 before. */
  #firstRequest: Cycles = -1;
  readonly #dispatched = new Float64Array(HISTORY).fill(-100);
  readonly #read = new Float64Array(HISTORY).fill(-100);
  readonly #passed = new Float64Array(HISTORY).fill(-100);
  readonly #scaled = new Float64Array(HISTORY).fill(-100);
  /** Of the last rows: do they pass the scaler, and what does the writer do with them? */
  readonly #isScaled = new Uint8Array(HISTORY);
  readonly #vaddr = new Float64Array(HISTORY);
  readonly #bytes = new Int32Array(HISTORY);
  /** The last row whose way to the writer is known. */
  #resolved = FIRST_ROW - 1;
  readonly #scaleQueue: number;
  readonly #issueQueue: number;

  constructor(
    config: TimingConfig,
    geometry: Geometry,
    memory: LocalMemory,
    array: ScratchpadReader,
    writer: DmaWriter,
  ) {
    this.#config = config.accelerator;
    this.#rows = new StoreRows(geometry);
    this.#memory = memory;
    this.#array = array;
    this.#writer = writer;
    this.#scaleQueue = config.accelerator.spadReadDelay + 2;
    this.#issueQueue = config.accelerator.spadReadDelay + 1;
    writer.onTaken = (at) => {
      this.#resolve();
      if (this.#current !== undefined) this.#wake(at);
    };
  }

  hasRoom(): boolean {
    return this.#queue.length < this.#config.storeQueue;
  }

  isBusy(): boolean {
    return this.#queue.length > 0 || this.#current !== undefined;
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
    if (this.#current === undefined) this.#takeCommand(now);
    if (this.#current !== undefined) this.#readRow(this.#current, now);
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
      if (operation.config !== undefined)
        this.pooling.set((operation.config as StoreState).pool !== undefined, now + 1);
      this.#pop(now + 1);
      return;
    }
    this.counts.commands++;
    this.#earliest = now;
    this.#firstRequest = -1;
    if (this.#rows.start(operation)) {
      this.#current = operation;
      return;
    }
    this.reservationStation.complete(operation, now + 1);
    this.#pop(now + 1);
  }

  #pop(free: Cycles): void {
    this.#queue.shift();
    this.#controllerFree = free;
    this.reservationStation.wake(free);
    if (this.#queue.length > 0) this.#wake(Math.max(free, this.#queue[0]!.issuedAt + 1));
  }

  /** Reads the next row as soon as the queues behind have room and its bank is free. */
  #readRow(operation: Operation, now: Cycles): void {
    const rows = this.#rows;
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
    const read = this.#bankFree(operation, rows.row, now);
    if (read > now) {
      this.counts.bankWait += read - now;
      this.#wake(read);
      return;
    }
    this.#dispatched[n % HISTORY] = dispatched;
    this.#read[n % HISTORY] = read;
    this.#passed[n % HISTORY] = UNKNOWN;
    this.#isScaled[n % HISTORY] = spaceOf(operation.local) === ACCUMULATOR && rows.row >= 0 ? 1 : 0;
    this.#vaddr[n % HISTORY] = rows.isFinal() ? rows.vaddr() : -1;
    this.#bytes[n % HISTORY] = rows.bytes;
    this.#n = n + 1;
    this.counts.rows++;
    this.#countRequest(dispatched);
    this.#resolve();
    if (!rows.next()) {
      this.counts.requesting += Math.max(1, dispatched - this.#firstRequest);
      this.#current = undefined;
      this.reservationStation.complete(operation, read + 1);
      this.#pop(Math.max(dispatched + 1, this.#earliest + 2));
      return;
    }
    this.#earliest = dispatched;
    this.#wake(now + 1);
  }

  #countRequest(dispatched: Cycles): void {
    const { counts } = this;
    if (this.#firstRequest >= 0) {
      counts.requestWait += dispatched - this.#earliest - 1;
      return;
    }
    this.#firstRequest = dispatched;
    counts.requestWait += dispatched - this.#earliest;
    counts.firstRequestWait += dispatched - this.#earliest;
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
    const scaled = this.#scaled[n % HISTORY]!;
    const offered = this.#isScaled[n % HISTORY]
      ? scaled + this.#config.accumulatorScaleLatency
      : Math.max(scaled, this.#read[n % HISTORY]! + SCRATCHPAD_TO_WRITER);
    this.#writer.offer(n, offered, this.#vaddr[n % HISTORY]!, this.#bytes[n % HISTORY]!);
  }

  #bankFree(operation: Operation, row: number, now: Cycles): Cycles {
    if (row < 0) return now;
    if (spaceOf(operation.local) === ACCUMULATOR)
      return this.#memory.accumulations[this.#memory.accumulatorBank(row)]!.firstFree(now);
    const bank = this.#memory.scratchpadBank(row);
    const writes = this.#memory.scratchpadWrites[bank]!;
    let at = writes.firstFree(now);
    // The array goes first.
    while (this.#array.readsBank(bank, at)) at = writes.firstFree(at + 1);
    return at;
  }
}
