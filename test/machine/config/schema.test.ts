import { expect, test } from 'vitest';
import { DEFAULT_MACHINE, PARAMETERS } from '../../../src/machine/config/schema.ts';
import { timingParameterRows } from '../../../src/timing/config.ts';

const valueAt = (key: string): unknown =>
  key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], DEFAULT_MACHINE);

test.each(timingParameterRows())(
  '%s of the timing model is a key of the machine, with its default',
  (key, parameter) => {
    expect(PARAMETERS.has(key)).toBe(true);
    expect(valueAt(key)).toBe(parameter.default);
  },
);
