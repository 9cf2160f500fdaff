import type { Cycles } from '../cycles.ts';

/** How a pass of rows gets one of the array's three operands, as bits. */
export type OperandUse = number;
/** The array takes rows of it. */
const TAKEN = 1;
/** Its address is one of the accumulator; the garbage address is. */
const ACCUMULATOR = 2;
const GARBAGE = 4;

export const NOT_TAKEN: OperandUse = GARBAGE;
export const FROM_SCRATCHPAD: OperandUse = TAKEN;
export const FROM_ACCUMULATOR: OperandUse = TAKEN | ACCUMULATOR;
export const FROM_NOWHERE: OperandUse = TAKEN | ACCUMULATOR | GARBAGE;

/** Cycles of one operand. */
class OperandLevel {
  waitScratchpad = 0;
  waitAccumulator = 0;
  garbage = 0;
  #use: OperandUse = NOT_TAKEN;

  add(cycles: number, fed: number): void {
    const use = this.#use;
    if (use & GARBAGE) this.garbage += cycles;
    if ((use & TAKEN) === 0) return;
    if (use & ACCUMULATOR) this.waitAccumulator += cycles - fed;
    else this.waitScratchpad += cycles - fed;
  }

  change(use: OperandUse): void {
    this.#use = use;
  }

  /** The array takes rows of what came last. */
  keep(): void {
    this.#use |= TAKEN | GARBAGE;
  }
}

/**
 * What the execute controller's performance signals show of operands: they follow the head of the control queue, which
 * keeps its last row when the queue is empty, so they go on while nothing happens.
 * @source ExecuteController.scala; gemmini-timing §9, events 29–37
 */
export class OperandActivity {
  readonly #operands: readonly [a: OperandLevel, b: OperandLevel, d: OperandLevel] = [
    new OperandLevel(),
    new OperandLevel(),
    new OperandLevel(),
  ];
  #since: Cycles = 0;
  #fed = 0;

  /**
   * A pass is at the head of the control queue from `at` on.
   * @param fed cycles in which it enters the queue, stalls included
   * @param d   nothing for a compute alone: the array takes rows of what came last
   */
  pass(at: Cycles, fed: number, a: OperandUse, b: OperandUse, d: OperandUse | undefined): void {
    this.#settle(at);
    this.#fed = fed;
    this.#operands[0].change(a);
    this.#operands[1].change(b);
    if (d === undefined) this.#operands[2].keep();
    else this.#operands[2].change(d);
  }

  /** All cycles before `at`. */
  at(at: Cycles): readonly [a: OperandLevel, b: OperandLevel, d: OperandLevel] {
    this.#settle(at);
    return this.#operands;
  }

  #settle(at: Cycles): void {
    if (at <= this.#since) return;
    for (const operand of this.#operands) operand.add(at - this.#since, Math.min(this.#fed, at - this.#since));
    this.#fed -= Math.min(this.#fed, at - this.#since);
    this.#since = at;
  }
}
