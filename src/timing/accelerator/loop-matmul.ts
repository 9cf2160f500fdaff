import { GARBAGE_ADDRESS, LOCAL_ADDRESS } from '../../isa/local-address.ts';
import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import type { Geometry } from './geometry.ts';
import type { MatmulLoopFlags, MatmulLoopRegisters } from './loop-registers.ts';
import { EmissionLimits, LOOP_SLOTS, type LoopUnroller } from './loop-unroller.ts';
import { EXECUTE, FROM_MATMUL, LOAD, Operation, type OperationClass, STORE } from './operation.ts';

const ACCUMULATOR_BASE = 2 ** LOCAL_ADDRESS.accumulator.bit;
const ACCUMULATE = 2 ** LOCAL_ADDRESS.accumulate.bit;
const FULL_WIDTH = 2 ** LOCAL_ADDRESS.readFull.bit;
const UPPER_HALF = 2;

/** The five parts of a loop that run beside each other. */
const PARTS = ['loadA', 'loadB', 'loadD', 'execute', 'store'] as const;
type PartName = (typeof PARTS)[number];

/** One of the two loops that the unroller holds. */
interface Loop {
  readonly slot: number;
  isConfigured: boolean;
  freeFrom: Cycles;
  registers: MatmulLoopRegisters;
  flags: MatmulLoopFlags;
  readonly started: Record<PartName, boolean>;
  readonly completed: Record<PartName, boolean>;
}

/** The state machine of one part: which loop it works on, and where. */
class Part {
  loop: Loop | undefined;
  isIdle = true;
  idleFrom: Cycles = 0;
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

  stop(at: Cycles): void {
    this.isIdle = true;
    this.idleFrom = at;
  }

  /** Does it work on this loop? */
  worksOn(loop: Loop): boolean {
    return !this.isIdle && this.loop === loop;
  }
}

/**
 * The unroller of loop_ws in the order of the RTL: five state machines over two loops, of which the front runs ahead.
 * @source gemmini-timing §3.1
 */
export class LoopMatmul implements LoopUnroller {
  readonly #geometry: Geometry;
  readonly #limits: EmissionLimits;
  readonly #loops: readonly Loop[];
  #head = 0;
  readonly #parts: Readonly<Record<PartName, Part>> = {
    loadA: new Part(),
    loadB: new Part(),
    loadD: new Part(),
    execute: new Part(),
    store: new Part(),
  };
  /** Halves of the accumulator that the parts use next. */
  readonly #half = { loadD: 0, execute: 0, store: 0 };
  #offered: PartName | undefined;

  constructor(config: TimingConfig, geometry: Geometry) {
    this.#geometry = geometry;
    this.#limits = new EmissionLimits(config);
    this.#loops = Array.from({ length: LOOP_SLOTS }, (_, slot) => ({
      slot,
      isConfigured: false,
      freeFrom: 0,
      registers: undefined as unknown as MatmulLoopRegisters,
      flags: undefined as unknown as MatmulLoopFlags,
      started: { loadA: false, loadB: false, loadD: false, execute: false, store: false },
      completed: { loadA: false, loadB: false, loadD: false, execute: false, store: false },
    }));
  }

  isActive(now: Cycles): boolean {
    return this.#loops.some(({ isConfigured, freeFrom }) => isConfigured || freeFrom > now);
  }

  hasFreeSlot(now: Cycles): boolean {
    return this.#loops.some(({ isConfigured, freeFrom }) => !isConfigured && freeFrom <= now);
  }

  configure(registers: MatmulLoopRegisters, flags: MatmulLoopFlags): void {
    const head = this.#loops[this.#head]!;
    const loop = head.isConfigured ? this.#loops[1 - this.#head]! : head;
    loop.isConfigured = true;
    loop.registers = registers;
    loop.flags = flags;
    for (const part of PARTS) {
      loop.started[part] = false;
      loop.completed[part] = false;
    }
    if (flags.isResidualAdd) {
      for (const part of ['loadD', 'execute'] as const) {
        loop.started[part] = true;
        loop.completed[part] = true;
      }
    }
  }

  retired(cls: OperationClass): void {
    this.#limits.retired(cls);
  }

  peek(_now: Cycles): Operation | undefined {
    const { execute, loadD, store } = this.#parts;
    this.#offered = undefined;
    if (!store.isIdle && this.#limits.allows(STORE) && this.#storeMayGo()) this.#offered = 'store';
    else if (!execute.isIdle && this.#limits.allows(EXECUTE) && this.#executeMayGo()) this.#offered = 'execute';
    else if (this.#limits.allows(LOAD)) {
      if (!loadD.isIdle && loadD.loop!.registers.d !== 0) this.#offered = 'loadD';
      else this.#offered = this.#pickAb();
    }
    return this.#offered === undefined ? undefined : this.#make(this.#offered);
  }

  take(now: Cycles): void {
    const name = this.#offered!;
    this.#limits.emitted(name === 'execute' ? EXECUTE : name === 'store' ? STORE : LOAD);
    if (this.#next(name)) this.#parts[name].stop(now + 1);
  }

  advance(now: Cycles): boolean {
    const retiredLoop = this.#retire(now);
    const completedPart = this.#markCompleted(now);
    const startedPart = this.#startParts(now);
    return startedPart || retiredLoop || completedPart;
  }

  #startParts(now: Cycles): boolean {
    let changed = false;
    // From the back to the front, so that each sees what was started a cycle ago.
    for (const name of ['store', 'execute', 'loadD', 'loadB', 'loadA'] as const) {
      const part = this.#parts[name];
      if (part.isIdle ? part.idleFrom > now : true) {
        if (!part.isIdle && this.#isSkipped(name, part.loop!)) {
          part.stop(now + 1);
          changed = true;
        } else if (part.isIdle) changed = true;
        continue;
      }
      const loop = this.#loopFor(name);
      if (loop === undefined) continue;
      part.start(loop);
      loop.started[name] = true;
      changed = true;
    }
    return changed;
  }

  /** The loop that a part takes up next, if it may. */
  #loopFor(name: PartName): Loop | undefined {
    const head = this.#loops[this.#head]!;
    const tail = this.#loops[1 - this.#head]!;
    const loop = head.started[name] ? tail : head;
    if (!loop.isConfigured || loop.started[name]) return undefined;
    const { started, flags } = loop;
    if (name === 'execute' && !(started.loadA && started.loadB && started.loadD)) return undefined;
    if (name === 'store' && !started.execute && !flags.isResidualAdd) return undefined;
    return loop;
  }

  /** A null address ends a part without any command. */
  #isSkipped(name: PartName, { registers }: Loop): boolean {
    if (name === 'loadA') return registers.a === 0;
    if (name === 'loadB') return registers.b === 0;
    if (name === 'loadD') return registers.d === 0;
    return name === 'store' && registers.c === 0;
  }

  #markCompleted(now: Cycles): boolean {
    let changed = false;
    for (const loop of this.#loops) {
      if (!loop.isConfigured) continue;
      for (const name of PARTS) {
        const part = this.#parts[name];
        if (!loop.started[name] || loop.completed[name] || part.loop !== loop) continue;
        if (!part.isIdle) continue;
        if (part.idleFrom > now) changed = true;
        else {
          loop.completed[name] = true;
          changed = true;
          this.#toggle(name, loop);
        }
      }
    }
    return changed;
  }

  /** The next loop uses the other half of the accumulator once one with a result is through. */
  #toggle(name: PartName, { registers }: Loop): void {
    if (registers.c !== 0 && (name === 'loadD' || name === 'execute' || name === 'store')) this.#half[name] ^= 1;
  }

  #retire(now: Cycles): boolean {
    const head = this.#loops[this.#head]!;
    if (!head.isConfigured || !PARTS.every((name) => head.completed[name])) return false;
    head.isConfigured = false;
    head.freeFrom = now + 1;
    this.#head = 1 - this.#head;
    return true;
  }

  #pickAb(): 'loadA' | 'loadB' | undefined {
    const { loadA: a, loadB: b } = this.#parts;
    const pick = this.#preferAb(a, b);
    const part = this.#parts[pick];
    if (part.isIdle || this.#isSkipped(pick, part.loop!)) return undefined;
    return pick;
  }

  #preferAb(a: Part, b: Part): 'loadA' | 'loadB' {
    if (a.loop !== b.loop && a.loop !== undefined && b.loop !== undefined) {
      if (a.isIdle) return 'loadB';
      if (b.isIdle) return 'loadA';
      return a.loop === this.#loops[this.#head] ? 'loadA' : 'loadB';
    }
    if (a.isIdle) return 'loadB';
    if (b.isIdle) return 'loadA';
    if (a.loop!.flags.isResidualAdd) return 'loadA';
    return a.k > b.k || (b.k === 0 && b.j === 0) ? 'loadB' : 'loadA';
  }

  #executeMayGo(): boolean {
    const { execute, loadA, loadB, loadD } = this.#parts;
    const loop = execute.loop!;
    const { i, j, k } = execute;
    const aAhead = !loadA.worksOn(loop) || loadA.k > k || (loadA.k === k && loadA.i > i);
    const bAhead = !loadB.worksOn(loop) || loadB.k > k || (loadA.k === k && loadB.j > j);
    return aAhead && bAhead && !loadD.worksOn(loop);
  }

  #storeMayGo(): boolean {
    const { execute, loadB, store } = this.#parts;
    const loop = store.loop!;
    if (loop.registers.c === 0) return false;
    const { i, j } = store;
    const { k: maxK } = loop.registers;
    const blocks = loop.flags.isFullC ? 1 : this.#geometry.maxBlocks;
    if (loop.flags.isResidualAdd)
      return !loadB.worksOn(loop) || loadB.i > i || (loadB.i === i && loadB.j >= j + blocks);
    if (!execute.worksOn(loop)) return true;
    return (
      !loop.flags.isNormalized &&
      execute.k === maxK - 1 &&
      (execute.j >= j + blocks || (execute.j === j + blocks - 1 && execute.i > i))
    );
  }

  #make(name: PartName): Operation {
    const part = this.#parts[name];
    const operation =
      name === 'loadA'
        ? this.#makeLoadA(part)
        : name === 'loadB'
          ? this.#makeLoadB(part)
          : name === 'loadD'
            ? this.#makeLoadD(part)
            : name === 'execute'
              ? this.#makeExecute(part)
              : this.#makeStore(part);
    operation.origin = FROM_MATMUL;
    return operation;
  }

  #move(kind: 'mvin' | 'mvout', state: number, vaddr: number, local: number, rows: number, cols: number): Operation {
    const operation = new Operation(kind);
    operation.state = state;
    operation.vaddr = vaddr;
    operation.local = local;
    operation.rows = rows;
    operation.cols = cols;
    return operation;
  }

  /** First scratchpad row of A, and row after B: each loop has half of the scratchpad. */
  #startOfA({ slot, flags }: Loop): number {
    const half = this.#geometry.scratchpadRows / 2;
    return (flags.spadIdA === 0 ? slot : flags.spadIdA === UPPER_HALF ? 1 : 0) * half;
  }

  #endOfB({ slot, flags }: Loop): number {
    const half = this.#geometry.scratchpadRows / 2;
    return (flags.spadIdB === 0 ? slot + 1 : flags.spadIdB === UPPER_HALF ? 2 : 1) * half;
  }

  #rowOfB(loop: Loop, k: number, j: number): number {
    const { j: blocksJ, k: blocksK } = loop.registers;
    const block = loop.flags.transposesB ? j * blocksK + k : k * blocksJ + j;
    return this.#endOfB(loop) - (blocksK * blocksJ - block) * this.#geometry.dim;
  }

  #rowOfA(loop: Loop, k: number, i: number): number {
    const { i: blocksI, k: blocksK } = loop.registers;
    const block = loop.flags.transposesA ? k * blocksI + i : i * blocksK + k;
    return this.#startOfA(loop) + block * this.#geometry.dim;
  }

  #accumulatorRow(half: number, loop: Loop, i: number, j: number): number {
    const { dim, accumulatorRows } = this.#geometry;
    return ACCUMULATOR_BASE + (half * accumulatorRows) / 2 + (i * loop.registers.j + j) * dim;
  }

  #makeLoadA(part: Part): Operation {
    const loop = part.loop!;
    const { registers: r, flags } = loop;
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    if (flags.isResidualAdd) return this.#makeResidualLoad(part, 0, r.a, r.aStride, 0);
    const { i, k } = part;
    if (flags.transposesA) {
      const blocks = Math.min(maxBlocks, r.i - i);
      const rows = dim - (k === r.k - 1 ? r.padK : 0);
      const cols = blocks * dim - (i + blocks >= r.i ? r.padI : 0);
      return this.#move('mvin', 0, r.a + (k * dim * r.aStride + i * dim) * bytes, this.#rowOfA(loop, k, i), rows, cols);
    }
    const blocks = Math.min(maxBlocks, r.k - k);
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
    return this.#move('mvin', 0, r.a + (i * dim * r.aStride + k * dim) * bytes, this.#rowOfA(loop, k, i), rows, cols);
  }

  #makeLoadB(part: Part): Operation {
    const loop = part.loop!;
    const { registers: r, flags } = loop;
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    if (flags.isResidualAdd) return this.#makeResidualLoad(part, 1, r.b, r.bStride, ACCUMULATE);
    const { j, k } = part;
    if (flags.transposesB) {
      const blocks = Math.min(maxBlocks, r.k - k);
      const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
      return this.#move('mvin', 1, r.b + (j * dim * r.bStride + k * dim) * bytes, this.#rowOfB(loop, k, j), dim, cols);
    }
    const blocks = Math.min(maxBlocks, r.j - j);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    return this.#move('mvin', 1, r.b + (k * dim * r.bStride + j * dim) * bytes, this.#rowOfB(loop, k, j), dim, cols);
  }

  #makeResidualLoad({ loop, i, j }: Part, state: number, base: number, stride: number, accumulate: number): Operation {
    const { registers: r } = loop!;
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    const blocks = Math.min(maxBlocks, r.j - j);
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.#accumulatorRow(this.#half.store, loop!, i, j) + accumulate;
    return this.#move('mvin', state, base + (i * dim * stride + j * dim) * bytes, local, rows, cols);
  }

  #makeLoadD({ loop, i, j }: Part): Operation {
    const { registers: r, flags } = loop!;
    const { dim, elementBytes, accumulatorBytes } = this.#geometry;
    const blocks = Math.min(this.#blocksOfD(flags), r.j - j);
    const bytes = flags.isLowD ? elementBytes : accumulatorBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.#accumulatorRow(this.#half.loadD, loop!, i, j);
    return this.#move('mvin', 2, r.d + (i * dim * r.dStride + j * dim) * bytes, local, rows, cols);
  }

  #blocksOfD({ isLowD }: MatmulLoopFlags): number {
    return isLowD ? this.#geometry.maxBlocks : this.#geometry.maxBlocksAccumulator;
  }

  #makeExecute(part: Part): Operation {
    const loop = part.loop!;
    const { registers: r, flags } = loop;
    const { dim } = this.#geometry;
    const { i, j, k } = part;
    const rowsI = dim - (i === r.i - 1 ? r.padI : 0);
    const colsJ = dim - (j === r.j - 1 ? r.padJ : 0);
    const depth = dim - (k === r.k - 1 ? r.padK : 0);
    if (part.hasPreloaded) {
      const operation = new Operation('compute');
      operation.local = this.#rowOfA(loop, k, i);
      operation.rows = rowsI;
      operation.cols = depth;
      operation.local2 = GARBAGE_ADDRESS;
      operation.rows2 = dim;
      operation.cols2 = dim;
      operation.flips = i === 0;
      return operation;
    }
    const operation = new Operation('preload');
    operation.local = i === 0 ? this.#rowOfB(loop, k, j) : GARBAGE_ADDRESS;
    operation.rows = flags.transposesB ? colsJ : depth;
    operation.cols = flags.transposesB ? depth : colsJ;
    const accumulate = flags.accumulates || k > 0 ? ACCUMULATE : 0;
    operation.local2 = this.#accumulatorRow(this.#half.execute, loop, i, j) + accumulate;
    operation.rows2 = rowsI;
    operation.cols2 = colsJ;
    return operation;
  }

  #makeStore({ loop, i, j }: Part): Operation {
    const { registers: r, flags } = loop!;
    const { dim, elementBytes, accumulatorBytes, maxBlocks } = this.#geometry;
    const blocks = Math.min(flags.isFullC ? 1 : maxBlocks, r.j - j);
    const bytes = flags.isFullC ? accumulatorBytes : elementBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.#accumulatorRow(this.#half.store, loop!, i, j) + (flags.isFullC ? FULL_WIDTH : 0);
    return this.#move('mvout', 0, r.c + (i * dim * r.cStride + j * dim) * bytes, local, rows, cols);
  }

  /** Moves a part on by one command. @returns was it the last? */
  #next(name: PartName): boolean {
    const part = this.#parts[name];
    const { registers: r, flags } = part.loop!;
    const { maxBlocks } = this.#geometry;
    switch (name) {
      case 'loadA':
        if (flags.isResidualAdd) return this.#stepInner(part, 'j', maxBlocks, r.j, 'i', 1, r.i);
        return flags.transposesA
          ? this.#stepInner(part, 'i', maxBlocks, r.i, 'k', 1, r.k)
          : this.#stepInner(part, 'i', 1, r.i, 'k', maxBlocks, r.k);
      case 'loadB':
        if (flags.isResidualAdd) return this.#stepInner(part, 'j', maxBlocks, r.j, 'i', 1, r.i);
        return flags.transposesB
          ? this.#stepInner(part, 'j', 1, r.j, 'k', maxBlocks, r.k)
          : this.#stepInner(part, 'j', maxBlocks, r.j, 'k', 1, r.k);
      case 'loadD':
        return this.#stepInner(part, 'i', 1, r.i, 'j', this.#blocksOfD(flags), r.j);
      case 'store':
        return this.#stepInner(part, 'i', 1, r.i, 'j', flags.isFullC ? 1 : maxBlocks, r.j);
      case 'execute':
        if (!part.hasPreloaded) {
          part.hasPreloaded = true;
          return false;
        }
        part.hasPreloaded = false;
        if (!this.#stepInner(part, 'i', 1, r.i, 'j', 1, r.j)) return false;
        part.k++;
        if (part.k < r.k) return false;
        part.k = 0;
        return true;
    }
  }

  #stepInner(
    part: Part,
    inner: 'i' | 'j',
    innerStep: number,
    innerEnd: number,
    outer: 'i' | 'j' | 'k',
    outerStep: number,
    outerEnd: number,
  ): boolean {
    part[inner] += innerStep;
    if (part[inner] < innerEnd) return false;
    part[inner] = 0;
    part[outer] += outerStep;
    if (part[outer] < outerEnd) return false;
    part[outer] = 0;
    return true;
  }
}
