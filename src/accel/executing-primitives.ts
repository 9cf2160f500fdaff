import { compute, type LocalOperand, preload } from './compute.ts';
import type { ConfigWords } from './config-words.ts';
import { configure } from './configure.ts';
import type { Stop } from './faults.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';
import { OperandBuffer } from './operands.ts';
import { type DramMatrix, dramAddress, type Primitives } from './primitives.ts';
import type { AcceleratorState } from './state.ts';

/** Executes what a loop command expands to, one primitive command after the other. */
export class ExecutingPrimitives implements Primitives {
  readonly #state: AcceleratorState;
  readonly #operands = new OperandBuffer();

  constructor(state: AcceleratorState) {
    this.#state = state;
  }

  get storeScaleBits(): number {
    return this.#state.registers.store.scaleBits;
  }

  config({ rs1, rs2 }: ConfigWords): Stop | undefined {
    this.#operands.set(rs1, rs2);
    return configure(this.#state, this.#operands.words, rs2);
  }

  moveIn(
    loadState: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined {
    return moveIn(this.#state, loadState, dramAddress(source, row, col), local, rows, cols);
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number): Stop | undefined {
    return moveOut(this.#state, dramAddress(target, row, col), local, rows, cols);
  }

  preload(stationary: LocalOperand, out: LocalOperand): void {
    preload(this.#state, stationary, out);
  }

  compute(a: LocalOperand, bd: LocalOperand, loadsArray: boolean): Stop | undefined {
    return compute(this.#state, a, bd, loadsArray);
  }
}
