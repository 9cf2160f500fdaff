import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportGemminiParams } from '../../src/machine/config/gemmini-params-export.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';

const C_LIBRARY = '/usr/lib/picolibc/riscv64-unknown-elf/include';
const folder = new URL('../../firmware/include/', import.meta.url).pathname;
const headers = readdirSync(folder).filter((name) => name.endsWith('.h'));

/** A source per header that includes nothing else. */
const sources = mkdtempSync(join(tmpdir(), 'pollux-headers-'));
for (const header of headers) writeFileSync(join(sources, `${header}.c`), `#include "${header}"\n`);

/** Name → folder with the headers of another machine. */
const machines = [
  ['int8', {}],
  ['fp32', { dim: 4, elementType: 'fp32', accumulatorType: 'fp32' }],
  ['int16 without scales', { elementType: 'int16', mvinScaleType: 'none', accumulatorScaleType: 'none' }],
].map(([name, accelerator]) => {
  const machine = mkdtempSync(join(tmpdir(), 'pollux-machine-'));
  for (const header of headers) copyFileSync(join(folder, header), join(machine, header));
  const config = { ...DEFAULT_MACHINE, accelerator: { ...DEFAULT_MACHINE.accelerator, ...(accelerator as object) } };
  writeFileSync(join(machine, 'gemmini_params.h'), exportGemminiParams(config));
  return [name, machine] as [string, string];
});

const COMPILERS = [
  { command: 'riscv64-unknown-elf-gcc', options: ['-x', 'c', '-std=c11'] },
  { command: 'riscv64-unknown-elf-g++', options: ['-x', 'c++', '-std=gnu++17'] },
  { command: 'clang', options: ['--target=riscv64-unknown-elf', '-x', 'c', '-std=c11'] },
  { command: 'clang++', options: ['--target=riscv64-unknown-elf', '-x', 'c++', '-std=gnu++17'] },
];

const OPTIONS = [
  ...['-march=rv64gc', '-mabi=lp64d', '-mcmodel=medany', '-ffreestanding', '-O1', '-Wall', '-Wextra', '-Werror'],
  ...[`-isystem${C_LIBRARY}`, `-I${folder}`],
];

describe.each(COMPILERS)('$command', ({ command, options }) => {
  const isMissing = spawnSync(command, ['--version']).status !== 0 || !existsSync(C_LIBRARY);
  const why = isMissing ? ` (skipped: no ${command} with picolibc here)` : '';
  const compile = (...more: string[]) => {
    const { status, stderr } = spawnSync(command, [...options, ...OPTIONS, ...more], { cwd: folder, encoding: 'utf8' });
    return [stderr, status];
  };

  test.skipIf(isMissing)(`takes every header on its own as ${options.at(-1)} without a warning${why}`, () => {
    expect(compile('-fsyntax-only', ...headers.map((header) => join(sources, `${header}.c`)))).toEqual(['', 0]);
  });

  test.skipIf(isMissing).each(machines)(`makes code of every function of the library for %s${why}`, (_, machine) => {
    const used = '-Dstatic=__attribute__((used))static';
    expect(compile(used, '-c', '-o', '/dev/null', join(machine, 'gemmini_nn.h'))).toEqual(['', 0]);
  });
});
