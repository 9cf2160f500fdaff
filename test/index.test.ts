import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as pollux from '../src/index.ts';

/** The program of docs/library.md, which the page shows as it is here. */
const PAGE = readFileSync('docs/library.md', 'utf8');
const examples = [...PAGE.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);

/** Runs an example with `pollux` as its import, and returns what it logs. */
function run(example: string): unknown[] {
  const body = example.replace(/import \{([\s\S]*?)\} from 'pollux';/g, 'const {$1} = pollux;');
  const logged: unknown[] = [];
  const readFile = (path: string) => readFileSync(path, 'utf8');
  new Function('pollux', 'console', 'readFile', body)(
    pollux,
    { log: (...values: unknown[]) => logged.push(...values) },
    readFile,
  );
  return logged;
}

/** A value as a console prints it, strings quoted. */
function printed(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

test.each(examples.map((example, index) => [index + 1, example] as const))(
  'example %i of docs/library.md does what it says',
  (_, example) => {
    // A comment "// → value" behind a call of console.log is what it logs.
    const promised = [...example.matchAll(/console\.log\(.*\);? *\/\/ → (.*)$/gm)].map((match) => match[1]);
    expect(promised.length).toBeGreaterThan(0);
    expect(run(example).map(printed)).toEqual(promised);
  },
);
