import { describe, expect, test } from 'vitest';
import type { AcceleratorCommand } from '../../src/accel/accelerator.ts';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { expandLoop } from '../../src/accel/expansion.ts';
import { type CommandName, commandByName } from '../../src/isa/accelerator.ts';
import { type OperandFieldValues, packOperand } from '../../src/isa/accelerator-fields.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { createTestBench } from './bare-memory.ts';

const command = (name: CommandName, values: OperandFieldValues): AcceleratorCommand => {
  const { funct, rs1, rs2 } = commandByName('current', name)!;
  const of = (fields: typeof rs1): bigint =>
    packOperand(
      fields,
      Object.fromEntries(Object.entries(values).filter(([key]) => fields.some((field) => field.name === key))),
    );
  return { funct7: funct, rs1: of(rs1), rs2: of(rs2), pc: 0n };
};

const SETUP = [
  command('config_ex', { dataflow: 1n, a_stride: 1n, c_stride: 1n }),
  ...[0n, 1n, 2n].map((state) =>
    command('config_mvin', { state, pixel_repeats: 1n, block_stride: 16n, scale: 0x3f80_0000n, stride: 48n }),
  ),
  command('config_mvout', { stride: 48n, acc_scale: 0x3c80_0000n }),
];

/** Memory after the commands, from the same random contents. */
function memoryAfter(commands: readonly AcceleratorCommand[]): Uint8Array {
  const { accelerator, memory } = createTestBench(DEFAULT_ACCELERATOR);
  const random = new SeededRandom(7);
  memory.bytes.forEach((_, i, bytes) => void (bytes[i] = random.int(0, 256)));
  for (const one of commands) expect(accelerator.execute(one).kind).toBe('done');
  return memory.bytes.slice();
}

describe('an expansion, executed command by command, does what the loop does', () => {
  test.each([
    [
      'loop_ws',
      [
        command('loop_ws.config_bounds', { i: 3n, j: 3n, k: 2n, pad_i: 5n, pad_j: 1n, pad_k: 3n }),
        command('loop_ws.config_addrs_ab', { a: 0x1000n, b: 0x3000n }),
        command('loop_ws.config_addrs_dc', { c: 0x8000n }),
        command('loop_ws.config_strides_ab', { a_stride: 48n, b_stride: 48n }),
        command('loop_ws.config_strides_dc', { c_stride: 48n }),
        command('loop_ws', {}),
      ],
    ],
    [
      'loop_conv_ws',
      [
        command('loop_conv_ws.config_1', {
          batch_size: 1n,
          in_row_dim: 6n,
          in_channels: 16n,
          out_channels: 16n,
          out_row_dim: 4n,
          pool_out_row_dim: 4n,
          out_col_dim: 4n,
          stride: 1n,
        }),
        command('loop_conv_ws.config_2', {
          pool_out_col_dim: 4n,
          kernel_dim: 3n,
          pochs: 16n,
          pocols: 4n,
          porows: 4n,
          batches: 1n,
        }),
        command('loop_conv_ws.config_3', { kchs: 16n, kcols: 3n, krows: 3n, in_col_dim: 6n }),
        command('loop_conv_ws.config_4', {
          kernel_dilation: 1n,
          orows: 4n,
          ocols: 4n,
          in_stride: 16n,
          weight_stride: 16n,
          out_stride: 16n,
        }),
        command('loop_conv_ws.config_5', { weights: 0x3000n, output: 0x8000n }),
        command('loop_conv_ws.config_6', { input: 0x1000n }),
        command('loop_conv_ws', { no_bias: 1n, no_pool: 1n, max_pixels_per_row: 1n }),
      ],
    ],
  ])('%s', (_, loop) => {
    const { commands, fault } = expandLoop(DEFAULT_ACCELERATOR, loop);
    expect(fault).toBeUndefined();
    expect(commands.length).toBeGreaterThan(20);
    const primitives = commands.map(({ name, rs1, rs2 }) => ({
      funct7: commandByName('current', name)!.funct,
      rs1,
      rs2,
      pc: 0n,
    }));
    const expected = memoryAfter([...SETUP, ...loop]);
    expect(memoryAfter([...SETUP, ...primitives])).toEqual(expected);
    expect(expected).not.toEqual(memoryAfter(SETUP));
  });
});

test('a loop that does not fit ends in the fault that a run would end in', () => {
  const { commands, fault } = expandLoop(DEFAULT_ACCELERATOR, [
    command('loop_ws.config_bounds', { i: 999n, j: 9n, k: 9n }),
    command('loop_ws', {}),
  ]);
  expect(fault?.id).toBe('loop-ws-capacity');
  expect(commands).toEqual([]);
});
