import type { LoopConvFlags } from '../../accel/conv-geometry.ts';
import type { LoopConvRegisters } from '../../accel/loop-conv-registers.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { LevelTime } from './level-time.ts';
import type { LoopConv } from './loop-conv.ts';
import type { LoopMatmul } from './loop-matmul.ts';
import type { MatmulLoopFlags, MatmulLoopRegisters } from './loop-registers.ts';
import type { LoopUnroller } from './loop-unroller.ts';
import { FROM_CONVOLUTION, FROM_MATMUL, type Operation } from './operation.ts';
import type { ReservationStation } from './reservation-station.ts';

/** A command on its way, decoded. */
export type PathCommand =
  | Operation
  | { readonly kind: 'matmul-setting' }
  | { readonly kind: 'matmul-run'; readonly registers: MatmulLoopRegisters; readonly flags: MatmulLoopFlags }
  | { readonly kind: 'conv-setting' }
  | { readonly kind: 'conv-run'; readonly registers: LoopConvRegisters; readonly flags: LoopConvFlags }
  /** Done at the end of the path. */
  | { readonly kind: 'immediate'; readonly act: (at: Cycles) => void };

/** Entries of every queue of the path. */
const QUEUE = 2;

/** An ordinary two-entry queue: what goes in at t is at the head at t + 1; a full queue takes nothing while it empties. */
class PathQueue {
  length = 0;
  #first: PathCommand | undefined = undefined;
  #second: PathCommand | undefined = undefined;
  #firstEntered: Cycles = 0;
  #secondEntered: Cycles = 0;
  #lastPop: Cycles = -1;

  /** A place that became free in this cycle is not there yet. */
  hasRoom(now: Cycles): boolean {
    return this.length + (this.#lastPop === now ? 1 : 0) < QUEUE;
  }

  head(now: Cycles): PathCommand | undefined {
    return this.length > 0 && this.#firstEntered < now ? this.#first : undefined;
  }

  push(command: PathCommand, now: Cycles): void {
    if (this.length++ === 0) {
      this.#first = command;
      this.#firstEntered = now;
    } else {
      this.#second = command;
      this.#secondEntered = now;
    }
  }

  pop(now: Cycles): void {
    this.#first = this.#second;
    this.#firstEntered = this.#secondEntered;
    this.#second = undefined;
    this.length--;
    this.#lastPop = now;
  }
}

export interface PathCounts {
  commands: number;
  /** Cycles in which the command at the end found its class full. */
  fullCycles: number;
}

/**
 * Command path: router → raw → convolution loop → matmul loop → unrolled → reservation station.
 * @source gemmini-timing §1
 */
export class CommandPath implements Unit {
  wakeAt: Cycles = NEVER;
  readonly counts: PathCounts = { commands: 0, fullCycles: 0 };
  /** From when on all queues have been empty. */
  emptyFrom: Cycles = 0;
  /** When the unroller of matmul loops has something to do. */
  readonly matmulBusy = new LevelTime();
  /** Commands that have left the router. */
  routed = 0;
  readonly #router = new PathQueue();
  readonly #raw = new PathQueue();
  readonly #conv = new PathQueue();
  readonly #matmul = new PathQueue();
  readonly #unrolled = new PathQueue();
  readonly #loopConv: LoopConv;
  readonly #loopMatmul: LoopMatmul;
  readonly #reservationStation: ReservationStation;
  #blockedSince: Cycles = NEVER;
  /** Is the front known to wait for a matmul loop? */
  #frontRests = false;

  constructor(loopConv: LoopConv, loopMatmul: LoopMatmul, station: ReservationStation) {
    this.#loopConv = loopConv;
    this.#loopMatmul = loopMatmul;
    this.#reservationStation = station;
  }

  /** Can the router take a command in cycle `now`, all earlier cycles being over? */
  accepts(now: Cycles): boolean {
    return this.#router.hasRoom(now);
  }

  push(command: PathCommand, now: Cycles): void {
    this.counts.commands++;
    this.#router.push(command, now);
    this.#frontRests = false;
    this.wake(now + 1);
  }

  isBusy(now: Cycles): boolean {
    return this.#holdsCommands() || this.#loopConv.isActive(now) || this.#loopMatmul.isActive(now);
  }

  #holdsCommands(): boolean {
    return this.#unrolled.length + this.#matmul.length + this.#conv.length + this.#raw.length + this.#router.length > 0;
  }

  /** An operation ended: its unroller may emit more, its class has room. */
  retired(operation: Operation, at: Cycles): void {
    if (operation.origin === FROM_MATMUL) this.#loopMatmul.retired(operation.class);
    else if (operation.origin === FROM_CONVOLUTION) this.#loopConv.retired(operation.class);
    this.wake(at);
  }

  wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    const drained = this.#drain(now);
    const emitted = this.#unroll(this.#loopMatmul, this.#unrolled, now);
    const turned = this.#loopMatmul.advance(now);
    if (turned) this.#frontRests = false;
    const moved = (!this.#frontRests && this.#moveFront(now)) || emitted || turned;
    if (!this.#frontRests && !moved) this.#frontRests = this.#waitsForMatmulLoop(now);
    if (moved || drained) {
      this.emptyFrom = now + 1;
      this.matmulBusy.set(this.#matmul.length > 0 || this.#loopMatmul.isActive(now + 1), now + 1);
    }
    // The place that the drain made has been on offer to everything in front of it.
    if (moved || (drained && this.#unrolled.length > 0)) this.wake(now + 1);
  }

  /** Everything in front of the unroller of matmul loops. */
  #moveFront(now: Cycles): boolean {
    let moved = this.#passMatmul(now);
    moved = this.#unroll(this.#loopConv, this.#matmul, now) || moved;
    moved = this.#loopConv.advance(now) || moved;
    moved = this.#passConv(now) || moved;
    moved = pass(this.#raw, this.#conv, now) || moved;
    return this.#route(now) || moved;
  }

  /** Does nothing but a matmul loop that ends, or a new command, move the front? */
  #waitsForMatmulLoop(now: Cycles): boolean {
    if (this.#loopConv.isActive(now + 1)) return false;
    if (this.#matmul.length === 0) return this.#conv.length + this.#raw.length + this.#router.length === 0;
    const head = this.#matmul.head(now);
    return head?.kind === 'matmul-setting' || head?.kind === 'matmul-run';
  }

  #route(now: Cycles): boolean {
    const before = this.#router.length;
    const moved = pass(this.#router, this.#raw, now);
    this.routed += before - this.#router.length;
    return moved;
  }

  /** The end of the path. */
  #drain(now: Cycles): boolean {
    const head = this.#unrolled.head(now);
    if (head === undefined) return this.#unrolled.length > 0;
    switch (head.kind) {
      case 'immediate':
        head.act(now);
        break;
      case 'matmul-setting':
      case 'matmul-run':
      case 'conv-setting':
      case 'conv-run':
        throw new Error(`command ${head.kind} passed its loop unroller`);
      default:
        if (!this.#allocate(head, now)) return false;
    }
    this.#unrolled.pop(now);
    return true;
  }

  #allocate(operation: Operation, now: Cycles): boolean {
    if (!this.#reservationStation.hasRoom(operation.class)) {
      if (this.#blockedSince === NEVER) this.#blockedSince = now;
      return false;
    }
    if (this.#blockedSince !== NEVER) {
      this.counts.fullCycles += now - this.#blockedSince;
      this.#blockedSince = NEVER;
    }
    this.#reservationStation.allocate(operation, now);
    return true;
  }

  #unroll(unroller: LoopUnroller, to: PathQueue, now: Cycles): boolean {
    if (!to.hasRoom(now) || !unroller.isActive(now)) return false;
    const operation = unroller.emit(now);
    if (operation === undefined) return false;
    to.push(operation, now);
    return true;
  }

  #passMatmul(now: Cycles): boolean {
    const head = this.#matmul.head(now);
    if (head === undefined) return this.#matmul.length > 0;
    if (head.kind === 'matmul-setting' || head.kind === 'matmul-run') {
      if (!this.#loopMatmul.hasFreeSlot(now)) return false;
      if (head.kind === 'matmul-run') this.#loopMatmul.configure(head.registers, head.flags);
    } else {
      if (this.#loopMatmul.isActive(now) || !this.#unrolled.hasRoom(now)) return false;
      this.#unrolled.push(head, now);
    }
    this.#matmul.pop(now);
    return true;
  }

  #passConv(now: Cycles): boolean {
    const head = this.#conv.head(now);
    if (head === undefined) return this.#conv.length > 0;
    if (head.kind === 'conv-setting' || head.kind === 'conv-run') {
      if (!this.#loopConv.hasFreeSlot(now)) return false;
      if (head.kind === 'conv-run') this.#loopConv.configure(head.registers, head.flags);
    } else {
      if (this.#loopConv.isActive(now) || !this.#matmul.hasRoom(now)) return false;
      this.#matmul.push(head, now);
    }
    this.#conv.pop(now);
    return true;
  }
}

/** Moves the head of a queue to the next one. @returns did something move, or will it be at the head next cycle? */
function pass(from: PathQueue, to: PathQueue, now: Cycles): boolean {
  const head = from.head(now);
  if (head === undefined) return from.length > 0;
  if (!to.hasRoom(now)) return false;
  to.push(head, now);
  from.pop(now);
  return true;
}
