import { DramRow } from './dram.ts';
import { faultStop, type Stop } from './faults.ts';
import { destinationRow, isAccumulating, isAccumulator } from './local-address.ts';
import type { AcceleratorState } from './state.ts';

/**
 * mvin, mvin2, mvin3: `rows` × `cols` elements from main memory into local rows, element by element in the order of
 * the functional model, so that a trap or fault leaves exactly what came before it.
 * @param source byte address of the first DRAM row (unsigned 64-bit); 0 stands for a source of zeros
 * @param local  destination word
 * @param firstRow row to start from, when the rows before it are done
 * @source gemmini-isa §4.5
 */
export function moveIn(
  state: AcceleratorState,
  loadState: 0 | 1 | 2,
  source: bigint,
  local: number,
  rows: number,
  cols: number,
  firstRow = 0,
): Stop | undefined {
  const { dim, numerics } = state;
  const load = state.registers.loads[loadState];
  if (!load.isConfigured && rows > 0 && cols > 0)
    return faultStop('load-unconfigured', `load state ${loadState} was never configured`);

  const toAccumulator = isAccumulator(local);
  const isWide = toAccumulator && !load.shrinks;
  const bytes = isWide ? 4 : state.elementBytes;
  const target = toAccumulator ? accumulatorTarget(state, isAccumulating(local)) : scratchpadTarget(state);
  const dram = new DramRow(state.memory, 'load');

  for (let r = firstRow; r < rows; r++) {
    dram.moveTo(source + BigInt(r) * load.stride);
    for (let c = 0; c < cols; c++) {
      const row = destinationRow(local) + r + Math.floor(c / dim) * load.blockStride;
      for (let repeat = 0; repeat < load.pixelRepeats && repeat <= row; repeat++) {
        let value = 0;
        if (source !== 0n) {
          const raw = dram.load(c * bytes, bytes);
          if (raw < 0) return dram.trap;
          value = isWide
            ? numerics.scaleAccumulator(numerics.decodeAccumulator(raw | 0), load.scale)
            : numerics.scaleElement(numerics.decodeElement(state.signed(raw)), load.scale);
        }
        const stop = target(row - repeat, (c % dim) + repeat * cols, value);
        if (stop !== undefined) return stop;
      }
    }
  }
  return undefined;
}

type Target = (row: number, col: number, value: number) => Stop | undefined;

function scratchpadTarget(state: AcceleratorState): Target {
  const { dim, numerics } = state;
  return (row, col, value) => {
    const stop = state.checkScratchpad(row, col);
    if (stop === undefined) state.scratchpad[row * dim + col] = numerics.encodeElement(value);
    return stop;
  };
}

function accumulatorTarget(state: AcceleratorState, accumulates: boolean): Target {
  const { dim, numerics } = state;
  return (row, col, value) => {
    const stop = state.checkAccumulator(row, col);
    if (stop !== undefined) return stop;
    const { accumulator } = state;
    const at = row * dim + col;
    const sum = accumulates ? numerics.add(numerics.decodeAccumulator(accumulator[at]!), value) : value;
    accumulator[at] = numerics.encodeAccumulator(sum);
    return undefined;
  };
}
