import { type Cycles, NEVER } from '../cycles.ts';
import { expandConvolution } from '../host-calls.ts';
import { type bool, type Fixed, type f64, fixed, type i32, lowestBit } from '../portable.ts';
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
  /** The parts of the same class, as bits. */
  readonly peers: i32;
  startedAt: Cycles = 0;
  /** Commands of the part in this loop, and the next of them. */
  list: CommandList | null = null;
  next: i32 = 0;
  length: i32 = 0;
  /** When the operation at the end of the part's pipeline can leave. */
  availableFrom: Cycles = NEVER;

  constructor(index: i32) {
    super(index);
    this.index = index;
    this.class = index === STORE_PART ? STORE : index === EXECUTE_PART ? EXECUTE : LOAD;
    this.peers = partsOf(this.class);
  }

  start(loop: Loop, at: Cycles): void {
    this.loop = loop;
    this.isIdle = false;
    this.startedAt = at;
    this.next = 0;
    const list = loop.lists[this.index]!;
    this.list = list;
    this.length = list.length;
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
  private readonly parts: Fixed<Part>;
  /** The parts that have operations at the end of their pipelines, or on the way there, as bits. */
  private open: i32 = 0;
  /** The parts whose class allows no operation, as bits. */
  private full: i32 = 0;
  /** Those of the open ones that have one operation left. */
  private ending: i32 = 0;
  private readonly execute: Part;
  private readonly bias: Part;
  private readonly weights: Part;
  private readonly input: Part;

  constructor(settings: Settings, pool: OperationPool, tile: i32) {
    super(settings.accelerator, new Loop(0), new Loop(1));
    this.pool = pool;
    this.tile = tile;
    const parts = fixed<Part>(PARTS);
    for (let part: i32 = 0; part < PARTS; part++) parts[part] = new Part(part);
    this.parts = parts;
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

  /** Will it change by nothing but an emission, and that be the last of no part? */
  streams(): bool {
    return this.isSettled && this.ending === 0;
  }

  emit(now: Cycles): Operation | null {
    let operation: Operation | null = null;
    for (let bits = this.open & ~this.full; bits !== 0; bits &= bits - 1) {
      const part = this.parts[lowestBit(bits)]!;
      if (part.availableFrom > now) continue;
      operation = this.emitFrom(part, now);
      break;
    }
    this.holds = (this.open & ~this.full) === 0;
    return operation;
  }

  private emitFrom(part: Part, now: Cycles): Operation {
    const index = part.next;
    const next = index + 1;
    if (this.limits.emitted(part.class)) this.full |= part.peers;
    part.next = next;
    part.availableFrom = now + 1;
    if (next + 1 === part.length) this.ending |= part.bit;
    else if (next === part.length) {
      part.stop(now + 1);
      this.open &= ~part.bit;
      this.ending &= ~part.bit;
      this.isSettled = false;
    }
    return part.list!.at(index, this.pool);
  }

  override retired(cls: OperationClass): bool {
    const mayEmit = super.retired(cls);
    if (mayEmit) this.full &= ~partsOf(cls);
    return mayEmit;
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
    this.open |= part.bit;
    if (part.length === 1) this.ending |= part.bit;
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

/** The parts whose operations are of this class, as bits. */
function partsOf(cls: OperationClass): i32 {
  return cls === STORE ? 1 << STORE_PART : cls === EXECUTE ? 1 << EXECUTE_PART : LOADS;
}

function isThrough(part: Part, loop: Loop, now: Cycles): bool {
  return part.loop !== loop || part.isIdleAt(now);
}
