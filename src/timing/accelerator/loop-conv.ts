import type { AcceleratorConfig } from '../../accel/config.ts';
import type { ConvolutionToggles, LoopConvFlags } from '../../accel/conv-geometry.ts';
import { expandLoopConv } from '../../accel/loop-conv.ts';
import type { LoopConvRegisters } from '../../accel/loop-conv-registers.ts';
import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import {
  BIAS_PART,
  ConvOperations,
  EXECUTE_PART,
  INPUT_PART,
  PARTS,
  STORE_PART,
  WEIGHTS_PART,
} from './conv-operations.ts';
import type { OperationDecoder } from './decode-operation.ts';
import type { Geometry } from './geometry.ts';
import { EmissionLimits, LOOP_SLOTS, LoopPair, LoopPart, LoopSlot, type LoopUnroller } from './loop-unroller.ts';
import { EXECUTE, LOAD, type Operation, type OperationClass, type OperationPool, STORE } from './operation.ts';

/** Stages between a part and the command path. */
const PIPELINE = 2;

const LOADS = (1 << BIAS_PART) | (1 << WEIGHTS_PART) | (1 << INPUT_PART);
const ALL_PARTS = LOADS | (1 << STORE_PART) | (1 << EXECUTE_PART);

class Loop extends LoopSlot {
  readonly operations: ConvOperations;

  constructor(slot: number, operations: ConvOperations) {
    super(slot);
    this.operations = operations;
  }
}

class Part extends LoopPart<Loop> {
  readonly index: number;
  readonly class: OperationClass;
  startedAt: Cycles = 0;
  next = 0;
  /** Commands of the part in this loop. */
  length = 0;
  /** When the operation at the end of the part's pipeline can leave. */
  availableFrom: Cycles = NEVER;

  constructor(index: number) {
    super(index);
    this.index = index;
    this.class = index === STORE_PART ? STORE : index === EXECUTE_PART ? EXECUTE : LOAD;
  }

  start(loop: Loop, at: Cycles): void {
    this.loop = loop;
    this.isIdle = false;
    this.startedAt = at;
    this.next = 0;
    this.length = loop.operations.lists[this.index]!.length;
    this.availableFrom = NEVER;
  }
}

/**
 * The unroller of loop_conv_ws: the commands are those of the functional expansion, the order and the moments are those
 * of the RTL's five state machines over two loops.
 * @source gemmini-timing §3.2
 */
export class LoopConv implements LoopUnroller {
  readonly #config: AcceleratorConfig;
  readonly #geometry: Geometry;
  readonly #pool: OperationPool;
  readonly #limits: EmissionLimits;
  readonly #loops: LoopPair<Loop>;
  readonly #toggles: ConvolutionToggles = { biasRow: 0, outputRow: 0 };
  /** By priority. */
  readonly #parts: readonly Part[] = PARTS.map((index) => new Part(index));
  readonly #execute = this.#parts[EXECUTE_PART]!;
  /** Nothing starts or ends until a command or the end of a part. */
  #isSettled = false;

  constructor(
    config: TimingConfig,
    accelerator: AcceleratorConfig,
    geometry: Geometry,
    pool: OperationPool,
    decoder: OperationDecoder,
  ) {
    this.#pool = pool;
    this.#config = accelerator;
    this.#geometry = geometry;
    this.#limits = new EmissionLimits(config);
    this.#loops = new LoopPair((slot) => new Loop(slot, new ConvOperations(decoder, accelerator.isaRevision)));
  }

  isActive(now: Cycles): boolean {
    return this.#loops.isActive(now);
  }

  hasFreeSlot(now: Cycles): boolean {
    return this.#loops.hasFreeSlot(now);
  }

  configure(registers: LoopConvRegisters, flags: LoopConvFlags): void {
    const loop = this.#loops.toConfigure();
    loop.configure();
    loop.operations.restart(flags.spadIdA === 0 ? (loop.slot * this.#geometry.scratchpadRows) / LOOP_SLOTS : 0);
    expandLoopConv(this.#config, registers, flags, this.#toggles, loop.operations);
    this.#isSettled = false;
  }

  retired(cls: OperationClass): void {
    this.#limits.retired(cls);
  }

  emit(now: Cycles): Operation | undefined {
    for (const part of this.#parts) {
      if (part.isIdle || part.availableFrom > now || part.next >= part.length || !this.#limits.allows(part.class))
        continue;
      this.#limits.emitted(part.class);
      const operation = part.loop!.operations.lists[part.index]!.at(part.next++, this.#pool);
      part.availableFrom = now + 1;
      if (part.next === part.length) {
        part.stop(now + 1);
        this.#isSettled = false;
      }
      return operation;
    }
    return undefined;
  }

  advance(now: Cycles): boolean {
    if (this.#isSettled) return false;
    let changed = false;
    for (const part of this.#parts) changed = this.#openGate(part, now) || changed;
    changed = this.#loops.retire(ALL_PARTS, now) || changed;
    for (const part of this.#parts) changed = this.#complete(part, now) || changed;
    for (const part of this.#parts) changed = this.#start(part, now) || changed;
    this.#isSettled = !changed;
    return changed;
  }

  /** A part begins to make commands once what it waits for has happened. */
  #openGate(part: Part, now: Cycles): boolean {
    if (part.isIdle) return false;
    if (part.availableFrom !== NEVER) return part.availableFrom > now;
    if (now <= part.startedAt) return true;
    if (part.length === 0) {
      part.stop(now + 1);
      return true;
    }
    if (!this.#isOpen(part, now)) return false;
    part.availableFrom = now + PIPELINE;
    return true;
  }

  #isOpen({ index, loop }: Part, now: Cycles): boolean {
    if (index === STORE_PART) return this.#isThrough(this.#execute, loop!, now);
    if (index === EXECUTE_PART) {
      for (const load of [BIAS_PART, WEIGHTS_PART, INPUT_PART])
        if (!this.#isThrough(this.#parts[load]!, loop!, now)) return false;
      return true;
    }
    return !this.#isHeldByLoopBefore(loop!);
  }

  #isThrough(part: Part, loop: Loop, now: Cycles): boolean {
    return part.loop !== loop || part.isIdleAt(now);
  }

  /** Loads of a loop wait while the execute part of the other loop waits for its own loads. */
  #isHeldByLoopBefore(loop: Loop): boolean {
    const execute = this.#execute;
    const before = execute.loop;
    if (before === undefined || before === loop) return false;
    const { started, completed } = before;
    return (started & execute.bit) !== 0 && (completed & execute.bit) === 0 && (completed & LOADS) !== LOADS;
  }

  #complete(part: Part, now: Cycles): boolean {
    if (!part.isUnnoticed()) return false;
    if (part.idleFrom <= now) part.loop!.completed |= part.bit;
    return true;
  }

  #start(part: Part, now: Cycles): boolean {
    if (!part.isIdle) return false;
    if (part.idleFrom > now) return true;
    const loop = this.#loops.toStart(part.bit);
    if (loop === undefined) return false;
    if (part.index === EXECUTE_PART && (loop.started & LOADS) !== LOADS) return false;
    if (part.index === STORE_PART && (loop.started & this.#execute.bit) === 0) return false;
    part.start(loop, now);
    loop.started |= part.bit;
    return true;
  }
}
