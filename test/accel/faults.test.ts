import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { ACCELERATOR_FAULTS, type AcceleratorFaultId } from '../../src/accel/faults.ts';
import { ACCUMULATOR_START, GARBAGE } from '../../src/accel/local-address.ts';
import type { CommandName } from '../../src/isa/accelerator.ts';
import { createTestBench } from './bare-memory.ts';
import { issue } from './command-bench.ts';

type Sequence = readonly (readonly [CommandName, Readonly<Record<string, number>>])[];

const WS = ['config_ex', { dataflow: 1, a_stride: 1, c_stride: 1 }] as const;
const LOAD = ['config_mvin', { stride: 64 }] as const;
const TILE = { rows: 16, cols: 16 };
const ZEROS = { a: GARBAGE, bd: GARBAGE };

/** Commands whose last one makes the fault, on the default accelerator unless a dataflow is given. */
const SEQUENCES: Readonly<Record<AcceleratorFaultId, { readonly found: string; readonly commands: Sequence }>> = {
  'scratchpad-row-range': {
    found: 'scratchpad row 16384 of 16384',
    commands: [LOAD, ['mvin', { dram_addr: 4096, local_addr: 16380, ...TILE }]],
  },
  'accumulator-row-range': {
    found: 'accumulator row 1024 of 1024',
    commands: [LOAD, ['mvin', { dram_addr: 4096, local_addr: ACCUMULATOR_START + 1020, ...TILE }]],
  },
  'column-range': {
    found: 'column 16 of 16',
    commands: [WS, ['preload', { bd: GARBAGE, c: 0, c_rows: 1, c_cols: 17 }], ['compute.preloaded', ZEROS]],
  },
  'result-rows-range': {
    found: 'result row 16 of 16',
    commands: [WS, ['preload', { bd: GARBAGE, c: 0, c_rows: 17, c_cols: 1 }], ['compute.preloaded', ZEROS]],
  },
  'shift-range': { found: 'a shift of 32', commands: [['config_ex', { shift: 32 }]] },
  'dataflow-absent': {
    found: 'output-stationary on an array that is weight-stationary',
    commands: [['config_ex', { dataflow: 0 }]],
  },
  'transpose-pair': {
    found: 'weight-stationary with A and B transposed',
    commands: [['config_ex', { dataflow: 1, a_transpose: 1, b_transpose: 1 }]],
  },
  'activation-code': {
    found: 'activation code 5, but the last one is 4',
    commands: [
      ['config_mvout', { activation: 1 }],
      ['config_norm', { activation_msb: 1 }],
    ],
  },
  'stat-id-range': { found: 'statistics id 4 of 4', commands: [['config_norm', { stat_id: 4 }]] },
  'load-state-range': { found: 'load state 3', commands: [['config_mvin', { state: 3 }]] },
  'load-unconfigured': {
    found: 'load state 1 was never configured',
    commands: [LOAD, ['mvin2', { dram_addr: 4096, ...TILE }]],
  },
  'preload-from-accumulator': {
    found: 'stationary operand at local address 0x80000000',
    commands: [WS, ['preload', { bd: ACCUMULATOR_START, c: GARBAGE }], ['compute.preloaded', ZEROS]],
  },
  'loop-ws-capacity': {
    found: 'I, J, K = 6, 6, 1 blocks need 192 of 8192 scratchpad rows and 576 of 512 accumulator rows',
    commands: [
      ['loop_ws.config_bounds', { i: 6, j: 6, k: 1 }],
      ['loop_ws', {}],
    ],
  },
  'dilated-stride': {
    found: 'stride 2',
    commands: [
      ['loop_conv_ws.config_1', { stride: 2 }],
      ['loop_conv_ws', { input_dilated: 1 }],
    ],
  },
  'loop-conv-nonsense': {
    found: '65535 accumulator rows of results',
    commands: [
      ['loop_conv_ws.config_2', { batches: 1, pochs: 1 }],
      ['loop_conv_ws.config_4', { orows: 1, ocols: 65535 }],
      ['loop_conv_ws', {}],
    ],
  },
};

describe.each(['kernels', 'reference'] as const)('faults with the %s', (engine) => {
  test.each(Object.entries(SEQUENCES))(
    '%s says what was found, the command, the pc and what to do',
    (id, { found, commands }) => {
      const dataflow = id === 'dataflow-absent' ? 'weight-stationary' : 'both';
      const bench = createTestBench({ ...DEFAULT_ACCELERATOR, dataflow }, 65536, engine);
      const outcomes = commands.map(([name, values]) => issue(bench, name, values));
      const { cause, hint, exitStatus } = ACCELERATOR_FAULTS[id as AcceleratorFaultId];
      const last = outcomes.pop();
      expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
      expect(last).toMatchObject({ kind: 'fault', fault: { id, hint, exitStatus } });
      if (last?.kind !== 'fault') return;
      expect(last.fault.message).toContain(`${cause}: ${found} (${commands.at(-1)![0]} at pc 0x80000010, rs1 = 0x`);
    },
  );
});

test('what only the RTL has is an illegal instruction', () => {
  const bench = createTestBench(DEFAULT_ACCELERATOR);
  for (const name of ['clkgate_en', 'mvout_spad', 'loop_ws.config_spad_ab', 'loop_ws.config_spad_c'] as const)
    expect(issue(bench, name)).toEqual({ kind: 'trap', cause: 2, tval: 0n });
});

test.each(['kernels', 'reference'] as const)(
  'a load that runs off the end of memory traps at the first missing byte, rows before it done: %s',
  (engine) => {
    const bench = createTestBench(DEFAULT_ACCELERATOR, 65536, engine);
    bench.memory.bytes.fill(7);
    issue(bench, 'config_mvin', { stride: 16, scale: 0x3f800000 });
    const outcome = issue(bench, 'mvin', { dram_addr: 65536 - 40, local_addr: 0, rows: 4, cols: 16 });
    expect(outcome).toEqual({ kind: 'trap', cause: 5, tval: 65536n });
    // Two whole rows and eight elements of the third.
    expect(bench.accelerator.state.scratchpad.subarray(0, 64).filter((element) => element === 7)).toHaveLength(40);
  },
);
