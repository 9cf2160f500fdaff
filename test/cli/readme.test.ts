import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pollux } from './command-line.ts';

const README = readFileSync('README.md', 'utf8');

test('the README shows what npm start prints', async () => {
  const { start } = JSON.parse(readFileSync('package.json', 'utf8')).scripts as { start: string };
  const { status, out, err } = await pollux(...start.split(' ').slice(2));
  expect(status).toBe(0);
  const shown = /prints:\n\n```\n([\s\S]*?)```/.exec(README)![1]!.split('\n');
  for (const line of [...err.split('\n'), ...out.split('\n')]) expect(shown).toContain(line);
});

test('links to files of the project lead somewhere', () => {
  const links = [...README.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1]!);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});
