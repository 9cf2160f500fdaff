import { expect, test } from 'vitest';
import { SeededRandom } from '../../../src/support/random.ts';
import { DEFAULT_TIMING } from '../../../src/timing/config.ts';
import { BranchPredictor } from '../../../src/timing/host/branch-predictor.ts';

test('the BTB knows the targets of the jumps that were taken last', () => {
  const entries = 6;
  const predictor = new BranchPredictor({ ...DEFAULT_TIMING.host, btbEntries: entries });
  const random = new SeededRandom(1);
  /** Packets and targets, least recently used first. */
  const known = new Map<number, number>();
  for (let k = 0; k < 5000; k++) {
    const packet = 4 * random.int(0, 9);
    const target = random.int(0, 2);
    const expected = known.get(packet) === target ? 'free' : 'late';
    expect(predictor.jump(predictor.site(packet), target, true)).toBe(expected);
    known.delete(packet);
    known.set(packet, target);
    if (known.size > entries) known.delete(known.keys().next().value!);
  }
});

test('a return goes where the last call came from; the oldest calls are forgotten', () => {
  const predictor = new BranchPredictor({ ...DEFAULT_TIMING.host, rasEntries: 2 });
  const site = predictor.site(0x100);
  for (const returnTo of [10, 20, 30]) predictor.call(returnTo);
  expect(predictor.jumpRegister(site, 30, true, true)).toBe('late');
  expect(predictor.jumpRegister(site, 20, true, true)).toBe('late');
  expect(predictor.jumpRegister(site, 10, true, true)).toBe('wrong');
});

test('a branch that always goes one way is predicted after the first times', () => {
  const predictor = new BranchPredictor(DEFAULT_TIMING.host);
  const site = predictor.site(0x200);
  const outcomes = Array.from({ length: 20 }, () => predictor.branch(site, true, 0x100, true));
  expect(outcomes[0]).toBe('wrong');
  expect(outcomes.slice(-8)).toEqual(Array(8).fill('free'));
});
