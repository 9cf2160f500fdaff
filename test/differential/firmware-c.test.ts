import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  COMPILED_FIRMWARE,
  compileFirmware,
  FIRMWARE_COMPILER,
  FIRMWARE_COMPILER_VERSION,
} from '../../scripts/compile-firmware.ts';
import { assembleObject } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';

/** Version of the cross compiler at hand; empty when there is none, or no C library's headers beside it. */
function compilerVersion(): string {
  const probe = spawnSync(FIRMWARE_COMPILER, ['-dumpfullversion'], { encoding: 'utf8' });
  const headers = spawnSync('test', ['-e', '/usr/lib/picolibc/riscv64-unknown-elf/include/math.h']);
  return probe.status === 0 && headers.status === 0 ? probe.stdout.trim() : '';
}

const version = compilerVersion();
const why = version === '' ? ` (skipped: no ${FIRMWARE_COMPILER} with picolibc here)` : '';
const firmware = new URL('../../firmware/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'pollux-firmware-'));

/** A part of the library as our assembler makes it, for another linker. */
function objectFile(name: string): string {
  const source = new URL(`lib/${name}.s`, firmware);
  const readFile = (path: string) => readFileSync(new URL(path, source));
  const object = assembleObject({ name, text: readFileSync(source, 'utf8') }, { readFile });
  if (!object.ok) throw new Error(object.errors.map(({ message }) => message).join('\n'));
  const path = join(folder, `${name}.o`);
  writeFileSync(path, writeElf(object.value));
  return path;
}

/** Compiles a C program with GCC, links it with objects of ours, and runs it. */
function runC(source: string, libraries: readonly string[]) {
  const [program, elf] = [join(folder, 'program.c'), join(folder, 'program.elf')];
  writeFileSync(program, source);
  execFileSync(FIRMWARE_COMPILER, [
    ...['-isystem/usr/lib/picolibc/riscv64-unknown-elf/include', `-I${new URL('include', firmware).pathname}`],
    ...['-O2', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-mcmodel=medany'],
    ...['-march=rv64imafdc', '-mabi=lp64d', '-nostdlib', '-nostartfiles', '-static'],
    ...[
      '-Wl,-Ttext-segment=0x80000000',
      '-Wl,--no-warn-rwx-segments',
      program,
      ...libraries.map(objectFile),
      '-lgcc',
      '-o',
      elf,
    ],
  ]);
  const file = readElf(readFileSync(elf));
  if (!file.ok) throw new Error(file.errors[0]!.message);
  const host = new CapturedHost();
  const machine = createMachine({ ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 2 ** 28 } }, host);
  machine.load(file.value);
  return { outcome: machine.run(200_000_000), output: host.output };
}

describe.skipIf(version === '')(`C programs and the firmware library${why}`, () => {
  test('a program of the public library’s calls computes what its loops on the hart do', () => {
    const { outcome, output } = runC(
      `
#define GEMMINI_REFUSE(problem) fw_refuse(problem)
#include "firmware.h"
#include "gemmini_library.h"

static elem_t a[40 * 70], b[70 * 50], gold[40 * 50], got[40 * 50];
static acc_t d[50];
static elem_t image[2 * 9 * 11 * 6], weights[3 * 3 * 6 * 20], conv_gold[2 * 5 * 6 * 20], conv_got[2 * 5 * 6 * 20];
static uint32_t seed = 7;
static int next(void) { seed = seed * 1664525 + 1013904223; return (int8_t)(seed >> 24); }

int main(void) {
  for (int i = 0; i < 40 * 70; i++) a[i] = next();
  for (int i = 0; i < 70 * 50; i++) b[i] = next();
  for (int i = 0; i < 50; i++) d[i] = next() * 100;
  for (size_t i = 0; i < sizeof image; i++) image[i] = next();
  for (size_t i = 0; i < sizeof weights; i++) weights[i] = next();
  int wrong = 0;
  for (int type = OS; type <= WS; type++) {
    tiled_matmul_auto(40, 50, 70, a, b, d, got, 70, 50, 50, 50, 1, 1, 1, RELU, 0.01, 0, true, false, false, false, false, 0, type);
    tiled_matmul_auto(40, 50, 70, a, b, d, gold, 70, 50, 50, 50, 1, 1, 1, RELU, 0.01, 0, true, false, false, false, false, 0, CPU);
    for (int i = 0; i < 40 * 50; i++) wrong += got[i] != gold[i];
  }
  for (int pool = 0; pool < 2; pool++) {
    const int stride = pool ? 1 : 2;
    for (int type = WS; type <= CPU; type++)
      tiled_conv_auto(2, 9, 11, 6, 20, pool ? 9 : 5, pool ? 11 : 6, stride, 1, 1, 1, 3, false, false, false, false, false,
          image, weights, d, type == CPU ? conv_gold : conv_got, NO_ACTIVATION, 0.01, pool ? 3 : 0, pool ? 2 : 0, pool ? 1 : 0, type);
    gemmini_fence();
    for (size_t i = 0; i < sizeof conv_got; i++) wrong += conv_got[i] != conv_gold[i];
  }
  fw_print("wrong: ");
  fw_print_decimal(wrong);
  return wrong != 0;
}
`,
      ['crt', 'console', 'memory'],
    );
    expect([output, outcome]).toEqual(['wrong: 0', { kind: 'exit', code: 0n }]);
  });

  test('C calls the assembled kernels', () => {
    const { outcome, output } = runC(
      `
#include "firmware.h"
static int8_t a[4] = { 1, 2, 3, 4 }, b[4] = { 5, 6, 7, 8 };
static int32_t c[4];
int main(void) {
  const struct fw_matmul problem = { .m = 2, .n = 2, .k = 2, .a = a, .b = b, .c = c, .a_stride = 2, .b_stride = 2, .c_stride = 2, .flags = FW_FULL_C };
  fw_matmul(&problem);
  for (int i = 0; i < 4; i++) fw_print_decimal(c[i]), fw_print(" ");
  return 0;
}
`,
      ['crt', 'console', 'memory', 'kernels'],
    );
    expect([output, outcome]).toEqual(['19 22 43 50 ', { kind: 'exit', code: 0n }]);
  });

  test.skipIf(version !== FIRMWARE_COMPILER_VERSION).each(COMPILED_FIRMWARE)(
    `%s.s is the C beside it by GCC ${FIRMWARE_COMPILER_VERSION}`,
    (source) => {
      expect(readFileSync(new URL(`${source}.s`, firmware), 'utf8')).toBe(compileFirmware(source));
    },
  );
});
