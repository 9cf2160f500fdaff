import { ACTIVATIONS } from '../isa/accelerator.ts';
import type { AcceleratorConfig } from './config.ts';
import type { Numerics } from './numerics.ts';

/** One of the three load states, set by config_mvin. */
export interface LoadState {
  isConfigured: boolean;
  /** Bytes between DRAM rows. */
  stride: bigint;
  /** The same as a signed 64-bit number; exact below 2^53. */
  signedStride: number;
  /** Local rows between column blocks. */
  blockStride: number;
  shrinks: boolean;
  scale: number;
  pixelRepeats: number;
}

/** Set by config_mvout. */
export interface StoreState {
  /** Bytes between DRAM rows. */
  stride: number;
  activation: number;
  scaleBits: number;
  scale: number;
  poolStride: number;
  poolSize: number;
  upperPadding: number;
  leftPadding: number;
  poolOutDim: number;
  pooledRows: number;
  pooledCols: number;
  rows: number;
  cols: number;
}

/** Set by config_ex. */
export interface ExecuteState {
  isWeightStationary: boolean;
  activation: number;
  shift: number;
  transposesA: boolean;
  transposesB: boolean;
  strideA: number;
  strideC: number;
}

/** What preload latches: the stationary operand and the destination of the next computes. */
export interface PreloadLatch {
  local: number;
  rows: number;
  cols: number;
  outLocal: number;
  outRows: number;
  outCols: number;
}

/** Running statistics of one id. @source gemmini-isa §7.7 */
export interface Statistics {
  sum: number;
  count: number;
  runningMax: number;
  max: number;
  mean: number;
  inverseDeviation: number;
  inverseSum: number;
  isResetPending: boolean;
}

/** Everything configurable, as it is before the first command. */
export function createRegisters(config: AcceleratorConfig, numerics: Numerics) {
  const load = (): LoadState => ({
    isConfigured: false,
    stride: 0n,
    signedStride: 0,
    blockStride: 0,
    shrinks: false,
    scale: numerics.mvinScale(0),
    pixelRepeats: 0,
  });
  const statistics = (): Statistics => ({
    sum: 0,
    count: 0,
    runningMax: 0,
    max: 0,
    mean: 0,
    inverseDeviation: 0,
    inverseSum: 0,
    isResetPending: true,
  });
  return {
    loads: [load(), load(), load()] as const,
    store: {
      stride: 0,
      activation: ACTIVATIONS.none,
      scaleBits: 0,
      scale: numerics.accumulatorScale(0),
      poolStride: 0,
      poolSize: 0,
      upperPadding: 0,
      leftPadding: 0,
      poolOutDim: 0,
      pooledRows: 0,
      pooledCols: 0,
      rows: 0,
      cols: 0,
    } as StoreState,
    execute: {
      isWeightStationary: false,
      activation: ACTIVATIONS.none,
      shift: 0,
      transposesA: false,
      transposesB: false,
      strideA: 0,
      strideC: 0,
    } as ExecuteState,
    preload: { local: 0, rows: 0, cols: 0, outLocal: 0, outRows: 0, outCols: 0 } as PreloadLatch,
    normalization: { statId: 0, qb: 0, qc: 0, qln2: 0, qln2Inverse: 0 },
    statistics: Array.from({ length: config.normStatIds }, statistics),
  };
}

export type Registers = ReturnType<typeof createRegisters>;
