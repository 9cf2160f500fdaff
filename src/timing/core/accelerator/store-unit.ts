import { StoreCounts } from '../counts.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import { type bool, type Fixed, type f64, fixed, type i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import type { DmaWriter } from './dma-writer.ts';
import type { ExecuteUnit } from './execute-unit.ts';
import { LevelTime } from './level-time.ts';
import type { LocalMemory } from './local-memory.ts';
import { ACCUMULATOR, CONFIG_STORE, type Operation, type OperationPool, spaceOf } from './operation.ts';
import type { ReservationStation } from './reservation-station.ts';
import { StoreRows } from './store-rows.ts';

/** From the read of a scratchpad row to the DMA writer. */
const SCRATCHPAD_TO_WRITER: i32 = 5;
/** A row waits for its place: queues of the read side, in rows. */
const DISPATCH_QUEUE: i32 = 2;
const PASS_THROUGH_QUEUE: i32 = 2;
/** Longest window of rows that the recurrences look back; a power of two. */
const HISTORY: i32 = 16;
const MASK: i32 = HISTORY - 1;
/** Number of the first row: the recurrences look back. */
export const FIRST_ROW: i32 = HISTORY;

/**
 * Store controller and read side of the local memories: commands become rows, rows pass the scaler to the DMA writer.
 * @source gemmini-timing §5 and the recurrences of §11.5
 */
export class StoreUnit {
  wakeAt: Cycles = NEVER;
  readonly counts: StoreCounts = new StoreCounts();
  /** When pooling is configured. */
  readonly pooling: LevelTime = new LevelTime();
  station: ReservationStation | null = null;
  private readonly memory: LocalMemory;
  private readonly array: ExecuteUnit;
  private readonly writer: DmaWriter;
  private readonly pool: OperationPool;
  private readonly scaleLatency: f64;
  /** Rows between the scaler taking them and the writer. */
  private readonly issueQueue: i32;
  /** Commands that wait, a ring. */
  private readonly queue: Fixed<Operation>;
  private readonly capacity: i32;
  private head: i32 = 0;
  private waiting: i32 = 0;
  private controllerFree: Cycles = 0;
  /** The command whose rows are read. */
  private current: Operation | null = null;
  private isAccumulator: bool = false;
  private readonly rows: StoreRows;
  /** Number of the next row. */
  private n: i32 = FIRST_ROW;
  private earliest: Cycles = 0;
  /** When the next row is dispatched, and when the queues behind the read port have room for it, NEVER when not known yet. */
  private dispatched: Cycles = -100;
  private roomAt: Cycles = NEVER;
  /** When the last row was dispatched. */
  private lastDispatched: Cycles = -100;
  /** When the first row of the command was dispatched; -1 before. */
  private firstRequest: Cycles = -1;
  /** Of the last rows: when they are read, get their place in the pass-through queue, and enter the scaler. */
  private readonly read: Float64Array = new Float64Array(HISTORY).fill(-100);
  private readonly passed: Float64Array = new Float64Array(HISTORY).fill(-100);
  private readonly scaled: Float64Array = new Float64Array(HISTORY).fill(-100);
  /** Do they pass the scaler, and what does the writer do with them? */
  private readonly isScaled: Uint8Array = new Uint8Array(HISTORY);
  private readonly vaddr: Float64Array = new Float64Array(HISTORY);
  private readonly bytes: Int32Array = new Int32Array(HISTORY);
  /** The last row whose place in the pass-through queue is known, and the last whose way to the writer is. */
  private placed: i32 = FIRST_ROW - 1;
  private resolved: i32 = FIRST_ROW - 1;

  constructor(settings: Settings, memory: LocalMemory, array: ExecuteUnit, writer: DmaWriter, pool: OperationPool) {
    this.memory = memory;
    this.array = array;
    this.writer = writer;
    this.pool = pool;
    this.scaleLatency = settings.accelerator.accumulatorScaleLatency;
    this.issueQueue = settings.accelerator.spadReadDelay + 1;
    this.capacity = settings.accelerator.storeQueue;
    this.queue = fixed<Operation>(settings.accelerator.storeQueue);
    this.rows = new StoreRows(settings.geometry);
    writer.store = this;
  }

  hasRoom(): bool {
    return this.waiting < this.capacity;
  }

  isBusy(): bool {
    return this.waiting > 0 || this.current !== null;
  }

  issue(operation: Operation, at: Cycles): void {
    if (operation.kind === CONFIG_STORE) operation.isHeld = true;
    let end = this.head + this.waiting++;
    if (end >= this.capacity) end -= this.capacity;
    this.queue[end] = operation;
    this.wake(at + 1 > this.controllerFree ? at + 1 : this.controllerFree);
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.current === null) this.takeCommand(now);
    if (this.current !== null) this.readRow(now);
  }

  /** The writer has taken a row: rows behind it go on. */
  rowTaken(at: Cycles): void {
    this.resolve();
    if (this.current === null) return;
    if (this.roomAt === NEVER) this.findRoom();
    this.wake(this.roomAt > at ? this.roomAt : at);
  }

  private wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  /** When the command at the head of the queue can be taken. */
  private headAt(): Cycles {
    const issued = this.queue[this.head]!.issuedAt + 1;
    return issued > this.controllerFree ? issued : this.controllerFree;
  }

  private takeCommand(now: Cycles): void {
    if (this.waiting === 0) return;
    const start = this.headAt();
    if (start > now) {
      this.wake(start);
      return;
    }
    const operation = this.queue[this.head]!;
    if (operation.kind === CONFIG_STORE) {
      if (operation.changesState) this.pooling.set(operation.store.pools, now + 1);
      this.pop(now + 1);
      this.pool.letGo(operation);
      return;
    }
    this.counts.commands++;
    this.earliest = now;
    this.firstRequest = -1;
    if (this.rows.start(operation)) {
      this.current = operation;
      this.isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
      this.findRoom();
      return;
    }
    this.station!.complete(operation, now + 1);
    this.pop(now + 1);
  }

  private pop(free: Cycles): void {
    this.waiting--;
    if (++this.head === this.capacity) this.head = 0;
    this.controllerFree = free;
    this.station!.wake(free);
    if (this.waiting > 0) this.wake(this.headAt());
  }

  /**
   * When the queues behind have room for the next row; `resolve` must have found a place for the row before. (The queue
   * in front of the scaler does not count: it is longer than the one that a row passes through.)
   */
  private findRoom(): void {
    const before = this.n - 1;
    if (this.placed < before) {
      this.roomAt = NEVER;
      return;
    }
    let dispatched = this.earliest;
    const inTurn = this.lastDispatched + 1;
    if (inTurn > dispatched) dispatched = inTurn;
    const queued = this.read[(this.n - DISPATCH_QUEUE) & MASK]! + 1;
    if (queued > dispatched) dispatched = queued;
    let room = dispatched + 1;
    const afterRead = this.read[before & MASK]! + 1;
    if (afterRead > room) room = afterRead;
    const afterPassed = this.passed[before & MASK]!;
    if (afterPassed > room) room = afterPassed;
    this.dispatched = dispatched;
    this.roomAt = room;
  }

  /** Reads the next row as soon as the queues behind have room and its bank is free. */
  private readRow(now: Cycles): void {
    if (this.roomAt > now) {
      this.wake(this.roomAt);
      return;
    }
    const rows = this.rows;
    const row = rows.row;
    const read = row < 0 ? now : this.bankFree(row, now);
    if (read > now) {
      this.counts.bankWait += read - now;
      this.wake(read);
      return;
    }
    const place = this.n & MASK;
    const dispatched = this.dispatched;
    this.lastDispatched = dispatched;
    this.read[place] = read;
    this.isScaled[place] = this.isAccumulator && row >= 0 ? 1 : 0;
    this.vaddr[place] = rows.isFinal() ? rows.vaddr() : -1;
    this.bytes[place] = rows.bytes;
    this.n++;
    this.counts.rows++;
    this.countRequest(dispatched);
    this.resolve();
    if (rows.next()) {
      this.earliest = dispatched;
      this.findRoom();
      this.wake(this.roomAt);
    } else this.endCommand(dispatched, read);
  }

  /** The last row of the command is read. */
  private endCommand(dispatched: Cycles, read: Cycles): void {
    const requesting = dispatched - this.firstRequest;
    this.counts.requesting += requesting > 1 ? requesting : 1;
    const operation = this.current!;
    this.current = null;
    this.station!.complete(operation, read + 1);
    this.pop(dispatched + 1 > this.earliest + 2 ? dispatched + 1 : this.earliest + 2);
  }

  private countRequest(dispatched: Cycles): void {
    const counts = this.counts;
    const wait = dispatched - this.earliest;
    if (this.firstRequest >= 0) {
      counts.requestWait += wait - 1;
      return;
    }
    this.firstRequest = dispatched;
    counts.requestWait += wait;
    counts.firstRequestWait += wait;
  }

  /** Rows that were read go on to the scaler and to the writer as far as the rows before them allow. */
  private resolve(): void {
    // The place behind the read port follows from rows that entered the scaler before.
    for (let n = this.resolved + 1; n < this.n; n++) {
      if (n > this.placed) {
        if (n - PASS_THROUGH_QUEUE > this.resolved) return;
        this.findPlace(n);
      }
      if (n === this.resolved + 1 && n - this.issueQueue <= this.writer.taken) this.scale(n);
    }
  }

  private findPlace(n: i32): void {
    const passed = this.passed;
    let at = this.read[n & MASK]! + 1;
    const inTurn = passed[(n - 1) & MASK]! + 1;
    if (inTurn > at) at = inTurn;
    const queued = this.scaled[(n - PASS_THROUGH_QUEUE) & MASK]! + 1;
    if (queued > at) at = queued;
    passed[n & MASK] = at;
    this.placed = n;
  }

  /** The row enters the scaler as soon as the queue behind it has room. */
  private scale(n: i32): void {
    const scaled = this.scaled;
    const place = n & MASK;
    let at = this.passed[place]! + 1;
    const inTurn = scaled[(n - 1) & MASK]! + 1;
    if (inTurn > at) at = inTurn;
    const queued = this.writer.takenAt(n - this.issueQueue);
    if (queued > at) at = queued;
    scaled[place] = at;
    this.resolved = n;
    let offered = at + this.scaleLatency;
    if (this.isScaled[place] === 0) {
      const arrives = this.read[place]! + SCRATCHPAD_TO_WRITER;
      offered = at > arrives ? at : arrives;
    }
    this.writer.offer(n, offered, this.vaddr[place]!, this.bytes[place]!);
  }

  private bankFree(row: i32, now: Cycles): Cycles {
    const memory = this.memory;
    if (this.isAccumulator) return memory.accumulations[memory.accumulatorBank(row)]!.firstFree(now);
    const bank = memory.scratchpadBank(row);
    const writes = memory.scratchpadWrites[bank]!;
    let at = writes.firstFree(now);
    // The array goes first.
    while (this.array.readsBank(bank, at)) at = writes.firstFree(at + 1);
    return at;
  }
}
