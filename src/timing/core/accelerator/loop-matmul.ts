import type { Cycles } from '../cycles.ts';
import type { bool, i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { MatmulLoopRegisters } from './loop-registers.ts';
import { LoopHolder, LoopPart, type LoopUnroller } from './loop-unroller.ts';
import { MatmulLoop, MatmulOperations } from './matmul-operations.ts';
import { EXECUTE, LOAD, type Operation, type OperationPool, STORE } from './operation.ts';

/** The state machine of one part: which loop it works on, and at which block it is. */
class Part extends LoopPart<MatmulLoop> {
  i: i32 = 0;
  j: i32 = 0;
  k: i32 = 0;
  /** execute: the preload of the block is out, its compute is not. */
  hasPreloaded: bool = false;

  start(loop: MatmulLoop): void {
    this.loop = loop;
    this.isIdle = false;
    this.i = 0;
    this.j = 0;
    this.k = 0;
    this.hasPreloaded = false;
  }

  /** Does it work on this loop? */
  worksOn(loop: MatmulLoop): bool {
    return !this.isIdle && this.loop === loop;
  }

  /** To the next block, i fastest. @returns were all blocks done? */
  nextIj(stepI: i32, stepJ: i32, registers: MatmulLoopRegisters): bool {
    this.i += stepI;
    if (this.i < registers.i) return false;
    this.i = 0;
    this.j += stepJ;
    if (this.j < registers.j) return false;
    this.j = 0;
    return true;
  }

  nextJi(stepJ: i32, registers: MatmulLoopRegisters): bool {
    this.j += stepJ;
    if (this.j < registers.j) return false;
    this.j = 0;
    this.i++;
    if (this.i < registers.i) return false;
    this.i = 0;
    return true;
  }

  nextIk(stepI: i32, stepK: i32, registers: MatmulLoopRegisters): bool {
    this.i += stepI;
    if (this.i < registers.i) return false;
    this.i = 0;
    return this.nextK(stepK, registers.k);
  }

  nextJk(stepJ: i32, stepK: i32, registers: MatmulLoopRegisters): bool {
    this.j += stepJ;
    if (this.j < registers.j) return false;
    this.j = 0;
    return this.nextK(stepK, registers.k);
  }

  nextIjk(registers: MatmulLoopRegisters): bool {
    return this.nextIj(1, 1, registers) && this.nextK(1, registers.k);
  }

  private nextK(step: i32, end: i32): bool {
    this.k += step;
    if (this.k < end) return false;
    this.k = 0;
    return true;
  }
}

const PARTS: i32 = 5;
const ALL_PARTS: i32 = (1 << PARTS) - 1;

/**
 * The unroller of loop_ws in the order of the RTL: five state machines over two loops, of which the front runs ahead.
 * @source gemmini-timing §3.1
 */
export class LoopMatmul extends LoopHolder<MatmulLoop> implements LoopUnroller {
  private readonly maxBlocks: i32;
  private readonly operations: MatmulOperations;
  private readonly loadA: Part = new Part(0);
  private readonly loadB: Part = new Part(1);
  private readonly loadD: Part = new Part(2);
  private readonly execute: Part = new Part(3);
  private readonly store: Part = new Part(4);
  /** From the back to the front, so that each sees what was started a cycle ago. */
  private readonly parts: Part[] = [];
  /** Halves of the accumulator that the parts use next. */
  private halfOfD: i32 = 0;
  private halfOfExecute: i32 = 0;
  private halfOfStore: i32 = 0;
  /** Registers of loops that have been configured, for the next commands. */
  private readonly freeRegisters: MatmulLoopRegisters[] = [];

  constructor(settings: Settings, pool: OperationPool) {
    super(settings.accelerator, new MatmulLoop(0), new MatmulLoop(1));
    this.maxBlocks = settings.geometry.maxBlocks;
    this.operations = new MatmulOperations(pool, settings.geometry);
    this.parts.push(this.store);
    this.parts.push(this.execute);
    this.parts.push(this.loadD);
    this.parts.push(this.loadB);
    this.parts.push(this.loadA);
  }

  /** Registers for a command that starts a loop. */
  take(): MatmulLoopRegisters {
    return this.freeRegisters.length > 0 ? this.freeRegisters.pop()! : new MatmulLoopRegisters();
  }

  /** The command has configured its loop. */
  recycle(registers: MatmulLoopRegisters): void {
    this.freeRegisters.push(registers);
  }

  configure(registers: MatmulLoopRegisters): void {
    const loop = this.loops.toConfigure();
    loop.configure();
    loop.registers.copy(registers);
    this.operations.place(loop);
    if (registers.isResidualAdd) {
      loop.started = this.loadD.bit | this.execute.bit;
      loop.completed = loop.started;
    }
    this.isSettled = false;
  }

  emit(now: Cycles): Operation | null {
    const operation = this.next(now);
    this.holds = operation === null;
    return operation;
  }

  private next(now: Cycles): Operation | null {
    const limits = this.limits;
    if (!this.store.isIdle && limits.allows(STORE) && this.storeMayGo()) return this.emitStore(now);
    if (!this.execute.isIdle && limits.allows(EXECUTE) && this.executeMayGo()) return this.emitExecute(now);
    if (!limits.allows(LOAD)) return null;
    const loadD = this.loadD;
    if (!loadD.isIdle && loadD.loop!.registers.d !== 0) return this.emitLoadD(now);
    const part = this.preferAb();
    if (part.isIdle || this.isSkipped(part)) return null;
    limits.emitted(LOAD);
    return part === this.loadA ? this.emitLoadA(now) : this.emitLoadB(now);
  }

  advance(now: Cycles): bool {
    if (this.isSettled) return false;
    const parts = this.parts;
    let changed = this.loops.retire(ALL_PARTS, now);
    for (let i: i32 = 0; i < PARTS; i++) changed = this.complete(parts[i]!, now) || changed;
    for (let i: i32 = 0; i < PARTS; i++) changed = this.start(parts[i]!, now) || changed;
    return this.settle(changed);
  }

  private complete(part: Part, now: Cycles): bool {
    if (!part.isUnnoticed()) return false;
    if (part.idleFrom > now) return true;
    const loop = part.loop!;
    loop.completed |= part.bit;
    // The next loop uses the other half of the accumulator once one with a result is through.
    if (loop.registers.c === 0) return true;
    if (part === this.loadD) this.halfOfD ^= 1;
    else if (part === this.execute) this.halfOfExecute ^= 1;
    else if (part === this.store) this.halfOfStore ^= 1;
    return true;
  }

  private start(part: Part, now: Cycles): bool {
    if (!part.isIdle) {
      if (!this.isSkipped(part)) return false;
      part.stop(now + 1);
      return true;
    }
    if (part.idleFrom > now) return true;
    const loop = this.loops.toStart(part.bit);
    if (loop === null || !this.mayStart(part, loop)) return false;
    part.start(loop);
    loop.started |= part.bit;
    return true;
  }

  private mayStart(part: Part, loop: MatmulLoop): bool {
    const started = loop.started;
    const loads = this.loadA.bit | this.loadB.bit | this.loadD.bit;
    if (part === this.execute) return (started & loads) === loads;
    if (part === this.store) return (started & this.execute.bit) !== 0 || loop.registers.isResidualAdd;
    return true;
  }

  /** A null address ends a part without any command. */
  private isSkipped(part: Part): bool {
    const registers = part.loop!.registers;
    if (part === this.loadA) return registers.a === 0;
    if (part === this.loadB) return registers.b === 0;
    if (part === this.loadD) return registers.d === 0;
    return part === this.store && registers.c === 0;
  }

  private preferAb(): Part {
    const a = this.loadA;
    const b = this.loadB;
    if (a.isIdle) return b;
    if (b.isIdle) return a;
    if (a.loop !== b.loop) return a.loop === this.loops.head ? a : b;
    if (a.loop!.registers.isResidualAdd) return a;
    return a.k > b.k || (b.k === 0 && b.j === 0) ? b : a;
  }

  private executeMayGo(): bool {
    const execute = this.execute;
    const loop = execute.loop!;
    const k = execute.k;
    const loadA = this.loadA;
    const loadB = this.loadB;
    const aAhead = !loadA.worksOn(loop) || loadA.k > k || (loadA.k === k && loadA.i > execute.i);
    const bAhead = !loadB.worksOn(loop) || loadB.k > k || (loadA.k === k && loadB.j > execute.j);
    return aAhead && bAhead && !this.loadD.worksOn(loop);
  }

  private storeMayGo(): bool {
    const store = this.store;
    const loop = store.loop!;
    const registers = loop.registers;
    if (registers.c === 0) return false;
    const i = store.i;
    const end = store.j + this.operations.blocksOfC(registers);
    if (registers.isResidualAdd) {
      const loadB = this.loadB;
      return !loadB.worksOn(loop) || loadB.i > i || (loadB.i === i && loadB.j >= end);
    }
    const execute = this.execute;
    if (!execute.worksOn(loop)) return true;
    return (
      !registers.isNormalized &&
      execute.k === registers.k - 1 &&
      (execute.j >= end || (execute.j === end - 1 && execute.i > i))
    );
  }

  private emitLoadA(now: Cycles): Operation {
    const part = this.loadA;
    const loop = part.loop!;
    const registers = loop.registers;
    if (registers.isResidualAdd) return this.emitResidual(part, now);
    const operation = this.operations.loadA(loop, part.i, part.k);
    const wasLast = registers.transposesA
      ? part.nextIk(this.maxBlocks, 1, registers)
      : part.nextIk(1, this.maxBlocks, registers);
    this.passed(part, wasLast, now);
    return operation;
  }

  private emitLoadB(now: Cycles): Operation {
    const part = this.loadB;
    const loop = part.loop!;
    const registers = loop.registers;
    if (registers.isResidualAdd) return this.emitResidual(part, now);
    const operation = this.operations.loadB(loop, part.j, part.k);
    const wasLast = registers.transposesB
      ? part.nextJk(1, this.maxBlocks, registers)
      : part.nextJk(this.maxBlocks, 1, registers);
    this.passed(part, wasLast, now);
    return operation;
  }

  private emitResidual(part: Part, now: Cycles): Operation {
    const loop = part.loop!;
    const operation = this.operations.loadResidual(loop, part.i, part.j, part === this.loadA, this.halfOfStore);
    this.passed(part, part.nextJi(this.maxBlocks, loop.registers), now);
    return operation;
  }

  private emitLoadD(now: Cycles): Operation {
    const part = this.loadD;
    const loop = part.loop!;
    const registers = loop.registers;
    this.limits.emitted(LOAD);
    const operation = this.operations.loadD(loop, part.i, part.j, this.halfOfD);
    this.passed(part, part.nextIj(1, this.operations.blocksOfD(registers), registers), now);
    return operation;
  }

  private emitExecute(now: Cycles): Operation {
    const part = this.execute;
    const loop = part.loop!;
    this.limits.emitted(EXECUTE);
    if (!part.hasPreloaded) {
      part.hasPreloaded = true;
      return this.operations.preload(loop, part.i, part.j, part.k, this.halfOfExecute);
    }
    const operation = this.operations.compute(loop, part.i, part.k);
    part.hasPreloaded = false;
    this.passed(part, part.nextIjk(loop.registers), now);
    return operation;
  }

  private emitStore(now: Cycles): Operation {
    const part = this.store;
    const loop = part.loop!;
    const registers = loop.registers;
    this.limits.emitted(STORE);
    const operation = this.operations.store(loop, part.i, part.j, this.halfOfStore);
    this.passed(part, part.nextIj(1, this.operations.blocksOfC(registers), registers), now);
    return operation;
  }

  /** A part has emitted a command. */
  private passed(part: Part, wasLast: bool, now: Cycles): void {
    if (!wasLast) return;
    part.stop(now + 1);
    this.isSettled = false;
  }
}
