import { expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { configWords } from '../../src/accel/config-words.ts';
import type { CommandName } from '../../src/isa/accelerator.ts';
import { commandByName } from '../../src/isa/accelerator.ts';
import type { AcceleratorTiming } from '../../src/timing/accelerator/accelerator.ts';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { SystemTiming } from '../../src/timing/system.ts';

const BUFFER = 0x8000_0000;
const ONE = 0x3f800000;

function createAccelerator(): AcceleratorTiming {
  const { tiles } = new SystemTiming(DEFAULT_TIMING, {
    tiles: 1,
    accelerator: DEFAULT_ACCELERATOR,
    customOpcode: 3,
    map: { start: BUFFER, end: BUFFER + 2 ** 28 },
  });
  return tiles[0]!.accelerator;
}

/** Sends commands in consecutive cycles from `at` on. @returns cycles from the first to the accelerator being idle */
function run(
  accelerator: AcceleratorTiming,
  at: number,
  commands: readonly [CommandName, Readonly<Record<string, number>>][],
): number {
  let next = at;
  for (const [name, values] of commands) {
    const { rs1, rs2 } = configWords(name, values);
    next = accelerator.send(commandByName('current', name)!.funct, rs1, rs2, next) + 1;
  }
  return accelerator.idleFrom(next) - at;
}

const configureLoads = ['config_mvin', { stride: 1024, scale: ONE, block_stride: 16, pixel_repeats: 1 }] as const;
const configureStores = ['config_mvout', { stride: 64, acc_scale: ONE }] as const;
const configureArray = ['config_ex', { dataflow: 1, a_stride: 1, c_stride: 1, acc_scale: ONE }] as const;
const load = (rows: number, cols: number) =>
  ['mvin', { dram_addr: BUFFER, local_addr: 0, rows, cols }] satisfies [CommandName, Record<string, number>];

function warm(commands: readonly [CommandName, Readonly<Record<string, number>>][]): number {
  const accelerator = createAccelerator();
  run(accelerator, 100, [[...configureLoads], [...configureStores], [...configureArray]]);
  run(accelerator, 1000, commands);
  return run(accelerator, 3000, commands);
}

// Cycles from the command in write-back to the accelerator not being busy: the measured program's cycles less 5,
// that is one cycle each for the cycle reads and the command's issue, and three until the fence is in write-back.
test.each<[string, number, readonly [CommandName, Readonly<Record<string, number>>][]]>([
  // 4 queues, allocation, issue
  ['config_mvout', 12 - 5, [[...configureStores]]],
  // + 1 to the load controller, 4 to the request, 10 to the data, 5 to the row
  ['mvin of one row', 32 - 5, [load(1, 16)]],
  // + 15 rows
  ['mvin of 16 rows', 47 - 5, [load(16, 16)]],
  // + 48 beats
  ['mvin of 16 rows of four blocks', 95 - 5, [load(16, 64)]],
])('%s takes %i cycles on warm caches', (_name, cycles, commands) => {
  expect(warm(commands)).toBe(cycles);
});

test('a stream of loads that fit one transaction each is limited by the two commands in flight', () => {
  const accelerator = createAccelerator();
  run(accelerator, 100, [[...configureLoads]]);
  const stream = Array.from({ length: 64 }, () => load(16, 16));
  run(accelerator, 1000, stream);
  // one alone, one behind it, and 31 pairs: 10 from request to data, 9 around it, 16 rows
  expect(run(accelerator, 9000, stream)).toBe(42 + 16 + 31 * (10 + 9 + 16));
});

test('loads of no columns or no rows are over at once, and the loads behind them take their time', () => {
  const accelerator = createAccelerator();
  run(accelerator, 100, [[...configureLoads]]);
  run(accelerator, 1000, [load(4, 0), load(0, 16), load(16, 64)]);
  const stream = Array.from({ length: 64 }, () => load(16, 16));
  expect(run(accelerator, 9000, stream)).toBe(42 + 16 + 31 * (10 + 9 + 16));
});

test('pooled stores of no columns are over at once, and the stores behind them take their time', () => {
  const pool = { pool_size: 2, pool_stride: 2, pool_out_dim: 2, porows: 2, pocols: 2, orows: 4, ocols: 4 };
  const store = (cols: number) =>
    ['mvout', { dram_addr: BUFFER, local_addr: 0x8000_0000, rows: 16, cols }] satisfies [
      CommandName,
      Record<string, number>,
    ];
  const alone = createAccelerator();
  const behind = createAccelerator();
  for (const accelerator of [alone, behind])
    run(accelerator, 100, [['config_mvout', { stride: 64, acc_scale: ONE, ...pool }]]);
  run(behind, 500, [store(0)]);
  expect(run(behind, 1000, [store(16)])).toBe(run(alone, 1000, [store(16)]));
});
