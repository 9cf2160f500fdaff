import { describe, expect, test } from 'vitest';
import { analyzeFlow } from '../../../src/hart/translator/flow-graph.ts';

describe('analyzeFlow', () => {
  test('a diamond merges where its arms meet', () => {
    const flow = analyzeFlow([[1, 2], [3], [3], []], [0]);
    expect([0, 1, 2, 3].map((node) => flow.isMerge(node))).toEqual([true, false, false, true]);
    expect(flow.dominated[0]).toHaveLength(3);
    expect(flow.edge(1, 3)).toBe('forward');
  });

  test('a loop goes back to a header that dominates it', () => {
    const flow = analyzeFlow([[1], [2], [1, 3], []], [0]);
    expect(flow.isLoopHeader(1)).toBe(true);
    expect(flow.edge(2, 1)).toBe('back');
    expect(flow.dispatched).toEqual([0]);
  });

  test('a loop with two ways in goes through the dispatcher', () => {
    const flow = analyzeFlow([[1, 2], [2], [1]], [0]);
    expect(flow.dispatched.length).toBe(2);
    const backEdges = [flow.edge(1, 2), flow.edge(2, 1)];
    expect(backEdges.filter((kind) => kind === 'dispatch')).toHaveLength(1);
  });

  test('entries are the first targets of the dispatcher, in their order', () => {
    const flow = analyzeFlow([[1], [2], [0]], [1, 0]);
    expect(flow.dispatched.slice(0, 2)).toEqual([1, 0]);
  });

  test('a block that nothing leads to is a mistake of the caller', () => {
    expect(() => analyzeFlow([[], []], [0])).toThrow('cannot be reached');
  });
});
