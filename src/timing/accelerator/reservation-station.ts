import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import type { Geometry } from './geometry.ts';
import {
  ACCUMULATOR,
  EXECUTE,
  type ExecuteState,
  LOAD,
  type LoadState,
  type LocalRange,
  NOWHERE,
  type Operation,
  type OperationClass,
  rowOf,
  SCRATCHPAD,
  STORE,
  type StoreState,
  spaceOf,
} from './operation.ts';

/** Takes what the reservation station issues. */
export interface IssueTarget {
  /** Is there room in its queue? */
  hasRoom(): boolean;
  issue(operation: Operation, at: Cycles): void;
}

/** Told of every operation that ends, in the cycle in which its slot is free again. */
export type Retired = (operation: Operation, at: Cycles) => void;

interface PendingCompletion {
  readonly operation: Operation;
  at: Cycles;
}

/** Which of two completions in one cycle goes first. */
const COMPLETION_ORDER = { [EXECUTE]: 0, [LOAD]: 1, [STORE]: 2 } as const;

/**
 * The reservation station: entries of three classes, dependencies by overlap of local rows, issue in order within a class.
 * @source gemmini-timing §2
 */
export class ReservationStation implements Unit {
  wakeAt: Cycles = NEVER;
  /** Valid entries of each class. */
  readonly entries: readonly [Operation[], Operation[], Operation[]] = [[], [], []];
  /** From when on it has been empty, if it is. */
  emptyFrom: Cycles = 0;
  readonly #geometry: Geometry;
  readonly #capacity: readonly [number, number, number];
  readonly #targets: readonly [IssueTarget, IssueTarget, IssueTarget];
  readonly #retired: Retired;
  readonly #storesAreSerial: boolean;
  /** Entries not issued yet, oldest first. */
  readonly #waiting: readonly [Operation[], Operation[], Operation[]] = [[], [], []];
  readonly #lastIssue: [Cycles, Cycles, Cycles] = [-1, -1, -1];
  readonly #completions: PendingCompletion[] = [];
  readonly #freeSlots: readonly [number[], number[], number[]];
  /** The last preload has been allocated, its compute has not. */
  #isPreloadSolitary = false;
  readonly #loads: LoadState[];
  #store: StoreState = { stride: 0, pool: undefined };
  #execute: ExecuteState;

  constructor(
    config: TimingConfig,
    geometry: Geometry,
    targets: readonly [load: IssueTarget, execute: IssueTarget, store: IssueTarget],
    retired: Retired,
  ) {
    const { loadEntries, executeEntries, storeEntries } = config.accelerator;
    this.#geometry = geometry;
    this.#capacity = [loadEntries, executeEntries, storeEntries];
    this.#targets = targets;
    this.#retired = retired;
    this.#storesAreSerial = config.accelerator.serialStores;
    let next = 0;
    const slots = (n: number): number[] => Array.from({ length: n }, () => next++);
    this.#freeSlots = [slots(loadEntries), slots(executeEntries), slots(storeEntries)];
    const load: LoadState = { stride: 0, blockStride: geometry.dim, pixelRepeats: 1, shrinks: false, scales: false };
    this.#loads = [load, load, load];
    this.#execute = { isWeightStationary: false, transposesA: false, transposesB: false, aStride: 1, cStride: 1 };
  }

  hasRoom(cls: OperationClass): boolean {
    return this.entries[cls].length < this.#capacity[cls];
  }

  isEmpty(): boolean {
    return this.entries[LOAD].length + this.entries[EXECUTE].length + this.entries[STORE].length === 0;
  }

  /** Busy in the sense of a fence: a single preload whose compute has not come does not count. */
  isBusy(): boolean {
    const [loads, executes, stores] = this.entries;
    const isSolitary = executes.length === 1 && this.#isPreloadSolitary;
    return loads.length + stores.length > 0 || (executes.length > 0 && !isSolitary);
  }

  /** Takes an operation in; there is room. */
  allocate(operation: Operation, at: Cycles): void {
    const cls = operation.class;
    this.#applyConfiguration(operation);
    this.#findDependencies(operation);
    operation.slot = this.#freeSlots[cls].pop()!;
    operation.readyAt = at + 1;
    if (operation.kind === 'preload') this.#isPreloadSolitary = true;
    else if (operation.kind === 'compute') this.#isPreloadSolitary = false;
    this.entries[cls].push(operation);
    this.#waiting[cls].push(operation);
    this.wake(at + 1);
  }

  /** The operation's completion is presented at `at`; it takes effect one cycle later. */
  complete(operation: Operation, at: Cycles): void {
    const effective = at + 1;
    const pending = this.#completions;
    let index = pending.length;
    while (index > 0 && this.#goesBefore(operation, effective, pending[index - 1]!)) index--;
    pending.splice(index, 0, { operation, at: effective });
    this.wake(effective);
  }

  wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    this.#takeCompletion(now);
    this.#issue(LOAD, now);
    this.#issue(EXECUTE, now);
    this.#issue(STORE, now);
    const next = this.#completions[0];
    if (next !== undefined) this.wake(Math.max(next.at, now + 1));
  }

  #goesBefore(operation: Operation, at: Cycles, other: PendingCompletion): boolean {
    return (
      at < other.at || (at === other.at && COMPLETION_ORDER[operation.class] < COMPLETION_ORDER[other.operation.class])
    );
  }

  /** One completion per cycle. */
  #takeCompletion(now: Cycles): void {
    const pending = this.#completions;
    if (pending.length === 0 || pending[0]!.at > now) return;
    let best = 0;
    for (let i = 1; i < pending.length && pending[i]!.at <= now; i++)
      if (COMPLETION_ORDER[pending[i]!.operation.class] < COMPLETION_ORDER[pending[best]!.operation.class]) best = i;
    const [done] = pending.splice(best, 1);
    this.#retire(done!.operation, now);
  }

  #retire(operation: Operation, now: Cycles): void {
    const own = this.entries[operation.class];
    own.splice(own.indexOf(operation), 1);
    this.#freeSlots[operation.class].push(operation.slot);
    this.#clear(operation.slot, LOAD, now);
    this.#clear(operation.slot, EXECUTE, now);
    this.#clear(operation.slot, STORE, now);
    this.emptyFrom = now;
    this.#retired(operation, now);
  }

  /** Nobody of the class waits for the entry any more. */
  #clear(slot: number, cls: OperationClass, now: Cycles): void {
    const bit = 1 << slot;
    for (const waiting of this.#waiting[cls]) {
      if ((waiting.waitsFor & bit) === 0) continue;
      waiting.waitsFor &= ~bit;
      if (now > waiting.readyAt) waiting.readyAt = now;
    }
  }

  #issue(cls: OperationClass, now: Cycles): void {
    const operation = this.#waiting[cls][0];
    if (operation === undefined || operation.waitsFor !== 0) return;
    const ready = Math.max(operation.readyAt, this.#lastIssue[cls] + 1);
    if (ready > now) {
      this.wake(ready);
      return;
    }
    const target = this.#targets[cls];
    if (!target.hasRoom()) return;
    this.#waiting[cls].shift();
    this.#lastIssue[cls] = now;
    operation.issuedAt = now;
    // Entries of the same class wait for issue only; they may go one cycle later.
    if (cls !== STORE || !this.#storesAreSerial) this.#clear(operation.slot, cls, now + 1);
    target.issue(operation, now);
    if (completesOnIssue(operation)) this.complete(operation, now);
    if (this.#waiting[cls].length > 0) this.wake(now + 1);
  }

  #findDependencies(operation: Operation): void {
    const [loads, executes, stores] = this.entries;
    let waits = 0;
    if (operation.class === LOAD) {
      for (const e of loads) if (e.issuedAt < 0) waits |= 1 << e.slot;
      if (operation.kind === 'mvin') {
        for (const e of executes) if (operation.firstTouches(e)) waits |= 1 << e.slot;
        for (const e of stores) if (operation.firstTouchesFirst(e)) waits |= 1 << e.slot;
      }
    } else if (operation.class === EXECUTE) {
      for (const e of executes) if (e.issuedAt < 0) waits |= 1 << e.slot;
      if (operation.kind !== 'config-execute') {
        for (const e of loads) if (operation.touchesFirstOf(e)) waits |= 1 << e.slot;
        if (operation.kind === 'preload')
          for (const e of stores) if (operation.firstTouchesFirst(e)) waits |= 1 << e.slot;
      }
    } else {
      for (const e of stores) if (this.#storesAreSerial || e.issuedAt < 0) waits |= 1 << e.slot;
      if (operation.kind === 'mvout') {
        for (const e of loads) if (operation.firstTouchesFirst(e)) waits |= 1 << e.slot;
        for (const e of executes) if (e.kind === 'preload' && operation.firstTouchesFirst(e)) waits |= 1 << e.slot;
      }
    }
    operation.waitsFor = waits;
  }

  /** Strides are those of the configuration commands before, in program order. */
  #applyConfiguration(operation: Operation): void {
    const { first, second } = operation;
    const dim = this.#geometry.dim;
    switch (operation.kind) {
      case 'config-load':
        this.#loads[operation.state] = operation.config as LoadState;
        break;
      case 'config-store':
        if (operation.config !== undefined) this.#store = operation.config as StoreState;
        break;
      case 'config-execute':
        this.#execute = operation.config as ExecuteState;
        break;
      case 'mvin': {
        const load = this.#loads[operation.state]!;
        operation.config = load;
        const repeats = load.pixelRepeats > 1 && spaceOf(operation.local) === SCRATCHPAD ? load.pixelRepeats : 1;
        const length = (Math.ceil(operation.cols / dim) - 1) * load.blockStride + operation.rows;
        this.#setRange(first, operation.local, length);
        if (repeats > 1) this.#shiftDown(first, repeats - 1);
        break;
      }
      case 'mvout':
        operation.config = this.#store;
        this.#setRange(first, operation.local, (Math.ceil(operation.cols / dim) - 1) * dim + operation.rows);
        if (this.#store.pool !== undefined) this.#extendToBankEnd(first);
        break;
      case 'preload':
        operation.config = this.#execute;
        this.#setRange(first, operation.local2, operation.rows2 * this.#execute.cStride);
        this.#setRange(second, operation.local, operation.rows);
        break;
      case 'compute':
        operation.config = this.#execute;
        this.#setRange(
          first,
          operation.local,
          (this.#execute.transposesA ? operation.cols : operation.rows) * this.#execute.aStride,
        );
        this.#setRange(second, operation.local2, operation.rows2);
        break;
    }
  }

  #setRange(range: LocalRange, local: number, length: number): void {
    range.space = spaceOf(local);
    range.start = rowOf(local);
    const end = range.start + length;
    range.end = end > this.#rows(range.space) ? Number.POSITIVE_INFINITY : end;
  }

  #rows(space: LocalRange['space']): number {
    if (space === NOWHERE) return 0;
    return space === ACCUMULATOR ? this.#geometry.accumulatorRows : this.#geometry.scratchpadRows;
  }

  /** Pixel repeats write rows below their address; the range moves down and does not grow. */
  #shiftDown(range: LocalRange, by: number): void {
    const half = this.#geometry.scratchpadRows / 2;
    const floor = range.start >= half ? half : 0;
    const shifted = Math.max(floor, range.start - by);
    range.end -= range.start - shifted;
    range.start = shifted;
  }

  #extendToBankEnd(range: LocalRange): void {
    const bank = this.#geometry.accumulatorBankRows;
    range.end = (Math.floor(range.start / bank) + 1) * bank;
  }
}

const completesOnIssue = ({ kind }: Operation): boolean => kind === 'config-load' || kind === 'config-store';
