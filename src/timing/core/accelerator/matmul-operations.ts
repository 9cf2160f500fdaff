import type { bool, f64, i32 } from '../portable.ts';
import type { Geometry } from '../settings.ts';
import { MatmulLoopRegisters } from './loop-registers.ts';
import { LoopSlot } from './loop-unroller.ts';
import {
  ACCUMULATE,
  ACCUMULATOR_BASE,
  COMPUTE,
  FROM_MATMUL,
  FULL_WIDTH,
  GARBAGE,
  MVIN,
  MVOUT,
  type Operation,
  type OperationKind,
  type OperationPool,
  PRELOAD,
} from './operation.ts';

const UPPER_HALF: i32 = 2;

/** One of the two loops: its slot decides which half of the scratchpad it has. */
export class MatmulLoop extends LoopSlot {
  readonly registers: MatmulLoopRegisters = new MatmulLoopRegisters();
  /** First scratchpad rows of A and B. */
  startOfA: i32 = 0;
  startOfB: i32 = 0;
}

/**
 * The commands of a loop_ws: what the parts emit at each block, which they give by its indices.
 * @source gemmini-timing §3.1
 */
export class MatmulOperations {
  private readonly pool: OperationPool;
  private readonly dim: i32;
  private readonly elementBytes: i32;
  private readonly accumulatorBytes: i32;
  private readonly maxBlocks: i32;
  private readonly maxBlocksAccumulator: i32;
  private readonly scratchpadRows: i32;
  private readonly accumulatorRows: i32;

  constructor(pool: OperationPool, geometry: Geometry) {
    this.pool = pool;
    this.dim = geometry.dim;
    this.elementBytes = geometry.elementBytes;
    this.accumulatorBytes = geometry.accumulatorBytes;
    this.maxBlocks = geometry.maxBlocks;
    this.maxBlocksAccumulator = geometry.maxBlocksAccumulator;
    this.scratchpadRows = geometry.scratchpadRows;
    this.accumulatorRows = geometry.accumulatorRows;
  }

  /** Gives a configured loop its place in the scratchpad: A from the start of its half on, B up to the end of its half. */
  place(loop: MatmulLoop): void {
    const r = loop.registers;
    const half = this.scratchpadRows >> 1;
    const halfOfA = r.spadIdA === 0 ? loop.slot : r.spadIdA === UPPER_HALF ? 1 : 0;
    const halfOfB = r.spadIdB === 0 ? loop.slot : r.spadIdB === UPPER_HALF ? 1 : 0;
    loop.startOfA = halfOfA * half;
    loop.startOfB = (halfOfB + 1) * half - r.k * r.j * this.dim;
  }

  loadA(loop: MatmulLoop, i: i32, k: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const local = this.rowOfA(loop, k, i);
    if (r.transposesA) {
      const blocks = atMost(this.maxBlocks, r.i - i);
      const rows = dim - (k === r.k - 1 ? r.padK : 0);
      const cols = blocks * dim - (i + blocks >= r.i ? r.padI : 0);
      return this.move(MVIN, 0, r.a + (k * dim * r.aStride + i * dim) * this.elementBytes, local, rows, cols);
    }
    const blocks = atMost(this.maxBlocks, r.k - k);
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
    return this.move(MVIN, 0, r.a + (i * dim * r.aStride + k * dim) * this.elementBytes, local, rows, cols);
  }

  loadB(loop: MatmulLoop, j: i32, k: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const local = this.rowOfB(loop, k, j);
    if (r.transposesB) {
      const blocks = atMost(this.maxBlocks, r.k - k);
      const cols = blocks * dim - (k + blocks >= r.k ? r.padK : 0);
      return this.move(MVIN, 1, r.b + (j * dim * r.bStride + k * dim) * this.elementBytes, local, dim, cols);
    }
    const blocks = atMost(this.maxBlocks, r.j - j);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    return this.move(MVIN, 1, r.b + (k * dim * r.bStride + j * dim) * this.elementBytes, local, dim, cols);
  }

  /** @param half of the accumulator */
  loadD(loop: MatmulLoop, i: i32, j: i32, half: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const blocks = atMost(this.blocksOfD(r), r.j - j);
    const bytes = r.isLowD ? this.elementBytes : this.accumulatorBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const vaddr = r.d + (i * dim * r.dStride + j * dim) * bytes;
    return this.move(MVIN, 2, vaddr, this.accumulatorRow(half, r, i, j), rows, cols);
  }

  /** Residual addition loads A, and B on top of it, into the accumulator. */
  loadResidual(loop: MatmulLoop, i: i32, j: i32, isFirst: bool, half: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const stride = isFirst ? r.aStride : r.bStride;
    const blocks = atMost(this.maxBlocks, r.j - j);
    // Rows of B are never padded: what they bring beyond the last is not stored.
    const rows = dim - (isFirst && i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.accumulatorRow(half, r, i, j) + (isFirst ? 0 : ACCUMULATE);
    const vaddr = (isFirst ? r.a : r.b) + (i * dim * stride + j * dim) * this.elementBytes;
    return this.move(MVIN, isFirst ? 0 : 1, vaddr, local, rows, cols);
  }

  preload(loop: MatmulLoop, i: i32, j: i32, k: i32, half: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const cols = dim - (j === r.j - 1 ? r.padJ : 0);
    const depth = dim - (k === r.k - 1 ? r.padK : 0);
    const operation = this.pool.take(PRELOAD);
    operation.origin = FROM_MATMUL;
    operation.local = i === 0 ? this.rowOfB(loop, k, j) : GARBAGE;
    operation.rows = r.transposesB ? cols : depth;
    operation.cols = r.transposesB ? depth : cols;
    const accumulate = r.accumulates || k > 0 ? ACCUMULATE : 0;
    operation.local2 = this.accumulatorRow(half, r, i, j) + accumulate;
    operation.rows2 = dim - (i === r.i - 1 ? r.padI : 0);
    operation.cols2 = cols;
    return operation;
  }

  compute(loop: MatmulLoop, i: i32, k: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const operation = this.pool.take(COMPUTE);
    operation.origin = FROM_MATMUL;
    operation.local = this.rowOfA(loop, k, i);
    operation.rows = dim - (i === r.i - 1 ? r.padI : 0);
    operation.cols = dim - (k === r.k - 1 ? r.padK : 0);
    operation.local2 = GARBAGE;
    operation.rows2 = dim;
    operation.cols2 = dim;
    operation.flips = i === 0;
    return operation;
  }

  store(loop: MatmulLoop, i: i32, j: i32, half: i32): Operation {
    const r = loop.registers;
    const dim = this.dim;
    const blocks = atMost(this.blocksOfC(r), r.j - j);
    const bytes = r.isFullC ? this.accumulatorBytes : this.elementBytes;
    const rows = dim - (i === r.i - 1 ? r.padI : 0);
    const cols = blocks * dim - (j + blocks >= r.j ? r.padJ : 0);
    const local = this.accumulatorRow(half, r, i, j) + (r.isFullC ? FULL_WIDTH : 0);
    return this.move(MVOUT, 0, r.c + (i * dim * r.cStride + j * dim) * bytes, local, rows, cols);
  }

  /** Blocks that one load of D, or one store of C, covers. */
  blocksOfD(r: MatmulLoopRegisters): i32 {
    return r.isLowD ? this.maxBlocks : this.maxBlocksAccumulator;
  }

  blocksOfC(r: MatmulLoopRegisters): i32 {
    return r.isFullC ? 1 : this.maxBlocks;
  }

  private rowOfB(loop: MatmulLoop, k: i32, j: i32): i32 {
    const r = loop.registers;
    const block = r.transposesB ? j * r.k + k : k * r.j + j;
    return loop.startOfB + block * this.dim;
  }

  private rowOfA(loop: MatmulLoop, k: i32, i: i32): i32 {
    const r = loop.registers;
    const block = r.transposesA ? k * r.i + i : i * r.k + k;
    return loop.startOfA + block * this.dim;
  }

  private accumulatorRow(half: i32, r: MatmulLoopRegisters, i: i32, j: i32): i32 {
    return ACCUMULATOR_BASE + ((half * this.accumulatorRows) >> 1) + (i * r.j + j) * this.dim;
  }

  private move(kind: OperationKind, state: i32, vaddr: f64, local: i32, rows: i32, cols: i32): Operation {
    const operation = this.pool.take(kind);
    operation.origin = FROM_MATMUL;
    operation.state = state;
    operation.vaddr = vaddr;
    operation.local = local;
    operation.rows = rows;
    operation.cols = cols;
    return operation;
  }
}

function atMost(limit: i32, blocks: i32): i32 {
  return blocks < limit ? blocks : limit;
}
