import { GARBAGE_ADDRESS, LOCAL_ADDRESS } from '../../isa/local-address.ts';
import type { Geometry } from './geometry.ts';
import type { MatmulLoopFlags, MatmulLoopRegisters } from './loop-registers.ts';
import { FROM_MATMUL, type Operation, type OperationPool } from './operation.ts';

const ACCUMULATOR_BASE = 2 ** LOCAL_ADDRESS.accumulator.bit;
const ACCUMULATE = 2 ** LOCAL_ADDRESS.accumulate.bit;
const FULL_WIDTH = 2 ** LOCAL_ADDRESS.readFull.bit;
const UPPER_HALF = 2;

/** A configured loop: its slot decides which half of the scratchpad it has. */
export interface MatmulLoop {
  readonly slot: number;
  readonly registers: MatmulLoopRegisters;
  readonly flags: MatmulLoopFlags;
}

/** Where a part is: block indices. */
export interface BlockPosition {
  readonly i: number;
  readonly j: number;
  readonly k: number;
}

/**
 * The commands of a loop_ws: what the parts emit at each block.
 * @source gemmini-timing §3.1
 */
export class MatmulOperations {
  readonly #pool: OperationPool;
  readonly #geometry: Geometry;

  constructor(pool: OperationPool, geometry: Geometry) {
    this.#pool = pool;
    this.#geometry = geometry;
  }

  loadA(loop: MatmulLoop, { i, k }: BlockPosition): Operation {
    const { registers: r, flags } = loop;
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    const local = this.#rowOfA(loop, k, i);
    if (flags.transposesA) {
      const blocks = Math.min(maxBlocks, r.i - i);
      const rows = dim - (k === r.k - 1 ? r.padK : 0);
      const cols = blocks * dim - (i + blocks >= r.i ? r.padI : 0);
      return this.#move('mvin', 0, r.a + (k * dim * r.aStride + i * dim) * bytes, local, rows, cols);
    }
    const blocks = Math.min(maxBlocks, r.k - k);
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
    return this.#move('mvin', 0, r.a + (i * dim * r.aStride + k * dim) * bytes, local, rows, cols);
  }

  loadB(loop: MatmulLoop, { j, k }: BlockPosition): Operation {
    const { registers: r, flags } = loop;
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    const local = this.#rowOfB(loop, k, j);
    if (flags.transposesB) {
      const blocks = Math.min(maxBlocks, r.k - k);
      const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
      return this.#move('mvin', 1, r.b + (j * dim * r.bStride + k * dim) * bytes, local, dim, cols);
    }
    const blocks = Math.min(maxBlocks, r.j - j);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    return this.#move('mvin', 1, r.b + (k * dim * r.bStride + j * dim) * bytes, local, dim, cols);
  }

  /** @param half of the accumulator */
  loadD({ registers: r, flags }: MatmulLoop, { i, j }: BlockPosition, half: number): Operation {
    const { dim, elementBytes, accumulatorBytes } = this.#geometry;
    const blocks = Math.min(this.blocksOfD(flags), r.j - j);
    const bytes = flags.isLowD ? elementBytes : accumulatorBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const vaddr = r.d + (i * dim * r.dStride + j * dim) * bytes;
    return this.#move('mvin', 2, vaddr, this.#accumulatorRow(half, r, i, j), rows, cols);
  }

  /** Residual addition loads A, and B on top of it, into the accumulator. */
  loadResidual({ registers: r }: MatmulLoop, { i, j }: BlockPosition, isFirst: boolean, half: number): Operation {
    const { dim, elementBytes: bytes, maxBlocks } = this.#geometry;
    const stride = isFirst ? r.aStride : r.bStride;
    const blocks = Math.min(maxBlocks, r.j - j);
    // Rows of B are never padded: what they bring beyond the last is not stored.
    const rows = dim - (isFirst && i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.#accumulatorRow(half, r, i, j) + (isFirst ? 0 : ACCUMULATE);
    const vaddr = (isFirst ? r.a : r.b) + (i * dim * stride + j * dim) * bytes;
    return this.#move('mvin', isFirst ? 0 : 1, vaddr, local, rows, cols);
  }

  preload(loop: MatmulLoop, { i, j, k }: BlockPosition, half: number): Operation {
    const { registers: r, flags } = loop;
    const { dim } = this.#geometry;
    const cols = dim - (j === r.j - 1 ? r.padJ : 0);
    const depth = dim - (k === r.k - 1 ? r.padK : 0);
    const operation = this.#pool.take('preload');
    operation.origin = FROM_MATMUL;
    operation.local = i === 0 ? this.#rowOfB(loop, k, j) : GARBAGE_ADDRESS;
    operation.rows = flags.transposesB ? cols : depth;
    operation.cols = flags.transposesB ? depth : cols;
    const accumulate = flags.accumulates || k > 0 ? ACCUMULATE : 0;
    operation.local2 = this.#accumulatorRow(half, r, i, j) + accumulate;
    operation.rows2 = dim - (i === r.i - 1 ? r.padI : 0);
    operation.cols2 = cols;
    return operation;
  }

  compute(loop: MatmulLoop, { i, k }: BlockPosition): Operation {
    const { registers: r } = loop;
    const { dim } = this.#geometry;
    const operation = this.#pool.take('compute');
    operation.origin = FROM_MATMUL;
    operation.local = this.#rowOfA(loop, k, i);
    operation.rows = dim - (i === r.i - 1 ? r.padI : 0);
    operation.cols = dim - (k === r.k - 1 ? r.padK : 0);
    operation.local2 = GARBAGE_ADDRESS;
    operation.rows2 = dim;
    operation.cols2 = dim;
    operation.flips = i === 0;
    return operation;
  }

  store({ registers: r, flags }: MatmulLoop, { i, j }: BlockPosition, half: number): Operation {
    const { dim, elementBytes, accumulatorBytes } = this.#geometry;
    const blocks = Math.min(this.blocksOfC(flags), r.j - j);
    const bytes = flags.isFullC ? accumulatorBytes : elementBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.#accumulatorRow(half, r, i, j) + (flags.isFullC ? FULL_WIDTH : 0);
    return this.#move('mvout', 0, r.c + (i * dim * r.cStride + j * dim) * bytes, local, rows, cols);
  }

  /** Blocks that one load of D, or one store of C, covers. */
  blocksOfD({ isLowD }: MatmulLoopFlags): number {
    return isLowD ? this.#geometry.maxBlocks : this.#geometry.maxBlocksAccumulator;
  }

  blocksOfC({ isFullC }: MatmulLoopFlags): number {
    return isFullC ? 1 : this.#geometry.maxBlocks;
  }

  /** First scratchpad row of A, and row after B: each loop has half of the scratchpad. */
  #startOfA({ slot, flags }: MatmulLoop): number {
    const half = this.#geometry.scratchpadRows / 2;
    return (flags.spadIdA === 0 ? slot : flags.spadIdA === UPPER_HALF ? 1 : 0) * half;
  }

  #endOfB({ slot, flags }: MatmulLoop): number {
    const half = this.#geometry.scratchpadRows / 2;
    return (flags.spadIdB === 0 ? slot + 1 : flags.spadIdB === UPPER_HALF ? 2 : 1) * half;
  }

  #rowOfB(loop: MatmulLoop, k: number, j: number): number {
    const { j: blocksJ, k: blocksK } = loop.registers;
    const block = loop.flags.transposesB ? j * blocksK + k : k * blocksJ + j;
    return this.#endOfB(loop) - (blocksK * blocksJ - block) * this.#geometry.dim;
  }

  #rowOfA(loop: MatmulLoop, k: number, i: number): number {
    const { i: blocksI, k: blocksK } = loop.registers;
    const block = loop.flags.transposesA ? k * blocksI + i : i * blocksK + k;
    return this.#startOfA(loop) + block * this.#geometry.dim;
  }

  #accumulatorRow(half: number, registers: MatmulLoopRegisters, i: number, j: number): number {
    const { dim, accumulatorRows } = this.#geometry;
    return ACCUMULATOR_BASE + (half * accumulatorRows) / 2 + (i * registers.j + j) * dim;
  }

  #move(kind: 'mvin' | 'mvout', state: number, vaddr: number, local: number, rows: number, cols: number): Operation {
    const operation = this.#pool.take(kind);
    operation.origin = FROM_MATMUL;
    operation.state = state;
    operation.vaddr = vaddr;
    operation.local = local;
    operation.rows = rows;
    operation.cols = cols;
    return operation;
  }
}
