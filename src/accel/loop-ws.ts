import { ACTIVATIONS } from '../isa/accelerator.ts';
import { NORM_COMMANDS } from '../isa/local-address.ts';
import { ACCUMULATOR_BYTES, type AcceleratorConfig, accumulatorRows, elementBytes, scratchpadRows } from './config.ts';
import { configWords } from './config-words.ts';
import { faultStop, type Stop } from './faults.ts';
import {
  ACCUMULATE_BIT,
  ACCUMULATING_START,
  ACCUMULATOR_START,
  FULL_WIDTH_BIT,
  GARBAGE,
  withNormCommand,
} from './local-address.ts';
import { type DramMatrix, dramMatrix, type Primitives } from './primitives.ts';

/**
 * loop_ws: a tile of matrix multiplication, C = A·B (+ D), or of residual addition, C = A + B, as the sequence of
 * primitive commands that the functional model runs. It is pure sequencing: the arithmetic is that of the primitives
 * under the configuration in force. The RTL's own order, which overlaps loads, computes and stores, belongs to time.
 * @source gemmini-isa §5
 */

/** Registers of the five configuration commands; they persist until rewritten. */
export interface LoopWsRegisters {
  /** Elements missing from the last block in each direction. */
  padI: number;
  padJ: number;
  padK: number;
  /** Blocks of dim × dim in each direction. */
  blocksI: number;
  blocksJ: number;
  blocksK: number;
  /** Byte addresses; 0 leaves the operand out. */
  addrA: bigint;
  addrB: bigint;
  addrD: bigint;
  addrC: bigint;
  /** Elements between DRAM rows. */
  strideA: bigint;
  strideB: bigint;
  strideD: bigint;
  strideC: bigint;
}

export const createLoopWsRegisters = (): LoopWsRegisters => ({
  padI: 0,
  padJ: 0,
  padK: 0,
  blocksI: 0,
  blocksJ: 0,
  blocksK: 0,
  addrA: 0n,
  addrB: 0n,
  addrD: 0n,
  addrC: 0n,
  strideA: 0n,
  strideB: 0n,
  strideD: 0n,
  strideC: 0n,
});

/** Operands of the loop_ws command itself. */
export interface LoopWsFlags {
  readonly accumulates: boolean;
  readonly isFullC: boolean;
  readonly isLowD: boolean;
  readonly activation: number;
  readonly transposesA: boolean;
  readonly transposesB: boolean;
  readonly isResidualAdd: boolean;
  readonly spadIdA: number;
  readonly spadIdB: number;
}

/** Runs the expansion into `to`; stops at the first primitive that stops. */
export function expandLoopWs(
  config: AcceleratorConfig,
  registers: LoopWsRegisters,
  flags: LoopWsFlags,
  to: Primitives,
): Stop | undefined {
  const tile = new LoopWsTile(config, registers, flags, to);
  return tile.checkCapacity() ?? (flags.isResidualAdd ? tile.addResidual() : tile.multiply());
}

/** Scratchpad id that pins an operand to the upper half of the scratchpad. */
const UPPER_HALF = 2;

class LoopWsTile {
  readonly #config: AcceleratorConfig;
  readonly #registers: LoopWsRegisters;
  readonly #flags: LoopWsFlags;
  readonly #to: Primitives;
  readonly #dim: number;
  readonly #a: DramMatrix;
  readonly #b: DramMatrix;
  readonly #d: DramMatrix;
  readonly #c: DramMatrix;
  /** Local addresses of the first block of each operand. */
  readonly #localA: number;
  readonly #localB: number;
  readonly #localC: number;

  constructor(config: AcceleratorConfig, registers: LoopWsRegisters, flags: LoopWsFlags, to: Primitives) {
    this.#config = config;
    this.#registers = registers;
    this.#flags = flags;
    this.#to = to;
    this.#dim = config.dim;
    const bytes = elementBytes(config);
    const { addrA, addrB, addrC, addrD, strideA, strideB, strideC, strideD } = registers;
    this.#a = dramMatrix(addrA, strideA, bytes);
    this.#b = dramMatrix(addrB, strideB, bytes);
    this.#d = dramMatrix(addrD, strideD, flags.isLowD ? bytes : ACCUMULATOR_BYTES);
    this.#c = dramMatrix(addrC, strideC, flags.isFullC ? ACCUMULATOR_BYTES : bytes);
    const half = scratchpadRows(config) / 2;
    this.#localA = flags.spadIdA === UPPER_HALF ? half : 0;
    this.#localB =
      (flags.spadIdB === UPPER_HALF ? 2 * half : half) - registers.blocksK * registers.blocksJ * config.dim;
    this.#localC = ACCUMULATING_START + (flags.isFullC ? FULL_WIDTH_BIT : 0);
  }

  /** Half of each memory must hold the tile, in residual addition as well, where most of it is not used. */
  checkCapacity(): Stop | undefined {
    const { blocksI, blocksJ, blocksK } = this.#registers;
    const spadRows = (blocksI * blocksK + blocksK * blocksJ) * this.#dim;
    const accRows = blocksI * blocksJ * this.#dim;
    const spadLimit = scratchpadRows(this.#config) / 2;
    const accLimit = accumulatorRows(this.#config) / 2;
    if (spadRows <= spadLimit && accRows <= accLimit) return undefined;
    return faultStop(
      'loop-ws-capacity',
      `I, J, K = ${blocksI}, ${blocksJ}, ${blocksK} blocks need ${spadRows} of ${spadLimit} scratchpad rows ` +
        `and ${accRows} of ${accLimit} accumulator rows`,
    );
  }

  addResidual(): Stop | undefined {
    const { blocksI, blocksJ, addrC } = this.#registers;
    const dim = this.#dim;
    for (let i = 0; i < blocksI; i++) {
      for (let j = 0; j < blocksJ; j++) {
        const offset = (i * blocksJ + j) * dim;
        const rows = this.#rowsI(i);
        const cols = this.#colsJ(j);
        const stop =
          this.#to.moveIn(0, this.#a, i * dim, j * dim, ACCUMULATOR_START + offset, rows, cols) ??
          this.#to.moveIn(1, this.#b, i * dim, j * dim, ACCUMULATING_START + offset, rows, cols) ??
          (addrC === 0n ? undefined : this.#to.moveOut(this.#c, i * dim, j * dim, this.#localC + offset, rows, cols));
        if (stop !== undefined) return stop;
      }
    }
    return undefined;
  }

  multiply(): Stop | undefined {
    const { blocksI, blocksJ, blocksK } = this.#registers;
    const stop = this.#loadBias();
    if (stop !== undefined) return stop;
    for (let k = 0; k < blocksK; k++) {
      for (let j = 0; j < blocksJ; j++) {
        for (let i = 0; i < blocksI; i++) {
          const blockStop = this.#multiplyBlock(i, j, k);
          if (blockStop !== undefined) return blockStop;
        }
      }
    }
    return undefined;
  }

  #loadBias(): Stop | undefined {
    const { blocksI, blocksJ, addrD } = this.#registers;
    const dim = this.#dim;
    if (addrD === 0n) return undefined;
    for (let i = 0; i < blocksI; i++) {
      for (let j = 0; j < blocksJ; j++) {
        const local = ACCUMULATOR_START + (i * blocksJ + j) * dim;
        const stop = this.#to.moveIn(2, this.#d, i * dim, j * dim, local, this.#rowsI(i), this.#colsJ(j));
        if (stop !== undefined) return stop;
      }
    }
    return undefined;
  }

  #multiplyBlock(i: number, j: number, k: number): Stop | undefined {
    const { blocksI, blocksJ, blocksK, addrA, addrB, addrC } = this.#registers;
    const { transposesA, transposesB, accumulates } = this.#flags;
    const to = this.#to;
    const dim = this.#dim;
    const localA = this.#localA + (transposesA ? k * blocksI + i : i * blocksK + k) * dim;
    const localB = this.#localB + (transposesB ? j * blocksK + k : k * blocksJ + j) * dim;
    const localC = this.#localC + (i * blocksJ + j) * dim;
    const rows = this.#rowsI(i);
    const cols = this.#colsJ(j);
    const depth = this.#depthK(k);

    if (j === 0 && addrA !== 0n) {
      const stop = transposesA
        ? to.moveIn(0, this.#a, k * dim, i * dim, localA, depth, rows)
        : to.moveIn(0, this.#a, i * dim, k * dim, localA, rows, depth);
      if (stop !== undefined) return stop;
    }
    if (i === 0 && addrB !== 0n) {
      const stop = transposesB
        ? to.moveIn(1, this.#b, j * dim, k * dim, localB, cols, depth)
        : to.moveIn(1, this.#b, k * dim, j * dim, localB, depth, cols);
      if (stop !== undefined) return stop;
    }
    const isOverwriting = !accumulates && k === 0;
    const stop =
      to.preload(
        i === 0 ? localB : GARBAGE,
        depth,
        cols,
        isOverwriting ? localC - ACCUMULATE_BIT : localC,
        rows,
        cols,
      ) ?? to.compute(localA, rows, depth, GARBAGE, dim, dim, i === 0);
    if (stop !== undefined || addrC === 0n || k !== blocksK - 1) return stop;
    const { activation } = this.#flags;
    if (activation !== ACTIVATIONS.layernorm && activation !== ACTIVATIONS.softmax)
      return to.moveOut(this.#c, i * dim, j * dim, localC, rows, cols);
    return j === blocksJ - 1 ? this.#storeNormalized(i) : undefined;
  }

  /** Three passes over groups of rows, as many rows at a time as there are sets of statistics. */
  #storeNormalized(i: number): Stop | undefined {
    const { blocksJ } = this.#registers;
    const { normStatIds } = this.#config;
    const dim = this.#dim;
    const rows = this.#rowsI(i);
    for (let first = 0; first < rows; first += normStatIds) {
      const ids = Math.min(normStatIds, rows - first);
      for (const [partial, final] of NORM_PASSES[this.#flags.activation === ACTIVATIONS.layernorm ? 0 : 1]) {
        for (let statId = 0; statId < ids; statId++) {
          const stop = this.#to.config(configWords('config_norm', { stat_id: statId, set_stat_id_only: 1 }));
          if (stop !== undefined) return stop;
          for (let j = 0; j < blocksJ; j++) {
            const row = first + statId;
            const command = j === blocksJ - 1 ? final : partial;
            const local = withNormCommand(this.#localC + (i * blocksJ + j) * dim + row, command);
            const moveStop = this.#to.moveOut(this.#c, i * dim + row, j * dim, local, 1, this.#colsJ(j));
            if (moveStop !== undefined) return moveStop;
          }
        }
      }
    }
    return undefined;
  }

  #rowsI(i: number): number {
    return this.#dim - (i === this.#registers.blocksI - 1 ? this.#registers.padI : 0);
  }

  #colsJ(j: number): number {
    return this.#dim - (j === this.#registers.blocksJ - 1 ? this.#registers.padJ : 0);
  }

  #depthK(k: number): number {
    return this.#dim - (k === this.#registers.blocksK - 1 ? this.#registers.padK : 0);
  }
}

/** [command of all column blocks but the last, command of the last], per pass; layernorm, then softmax. */
const NORM_PASSES = [
  [
    [NORM_COMMANDS.sum, NORM_COMMANDS.mean],
    [NORM_COMMANDS.variance, NORM_COMMANDS.inv_stddev],
    [NORM_COMMANDS.reset, NORM_COMMANDS.reset],
  ],
  [
    [NORM_COMMANDS.max, NORM_COMMANDS.max],
    [NORM_COMMANDS.sum_exp, NORM_COMMANDS.inv_sum_exp],
    [NORM_COMMANDS.reset, NORM_COMMANDS.reset],
  ],
] as const;
