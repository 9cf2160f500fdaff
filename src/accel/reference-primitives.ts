import { compute } from './compute.ts';
import type { ConfigWords } from './config-words.ts';
import { configure } from './configure.ts';
import type { Stop } from './faults.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';
import { OperandBuffer } from './operands.ts';
import { type DramMatrix, dramAddress, type Primitives } from './primitives.ts';
import type { AcceleratorState } from './state.ts';

/** Executes primitive commands element by element: slow, exact in every corner, the measure for the kernels. */
export class ReferencePrimitives implements Primitives {
  protected readonly state: AcceleratorState;
  readonly #operands = new OperandBuffer();

  constructor(state: AcceleratorState) {
    this.state = state;
  }

  beginCommand(): void {}

  endCommand(): Stop | undefined {
    return undefined;
  }

  registersChanged(): void {}

  get storeScaleBits(): number {
    return this.state.registers.store.scaleBits;
  }

  config({ rs1, rs2 }: ConfigWords): Stop | undefined {
    this.#operands.set(rs1, rs2);
    return configure(this.state, this.#operands.words, rs2);
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
    return moveIn(this.state, loadState, dramAddress(source, row, col), local, rows, cols);
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number): Stop | undefined {
    return moveOut(this.state, dramAddress(target, row, col), local, rows, cols);
  }

  preload(
    local: number,
    rows: number,
    cols: number,
    outLocal: number,
    outRows: number,
    outCols: number,
  ): Stop | undefined {
    const latch = this.state.registers.preload;
    latch.local = local;
    latch.rows = rows;
    latch.cols = cols;
    latch.outLocal = outLocal;
    latch.outRows = outRows;
    latch.outCols = outCols;
    return undefined;
  }

  compute(
    a: number,
    aRows: number,
    aCols: number,
    bd: number,
    bdRows: number,
    bdCols: number,
    loadsArray: boolean,
  ): Stop | undefined {
    return compute(
      this.state,
      { local: a, rows: aRows, cols: aCols },
      { local: bd, rows: bdRows, cols: bdCols },
      loadsArray,
    );
  }
}
