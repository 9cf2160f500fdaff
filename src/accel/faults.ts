/**
 * What the guest can do wrong that no architecture answers: the functional model stops the whole simulation, and so
 * does this one, saying what, where and what to do. Illegal commands and page faults are traps, not faults.
 */
export const ACCELERATOR_FAULTS = {
  'scratchpad-row-range': {
    cause: 'an access to a scratchpad row that does not exist',
    hint: 'check the local address, the rows and the block or operand stride',
    exitStatus: 134,
  },
  'accumulator-row-range': {
    cause: 'an access to an accumulator row that does not exist',
    hint: 'check the local address; bits 28:26 are part of the row for loads and results',
    exitStatus: 134,
  },
  'column-range': {
    cause: 'an access to a column beyond the width of a local row',
    hint: 'pixel repeats × columns, pooled channels and output columns are at most DIM',
    exitStatus: 134,
  },
  'result-rows-range': {
    cause: 'a preload that asks for more result rows than the array has',
    hint: 'output rows are at most DIM',
    exitStatus: 134,
  },
  'shift-range': {
    cause: 'config_ex with a right shift of 32 or more',
    hint: 'the shift of output-stationary results is 0 … 31',
    exitStatus: 134,
  },
  'dataflow-absent': {
    cause: 'config_ex that selects a dataflow which is not built',
    hint: 'use the other dataflow, or a configuration with both',
    exitStatus: 134,
  },
  'transpose-pair': {
    cause: 'config_ex with a pair of transposes that the one transposer cannot serve',
    hint: 'output-stationary: B only together with A; weight-stationary: not both',
    exitStatus: 134,
  },
  'activation-code': {
    cause: 'config_norm that makes an activation code above 4 by setting the high bit over code 1, 2 or 3',
    hint: 'set activation 0 with config_mvout before config_norm selects softmax',
    exitStatus: 134,
  },
  'stat-id-range': {
    cause: 'config_norm with a statistics id that the build does not have',
    hint: 'use a smaller id, or a configuration with more statistics sets',
    exitStatus: 134,
  },
  'load-state-range': {
    cause: 'config_mvin for load state 3',
    hint: 'the load states are 0 (mvin), 1 (mvin2) and 2 (mvin3)',
    exitStatus: 134,
  },
  'load-unconfigured': {
    cause: 'a load before its load state was configured',
    hint: 'issue config_mvin for this state first',
    exitStatus: 134,
  },
  'preload-from-accumulator': {
    cause: 'a preload whose stationary operand lies in the accumulator',
    hint: 'store the rows to memory and load them into the scratchpad',
    exitStatus: 134,
  },
  'loop-ws-capacity': {
    cause: 'loop_ws bounds beyond half of the scratchpad or accumulator',
    hint: 'choose smaller tiles: (I·K + K·J)·DIM and I·J·DIM rows must fit into half of each memory',
    exitStatus: 1,
  },
  'dilated-stride': {
    cause: 'loop_conv_ws with input dilation and a stride other than 1',
    hint: 'dilated input goes with stride 1',
    exitStatus: 134,
  },
  'loop-conv-nonsense': {
    cause: 'loop_conv_ws whose sizes cannot be meant',
    hint: 'was the program built for the other ISA revision (square-convolution)?',
    exitStatus: 134,
  },
} as const satisfies Record<string, FaultDescription>;

interface FaultDescription {
  readonly cause: string;
  readonly hint: string;
  /** Exit status of the reference simulator when it stops here. */
  readonly exitStatus: number;
}

export type AcceleratorFaultId = keyof typeof ACCELERATOR_FAULTS;

/** Why a command stopped before its end. */
export type Stop =
  /** The hart takes this trap at the command, which starts again from its beginning afterwards. */
  | { readonly kind: 'trap'; readonly cause: number; readonly tval: bigint }
  /** The run ends. `found` says which value met which limit. */
  | { readonly kind: 'fault'; readonly id: AcceleratorFaultId; readonly found: string };

export const faultStop = (id: AcceleratorFaultId, found: string): Stop => ({ kind: 'fault', id, found });
