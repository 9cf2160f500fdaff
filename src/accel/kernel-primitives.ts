import { ACTIVATIONS } from '../isa/accelerator.ts';
import type { Stop } from './faults.ts';
import { packedOffset } from './kernels/array-kernels.ts';
import {
  type KernelLayout,
  MAX_KERNEL_ROW_BYTES,
  SOFT_TLB_ENTRIES,
  SOFT_TLB_ENTRY_BYTES,
} from './kernels/kernel-layout.ts';
import { instantiateKernels, type Kernels, kernelLayoutAt } from './kernels/kernel-module.ts';
import {
  destinationRow,
  GARBAGE,
  isAccumulating,
  isAccumulator,
  isFullWidth,
  normCommand,
  sourceRow,
} from './local-address.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';
import { resetStatistics } from './normalization.ts';
import { type DramMatrix, dramAddress, exactAddress } from './primitives.ts';
import { ReferencePrimitives } from './reference-primitives.ts';
import type { AcceleratorState } from './state.ts';

/** Strides beyond it are not exact as numbers, and lead nowhere. */
const LARGEST_STRIDE = 2 ** 52;

/**
 * Executes primitive commands with generated WebAssembly kernels. Every call first checks that all local rows exist and
 * that the command has none of the rare properties; otherwise the reference executes it. A kernel that meets a DRAM row
 * which cannot be located stops before it, and the reference goes on from there: so traps, faults and what they leave
 * behind are the reference's.
 */
export class KernelPrimitives extends ReferencePrimitives {
  readonly #kernels: Kernels;
  readonly #scratch: KernelLayout;
  readonly #elementRowBytes: number;
  readonly #wordRowBytes: number;
  readonly #shiftsIntoAccumulator: boolean;
  readonly #isRawFullWidth: boolean;
  #generation = 0;

  constructor(state: AcceleratorState) {
    super(state);
    const { config, layout, memory } = state;
    this.#kernels = instantiateKernels(config, memory, layout);
    this.#scratch = kernelLayoutAt(config, layout);
    this.#elementRowBytes = config.dim * state.elementBytes;
    this.#wordRowBytes = config.dim * 4;
    this.#shiftsIntoAccumulator = config.rtlBehaviours.includes('shift-into-accumulator');
    this.#isRawFullWidth = config.rtlBehaviours.includes('raw-full-width-mvout');
    new Int32Array(memory.memory.buffer, this.#scratch.columnMask, config.dim).fill(-1);
  }

  /** A new command: translations of the last one may be out of date. */
  override beginCommand(): void {
    const { buffer } = this.state.memory.memory;
    this.#generation = (this.#generation + 2) & 0xffe;
    if (this.#generation === 0) {
      new Uint8Array(buffer, this.#scratch.softTlb, SOFT_TLB_ENTRIES * SOFT_TLB_ENTRY_BYTES).fill(0);
      this.#generation = 2;
    }
    this.state.words[this.#scratch.generation >> 2] = this.#generation;
  }

  override moveIn(
    loadState: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined {
    const { state } = this;
    const load = state.registers.loads[loadState];
    const address = exactAddress(source, row, col);
    const toAccumulator = isAccumulator(local);
    const isWide = toAccumulator && !load.shrinks;
    const localRow = destinationRow(local);
    const lastBlock = Math.ceil(cols / state.dim) - 1;
    const end = localRow + lastBlock * load.blockStride + rows;
    const isRegular =
      load.isConfigured &&
      rows > 0 &&
      cols > 0 &&
      cols * 4 <= MAX_KERNEL_ROW_BYTES &&
      end <= (toAccumulator ? state.accumulatorRows : state.scratchpadRows) &&
      Math.abs(load.signedStride) < LARGEST_STRIDE &&
      !(isWide && state.config.mvinScalesAccumulator) &&
      !Number.isNaN(address);
    if (!isRegular) return super.moveIn(loadState, source, row, col, local, rows, cols);

    const rowBytes = toAccumulator ? this.#wordRowBytes : this.#elementRowBytes;
    const to = (toAccumulator ? state.layout.accumulator : state.layout.scratchpad) + localRow * rowBytes;
    const blockBytes = load.blockStride * rowBytes;
    const stride = load.signedStride;
    const accumulates = isAccumulating(local) ? 1 : 0;
    if (load.pixelRepeats > 1) {
      const isPlain = !toAccumulator && load.scale === 1 && address !== 0 && load.pixelRepeats * cols <= state.dim;
      if (!isPlain) return super.moveIn(loadState, source, row, col, local, rows, cols);
      const done = this.#kernels.moveInPixels(address, stride, to, rows, cols, load.pixelRepeats, localRow);
      return this.#finishLoad(loadState, source, row, col, local, rows, cols, done);
    }
    if (address === 0) {
      if (!toAccumulator || accumulates === 0) this.#clear(to, rows, cols, blockBytes, rowBytes);
      return undefined;
    }
    const move = isWide
      ? this.#kernels.moveInWords
      : toAccumulator
        ? this.#kernels.moveInWidened
        : load.scale === 1
          ? this.#kernels.moveInElements
          : this.#kernels.moveInScaled;
    const done = move(address, stride, to, rows, cols, blockBytes, load.scale, accumulates);
    return this.#finishLoad(loadState, source, row, col, local, rows, cols, done);
  }

  #finishLoad(
    loadState: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
    done: number,
  ): Stop | undefined {
    if (done === rows) return undefined;
    return moveIn(this.state, loadState, dramAddress(source, row, col), local, rows, cols, done);
  }

  #clear(to: number, rows: number, cols: number, blockBytes: number, rowBytes: number): void {
    const { dim } = this.state;
    for (let c = 0; c < cols; c += dim) {
      const bytes = (Math.min(dim, cols - c) * rowBytes) / dim;
      this.#kernels.clear(to + (c / dim) * blockBytes, rowBytes, rows, bytes);
    }
  }

  override moveOut(
    target: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined {
    const { state } = this;
    const { store } = state.registers;
    const { activation } = store;
    const address = exactAddress(target, row, col);
    const fromAccumulator = isAccumulator(local);
    const isFull = fromAccumulator && isFullWidth(local);
    const isActivated = activation !== ACTIVATIONS.none && activation !== ACTIVATIONS.relu;
    const localRow = sourceRow(local);
    const lastBlock = Math.ceil(cols / state.dim) - 1;
    const end = localRow + lastBlock * state.dim + rows;
    const isRegular =
      store.poolStride === 0 &&
      rows > 0 &&
      cols > 0 &&
      cols * 4 <= MAX_KERNEL_ROW_BYTES &&
      end <= (fromAccumulator ? state.accumulatorRows : state.scratchpadRows) &&
      !(fromAccumulator && normCommand(local) !== 0) &&
      !(fromAccumulator && isActivated && !(isFull && this.#isRawFullWidth)) &&
      !(fromAccumulator && state.config.accumulatorScaleType === 'none') &&
      !Number.isNaN(address);
    if (!isRegular) return super.moveOut(target, row, col, local, rows, cols);

    const from = fromAccumulator
      ? state.layout.accumulator + localRow * this.#wordRowBytes
      : state.layout.scratchpad + localRow * this.#elementRowBytes;
    const move = isFull
      ? this.#kernels.moveOutWords
      : fromAccumulator
        ? this.#kernels.moveOutScaled
        : this.#kernels.moveOutElements;
    const isRelu = activation === ACTIVATIONS.relu ? 1 : 0;
    const done = move(address, store.stride, from, rows, cols, store.scale, isRelu);
    if (fromAccumulator) resetStatistics(state, done * (lastBlock + 1));
    return done === rows ? undefined : moveOut(state, dramAddress(target, row, col), local, rows, cols, done);
  }

  override compute(
    a: number,
    aRows: number,
    aCols: number,
    bd: number,
    bdRows: number,
    bdCols: number,
    loadsArray: boolean,
  ): Stop | undefined {
    const { execute } = this.state.registers;
    const isRegular =
      this.#isArrayReady(loadsArray) &&
      this.#fits(a, aRows, aCols, execute.strideA, execute.transposesA) &&
      this.#fits(bd, bdRows, bdCols, 1, false) &&
      this.#fits(bd, bdRows, bdCols, 1, !execute.isWeightStationary && execute.transposesB) &&
      this.#isOutputRegular();
    if (!isRegular) return super.compute(a, aRows, aCols, bd, bdRows, bdCols, loadsArray);
    if (execute.isWeightStationary) this.#computeWeightStationary(a, aRows, aCols, bd, bdRows, bdCols, loadsArray);
    else this.#computeOutputStationary(a, aRows, aCols, bd, bdRows, bdCols, loadsArray);
    return undefined;
  }

  /** Is the operand to be loaded a legal one, or else are the weights still packed? */
  #isArrayReady(loadsArray: boolean): boolean {
    const { execute, preload } = this.state.registers;
    if (!loadsArray) return !execute.isWeightStationary || this.state.unpackArray !== undefined;
    const isTransposed = execute.isWeightStationary && execute.transposesB;
    return this.#fits(preload.local, preload.rows, preload.cols, 1, isTransposed);
  }

  /** Do all scratchpad rows of an operand exist? */
  #fits(local: number, rows: number, cols: number, stride: number, isTransposed: boolean): boolean {
    if (local === GARBAGE) return true;
    const { dim, scratchpadRows } = this.state;
    const stored = Math.min(dim, isTransposed ? cols : rows);
    return local + (stored - 1) * stride < scratchpadRows;
  }

  #isOutputRegular(): boolean {
    const { state } = this;
    const { outLocal, outRows, outCols } = state.registers.preload;
    if (outLocal === GARBAGE) return true;
    const { strideC, isWeightStationary } = state.registers.execute;
    const limit = isAccumulator(outLocal) ? state.accumulatorRows : state.scratchpadRows;
    return (
      outRows <= state.dim &&
      outCols <= state.dim &&
      destinationRow(outLocal) + strideC * (outRows - 1) < limit &&
      (isWeightStationary || !this.#shiftsIntoAccumulator)
    );
  }

  #computeWeightStationary(
    a: number,
    aRows: number,
    aCols: number,
    d: number,
    dRows: number,
    dCols: number,
    loadsArray: boolean,
  ): void {
    const { state } = this;
    const { execute, preload } = state.registers;
    const { outLocal, outRows, outCols } = preload;
    if (loadsArray) {
      this.#pack(preload.local, preload.rows, preload.cols, execute.transposesB);
      state.unpackArray = this.#unpack;
    }
    if (outLocal === GARBAGE) return;
    const isSeeded = d !== GARBAGE && dRows > 0 && dCols > 0;
    if (!isSeeded && isAccumulator(outLocal) && execute.strideC > 0) {
      const out = state.layout.accumulator + destinationRow(outLocal) * this.#wordRowBytes;
      const stride = execute.strideC * this.#wordRowBytes;
      this.#multiply(a, aRows, aCols, out, stride, outRows, outCols, isAccumulating(outLocal) ? 1 : 0);
      return;
    }
    const { dim } = state;
    const { results } = this.#scratch;
    if (isSeeded) this.#seed(d, dRows, dCols, results);
    this.#multiply(a, aRows, aCols, results, this.#wordRowBytes, dim, dim, isSeeded ? 1 : 0);
    this.#writeResults(results, 0);
  }

  #computeOutputStationary(
    a: number,
    aRows: number,
    aCols: number,
    b: number,
    bRows: number,
    bCols: number,
    loadsArray: boolean,
  ): void {
    const { state } = this;
    const { execute, preload } = state.registers;
    const sums = state.array.byteOffset;
    if (loadsArray) this.#seed(preload.local, preload.rows, preload.cols, sums);
    this.#pack(b, bRows, bCols, execute.transposesB);
    this.#multiply(a, aRows, aCols, sums, this.#wordRowBytes, Math.min(aRows, state.dim), state.dim, 1);
    if (preload.outLocal !== GARBAGE) this.#writeResults(sums, execute.shift);
  }

  #multiply(
    a: number,
    rows: number,
    cols: number,
    out: number,
    outStride: number,
    outRows: number,
    outCols: number,
    accumulates: number,
  ): void {
    const { state } = this;
    const { execute } = state.registers;
    const { dim } = state;
    const isGarbage = a === GARBAGE;
    this.#kernels.multiply(
      state.layout.scratchpad + (isGarbage ? 0 : a) * this.#elementRowBytes,
      execute.strideA * this.#elementRowBytes,
      isGarbage ? 0 : Math.min(rows, dim),
      Math.min(cols, dim),
      execute.transposesA ? 1 : 0,
      out,
      outStride,
      outRows,
      outCols,
      accumulates,
    );
  }

  #pack(local: number, rows: number, cols: number, isTransposed: boolean): void {
    const { dim, layout } = this.state;
    const isGarbage = local === GARBAGE || cols === 0;
    this.#kernels.pack(
      layout.scratchpad + (isGarbage ? 0 : local) * this.#elementRowBytes,
      isGarbage ? 0 : Math.min(rows, dim),
      Math.min(cols, dim),
      isTransposed ? 1 : 0,
    );
  }

  #seed(local: number, rows: number, cols: number, to: number): void {
    const { dim, layout } = this.state;
    const isGarbage = local === GARBAGE;
    this.#kernels.seed(
      layout.scratchpad + (isGarbage ? 0 : local) * this.#elementRowBytes,
      isGarbage ? 0 : Math.min(rows, dim),
      Math.min(cols, dim),
      to,
    );
  }

  #writeResults(from: number, shift: number): void {
    const { layout, registers } = this.state;
    const { outLocal, outRows, outCols } = registers.preload;
    const { strideC, activation } = registers.execute;
    const row = destinationRow(outLocal);
    if (isAccumulator(outLocal)) {
      const out = layout.accumulator + row * this.#wordRowBytes;
      const accumulates = isAccumulating(outLocal) ? 1 : 0;
      this.#kernels.writeAccumulator(from, out, strideC * this.#wordRowBytes, outRows, outCols, accumulates);
    } else {
      const out = layout.scratchpad + row * this.#elementRowBytes;
      const isRelu = activation === ACTIVATIONS.relu ? 1 : 0;
      this.#kernels.writeScratchpad(from, out, strideC * this.#elementRowBytes, outRows, outCols, shift, isRelu);
    }
  }

  /** Spreads the packed weights out over the array. */
  readonly #unpack = (): void => {
    const { state } = this;
    const { dim, array } = state;
    const halves = new Int16Array(state.memory.memory.buffer);
    const packedRows = state.words[this.#scratch.packedRows >> 2]!;
    for (let k = 0; k < dim; k++) {
      for (let j = 0; j < dim; j++) {
        const at = (this.#scratch.packed + packedOffset(dim, k, j)) >> 1;
        array[k * dim + j] = k < packedRows ? halves[at]! : 0;
      }
    }
  };
}
