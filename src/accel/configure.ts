import { faultStop, type Stop } from './faults.ts';
import { ACTIVATION } from './registers.ts';
import type { AcceleratorState } from './state.ts';

/** Activation 0 does not end softmax in the functional model. @source gemmini-isa §11, trap 1 */
function nextActivation(state: AcceleratorState, code: number): number {
  const isSticky = !state.config.rtlBehaviours.includes('activation-not-sticky');
  const { activation } = state.registers.store;
  return isSticky && code === ACTIVATION.none && activation === ACTIVATION.softmax ? ACTIVATION.softmax : code;
}

export interface ExecuteConfig {
  readonly isWeightStationary: boolean;
  readonly activation: number;
  readonly onlyStrides: boolean;
  readonly transposesA: boolean;
  readonly transposesB: boolean;
  readonly strideA: number;
  readonly strideC: number;
  readonly shift: number;
}

/** config_ex. The checks come last and hold for fields that are not taken over, too. @source gemmini-isa §4.1 */
export function configureExecute(state: AcceleratorState, config: ExecuteConfig): Stop | undefined {
  const { execute } = state.registers;
  if (config.shift >= 32) return faultStop('shift-range', `a shift of ${config.shift}`);
  if (!config.onlyStrides) {
    execute.isWeightStationary = config.isWeightStationary;
    execute.activation = nextActivation(state, config.activation);
    execute.shift = config.shift;
    execute.transposesA = config.transposesA;
    execute.transposesB = config.transposesB;
  }
  execute.strideA = config.strideA;
  execute.strideC = config.strideC;
  const { isWeightStationary, transposesA, transposesB } = config;
  if (transposesB && isWeightStationary === transposesA)
    return faultStop(
      'transpose-pair',
      `${isWeightStationary ? 'weight' : 'output'}-stationary with ${transposesA ? 'A and B' : 'only B'} transposed`,
    );
  return undefined;
}

export interface LoadConfig {
  readonly loadState: number;
  readonly stride: bigint;
  readonly blockStride: number;
  readonly shrinks: boolean;
  readonly scaleBits: number;
  readonly pixelRepeats: number;
}

/** config_mvin. @source gemmini-isa §4.2 */
export function configureLoad(state: AcceleratorState, config: LoadConfig): Stop | undefined {
  const load = state.registers.loads[config.loadState];
  if (load === undefined) return faultStop('load-state-range', `load state ${config.loadState}`);
  const hasScale = state.config.mvinScaleType !== 'none';
  load.isConfigured = true;
  load.stride = config.stride;
  load.blockStride = config.blockStride;
  load.shrinks = hasScale && config.shrinks;
  load.scaleBits = config.scaleBits;
  load.scale = state.numerics.mvinScale(config.scaleBits);
  load.pixelRepeats = config.pixelRepeats === 0 ? 1 : config.pixelRepeats;
  return undefined;
}

export interface StoreConfig {
  readonly stride: number;
  readonly activation: number;
  readonly scaleBits: number;
  readonly poolStride: number;
  readonly poolSize: number;
  readonly upperPadding: number;
  readonly leftPadding: number;
  readonly poolOutDim: number;
  readonly pooledRows: number;
  readonly pooledCols: number;
  readonly rows: number;
  readonly cols: number;
}

const ALL_ONES = 0xffffffff;

/** config_mvout. @source gemmini-isa §4.3 */
export function configureStore(state: AcceleratorState, config: StoreConfig): void {
  const { store } = state.registers;
  const isKept = config.scaleBits === ALL_ONES && state.config.rtlBehaviours.includes('keep-scale-on-all-ones');
  const scaleBits = isKept ? store.scaleBits : config.scaleBits;
  Object.assign(store, config, {
    activation: nextActivation(state, config.activation),
    scaleBits,
    scale: state.numerics.accumulatorScale(scaleBits),
  });
}

export interface NormConfig {
  readonly statId: number;
  readonly onlyStatId: boolean;
  readonly activationMsb: number;
  readonly isQln2Inverse: boolean;
  readonly q: number;
  readonly qb: number;
  readonly qc: number;
}

/** config_norm. @source gemmini-isa §4.4 */
export function configureNorm(state: AcceleratorState, config: NormConfig): Stop | undefined {
  const { normalization, store, statistics } = state.registers;
  if (config.statId >= statistics.length)
    return faultStop('stat-id-range', `statistics id ${config.statId} of ${statistics.length}`);
  normalization.statId = config.statId;
  if (config.onlyStatId) return undefined;
  const { constant } = state.numerics.normalization;
  normalization.qb = constant(config.qb);
  normalization.qc = constant(config.qc);
  const isReplaced = state.config.rtlBehaviours.includes('activation-not-sticky');
  store.activation = (config.activationMsb << 2) | (isReplaced ? store.activation & 0b11 : store.activation);
  if (store.activation > ACTIVATION.softmax)
    return faultStop('activation-code', `activation code ${store.activation}, but the last one is 4`);
  if (config.isQln2Inverse) normalization.qln2Inverse = constant(config.q);
  else normalization.qln2 = constant(config.q);
  return undefined;
}
