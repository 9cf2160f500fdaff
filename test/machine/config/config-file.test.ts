import { expect, test } from 'vitest';
import { formatConfigFile, parseConfigFile } from '../../../src/machine/config/config-file.ts';
import { resolveConfig } from '../../../src/machine/config/resolve.ts';
import { DEFAULT_MACHINE } from '../../../src/machine/config/schema.ts';
import { SeededRandom } from '../../../src/support/random.ts';

function errorsOf(text: string) {
  const outcome = parseConfigFile(text, 'my.yaml');
  return outcome.ok ? [] : outcome.errors;
}

test('YAML and JSON give the same layer', () => {
  const expected = { ok: true, value: [{ origin: 'file my.yaml', values: { accelerator: { dim: 8 } } }] };
  expect(parseConfigFile('accelerator:\n  dim: 8 # small\n', 'my.yaml')).toEqual(expected);
  expect(parseConfigFile('{ "accelerator": { "dim": 8 } }', 'my.yaml')).toEqual(expected);
});

test('a file may start from a preset', () => {
  const outcome = parseConfigFile('preset: lean\naccelerator: { dim: 8 }', 'my.yaml');
  expect(outcome.ok && outcome.value.map(({ origin }) => origin)).toEqual(['preset lean', 'file my.yaml']);
});

test('what is written is read back', () => {
  const layers = parseConfigFile(formatConfigFile(DEFAULT_MACHINE), 'my.yaml');
  const outcome = resolveConfig(layers.ok ? layers.value : []);
  expect(outcome.ok && outcome.value.machine).toEqual(DEFAULT_MACHINE);
});

test('a mistake in the syntax is reported with its place', () => {
  expect(errorsOf('accelerator:\n  dim: [8\n')[0]).toMatchObject({
    code: 'CFG005',
    span: { file: 'my.yaml', line: 3 },
  });
});

test.each([
  ['a file that holds a number', '17', 'holds 17'],
  ['a file that holds a list', '[1]', 'holds [1]'],
  ['a preset that is no name', 'preset: 3', 'preset is 3'],
])('%s is an error', (_, text, message) => {
  expect(errorsOf(text)[0]).toMatchObject({ code: 'CFG005', message: expect.stringContaining(message) });
});

test('a preset that does not exist is an error, and an empty file is none', () => {
  expect(errorsOf('preset: nothing')[0]).toMatchObject({ code: 'CFG004' });
  expect(errorsOf('')).toEqual([]);
});

test('aliases that multiply are refused in bounded time', () => {
  const bomb = [
    'a: &a [1,1,1,1,1,1,1,1,1]',
    ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
  ].join('\n');
  expect(errorsOf(bomb)[0]).toMatchObject({ code: 'CFG005' });
});

test('random text gives layers or known errors (seeds 1 to 500)', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = new SeededRandom(seed);
    const text = Array.from({ length: random.int(1, 40) }, () =>
      random.pick([
        'a',
        ':',
        ' ',
        '\n',
        '{',
        '}',
        '[',
        ']',
        '&x',
        '*x',
        '"',
        '- ',
        '? ',
        '!!int',
        '%',
        '\t',
        '0x',
        'preset',
        'accelerator',
      ]),
    ).join('');
    for (const { code } of errorsOf(text)) expect(code, `seed ${seed}`).toMatch(/^CFG00[45]$/);
  }
});
