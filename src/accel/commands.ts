import type { CommandName } from '../isa/accelerator.ts';
import type { Accelerator } from './accelerator.ts';
import { configure } from './configure.ts';
import type { LoopConvFlags } from './conv-geometry.ts';
import type { Stop } from './faults.ts';
import { expandLoopConv } from './loop-conv.ts';
import { expandLoopWs, type LoopWsFlags } from './loop-ws.ts';
import { fieldReader, type OperandWords } from './operands.ts';
import { dramMatrix } from './primitives.ts';

/** Executes one command; a number is the result that a destination register gets. */
type Execute = (unit: Accelerator, rs1: bigint, rs2: bigint) => Stop | number | undefined;

/** Semantics of every command: a new row of the command table does not compile until it has an entry here. */
export const COMMAND_EXECUTORS = {
  config_ex: executeConfig,
  config_mvin: executeConfig,
  config_mvout: executeConfig,
  config_norm: executeConfig,
  mvin: (unit, rs1) => executeMoveIn(unit, 0, rs1),
  mvin2: (unit, rs1) => executeMoveIn(unit, 1, rs1),
  mvin3: (unit, rs1) => executeMoveIn(unit, 2, rs1),
  mvout: ({ primitives, operands: { words } }, rs1) =>
    primitives.moveOut(dramMatrix(rs1, 0n, 1), 0, 0, MOVE.local(words), MOVE.rows(words), MOVE.cols(words)),
  'compute.preloaded': (unit) => executeCompute(unit, true),
  'compute.accumulated': (unit) => executeCompute(unit, false),
  preload: executePreload,
  flush: () => undefined,
  'fence.accel': () => undefined,
  counter: ({ counters, operands: { words } }) => counters.execute(counterRequest(words)),
  loop_ws: (unit) => expandLoopWs(unit.state.config, unit.loopWs, loopWsFlags(unit.operands.words), unit.primitives),
  'loop_ws.config_bounds': ({ loopWs, operands: { words } }) => {
    for (const [register, read] of BOUNDS) loopWs[register] = read(words);
    return undefined;
  },
  'loop_ws.config_addrs_ab': ({ loopWs }, rs1, rs2) => assign(loopWs, { addrA: rs1, addrB: rs2 }),
  'loop_ws.config_addrs_dc': ({ loopWs }, rs1, rs2) => assign(loopWs, { addrD: rs1, addrC: rs2 }),
  'loop_ws.config_strides_ab': ({ loopWs }, rs1, rs2) => assign(loopWs, { strideA: rs1, strideB: rs2 }),
  'loop_ws.config_strides_dc': ({ loopWs }, rs1, rs2) => assign(loopWs, { strideD: rs1, strideC: rs2 }),
  loop_conv_ws: (unit) =>
    expandLoopConv(unit.state.config, unit.loopConv, loopConvFlags(unit.operands.words), unit.toggles, unit.primitives),
  'loop_conv_ws.config_1': (unit) => unit.writeSizes('loop_conv_ws.config_1'),
  'loop_conv_ws.config_2': (unit) => unit.writeSizes('loop_conv_ws.config_2'),
  'loop_conv_ws.config_3': (unit) => unit.writeSizes('loop_conv_ws.config_3'),
  'loop_conv_ws.config_4': (unit) => unit.writeSizes('loop_conv_ws.config_4'),
  'loop_conv_ws.config_5': ({ loopConv }, rs1, rs2) => assign(loopConv, { weights: rs1, output: rs2 }),
  'loop_conv_ws.config_6': ({ loopConv }, rs1, rs2) => assign(loopConv, { bias: rs1, input: rs2 }),
  // The functional model knows none of these.
  clkgate_en: notImplemented,
  mvout_spad: notImplemented,
  'loop_ws.config_spad_ab': notImplemented,
  'loop_ws.config_spad_c': notImplemented,
} as const satisfies Record<CommandName, Execute>;

function notImplemented(): never {
  throw new Error('the accelerator dispatched a command that only the RTL has');
}

function assign<T extends object>(registers: T, values: Partial<T>): undefined {
  Object.assign(registers, values);
}

function executeConfig({ state, primitives, operands: { words } }: Accelerator, _: bigint, rs2: bigint) {
  primitives.registersChanged();
  return configure(state, words, rs2);
}

const MOVE = {
  local: fieldReader('mvin', 'rs2', 'local_addr'),
  rows: fieldReader('mvin', 'rs2', 'rows'),
  cols: fieldReader('mvin', 'rs2', 'cols'),
};

function executeMoveIn({ primitives, operands: { words } }: Accelerator, loadState: 0 | 1 | 2, source: bigint) {
  const matrix = dramMatrix(source, 0n, 1);
  return primitives.moveIn(loadState, matrix, 0, 0, MOVE.local(words), MOVE.rows(words), MOVE.cols(words));
}

/** Readers of a local operand of a compute or preload command. */
const operandReaders = (command: CommandName, operand: 'rs1' | 'rs2', prefix: string) => ({
  local: fieldReader(command, operand, prefix),
  rows: fieldReader(command, operand, `${prefix}_rows`),
  cols: fieldReader(command, operand, `${prefix}_cols`),
});

const COMPUTE = {
  a: operandReaders('compute.preloaded', 'rs1', 'a'),
  bd: operandReaders('compute.preloaded', 'rs2', 'bd'),
};
const PRELOAD = { stationary: operandReaders('preload', 'rs1', 'bd'), out: operandReaders('preload', 'rs2', 'c') };

function executePreload({ primitives, operands: { words } }: Accelerator): Stop | undefined {
  const { stationary, out } = PRELOAD;
  return primitives.preload(
    stationary.local(words),
    stationary.rows(words),
    stationary.cols(words),
    out.local(words),
    out.rows(words),
    out.cols(words),
  );
}

function executeCompute({ primitives, operands: { words } }: Accelerator, loadsArray: boolean): Stop | undefined {
  const { a, bd } = COMPUTE;
  return primitives.compute(
    a.local(words),
    a.rows(words),
    a.cols(words),
    bd.local(words),
    bd.rows(words),
    bd.cols(words),
    loadsArray,
  );
}

const flagReader = (command: CommandName, operand: 'rs1' | 'rs2', name: string) => {
  const read = fieldReader(command, operand, name);
  return (words: OperandWords): boolean => read(words) === 1;
};

const COUNTER = {
  resets: flagReader('counter', 'rs1', 'reset'),
  leavesSnapshot: flagReader('counter', 'rs1', 'leave_snapshot'),
  takesSnapshot: flagReader('counter', 'rs1', 'take_snapshot'),
  configures: flagReader('counter', 'rs1', 'configure'),
  index: fieldReader('counter', 'rs1', 'index'),
  event: fieldReader('counter', 'rs1', 'event'),
  isExternal: flagReader('counter', 'rs1', 'external'),
};

const counterRequest = (words: OperandWords) => readAll(COUNTER, words);

const BOUNDS = [
  ['padI', fieldReader('loop_ws.config_bounds', 'rs1', 'pad_i')],
  ['padJ', fieldReader('loop_ws.config_bounds', 'rs1', 'pad_j')],
  ['padK', fieldReader('loop_ws.config_bounds', 'rs1', 'pad_k')],
  ['blocksI', fieldReader('loop_ws.config_bounds', 'rs2', 'i')],
  ['blocksJ', fieldReader('loop_ws.config_bounds', 'rs2', 'j')],
  ['blocksK', fieldReader('loop_ws.config_bounds', 'rs2', 'k')],
] as const;

const LOOP_WS = {
  accumulates: flagReader('loop_ws', 'rs1', 'ex_accumulate'),
  isFullC: flagReader('loop_ws', 'rs1', 'full_c'),
  isLowD: flagReader('loop_ws', 'rs1', 'low_d'),
  activation: fieldReader('loop_ws', 'rs1', 'activation'),
  spadIdB: fieldReader('loop_ws', 'rs1', 'b_spad_id'),
  spadIdA: fieldReader('loop_ws', 'rs1', 'a_spad_id'),
  transposesA: flagReader('loop_ws', 'rs2', 'a_transpose'),
  transposesB: flagReader('loop_ws', 'rs2', 'b_transpose'),
  isResidualAdd: flagReader('loop_ws', 'rs2', 'is_resadd'),
};

export const loopWsFlags = (words: OperandWords): LoopWsFlags => readAll(LOOP_WS, words);

const LOOP_CONV = {
  noBias: flagReader('loop_conv_ws', 'rs1', 'no_bias'),
  rotates: flagReader('loop_conv_ws', 'rs1', 'wrot180'),
  transposesOutput: flagReader('loop_conv_ws', 'rs1', 'trans_output_1203'),
  weights1203: flagReader('loop_conv_ws', 'rs1', 'trans_weight_1203'),
  weights0132: flagReader('loop_conv_ws', 'rs1', 'trans_weight_0132'),
  transposesInput: flagReader('loop_conv_ws', 'rs1', 'trans_input_3120'),
  isDepthwise: flagReader('loop_conv_ws', 'rs1', 'dw'),
  spadIdB: fieldReader('loop_conv_ws', 'rs1', 'b_spad_id'),
  spadIdA: fieldReader('loop_conv_ws', 'rs1', 'a_spad_id'),
  noPool: flagReader('loop_conv_ws', 'rs2', 'no_pool'),
  downsamples: flagReader('loop_conv_ws', 'rs2', 'downsample'),
  dilatesInput: flagReader('loop_conv_ws', 'rs2', 'input_dilated'),
  activation: fieldReader('loop_conv_ws', 'rs2', 'activation'),
};
const PIXELS_PER_ROW = fieldReader('loop_conv_ws', 'rs1', 'max_pixels_per_row');

export const loopConvFlags = (words: OperandWords): LoopConvFlags => ({
  ...readAll(LOOP_CONV, words),
  pixelsPerRow: Math.max(1, PIXELS_PER_ROW(words)),
});

function readAll<Readers extends Record<string, (words: OperandWords) => number | boolean>>(
  readers: Readers,
  words: OperandWords,
): { [Name in keyof Readers]: ReturnType<Readers[Name]> } {
  const values: Record<string, number | boolean> = {};
  for (const name in readers) values[name] = readers[name]!(words);
  return values as { [Name in keyof Readers]: ReturnType<Readers[Name]> };
}
