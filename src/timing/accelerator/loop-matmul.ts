import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import type { Geometry } from './geometry.ts';
import { type MatmulLoopFlags, type MatmulLoopRegisters, noMatmulLoop } from './loop-registers.ts';
import { EmissionLimits, LoopPair, LoopPart, LoopSlot, type LoopUnroller } from './loop-unroller.ts';
import { MatmulOperations } from './matmul-operations.ts';
import { EXECUTE, LOAD, type Operation, type OperationClass, type OperationPool, STORE } from './operation.ts';

class Loop extends LoopSlot {
  registers: MatmulLoopRegisters = noMatmulLoop();
  flags: MatmulLoopFlags = {
    accumulates: false,
    isFullC: false,
    isLowD: false,
    transposesA: false,
    transposesB: false,
    isResidualAdd: false,
    isNormalized: false,
    spadIdA: 0,
    spadIdB: 0,
  };
}

/** The state machine of one part: which loop it works on, and at which block it is. */
class Part extends LoopPart<Loop> {
  i = 0;
  j = 0;
  k = 0;
  /** execute: the preload of the block is out, its compute is not. */
  hasPreloaded = false;

  start(loop: Loop): void {
    this.loop = loop;
    this.isIdle = false;
    this.i = 0;
    this.j = 0;
    this.k = 0;
    this.hasPreloaded = false;
  }

  /** Does it work on this loop? */
  worksOn(loop: Loop): boolean {
    return !this.isIdle && this.loop === loop;
  }

  /** To the next block, i fastest. @returns were all blocks done? */
  nextIj(stepI: number, stepJ: number, { i, j }: MatmulLoopRegisters): boolean {
    this.i += stepI;
    if (this.i < i) return false;
    this.i = 0;
    this.j += stepJ;
    if (this.j < j) return false;
    this.j = 0;
    return true;
  }

  nextJi(stepJ: number, { i, j }: MatmulLoopRegisters): boolean {
    this.j += stepJ;
    if (this.j < j) return false;
    this.j = 0;
    this.i++;
    if (this.i < i) return false;
    this.i = 0;
    return true;
  }

  nextIk(stepI: number, stepK: number, { i, k }: MatmulLoopRegisters): boolean {
    this.i += stepI;
    if (this.i < i) return false;
    this.i = 0;
    return this.#nextK(stepK, k);
  }

  nextJk(stepJ: number, stepK: number, { j, k }: MatmulLoopRegisters): boolean {
    this.j += stepJ;
    if (this.j < j) return false;
    this.j = 0;
    return this.#nextK(stepK, k);
  }

  nextIjk(registers: MatmulLoopRegisters): boolean {
    return this.nextIj(1, 1, registers) && this.#nextK(1, registers.k);
  }

  #nextK(step: number, end: number): boolean {
    this.k += step;
    if (this.k < end) return false;
    this.k = 0;
    return true;
  }
}

/**
 * The unroller of loop_ws in the order of the RTL: five state machines over two loops, of which the front runs ahead.
 * @source gemmini-timing §3.1
 */
export class LoopMatmul implements LoopUnroller {
  readonly #geometry: Geometry;
  readonly #operations: MatmulOperations;
  readonly #limits: EmissionLimits;
  readonly #loops = new LoopPair((slot) => new Loop(slot));
  readonly #loadA = new Part(0);
  readonly #loadB = new Part(1);
  readonly #loadD = new Part(2);
  readonly #execute = new Part(3);
  readonly #store = new Part(4);
  /** From the back to the front, so that each sees what was started a cycle ago. */
  readonly #parts: readonly Part[] = [this.#store, this.#execute, this.#loadD, this.#loadB, this.#loadA];
  readonly #allParts = this.#parts.reduce((bits, { bit }) => bits | bit, 0);
  /** Halves of the accumulator that the parts use next. */
  #halfOfD = 0;
  #halfOfExecute = 0;
  #halfOfStore = 0;
  /** Nothing starts or ends until a command or an emission. */
  #isSettled = false;

  constructor(config: TimingConfig, geometry: Geometry, pool: OperationPool) {
    this.#geometry = geometry;
    this.#operations = new MatmulOperations(pool, geometry);
    this.#limits = new EmissionLimits(config);
  }

  isActive(now: Cycles): boolean {
    return this.#loops.isActive(now);
  }

  hasFreeSlot(now: Cycles): boolean {
    return this.#loops.hasFreeSlot(now);
  }

  configure(registers: MatmulLoopRegisters, flags: MatmulLoopFlags): void {
    const loop = this.#loops.toConfigure();
    loop.configure();
    loop.registers = registers;
    loop.flags = flags;
    if (flags.isResidualAdd) {
      loop.started = this.#loadD.bit | this.#execute.bit;
      loop.completed = loop.started;
    }
    this.#isSettled = false;
  }

  retired(cls: OperationClass): void {
    this.#limits.retired(cls);
  }

  emit(now: Cycles): Operation | undefined {
    const store = this.#store;
    if (!store.isIdle && this.#limits.allows(STORE) && this.#storeMayGo()) return this.#emitStore(now);
    const execute = this.#execute;
    if (!execute.isIdle && this.#limits.allows(EXECUTE) && this.#executeMayGo()) return this.#emitExecute(now);
    if (!this.#limits.allows(LOAD)) return undefined;
    const loadD = this.#loadD;
    if (!loadD.isIdle && loadD.loop!.registers.d !== 0) return this.#emitLoadD(now);
    const part = this.#preferAb();
    if (part.isIdle || this.#isSkipped(part)) return undefined;
    this.#limits.emitted(LOAD);
    return part === this.#loadA ? this.#emitLoadA(now) : this.#emitLoadB(now);
  }

  advance(now: Cycles): boolean {
    if (this.#isSettled) return false;
    let changed = this.#loops.retire(this.#allParts, now);
    for (const part of this.#parts) changed = this.#complete(part, now) || changed;
    for (const part of this.#parts) changed = this.#start(part, now) || changed;
    this.#isSettled = !changed;
    return changed;
  }

  #complete(part: Part, now: Cycles): boolean {
    if (!part.isUnnoticed()) return false;
    if (part.idleFrom > now) return true;
    const loop = part.loop!;
    loop.completed |= part.bit;
    // The next loop uses the other half of the accumulator once one with a result is through.
    if (loop.registers.c === 0) return true;
    if (part === this.#loadD) this.#halfOfD ^= 1;
    else if (part === this.#execute) this.#halfOfExecute ^= 1;
    else if (part === this.#store) this.#halfOfStore ^= 1;
    return true;
  }

  #start(part: Part, now: Cycles): boolean {
    if (!part.isIdle) {
      if (!this.#isSkipped(part)) return false;
      part.stop(now + 1);
      return true;
    }
    if (part.idleFrom > now) return true;
    const loop = this.#loops.toStart(part.bit);
    if (loop === undefined || !this.#mayStart(part, loop)) return false;
    part.start(loop);
    loop.started |= part.bit;
    return true;
  }

  #mayStart(part: Part, { started, flags }: Loop): boolean {
    const loads = this.#loadA.bit | this.#loadB.bit | this.#loadD.bit;
    if (part === this.#execute) return (started & loads) === loads;
    if (part === this.#store) return (started & this.#execute.bit) !== 0 || flags.isResidualAdd;
    return true;
  }

  /** A null address ends a part without any command. */
  #isSkipped(part: Part): boolean {
    const { a, b, c, d } = part.loop!.registers;
    if (part === this.#loadA) return a === 0;
    if (part === this.#loadB) return b === 0;
    if (part === this.#loadD) return d === 0;
    return part === this.#store && c === 0;
  }

  #preferAb(): Part {
    const a = this.#loadA;
    const b = this.#loadB;
    if (a.isIdle) return b;
    if (b.isIdle) return a;
    if (a.loop !== b.loop) return a.loop === this.#loops.head ? a : b;
    if (a.loop!.flags.isResidualAdd) return a;
    return a.k > b.k || (b.k === 0 && b.j === 0) ? b : a;
  }

  #executeMayGo(): boolean {
    const { loop, i, j, k } = this.#execute;
    const loadA = this.#loadA;
    const loadB = this.#loadB;
    const aAhead = !loadA.worksOn(loop!) || loadA.k > k || (loadA.k === k && loadA.i > i);
    const bAhead = !loadB.worksOn(loop!) || loadB.k > k || (loadA.k === k && loadB.j > j);
    return aAhead && bAhead && !this.#loadD.worksOn(loop!);
  }

  #storeMayGo(): boolean {
    const { loop, i, j } = this.#store;
    const { registers, flags } = loop!;
    if (registers.c === 0) return false;
    const blocks = this.#operations.blocksOfC(flags);
    const { i: loadedI, j: loadedJ } = this.#loadB;
    if (flags.isResidualAdd)
      return !this.#loadB.worksOn(loop!) || loadedI > i || (loadedI === i && loadedJ >= j + blocks);
    const execute = this.#execute;
    if (!execute.worksOn(loop!)) return true;
    return (
      !flags.isNormalized &&
      execute.k === registers.k - 1 &&
      (execute.j >= j + blocks || (execute.j === j + blocks - 1 && execute.i > i))
    );
  }

  #emitLoadA(now: Cycles): Operation {
    const part = this.#loadA;
    const loop = part.loop!;
    const { registers: r, flags } = loop;
    const { maxBlocks } = this.#geometry;
    if (flags.isResidualAdd) return this.#emitResidual(part, now);
    const operation = this.#operations.loadA(loop, part);
    this.#passed(part, flags.transposesA ? part.nextIk(maxBlocks, 1, r) : part.nextIk(1, maxBlocks, r), now);
    return operation;
  }

  #emitLoadB(now: Cycles): Operation {
    const part = this.#loadB;
    const loop = part.loop!;
    const { registers: r, flags } = loop;
    const { maxBlocks } = this.#geometry;
    if (flags.isResidualAdd) return this.#emitResidual(part, now);
    const operation = this.#operations.loadB(loop, part);
    this.#passed(part, flags.transposesB ? part.nextJk(1, maxBlocks, r) : part.nextJk(maxBlocks, 1, r), now);
    return operation;
  }

  #emitResidual(part: Part, now: Cycles): Operation {
    const loop = part.loop!;
    const operation = this.#operations.loadResidual(loop, part, part === this.#loadA, this.#halfOfStore);
    this.#passed(part, part.nextJi(this.#geometry.maxBlocks, loop.registers), now);
    return operation;
  }

  #emitLoadD(now: Cycles): Operation {
    const part = this.#loadD;
    const loop = part.loop!;
    this.#limits.emitted(LOAD);
    const operation = this.#operations.loadD(loop, part, this.#halfOfD);
    this.#passed(part, part.nextIj(1, this.#operations.blocksOfD(loop.flags), loop.registers), now);
    return operation;
  }

  #emitExecute(now: Cycles): Operation {
    const part = this.#execute;
    const loop = part.loop!;
    this.#limits.emitted(EXECUTE);
    if (!part.hasPreloaded) {
      part.hasPreloaded = true;
      return this.#operations.preload(loop, part, this.#halfOfExecute);
    }
    const operation = this.#operations.compute(loop, part);
    part.hasPreloaded = false;
    this.#passed(part, part.nextIjk(loop.registers), now);
    return operation;
  }

  #emitStore(now: Cycles): Operation {
    const part = this.#store;
    const loop = part.loop!;
    this.#limits.emitted(STORE);
    const operation = this.#operations.store(loop, part, this.#halfOfStore);
    this.#passed(part, part.nextIj(1, this.#operations.blocksOfC(loop.flags), loop.registers), now);
    return operation;
  }

  /** A part has emitted a command. */
  #passed(part: Part, wasLast: boolean, now: Cycles): void {
    if (!wasLast) return;
    part.stop(now + 1);
    this.#isSettled = false;
  }
}
