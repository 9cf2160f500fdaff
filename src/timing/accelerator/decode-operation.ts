import { fieldReader, type OperandWords } from '../../accel/operands.ts';
import { ACTIVATIONS, type CommandName } from '../../isa/accelerator.ts';
import type { Operation, OperationPool, Pooling } from './operation.ts';

/** Reads of the fields that matter for time. Addresses become numbers: DRAM addresses have at most 53 bits. */
const CONFIG_EX = {
  dataflow: fieldReader('config_ex', 'rs1', 'dataflow'),
  onlyStrides: fieldReader('config_ex', 'rs1', 'set_only_strides'),
  transposesA: fieldReader('config_ex', 'rs1', 'a_transpose'),
  transposesB: fieldReader('config_ex', 'rs1', 'b_transpose'),
  aStride: fieldReader('config_ex', 'rs1', 'a_stride'),
  cStride: fieldReader('config_ex', 'rs2', 'c_stride'),
};
const CONFIG_MVIN = {
  shrink: fieldReader('config_mvin', 'rs1', 'shrink'),
  state: fieldReader('config_mvin', 'rs1', 'state'),
  pixelRepeats: fieldReader('config_mvin', 'rs1', 'pixel_repeats'),
  blockStride: fieldReader('config_mvin', 'rs1', 'block_stride'),
  scale: fieldReader('config_mvin', 'rs1', 'scale'),
};
const mvoutField = (name: string) => fieldReader('config_mvout', 'rs1', name);
const CONFIG_MVOUT = {
  poolStride: mvoutField('pool_stride'),
  poolSize: mvoutField('pool_size'),
  upad: mvoutField('upad'),
  lpad: mvoutField('lpad'),
  outCols: mvoutField('pool_out_dim'),
  porows: mvoutField('porows'),
  pocols: mvoutField('pocols'),
  orows: mvoutField('orows'),
  ocols: mvoutField('ocols'),
  stride: fieldReader('config_mvout', 'rs2', 'stride'),
};
const TILE = {
  local: fieldReader('mvin', 'rs2', 'local_addr'),
  cols: fieldReader('mvin', 'rs2', 'cols'),
  rows: fieldReader('mvin', 'rs2', 'rows'),
};
const FIRST = {
  local: fieldReader('preload', 'rs1', 'bd'),
  cols: fieldReader('preload', 'rs1', 'bd_cols'),
  rows: fieldReader('preload', 'rs1', 'bd_rows'),
};

/** The unsigned 64-bit operand in words [at, at + 1] as a number. */
export const wideOperand = (words: OperandWords, at: 0 | 2): number => words[at + 1]! * 2 ** 32 + words[at]!;

const MVIN_STATES: Partial<Record<CommandName, number>> = { mvin: 0, mvin2: 1, mvin3: 2 };

/** The execute configuration that a config_ex changes partly. */
export interface ExecuteRegisters {
  isWeightStationary: boolean;
  transposesA: boolean;
  transposesB: boolean;
  aStride: number;
  cStride: number;
}

/** Turns primitive commands into operations; remembers what later commands leave out. */
export class OperationDecoder {
  readonly #pool: OperationPool;
  readonly #scaleIdentity: number;
  #execute: ExecuteRegisters = {
    isWeightStationary: false,
    transposesA: false,
    transposesB: false,
    aStride: 1,
    cStride: 1,
  };

  constructor(pool: OperationPool, scaleIdentity: number) {
    this.#pool = pool;
    this.#scaleIdentity = scaleIdentity;
  }

  /** @returns nothing for commands that are no operation of the reservation station */
  decode(name: CommandName, words: OperandWords): Operation | undefined {
    switch (name) {
      case 'config_ex':
        return this.#configureExecute(words);
      case 'config_mvin':
        return this.#configureLoad(words);
      case 'config_mvout':
        return this.#configureStore(words);
      case 'config_norm':
        // Changes nothing that matters for time: the configuration in force stays.
        return this.#pool.take('config-store');
      case 'mvin':
      case 'mvin2':
      case 'mvin3':
        return this.#move('mvin', words, MVIN_STATES[name]!);
      case 'mvout':
      case 'mvout_spad':
        return this.#move('mvout', words, 0);
      case 'preload':
        return this.#matrix('preload', words, false);
      case 'compute.preloaded':
        return this.#matrix('compute', words, true);
      case 'compute.accumulated':
        return this.#matrix('compute', words, false);
      default:
        return undefined;
    }
  }

  #configureExecute(words: OperandWords): Operation {
    const strides = { aStride: CONFIG_EX.aStride(words), cStride: CONFIG_EX.cStride(words) };
    this.#execute =
      CONFIG_EX.onlyStrides(words) === 1
        ? { ...this.#execute, ...strides }
        : {
            isWeightStationary: CONFIG_EX.dataflow(words) === 1,
            transposesA: CONFIG_EX.transposesA(words) === 1,
            transposesB: CONFIG_EX.transposesB(words) === 1,
            ...strides,
          };
    const operation = this.#pool.take('config-execute');
    operation.config = this.#execute;
    return operation;
  }

  #configureLoad(words: OperandWords): Operation {
    const operation = this.#pool.take('config-load');
    operation.state = CONFIG_MVIN.state(words);
    operation.config = {
      stride: wideOperand(words, 2),
      blockStride: CONFIG_MVIN.blockStride(words),
      pixelRepeats: Math.max(1, CONFIG_MVIN.pixelRepeats(words)),
      shrinks: CONFIG_MVIN.shrink(words) === 1,
      scales: CONFIG_MVIN.scale(words) !== this.#scaleIdentity,
    };
    return operation;
  }

  #configureStore(words: OperandWords): Operation {
    const poolStride = CONFIG_MVOUT.poolStride(words);
    const size = CONFIG_MVOUT.poolSize(words);
    const pool: Pooling = {
      size,
      stride: poolStride,
      outCols: CONFIG_MVOUT.outCols(words),
      porows: CONFIG_MVOUT.porows(words),
      pocols: CONFIG_MVOUT.pocols(words),
      orows: CONFIG_MVOUT.orows(words),
      ocols: CONFIG_MVOUT.ocols(words),
      upad: CONFIG_MVOUT.upad(words),
      lpad: CONFIG_MVOUT.lpad(words),
    };
    const operation = this.#pool.take('config-store');
    operation.config = { stride: CONFIG_MVOUT.stride(words), pool: poolStride === 0 ? undefined : pool };
    return operation;
  }

  #move(kind: 'mvin' | 'mvout', words: OperandWords, state: number): Operation {
    const operation = this.#pool.take(kind);
    operation.state = state;
    operation.vaddr = wideOperand(words, 0);
    operation.local = TILE.local(words);
    operation.cols = TILE.cols(words);
    operation.rows = TILE.rows(words);
    return operation;
  }

  #matrix(kind: 'preload' | 'compute', words: OperandWords, flips: boolean): Operation {
    const operation = this.#pool.take(kind);
    operation.local = FIRST.local(words);
    operation.cols = FIRST.cols(words);
    operation.rows = FIRST.rows(words);
    operation.local2 = TILE.local(words);
    operation.cols2 = TILE.cols(words);
    operation.rows2 = TILE.rows(words);
    operation.flips = flips;
    return operation;
  }
}

/** Do stores of loop_ws with this activation run over the rows several times? */
export const isNormalizing = (activation: number): boolean =>
  activation === ACTIVATIONS.layernorm || activation === ACTIVATIONS.softmax;
