import { expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { type CounterRequest, type CounterSource, CounterUnit } from '../../src/accel/counters.ts';
import { createTestBench, type TestBench } from './bare-memory.ts';
import { issue } from './command-bench.ts';

const read = (bench: TestBench, values: Readonly<Record<string, number>> = {}): number => {
  const outcome = issue(bench, 'counter', values);
  if (outcome.kind !== 'done') throw new Error('the counter command did not finish');
  return Number(outcome.result);
};

test('a fresh counter reads 0 after a flush and grows by a constant per command', () => {
  const bench = createTestBench(DEFAULT_ACCELERATOR);
  issue(bench, 'flush');
  expect(read(bench, { configure: 1, index: 2, event: 9 })).toBe(0);
  issue(bench, 'config_ex', { dataflow: 1 });
  issue(bench, 'config_ex', { dataflow: 1 });
  expect(read(bench, { index: 2 })).toBe(128);
  expect(read(bench, { reset: 1, index: 2 })).toBe(0);
});

test('a snapshot stands still while the counters run', () => {
  const bench = createTestBench(DEFAULT_ACCELERATOR);
  issue(bench, 'config_ex', { dataflow: 1 });
  const taken = read(bench, { take_snapshot: 1 });
  issue(bench, 'config_ex', { dataflow: 1 });
  expect(read(bench)).toBe(taken);
  expect(read(bench, { leave_snapshot: 1 })).toBeGreaterThanOrEqual(taken + 10);
});

const nothing: CounterRequest = {
  resets: false,
  leavesSnapshot: false,
  takesSnapshot: false,
  configures: false,
  index: 0,
  event: 0,
  isExternal: false,
};

const source = (internal: (code: number) => number, external: (code: number) => number = () => 0): CounterSource => ({
  sample: () => {},
  resetSums: () => {},
  internal,
  external,
});

test('values come from the source of events, counted from configuration on', () => {
  let cycles = 1000;
  const unit = new CounterUnit(
    source(
      (code) => cycles * code,
      (code) => code + 40,
    ),
    false,
  );
  expect(unit.execute({ ...nothing, configures: true, event: 2 })).toBe(0);
  cycles += 5;
  expect(unit.execute(nothing)).toBe(10);
  expect(unit.execute({ ...nothing, configures: true, event: 4, isExternal: true })).toBe(44);
});

test('the RTL order reads before the effects of the same command', () => {
  let cycles = 0;
  const unit = new CounterUnit(
    source(() => cycles),
    true,
  );
  unit.execute({ ...nothing, configures: true, event: 1 });
  cycles = 7;
  expect(unit.execute({ ...nothing, resets: true })).toBe(7);
  expect(unit.execute(nothing)).toBe(0);
});

test('in the RTL a reset leaves snapshot mode, and leaving wins over taking a snapshot', () => {
  let cycles = 0;
  const rtl = new CounterUnit(
    source(() => cycles),
    true,
  );
  rtl.execute({ ...nothing, configures: true, event: 1 });
  cycles = 363;
  rtl.execute({ ...nothing, takesSnapshot: true });
  expect(rtl.execute({ ...nothing, resets: true })).toBe(363);
  expect(rtl.execute(nothing)).toBe(0);
  rtl.execute({ ...nothing, takesSnapshot: true, leavesSnapshot: true });
  cycles += 363;
  expect(rtl.execute(nothing)).toBe(363);
});
