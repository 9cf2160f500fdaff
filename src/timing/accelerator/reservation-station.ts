import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { ControllerActivity } from './controller-activity.ts';
import type { Geometry } from './geometry.ts';
import { LevelTime } from './level-time.ts';
import {
  ACCUMULATOR,
  EXECUTE,
  type ExecuteState,
  LOAD,
  type LoadState,
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

/** Which of two completions in one cycle goes first, by class. */
const COMPLETION_ORDER: readonly [load: number, execute: number, store: number] = [1, 0, 2];

/** Entries of all classes together: the bits of a word. */
const SLOTS = 32;
/** Local rows of both spaces as one line of numbers: a range of one space never overlaps one of the other. */
const SPACE_SIZE = 2 ** 24;
/** Behind all rows: nothing overlaps it. */
const NO_ROWS = SPACE_SIZE * 8;

/**
 * The reservation station: entries of three classes, dependencies by overlap of local rows, issue in order within a class.
 * @source gemmini-timing §2
 */
export class ReservationStation implements Unit {
  wakeAt: Cycles = NEVER;
  /** From when on it has been empty, if it is. */
  emptyFrom: Cycles = 0;
  /** Operations taken in. */
  allocated = 0;
  readonly busy = new LevelTime();
  readonly controllers = new ControllerActivity();
  readonly #geometry: Geometry;
  readonly #capacity: readonly [number, number, number];
  readonly #targets: readonly [IssueTarget, IssueTarget, IssueTarget];
  readonly #retired: Retired;
  readonly #storesAreSerial: boolean;
  readonly #slots: (Operation | undefined)[] = new Array(SLOTS).fill(undefined);
  /** Entries of each class: how many, which, and which of them have not been issued. */
  readonly #count: [number, number, number] = [0, 0, 0];
  readonly #valid: [number, number, number] = [0, 0, 0];
  readonly #unissued: [number, number, number] = [0, 0, 0];
  /** Entries not issued yet, oldest first. */
  readonly #waiting = [new SlotQueue(), new SlotQueue(), new SlotQueue()] as const;
  /** By slot: entries that it waits for, and entries that wait for it. */
  readonly #waitsFor = new Int32Array(SLOTS);
  readonly #dependents = new Int32Array(SLOTS);
  readonly #readyAt = new Float64Array(SLOTS);
  /** By slot: half-open ranges of local rows. */
  readonly #firstStart = new Int32Array(SLOTS);
  readonly #firstEnd = new Int32Array(SLOTS);
  readonly #secondStart = new Int32Array(SLOTS);
  readonly #secondEnd = new Int32Array(SLOTS);
  readonly #lastIssue: [Cycles, Cycles, Cycles] = [-1, -1, -1];
  #lastCompletion: Cycles = -1;
  /** Earliest first. */
  readonly #completions: Operation[] = [];
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
    return this.#count[cls] < this.#capacity[cls];
  }

  /** Busy in the sense of a fence: a single preload whose compute has not come does not count. */
  isBusy(): boolean {
    const [loads, executes, stores] = this.#count;
    const isSolitary = executes === 1 && this.#isPreloadSolitary;
    return loads + stores > 0 || (executes > 0 && !isSolitary);
  }

  /** Valid entries of a class. */
  countOf(cls: OperationClass): number {
    return this.#count[cls];
  }

  /** Takes an operation in; there is room. */
  allocate(operation: Operation, at: Cycles): void {
    const cls = operation.class;
    const slot = this.#freeSlots[cls].pop()!;
    operation.slot = slot;
    this.#applyConfiguration(operation, slot);
    this.#waitsFor[slot] = this.#dependencies(operation, slot);
    this.#noteDependents(slot);
    this.#readyAt[slot] = at + 1;
    if (operation.kind === 'preload') this.#isPreloadSolitary = true;
    else if (operation.kind === 'compute') this.#isPreloadSolitary = false;
    this.#slots[slot] = operation;
    this.#count[cls]++;
    this.allocated++;
    this.busy.set(this.isBusy(), at + 1);
    this.#valid[cls] |= 1 << slot;
    this.#unissued[cls] |= 1 << slot;
    const waiting = this.#waiting[cls];
    waiting.push(slot);
    if (waiting.length === 1 && this.#waitsFor[slot] === 0) this.wake(at + 1);
  }

  /** The operation's completion is presented at `at`; it takes effect one cycle later. */
  complete(operation: Operation, at: Cycles): void {
    operation.completesAt = at + 1;
    const pending = this.#completions;
    let index = pending.length;
    pending.push(operation);
    for (; index > 0 && goesBefore(operation, pending[index - 1]!); index--) pending[index] = pending[index - 1]!;
    pending[index] = operation;
    this.wake(at + 1);
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
    if (this.#completions.length > 0) this.wake(Math.max(this.#completions[0]!.completesAt, now + 1));
  }

  /** One completion per cycle. */
  #takeCompletion(now: Cycles): void {
    const pending = this.#completions;
    if (pending.length === 0 || pending[0]!.completesAt > now || this.#lastCompletion === now) return;
    this.#lastCompletion = now;
    let best = 0;
    for (let i = 1; i < pending.length && pending[i]!.completesAt <= now; i++)
      if (COMPLETION_ORDER[pending[i]!.class] < COMPLETION_ORDER[pending[best]!.class]) best = i;
    const done = pending[best]!;
    for (let i = best + 1; i < pending.length; i++) pending[i - 1] = pending[i]!;
    pending.pop();
    this.#retire(done, now);
  }

  #retire(operation: Operation, now: Cycles): void {
    const { slot, class: cls } = operation;
    this.#slots[slot] = undefined;
    this.#count[cls]--;
    this.#valid[cls] &= ~(1 << slot);
    this.#freeSlots[cls].push(slot);
    this.#release(slot, this.#dependents[slot]!, now);
    this.emptyFrom = now;
    this.busy.set(this.isBusy(), now);
    this.controllers.retired(cls, now);
    this.#retired(operation, now);
  }

  #noteDependents(slot: number): void {
    for (let bits = this.#waitsFor[slot]!; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      this.#dependents[other] = this.#dependents[other]! | (1 << slot);
    }
  }

  /** These entries do not wait for the slot any more. */
  #release(slot: number, dependents: number, now: Cycles): void {
    this.#dependents[slot] = this.#dependents[slot]! & ~dependents;
    for (let bits = dependents; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      this.#waitsFor[other] = this.#waitsFor[other]! & ~(1 << slot);
      if (now > this.#readyAt[other]!) this.#readyAt[other] = now;
    }
  }

  #issue(cls: OperationClass, now: Cycles): void {
    const waiting = this.#waiting[cls];
    if (waiting.length === 0) return;
    const slot = waiting.first();
    if (this.#waitsFor[slot] !== 0) return;
    const ready = Math.max(this.#readyAt[slot]!, this.#lastIssue[cls] + 1);
    if (ready > now) {
      this.wake(ready);
      return;
    }
    const target = this.#targets[cls];
    if (!target.hasRoom()) return;
    const operation = this.#slots[slot]!;
    waiting.shift();
    this.#lastIssue[cls] = now;
    this.#unissued[cls] &= ~(1 << slot);
    operation.issuedAt = now;
    this.controllers.issued(cls, now);
    // Entries of the same class wait for issue only; they may go one cycle later.
    if (cls !== STORE || !this.#storesAreSerial)
      this.#release(slot, this.#dependents[slot]! & this.#unissued[cls], now + 1);
    target.issue(operation, now);
    if (completesOnIssue(operation)) this.complete(operation, now);
    if (waiting.length > 0 && this.#waitsFor[waiting.first()] === 0) this.wake(now + 1);
  }

  /** The entries that the operation in `slot` has to wait for. */
  #dependencies({ class: cls, kind }: Operation, slot: number): number {
    const [loads, executes, stores] = this.#valid;
    if (cls === LOAD) {
      const waits = this.#unissued[LOAD];
      if (kind !== 'mvin') return waits;
      return waits | this.#firstAgainstBoth(slot, executes) | this.#firstAgainstFirst(slot, stores);
    }
    if (cls === EXECUTE) {
      const waits = this.#unissued[EXECUTE];
      if (kind === 'config-execute') return waits;
      const onLoads = this.#bothAgainstFirst(slot, loads);
      return waits | onLoads | (kind === 'preload' ? this.#firstAgainstFirst(slot, stores) : 0);
    }
    const waits = this.#storesAreSerial ? stores : this.#unissued[STORE];
    if (kind !== 'mvout') return waits;
    return waits | this.#firstAgainstFirst(slot, loads) | this.#firstAgainstFirst(slot, this.#preloads(executes));
  }

  #preloads(executes: number): number {
    let found = 0;
    for (let bits = executes; bits !== 0; bits &= bits - 1) {
      const slot = lowestBit(bits);
      if (this.#slots[slot]!.kind === 'preload') found |= 1 << slot;
    }
    return found;
  }

  /** Those of `others` whose first range overlaps the first range of `slot`. */
  #firstAgainstFirst(slot: number, others: number): number {
    const start = this.#firstStart[slot]!;
    const end = this.#firstEnd[slot]!;
    let found = 0;
    for (let bits = others; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      if (start < this.#firstEnd[other]! && this.#firstStart[other]! < end) found |= 1 << other;
    }
    return found;
  }

  /** Those of which any range overlaps the first range of `slot`. */
  #firstAgainstBoth(slot: number, others: number): number {
    const start = this.#firstStart[slot]!;
    const end = this.#firstEnd[slot]!;
    let found = 0;
    for (let bits = others; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      if (
        (start < this.#firstEnd[other]! && this.#firstStart[other]! < end) ||
        (start < this.#secondEnd[other]! && this.#secondStart[other]! < end)
      )
        found |= 1 << other;
    }
    return found;
  }

  /** Those whose first range overlaps any range of `slot`. */
  #bothAgainstFirst(slot: number, others: number): number {
    const start = this.#firstStart[slot]!;
    const end = this.#firstEnd[slot]!;
    const start2 = this.#secondStart[slot]!;
    const end2 = this.#secondEnd[slot]!;
    let found = 0;
    for (let bits = others; bits !== 0; bits &= bits - 1) {
      const other = lowestBit(bits);
      const otherStart = this.#firstStart[other]!;
      const otherEnd = this.#firstEnd[other]!;
      if ((start < otherEnd && otherStart < end) || (start2 < otherEnd && otherStart < end2)) found |= 1 << other;
    }
    return found;
  }

  /** Strides are those of the configuration commands before, in program order. */
  #applyConfiguration(operation: Operation, slot: number): void {
    const dim = this.#geometry.dim;
    this.#setFirst(slot, NO_ROWS, -1);
    this.#setSecond(slot, NO_ROWS, -1);
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
        const length = (Math.ceil(operation.cols / dim) - 1) * load.blockStride + operation.rows;
        const start = startOf(operation.local);
        const end = this.#endOf(operation.local, length);
        const below =
          load.pixelRepeats > 1 && spaceOf(operation.local) === SCRATCHPAD
            ? this.#rowsBelow(start, load.pixelRepeats - 1)
            : 0;
        this.#setFirst(slot, start - below, end - below);
        break;
      }
      case 'mvout': {
        operation.config = this.#store;
        const { local, cols, rows } = operation;
        const end =
          this.#store.pool === undefined
            ? this.#endOf(local, (Math.ceil(cols / dim) - 1) * dim + rows)
            : this.#endOfBank(local);
        this.#setFirst(slot, startOf(local), end);
        break;
      }
      case 'preload': {
        operation.config = this.#execute;
        const { local, rows, local2, rows2 } = operation;
        this.#setFirst(slot, startOf(local2), this.#endOf(local2, rows2 * this.#execute.cStride));
        this.#setSecond(slot, startOf(local), this.#endOf(local, rows));
        break;
      }
      case 'compute': {
        operation.config = this.#execute;
        const { local, rows, cols, local2, rows2 } = operation;
        const { transposesA, aStride } = this.#execute;
        this.#setFirst(slot, startOf(local), this.#endOf(local, (transposesA ? cols : rows) * aStride));
        this.#setSecond(slot, startOf(local2), this.#endOf(local2, rows2));
        break;
      }
    }
  }

  #setFirst(slot: number, start: number, end: number): void {
    this.#firstStart[slot] = start;
    this.#firstEnd[slot] = end;
  }

  #setSecond(slot: number, start: number, end: number): void {
    this.#secondStart[slot] = start;
    this.#secondEnd[slot] = end;
  }

  /** What reaches beyond the last row overlaps everything from its start on. */
  #endOf(local: number, length: number): number {
    const space = spaceOf(local);
    if (space === NOWHERE) return -1;
    const end = rowOf(local) + length;
    const { accumulatorRows, scratchpadRows } = this.#geometry;
    const isBeyond = end > (space === ACCUMULATOR ? accumulatorRows : scratchpadRows);
    return space * SPACE_SIZE + (isBeyond ? SPACE_SIZE : end);
  }

  #endOfBank(local: number): number {
    const space = spaceOf(local);
    if (space === NOWHERE) return -1;
    const bank = this.#geometry.accumulatorBankRows;
    return space * SPACE_SIZE + (Math.floor(rowOf(local) / bank) + 1) * bank;
  }

  /** Pixel repeats write `by` rows below their address, down to the start of the half; the range does not grow. */
  #rowsBelow(start: number, by: number): number {
    const half = this.#geometry.scratchpadRows / 2;
    return Math.min(by, start - (start >= half ? half : 0));
  }
}

/** Slots in the order in which they came. */
class SlotQueue {
  length = 0;
  readonly #slots = new Int32Array(SLOTS);
  #head = 0;

  first(): number {
    return this.#slots[this.#head]!;
  }

  push(slot: number): void {
    this.#slots[(this.#head + this.length++) % SLOTS] = slot;
  }

  shift(): void {
    this.#head = (this.#head + 1) % SLOTS;
    this.length--;
  }
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);

const goesBefore = (a: Operation, b: Operation): boolean =>
  a.completesAt < b.completesAt ||
  (a.completesAt === b.completesAt && COMPLETION_ORDER[a.class] < COMPLETION_ORDER[b.class]);

const startOf = (local: number): number => {
  const space = spaceOf(local);
  return space === NOWHERE ? NO_ROWS : space * SPACE_SIZE + rowOf(local);
};

/** Does the station take the operation as done when it issues it? */
export const completesOnIssue = ({ kind }: Operation): boolean => kind === 'config-load' || kind === 'config-store';
