import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CycleMarks } from '../../src/timing/core/accelerator/cycle-marks.ts';

const WINDOW = 256;

/** Far from 0, where the numbers of words come again. */
const START = 2 ** 32 - 100;

test('the first free cycle is the first that was not marked, wherever the marks lie', () => {
  const mark = fc.record({ at: fc.nat(150), count: fc.integer({ min: 1, max: 70 }) });
  fc.assert(
    fc.property(fc.array(mark), fc.nat(220), (marks, from) => {
      const port = new CycleMarks(false, WINDOW);
      const marked = new Set<number>();
      for (const { at, count } of marks) {
        if (count === 1) port.mark(START + at);
        else port.markRange(START + at, count);
        for (let k = 0; k < count; k++) marked.add(START + at + k);
      }
      let free = START + from;
      while (marked.has(free)) free++;
      expect(port.firstFree(START + from)).toBe(free);
      expect(port.latest).toBe(Math.max(-1, ...marked));
    }),
  );
});

test('marks of long ago are not there any more', () => {
  const port = new CycleMarks(false, WINDOW);
  port.markRange(1000, 64);
  // The same words of bits, and the same low bits of their numbers.
  port.mark(1000 + 2 ** 32 + 70);
  expect(port.firstFree(1000 + 2 ** 32)).toBe(1000 + 2 ** 32);
});

test('a port that is never in the way is free in every cycle', () => {
  const port = new CycleMarks(true);
  port.markRange(10, 5);
  port.mark(20);
  expect(port.firstFree(10)).toBe(10);
  expect(port.firstFree(20)).toBe(20);
});
