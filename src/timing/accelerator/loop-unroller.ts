import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import type { Operation, OperationClass } from './operation.ts';

/** A hardware loop as the command path sees it. */
export interface LoopUnroller {
  /** Is a loop configured? Plain commands wait until none is. */
  isActive(now: Cycles): boolean;
  /** Can it take a configuration command, or the command that starts a loop? */
  hasFreeSlot(now: Cycles): boolean;
  /** The operation that leaves it at `now`, if one does. */
  emit(now: Cycles): Operation | undefined;
  /** Starts and ends loops. @returns did anything change, or will it change by itself? */
  advance(now: Cycles): boolean;
  /** An operation that it emitted has ended. */
  retired(cls: OperationClass): void;
}

/** Loops that an unroller holds: the one that is finishing and the one that runs ahead. */
export const LOOP_SLOTS = 2;

/** One of the loops that an unroller holds. Its parts are bits. */
export class LoopSlot {
  readonly slot: number;
  isConfigured = false;
  freeFrom: Cycles = 0;
  started = 0;
  completed = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  configure(): void {
    this.isConfigured = true;
    this.started = 0;
    this.completed = 0;
  }
}

/** The state machine of one part of a loop, as far as all of them are the same. */
export class LoopPart<Loop extends LoopSlot> {
  readonly bit: number;
  loop: Loop | undefined = undefined;
  isIdle = true;
  idleFrom: Cycles = 0;

  constructor(index: number) {
    this.bit = 1 << index;
  }

  stop(from: Cycles): void {
    this.isIdle = true;
    this.idleFrom = from;
  }

  isIdleAt(now: Cycles): boolean {
    return this.isIdle && this.idleFrom <= now;
  }

  /** Is it through with its loop, and nobody has noticed? */
  isUnnoticed(): boolean {
    const { loop, bit } = this;
    return (
      loop !== undefined &&
      this.isIdle &&
      loop.isConfigured &&
      (loop.started & bit) !== 0 &&
      (loop.completed & bit) === 0
    );
  }
}

/** Two loops that take turns at being the older one. */
export class LoopPair<Loop extends LoopSlot> {
  /** The loop that ends first, and the one behind it. */
  head: Loop;
  tail: Loop;

  constructor(create: (slot: number) => Loop) {
    this.head = create(0);
    this.tail = create(1);
  }

  isActive(now: Cycles): boolean {
    const { head, tail } = this;
    return head.isConfigured || tail.isConfigured || head.freeFrom > now || tail.freeFrom > now;
  }

  hasFreeSlot(now: Cycles): boolean {
    const { head, tail } = this;
    return (!head.isConfigured && head.freeFrom <= now) || (!tail.isConfigured && tail.freeFrom <= now);
  }

  /** The loop that a command configures. */
  toConfigure(): Loop {
    return this.head.isConfigured ? this.tail : this.head;
  }

  /** The loop that a part takes up next, if there is one. */
  toStart(bit: number): Loop | undefined {
    const loop = this.head.started & bit ? this.tail : this.head;
    return loop.isConfigured && (loop.started & bit) === 0 ? loop : undefined;
  }

  /** Ends the older loop when all its parts are through. @returns did it end? */
  retire(allParts: number, now: Cycles): boolean {
    const { head, tail } = this;
    if (!head.isConfigured || head.completed !== allParts) return false;
    head.isConfigured = false;
    head.freeFrom = now + 1;
    this.head = tail;
    this.tail = head;
    return true;
  }
}

/** Operations that were emitted and have not ended, against the sizes of the reservation station. */
export class EmissionLimits {
  readonly #count: [number, number, number] = [0, 0, 0];
  readonly #limit: readonly [number, number, number];

  constructor({ accelerator: a }: TimingConfig) {
    this.#limit = [a.loadEntries, a.executeEntries, a.storeEntries];
  }

  allows(cls: OperationClass): boolean {
    return this.#count[cls] < this.#limit[cls];
  }

  emitted(cls: OperationClass): void {
    this.#count[cls]++;
  }

  retired(cls: OperationClass): void {
    this.#count[cls]--;
  }
}
