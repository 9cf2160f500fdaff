import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/read.ts';
import { INTERNAL_EVENT_CODES, type InternalEventName } from '../../src/isa/accelerator-counters.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';

/** Lines of the counter program: workload, then the value of each code; external codes follow the internal ones. */
function parseEvents(text: string): ReadonlyMap<string, readonly number[]> {
  const lines = text.split('\n').map((line) => line.split(' '));
  return new Map(
    lines.filter(([, kind]) => kind === 'events').map(([name, , ...values]) => [name!, values.map(Number)]),
  );
}

const CONSOLE = 0x8f00_0000n;
const FINISHED = 0x600d_c0den;

function simulate(): string {
  const preset = findPreset('chipyard-gemmini-2023');
  const config = resolveConfig(preset.ok ? [preset.value] : []);
  const elf = readElf(readFileSync('data/validation/programs/counters.elf'));
  if (!config.ok || !elf.ok) throw new Error('bad input');
  const machine = createMachine(config.value.machine, new CapturedHost(), { timing: true });
  machine.load(elf.value);
  // The program prints into memory and then spins.
  while (machine.ram.readU64(CONSOLE) !== FINISHED) expect(machine.run(20_000)).toEqual({ kind: 'limit' });
  const text = machine.ram.view(CONSOLE + 0x40n, 1 << 16)!;
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
}

/** These show levels that go on while nothing happens, or count a request each time that it comes round. */
const COARSE: readonly InternalEventName[] = [
  'dma_tlb_miss_cycle',
  'dma_tlb_hit_req',
  'dma_tlb_total_req',
  'rdma_tlb_wait_cycles',
  'wdma_tlb_wait_cycles',
  'scratchpad_a_wait_cycle',
  'scratchpad_b_wait_cycle',
  'scratchpad_d_wait_cycle',
  'acc_a_wait_cycle',
  'acc_b_wait_cycle',
  'acc_d_wait_cycle',
  'a_garbage_cycles',
  'b_garbage_cycles',
  'd_garbage_cycles',
];
const coarse = new Set<number>(COARSE.map((name) => INTERNAL_EVENT_CODES[name]));
/** Idle cycles in front of a workload, which another state of the instruction cache may add. */
const SLACK = 8;

describe('the accelerator’s counters', () => {
  const measured = parseEvents(readFileSync('data/validation/rtl/counters.txt', 'utf8'));
  const output = simulate();
  const ours = parseEvents(output);

  // Loads beside stores wait longer for memory in the RTL than in the model.
  test.each([...measured.keys()].filter((name) => name !== 'both'))('count what the RTL counts: %s', (name) => {
    const expected = measured.get(name)!;
    const actual = ours.get(name)!;
    // Transposed weights: the queue of preloads that wait for their compute counts as execute activity.
    const isTransposed = name === 'loopt';
    for (const [code, value] of expected.entries()) {
      if (coarse.has(code) || (isTransposed && (code === 1 || code === 5))) continue;
      const error = Math.abs(actual[code]! - value);
      expect(error, `event ${code}: RTL ${value}, here ${actual[code]}`).toBeLessThanOrEqual(SLACK + value / 100);
    }
  });

  test('keep a snapshot, and reset, as the RTL does', () => {
    const values = (text: string): number[] =>
      text
        .split('\n')
        .filter((line) => /^(reset in snapshot|both) \d/.test(line))
        .flatMap((line) => line.match(/\d+/g)!.map(Number));
    const expected = values(readFileSync('data/validation/rtl/counters.txt', 'utf8'));
    expect(expected.length).toBe(5);
    for (const [k, value] of values(output).entries())
      expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(SLACK);
  });
});
