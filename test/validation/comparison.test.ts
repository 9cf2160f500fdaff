import { expect, test } from 'vitest';
import { readCases, readMeasurements } from '../../scripts/validation/cases.ts';
import { compareConsoles, errorOf, summarize } from '../../scripts/validation/comparison.ts';
import { consoleOf, measuredMachine } from '../../scripts/validation/run-case.ts';

const cases = readCases('validation', ['validation']);

test('a console line is a label and cycles; counts of instructions and checksums are left out', () => {
  expect(readMeasurements('nop n=64 195 65 65\ncopy 9 8 instret 7 7\nmm 64 64 cycles 30 20 bad=0 hash=1f\n')).toEqual([
    { label: 'nop n=64', cycles: [195, 65, 65] },
    { label: 'copy', cycles: [9, 8] },
    { label: 'mm 64 64', cycles: [30, 20] },
  ]);
});

test('a console line without cycles is refused', () => {
  expect(() => readMeasurements('TRAP\n')).toThrow('no cycles');
});

test('every measured case has a program and readings', () => {
  for (const { name, console } of cases)
    expect(compareConsoles(name, console, console).length, name).toBeGreaterThan(0);
});

test('consoles that measure different things are not compared', () => {
  expect(() => compareConsoles('x', 'a 1 2\n', 'b 1 2\n')).toThrow('measures "b" instead of "a"');
  expect(() => compareConsoles('x', 'a 1 2\n', 'a 1\n')).toThrow('x: measures');
  expect(() => compareConsoles('x', 'a 1\nb 1\n', 'a 1\n')).toThrow('1 measurements instead of 2');
});

test('the summary counts readings over the limit and names the worst', () => {
  const summary = summarize(compareConsoles('x', 'a 100 100 100 100\n', 'a 100 102 89 104\n'));
  expect(summary).toMatchObject({ readings: 4, mean: (0 + 2 + 11 + 4) / 4, outside: 1 });
  expect(errorOf(summary.worst)).toBe(-11);
});

test.each(['mm_64_4_4_4', 'fine_os_444', 'os_224', 'mm2_full'])(
  '%s takes as long as on the real machine, within a twentieth',
  (name) => {
    const one = cases.find((candidate) => candidate.name === name)!;
    const readings = compareConsoles(name, one.console, consoleOf(one.elf, measuredMachine(one.memoryLatency)));
    expect(readings.filter((reading) => Math.abs(errorOf(reading)) > 5)).toEqual([]);
  },
);
