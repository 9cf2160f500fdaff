import type { Cycles } from '../cycles.ts';
import type { bool, i32 } from '../portable.ts';
import type { AcceleratorSettings } from '../settings.ts';
import { CLASSES, EXECUTE, LOAD, type Operation, type OperationClass, STORE } from './operation.ts';

/** A hardware loop as the command path sees it. */
export interface LoopUnroller {
  /** Is a loop configured? Plain commands wait until none is. */
  isActive(now: Cycles): bool;
  /** Can it take a configuration command, or the command that starts a loop? */
  hasFreeSlot(now: Cycles): bool;
  /** Is nothing to leave it until it changes, or a class has room again? */
  isHeld(): bool;
  /** The operation that leaves it at `now`, if one does. */
  emit(now: Cycles): Operation | null;
  /** Starts and ends loops. @returns did anything change, or will it change by itself? */
  advance(now: Cycles): bool;
  /** An operation that it emitted has ended. @returns may it emit because of that? */
  retired(cls: OperationClass): bool;
}

/** Loops that an unroller holds: the one that is finishing and the one that runs ahead. */
export const LOOP_SLOTS: i32 = 2;

/** One of the loops that an unroller holds. Its parts are bits. */
export class LoopSlot {
  readonly slot: i32;
  isConfigured: bool = false;
  freeFrom: Cycles = 0;
  started: i32 = 0;
  completed: i32 = 0;

  constructor(slot: i32) {
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
  readonly bit: i32;
  loop: Loop | null = null;
  isIdle: bool = true;
  idleFrom: Cycles = 0;

  constructor(index: i32) {
    this.bit = 1 << index;
  }

  stop(from: Cycles): void {
    this.isIdle = true;
    this.idleFrom = from;
  }

  isIdleAt(now: Cycles): bool {
    return this.isIdle && this.idleFrom <= now;
  }

  /** Is it through with its loop, and nobody has noticed? */
  isUnnoticed(): bool {
    const loop = this.loop;
    if (loop === null || !this.isIdle) return false;
    const bit = this.bit;
    return loop.isConfigured && (loop.started & bit) !== 0 && (loop.completed & bit) === 0;
  }
}

/** Two loops that take turns at being the older one. */
export class LoopPair<Loop extends LoopSlot> {
  /** The loop that ends first, and the one behind it. */
  head: Loop;
  tail: Loop;

  constructor(first: Loop, second: Loop) {
    this.head = first;
    this.tail = second;
  }

  isActive(now: Cycles): bool {
    const head = this.head;
    const tail = this.tail;
    return head.isConfigured || tail.isConfigured || head.freeFrom > now || tail.freeFrom > now;
  }

  hasFreeSlot(now: Cycles): bool {
    const head = this.head;
    const tail = this.tail;
    return (!head.isConfigured && head.freeFrom <= now) || (!tail.isConfigured && tail.freeFrom <= now);
  }

  /** The loop that a command configures. */
  toConfigure(): Loop {
    return this.head.isConfigured ? this.tail : this.head;
  }

  /** The loop that a part takes up next, if there is one. */
  toStart(bit: i32): Loop | null {
    const loop = (this.head.started & bit) !== 0 ? this.tail : this.head;
    return loop.isConfigured && (loop.started & bit) === 0 ? loop : null;
  }

  /** The loop that a slot holds, or held last. */
  inSlot(slot: i32): Loop {
    return this.head.slot === slot ? this.head : this.tail;
  }

  /** Ends the older loop when all its parts are through. @returns did it end? */
  retire(allParts: i32, now: Cycles): bool {
    const head = this.head;
    if (!head.isConfigured || head.completed !== allParts) return false;
    head.isConfigured = false;
    head.freeFrom = now + 1;
    this.head = this.tail;
    this.tail = head;
    return true;
  }
}

/** Operations that may still be emitted before one ends: those under way stay below the sizes of the reservation station. */
export class EmissionLimits {
  private readonly room: Int32Array = new Int32Array(CLASSES);

  constructor(settings: AcceleratorSettings) {
    this.room[LOAD] = settings.loadEntries;
    this.room[EXECUTE] = settings.executeEntries;
    this.room[STORE] = settings.storeEntries;
  }

  allows(cls: OperationClass): bool {
    return this.room[cls]! > 0;
  }

  /** @returns does it allow none any more? */
  emitted(cls: OperationClass): bool {
    const room = this.room[cls]! - 1;
    this.room[cls] = room;
    return room === 0;
  }

  /** @returns did it allow none? */
  retired(cls: OperationClass): bool {
    const room = this.room[cls]! + 1;
    this.room[cls] = room;
    return room === 1;
  }
}

/** What both unrollers have: two loops, limits of what they emit, and whether anything is left to do. */
export class LoopHolder<Loop extends LoopSlot> {
  protected readonly loops: LoopPair<Loop>;
  protected readonly limits: EmissionLimits;
  /** Nothing starts or ends until a command or an emission. */
  protected isSettled: bool = false;
  /** Nothing is to leave until something starts or ends, or a class has room again. */
  protected holds: bool = true;

  constructor(settings: AcceleratorSettings, first: Loop, second: Loop) {
    this.loops = new LoopPair<Loop>(first, second);
    this.limits = new EmissionLimits(settings);
  }

  isActive(now: Cycles): bool {
    return this.loops.isActive(now);
  }

  hasFreeSlot(now: Cycles): bool {
    return this.loops.hasFreeSlot(now);
  }

  isHeld(): bool {
    return this.holds;
  }

  /** Does it do nothing until a command comes or an operation ends? */
  rests(): bool {
    return this.isSettled && this.holds;
  }

  retired(cls: OperationClass): bool {
    if (!this.limits.retired(cls)) return false;
    this.holds = false;
    return true;
  }

  /** @param changed has something started or ended? */
  protected settle(changed: bool): bool {
    this.isSettled = !changed;
    if (changed) this.holds = false;
    return changed;
  }
}
