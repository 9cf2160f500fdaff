import type { Cycles } from '../cycles.ts';

/** How a pass of rows gets one of the array's three operands. */
export interface OperandUse {
  /** Does the array take rows of it? */
  readonly isTaken: boolean;
  /** Is its address one of the accumulator? The garbage address is. */
  readonly isAccumulator: boolean;
  readonly isGarbage: boolean;
}

export const NOT_TAKEN: OperandUse = { isTaken: false, isAccumulator: false, isGarbage: true };
export const OPERAND_USES = {
  scratchpad: { isTaken: true, isAccumulator: false, isGarbage: false },
  accumulator: { isTaken: true, isAccumulator: true, isGarbage: false },
  garbage: { isTaken: true, isAccumulator: true, isGarbage: true },
} as const satisfies Record<string, OperandUse>;

/** Cycles of one operand. */
class OperandLevel {
  waitScratchpad = 0;
  waitAccumulator = 0;
  garbage = 0;
  #use: OperandUse = NOT_TAKEN;

  add(cycles: number, fed: number): void {
    const { isTaken, isAccumulator, isGarbage } = this.#use;
    if (isGarbage) this.garbage += cycles;
    if (!isTaken) return;
    if (isAccumulator) this.waitAccumulator += cycles - fed;
    else this.waitScratchpad += cycles - fed;
  }

  change(use: OperandUse | undefined): void {
    this.#use = use ?? { ...this.#use, isTaken: true, isGarbage: true };
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
    this.#operands[2].change(d);
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
