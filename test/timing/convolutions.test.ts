import { expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import type { LoopConvFlags } from '../../src/accel/conv-geometry.ts';
import { createLoopConvRegisters, type LoopConvRegisters } from '../../src/accel/loop-conv-registers.ts';
import { Convolutions } from '../../src/timing/accelerator/convolutions.ts';
import { OperationDecoder } from '../../src/timing/accelerator/decode-operation.ts';
import { PARTS, WORDS } from '../../src/timing/core/accelerator/conv-commands.ts';
import type { TimingCore } from '../../src/timing/timing-core.ts';

const FLAGS: LoopConvFlags = {
  noBias: false,
  rotates: false,
  transposesOutput: false,
  weights1203: false,
  weights0132: false,
  transposesInput: false,
  isDepthwise: false,
  pixelsPerRow: 1,
  spadIdA: 0,
  spadIdB: 0,
  noPool: true,
  downsamples: false,
  dilatesInput: false,
  activation: 0,
};
const SIZES = {
  batchSize: 1,
  inRowDim: 6,
  inColDim: 6,
  inChannels: 20,
  outChannels: 20,
  outRowDim: 6,
  outColDim: 6,
  stride: 1,
  kernelDim: 3,
  kernelDilation: 1,
  batches: 1,
  porows: 6,
  pocols: 6,
  pochs: 20,
  krows: 3,
  kcols: 3,
  kchs: 20,
  orows: 6,
  ocols: 6,
  lpad: 1,
  rpad: 1,
  upad: 1,
  dpad: 1,
  inStride: 20,
  weightStride: 20,
  outStride: 20,
};

const at = (start: number): LoopConvRegisters => ({
  ...createLoopConvRegisters(),
  ...SIZES,
  weights: BigInt(start + 0x1000),
  output: BigInt(start + 0x9000),
  bias: BigInt(start + 0xf000),
  input: BigInt(start),
});

/** Commands of a list. */
const ROOM = 1024;

/** A core's memory with room for the lists of both slots. */
function createCore() {
  const lists = 2 * PARTS;
  const words = new Int32Array(lists * ROOM * WORDS);
  const vaddrs = new Float64Array(lists * ROOM);
  const written: object[] = [];
  const convolutionList = (_tile: number, slot: number, part: number, count: number) => {
    expect(count).toBeLessThanOrEqual(ROOM);
    const start = (slot * PARTS + part) * ROOM;
    return { words: words.subarray(start * WORDS), vaddrs: vaddrs.subarray(start) };
  };
  const exports = { addToConvolution: () => {} };
  return {
    core: { convolutionList, exports, write: (config: object) => written.push(config) } as unknown as TimingCore,
    words,
    vaddrs,
    written,
  };
}

const createConvolutions = () => new Convolutions(DEFAULT_ACCELERATOR, new OperationDecoder(0));

test('a convolution that differs from an earlier one in its addresses only has the commands it would have alone', () => {
  const shared = createConvolutions();
  const together = createCore();
  for (const [slot, start] of [0x8000_0000, 0x8100_0040, 0x8200_0000, 0x8000_0000].entries()) {
    const run = shared.add(at(start), FLAGS);
    shared.expand(run, together.core, 0, slot % 2);
  }
  // Two loops before it turned the halves of the accumulator as often as those of the other: twice, and once more.
  const alone = createConvolutions();
  const single = createCore();
  for (const [slot, start] of [0x9000_0000, 0x9100_0000, 0x8200_0000, 0x8000_0000].entries()) {
    const fresh = { ...at(start), outStride: SIZES.outStride + (slot < 2 ? 1 : 0) };
    alone.expand(alone.add(fresh, FLAGS), single.core, 0, slot % 2);
  }
  expect(together.words).toEqual(single.words);
  expect(together.vaddrs).toEqual(single.vaddrs);
  expect(together.words.some((word) => word !== 0)).toBe(true);
});

test('matrices that are left out stay left out', () => {
  const convolutions = createConvolutions();
  const { core, words, vaddrs } = createCore();
  convolutions.expand(convolutions.add({ ...at(0x8000_0000), bias: 0n }, FLAGS), core, 0, 0);
  const first = [words.slice(0, words.length / 2), vaddrs.slice(0, vaddrs.length / 2)];
  convolutions.expand(convolutions.add({ ...at(0x8000_0000), bias: 0n }, FLAGS), core, 0, 1);
  convolutions.expand(convolutions.add({ ...at(0x8000_0000), bias: 0n }, FLAGS), core, 0, 0);
  expect([words.slice(0, words.length / 2), vaddrs.slice(0, vaddrs.length / 2)]).toEqual(first);
});
