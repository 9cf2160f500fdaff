import { describe, expect, it } from 'vitest';
import { AnswerPort } from '../../src/timing/core/memory/answer-port.ts';

describe('the port for answers of an L2 bank', () => {
  it('passes answers that are ready one after the other', () => {
    const port = new AnswerPort();
    expect([port.pass(10, 4), port.pass(11, 4), port.pass(30, 1)]).toEqual([10, 14, 30]);
  });

  it('lets answers that are ready before a late one overtake it', () => {
    const port = new AnswerPort();
    expect(port.reserve(50, 7)).toBe(50);
    expect([port.pass(10, 4), port.pass(11, 4)]).toEqual([10, 14]);
  });

  it('lets answers that are ready during a late one follow it', () => {
    const port = new AnswerPort();
    port.reserve(20, 7);
    expect([port.pass(22, 4), port.pass(22, 4)]).toEqual([27, 31]);
  });

  it('passes no more than a beat per cycle when an answer runs into a late one', () => {
    const port = new AnswerPort();
    port.reserve(20, 7);
    expect([port.pass(18, 4), port.pass(18, 4)]).toEqual([18, 29]);
  });

  it('gives a late answer the first gap that is long enough', () => {
    const port = new AnswerPort();
    expect([port.reserve(20, 4), port.reserve(27, 4), port.reserve(20, 4), port.reserve(20, 3)]).toEqual([
      20, 27, 31, 24,
    ]);
  });

  it('keeps late answers in the order of their times, not of their calls', () => {
    const port = new AnswerPort();
    port.reserve(40, 4);
    port.reserve(20, 4);
    expect([port.pass(20, 4), port.pass(25, 12), port.pass(40, 1)]).toEqual([24, 28, 44]);
  });

  it('forgets late answers that have passed', () => {
    const port = new AnswerPort();
    for (let line = 0; line < 1000; line++) expect(port.reserve(100 + 8 * line, 7)).toBe(100 + 8 * line);
    expect(port.pass(9000, 4)).toBe(9000);
  });
});
