import { expect, test } from 'vitest';
import { EXTERNAL_VALUE_HEADER_OFFSET, EXTERNAL_VALUES, INTERNAL_EVENTS } from '../../src/isa/accelerator-counters.ts';

test('internal events have the codes 1 to 44, external values continue at 45 in C headers', () => {
  expect(INTERNAL_EVENTS.map(({ code }) => code)).toEqual(Array.from({ length: 44 }, (_, i) => i + 1));
  expect(EXTERNAL_VALUES.map(({ code }) => code + EXTERNAL_VALUE_HEADER_OFFSET)).toEqual([45, 46, 47, 48, 49, 50, 51]);
});
