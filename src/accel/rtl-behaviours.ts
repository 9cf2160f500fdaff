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
    topic: 'value that the counter command returns; always on with timing',
    functionalModel: 'after the effects of the same command',
    rtl: 'before them; a reset leaves snapshot mode, and leaving wins over taking a snapshot',
  },
] as const;

export type RtlBehaviour = (typeof RTL_BEHAVIOURS)[number]['id'];

/** The other differences: here the functional model is followed in every configuration. @source gemmini-isa §12 */
export const FOLLOWED_DIFFERENCES = [
  ['functs 22–25', 'illegal instruction', 'implemented (25 has no effect)'],
  ['funct 127', 'no operation', 'undefined'],
  ['rows out of range', 'ends the simulation', 'wrap around'],
  ['garbage address', 'exactly 0xFFFFFFFF', 'bits 31, 30, 29, the marker and all row bits set'],
  ['A, B, D from the accumulator', 'ends the simulation', 'scaled and activated, in some builds'],
  ['config_norm without normalisation support', 'works', 'executes as a meaningless store'],
  ['pool size ≠ 0 with pool stride 0', 'ordinary mvout', 'one-dimensional mvout'],
  ['width of the array when output-stationary', '32 bits', '20 bits, wrapping'],
  ['output-stationary with C stride ≠ 1', 'honoured', 'rows end up elsewhere'],
  ['several computes after one preload', 'each writes C', 'only the first has a destination'],
  ['mvin into preloaded rows before the compute', 'the compute sees the new data', 'it sees the old data'],
  ['garbage weights and compute.preloaded', 'weights become 0', 'not reliable'],
  ['partial output-stationary sums with a real C', 'written', 'undefined'],
  ['A is garbage', 'undefined: zeros here', 'undefined'],
  ['layernorm', 'truncate, then scale', 'one scale, nearest even, captured at INV_STDDEV'],
  ['softmax', 'I-exp, int8, then scale', 'the polynomial of I-GELU; one scale'],
  ['pixel repeats at the top', 'clipped at row 0', 'clipped at row 0 or at half of the scratchpad'],
  ['halves that loop_ws uses', 'the first (id 2: the second); accumulator from 0', 'alternating'],
  ['rows of B that loop_ws loads', 'as many as there are', 'always DIM'],
  ['accumulator halves of loop_conv_ws', 'toggle with bias and with output', 'toggle with output'],
  ['input stride of loop_conv_ws with CHWN', 'batch_size', 'batches'],
  ['activation of pooled loop_conv_ws', '0 or 1', 'both bits'],
  ['loop_ws size check', 'exit status 1', 'none'],
  ['order of loads and stores in main memory', 'program order', 'a load may pass a store unless fenced'],
  ['fp32 multiply-add', 'product and sum are rounded', 'fused'],
  ['ReLU of −0 and NaN', '+0', 'kept'],
] as const satisfies readonly (readonly [topic: string, functionalModel: string, rtl: string])[];
