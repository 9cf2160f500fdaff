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

/** Half-open range of local rows that a command uses. */
export interface LocalRange {
  space: LocalSpace;
  start: number;
  end: number;
}

const overlap = (a: LocalRange, b: LocalRange): boolean =>
  a.space === b.space && a.space !== NOWHERE && a.start < b.end && b.start < a.end;

/** Operands of an operation as its unroller or the host gave them, and its state in the reservation station. */
export class Operation {
  readonly kind: OperationKind;
  readonly class: OperationClass;
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
  /** First range; does the operation write it? Second range. */
  readonly first: LocalRange = { space: NOWHERE, start: 0, end: 0 };
  readonly second: LocalRange = { space: NOWHERE, start: 0, end: 0 };
  /** compute: does it take the operand that the last preload brought? */
  flips = false;
  /** Entries of the reservation station that this one waits for. */
  waitsFor = 0;
  slot = -1;
  readyAt: Cycles = 0;
  issuedAt: Cycles = -1;
  /** Work of the controllers. */
  requests = 0;
  left = 0;
  lastWrite: Cycles = 0;

  constructor(kind: OperationKind) {
    this.kind = kind;
    this.class = CLASS_OF[kind];
  }

  /** Does a range of this operation overlap the first range of `other`? */
  touchesFirstOf(other: Operation): boolean {
    return overlap(this.first, other.first) || overlap(this.second, other.first);
  }

  /** Does the first range of this operation overlap a range of `other`? */
  firstTouches(other: Operation): boolean {
    return overlap(this.first, other.first) || overlap(this.first, other.second);
  }

  firstTouchesFirst(other: Operation): boolean {
    return overlap(this.first, other.first);
  }
}

const CLASS_OF = {
  mvin: LOAD,
  'config-load': LOAD,
  preload: EXECUTE,
  compute: EXECUTE,
  'config-execute': EXECUTE,
  mvout: STORE,
  'config-store': STORE,
} as const satisfies Record<OperationKind, OperationClass>;

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
