import { type Cycles, NEVER } from '../cycles.ts';
import { expandConvolution } from '../host-calls.ts';
import { type bool, type Fixed, type f64, fixed, type i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { BIAS_PART, CommandList, EXECUTE_PART, INPUT_PART, PARTS, STORE_PART, WEIGHTS_PART } from './conv-commands.ts';
import { LoopHolder, LoopPart, LoopSlot, type LoopUnroller } from './loop-unroller.ts';
import { EXECUTE, LOAD, type Operation, type OperationClass, type OperationPool, STORE } from './operation.ts';

/** Stages between a part and the command path. */
const PIPELINE: i32 = 2;

const LOADS: i32 = (1 << BIAS_PART) | (1 << WEIGHTS_PART) | (1 << INPUT_PART);
const ALL_PARTS: i32 = (1 << PARTS) - 1;

class Loop extends LoopSlot {
  /** Commands by part. */
  readonly lists: Fixed<CommandList>;

  constructor(slot: i32) {
    super(slot);
    this.lists = fixed<CommandList>(PARTS);
    for (let part: i32 = 0; part < PARTS; part++) this.lists[part] = new CommandList();
  }
}

class Part extends LoopPart<Loop> {
  readonly index: i32;
  readonly class: OperationClass;
  startedAt: Cycles = 0;
  next: i32 = 0;
  /** Commands of the part in this loop. */
  length: i32 = 0;
  /** When the operation at the end of the part's pipeline can leave. */
  availableFrom: Cycles = NEVER;

  constructor(index: i32) {
    super(index);
    this.index = index;
    this.class = index === STORE_PART ? STORE : index === EXECUTE_PART ? EXECUTE : LOAD;
  }

  start(loop: Loop, at: Cycles): void {
    this.loop = loop;
    this.isIdle = false;
    this.startedAt = at;
    this.next = 0;
    this.length = loop.lists[this.index]!.length;
    this.availableFrom = NEVER;
  }
}

/**
 * The unroller of loop_conv_ws: the commands are those of the functional expansion, the order and the moments are those
 * of the RTL's five state machines over two loops.
 * @source gemmini-timing §3.2
 */
export class LoopConv extends LoopHolder<Loop> implements LoopUnroller {
  private readonly pool: OperationPool;
  private readonly tile: i32;
  /** By priority. */
  private readonly parts: Part[];
  private readonly store: Part;
  private readonly execute: Part;
  private readonly bias: Part;
  private readonly weights: Part;
  private readonly input: Part;

  constructor(settings: Settings, pool: OperationPool, tile: i32) {
    super(settings.accelerator, new Loop(0), new Loop(1));
    this.pool = pool;
    this.tile = tile;
    const parts: Part[] = [];
    for (let part: i32 = 0; part < PARTS; part++) parts.push(new Part(part));
    this.parts = parts;
    this.store = parts[STORE_PART]!;
    this.execute = parts[EXECUTE_PART]!;
    this.bias = parts[BIAS_PART]!;
    this.weights = parts[WEIGHTS_PART]!;
    this.input = parts[INPUT_PART]!;
  }

  /** The commands of a part of one of the two loops. */
  list(slot: i32, part: i32): CommandList {
    return this.loops.inSlot(slot).lists[part]!;
  }

  /** @param run number of the loop: whoever expands it knows its registers */
  configure(run: f64): void {
    const loop = this.loops.toConfigure();
    loop.configure();
    for (let part: i32 = 0; part < PARTS; part++) loop.lists[part]!.clear();
    expandConvolution(this.tile, run, loop.slot);
    this.isSettled = false;
  }

  emit(now: Cycles): Operation | null {
    const part = this.first(now);
    let operation: Operation | null = null;
    if (part !== null) operation = this.emitFrom(part, now);
    this.holds = !(
      this.hasOperation(this.store) ||
      this.hasOperation(this.execute) ||
      this.hasOperation(this.bias) ||
      this.hasOperation(this.weights) ||
      this.hasOperation(this.input)
    );
    return operation;
  }

  /** The part that emits at `now`. */
  private first(now: Cycles): Part | null {
    if (this.mayEmit(this.store, now)) return this.store;
    if (this.mayEmit(this.execute, now)) return this.execute;
    if (this.mayEmit(this.bias, now)) return this.bias;
    if (this.mayEmit(this.weights, now)) return this.weights;
    return this.mayEmit(this.input, now) ? this.input : null;
  }

  private mayEmit(part: Part, now: Cycles): bool {
    return part.availableFrom <= now && this.hasOperation(part);
  }

  /** Has the part an operation, at the end of its pipeline or on the way there, that its class allows? */
  private hasOperation(part: Part): bool {
    return !part.isIdle && part.availableFrom < NEVER && part.next < part.length && this.limits.allows(part.class);
  }

  private emitFrom(part: Part, now: Cycles): Operation {
    this.limits.emitted(part.class);
    const operation = part.loop!.lists[part.index]!.at(part.next, this.pool);
    part.next++;
    part.availableFrom = now + 1;
    if (part.next === part.length) {
      part.stop(now + 1);
      this.isSettled = false;
    }
    return operation;
  }

  advance(now: Cycles): bool {
    if (this.isSettled) return false;
    const parts = this.parts;
    let changed = false;
    for (let i: i32 = 0; i < PARTS; i++) changed = this.openGate(parts[i]!, now) || changed;
    changed = this.loops.retire(ALL_PARTS, now) || changed;
    for (let i: i32 = 0; i < PARTS; i++) changed = this.complete(parts[i]!, now) || changed;
    for (let i: i32 = 0; i < PARTS; i++) changed = this.start(parts[i]!, now) || changed;
    return this.settle(changed);
  }

  /** A part begins to make commands once what it waits for has happened. */
  private openGate(part: Part, now: Cycles): bool {
    if (part.isIdle) return false;
    if (part.availableFrom !== NEVER) return part.availableFrom > now;
    if (now <= part.startedAt) return true;
    if (part.length === 0) {
      part.stop(now + 1);
      return true;
    }
    if (!this.isOpen(part, now)) return false;
    part.availableFrom = now + PIPELINE;
    return true;
  }

  private isOpen(part: Part, now: Cycles): bool {
    const index = part.index;
    const loop = part.loop!;
    if (index === STORE_PART) return isThrough(this.execute, loop, now);
    if (index !== EXECUTE_PART) return !this.isHeldByLoopBefore(loop);
    return isThrough(this.bias, loop, now) && isThrough(this.weights, loop, now) && isThrough(this.input, loop, now);
  }

  /** Loads of a loop wait while the execute part of the other loop waits for its own loads. */
  private isHeldByLoopBefore(loop: Loop): bool {
    const bit = this.execute.bit;
    const before = this.execute.loop;
    if (before === null || before === loop) return false;
    const completed = before.completed;
    return (before.started & bit) !== 0 && (completed & bit) === 0 && (completed & LOADS) !== LOADS;
  }

  private complete(part: Part, now: Cycles): bool {
    if (!part.isUnnoticed()) return false;
    if (part.idleFrom <= now) part.loop!.completed |= part.bit;
    return true;
  }

  private start(part: Part, now: Cycles): bool {
    if (!part.isIdle) return false;
    if (part.idleFrom > now) return true;
    const loop = this.loops.toStart(part.bit);
    if (loop === null) return false;
    if (part.index === EXECUTE_PART && (loop.started & LOADS) !== LOADS) return false;
    if (part.index === STORE_PART && (loop.started & this.execute.bit) === 0) return false;
    part.start(loop, now);
    loop.started |= part.bit;
    return true;
  }
}

function isThrough(part: Part, loop: Loop, now: Cycles): bool {
  return part.loop !== loop || part.isIdleAt(now);
}
