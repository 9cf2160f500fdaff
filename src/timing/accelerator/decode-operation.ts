import { fieldReader, type OperandWords } from '../../accel/operands.ts';
import { ACTIVATIONS, type CommandName } from '../../isa/accelerator.ts';
import {
  COMPUTE,
  CONFIG_EXECUTE,
  CONFIG_LOAD,
  CONFIG_STORE,
  MVIN,
  MVOUT,
  PRELOAD,
} from '../core/accelerator/operation.ts';
import type { Message } from '../core/message.ts';

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

/** Local address words are signed in the core. */
const signed = (local: number): number => local | 0;

type Operation = Partial<Message> & Pick<Message, 'kind'>;
type ExecuteRegisters = Pick<Message, 'isWeightStationary' | 'transposesA' | 'transposesB' | 'aStride' | 'cStride'>;

/** Turns primitive commands into operations; remembers what later commands leave out. */
export class OperationDecoder {
  readonly #scaleIdentity: number;
  #execute: ExecuteRegisters = { isWeightStationary: 0, transposesA: 0, transposesB: 0, aStride: 1, cStride: 1 };

  constructor(scaleIdentity: number) {
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
        return { kind: CONFIG_STORE };
      case 'mvin':
      case 'mvin2':
      case 'mvin3':
        return this.#move(MVIN, words, MVIN_STATES[name]!);
      case 'mvout':
      case 'mvout_spad':
        return this.#move(MVOUT, words, 0);
      case 'preload':
        return this.#matrix(PRELOAD, words, 0);
      case 'compute.preloaded':
        return this.#matrix(COMPUTE, words, 1);
      case 'compute.accumulated':
        return this.#matrix(COMPUTE, words, 0);
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
            isWeightStationary: CONFIG_EX.dataflow(words) === 1 ? 1 : 0,
            transposesA: CONFIG_EX.transposesA(words),
            transposesB: CONFIG_EX.transposesB(words),
            ...strides,
          };
    return { kind: CONFIG_EXECUTE, ...this.#execute };
  }

  #configureLoad(words: OperandWords): Operation {
    return {
      kind: CONFIG_LOAD,
      state: CONFIG_MVIN.state(words),
      stride: wideOperand(words, 2),
      blockStride: CONFIG_MVIN.blockStride(words),
      pixelRepeats: Math.max(1, CONFIG_MVIN.pixelRepeats(words)),
      shrinks: CONFIG_MVIN.shrink(words),
      scales: CONFIG_MVIN.scale(words) === this.#scaleIdentity ? 0 : 1,
    };
  }

  #configureStore(words: OperandWords): Operation {
    return {
      kind: CONFIG_STORE,
      changesState: 1,
      stride: CONFIG_MVOUT.stride(words),
      poolStride: CONFIG_MVOUT.poolStride(words),
      poolSize: CONFIG_MVOUT.poolSize(words),
      outCols: CONFIG_MVOUT.outCols(words),
      porows: CONFIG_MVOUT.porows(words),
      pocols: CONFIG_MVOUT.pocols(words),
      orows: CONFIG_MVOUT.orows(words),
      ocols: CONFIG_MVOUT.ocols(words),
      upad: CONFIG_MVOUT.upad(words),
      lpad: CONFIG_MVOUT.lpad(words),
    };
  }

  #move(kind: number, words: OperandWords, state: number): Operation {
    const vaddr = wideOperand(words, 0);
    return { kind, state, vaddr, local: signed(TILE.local(words)), cols: TILE.cols(words), rows: TILE.rows(words) };
  }

  #matrix(kind: number, words: OperandWords, flips: number): Operation {
    return {
      kind,
      local: signed(FIRST.local(words)),
      cols: FIRST.cols(words),
      rows: FIRST.rows(words),
      local2: signed(TILE.local(words)),
      cols2: TILE.cols(words),
      rows2: TILE.rows(words),
      flips,
    };
  }
}

/** Do stores of loop_ws with this activation run over the rows several times? */
export const isNormalizing = (activation: number): boolean =>
  activation === ACTIVATIONS.layernorm || activation === ACTIVATIONS.softmax;
