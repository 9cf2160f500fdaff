import { PathCounts } from '../counts.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import type { bool, f64, i32 } from '../portable.ts';
import type { AcceleratorTlb } from '../translation/accelerator-tlb.ts';
import { LevelTime } from './level-time.ts';
import type { LoopConv } from './loop-conv.ts';
import type { LoopMatmul } from './loop-matmul.ts';
import {
  CONFIG_STORE,
  CONV_RUN,
  CONV_SETTING,
  FLUSH_TLB,
  FROM_CONVOLUTION,
  FROM_MATMUL,
  MATMUL_RUN,
  MATMUL_SETTING,
  NO_OPERATION,
  type Operation,
  type OperationPool,
  SAMPLE_COUNTERS,
} from './operation.ts';
import type { ReservationStation } from './reservation-station.ts';

/** Entries of every queue of the path. */
const QUEUE: i32 = 2;
/** Cycles from going into a queue to being at its head. */
const QUEUE_TIME: f64 = 1;

/** An ordinary two-entry queue: what goes in at t is at the head at t + 1; a full queue takes nothing while it empties. */
class PathQueue {
  length: i32 = 0;
  private first: Operation | null = null;
  private second: Operation | null = null;
  private firstEntered: Cycles = 0;
  private secondEntered: Cycles = 0;
  private lastPop: Cycles = -1;

  /** A place that became free in this cycle is not there yet. */
  hasRoom(now: Cycles): bool {
    return this.length + (this.lastPop === now ? 1 : 0) < QUEUE;
  }

  head(now: Cycles): Operation | null {
    return this.length > 0 && this.firstEntered < now ? this.first : null;
  }

  push(command: Operation, now: Cycles): void {
    if (this.length++ === 0) {
      this.first = command;
      this.firstEntered = now;
    } else {
      this.second = command;
      this.secondEntered = now;
    }
  }

  pop(now: Cycles): void {
    this.first = this.second;
    this.firstEntered = this.secondEntered;
    this.second = null;
    this.length--;
    this.lastPop = now;
  }

  /** Moves the head to the next queue. @returns did something move, or will it be at the head next cycle? */
  pass(to: PathQueue, now: Cycles): bool {
    if (this.length === 0) return false;
    const head = this.head(now);
    if (head === null) return true;
    if (!to.hasRoom(now)) return false;
    to.push(head, now);
    this.pop(now);
    return true;
  }
}

/**
 * Command path: router → raw → convolution loop → matmul loop → unrolled → reservation station.
 * @source gemmini-timing §1
 */
export class CommandPath implements Unit {
  wakeAt: Cycles = NEVER;
  readonly counts: PathCounts = new PathCounts();
  /** From when on all queues have been empty. */
  emptyFrom: Cycles = 0;
  /** When the unroller of matmul loops has something to do. */
  readonly matmulBusy: LevelTime = new LevelTime();
  /** Commands that have left the router. */
  routed: f64 = 0;
  /** When a command that samples counters was at the end. */
  sampledAt: Cycles = NEVER;
  private readonly router: PathQueue = new PathQueue();
  private readonly raw: PathQueue = new PathQueue();
  private readonly conv: PathQueue = new PathQueue();
  private readonly matmul: PathQueue = new PathQueue();
  private readonly unrolled: PathQueue = new PathQueue();
  private readonly loopConv: LoopConv;
  private readonly loopMatmul: LoopMatmul;
  private readonly reservationStation: ReservationStation;
  private readonly tlb: AcceleratorTlb;
  private readonly pool: OperationPool;
  private blockedSince: Cycles = NEVER;
  /** Is the front known to wait for a matmul loop? */
  private frontRests: bool = false;
  /** Does nothing move until a command comes or an operation ends? */
  private isAtRest: bool = false;
  /** Can nothing but operations of a convolution move, until a command comes? */
  private streams: bool = false;
  /** Is the entry known to wait for a convolution loop? */
  private entryRests: bool = false;
  /** The latest cycle of a step. */
  private steppedAt: Cycles = -1;

  constructor(
    loopConv: LoopConv,
    loopMatmul: LoopMatmul,
    station: ReservationStation,
    tlb: AcceleratorTlb,
    pool: OperationPool,
  ) {
    this.loopConv = loopConv;
    this.loopMatmul = loopMatmul;
    this.reservationStation = station;
    this.tlb = tlb;
    this.pool = pool;
  }

  /** Can the router take a command in cycle `now`, all earlier cycles being over? */
  accepts(now: Cycles): bool {
    return this.router.hasRoom(now);
  }

  push(command: Operation, now: Cycles): void {
    this.counts.commands += 1;
    this.router.push(command, now);
    this.frontRests = false;
    this.entryRests = false;
    this.streams = false;
    this.isAtRest = false;
    this.wake(now + 1);
  }

  isBusy(now: Cycles): bool {
    return this.holdsCommands() || this.loopConv.isActive(now) || this.loopMatmul.isActive(now);
  }

  private holdsCommands(): bool {
    return this.unrolled.length + this.matmul.length + this.conv.length + this.raw.length + this.router.length > 0;
  }

  /**
   * An operation ended: its unroller may emit more, its class has room. A path at rest with nothing at its end stays so
   * unless the unroller was at its limit; a step back in time is taken in any case.
   */
  retired(operation: Operation, at: Cycles): void {
    const origin = operation.origin;
    let mayEmit = false;
    if (origin === FROM_MATMUL) mayEmit = this.loopMatmul.retired(operation.class);
    else if (origin === FROM_CONVOLUTION) mayEmit = this.loopConv.retired(operation.class);
    if (mayEmit || !this.isAtRest || this.unrolled.length > 0 || at <= this.steppedAt) this.wake(at);
  }

  wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    // When nothing but an operation of a convolution can move, that is all there is to do.
    if (this.streams && now > this.steppedAt && this.loopConv.streams()) this.settle(now, this.unrollConv(now), false);
    else this.move(now);
  }

  private move(now: Cycles): void {
    const drained = this.drain(now);
    const emitted = this.unrollMatmul(now);
    const turned = this.loopMatmul.advance(now);
    if (turned) this.frontRests = false;
    const moved = (!this.frontRests && this.moveFront(now)) || emitted || turned;
    if (!this.frontRests && !moved) this.frontRests = this.waitsForMatmulLoop(now);
    this.settle(now, moved, drained);
  }

  /** What a step leaves. */
  private settle(now: Cycles, moved: bool, drained: bool): void {
    if (moved || drained) {
      if (now >= this.emptyFrom) this.emptyFrom = now + 1;
      this.matmulBusy.set(this.matmul.length > 0 || this.loopMatmul.isActive(now + 1), now + 1);
    }
    // The place that the drain made has been on offer to everything in front of it.
    const goesOn = moved || (drained && this.unrolled.length > 0);
    if (goesOn) this.wake(now + 1);
    // A step back in time says nothing of the cycles after it.
    this.isAtRest = !goesOn && now > this.steppedAt;
    if (now > this.steppedAt) this.steppedAt = now;
    this.streams = this.entryRests && !this.frontRests && this.loopMatmul.rests() && this.isFree(now);
  }

  /** Is nothing between the unroller of convolutions and the reservation station? */
  private isFree(now: Cycles): bool {
    return this.matmul.length + this.unrolled.length === 0 && !this.loopMatmul.isActive(now + 1);
  }

  /** Everything in front of the unroller of matmul loops. */
  private moveFront(now: Cycles): bool {
    const passed = this.passMatmul(now);
    const emitted = this.unrollConv(now);
    const turned = this.loopConv.advance(now);
    const isEarlier = now <= this.steppedAt;
    if (turned || isEarlier) this.entryRests = false;
    if (this.entryRests) return passed || emitted;
    const entered = this.moveEntry(now);
    this.entryRests = !entered && !turned && !isEarlier && this.waitsForConvLoop(now);
    return entered || passed || emitted || turned;
  }

  /** Everything in front of the unroller of convolution loops. */
  private moveEntry(now: Cycles): bool {
    let moved = this.passConv(now);
    moved = this.raw.pass(this.conv, now) || moved;
    return this.route(now) || moved;
  }

  /** Does nothing but a matmul loop that ends, or a new command, move the front? */
  private waitsForMatmulLoop(now: Cycles): bool {
    if (this.loopConv.isActive(now + 1)) return false;
    const matmul = this.matmul;
    if (matmul.length === 0) return this.conv.length + this.raw.length + this.router.length === 0;
    const head = matmul.head(now);
    return head !== null && isForMatmulLoop(head);
  }

  /** Does nothing but a convolution loop that ends, or a new command, move the entry? */
  private waitsForConvLoop(now: Cycles): bool {
    const conv = this.conv;
    if (conv.length === 0) return this.raw.length + this.router.length === 0;
    const head = conv.head(now);
    return head !== null && (isForConvLoop(head) || this.loopConv.isActive(now + 1));
  }

  private route(now: Cycles): bool {
    const before = this.router.length;
    const moved = this.router.pass(this.raw, now);
    this.routed += before - this.router.length;
    return moved;
  }

  /** The end of the path. */
  private drain(now: Cycles): bool {
    const unrolled = this.unrolled;
    if (unrolled.length === 0) return false;
    const head = unrolled.head(now);
    if (head === null) return true;
    if (head.kind <= CONFIG_STORE) {
      if (!this.allocate(head, now)) return false;
    } else this.act(head, now);
    unrolled.pop(now);
    return true;
  }

  private allocate(operation: Operation, now: Cycles): bool {
    const station = this.reservationStation;
    if (!station.hasRoom(operation.class)) {
      if (this.blockedSince === NEVER) this.blockedSince = now;
      return false;
    }
    if (this.blockedSince !== NEVER) {
      this.counts.fullCycles += now - this.blockedSince;
      this.blockedSince = NEVER;
    }
    station.allocate(operation, now);
    return true;
  }

  /** Does what is done at the end of the path. */
  private act(command: Operation, now: Cycles): void {
    const kind = command.kind;
    if (kind === FLUSH_TLB) this.tlb.flush();
    else if (kind === SAMPLE_COUNTERS) this.sampledAt = now;
    else if (kind !== NO_OPERATION) throw new Error('a command of a loop passed its unroller');
    this.pool.give(command);
  }

  /** @returns did something leave that moves on in the next cycle, or may something leave then? */
  private unrollMatmul(now: Cycles): bool {
    const unrolled = this.unrolled;
    const loop = this.loopMatmul;
    if (loop.isHeld() || !unrolled.hasRoom(now)) return false;
    const operation = loop.emit(now);
    if (operation === null) return false;
    if (unrolled.length > 0 || !this.reservationStation.hasRoom(operation.class)) {
      unrolled.push(operation, now);
      return true;
    }
    this.pass(operation, now + QUEUE_TIME);
    return true;
  }

  private unrollConv(now: Cycles): bool {
    const matmul = this.matmul;
    const loop = this.loopConv;
    if (loop.isHeld() || !matmul.hasRoom(now)) return false;
    const operation = loop.emit(now);
    if (operation === null) return false;
    if (!this.isFree(now) || !this.reservationStation.hasRoom(operation.class)) {
      matmul.push(operation, now);
      return true;
    }
    this.matmulBusy.set(false, now + QUEUE_TIME);
    this.matmulBusy.pulse(now + QUEUE_TIME);
    this.pass(operation, now + 2 * QUEUE_TIME);
    return !loop.isHeld();
  }

  /** Nothing is in the way of the operation to the reservation station: its place in the queues does not matter. */
  private pass(operation: Operation, at: Cycles): void {
    this.reservationStation.allocate(operation, at);
    if (at >= this.emptyFrom) this.emptyFrom = at + 1;
  }

  private passMatmul(now: Cycles): bool {
    const matmul = this.matmul;
    if (matmul.length === 0) return false;
    const head = matmul.head(now);
    if (head === null) return true;
    const loop = this.loopMatmul;
    if (isForMatmulLoop(head)) {
      if (!loop.hasFreeSlot(now)) return false;
      if (head.kind === MATMUL_RUN) {
        const registers = head.matmul!;
        loop.configure(registers);
        loop.recycle(registers);
      }
      this.pool.give(head);
    } else {
      if (loop.isActive(now) || !this.unrolled.hasRoom(now)) return false;
      this.unrolled.push(head, now);
    }
    matmul.pop(now);
    return true;
  }

  private passConv(now: Cycles): bool {
    const conv = this.conv;
    if (conv.length === 0) return false;
    const head = conv.head(now);
    if (head === null) return true;
    const loop = this.loopConv;
    if (isForConvLoop(head)) {
      if (!loop.hasFreeSlot(now)) return false;
      if (head.kind === CONV_RUN) loop.configure(head.vaddr);
      this.pool.give(head);
    } else {
      if (loop.isActive(now) || !this.matmul.hasRoom(now)) return false;
      this.matmul.push(head, now);
    }
    conv.pop(now);
    return true;
  }
}

function isForMatmulLoop(command: Operation): bool {
  return command.kind === MATMUL_SETTING || command.kind === MATMUL_RUN;
}

function isForConvLoop(command: Operation): bool {
  return command.kind === CONV_SETTING || command.kind === CONV_RUN;
}
