// Compiles the C of firmware/ to the assembly that is kept beside it, or with --check says whether they agree.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** The compiler whose output is kept: other versions write other code for the same source. */
export const FIRMWARE_COMPILER = 'riscv64-unknown-elf-gcc';
export const FIRMWARE_COMPILER_VERSION = '12.2.0';

/** Paths below firmware/, without suffix. */
export const COMPILED_FIRMWARE = ['lib/kernels', 'lib/printf', 'examples/training'] as const;
type CompiledFirmware = (typeof COMPILED_FIRMWARE)[number];

const OPTIONS = [
  '-isystem/usr/lib/picolibc/riscv64-unknown-elf/include',
  ...['-Os', '-std=gnu11', '-Wall', '-Wextra', '-ffreestanding', '-fno-asynchronous-unwind-tables', '-fno-ident'],
  ...['-mcmodel=medany', '-march=rv64imafdc', '-mabi=lp64d', '-I../include', '-S', '-o', '-'],
];

const header = (
  name: string,
) => `# ${name}.c as ${FIRMWARE_COMPILER} ${FIRMWARE_COMPILER_VERSION} compiles it; do not edit.
# Made by "node scripts/run.mjs scripts/compile-firmware.ts".

`;

/** The assembly that the compiler at hand makes of a source. */
export function compileFirmware(source: CompiledFirmware): string {
  const [folder, name] = source.split('/') as [string, string];
  const cwd = `firmware/${folder}`;
  return header(name) + execFileSync(FIRMWARE_COMPILER, [...OPTIONS, `${name}.c`], { cwd, encoding: 'utf8' });
}

if (process.argv[1]?.includes('compile-firmware')) {
  for (const source of COMPILED_FIRMWARE) {
    const path = `firmware/${source}.s`;
    if (!process.argv.includes('--check')) writeFileSync(path, compileFirmware(source));
    else if (readFileSync(path, 'utf8') !== compileFirmware(source)) {
      console.error(`${path} is stale: run this script without --check and commit the result`);
      process.exitCode = 1;
    }
  }
}
