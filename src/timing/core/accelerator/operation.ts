import { ACCUMULATE_BIT, ACCUMULATOR_BIT, NORM_BIT, READ_FULL_BIT } from '../../../isa/local-address-bits.ts';
import type { Cycles } from '../cycles.ts';
import type { bool, f64, i32 } from '../portable.ts';
import type { MatmulLoopRegisters } from './loop-registers.ts';

/** The three classes of the reservation station. */
export const LOAD: i32 = 0;
export const EXECUTE: i32 = 1;
export const STORE: i32 = 2;
export const CLASSES: i32 = 3;
export type OperationClass = i32;

/** What an operation does. */
export const MVIN: i32 = 0;
export const CONFIG_LOAD: i32 = 1;
export const PRELOAD: i32 = 2;
export const COMPUTE: i32 = 3;
export const CONFIG_EXECUTE: i32 = 4;
export const MVOUT: i32 = 5;
export const CONFIG_STORE: i32 = 6;
/** What does not get to the reservation station: settings and starts of loops, and what is done at the end of the path. */
export const MATMUL_SETTING: i32 = 7;
export const MATMUL_RUN: i32 = 8;
export const CONV_SETTING: i32 = 9;
export const CONV_RUN: i32 = 10;
export const FLUSH_TLB: i32 = 11;
export const SAMPLE_COUNTERS: i32 = 12;
export const NO_OPERATION: i32 = 13;
export type OperationKind = i32;

/** Which unroller made an operation; each counts its own. */
export const FROM_HOST: i32 = 0;
export const FROM_MATMUL: i32 = 1;
export const FROM_CONVOLUTION: i32 = 2;
export type OperationOrigin = i32;

/** Spaces of local rows. */
export const NOWHERE: i32 = -1;
export const SCRATCHPAD: i32 = 0;
export const ACCUMULATOR: i32 = 1;
export type LocalSpace = i32;

/** Local address words are signed here, so that those of the accumulator are negative. */
export const ACCUMULATOR_BASE: i32 = 1 << ACCUMULATOR_BIT;
export const ACCUMULATE: i32 = 1 << ACCUMULATE_BIT;
export const FULL_WIDTH: i32 = 1 << READ_FULL_BIT;
/** No operand: zeros when read, dropped when written. */
export const GARBAGE: i32 = -1;
const ROW_MASK: i32 = (1 << NORM_BIT) - 1;

export function spaceOf(local: i32): LocalSpace {
  return local >= 0 ? SCRATCHPAD : local === GARBAGE ? NOWHERE : ACCUMULATOR;
}

export function rowOf(local: i32): i32 {
  return local & ROW_MASK;
}

export function accumulates(local: i32): bool {
  return (local & ACCUMULATE) !== 0;
}

export function readsFull(local: i32): bool {
  return (local & FULL_WIDTH) !== 0;
}

/** One of the three states of the load controller. */
export class LoadState {
  stride: f64 = 0;
  blockStride: i32 = 0;
  pixelRepeats: i32 = 1;
  /** Accumulator loads read input-type elements. */
  shrinks: bool = false;
  /** Is the scale other than one? */
  scales: bool = false;

  copy(from: LoadState): void {
    this.stride = from.stride;
    this.blockStride = from.blockStride;
    this.pixelRepeats = from.pixelRepeats;
    this.shrinks = from.shrinks;
    this.scales = from.scales;
  }
}

export class StoreState {
  stride: f64 = 0;
  /** Stride of the pooling windows; 0 for stores without pooling. */
  poolStride: i32 = 0;
  poolSize: i32 = 0;
  outCols: i32 = 0;
  porows: i32 = 0;
  pocols: i32 = 0;
  orows: i32 = 0;
  ocols: i32 = 0;
  upad: i32 = 0;
  lpad: i32 = 0;

  get pools(): bool {
    return this.poolStride !== 0;
  }

  copy(from: StoreState): void {
    this.stride = from.stride;
    this.poolStride = from.poolStride;
    this.poolSize = from.poolSize;
    this.outCols = from.outCols;
    this.porows = from.porows;
    this.pocols = from.pocols;
    this.orows = from.orows;
    this.ocols = from.ocols;
    this.upad = from.upad;
    this.lpad = from.lpad;
  }
}

export class ExecuteState {
  isWeightStationary: bool = false;
  transposesA: bool = false;
  transposesB: bool = false;
  aStride: i32 = 1;
  cStride: i32 = 1;

  copy(from: ExecuteState): void {
    this.isWeightStationary = from.isWeightStationary;
    this.transposesA = from.transposesA;
    this.transposesB = from.transposesB;
    this.aStride = from.aStride;
    this.cStride = from.cStride;
  }
}

/** Operands of an operation as its unroller or the host gave them, and its state in the reservation station. */
export class Operation {
  kind: OperationKind = MVIN;
  class: OperationClass = LOAD;
  origin: OperationOrigin = FROM_HOST;
  /** mvin, mvout: DRAM byte address. */
  vaddr: f64 = 0;
  /** mvin, mvout: local address. preload: the operand that stays. compute: A. */
  local: i32 = 0;
  cols: i32 = 0;
  rows: i32 = 0;
  /** preload: C. compute: the second operand. */
  local2: i32 = 0;
  cols2: i32 = 0;
  rows2: i32 = 0;
  /** mvin, config-load: which of the three load states. */
  state: i32 = 0;
  /** Values of a config operation, and what others take from them when they are allocated: that of their class counts. */
  readonly load: LoadState = new LoadState();
  readonly store: StoreState = new StoreState();
  readonly execute: ExecuteState = new ExecuteState();
  /** config-store: does it bring values? */
  changesState: bool = true;
  /** matmul-run: the loop. */
  matmul: MatmulLoopRegisters | null = null;
  /** compute: does it take the operand that the last preload brought? */
  flips: bool = false;
  /** Its entry of the reservation station; -1 outside. */
  slot: i32 = -1;
  /** Configurations retire while their controller still has them. */
  isHeld: bool = false;
  issuedAt: Cycles = -1;
  /** In a pool: the next one. */
  next: Operation | null = null;
  /** Work of the controllers. */
  requests: i32 = 0;
  left: i32 = 0;
  lastWrite: Cycles = 0;

  /** Makes it a new operation; whoever wants it sets the operands of its kind. */
  become(kind: OperationKind): void {
    this.kind = kind;
    this.class = classOf(kind);
    this.origin = FROM_HOST;
    this.isHeld = false;
    this.slot = -1;
    this.next = null;
    this.lastWrite = 0;
  }
}

function classOf(kind: OperationKind): OperationClass {
  return kind <= CONFIG_LOAD ? LOAD : kind <= CONFIG_EXECUTE ? EXECUTE : STORE;
}

/** Operations that have retired, for new ones: there are millions, and few at a time. */
export class OperationPool {
  private free: Operation | null = null;

  take(kind: OperationKind): Operation {
    const free = this.free;
    const operation = free === null ? new Operation() : free;
    this.free = operation.next;
    operation.become(kind);
    return operation;
  }

  /** Nobody has it any more. */
  give(operation: Operation): void {
    operation.next = this.free;
    this.free = operation;
  }

  /** It has left the reservation station. */
  retire(operation: Operation): void {
    operation.slot = -1;
    if (!operation.isHeld) this.give(operation);
  }

  /** Its controller, which held it, does not need it any more. */
  letGo(operation: Operation): void {
    operation.isHeld = false;
    if (operation.slot < 0) this.give(operation);
  }
}
