import { describe, expect, test } from 'vitest';
import { didYouMean, errorAt, formatDiagnostic } from '../../src/support/diagnostics.ts';

describe('formatDiagnostic', () => {
  const span = { file: 'a.s', line: 3, column: 2, endColumn: 6 };

  test('points at the span in the source line and ends with the hint', () => {
    expect(
      formatDiagnostic(errorAt('ASM001', span, 'unknown mnemonic "mvni"', 'did you mean "mvin"?'), '\tmvni a0'),
    ).toBe(
      [
        'a.s:3:2: error[ASM001]: unknown mnemonic "mvni"',
        '  3 | \tmvni a0',
        '      \t^^^^',
        '  hint: did you mean "mvin"?',
      ].join('\n'),
    );
  });
});

describe('didYouMean', () => {
  test('finds a swap of neighbours', () => expect(didYouMean('mvni', ['mvin', 'mvout', 'preload'])).toBe('mvin'));
  test('stays silent when nothing is near', () => expect(didYouMean('xyzzy', ['mvin', 'mvout'])).toBeUndefined());
});
