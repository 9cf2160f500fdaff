import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/errors.md', 'utf8');

test('every diagnostic that the code can give is documented', () => {
  const codes = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join('src', file), 'utf8').matchAll(/'([A-Z]{3,4}\d{3})'/g)].map((match) => match[1]!),
    );
  expect(codes.length).toBeGreaterThan(50);
  expect([...new Set(codes)].filter((code) => !PAGE.includes(`| \`${code}\` |`))).toEqual([]);
});
