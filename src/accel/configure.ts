import { ACTIVATIONS, DATAFLOWS } from '../isa/accelerator.ts';
import { faultStop, type Stop } from './faults.ts';
import { fieldReader, type OperandWords } from './operands.ts';
import type { AcceleratorState } from './state.ts';

/** Activation 0 does not end softmax in the functional model. @source gemmini-isa §11, trap 1 */
function nextActivation(state: AcceleratorState, code: number): number {
  const isSticky = !state.config.rtlBehaviours.includes('activation-not-sticky');
  const { activation } = state.registers.store;
  return isSticky && code === ACTIVATIONS.none && activation === ACTIVATIONS.softmax ? ACTIVATIONS.softmax : code;
}

const EX = {
  dataflow: fieldReader('config_ex', 'rs1', 'dataflow'),
  activation: fieldReader('config_ex', 'rs1', 'activation'),
  onlyStrides: fieldReader('config_ex', 'rs1', 'set_only_strides'),
  transposesA: fieldReader('config_ex', 'rs1', 'a_transpose'),
  transposesB: fieldReader('config_ex', 'rs1', 'b_transpose'),
  strideA: fieldReader('config_ex', 'rs1', 'a_stride'),
  strideC: fieldReader('config_ex', 'rs2', 'c_stride'),
  shift: fieldReader('config_ex', 'rs2', 'shift'),
};

/** config_ex. The checks hold for fields that are not taken over, too. @source gemmini-isa §4.1 */
function configureExecute(state: AcceleratorState, words: OperandWords): Stop | undefined {
  const { execute } = state.registers;
  const isWeightStationary = EX.dataflow(words) === DATAFLOWS.ws;
  const transposesA = EX.transposesA(words) === 1;
  const transposesB = EX.transposesB(words) === 1;
  if (EX.shift(words) >= 32) return faultStop('shift-range', `a shift of ${EX.shift(words)}`);
  if (EX.onlyStrides(words) === 0) {
    const dataflow = isWeightStationary ? 'weight-stationary' : 'output-stationary';
    if (state.config.dataflow !== 'both' && state.config.dataflow !== dataflow)
      return faultStop('dataflow-absent', `${dataflow} on an array that is ${state.config.dataflow}`);
    execute.isWeightStationary = isWeightStationary;
    execute.activation = nextActivation(state, EX.activation(words));
    execute.shift = EX.shift(words);
    execute.transposesA = transposesA;
    execute.transposesB = transposesB;
  }
  execute.strideA = EX.strideA(words);
  execute.strideC = EX.strideC(words);
  // The one transposer serves a transposed operand, and A when output-stationary and not transposed.
  if (transposesB && isWeightStationary === transposesA)
    return faultStop(
      'transpose-pair',
      `${isWeightStationary ? 'weight' : 'output'}-stationary with ${transposesA ? 'A and B' : 'only B'} transposed`,
    );
  return undefined;
}

const MVIN = {
  state: fieldReader('config_mvin', 'rs1', 'state'),
  blockStride: fieldReader('config_mvin', 'rs1', 'block_stride'),
  shrink: fieldReader('config_mvin', 'rs1', 'shrink'),
  scale: fieldReader('config_mvin', 'rs1', 'scale'),
  pixelRepeats: fieldReader('config_mvin', 'rs1', 'pixel_repeats'),
};

/** config_mvin. @param stride bytes between DRAM rows, the whole of rs2 @source gemmini-isa §4.2 */
function configureLoad(state: AcceleratorState, words: OperandWords, stride: bigint): Stop | undefined {
  const load = state.registers.loads[MVIN.state(words)];
  if (load === undefined) return faultStop('load-state-range', `load state ${MVIN.state(words)}`);
  load.isConfigured = true;
  load.stride = stride;
  load.signedStride = Number(BigInt.asIntN(64, stride));
  load.blockStride = MVIN.blockStride(words);
  load.shrinks = state.config.mvinScaleType !== 'none' && MVIN.shrink(words) === 1;
  load.scale = state.numerics.mvinScale(MVIN.scale(words));
  load.pixelRepeats = Math.max(1, MVIN.pixelRepeats(words));
  return undefined;
}

const MVOUT = {
  stride: fieldReader('config_mvout', 'rs2', 'stride'),
  scale: fieldReader('config_mvout', 'rs2', 'acc_scale'),
  activation: fieldReader('config_mvout', 'rs1', 'activation'),
  poolStride: fieldReader('config_mvout', 'rs1', 'pool_stride'),
  poolSize: fieldReader('config_mvout', 'rs1', 'pool_size'),
  upperPadding: fieldReader('config_mvout', 'rs1', 'upad'),
  leftPadding: fieldReader('config_mvout', 'rs1', 'lpad'),
  poolOutDim: fieldReader('config_mvout', 'rs1', 'pool_out_dim'),
  pooledRows: fieldReader('config_mvout', 'rs1', 'porows'),
  pooledCols: fieldReader('config_mvout', 'rs1', 'pocols'),
  rows: fieldReader('config_mvout', 'rs1', 'orows'),
  cols: fieldReader('config_mvout', 'rs1', 'ocols'),
};

const ALL_ONES = 0xffffffff;

/** config_mvout. @source gemmini-isa §4.3 */
function configureStore(state: AcceleratorState, words: OperandWords): void {
  const { store } = state.registers;
  const scaleBits = MVOUT.scale(words);
  if (scaleBits !== ALL_ONES || !state.config.rtlBehaviours.includes('keep-scale-on-all-ones')) {
    store.scaleBits = scaleBits;
    store.scale = state.numerics.accumulatorScale(scaleBits);
  }
  store.stride = MVOUT.stride(words);
  store.activation = nextActivation(state, MVOUT.activation(words));
  store.poolStride = MVOUT.poolStride(words);
  store.poolSize = MVOUT.poolSize(words);
  store.upperPadding = MVOUT.upperPadding(words);
  store.leftPadding = MVOUT.leftPadding(words);
  store.poolOutDim = MVOUT.poolOutDim(words);
  store.pooledRows = MVOUT.pooledRows(words);
  store.pooledCols = MVOUT.pooledCols(words);
  store.rows = MVOUT.rows(words);
  store.cols = MVOUT.cols(words);
}

const NORM = {
  statId: fieldReader('config_norm', 'rs1', 'stat_id'),
  onlyStatId: fieldReader('config_norm', 'rs1', 'set_stat_id_only'),
  activationMsb: fieldReader('config_norm', 'rs1', 'activation_msb'),
  qType: fieldReader('config_norm', 'rs1', 'q_const_type'),
  q: fieldReader('config_norm', 'rs1', 'q_const'),
  qb: fieldReader('config_norm', 'rs2', 'qb'),
  qc: fieldReader('config_norm', 'rs2', 'qc'),
};

/** config_norm. @source gemmini-isa §4.4 */
function configureNorm(state: AcceleratorState, words: OperandWords): Stop | undefined {
  const { normalization, store, statistics } = state.registers;
  const statId = NORM.statId(words);
  if (statId >= statistics.length) return faultStop('stat-id-range', `statistics id ${statId} of ${statistics.length}`);
  normalization.statId = statId;
  if (NORM.onlyStatId(words) === 1) return undefined;
  const { constant } = state.numerics.normalization;
  normalization.qb = constant(NORM.qb(words));
  normalization.qc = constant(NORM.qc(words));
  const isReplaced = state.config.rtlBehaviours.includes('activation-not-sticky');
  store.activation = (NORM.activationMsb(words) << 2) | (isReplaced ? store.activation & 0b11 : store.activation);
  if (store.activation > ACTIVATIONS.softmax)
    return faultStop('activation-code', `activation code ${store.activation}, but the last one is 4`);
  if (NORM.qType(words) === 1) normalization.qln2Inverse = constant(NORM.q(words));
  else normalization.qln2 = constant(NORM.q(words));
  return undefined;
}

/** The four config commands by rs1[1:0]. */
export function configure(state: AcceleratorState, words: OperandWords, rs2: bigint): Stop | undefined {
  switch (words[0]! & 0b11) {
    case 0:
      return configureExecute(state, words);
    case 1:
      return configureLoad(state, words, rs2);
    case 2:
      configureStore(state, words);
      return undefined;
    default:
      return configureNorm(state, words);
  }
}
