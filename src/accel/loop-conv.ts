import {
  ACCUMULATOR_BYTES,
  type AcceleratorConfig,
  accumulatorRows,
  elementBytes,
  maxBlockLength,
  maxBlockLengthAccumulator,
  mvinScaleIdentity,
  scratchpadRows,
} from './config.ts';
import { configWords } from './config-words.ts';
import { faultStop, type Stop } from './faults.ts';
import { ACCUMULATING_START, ACCUMULATOR_START, GARBAGE } from './local-address.ts';
import type { LoopConvRegisters } from './loop-conv-registers.ts';
import { type DramMatrix, dramMatrix, type Primitives, ZEROS } from './primitives.ts';

/**
 * loop_conv_ws: a tile of convolution as the sequence of primitive commands that the functional model runs: bias,
 * input and weights in, one matrix product per kernel tap, outputs out. Names are those of the command's fields: i for
 * input, o for output, k for kernel, p for pooled, ch for channels.
 * @source gemmini-isa §6
 */

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

/** Runs the expansion into `to`; stops at the first primitive that stops. */
export function expandLoopConv(
  config: AcceleratorConfig,
  registers: LoopConvRegisters,
  flags: LoopConvFlags,
  toggles: ConvolutionToggles,
  to: Primitives,
): Stop | undefined {
  if (flags.dilatesInput && registers.stride !== 1) return faultStop('dilated-stride', `stride ${registers.stride}`);
  const tile = new ConvolutionTile(config, registers, flags, toggles, to);
  const nonsense = tile.checkPlausibility();
  if (nonsense !== undefined) return nonsense;
  flip(config, registers, toggles);
  return tile.loadBias() ?? tile.loadInput() ?? tile.loadWeights() ?? tile.multiply() ?? tile.store();
}

function flip(config: AcceleratorConfig, registers: LoopConvRegisters, toggles: ConvolutionToggles): void {
  const rows = accumulatorRows(config);
  if (registers.bias !== 0n) toggles.biasRow = (toggles.biasRow + rows / 2) % rows;
  if (registers.output !== 0n) toggles.outputRow = (toggles.outputRow + rows / 2) % rows;
}

/** Scratchpad id that pins an operand to the upper half of the scratchpad. */
const UPPER_HALF = 2;

const int16 = (x: number): number => (x << 16) >> 16;
const ceilDiv = (x: number, by: number): number => Math.ceil(x / by);
const product = (...factors: readonly number[]): number => factors.reduce((x, y) => Math.imul(x, y), 1);
/** Parity as C computes it for possibly negative numbers: −1 is odd. */
const isOdd = (x: number): boolean => x % 2 !== 0;

/** The weights of one kernel tap (or of several neighbouring ones that share a row) on their way through the array. */
interface KernelTap {
  readonly kcol: number;
  readonly local: number;
  readonly cols: number;
  readonly depth: number;
  /** Are the weights still to be loaded into the array? */
  isFresh: boolean;
}

/** The tile's geometry, worked out once, and the five phases. */
class ConvolutionTile {
  readonly #config: AcceleratorConfig;
  readonly #r: LoopConvRegisters;
  readonly #flags: LoopConvFlags;
  readonly #to: Primitives;
  readonly #dim: number;
  readonly #elementBytes: number;
  readonly #input: DramMatrix;
  /** Real input rows and columns of the tile. */
  readonly #inputRows: number;
  readonly #inputCols: number;
  /** The same with padding. */
  readonly #paddedRows: number;
  readonly #paddedCols: number;
  /** Local rows of one input channel slice of one image; of one DIM-wide slice of input, output, weights. */
  readonly #plane: number;
  readonly #inputSlice: number;
  readonly #outputSlice: number;
  readonly #weightSlice: number;
  readonly #weightRows: number;
  /** First local addresses. */
  readonly #localA: number;
  readonly #localB: number;
  readonly #localD: number;
  readonly #localC: number;

  constructor(
    config: AcceleratorConfig,
    registers: LoopConvRegisters,
    flags: LoopConvFlags,
    toggles: ConvolutionToggles,
    to: Primitives,
  ) {
    this.#config = config;
    this.#r = registers;
    this.#flags = flags;
    this.#to = to;
    const dim = config.dim;
    this.#dim = dim;
    this.#elementBytes = elementBytes(config);
    this.#input = dramMatrix(registers.input, 0n, this.#elementBytes);
    const r = registers;
    const taps = (n: number): number => int16(n + (r.kernelDilation - 1) * (n - 1));
    const dilatedRows = int16(r.orows * r.stride + taps(r.krows) - 1);
    const dilatedCols = int16(r.ocols * r.stride + taps(r.kcols) - 1);
    const unpadded = (n: number, before: number, after: number): number => {
      const dilated = int16(n - before - after);
      return flags.dilatesInput ? int16(Math.trunc((dilated + 1) / 2)) : dilated;
    };
    this.#inputRows = unpadded(dilatedRows, r.upad, r.dpad);
    this.#inputCols = unpadded(dilatedCols, r.lpad, r.rpad);
    const undilate = (x: number): number => this.#undilate(x);
    this.#paddedRows = flags.dilatesInput ? int16(this.#inputRows + undilate(r.upad) + undilate(r.dpad)) : dilatedRows;
    this.#paddedCols = flags.dilatesInput ? int16(this.#inputCols + undilate(r.lpad) + undilate(r.rpad)) : dilatedCols;

    this.#plane = this.#downsample(this.#paddedRows) * this.#downsample(this.#paddedCols);
    this.#inputSlice = (flags.transposesInput ? r.kchs : r.batches) * this.#plane;
    this.#outputSlice = r.batches * r.orows * r.ocols;
    this.#weightSlice = r.krows * r.kcols * (flags.weights0132 ? r.pochs : r.kchs);
    this.#weightRows = ceilDiv(flags.weights0132 ? r.kchs : r.pochs, dim) * this.#weightSlice;

    const half = scratchpadRows(config) / 2;
    this.#localA = flags.spadIdA === UPPER_HALF ? half : 0;
    this.#localB = (flags.spadIdB === UPPER_HALF ? 2 * half : half) - this.#weightRows;
    this.#localD = ACCUMULATOR_START + toggles.biasRow;
    this.#localC = ACCUMULATING_START + toggles.outputRow;
  }

  /**
   * The functional model has no capacity check, but a tile whose weights or results exceed a whole memory always ends
   * in a row that does not exist. Finding out here keeps sizes read through the wrong ISA revision from looping for long.
   */
  checkPlausibility(): Stop | undefined {
    const { pochs, krows, kcols, kchs } = this.#r;
    const resultRows = ceilDiv(pochs, this.#dim) * this.#outputSlice;
    const problems = [
      [this.#weightRows > scratchpadRows(this.#config), `weights of ${krows}×${kcols}×${kchs}×${pochs}`],
      [resultRows > accumulatorRows(this.#config), `${resultRows} accumulator rows of results`],
    ] as const;
    const found = problems.find(([isNonsense]) => isNonsense);
    return found === undefined ? undefined : faultStop('loop-conv-nonsense', found[1]);
  }

  loadBias(): Stop | undefined {
    const { bias, batches, orows, ocols, pochs } = this.#r;
    if (bias === 0n) return undefined;
    const dim = this.#dim;
    const matrix = this.#flags.noBias ? ZEROS : dramMatrix(bias, 0n, ACCUMULATOR_BYTES);
    const width = Math.min(pochs, maxBlockLengthAccumulator(this.#config) * dim);
    const stop = this.#configureLoad(2, 0n, this.#outputSlice, 1);
    if (stop !== undefined) return stop;
    for (let b = 0; b < batches; b++) {
      for (let orow = 0; orow < orows; orow++) {
        for (let ocol = 0; ocol < ocols; ocol += dim) {
          for (let och = 0; och < pochs; och += width) {
            const local = this.#localD + this.#outputOffset(b, orow, ocol, och);
            const rows = Math.min(dim, ocols - ocol);
            const cols = Math.min(width, pochs - och);
            const moveStop = this.#to.moveIn(2, matrix, 0, och, local, rows, cols);
            if (moveStop !== undefined) return moveStop;
          }
        }
      }
    }
    return undefined;
  }

  loadInput(): Stop | undefined {
    const { input, batches, kchs, batchSize, inStride, upad, dpad, lpad, rpad } = this.#r;
    const { transposesInput, downsamples, pixelsPerRow } = this.#flags;
    if (input === 0n) return undefined;
    const width = Math.min(transposesInput ? batches : kchs, maxBlockLength(this.#config) * this.#dim);
    const stride = (transposesInput ? batchSize : inStride) * this.#elementBytes;
    const stop = this.#configureLoad(0, BigInt(stride) << (downsamples ? 1n : 0n), this.#inputSlice, pixelsPerRow);
    if (stop !== undefined || width === 0) return stop;

    const endRow = this.#inputRows + this.#undilate(dpad);
    const endCol = this.#inputCols + this.#undilate(rpad);
    for (let b = 0; b < batches; b += transposesInput ? width : 1) {
      for (let irow = -this.#undilate(upad); irow < endRow; irow += downsamples ? 2 : 1) {
        for (let icol = -this.#undilate(lpad); icol < endCol; ) {
          const pixels = this.#pixelsFrom(icol, endCol);
          for (let ich = 0; ich < kchs; ich += transposesInput ? 1 : width) {
            const moveStop = this.#loadPixels(b, irow, icol, ich, pixels, width);
            if (moveStop !== undefined) return moveStop;
          }
          icol += pixels;
        }
      }
    }
    return undefined;
  }

  /** Pixels of the next load: padding and image are not mixed. */
  #pixelsFrom(icol: number, endCol: number): number {
    if (icol < 0) return Math.min(-icol, this.#dim);
    if (icol >= this.#inputCols) return Math.min(endCol - icol, this.#dim);
    return Math.min(this.#inputCols - icol, this.#flags.downsamples ? 2 * this.#dim : this.#dim);
  }

  #loadPixels(b: number, irow: number, icol: number, ich: number, pixels: number, width: number): Stop | undefined {
    const { batches, kchs, batchSize, inRowDim, inColDim, inStride, upad, lpad } = this.#r;
    const { transposesInput } = this.#flags;
    const isPadding = irow < 0 || irow >= this.#inputRows || icol < 0 || icol >= this.#inputCols;
    const pixelIndex = (image: number): number => (product(image, inRowDim, inColDim) + irow * inColDim + icol) | 0;
    const element = transposesInput
      ? (product(pixelIndex(ich), batchSize) + b) | 0
      : (product(pixelIndex(b), inStride) + ich) | 0;
    const slice = transposesInput
      ? Math.floor(b / this.#dim) * this.#inputSlice + ich * this.#plane
      : Math.floor(ich / this.#dim) * this.#inputSlice + b * this.#plane;
    const local =
      this.#localA +
      slice +
      this.#downsample(irow + this.#undilate(upad)) * this.#downsample(this.#paddedCols) +
      this.#downsample(icol + this.#undilate(lpad));
    const cols = transposesInput ? Math.min(width, batches - b) : Math.min(width, kchs - ich);
    return this.#to.moveIn(
      0,
      isPadding ? ZEROS : this.#input,
      0,
      isPadding ? 0 : element,
      local,
      this.#downsample(pixels),
      cols,
    );
  }

  loadWeights(): Stop | undefined {
    const { weights, pochs, krows, kcols, kchs } = this.#r;
    const { weights0132 } = this.#flags;
    if (weights === 0n) return undefined;
    const dim = this.#dim;
    const width = Math.min(weights0132 ? kchs : pochs, maxBlockLength(this.#config) * dim);
    const stop = this.#configureLoad(1, this.#weightRowBytes(), this.#weightSlice, 1);
    if (stop !== undefined || width === 0) return stop;
    const matrix = dramMatrix(weights, 0n, this.#elementBytes);
    for (let och = 0; och < pochs; och += weights0132 ? dim : width) {
      for (let krow = 0; krow < krows; krow++) {
        for (let kcol = 0; kcol < kcols; kcol++) {
          for (let kch = 0; kch < kchs; kch += weights0132 ? width : dim) {
            const rows = weights0132 ? Math.min(dim, pochs - och) : Math.min(dim, kchs - kch);
            const cols = weights0132 ? Math.min(width, kchs - kch) : Math.min(width, pochs - och);
            const local = this.#localB + this.#weightOffset(krow, kcol, kch, och);
            const element = this.#weightElement(krow, kcol, kch, och);
            const moveStop = this.#to.moveIn(1, matrix, 0, element, local, rows, cols);
            if (moveStop !== undefined) return moveStop;
          }
        }
      }
    }
    return undefined;
  }

  #weightRowBytes(): bigint {
    const { kernelDim, outChannels, inChannels, weightStride } = this.#r;
    const { isDepthwise, weights1203, weights0132 } = this.#flags;
    const elements = isDepthwise
      ? 1
      : weights1203
        ? product(kernelDim, kernelDim, outChannels)
        : weights0132
          ? inChannels
          : weightStride;
    return BigInt.asUintN(64, BigInt(elements) * BigInt(this.#elementBytes));
  }

  /** Index of a weight in main memory. */
  #weightElement(krow: number, kcol: number, kch: number, och: number): number {
    const { kernelDim, outChannels, inChannels, weightStride } = this.#r;
    const { isDepthwise, weights1203, weights0132 } = this.#flags;
    if (isDepthwise) return krow * kernelDim + kcol;
    if (weights1203)
      return (product(product(kch, kernelDim, kernelDim) + krow * kernelDim + kcol, outChannels) + och) | 0;
    if (weights0132)
      return (product(product(krow, kernelDim, outChannels) + product(kcol, outChannels) + och, inChannels) + kch) | 0;
    return (product(product(krow, kernelDim, inChannels) + product(kcol, inChannels) + kch, weightStride) + och) | 0;
  }

  multiply(): Stop | undefined {
    const { pochs, krows, kcols, kchs, orows, ocols } = this.#r;
    const dim = this.#dim;
    if (this.#flags.transposesInput) {
      const strides = {
        a_stride: (this.#paddedRows * this.#paddedCols) & 0xffff,
        c_stride: (orows * ocols) & 0xffff,
      };
      const stop = this.#to.config(configWords('config_ex', { set_only_strides: 1, ...strides }));
      if (stop !== undefined) return stop;
    }
    for (let och = 0; och < pochs; och += dim) {
      for (let krow = 0; krow < krows; krow++) {
        for (let kcol = 0; kcol < kcols; kcol += this.#flags.pixelsPerRow) {
          for (let kch = 0; kch < kchs; kch += dim) {
            const stop = this.#multiplyTap(och, krow, kcol, kch);
            if (stop !== undefined) return stop;
          }
        }
      }
    }
    return undefined;
  }

  /** All outputs of one kernel tap: weights are loaded once and stay in the array. */
  #multiplyTap(och: number, krow: number, kcol: number, kch: number): Stop | undefined {
    const { batches, orows, stride, kernelDilation, upad, kcols, kchs, pochs } = this.#r;
    const { transposesInput, dilatesInput, pixelsPerRow } = this.#flags;
    const dim = this.#dim;
    const tap = {
      kcol,
      local: this.#localWeights(och, krow, kcol, kch),
      cols: Math.min(dim, pochs - och),
      depth: Math.min(pixelsPerRow, kcols - kcol) * Math.min(dim, kchs - kch),
      isFresh: true,
    };
    const paddedCols = this.#downsample(this.#paddedCols);
    for (let b = 0; b < batches; b += transposesInput ? dim : 1) {
      const slice = transposesInput
        ? Math.floor(b / dim) * this.#inputSlice + kch * this.#plane
        : Math.floor(kch / dim) * this.#inputSlice + b * this.#plane;
      for (let orow = 0; orow < orows; orow++) {
        if (dilatesInput && isOdd(krow * kernelDilation + orow - upad)) continue;
        const irow = this.#undilate(orow * stride + krow * kernelDilation);
        const localA = this.#localA + slice + this.#downsample(irow) * paddedCols;
        const localC = this.#localC + this.#outputOffset(b, orow, 0, och);
        const stop = this.#multiplyRow(tap, localA, localC, Math.min(dim, batches - b));
        if (stop !== undefined) return stop;
      }
    }
    return undefined;
  }

  #localWeights(och: number, krow: number, kcol: number, kch: number): number {
    const { krows, kcols } = this.#r;
    const { rotates } = this.#flags;
    const tapRow = rotates ? krows - 1 - krow : krow;
    const tapCol = rotates ? kcols - 1 - kcol : kcol;
    return this.#localB + this.#weightOffset(tapRow, tapCol, kch, och);
  }

  /** One output row: `localA` and `localC` are where its input row and its first output lie. */
  #multiplyRow(tap: KernelTap, localA: number, localC: number, images: number): Stop | undefined {
    const { ocols, stride, kernelDilation, lpad } = this.#r;
    const { transposesInput, dilatesInput, downsamples } = this.#flags;
    const to = this.#to;
    const { cols, depth } = tap;
    const start = tap.kcol * kernelDilation;
    const width = dilatesInput ? 2 * this.#dim : this.#dim;
    const step = transposesInput ? 1 : width;
    for (let ocol = 0; ocol < ocols; ) {
      if (dilatesInput && isOdd(start + ocol - lpad)) {
        ocol += 1;
        continue;
      }
      const pixels = Math.min(width, ocols - ocol);
      const rows = transposesInput ? images : dilatesInput ? (pixels + 1) >> 1 : pixels;
      const dilated = ocol * stride + start;
      const icol = dilatesInput ? (dilated + 1) >> 1 : dilated;
      const local = localA + (downsamples ? icol >> 1 : icol);
      const stop =
        to.preload(tap.isFresh ? tap.local : GARBAGE, depth, cols, localC + ocol, rows, cols) ??
        to.compute(local, rows, depth, GARBAGE, rows, cols, tap.isFresh);
      if (stop !== undefined) return stop;
      tap.isFresh = false;
      ocol += step;
    }
    return undefined;
  }

  store(): Stop | undefined {
    if (this.#r.output === 0n) return undefined;
    return this.#flags.noPool ? this.#storePlain() : this.#storePooled();
  }

  #storePlain(): Stop | undefined {
    const { output, batches, orows, ocols, pochs } = this.#r;
    const dim = this.#dim;
    const matrix = dramMatrix(output, 0n, this.#elementBytes);
    for (let b = 0; b < batches; b++) {
      for (let orow = 0; orow < orows; orow++) {
        for (let ocol = 0; ocol < ocols; ocol += dim) {
          for (let och = 0; och < pochs; och += dim) {
            const local = this.#localC + this.#outputOffset(b, orow, ocol, och);
            const rows = Math.min(dim, ocols - ocol);
            const cols = Math.min(dim, pochs - och);
            const element = this.#outputElement(b, orow, ocol, och);
            const stop = this.#to.moveOut(matrix, 0, element, local, rows, cols);
            if (stop !== undefined) return stop;
          }
        }
      }
    }
    return undefined;
  }

  #storePooled(): Stop | undefined {
    const { output, batches, pochs, poolOutRowDim, poolOutColDim, outStride } = this.#r;
    const dim = this.#dim;
    const matrix = dramMatrix(output, 0n, this.#elementBytes);
    const stop = this.#configurePooledStore(true);
    if (stop !== undefined) return stop;
    for (let b = 0; b < batches; b++) {
      for (let poch = 0; poch < pochs; poch += dim) {
        const local = this.#localC + this.#outputOffset(b, 0, 0, poch);
        const element = (product(b, poolOutRowDim, poolOutColDim, outStride) + poch) | 0;
        const moveStop = this.#to.moveOut(matrix, 0, element, local, 0, Math.min(dim, pochs - poch));
        if (moveStop !== undefined) return moveStop;
      }
    }
    return this.#configurePooledStore(false);
  }

  /** The scale in force stays. */
  #configurePooledStore(isPooling: boolean): Stop | undefined {
    const r = this.#r;
    const pooling = {
      pool_stride: r.poolStride,
      pool_size: r.poolSize,
      upad: r.pupad,
      lpad: r.plpad,
      pool_out_dim: r.poolOutColDim,
      porows: r.porows,
      pocols: r.pocols,
      orows: r.orows,
      ocols: r.ocols,
    };
    return this.#to.config(
      configWords('config_mvout', {
        ...(isPooling ? pooling : {}),
        stride: r.outStride * this.#elementBytes,
        activation: this.#flags.activation === 0 ? 0 : 1,
        acc_scale: this.#to.storeScaleBits,
      }),
    );
  }

  #configureLoad(state: 0 | 1 | 2, stride: bigint, blockStride: number, pixelRepeats: number): Stop | undefined {
    return this.#to.config(
      configWords('config_mvin', {
        state,
        stride,
        block_stride: blockStride,
        pixel_repeats: pixelRepeats,
        scale: mvinScaleIdentity(this.#config),
      }),
    );
  }

  #outputOffset(b: number, orow: number, ocol: number, och: number): number {
    const { orows, ocols } = this.#r;
    return Math.floor(och / this.#dim) * this.#outputSlice + (b * orows + orow) * ocols + ocol;
  }

  #outputElement(b: number, orow: number, ocol: number, och: number): number {
    const { batchSize, outChannels, outRowDim, outColDim, outStride } = this.#r;
    if (this.#flags.transposesOutput)
      return (product(product(orow, outColDim, batchSize) + product(ocol, batchSize) + b, outChannels) + och) | 0;
    return (product(product(b, outRowDim, outColDim) + product(orow, outColDim) + ocol, outStride) + och) | 0;
  }

  #weightOffset(krow: number, kcol: number, kch: number, och: number): number {
    const { kcols, kchs, pochs } = this.#r;
    return this.#flags.weights0132
      ? Math.floor(kch / this.#dim) * this.#weightSlice + (krow * kcols + kcol) * pochs + och
      : Math.floor(och / this.#dim) * this.#weightSlice + (krow * kcols + kcol) * kchs + kch;
  }

  #downsample(x: number): number {
    return this.#flags.downsamples ? x >> 1 : x;
  }

  #undilate(x: number): number {
    return this.#flags.dilatesInput ? (x + 1) >> 1 : x;
  }
}
