// Builds what `pollux` ships: the command line with its compiled code, the library, and its type declarations.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { COMMAND_LINE, EXECUTABLE, LIBRARY, TIMING_WORKER } from './bundles.mjs';
import { keepCompiledCode } from './compiled-code.mjs';
import { buildTimingCore } from './timing-core.mjs';

await buildTimingCore();
rmSync('dist', { recursive: true, force: true });
await Promise.all([LIBRARY, EXECUTABLE, COMMAND_LINE, TIMING_WORKER].map(build));
const quietly = ['run', '--quiet', 'asm/hello.s'];
await keepCompiledCode('dist/command-line.cjs', [quietly, [...quietly, '--timing']]);
const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
