/**
 * The element-wise part of a recurrent layer's time step, which the hart does: firmware/lib/cells.s. Gates are int8 with
 * 16 units to 1, as the products before them store them; sigmoid, tanh and states are int8 with 128 units to 1, and an
 * LSTM's cells int32 with 2048, which cannot overflow: a cell's magnitude stays below 128.
 */
import { CELL_TABLES } from './cell-routines.ts';
import { FENCE, type ProgramStep } from './commands.ts';

/** Addresses of the tables of both functions, in guest memory. */
export interface CellTables {
  readonly sigmoid: number;
  readonly tanh: number;
}

/** cells' = forget · cells + input · candidate; state = output · tanh(cells'). Byte addresses of dense vectors. */
export interface LstmCellProblem {
  readonly units: number;
  /** Input, forget, candidate and output gates, `units` of each, one kind after the other. */
  readonly gates: number;
  readonly cells: number;
  readonly nextCells: number;
  readonly state: number;
  readonly tables: CellTables;
}

/** candidate = tanh(ofInput + reset · ofState); state' = candidate + update · (state − candidate). */
export interface GruCellProblem {
  readonly units: number;
  /** Reset and update gates, `units` of each. */
  readonly gates: number;
  /** The two products of the candidate. */
  readonly ofInput: number;
  readonly ofState: number;
  readonly state: number;
  readonly nextState: number;
  readonly tables: CellTables;
}

export function* lstmCellSteps(problem: LstmCellProblem): Generator<ProgramStep> {
  const { units, gates, cells, nextCells, state, tables } = problem;
  yield { kind: 'call', routine: 'lstm', block: [units, gates, cells, nextCells, state, tables.sigmoid, tables.tanh] };
  yield FENCE;
}

export function* gruCellSteps(problem: GruCellProblem): Generator<ProgramStep> {
  const { units, gates, ofInput, ofState, state, nextState, tables } = problem;
  const block = [units, gates, ofInput, ofState, state, nextState, tables.sigmoid, tables.tanh];
  yield { kind: 'call', routine: 'gru', block };
  yield FENCE;
}

/** The tables as they lie in memory: the function of −128, −127 … 127. */
export const SIGMOID_TABLE = Int8Array.from(CELL_TABLES.sigmoid);
export const TANH_TABLE = Int8Array.from(CELL_TABLES.tanh);
