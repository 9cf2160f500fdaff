import type { AcceleratorState } from '../state.ts';

/**
 * The registers as the kernels read them: 32-bit words in working memory, copied from the accelerator's registers when
 * a configuration has changed. What the kernels cannot do is decided here once, as "usable" words, not per command.
 */
const LOAD_WORDS = [
  'strideLow',
  'strideHigh',
  'isUsable',
  'isWideUsable',
  'blockStride',
  'shrinks',
  'isIdentity',
  'repeats',
  'scale',
  'unused',
] as const;

const OTHER_WORDS = [
  'storeStrideLow',
  'storeStrideHigh',
  'isWordStoreUsable',
  'isScaledStoreUsable',
  'storeScale',
  'storeRelu',
  'isScaledPoolUsable',
  'poolStride',
  'poolSize',
  'upperPadding',
  'leftPadding',
  'poolOutDim',
  'pooledRows',
  'pooledCols',
  'imageRows',
  'imageCols',
  'isWeightStationary',
  'isShiftUsable',
  'shift',
  'computeRelu',
  'transposesA',
  'transposesB',
  'strideA',
  'strideC',
  'local',
  'rows',
  'cols',
  'outLocal',
  'outRows',
  'outCols',
] as const;

type LoadWord = (typeof LOAD_WORDS)[number];
type OtherWord = (typeof OTHER_WORDS)[number];

const LOAD_STATES = 3;
const OTHER_START = LOAD_STATES * LOAD_WORDS.length;

export const LOAD_STATE_BYTES = LOAD_WORDS.length * 4;
export const REGISTER_BYTES = (OTHER_START + OTHER_WORDS.length) * 4;

const offsets = <Name extends string>(names: readonly Name[], start: number): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name, index) => [name, (start + index) * 4])) as Record<Name, number>;

/** Byte offset of a word from the start of its load state's words. */
export const LOAD_WORD: Readonly<Record<LoadWord, number>> = offsets(LOAD_WORDS, 0);
/** Byte offset of a word from the start of the registers. */
export const REGISTER_WORD: Readonly<Record<OtherWord, number>> = offsets(OTHER_WORDS, OTHER_START);

/** Strides beyond it are not exact as numbers, and lead nowhere. */
const LARGEST_STRIDE = 2 ** 52;

/** Copies all registers into the kernels' working memory, which starts at byte `start`. */
export function writeRegisters(state: AcceleratorState, start: number): void {
  const { loads, store, execute, preload } = state.registers;
  const { config } = state;
  const isInteger = config.accumulatorType === 'int32';
  const view = new DataView(state.memory.memory.buffer, start, REGISTER_BYTES);
  const put = (offset: number, value: number | boolean): void => view.setInt32(offset, Number(value), true);

  loads.forEach((load, index) => {
    const base = index * LOAD_STATE_BYTES;
    const isUsable = load.isConfigured && Math.abs(load.signedStride) < LARGEST_STRIDE;
    view.setBigUint64(base + LOAD_WORD.strideLow, load.stride, true);
    put(base + LOAD_WORD.isUsable, isUsable);
    put(base + LOAD_WORD.isWideUsable, !(isInteger && config.mvinScalesAccumulator));
    put(base + LOAD_WORD.blockStride, load.blockStride);
    put(base + LOAD_WORD.shrinks, load.shrinks);
    // Scaling a float by 1 makes a NaN the canonical one.
    put(base + LOAD_WORD.isIdentity, isInteger && load.scale === 1);
    put(base + LOAD_WORD.repeats, load.pixelRepeats);
    view.setFloat32(base + LOAD_WORD.scale, load.scale, true);
  });

  const isPlain = store.activation <= 1;
  const isRaw = config.rtlBehaviours.includes('raw-full-width-mvout');
  const isScaled = config.accumulatorScaleType !== 'none';
  view.setBigUint64(REGISTER_WORD.storeStrideLow, BigInt(store.stride), true);
  put(REGISTER_WORD.isWordStoreUsable, isPlain || isRaw);
  put(REGISTER_WORD.isScaledStoreUsable, isPlain && isScaled);
  view.setFloat32(REGISTER_WORD.storeScale, store.scale, true);
  put(REGISTER_WORD.storeRelu, store.activation === 1);

  put(REGISTER_WORD.isScaledPoolUsable, isScaled);
  put(REGISTER_WORD.poolStride, store.poolStride);
  put(REGISTER_WORD.poolSize, store.poolSize);
  put(REGISTER_WORD.upperPadding, store.upperPadding);
  put(REGISTER_WORD.leftPadding, store.leftPadding);
  put(REGISTER_WORD.poolOutDim, store.poolOutDim);
  put(REGISTER_WORD.pooledRows, store.pooledRows);
  put(REGISTER_WORD.pooledCols, store.pooledCols);
  put(REGISTER_WORD.imageRows, store.rows);
  put(REGISTER_WORD.imageCols, store.cols);

  put(REGISTER_WORD.isWeightStationary, execute.isWeightStationary);
  put(
    REGISTER_WORD.isShiftUsable,
    execute.isWeightStationary || !config.rtlBehaviours.includes('shift-into-accumulator'),
  );
  put(REGISTER_WORD.shift, execute.shift);
  put(REGISTER_WORD.computeRelu, execute.activation === 1);
  put(REGISTER_WORD.transposesA, execute.transposesA);
  put(REGISTER_WORD.transposesB, execute.transposesB);
  put(REGISTER_WORD.strideA, execute.strideA);
  put(REGISTER_WORD.strideC, execute.strideC);

  put(REGISTER_WORD.local, preload.local);
  put(REGISTER_WORD.rows, preload.rows);
  put(REGISTER_WORD.cols, preload.cols);
  put(REGISTER_WORD.outLocal, preload.outLocal);
  put(REGISTER_WORD.outRows, preload.outRows);
  put(REGISTER_WORD.outCols, preload.outCols);
}

/** Copies the preload latch, which kernels set, back into the accelerator's registers. */
export function readLatch(state: AcceleratorState, start: number): void {
  const word = (offset: number): number => state.words[(start + offset) >> 2]!;
  const latch = state.registers.preload;
  latch.local = word(REGISTER_WORD.local) >>> 0;
  latch.rows = word(REGISTER_WORD.rows);
  latch.cols = word(REGISTER_WORD.cols);
  latch.outLocal = word(REGISTER_WORD.outLocal) >>> 0;
  latch.outRows = word(REGISTER_WORD.outRows);
  latch.outCols = word(REGISTER_WORD.outCols);
}
