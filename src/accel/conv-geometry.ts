import { type AcceleratorConfig, accumulatorRows, elementBytes, scratchpadRows } from './config.ts';
import { faultStop, type Stop } from './faults.ts';
import { ACCUMULATING_START, ACCUMULATOR_START } from './local-address.ts';
import type { LoopConvRegisters } from './loop-conv-registers.ts';

/** Operands of the loop_conv_ws command itself. */
export interface LoopConvFlags {
  readonly noBias: boolean;
  /** Rotate the kernel by 180°. */
  readonly rotates: boolean;
  /** Output is HWNC. */
  readonly transposesOutput: boolean;
  /** Weights are IHWO. */
  readonly weights1203: boolean;
  /** Weights are HWOI. */
  readonly weights0132: boolean;
  /** Input is CHWN. */
  readonly transposesInput: boolean;
  readonly isDepthwise: boolean;
  readonly pixelsPerRow: number;
  readonly spadIdA: number;
  readonly spadIdB: number;
  readonly noPool: boolean;
  readonly downsamples: boolean;
  readonly dilatesInput: boolean;
  readonly activation: number;
}

/** Halves of the accumulator that the next tile uses. They survive everything. */
export interface ConvolutionToggles {
  biasRow: number;
  outputRow: number;
}

/** Scratchpad id that pins an operand to the upper half of the scratchpad. */
const UPPER_HALF = 2;

const int16 = (x: number): number => (x << 16) >> 16;
const ceilDiv = (x: number, by: number): number => Math.ceil(x / by);
/** Product of 32-bit integers, wrapping. */
export const product = (...factors: readonly number[]): number => factors.reduce((x, y) => Math.imul(x, y), 1);
/** Where everything of a tile lies, in the scratchpad, the accumulator and main memory. @source gemmini-isa §6.2 */
export class ConvolutionGeometry {
  readonly #config: AcceleratorConfig;
  readonly #r: LoopConvRegisters;
  readonly #flags: LoopConvFlags;
  readonly dim: number;
  readonly elementBytes: number;
  /** Real input rows and columns of the tile. */
  readonly inputRows: number;
  readonly inputCols: number;
  /** The same with padding. */
  readonly paddedRows: number;
  readonly paddedCols: number;
  /** Local rows of one input channel slice of one image; of one DIM-wide slice of input, output, weights. */
  readonly plane: number;
  readonly inputSlice: number;
  readonly outputSlice: number;
  readonly weightSlice: number;
  readonly weightRows: number;
  /** First local addresses. */
  readonly localA: number;
  readonly localB: number;
  readonly localD: number;
  readonly localC: number;

  constructor(
    config: AcceleratorConfig,
    registers: LoopConvRegisters,
    flags: LoopConvFlags,
    toggles: ConvolutionToggles,
  ) {
    this.#config = config;
    this.#r = registers;
    this.#flags = flags;
    const dim = config.dim;
    this.dim = dim;
    this.elementBytes = elementBytes(config);
    const r = registers;
    const taps = (n: number): number => int16(n + (r.kernelDilation - 1) * (n - 1));
    const dilatedRows = int16(r.orows * r.stride + taps(r.krows) - 1);
    const dilatedCols = int16(r.ocols * r.stride + taps(r.kcols) - 1);
    const unpadded = (n: number, before: number, after: number): number => {
      const dilated = int16(n - before - after);
      return flags.dilatesInput ? int16(Math.trunc((dilated + 1) / 2)) : dilated;
    };
    this.inputRows = unpadded(dilatedRows, r.upad, r.dpad);
    this.inputCols = unpadded(dilatedCols, r.lpad, r.rpad);
    const undilate = (x: number): number => this.undilate(x);
    this.paddedRows = flags.dilatesInput ? int16(this.inputRows + undilate(r.upad) + undilate(r.dpad)) : dilatedRows;
    this.paddedCols = flags.dilatesInput ? int16(this.inputCols + undilate(r.lpad) + undilate(r.rpad)) : dilatedCols;

    this.plane = this.downsample(this.paddedRows) * this.downsample(this.paddedCols);
    this.inputSlice = (flags.transposesInput ? r.kchs : r.batches) * this.plane;
    this.outputSlice = r.batches * r.orows * r.ocols;
    this.weightSlice = r.krows * r.kcols * (flags.weights0132 ? r.pochs : r.kchs);
    this.weightRows = ceilDiv(flags.weights0132 ? r.kchs : r.pochs, dim) * this.weightSlice;

    const half = scratchpadRows(config) / 2;
    this.localA = flags.spadIdA === UPPER_HALF ? half : 0;
    this.localB = (flags.spadIdB === UPPER_HALF ? 2 * half : half) - this.weightRows;
    this.localD = ACCUMULATOR_START + toggles.biasRow;
    this.localC = ACCUMULATING_START + toggles.outputRow;
  }

  /**
   * The functional model has no capacity check, but a tile whose weights or results exceed a whole memory always ends
   * in a row that does not exist. Finding out here keeps sizes read through the wrong ISA revision from looping for long.
   */
  checkPlausibility(): Stop | undefined {
    const { pochs, krows, kcols, kchs, batches, input } = this.#r;
    const inputRows = ceilDiv(this.#flags.transposesInput ? batches : kchs, this.dim) * this.inputSlice;
    const resultRows = ceilDiv(pochs, this.dim) * this.outputSlice;
    const problems = [
      [this.weightRows > scratchpadRows(this.#config), `weights of ${krows}×${kcols}×${kchs}×${pochs}`],
      [resultRows > accumulatorRows(this.#config), `${resultRows} accumulator rows of results`],
      [input !== 0n && inputRows > scratchpadRows(this.#config), `${inputRows} scratchpad rows of input`],
    ] as const;
    const found = problems.find(([isNonsense]) => isNonsense);
    return found === undefined ? undefined : faultStop('loop-conv-nonsense', found[1]);
  }

  /** Pixels of the next load: padding and image are not mixed. */
  pixelsFrom(icol: number, endCol: number): number {
    if (icol < 0) return Math.min(-icol, this.dim);
    if (icol >= this.inputCols) return Math.min(endCol - icol, this.dim);
    return Math.min(this.inputCols - icol, this.#flags.downsamples ? 2 * this.dim : this.dim);
  }

  weightRowBytes(): bigint {
    const { kernelDim, outChannels, inChannels, weightStride } = this.#r;
    const { isDepthwise, weights1203, weights0132 } = this.#flags;
    const elements = isDepthwise
      ? 1
      : weights1203
        ? product(kernelDim, kernelDim, outChannels)
        : weights0132
          ? inChannels
          : weightStride;
    return BigInt.asUintN(64, BigInt(elements) * BigInt(this.elementBytes));
  }

  /** Index of a weight in main memory. */
  weightElement(krow: number, kcol: number, kch: number, och: number): number {
    const { kernelDim, outChannels, inChannels, weightStride } = this.#r;
    const { isDepthwise, weights1203, weights0132 } = this.#flags;
    if (isDepthwise) return krow * kernelDim + kcol;
    if (weights1203)
      return (product(product(kch, kernelDim, kernelDim) + krow * kernelDim + kcol, outChannels) + och) | 0;
    if (weights0132)
      return (product(product(krow, kernelDim, outChannels) + product(kcol, outChannels) + och, inChannels) + kch) | 0;
    return (product(product(krow, kernelDim, inChannels) + product(kcol, inChannels) + kch, weightStride) + och) | 0;
  }

  outputOffset(b: number, orow: number, ocol: number, och: number): number {
    const { orows, ocols } = this.#r;
    return Math.floor(och / this.dim) * this.outputSlice + (b * orows + orow) * ocols + ocol;
  }

  outputElement(b: number, orow: number, ocol: number, och: number): number {
    const { batchSize, outChannels, outRowDim, outColDim, outStride } = this.#r;
    if (this.#flags.transposesOutput)
      return (product(product(orow, outColDim, batchSize) + product(ocol, batchSize) + b, outChannels) + och) | 0;
    return (product(product(b, outRowDim, outColDim) + product(orow, outColDim) + ocol, outStride) + och) | 0;
  }

  weightOffset(krow: number, kcol: number, kch: number, och: number): number {
    const { kcols, kchs, pochs } = this.#r;
    return this.#flags.weights0132
      ? Math.floor(kch / this.dim) * this.weightSlice + (krow * kcols + kcol) * pochs + och
      : Math.floor(och / this.dim) * this.weightSlice + (krow * kcols + kcol) * kchs + kch;
  }

  downsample(x: number): number {
    return this.#flags.downsamples ? x >> 1 : x;
  }

  undilate(x: number): number {
    return this.#flags.dilatesInput ? (x + 1) >> 1 : x;
  }
}
