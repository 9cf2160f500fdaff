import type { MatmulLoopRegisters } from './accelerator/loop-registers.ts';
import {
  CONFIG_EXECUTE,
  CONFIG_LOAD,
  CONFIG_STORE,
  MATMUL_RUN,
  type Operation,
  type OperationPool,
} from './accelerator/operation.ts';
import { type f64, i32 } from './portable.ts';

/**
 * A command as it comes from outside of the core: all that an operation can be told, as numbers; flags are 0 and 1. The
 * order of the fields is how they lie in memory.
 */
export class Message {
  kind: f64 = 0;
  vaddr: f64 = 0;
  local: f64 = 0;
  rows: f64 = 0;
  cols: f64 = 0;
  local2: f64 = 0;
  rows2: f64 = 0;
  cols2: f64 = 0;
  state: f64 = 0;
  flips: f64 = 0;
  /** config-load and config-store */
  stride: f64 = 0;
  /** config-load */
  blockStride: f64 = 0;
  pixelRepeats: f64 = 0;
  shrinks: f64 = 0;
  scales: f64 = 0;
  /** config-store */
  changesState: f64 = 0;
  poolStride: f64 = 0;
  poolSize: f64 = 0;
  outCols: f64 = 0;
  porows: f64 = 0;
  pocols: f64 = 0;
  orows: f64 = 0;
  ocols: f64 = 0;
  upad: f64 = 0;
  lpad: f64 = 0;
  /** config-execute */
  isWeightStationary: f64 = 0;
  transposesA: f64 = 0;
  transposesB: f64 = 0;
  aStride: f64 = 0;
  cStride: f64 = 0;
  /** matmul-run, with the flags above */
  padI: f64 = 0;
  padJ: f64 = 0;
  padK: f64 = 0;
  i: f64 = 0;
  j: f64 = 0;
  k: f64 = 0;
  a: f64 = 0;
  b: f64 = 0;
  d: f64 = 0;
  c: f64 = 0;
  bStride: f64 = 0;
  dStride: f64 = 0;
  accumulates: f64 = 0;
  isFullC: f64 = 0;
  isLowD: f64 = 0;
  isResidualAdd: f64 = 0;
  isNormalized: f64 = 0;
  spadIdA: f64 = 0;
  spadIdB: f64 = 0;

  /** @param registers for a matmul-run: the loop becomes theirs */
  toOperation(pool: OperationPool, registers: MatmulLoopRegisters | null): Operation {
    const operation = pool.take(i32(this.kind));
    operation.vaddr = this.vaddr;
    operation.local = i32(this.local);
    operation.rows = i32(this.rows);
    operation.cols = i32(this.cols);
    operation.local2 = i32(this.local2);
    operation.rows2 = i32(this.rows2);
    operation.cols2 = i32(this.cols2);
    operation.state = i32(this.state);
    operation.flips = this.flips !== 0;
    if (operation.kind === CONFIG_LOAD) this.configureLoad(operation);
    else if (operation.kind === CONFIG_STORE) this.configureStore(operation);
    else if (operation.kind === CONFIG_EXECUTE) this.configureExecute(operation);
    else if (operation.kind === MATMUL_RUN) this.describeLoop(registers!);
    operation.matmul = registers;
    return operation;
  }

  private configureLoad(operation: Operation): void {
    const load = operation.load;
    load.stride = this.stride;
    load.blockStride = i32(this.blockStride);
    load.pixelRepeats = i32(this.pixelRepeats);
    load.shrinks = this.shrinks !== 0;
    load.scales = this.scales !== 0;
  }

  private configureStore(operation: Operation): void {
    const store = operation.store;
    operation.changesState = this.changesState !== 0;
    store.stride = this.stride;
    store.poolStride = i32(this.poolStride);
    store.poolSize = i32(this.poolSize);
    store.outCols = i32(this.outCols);
    store.porows = i32(this.porows);
    store.pocols = i32(this.pocols);
    store.orows = i32(this.orows);
    store.ocols = i32(this.ocols);
    store.upad = i32(this.upad);
    store.lpad = i32(this.lpad);
  }

  private configureExecute(operation: Operation): void {
    const execute = operation.execute;
    execute.isWeightStationary = this.isWeightStationary !== 0;
    execute.transposesA = this.transposesA !== 0;
    execute.transposesB = this.transposesB !== 0;
    execute.aStride = i32(this.aStride);
    execute.cStride = i32(this.cStride);
  }

  private describeLoop(loop: MatmulLoopRegisters): void {
    loop.padI = i32(this.padI);
    loop.padJ = i32(this.padJ);
    loop.padK = i32(this.padK);
    loop.i = i32(this.i);
    loop.j = i32(this.j);
    loop.k = i32(this.k);
    loop.a = this.a;
    loop.b = this.b;
    loop.d = this.d;
    loop.c = this.c;
    loop.aStride = this.aStride;
    loop.bStride = this.bStride;
    loop.dStride = this.dStride;
    loop.cStride = this.cStride;
    loop.accumulates = this.accumulates !== 0;
    loop.isFullC = this.isFullC !== 0;
    loop.isLowD = this.isLowD !== 0;
    loop.transposesA = this.transposesA !== 0;
    loop.transposesB = this.transposesB !== 0;
    loop.isResidualAdd = this.isResidualAdd !== 0;
    loop.isNormalized = this.isNormalized !== 0;
    loop.spadIdA = i32(this.spadIdA);
    loop.spadIdB = i32(this.spadIdB);
  }
}
