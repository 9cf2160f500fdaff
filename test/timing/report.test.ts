import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import { COUNTERS, findCounter } from '../../src/timing/counters.ts';
import { type TimingReport, timingReport } from '../../src/timing/report.ts';

/** Cycles that no cause is counted for: the console goes through RAM, so only the start of the pipeline is left. */
const UNEXPLAINED = 40;

/** More instructions than the programs have; after its last result a program spins. */
const INSTRUCTIONS = 200_000;

function reportOf(program: string): TimingReport {
  const preset = findPreset('chipyard-gemmini-2023');
  const config = resolveConfig(preset.ok ? [preset.value] : []);
  const elf = readElf(readFileSync(`data/validation/programs/${program}.elf`));
  if (!preset.ok || !config.ok || !elf.ok) throw new Error('bad input');
  const machine = createMachine(config.value.machine, new CapturedHost(), { timing: true });
  expect(machine.load(elf.value).ok).toBe(true);
  expect(machine.run(INSTRUCTIONS).kind).toBe('limit');
  return timingReport(machine.timing!);
}

describe.each(['mm_64_4_4_4', 'mm_vm_128'])('a report of %s', (program) => {
  const { tiles, counters } = reportOf(program);
  const counted = (id: string): number => counters.find((one) => one.id === id)!.value;

  test('has parts that add up to the cycles, and hardly any without a cause', () => {
    for (const { cycles, parts } of tiles) {
      expect(parts.reduce((sum, part) => sum + part.cycles, 0)).toBe(cycles);
      for (const part of parts) expect(part.cycles, part.part).toBeGreaterThanOrEqual(0);
      expect(parts.at(-1)!.cycles).toBeLessThan(UNEXPLAINED);
    }
  });

  test('has a finite value for every counter', () => {
    expect(counters.map(({ id }) => id)).toEqual(COUNTERS.map(({ id }) => id));
    for (const { id, value } of counters) expect(Number.isFinite(value), id).toBe(true);
  });

  test('keeps the conservation laws of translations and walks', () => {
    expect(counted('tlb.filterHits') + counted('tlb.hits') + counted('tlb.misses')).toBe(counted('tlb.requests'));
    expect(counted('walker.l2TlbHits') + counted('walker.l2TlbMisses')).toBe(counted('walker.walks'));
  });
});

test('ids of counters are unique, and formulas name counters', () => {
  const ids = COUNTERS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { formula } of COUNTERS)
    for (const operand of formula.split(' / ').filter((text) => text !== '')) expect(ids).toContain(operand);
});

test('a counter that the model does not have is an error, not a number', () => {
  expect(findCounter('host.cycles')).toMatchObject({ ok: true, value: { unit: 'cycles' } });
  expect(findCounter('host.cycle')).toMatchObject({
    ok: false,
    errors: [{ code: 'TIM001', hint: 'did you mean host.cycles?' }],
  });
});
