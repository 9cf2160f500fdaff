/**
 * Where the RTL differs from the functional model and following it costs little: each row can be switched on by id in
 * the configuration. The default is always the functional model.
 * @source gemmini-isa §12
 */
export const RTL_BEHAVIOURS = [
  {
    id: 'exact-rounding',
    topic: 'rounding of scaled values near powers of two',
    functionalModel: 'the largest binary32 below ±2^k rounds to ±(2^k + 1)',
    rtl: 'nearest, ties to even',
  },
  {
    id: 'saturate-by-sign',
    topic: 'scaled values beyond ±2^63, infinities, NaN',
    functionalModel: 'the most negative element',
    rtl: 'saturate by sign; NaN gives the largest element',
  },
  {
    id: 'relu-before-scale',
    topic: 'order of ReLU and accumulator scale',
    functionalModel: 'scale, saturate, ReLU',
    rtl: 'ReLU, scale, saturate',
  },
  {
    id: 'raw-full-width-mvout',
    topic: 'full-width stores',
    functionalModel: 'I-GELU, layernorm and softmax are applied',
    rtl: 'the accumulator word itself',
  },
  {
    id: 'keep-scale-on-all-ones',
    topic: 'config_mvout with scale bits 0xFFFFFFFF',
    functionalModel: 'a NaN scale',
    rtl: 'the old scale stays',
  },
  {
    id: 'activation-not-sticky',
    topic: 'activation 0 after softmax',
    functionalModel: 'stays softmax',
    rtl: 'becomes none; config_norm replaces the high bit instead of or-ing it',
  },
  {
    id: 'shift-into-accumulator',
    topic: 'output-stationary results written to the accumulator',
    functionalModel: 'unshifted',
    rtl: 'shifted like results for the scratchpad',
  },
  {
    id: 'counter-read-first',
    topic: 'value that the counter command returns',
    functionalModel: 'after the effects of the same command',
    rtl: 'before them',
  },
] as const;

export type RtlBehaviour = (typeof RTL_BEHAVIOURS)[number]['id'];
