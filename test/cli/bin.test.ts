import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error the build is plain JavaScript
import { COMMAND_LINE, EXECUTABLE } from '../../scripts/bundles.mjs';
// @ts-expect-error the build is plain JavaScript
import { keepCompiledCode } from '../../scripts/compiled-code.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pollux-bin-'));
const bundle = join(folder, 'command-line.cjs');
const pollux = (...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'cli.js'), ...args], { encoding: 'utf8' });

beforeAll(async () => {
  for (const options of [EXECUTABLE, COMMAND_LINE]) await build({ ...options, outdir: folder, sourcemap: false });
  // The folder is outside of a package of ES modules.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await keepCompiledCode(bundle, [['--version']]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the executable runs a program, prints what it prints and exits with its status', () => {
  const { status, stdout, stderr } = pollux('run', 'asm/hello.s');
  expect([status, stdout]).toEqual([0, 'hello from the hart\nright\n']);
  expect(stderr).toMatch(/^exit status 0 after [\d,]+ instructions\n$/);
  expect(pollux('run', 'absent.elf').status).not.toBe(0);
});

test('a reader that stops reading is no reason to complain', () => {
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${join(folder, 'cli.js')}" counters | true`]);
  expect(stderr.toString()).toBe('');
});

test('compiled code that V8 refuses changes nothing but the time', () => {
  writeFileSync(`${bundle}.cache`, readFileSync(`${bundle}.cache`).fill(0, 0, 16));
  expect(pollux('run', 'asm/hello.s').stdout).toBe('hello from the hart\nright\n');
});
