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

/** Eight branches that are not taken leave a history of nothing. */
function forgetHistory(predictor: BranchPredictor, fetched: number): void {
  for (let k = 0; k < 8; k++)
    predictor.branch(predictor.site(0x208), false, 0x100, true, fetched + 2 * k, fetched + 2 * k);
}

test.each([
  [1, 'late'],
  [2, 'wrong'],
])('a branch that leaves fetch %i cycles behind another is predicted %s', (distance, expected) => {
  const predictor = new BranchPredictor(DEFAULT_TIMING.host);
  const site = predictor.site(0x204);
  predictor.branch(site, true, 0x100, false, 10, 12);
  forgetHistory(predictor, 100);
  predictor.branch(predictor.site(0x200), true, 0x300, true, 1000, 1010);
  expect(predictor.branch(site, true, 0x100, false, 1000 + distance, 1012)).toBe(expected);
});

test.each([
  [211, 'free'],
  [214, 'wrong'],
])('the outcome of a branch issued in cycle %i makes a prediction of cycle 216 %s', (issued, expected) => {
  const predictor = new BranchPredictor(DEFAULT_TIMING.host);
  const site = predictor.site(0x204);
  predictor.branch(site, true, 0x100, false, 10, 12);
  forgetHistory(predictor, 100);
  expect(predictor.branch(site, false, 0x100, false, 200, issued)).toBe('wrong');
  expect(predictor.branch(site, false, 0x100, false, 216, 220)).toBe(expected);
});

test('what was fetched before a replay is in the history twice', () => {
  const predictor = new BranchPredictor(DEFAULT_TIMING.host);
  const [first, second] = [predictor.site(0x200), predictor.site(0x204)];
  /** Trains the second for a history of two taken branches. */
  const outcome = (refetched: number): string => {
    forgetHistory(predictor, 1000);
    for (let k = 0; k < 2; k++) predictor.branch(first, true, 0x300, true, 1100 + 20 * k, 1100 + 20 * k);
    predictor.branch(second, true, 0x100, false, 1200, 1200);
    forgetHistory(predictor, 1300);
    predictor.branch(first, true, 0x300, true, 1400, 1400, refetched);
    return predictor.branch(second, true, 0x100, false, 1500, 1500);
  };
  expect(outcome(0)).toBe('wrong');
  expect(outcome(1)).toBe('late');
});
