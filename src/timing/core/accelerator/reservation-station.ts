import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { type bool, type Fixed, type f64, fixed, i32, lowestBit } from '../portable.ts';
import type { Geometry, Settings } from '../settings.ts';
import type { CommandPath } from './command-path.ts';
import { ControllerActivity } from './controller-activity.ts';
import type { ExecuteUnit } from './execute-unit.ts';
import { LevelTime } from './level-time.ts';
import type { LoadUnit } from './load-unit.ts';
import { MomentQueue } from './moment-queue.ts';
import {
  ACCUMULATOR,
  COMPUTE,
  CONFIG_EXECUTE,
  CONFIG_LOAD,
  CONFIG_STORE,
  EXECUTE,
  ExecuteState,
  LOAD,
  LoadState,
  MVIN,
  MVOUT,
  NOWHERE,
  type Operation,
  type OperationClass,
  type OperationKind,
  type OperationPool,
  PRELOAD,
  rowOf,
  SCRATCHPAD,
  STORE,
  StoreState,
  spaceOf,
} from './operation.ts';
import { NO_ROWS, RowRanges, SLOTS, SPACE_SIZE } from './row-ranges.ts';
import type { StoreUnit } from './store-unit.ts';

/** States of the load controller. */
const LOAD_STATES: i32 = 3;

/**
 * The reservation station: entries of three classes, dependencies by overlap of local rows, issue in order within a class.
 * @source gemmini-timing §2
 */
export class ReservationStation implements Unit {
  wakeAt: Cycles = NEVER;
  /** From when on it has been empty, if it is. */
  emptyFrom: Cycles = 0;
  /** Operations taken in. */
  allocated: f64 = 0;
  readonly busy: LevelTime = new LevelTime();
  readonly controllers: ControllerActivity = new ControllerActivity();
  load: LoadUnit | null = null;
  execute: ExecuteUnit | null = null;
  store: StoreUnit | null = null;
  path: CommandPath | null = null;
  private readonly pool: OperationPool;
  private readonly geometry: Geometry;
  private readonly storesAreSerial: bool;
  private readonly operations: Fixed<Operation>;
  private readonly loads: ClassEntries;
  private readonly executes: ClassEntries;
  private readonly stores: ClassEntries;
  /** By slot: entries that it waits for besides its turn, and entries that wait for it to complete. */
  private readonly waitsFor: Int32Array;
  private readonly dependents: Int32Array;
  private readonly readyAt: Float64Array;
  /** Of the slots of executes: those that hold, or held last, a preload. */
  private preloads: i32 = 0;
  /** Local rows of the entries; only executes have second ones. */
  private readonly first: RowRanges = new RowRanges();
  private readonly second: RowRanges = new RowRanges();
  private lastStep: Cycles = -1;
  /** The classes whose controllers had no room in the last step, as bits. */
  private refused: i32 = 0;
  /** Has the execute controller had no room since it took an operation in the last step? */
  private isExecuteFull: bool = false;
  private lastCompletion: Cycles = -1;
  /** When the first of the pending completions takes effect. */
  private completesAt: Cycles = NEVER;
  /** The last preload has been allocated, its compute has not. */
  private isPreloadSolitary: bool = false;
  private readonly loadStates: Fixed<LoadState>;
  private readonly storeState: StoreState = new StoreState();
  private readonly executeState: ExecuteState = new ExecuteState();

  constructor(settings: Settings, pool: OperationPool) {
    const accelerator = settings.accelerator;
    this.pool = pool;
    this.geometry = settings.geometry;
    this.storesAreSerial = accelerator.serialStores !== 0;
    const firstStore = accelerator.loadEntries + accelerator.executeEntries;
    this.loads = new ClassEntries(LOAD, 0, accelerator.loadEntries);
    this.executes = new ClassEntries(EXECUTE, accelerator.loadEntries, accelerator.executeEntries);
    this.stores = new ClassEntries(STORE, firstStore, accelerator.storeEntries);
    this.waitsFor = new Int32Array(SLOTS);
    this.dependents = new Int32Array(SLOTS);
    this.readyAt = new Float64Array(SLOTS);
    this.operations = fixed<Operation>(SLOTS);
    this.loadStates = fixed<LoadState>(LOAD_STATES);
    for (let state: i32 = 0; state < LOAD_STATES; state++) {
      const load = new LoadState();
      load.blockStride = settings.geometry.dim;
      this.loadStates[state] = load;
    }
  }

  hasRoom(cls: OperationClass): bool {
    const entries = this.entriesOf(cls);
    return entries.count < entries.capacity;
  }

  /** Busy in the sense of a fence: a single preload whose compute has not come does not count. */
  isBusy(): bool {
    if (this.loads.count + this.stores.count > 0) return true;
    const executes = this.executes.count;
    return executes > 1 || (executes === 1 && !this.isPreloadSolitary);
  }

  /** Valid entries of a class. */
  countOf(cls: OperationClass): i32 {
    return this.entriesOf(cls).count;
  }

  /**
   * Takes an operation in, for which there is room, as of `at`. It may be told ahead: what it waits for and what retires
   * before then does not hold it up.
   */
  allocate(operation: Operation, at: Cycles): void {
    const cls = operation.class;
    const entries = this.entriesOf(cls);
    const slot = entries.freeSlot();
    operation.slot = slot;
    this.applyConfiguration(operation, slot);
    const waits = this.dependencies(operation.kind, slot);
    this.waitsFor[slot] = waits;
    this.noteDependents(slot, waits);
    this.readyAt[slot] = at + 1;
    if (operation.kind === PRELOAD) {
      this.preloads |= 1 << slot;
      this.isPreloadSolitary = true;
    } else if (cls === EXECUTE) {
      this.preloads &= ~(1 << slot);
      if (operation.kind === COMPUTE) this.isPreloadSolitary = false;
    }
    this.operations[slot] = operation;
    entries.allocate(slot);
    this.allocated += 1;
    this.busy.set(this.isBusy(), at + 1);
    if (waits === 0 && entries.waiting.length === 1) this.actFrom(at + 1);
  }

  /** The operation's completion is presented at `at`; it takes effect one cycle later. */
  complete(operation: Operation, at: Cycles): void {
    this.entriesOf(operation.class).completions.insert(at + 1, operation.slot);
    if (at + 1 < this.completesAt) this.completesAt = at + 1;
    this.actFrom(at + 1);
  }

  /**
   * A controller has room again and tells so: the execute controller at once, the others when they are ready to. Nothing
   * comes of that when none was out of room, unless it is about a cycle that is over: a completion may pass in it.
   */
  wake(at: Cycles): void {
    if (this.refused !== 0 || at < this.lastStep) this.actFrom(at);
  }

  private actFrom(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    this.lastStep = now;
    this.refused = 0;
    this.isExecuteFull = false;
    if (this.completesAt <= now) this.takeCompletion(now);
    if (this.loads.waiting.length > 0) this.issue(this.loads, now);
    if (this.executes.waiting.length > 0) this.issue(this.executes, now);
    if (this.stores.waiting.length > 0) this.issue(this.stores, now);
    // In the next cycle, whoever else was turned away may find room that it has not been told of.
    if (this.isExecuteFull && this.refused !== 1 << EXECUTE) this.actFrom(now + 1);
    const next = this.completesAt;
    this.actFrom(next > now ? next : now + 1);
  }

  private entriesOf(cls: OperationClass): ClassEntries {
    return cls === LOAD ? this.loads : cls === EXECUTE ? this.executes : this.stores;
  }

  /** One completion per cycle: of the execute controller, or else of the load controller, or else of the store controller. */
  private takeCompletion(now: Cycles): void {
    if (this.lastCompletion === now) return;
    this.lastCompletion = now;
    const loads = this.loads.completions;
    const executes = this.executes.completions;
    const stores = this.stores.completions;
    const first = executes.first() <= now ? executes : loads.first() <= now ? loads : stores;
    const slot = first.shift();
    this.completesAt = Math.min(Math.min(loads.first(), executes.first()), stores.first());
    this.retire(this.operations[slot]!, now);
  }

  private retire(operation: Operation, now: Cycles): void {
    const slot = operation.slot;
    const cls = operation.class;
    this.entriesOf(cls).retire(slot);
    this.release(slot, now);
    this.emptyFrom = now;
    this.busy.set(this.isBusy(), now);
    this.controllers.retired(cls, now);
    this.path!.retired(operation, now);
    if (operation.kind === MVIN) this.load!.retired(now);
    this.pool.retire(operation);
  }

  private noteDependents(slot: i32, waits: i32): void {
    for (let bits = waits; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      this.dependents[other] = this.dependents[other]! | (1 << slot);
    }
  }

  /** Nothing waits for the slot any more. */
  private release(slot: i32, now: Cycles): void {
    const others = ~(1 << slot);
    for (let bits = this.dependents[slot]!; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      this.waitsFor[other] = this.waitsFor[other]! & others;
      if (now > this.readyAt[other]!) this.readyAt[other] = now;
    }
    this.dependents[slot] = 0;
  }

  /** Issues the oldest entry that waits, if it can. */
  private issue(entries: ClassEntries, now: Cycles): void {
    const waiting = entries.waiting;
    const slot = waiting.first();
    if (this.waitsFor[slot] !== 0) return;
    const earliest = this.readyAt[slot]!;
    const ready = earliest > entries.lastIssue ? earliest : entries.lastIssue + 1;
    if (ready > now) {
      this.actFrom(ready);
      return;
    }
    const cls = entries.cls;
    if (!this.targetHasRoom(cls)) {
      this.refused |= 1 << cls;
      return;
    }
    const operation = this.operations[slot]!;
    waiting.shift();
    entries.lastIssue = now;
    operation.issuedAt = now;
    this.controllers.issued(cls, now);
    if (cls === LOAD) this.load!.issue(operation, now);
    else if (cls === EXECUTE) this.execute!.issue(operation, now);
    else this.store!.issue(operation, now);
    if (completesOnIssue(operation)) this.complete(operation, now);
    if (waiting.length === 0 || this.waitsFor[waiting.first()] !== 0) return;
    // The execute controller tells when it has room, or completes a configuration: no step before that finds any.
    if (cls === EXECUTE && !this.execute!.hasRoom()) {
      this.refused |= 1 << EXECUTE;
      this.isExecuteFull = true;
    } else this.actFrom(now + 1);
  }

  private targetHasRoom(cls: OperationClass): bool {
    return cls === LOAD ? this.load!.hasRoom() : cls === EXECUTE ? this.execute!.hasRoom() : this.store!.hasRoom();
  }

  /**
   * The entries that the operation in `slot` has to wait for. Entries of the same class only have to have been issued: that
   * is so when it is the operation's turn.
   */
  private dependencies(kind: OperationKind, slot: i32): i32 {
    const loads = this.loads.valid;
    const executes = this.executes.valid;
    const stores = this.stores.valid;
    switch (kind) {
      case MVIN:
        return this.firstInFirst(slot, executes | stores) | this.firstInSecond(slot, executes);
      case PRELOAD:
        return this.firstInFirst(slot, loads | stores) | this.secondInFirst(slot, loads);
      case COMPUTE:
        return this.firstInFirst(slot, loads) | this.secondInFirst(slot, loads);
      case MVOUT:
        return this.earlierStores() | this.firstInFirst(slot, loads | (executes & this.preloads));
      case CONFIG_STORE:
        return this.earlierStores();
    }
    return 0;
  }

  private earlierStores(): i32 {
    return this.storesAreSerial ? this.stores.valid : 0;
  }

  /** Those of `others` whose first range the first range of `slot` overlaps. */
  private firstInFirst(slot: i32, others: i32): i32 {
    return this.first.overlapping(this.first.start[slot]!, this.first.end[slot]!, others);
  }

  /** Those whose second range the first range of `slot` overlaps. */
  private firstInSecond(slot: i32, others: i32): i32 {
    return this.second.overlapping(this.first.start[slot]!, this.first.end[slot]!, others);
  }

  /** Those whose first range the second range of `slot` overlaps. */
  private secondInFirst(slot: i32, others: i32): i32 {
    return this.first.overlapping(this.second.start[slot]!, this.second.end[slot]!, others);
  }

  /** Strides are those of the configuration commands before, in program order. */
  private applyConfiguration(operation: Operation, slot: i32): void {
    const local = operation.local;
    const rows = operation.rows;
    const first = this.first;
    const second = this.second;
    switch (operation.kind) {
      case CONFIG_LOAD:
        this.loadStates[operation.state]!.copy(operation.load);
        first.setNone(slot);
        break;
      case CONFIG_STORE:
        if (operation.changesState) this.storeState.copy(operation.store);
        first.setNone(slot);
        break;
      case CONFIG_EXECUTE:
        this.executeState.copy(operation.execute);
        first.setNone(slot);
        second.setNone(slot);
        break;
      case MVIN: {
        const load = this.loadStates[operation.state]!;
        operation.load.copy(load);
        const blocks: f64 = this.blocksOf(operation.cols);
        const start = startOf(local);
        const end = this.endOfLong(local, (blocks - 1) * load.blockStride + rows);
        const below =
          load.pixelRepeats > 1 && spaceOf(local) === SCRATCHPAD ? this.rowsBelow(start, load.pixelRepeats - 1) : 0;
        first.set(slot, start - below, end - below);
        break;
      }
      case MVOUT: {
        const store = this.storeState;
        operation.store.copy(store);
        const end = store.pools
          ? this.endOfBank(local)
          : this.endOf(local, (this.blocksOf(operation.cols) - 1) * this.geometry.dim + rows);
        first.set(slot, startOf(local), end);
        break;
      }
      case PRELOAD: {
        const execute = this.executeState;
        operation.execute.copy(execute);
        const local2 = operation.local2;
        first.set(slot, startOf(local2), this.endOfStrided(local2, operation.rows2, execute.cStride));
        second.set(slot, startOf(local), this.endOf(local, rows));
        break;
      }
      case COMPUTE: {
        const execute = this.executeState;
        operation.execute.copy(execute);
        const rowsOfA = execute.transposesA ? operation.cols : rows;
        const local2 = operation.local2;
        first.set(slot, startOf(local), this.endOfStrided(local, rowsOfA, execute.aStride));
        second.set(slot, startOf(local2), this.endOf(local2, operation.rows2));
        break;
      }
    }
  }

  /** Blocks of `dim` columns. */
  private blocksOf(cols: i32): i32 {
    const dim = this.geometry.dim;
    return i32((cols + dim - 1) / dim);
  }

  /** What reaches beyond the last row overlaps everything from its start on. */
  private endOf(local: i32, length: i32): i32 {
    const space = spaceOf(local);
    if (space === NOWHERE) return -1;
    const end = rowOf(local) + length;
    const rows = space === ACCUMULATOR ? this.geometry.accumulatorRows : this.geometry.scratchpadRows;
    return space * SPACE_SIZE + (end > rows ? SPACE_SIZE : end);
  }

  /** The same for lengths that may exceed 32 bits. */
  private endOfLong(local: i32, length: f64): i32 {
    return this.endOf(local, length < SPACE_SIZE ? i32(length) : SPACE_SIZE);
  }

  private endOfStrided(local: i32, rows: i32, stride: i32): i32 {
    if (stride === 1) return this.endOf(local, rows);
    const count: f64 = rows;
    return this.endOfLong(local, count * stride);
  }

  private endOfBank(local: i32): i32 {
    const space = spaceOf(local);
    if (space === NOWHERE) return -1;
    const row = rowOf(local);
    const bank = this.geometry.accumulatorBankRows;
    return space * SPACE_SIZE + (i32(row / bank) + 1) * bank;
  }

  /** Pixel repeats write `by` rows below their address, down to the start of the half; the range does not grow. */
  private rowsBelow(start: i32, by: i32): i32 {
    const half = this.geometry.scratchpadRows >> 1;
    const above = start >= half ? start - half : start;
    return by < above ? by : above;
  }
}

/** The entries of one class. */
class ClassEntries {
  readonly cls: OperationClass;
  readonly capacity: i32;
  count: i32 = 0;
  /** Which slots are taken, as bits. */
  valid: i32 = 0;
  lastIssue: Cycles = -1;
  /** Entries not issued yet, oldest first. */
  readonly waiting: SlotQueue = new SlotQueue();
  /** When completions take effect, each with its slot. */
  readonly completions: MomentQueue;
  /** The first `capacity - count` are free. */
  private readonly slots: Int32Array;

  constructor(cls: OperationClass, firstSlot: i32, capacity: i32) {
    this.cls = cls;
    this.capacity = capacity;
    this.completions = new MomentQueue(capacity);
    this.slots = new Int32Array(capacity);
    for (let i: i32 = 0; i < capacity; i++) this.slots[i] = firstSlot + i;
  }

  /** The slot that `allocate` takes next; there is one. */
  freeSlot(): i32 {
    return this.slots[this.capacity - this.count - 1]!;
  }

  allocate(slot: i32): void {
    this.count++;
    this.valid |= 1 << slot;
    this.waiting.push(slot);
  }

  retire(slot: i32): void {
    this.count--;
    this.valid &= ~(1 << slot);
    this.slots[this.capacity - this.count - 1] = slot;
  }
}

/** Slots in the order in which they came. */
class SlotQueue {
  length: i32 = 0;
  private readonly slots: Int32Array;
  private head: i32 = 0;

  constructor() {
    this.slots = new Int32Array(SLOTS);
  }

  first(): i32 {
    return this.slots[this.head]!;
  }

  push(slot: i32): void {
    this.slots[(this.head + this.length++) & (SLOTS - 1)] = slot;
  }

  shift(): void {
    this.head = (this.head + 1) & (SLOTS - 1);
    this.length--;
  }
}

function startOf(local: i32): i32 {
  const space = spaceOf(local);
  return space === NOWHERE ? NO_ROWS : space * SPACE_SIZE + rowOf(local);
}

/** Does the station take the operation as done when it issues it? */
function completesOnIssue(operation: Operation): bool {
  return operation.kind === CONFIG_LOAD || operation.kind === CONFIG_STORE;
}
