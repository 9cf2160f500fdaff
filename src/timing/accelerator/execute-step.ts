import type { Cycles } from '../cycles.ts';
import { ACCUMULATOR, accumulates, type ExecuteState, NOWHERE, type Operation, rowOf, spaceOf } from './operation.ts';

/** Local rows of both spaces as one line of numbers: those of the accumulator follow those of the scratchpad. */
export const ACCUMULATOR_PLACE = 2 ** 24;
export const NO_PLACE = -1;

export const isInScratchpad = (place: number): boolean => place >= 0 && place < ACCUMULATOR_PLACE;

function placeOf(local: number): number {
  const space = spaceOf(local);
  return space === NOWHERE ? NO_PLACE : space === ACCUMULATOR ? ACCUMULATOR_PLACE + rowOf(local) : rowOf(local);
}

/** What the state machine sees at the head of its queue. */
export class Step {
  readonly kind: 'preload' | 'compute' | 'config';
  visibleAt: Cycles;
  /** Reported to the reservation station; absent for steps that the unroller made. */
  operation: Operation | undefined;
  readonly state: ExecuteState;
  /** preload: place of the operand that stays. compute: of the second operand. */
  stays = NO_PLACE;
  staysRows = 0;
  staysCols = 0;
  /** compute */
  a = NO_PLACE;
  aRows = 0;
  aCols = 0;
  /** preload */
  c = NO_PLACE;
  cRows = 0;
  cCols = 0;
  accumulates = false;
  flips = false;

  constructor(kind: 'preload' | 'compute' | 'config', state: ExecuteState, visibleAt: Cycles) {
    this.kind = kind;
    this.state = state;
    this.visibleAt = visibleAt;
    this.operation = undefined;
  }
}

export function stepOf(operation: Operation, visibleAt: Cycles): Step {
  const state = operation.config as ExecuteState;
  const { kind, local, rows, local2, rows2 } = operation;
  if (kind === 'preload') {
    const step = new Step('preload', state, visibleAt);
    step.operation = operation;
    step.stays = placeOf(local);
    step.staysRows = rows;
    step.c = placeOf(local2);
    step.cRows = rows2;
    step.cCols = operation.cols2;
    step.accumulates = accumulates(local2);
    return step;
  }
  const step = new Step(kind === 'config-execute' ? 'config' : 'compute', state, visibleAt);
  step.operation = operation;
  step.a = placeOf(local);
  step.aRows = rows;
  step.aCols = operation.cols;
  step.stays = placeOf(local2);
  step.staysRows = rows2;
  step.staysCols = operation.cols2;
  step.flips = operation.flips;
  return step;
}
