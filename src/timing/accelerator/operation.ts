import { GARBAGE_ADDRESS, LOCAL_ADDRESS } from '../../isa/local-address.ts';
import type { Cycles } from '../cycles.ts';

/** The three classes of the reservation station. */
export const LOAD = 0;
export const EXECUTE = 1;
export const STORE = 2;
export type OperationClass = typeof LOAD | typeof EXECUTE | typeof STORE;

export type OperationKind =
  | 'mvin'
  | 'config-load'
  | 'preload'
  | 'compute'
  | 'config-execute'
  | 'mvout'
  | 'config-store';

/** Which unroller made an operation; each counts its own. */
export const FROM_HOST = 0;
export const FROM_MATMUL = 1;
export const FROM_CONVOLUTION = 2;
export type OperationOrigin = typeof FROM_HOST | typeof FROM_MATMUL | typeof FROM_CONVOLUTION;

/** Spaces of local rows. */
export const NOWHERE = -1;
export const SCRATCHPAD = 0;
export const ACCUMULATOR = 1;
export type LocalSpace = typeof NOWHERE | typeof SCRATCHPAD | typeof ACCUMULATOR;

const ROW_MASK = 2 ** LOCAL_ADDRESS.norm.lsb - 1;

const ACCUMULATOR_START = 2 ** LOCAL_ADDRESS.accumulator.bit;

export const spaceOf = (local: number): LocalSpace =>
  local < ACCUMULATOR_START ? SCRATCHPAD : local === GARBAGE_ADDRESS ? NOWHERE : ACCUMULATOR;
export const rowOf = (local: number): number => local & ROW_MASK;
const hasBit = (local: number, bit: number): boolean => ((local >>> bit) & 1) === 1;
export const accumulates = (local: number): boolean => hasBit(local, LOCAL_ADDRESS.accumulate.bit);
export const readsFull = (local: number): boolean => hasBit(local, LOCAL_ADDRESS.readFull.bit);

/** Operands of an operation as its unroller or the host gave them, and its state in the reservation station. */
export class Operation {
  kind: OperationKind = 'mvin';
  class: OperationClass = LOAD;
  origin: OperationOrigin = FROM_HOST;
  /** mvin, mvout: DRAM byte address. */
  vaddr = 0;
  /** mvin, mvout: local address. preload: the operand that stays. compute: A. */
  local = 0;
  cols = 0;
  rows = 0;
  /** preload: C. compute: the second operand. */
  local2 = 0;
  cols2 = 0;
  rows2 = 0;
  /** mvin, config-load: which of the three load states. */
  state = 0;
  /** Values of a config operation, and what a move takes from them when it is allocated. */
  config: LoadState | StoreState | ExecuteState | undefined = undefined;
  /** compute: does it take the operand that the last preload brought? */
  flips = false;
  /** Its entry of the reservation station. */
  slot = -1;
  issuedAt: Cycles = -1;
  /** When its completion takes effect. */
  completesAt: Cycles = 0;
  /** Work of the controllers. */
  requests = 0;
  left = 0;
  lastWrite: Cycles = 0;

  /** Makes it a new operation; whoever wants it sets operands. */
  become(kind: OperationKind): void {
    this.kind = kind;
    this.class = classOf(kind);
    this.origin = FROM_HOST;
    this.vaddr = 0;
    this.local = 0;
    this.cols = 0;
    this.rows = 0;
    this.local2 = 0;
    this.cols2 = 0;
    this.rows2 = 0;
    this.state = 0;
    this.config = undefined;
    this.flips = false;
    this.slot = -1;
    this.issuedAt = -1;
    this.completesAt = 0;
    this.requests = 0;
    this.left = 0;
    this.lastWrite = 0;
  }
}

const classOf = (kind: OperationKind): OperationClass =>
  kind === 'mvin' || kind === 'config-load' ? LOAD : kind === 'mvout' || kind === 'config-store' ? STORE : EXECUTE;

/** Operations that have retired, for new ones: there are millions, and few at a time. */
export class OperationPool {
  readonly #free: Operation[] = [];

  take(kind: OperationKind): Operation {
    const operation = this.#free.pop() ?? new Operation();
    operation.become(kind);
    return operation;
  }

  give(operation: Operation): void {
    this.#free.push(operation);
  }
}

/** One of the three states of the load controller. */
export interface LoadState {
  readonly stride: number;
  readonly blockStride: number;
  readonly pixelRepeats: number;
  /** Accumulator loads read input-type elements. */
  readonly shrinks: boolean;
  /** Is the scale other than one? */
  readonly scales: boolean;
}

export interface StoreState {
  readonly stride: number;
  readonly pool: Pooling | undefined;
}

export interface Pooling {
  readonly size: number;
  readonly stride: number;
  readonly outCols: number;
  readonly porows: number;
  readonly pocols: number;
  readonly orows: number;
  readonly ocols: number;
  readonly upad: number;
  readonly lpad: number;
}

export interface ExecuteState {
  readonly isWeightStationary: boolean;
  readonly transposesA: boolean;
  readonly transposesB: boolean;
  readonly aStride: number;
  readonly cStride: number;
}
