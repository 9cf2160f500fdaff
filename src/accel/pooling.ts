import { ACTIVATIONS } from '../isa/accelerator.ts';
import { DramRow } from './dram.ts';
import type { Stop } from './faults.ts';
import { isAccumulator, sourceRow } from './local-address.ts';
import type { AcceleratorState } from './state.ts';

/**
 * mvout while a pool stride is configured: max pooling over an image that lies one pixel per local row, channels
 * across columns. Pixels outside of the image count as 0. Statistics and pre-activations take no part.
 * @param cols channels
 * @source gemmini-isa §4.6 (b)
 */
export function moveOutPooled(state: AcceleratorState, target: bigint, local: number, cols: number): Stop | undefined {
  const { numerics, elementBytes } = state;
  const { store } = state.registers;
  const dram = new DramRow(state.memory, 'store');
  for (let row = 0; row < store.pooledRows; row++) {
    for (let col = 0; col < store.pooledCols; col++) {
      dram.moveTo(target + BigInt(row * store.poolOutDim + col) * BigInt(store.stride));
      for (let channel = 0; channel < cols; channel++) {
        const max = windowMax(state, local, row, col, channel);
        if (typeof max !== 'number') return max;
        if (!dram.store(channel * elementBytes, numerics.encodeElement(max), elementBytes)) return dram.trap;
      }
    }
  }
  return undefined;
}

function windowMax(
  state: AcceleratorState,
  local: number,
  pooledRow: number,
  pooledCol: number,
  channel: number,
): number | Stop {
  const { numerics } = state;
  const { store } = state.registers;
  let max = numerics.elementMin;
  for (let y = 0; y < store.poolSize; y++) {
    for (let x = 0; x < store.poolSize; x++) {
      const row = pooledRow * store.poolStride + y - store.upperPadding;
      const col = pooledCol * store.poolStride + x - store.leftPadding;
      const isInside = row >= 0 && col >= 0 && row < store.rows && col < store.cols;
      const value = isInside ? pixel(state, local, row * store.cols + col, channel) : 0;
      if (typeof value !== 'number') return value;
      if (value > max) max = value;
    }
  }
  return max;
}

function pixel(state: AcceleratorState, local: number, index: number, channel: number): number | Stop {
  const { numerics, dim } = state;
  const { store } = state.registers;
  const row = sourceRow(local) + index;
  if (!isAccumulator(local))
    return state.checkScratchpad(row, channel) ?? numerics.decodeElement(state.scratchpad[row * dim + channel]!);
  const stop = state.checkAccumulator(row, channel);
  if (stop !== undefined) return stop;
  const value = numerics.decodeAccumulator(state.accumulator[row * dim + channel]!);
  return numerics.scaleStore(value, store.scale, store.activation === ACTIVATIONS.relu);
}
