import { describe, expect, test } from 'vitest';
import { EXIT } from '../machine/programs.ts';
import { measured, runTimed } from './machines.ts';

const OUT_OF_ORDER = ['host.kind=out-of-order', 'host.issueWidth=3', 'host.windowEntries=96', 'host.missOverlap=4'];

/** Cycles of `body`, the second time that it runs, so that its code is cached. */
function cyclesOf(body: string, ...machine: readonly string[]): number {
  const text = `
_start: li   s2, 2
        la   s3, data
1:      csrr s0, cycle
${body}
        csrr s1, cycle
        addi s2, s2, -1
        bnez s2, 1b
        li   a0, 0
${EXIT}
        .data
        .balign 4096
data:   .zero 65536`;
  return measured(runTimed(text, ...machine));
}

const repeat = (count: number, line: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => `        ${line(k)}`).join('\n');

describe('the out-of-order host', () => {
  const independent = repeat(90, (k) => `addi t${k % 3}, zero, ${k}`);
  const dependent = repeat(90, () => 'addi t0, t0, 1');

  test('retires as many independent instructions per cycle as it is wide, and one of a chain', () => {
    const wide = cyclesOf(independent, ...OUT_OF_ORDER);
    const chain = cyclesOf(dependent, ...OUT_OF_ORDER);
    expect(wide).toBeLessThan(90 / 3 + 15);
    expect(chain).toBeGreaterThan(85);
    expect(cyclesOf(independent, 'host.kind=rocket')).toBeGreaterThan(85);
    expect(cyclesOf(independent, ...OUT_OF_ORDER, 'host.issueWidth=1')).toBeGreaterThan(85);
  });

  /** Loads of lines that only memory has, in the second turn, too. */
  const lines = (count: number, base: string): string => repeat(count, (k) => `ld t${k % 3}, ${64 * k}(${base})`);
  const fresh = 'slli t3, s2, 13\n        add  s4, s3, t3';

  test('overlaps data misses up to its limit', () => {
    const loads = `        ${fresh}\n${lines(8, 's4')}`;
    const of = (overlap: number): number =>
      cyclesOf(loads, ...OUT_OF_ORDER, 'memory.latency=200', `host.missOverlap=${overlap}`);
    expect(of(1)).toBeGreaterThan(8 * 200);
    expect(of(4)).toBeLessThan(0.4 * of(1));
    expect(of(8)).toBeLessThan(of(4));
  });

  test('looks ahead no further than its window', () => {
    // Between two misses stand more instructions than a small window holds.
    const apart = `        ${fresh}\n        ld t0, 0(s4)\n${repeat(30, () => 'addi t1, zero, 1')}\n        ld t2, 64(s4)`;
    const of = (window: number): number =>
      cyclesOf(apart, ...OUT_OF_ORDER, 'memory.latency=200', `host.windowEntries=${window}`);
    expect(of(96)).toBeLessThan(of(16) - 150);
  });

  test('counts parts that add up to its cycles, and computes what the in-order host computes', () => {
    const text = `_start: li a0, 7\n li t0, 3\n mul a0, a0, t0\n addi a0, a0, -21\n${EXIT}`;
    const { instructions, parts } = runTimed(text, ...OUT_OF_ORDER).timingReport()!.tiles[0]!;
    expect(instructions).toBeGreaterThan(0);
    const unknown = parts.find(({ part }) => part === 'devices and others')!.cycles;
    expect(unknown).toBeGreaterThanOrEqual(0);
    expect(unknown).toBeLessThan(10);
  });
});
