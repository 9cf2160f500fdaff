import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

function script(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test.each(['bench/main.ts', 'scripts/validate.ts'])('%s explains itself', (file) => {
  const { status, out } = script(file, '--help');
  expect([status, out]).toEqual([0, expect.stringMatching(/^usage: npm run .*--only PATTERN/)]);
});

test.each(['bench/main.ts', 'scripts/validate.ts'])('%s without a program to run has failed', (file) => {
  const { status, err } = script(file, '--only', 'nosuch');
  expect([status, err]).toEqual([2, 'no program matches --only nosuch\n']);
});
