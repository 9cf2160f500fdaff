import type { Cycles } from '../cycles.ts';
import type { f64, i32 } from '../portable.ts';

/** How a pass of rows gets one of the array's three operands, as bits. */
export type OperandUse = i32;
/** The array takes rows of it. */
const TAKEN: i32 = 1;
/** Its address is one of the accumulator; the garbage address is. */
const ACCUMULATOR: i32 = 2;
const GARBAGE: i32 = 4;

export const NOT_TAKEN: OperandUse = GARBAGE;
export const FROM_SCRATCHPAD: OperandUse = TAKEN;
export const FROM_ACCUMULATOR: OperandUse = TAKEN | ACCUMULATOR;
export const FROM_NOWHERE: OperandUse = TAKEN | ACCUMULATOR | GARBAGE;
/** The array takes rows of what came last. */
export const KEPT: OperandUse = -1;

/** Cycles of one operand. */
export class OperandLevel {
  waitScratchpad: f64 = 0;
  waitAccumulator: f64 = 0;
  garbage: f64 = 0;
  private use: OperandUse = NOT_TAKEN;

  add(cycles: f64, fed: f64): void {
    const use = this.use;
    if ((use & GARBAGE) !== 0) this.garbage += cycles;
    if ((use & TAKEN) === 0) return;
    if ((use & ACCUMULATOR) !== 0) this.waitAccumulator += cycles - fed;
    else this.waitScratchpad += cycles - fed;
  }

  change(use: OperandUse): void {
    this.use = use === KEPT ? this.use | TAKEN | GARBAGE : use;
  }
}

/**
 * What the execute controller's performance signals show of operands: they follow the head of the control queue, which
 * keeps its last row when the queue is empty, so they go on while nothing happens.
 * @source ExecuteController.scala; gemmini-timing §9, events 29–37
 */
export class OperandActivity {
  readonly a: OperandLevel = new OperandLevel();
  readonly b: OperandLevel = new OperandLevel();
  readonly d: OperandLevel = new OperandLevel();
  private since: Cycles = 0;
  private fed: f64 = 0;

  /**
   * A pass is at the head of the control queue from `at` on.
   * @param fed cycles in which it enters the queue, stalls included
   * @param d   KEPT for a compute alone
   */
  pass(at: Cycles, fed: f64, a: OperandUse, b: OperandUse, d: OperandUse): void {
    this.at(at);
    this.fed = fed;
    this.a.change(a);
    this.b.change(b);
    this.d.change(d);
  }

  /** Brings the operands to all cycles before `at`. */
  at(at: Cycles): void {
    const cycles = at - this.since;
    if (cycles <= 0) return;
    const fed = this.fed < cycles ? this.fed : cycles;
    this.a.add(cycles, fed);
    this.b.add(cycles, fed);
    this.d.add(cycles, fed);
    this.fed -= fed;
    this.since = at;
  }
}
