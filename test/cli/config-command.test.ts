import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pollux } from './command-line.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollux-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('config show prints every value with its origin', async () => {
  const { status, out, err } = await pollux('config', 'show', '-c', 'lean', '-s', 'accelerator.dim=8');
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/^accelerator\.dim +8 processing elements +--set$/m);
  expect(out).toMatch(/^accelerator\.dataflow +weight-stationary +preset lean$/m);
  expect(out).toMatch(/^memory\.base +0x80000000 +default$/m);
});

test('mistakes go to stderr, all of them, and the status says that the input is wrong', async () => {
  const { status, out, err } = await pollux('config', 'show', '-c', 'leen', '-s', 'accelerator.dim=12', '-s', 'dim');
  expect([status, out]).toEqual([65, '']);
  expect(err).toContain('error[CFG004]: no preset or file leen');
  expect(err).toContain('hint: nearest legal value: accelerator.dim=16');
  expect(err).toContain('error[CFG007]');
  expect(err).toContain('3 errors');
});

test('export, edit, import: files of every format are read back', async () => {
  for (const [format, name] of [
    ['yaml', 'm.yaml'],
    ['json', 'm.json'],
    ['header', 'm.h'],
  ] as const) {
    const file = join(folder, name);
    expect(await pollux('config', 'export', '-c', 'chip', '-f', format, '-o', file)).toEqual({
      status: 0,
      out: '',
      err: '',
    });
    const { status, out } = await pollux('config', 'show', '-c', file);
    expect(status).toBe(0);
    expect(out).toMatch(/^accelerator\.scratchpad\.bankRows +1024 rows/m);
  }
  const { out } = await pollux('config', 'import', join(folder, 'm.h'));
  expect(out).toContain('bankRows: 1024');
  expect(readdirSync(folder).sort()).toEqual(['m.h', 'm.json', 'm.yaml']);
});

test('an output that cannot be written leaves nothing behind', async () => {
  const { status, err } = await pollux('config', 'export', '-o', join(folder, 'no', 'such', 'folder.yaml'));
  expect(status).toBe(73);
  expect(err).toContain('no such file or directory');
});

test('an existing output is replaced whole', async () => {
  const file = join(folder, 'm.yaml');
  writeFileSync(file, 'old');
  await pollux('config', 'export', '-o', file);
  expect(readFileSync(file, 'utf8')).toMatch(/^harts: 1\n/);
});

test('presets and keys are listed', async () => {
  expect((await pollux('config', 'presets')).out).toMatch(/^lean .*LeanGemminiRocketConfig/m);
  expect((await pollux('config', 'keys')).out).toMatch(
    /^accelerator\.dim +side of the square array +a power of two from 2 to 64$/m,
  );
});
