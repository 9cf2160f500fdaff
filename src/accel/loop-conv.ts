import {
  ACCUMULATOR_BYTES,
  type AcceleratorConfig,
  accumulatorRows,
  maxBlockLength,
  maxBlockLengthAccumulator,
  mvinScaleIdentity,
} from './config.ts';
import { configWords } from './config-words.ts';
import { ConvolutionGeometry, type ConvolutionToggles, type LoopConvFlags, product } from './conv-geometry.ts';
import { faultStop, type Stop } from './faults.ts';
import { GARBAGE } from './local-address.ts';
import type { LoopConvRegisters } from './loop-conv-registers.ts';
import { type DramMatrix, dramMatrix, type Primitives, ZEROS } from './primitives.ts';

/**
 * loop_conv_ws: a tile of convolution as the sequence of primitive commands that the functional model runs: bias,
 * input and weights in, one matrix product per kernel tap, outputs out. Names are those of the command's fields: i for
 * input, o for output, k for kernel, p for pooled, ch for channels.
 * @source gemmini-isa §6
 */

/** Runs the expansion into `to`; stops at the first primitive that stops. */
export function expandLoopConv(
  config: AcceleratorConfig,
  registers: LoopConvRegisters,
  flags: LoopConvFlags,
  toggles: ConvolutionToggles,
  to: Primitives,
): Stop | undefined {
  if (flags.dilatesInput && registers.stride !== 1) return faultStop('dilated-stride', `stride ${registers.stride}`);
  const geometry = new ConvolutionGeometry(config, registers, flags, toggles);
  const nonsense = geometry.checkPlausibility();
  if (nonsense !== undefined) return nonsense;
  flip(config, registers, toggles);
  const tile = new ConvolutionTile(config, registers, flags, geometry, to);
  return tile.loadBias() ?? tile.loadInput() ?? tile.loadWeights() ?? tile.multiply() ?? tile.store();
}

function flip(config: AcceleratorConfig, registers: LoopConvRegisters, toggles: ConvolutionToggles): void {
  const rows = accumulatorRows(config);
  if (registers.bias !== 0n) toggles.biasRow = (toggles.biasRow + rows / 2) % rows;
  if (registers.output !== 0n) toggles.outputRow = (toggles.outputRow + rows / 2) % rows;
}

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

/** The five phases. */
class ConvolutionTile {
  readonly #config: AcceleratorConfig;
  readonly #r: LoopConvRegisters;
  readonly #flags: LoopConvFlags;
  readonly #to: Primitives;
  readonly #dim: number;
  readonly #g: ConvolutionGeometry;
  readonly #input: DramMatrix;

  constructor(
    config: AcceleratorConfig,
    registers: LoopConvRegisters,
    flags: LoopConvFlags,
    geometry: ConvolutionGeometry,
    to: Primitives,
  ) {
    this.#config = config;
    this.#r = registers;
    this.#flags = flags;
    this.#g = geometry;
    this.#to = to;
    this.#dim = config.dim;
    this.#input = dramMatrix(registers.input, 0n, geometry.elementBytes);
  }

  loadBias(): Stop | undefined {
    const { bias, batches, orows, ocols, pochs } = this.#r;
    if (bias === 0n) return undefined;
    const dim = this.#dim;
    const matrix = this.#flags.noBias ? ZEROS : dramMatrix(bias, 0n, ACCUMULATOR_BYTES);
    const width = Math.min(pochs, maxBlockLengthAccumulator(this.#config) * dim);
    const stop = this.#configureLoad(2, 0n, this.#g.outputSlice, 1);
    if (stop !== undefined) return stop;
    for (let b = 0; b < batches; b++) {
      for (let orow = 0; orow < orows; orow++) {
        for (let ocol = 0; ocol < ocols; ocol += dim) {
          for (let och = 0; och < pochs; och += width) {
            const local = this.#g.localD + this.#g.outputOffset(b, orow, ocol, och);
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
    const stride = (transposesInput ? batchSize : inStride) * this.#g.elementBytes;
    const stop = this.#configureLoad(0, BigInt(stride) << (downsamples ? 1n : 0n), this.#g.inputSlice, pixelsPerRow);
    if (stop !== undefined || width === 0) return stop;

    const endRow = this.#g.inputRows + this.#g.undilate(dpad);
    const endCol = this.#g.inputCols + this.#g.undilate(rpad);
    for (let b = 0; b < batches; b += transposesInput ? width : 1) {
      for (let irow = -this.#g.undilate(upad); irow < endRow; irow += downsamples ? 2 : 1) {
        for (let icol = -this.#g.undilate(lpad); icol < endCol; ) {
          const pixels = this.#g.pixelsFrom(icol, endCol);
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

  #loadPixels(b: number, irow: number, icol: number, ich: number, pixels: number, width: number): Stop | undefined {
    const { batches, kchs, batchSize, inRowDim, inColDim, inStride, upad, lpad } = this.#r;
    const { transposesInput } = this.#flags;
    const isPadding = irow < 0 || irow >= this.#g.inputRows || icol < 0 || icol >= this.#g.inputCols;
    const pixelIndex = (image: number): number => (product(image, inRowDim, inColDim) + irow * inColDim + icol) | 0;
    const element = transposesInput
      ? (product(pixelIndex(ich), batchSize) + b) | 0
      : (product(pixelIndex(b), inStride) + ich) | 0;
    const slice = transposesInput
      ? Math.floor(b / this.#dim) * this.#g.inputSlice + ich * this.#g.plane
      : Math.floor(ich / this.#dim) * this.#g.inputSlice + b * this.#g.plane;
    const local =
      this.#g.localA +
      slice +
      this.#g.downsample(irow + this.#g.undilate(upad)) * this.#g.downsample(this.#g.paddedCols) +
      this.#g.downsample(icol + this.#g.undilate(lpad));
    const cols = transposesInput ? Math.min(width, batches - b) : Math.min(width, kchs - ich);
    return this.#to.moveIn(
      0,
      isPadding ? ZEROS : this.#input,
      0,
      isPadding ? 0 : element,
      local,
      this.#g.downsample(pixels),
      cols,
    );
  }

  loadWeights(): Stop | undefined {
    const { weights, pochs, krows, kcols, kchs } = this.#r;
    const { weights0132 } = this.#flags;
    if (weights === 0n) return undefined;
    const dim = this.#dim;
    const width = Math.min(weights0132 ? kchs : pochs, maxBlockLength(this.#config) * dim);
    const stop = this.#configureLoad(1, this.#g.weightRowBytes(), this.#g.weightSlice, 1);
    if (stop !== undefined || width === 0) return stop;
    const matrix = dramMatrix(weights, 0n, this.#g.elementBytes);
    for (let och = 0; och < pochs; och += weights0132 ? dim : width) {
      for (let krow = 0; krow < krows; krow++) {
        for (let kcol = 0; kcol < kcols; kcol++) {
          for (let kch = 0; kch < kchs; kch += weights0132 ? width : dim) {
            const rows = weights0132 ? Math.min(dim, pochs - och) : Math.min(dim, kchs - kch);
            const cols = weights0132 ? Math.min(width, kchs - kch) : Math.min(width, pochs - och);
            const local = this.#g.localB + this.#g.weightOffset(krow, kcol, kch, och);
            const element = this.#g.weightElement(krow, kcol, kch, och);
            const moveStop = this.#to.moveIn(1, matrix, 0, element, local, rows, cols);
            if (moveStop !== undefined) return moveStop;
          }
        }
      }
    }
    return undefined;
  }

  multiply(): Stop | undefined {
    const { pochs, krows, kcols, kchs, orows, ocols } = this.#r;
    const dim = this.#dim;
    if (this.#flags.transposesInput) {
      const strides = {
        a_stride: (this.#g.paddedRows * this.#g.paddedCols) & 0xffff,
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
    const paddedCols = this.#g.downsample(this.#g.paddedCols);
    for (let b = 0; b < batches; b += transposesInput ? dim : 1) {
      const slice = transposesInput
        ? Math.floor(b / dim) * this.#g.inputSlice + kch * this.#g.plane
        : Math.floor(kch / dim) * this.#g.inputSlice + b * this.#g.plane;
      for (let orow = 0; orow < orows; orow++) {
        if (dilatesInput && isOdd(krow * kernelDilation + orow - upad)) continue;
        const irow = this.#g.undilate(orow * stride + krow * kernelDilation);
        const localA = this.#g.localA + slice + this.#g.downsample(irow) * paddedCols;
        const localC = this.#g.localC + this.#g.outputOffset(b, orow, 0, och);
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
    return this.#g.localB + this.#g.weightOffset(tapRow, tapCol, kch, och);
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
    const matrix = dramMatrix(output, 0n, this.#g.elementBytes);
    for (let b = 0; b < batches; b++) {
      for (let orow = 0; orow < orows; orow++) {
        for (let ocol = 0; ocol < ocols; ocol += dim) {
          for (let och = 0; och < pochs; och += dim) {
            const local = this.#g.localC + this.#g.outputOffset(b, orow, ocol, och);
            const rows = Math.min(dim, ocols - ocol);
            const cols = Math.min(dim, pochs - och);
            const element = this.#g.outputElement(b, orow, ocol, och);
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
    const matrix = dramMatrix(output, 0n, this.#g.elementBytes);
    const stop = this.#configurePooledStore(true);
    if (stop !== undefined) return stop;
    for (let b = 0; b < batches; b++) {
      for (let poch = 0; poch < pochs; poch += dim) {
        const local = this.#g.localC + this.#g.outputOffset(b, 0, 0, poch);
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
        stride: r.outStride * this.#g.elementBytes,
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
}
