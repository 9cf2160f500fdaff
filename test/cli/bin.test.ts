import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error the build is plain JavaScript
import { COMMAND_LINE, EXECUTABLE, TIMING_WORKER } from '../../scripts/bundles.mjs';
// @ts-expect-error the build is plain JavaScript
import { keepCompiledCode } from '../../scripts/compiled-code.mjs';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { program } from '../machine/programs.ts';
import { askingProgram } from '../timing/asking-program.ts';
import { machineWith } from '../timing/machines.ts';

const folder = mkdtempSync(join(tmpdir(), 'pollux-bin-'));
const bundle = join(folder, 'command-line.cjs');
const pollux = (...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'cli.js'), ...args], { encoding: 'utf8' });

beforeAll(async () => {
  for (const options of [EXECUTABLE, COMMAND_LINE, TIMING_WORKER])
    await build({ ...options, outdir: folder, sourcemap: false });
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

/** Makes Node say on stderr that a thread is started. */
const SHOWS_THREADS = `
  const threads = require('node:worker_threads');
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      process.stderr.write('a thread is started\\n');
    }
  };`;

test.each([
  ['short', 1, ''],
  ['long', 1000, 'a thread is started\n'],
])('a %s run tells and reports what the library does, with a thread if that is worth it', (name, rounds, started) => {
  const machine = createMachine(machineWith(), new CapturedHost(), { timing: true });
  machine.load(program(askingProgram(rounds)));
  const outcome = machine.run();
  if (outcome.kind !== 'exit') throw new Error(`the program ended with ${outcome.kind}`);

  const [file, hook] = [join(folder, `${name}.s`), join(folder, 'hook.cjs')];
  writeFileSync(file, askingProgram(rounds));
  writeFileSync(hook, SHOWS_THREADS);
  const args = ['--require', hook, join(folder, 'cli.js'), 'run', file, '--stats', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(Number(outcome.code));
  expect(stdout).toBe(`${JSON.stringify(machine.timingReport())}\n`);
  expect(stderr.slice(0, stderr.indexOf('*'))).toBe(started);
});

test('a reader that stops reading is no reason to complain', () => {
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${join(folder, 'cli.js')}" counters | true`]);
  expect(stderr.toString()).toBe('');
});

test.skipIf(!existsSync('/proc/self/fd/1'))(
  'counters can follow what the guest prints (skipped without /proc/self/fd/1)',
  () => {
    const path = join(folder, 'all.txt');
    const command = `"${process.execPath}" "${join(folder, 'cli.js')}" run -q --stats-file /proc/self/fd/1 asm/hello.s > "${path}"`;
    expect(spawnSync('sh', ['-c', command]).status).toBe(0);
    const [hello, right, counters] = readFileSync(path, 'utf8').split('\n');
    expect([hello, right]).toEqual(['hello from the hart', 'right']);
    expect(JSON.parse(counters!).cycles).toBeGreaterThan(0);
  },
);

test('compiled code that V8 refuses changes nothing but the time', () => {
  writeFileSync(`${bundle}.cache`, readFileSync(`${bundle}.cache`).fill(0, 0, 16));
  expect(pollux('run', 'asm/hello.s').stdout).toBe('hello from the hart\nright\n');
});
