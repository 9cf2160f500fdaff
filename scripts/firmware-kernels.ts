// Compiles firmware/lib/kernels.c to the assembly that is kept beside it, or with --check says whether they agree.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** The compiler whose output is kept: other versions write other code for the same source. */
export const KERNEL_COMPILER = 'riscv64-unknown-elf-gcc';
export const KERNEL_COMPILER_VERSION = '12.2.0';
const FOLDER = 'firmware/lib';
const OPTIONS = [
  '-isystem/usr/lib/picolibc/riscv64-unknown-elf/include',
  ...['-Os', '-std=gnu11', '-Wall', '-Wextra', '-ffreestanding', '-fno-asynchronous-unwind-tables', '-fno-ident'],
  ...['-mcmodel=medany', '-march=rv64imafdc', '-mabi=lp64d', '-I../include', '-S', 'kernels.c', '-o', '-'],
];

const HEADER = `# The kernels of firmware.h: kernels.c as ${KERNEL_COMPILER} ${KERNEL_COMPILER_VERSION} compiles it; do not edit.
# Made by "node scripts/run.mjs scripts/firmware-kernels.ts".

`;

/** The assembly that the compiler at hand makes of the kernels. */
export const compileKernels = (): string =>
  HEADER + execFileSync(KERNEL_COMPILER, OPTIONS, { cwd: FOLDER, encoding: 'utf8' });

if (process.argv[1]?.includes('firmware-kernels')) {
  const path = `${FOLDER}/kernels.s`;
  if (!process.argv.includes('--check')) writeFileSync(path, compileKernels());
  else if (readFileSync(path, 'utf8') !== compileKernels()) {
    console.error(`${path} is stale: run this script without --check and commit the result`);
    process.exitCode = 1;
  }
}
