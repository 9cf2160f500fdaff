import type { Cycles } from '../cycles.ts';
import { type bool, type Fixed, fixed, type i32 } from '../portable.ts';
import {
  ACCUMULATOR,
  accumulates,
  COMPUTE,
  ExecuteState,
  NOWHERE,
  type Operation,
  type OperationKind,
  PRELOAD,
  rowOf,
  spaceOf,
} from './operation.ts';
import { ringSize } from './ring-size.ts';

/** Local rows of both spaces as one line of numbers: those of the accumulator follow those of the scratchpad. */
export const ACCUMULATOR_PLACE: i32 = 1 << 24;
export const NO_PLACE: i32 = -1;

export function isInScratchpad(place: i32): bool {
  return place >= 0 && place < ACCUMULATOR_PLACE;
}

function placeOf(local: i32): i32 {
  const space = spaceOf(local);
  return space === NOWHERE ? NO_PLACE : space === ACCUMULATOR ? ACCUMULATOR_PLACE + rowOf(local) : rowOf(local);
}

/** What the state machine sees at the head of its queue: a preload, a compute or a configuration. */
export class Step {
  kind: OperationKind = COMPUTE;
  visibleAt: Cycles = 0;
  /** Reported to the reservation station; absent for steps that the unroller made. */
  operation: Operation | null = null;
  readonly state: ExecuteState = new ExecuteState();
  /** preload: place of the operand that stays. compute: of the second operand. */
  stays: i32 = NO_PLACE;
  staysRows: i32 = 0;
  staysCols: i32 = 0;
  /** compute */
  a: i32 = NO_PLACE;
  aRows: i32 = 0;
  aCols: i32 = 0;
  /** preload */
  c: i32 = NO_PLACE;
  cRows: i32 = 0;
  cCols: i32 = 0;
  accumulates: bool = false;
  /** Among the spare ones: the next one. */
  next: Step | null = null;

  /** Makes it a new step without operands, one that no operation waits for. */
  become(kind: OperationKind, state: ExecuteState, visibleAt: Cycles): void {
    this.kind = kind;
    this.visibleAt = visibleAt;
    this.operation = null;
    this.state.copy(state);
    this.stays = NO_PLACE;
    this.staysRows = 0;
    this.staysCols = 0;
    this.a = NO_PLACE;
    this.aRows = 0;
    this.aCols = 0;
    this.c = NO_PLACE;
    this.cRows = 0;
    this.cCols = 0;
    this.accumulates = false;
  }

  /** Makes it the step of an operation. */
  becomeOperation(operation: Operation, visibleAt: Cycles): void {
    this.become(operation.kind, operation.execute, visibleAt);
    this.operation = operation;
    if (operation.kind === PRELOAD) {
      this.stays = placeOf(operation.local);
      this.staysRows = operation.rows;
      this.c = placeOf(operation.local2);
      this.cRows = operation.rows2;
      this.cCols = operation.cols2;
      this.accumulates = accumulates(operation.local2);
      return;
    }
    this.a = placeOf(operation.local);
    this.aRows = operation.rows;
    this.aCols = operation.cols;
    this.stays = placeOf(operation.local2);
    this.staysRows = operation.rows2;
    this.staysCols = operation.cols2;
  }
}

/** Steps in the order in which they came, and spare ones for new steps: there are millions, and few at a time. */
export class StepQueue {
  length: i32 = 0;
  private readonly ring: Fixed<Step>;
  private readonly mask: i32;
  private head: i32 = 0;
  private spare: Step | null = null;

  /**
   * @param capacity most steps in the queue
   * @param taken    most steps that have left it and are not given back
   */
  constructor(capacity: i32, taken: i32) {
    const size = ringSize(capacity);
    this.mask = size - 1;
    this.ring = fixed<Step>(size);
    for (let i: i32 = 0; i < capacity + taken; i++) this.give(new Step());
  }

  /** The step `index` behind the first; there is one. */
  at(index: i32): Step {
    return this.ring[(this.head + index) & this.mask]!;
  }

  /** Appends a step, which becomes what the caller makes of it. */
  append(): Step {
    const step = this.spare!;
    this.spare = step.next;
    this.ring[(this.head + this.length) & this.mask] = step;
    this.length++;
    return step;
  }

  /** Takes the first step out. */
  shift(): void {
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }

  /** Nobody has a step any more that was taken out. */
  give(step: Step): void {
    step.next = this.spare;
    this.spare = step;
  }
}
