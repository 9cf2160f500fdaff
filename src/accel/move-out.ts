import { ACTIVATIONS } from '../isa/accelerator.ts';
import { NORM_COMMANDS } from '../isa/local-address.ts';
import { DramRow } from './dram.ts';
import type { Stop } from './faults.ts';
import { isAccumulator, isFullWidth, normCommand, sourceRow } from './local-address.ts';
import { nonTerminating, preActivate, updateStatistics } from './normalization.ts';
import { moveOutPooled } from './pooling.ts';
import type { AcceleratorState } from './state.ts';

/**
 * mvout: local rows to main memory; from the accumulator through statistics, activation and scale.
 * @param target byte address of the first DRAM row (unsigned 64-bit)
 * @param local  source word
 * @source gemmini-isa §4.6
 */
export function moveOut(
  state: AcceleratorState,
  target: bigint,
  local: number,
  rows: number,
  cols: number,
  firstRow = 0,
): Stop | undefined {
  if (state.registers.store.poolStride !== 0) return moveOutPooled(state, target, local, cols);

  const stride = BigInt(state.registers.store.stride);
  const dram = new DramRow(state.memory, 'store');
  const storeRow = isAccumulator(local) ? storeAccumulatorRow : storeScratchpadRow;
  for (let r = firstRow; r < rows; r++) {
    dram.moveTo(target + BigInt(r) * stride);
    const stop = storeRow(state, dram, local, r, cols);
    if (stop !== undefined) return stop;
  }
  return undefined;
}

/** Column blocks of a store lie DIM rows apart, whatever the block stride of loads is. */
const rowOf = (state: AcceleratorState, local: number, r: number, c: number): number =>
  sourceRow(local) + Math.floor(c / state.dim) * state.dim + r;

function storeScratchpadRow(
  state: AcceleratorState,
  dram: DramRow,
  local: number,
  r: number,
  cols: number,
): Stop | undefined {
  const { dim, elementBytes } = state;
  for (let c = 0; c < cols; c++) {
    const row = rowOf(state, local, r, c);
    const stop = state.checkScratchpad(row, c % dim);
    if (stop !== undefined) return stop;
    if (!dram.store(c * elementBytes, state.scratchpad[row * dim + (c % dim)]!, elementBytes)) return dram.trap;
  }
  return undefined;
}

function storeAccumulatorRow(
  state: AcceleratorState,
  dram: DramRow,
  local: number,
  r: number,
  cols: number,
): Stop | undefined {
  const { dim, numerics, elementBytes, config } = state;
  const { store } = state.registers;
  const command = normCommand(local);
  let isWritten = true;
  for (let c = 0; c < cols; c += dim) {
    const row = rowOf(state, local, r, c);
    const isLast = c + dim >= cols;
    const stop = state.checkAccumulator(row, 0);
    if (stop !== undefined) return stop;
    updateStatistics(state, row, Math.min(dim, cols - c), isLast ? command : nonTerminating(command));
    isWritten = (isLast ? command : nonTerminating(command)) === NORM_COMMANDS.reset;
  }
  if (!isWritten) return undefined;

  const isFull = isFullWidth(local);
  const isRaw = isFull && config.rtlBehaviours.includes('raw-full-width-mvout');
  const isRelu = store.activation === ACTIVATIONS.relu;
  for (let c = 0; c < cols; c++) {
    const raw = state.accumulator[rowOf(state, local, r, c) * dim + (c % dim)]!;
    const value = isRaw ? numerics.decodeAccumulator(raw) : preActivate(state, numerics.decodeAccumulator(raw));
    const isStored = isFull
      ? dram.store(c * 4, numerics.encodeAccumulator(value), 4)
      : dram.store(
          c * elementBytes,
          numerics.encodeElement(numerics.scaleStore(value, store.scale, isRelu)),
          elementBytes,
        );
    if (!isStored) return dram.trap;
  }
  return undefined;
}
