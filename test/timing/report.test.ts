import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import type { Machine, RunOutcome } from '../../src/machine/machine.ts';
import { COUNTERS, findCounter } from '../../src/timing/counters.ts';
import type { TimingReport } from '../../src/timing/report.ts';
import { EXIT } from '../machine/programs.ts';

/** Cycles that no cause is counted for: the console goes through RAM, so only the start of the pipeline is left. */
const UNEXPLAINED = 40;

/** More instructions than the programs have; after its last result a program spins. */
const INSTRUCTIONS = 200_000;

const total = (parts: readonly { readonly cycles: number }[]): number =>
  parts.reduce((sum, { cycles }) => sum + cycles, 0);

function reportOf(program: string): TimingReport {
  const preset = findPreset('chipyard-gemmini-2023');
  const config = resolveConfig(preset.ok ? [preset.value] : []);
  const elf = readElf(readFileSync(`data/validation/programs/${program}.elf`));
  if (!preset.ok || !config.ok || !elf.ok) throw new Error('bad input');
  const machine = createMachine(config.value.machine, new CapturedHost(), { timing: true });
  expect(machine.load(elf.value).ok).toBe(true);
  expect(machine.run(INSTRUCTIONS).kind).toBe('limit');
  return machine.timingReport()!;
}

describe.each(['mm_64_4_4_4', 'mm_vm_128'])('a report of %s', (program) => {
  const { tiles, counters } = reportOf(program);
  const counted = (id: string): number => counters.find((one) => one.id === id)!.value;

  test('has parts that add up to the cycles, and hardly any without a cause', () => {
    for (const { cycles, parts } of tiles) {
      expect(total(parts)).toBe(cycles);
      for (const part of parts) expect(part.cycles, part.part).toBeGreaterThanOrEqual(0);
      expect(parts.at(-1)!.cycles).toBeLessThan(UNEXPLAINED);
    }
  });

  test('has functions that add up to the cycles, and so do the parts of each', () => {
    for (const { cycles, functions } of tiles) {
      expect(total(functions)).toBe(cycles);
      for (const { name, cycles: own, parts } of functions) expect(total(parts), name).toBe(own);
    }
  });

  test('counts the products that the program asked for', () => {
    const macs = program === 'mm_64_4_4_4' ? 3 * 64 ** 3 : 3 * 128 ** 3;
    for (const { roofline, cycles } of tiles) {
      expect(roofline.macs).toBe(macs);
      expect(roofline.utilisation).toBeCloseTo(macs / (256 * cycles), 10);
      expect(roofline.achieved).toBeLessThanOrEqual(Math.min(roofline.l2Roof, roofline.memoryRoof));
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

/** Runs assembly text on the default machine. */
function runText(text: string, instructions?: number): { outcome: RunOutcome; report: TimingReport; machine: Machine } {
  const config = resolveConfig([]);
  const program = assemble([{ name: 'program.s', text }]);
  if (!program.ok || !config.ok) throw new Error('bad program');
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error('bad file');
  const machine = createMachine(config.value.machine, new CapturedHost(), { timing: true });
  machine.load(elf.value);
  const outcome = machine.run(instructions);
  return { outcome, report: machine.timingReport()!, machine };
}

describe('a region between marks', () => {
  // 100 turns of two instructions in region 5, twice; the loop of region 7 is in the block that its mark is in.
  const { report } = runText(`
_start: li   t1, 2
again:  slti x0, x0, 5
        li   t0, 100
1:      addi t0, t0, -1
        bnez t0, 1b
        slti x0, x0, 7
        addi t1, t1, -1
        slti x0, x0, 0
        bnez t1, again
        li   a0, 0
${EXIT}`);
  const [tile] = report.tiles;

  test('is told apart, visit by visit, and all add up to the cycles and instructions', () => {
    const { regions, cycles, instructions } = tile!;
    expect(regions.map(({ mark, visits }) => [mark, visits])).toEqual([
      [0, 3],
      [5, 2],
      [7, 2],
    ]);
    expect(total(regions)).toBe(cycles);
    expect(regions.reduce((sum, region) => sum + region.instructions, 0)).toBe(instructions);
    for (const region of regions) expect(total(region.parts), `mark ${region.mark}`).toBe(region.cycles);
  });

  test('holds the instructions from behind its mark up to the next mark', () => {
    const counts = new Map(tile!.regions.map(({ mark, instructions }) => [mark, instructions]));
    expect(counts.get(5)).toBe(2 * (1 + 200 + 1));
    expect(counts.get(7)).toBe(2 * 2);
  });
});

describe('the end of a timed run', () => {
  const EXITS = `_start: li a0, 3\n${EXIT}`;

  test('is the word that ends the program: waiting for it to be seen costs nothing', () => {
    const { outcome, report, machine } = runText(EXITS);
    expect(outcome).toEqual({ kind: 'exit', code: 3n });
    expect(machine.retired).toBeGreaterThan(4000);
    expect(report.tiles[0]!.instructions).toBeLessThan(40);
    expect(report.cycles).toBe(report.tiles[0]!.cycles);
    expect(report.cycles).toBeLessThan(Number(machine.timing!.observers[0]!.cycle()));
    expect(report.counters.find(({ id }) => id === 'host.cycles')!.value).toBe(report.cycles);
  });

  test('is the first of the stores that a program repeats until it is stopped', () => {
    const repeating = EXITS.replace('sd   a0, 0(t0)\n1:', '1:      sd   a0, 0(t0)\n');
    expect(repeating).not.toBe(EXITS);
    const { outcome, report } = runText(repeating);
    expect(outcome).toEqual({ kind: 'exit', code: 3n });
    expect(report.tiles[0]!.instructions).toBe(runText(EXITS).report.tiles[0]!.instructions);
  });

  test('is none of the commands that printed before', () => {
    const prints = `_start: la   t0, tohost
        la   t1, fromhost
        li   t2, (1 << 56) | (1 << 48) | 'x'    # a character to the console
        sd   t2, 0(t0)
2:      ld   t2, 0(t0)
        bnez t2, 2b
        li   t2, 5000
3:      addi t2, t2, -1
        bnez t2, 3b
        li   a0, 3
${EXIT}`;
    const { outcome, report } = runText(prints);
    expect(outcome).toEqual({ kind: 'exit', code: 3n });
    expect(report.tiles[0]!.instructions).toBeGreaterThan(10_000);
  });

  test('is the last instruction when the limit ends it', () => {
    const { outcome, report } = runText('_start: j _start', 1000);
    expect(outcome.kind).toBe('limit');
    expect(report.tiles[0]!.instructions).toBe(1000);
    expect(total(report.tiles[0]!.parts)).toBe(report.cycles);
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

describe('advice', () => {
  const adviceOf = (text: string): string =>
    runText(`_start: ${text}\n li a0, 0\n${EXIT}`).report.tiles[0]!.advice.text;

  test('for code that runs once names the memory it comes from, not the cache', () => {
    const straight = '.rept 4000\n addi t0, t0, 1\n .endr';
    expect(adviceOf(straight)).toMatch(/first time/);
  });

  test('for code that runs often and does not fit names the cache', () => {
    const loop = `li t1, 8\n1: .rept 20000\n .word 0x00128293\n .endr\n addi t1, t1, -1\n beqz t1, 2f\n la t2, 1b\n jr t2\n2:`;
    expect(adviceOf(loop)).toMatch(/does not fit/);
  });

  test('for a program that mostly prints names the host of the machine', () => {
    const print = `li t4, 20
1: la t0, block
  la t1, tohost
  sd t0, 0(t1)
  la t1, fromhost
2: ld t0, 0(t1)
  beqz t0, 2b
  sd zero, 0(t1)
  addi t4, t4, -1
  bnez t4, 1b
  j 3f
  .balign 64
block: .dword 64, 1, block, 1, 0, 0, 0, 0
3:`;
    expect(adviceOf(print)).toMatch(/fromhost/);
  });
});
