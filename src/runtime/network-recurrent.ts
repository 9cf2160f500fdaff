/**
 * Recurrent layers as operations. The products of the input are one matrix product over all time steps; each step adds
 * the product of the state before it, and the hart computes the cells from the gates. Every step keeps its own gates,
 * cells and state, so that all can be checked after the run.
 */
import type { MatrixAt } from './matmul-problem.ts';
import { pixelsOf, product, type Tensor } from './network-tensor.ts';
import type { Operation } from './operation.ts';
import type { ProgramBuilder } from './program.ts';
import { type CellTables, SIGMOID_TABLE, TANH_TABLE } from './recurrent-cell.ts';
import { signalScale } from './synthetic.ts';

export interface RecurrentLayer {
  readonly name: string;
  readonly hidden: number;
  readonly batch: number;
  /** A row per time step. */
  readonly input: Tensor;
  /** Byte addresses: channels × gates, hidden × gates, and gates values; gates of one kind are side by side. */
  readonly inputWeights: number;
  readonly stateWeights: number;
  readonly bias: number;
  readonly output: Tensor;
}

const ACCUMULATOR_BYTES = 4;

export function lstmOperations(layer: RecurrentLayer, builder: ProgramBuilder): Operation[] {
  const { name, hidden, batch, input } = layer;
  const all = { first: 0, count: 4 * hidden, of: 4 * hidden };
  const steps = input.shape.rows;
  const tables = placeTables(name, builder);
  const sums = builder.reserve(`${name}.sums`, steps * batch * all.count * ACCUMULATOR_BYTES);
  const gates = builder.reserve(`${name}.gates`, steps * batch * all.count);
  const cellBytes = batch * hidden * ACCUMULATOR_BYTES;
  const cells = builder.reserve(`${name}.cells`, (steps + 1) * cellBytes);
  const states = statesOf(layer, builder);
  const operations = inputProducts(layer, all, sums, 'accumulator');
  for (let step = 0; step < steps; step++) {
    const gatesAt = gates + step * batch * all.count;
    operations.push(stateProduct(layer, all, states(step), gatesAt, sums + step * all.count * ACCUMULATOR_BYTES));
    for (let image = 0; image < batch; image++)
      operations.push({
        kind: 'lstm-cell',
        problem: {
          units: hidden,
          gates: gatesAt + image * all.count,
          cells: cells + step * cellBytes + image * hidden * ACCUMULATOR_BYTES,
          nextCells: cells + (step + 1) * cellBytes + image * hidden * ACCUMULATOR_BYTES,
          state: rowOf(states(step + 1), image),
          tables,
        },
      });
  }
  return operations;
}

/** The reset gate scales the candidate's product of the state, which is therefore kept apart from that of the input. */
export function gruOperations(layer: RecurrentLayer, builder: ProgramBuilder): Operation[] {
  const { name, hidden, batch, input } = layer;
  const both = { first: 0, count: 2 * hidden, of: 3 * hidden };
  const candidate = { first: 2 * hidden, count: hidden, of: 3 * hidden };
  const steps = input.shape.rows;
  const tables = placeTables(name, builder);
  const sums = builder.reserve(`${name}.sums`, steps * batch * both.count * ACCUMULATOR_BYTES);
  const gates = builder.reserve(`${name}.gates`, steps * batch * both.count);
  const ofInput = builder.reserve(`${name}.candidate-of-input`, steps * batch * hidden);
  const ofState = builder.reserve(`${name}.candidate-of-state`, steps * batch * hidden);
  const states = statesOf(layer, builder);
  const operations = [
    ...inputProducts(layer, both, sums, 'accumulator'),
    ...inputProducts(layer, candidate, ofInput, 'element'),
  ];
  for (let step = 0; step < steps; step++) {
    const gatesAt = gates + step * batch * both.count;
    const ofStateAt = ofState + step * batch * hidden;
    operations.push(
      stateProduct(layer, both, states(step), gatesAt, sums + step * both.count * ACCUMULATOR_BYTES),
      stateProduct(layer, candidate, states(step), ofStateAt),
    );
    for (let image = 0; image < batch; image++)
      operations.push({
        kind: 'gru-cell',
        problem: {
          units: hidden,
          gates: gatesAt + image * both.count,
          ofInput: ofInput + (image * steps + step) * hidden,
          ofState: ofStateAt + image * hidden,
          state: rowOf(states(step), image),
          nextState: rowOf(states(step + 1), image),
          tables,
        },
      });
  }
  return operations;
}

function placeTables(name: string, builder: ProgramBuilder): CellTables {
  return { sigmoid: builder.place(`${name}.sigmoid`, SIGMOID_TABLE), tanh: builder.place(`${name}.tanh`, TANH_TABLE) };
}

/** The states of the whole batch before a time step: zero before the first, then rows of the output. */
function statesOf({ name, hidden, batch, output }: RecurrentLayer, builder: ProgramBuilder) {
  const zero = { address: builder.reserve(`${name}.initial`, batch * hidden), stride: hidden };
  return (step: number): MatrixAt =>
    step === 0 ? zero : { address: output.address + (step - 1) * output.pixelStride, stride: output.imageStride };
}

const rowOf = ({ address, stride }: MatrixAt, row: number): number => address + row * stride;

/** Neighbouring columns of the weights. */
interface Columns {
  readonly first: number;
  readonly count: number;
  readonly of: number;
}

/** Products of the input at all time steps, an image's steps one after the other in memory. */
function inputProducts(
  layer: RecurrentLayer,
  { first, count, of }: Columns,
  result: number,
  type: 'element' | 'accumulator',
): Operation[] {
  const { batch, hidden, input, inputWeights, bias } = layer;
  const { rows, channels } = input.shape;
  const isEven = input.imageStride === rows * input.pixelStride;
  const bytes = type === 'element' ? 1 : ACCUMULATOR_BYTES;
  return Array.from({ length: isEven ? 1 : batch }, (_, image) => {
    const matmul = product(
      { m: isEven ? batch * rows : rows, n: count, k: channels },
      pixelsOf(input, image),
      { address: inputWeights + first, stride: of },
      bias + first * ACCUMULATOR_BYTES,
      { address: result + image * rows * count * bytes, stride: count },
      type === 'element' ? signalScale(channels + hidden) : 1,
      false,
    );
    return { ...matmul, problem: { ...matmul.problem, c: { ...matmul.problem.c, type } } };
  });
}

/** The product of the states before a step, on top of the step's sums of the input when there are any. */
function stateProduct(
  { batch, hidden, input, stateWeights }: RecurrentLayer,
  { first, count, of }: Columns,
  states: MatrixAt,
  result: number,
  sums?: number,
): Operation {
  const { rows, channels } = input.shape;
  const matmul = product(
    { m: batch, n: count, k: hidden },
    states,
    { address: stateWeights + first, stride: of },
    undefined,
    { address: result, stride: count },
    signalScale(channels + hidden),
    false,
  );
  if (sums === undefined) return matmul;
  const d = { address: sums, stride: rows * count, type: 'accumulator', repeats: false, scale: 1 } as const;
  return { ...matmul, problem: { ...matmul.problem, d } };
}
