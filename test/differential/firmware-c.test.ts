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

interface Compiler {
  readonly name: string;
  readonly command: string;
  readonly options: readonly string[];
}

const GCC: Compiler = { name: 'GCC', command: FIRMWARE_COMPILER, options: [] };
const CLANG: Compiler = { name: 'Clang', command: 'clang', options: ['--target=riscv64-unknown-elf'] };
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

/** Compiles a C program, links it with objects of ours, and runs it. */
function runC(source: string, libraries: readonly string[], compiler: Compiler = GCC) {
  const [program, object, elf] = ['program.c', 'program.o', 'program.elf'].map((name) => join(folder, name));
  writeFileSync(program!, source);
  execFileSync(compiler.command, [
    ...['-isystem/usr/lib/picolibc/riscv64-unknown-elf/include', `-I${new URL('include', firmware).pathname}`],
    ...['-O2', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-mcmodel=medany'],
    ...['-march=rv64imafdc', '-mabi=lp64d', '-c', program!, '-o', object!, ...compiler.options],
  ]);
  execFileSync(FIRMWARE_COMPILER, [
    ...['-march=rv64imafdc', '-mabi=lp64d', '-nostdlib', '-nostartfiles', '-static'],
    ...['-Wl,-Ttext-segment=0x80000000', '-Wl,--no-warn-rwx-segments'],
    ...[object!, ...libraries.map(objectFile), '-lgcc', '-o', elf!],
  ]);
  const file = readElf(readFileSync(elf!));
  if (!file.ok) throw new Error(file.errors[0]!.message);
  const host = new CapturedHost();
  const machine = createMachine({ ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 2 ** 28 } }, host);
  machine.load(file.value);
  return { outcome: machine.run(200_000_000), output: host.output };
}

describe.skipIf(version === '')(`C programs and the firmware library${why}`, () => {
  describe.each([GCC, CLANG])('$name', (compiler) => {
    const isMissing = spawnSync(compiler.command, ['--version']).status !== 0;
    const reason = isMissing ? ` (skipped: no ${compiler.command} here)` : '';
    const title = `a program of the public library’s calls computes what its loops on the hart do${reason}`;

    test.skipIf(isMissing)(title, () => {
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
        compiler,
      );
      expect([output, outcome]).toEqual(['wrong: 0', { kind: 'exit', code: 0n }]);
    });

    test('what network programs use beside the layers agrees with the layers on the accelerator', () => {
      const { outcome, output } = runC(
        `
#include "firmware.h"
#include "gemmini_nn.h"
int printf(const char *format, ...) { (void)format; return 0; }

#define N 2
#define H 9
#define W 7
#define C 6
static elem_t image[N][H][W][C], kernels[C][3][3], weights[27 * 2][20];
static acc_t bias[20];
static elem_t depthwise[N * H * W][C], as_pixels[N * H * W][C], gold_depthwise[N * H * W][C];
static elem_t patches[N * 5 * 4][54], product[N * 5 * 4][20], tiled[N * 5 * 4][20], gold[N * 5 * 4][20];
static elem_t full[N * H * W][20], pooled[N * 4 * 3][20], pooled_pixels[N * 4 * 3][20], gold_pooled[N * 4 * 3][20];
static elem_t square[N * 16][C], other[N * 16][C], sums[3][N * 16][C], gold_sums[N * 16][C], vector[N * 16][C];
static uint32_t seed = 3;
static void fill(elem_t *at, size_t count) { while (count-- > 0) seed = seed * 1664525 + 1013904223, *at++ = (elem_t)(seed >> 24); }
static int differences(const void *a, const void *b, size_t count) {
  int wrong = 0;
  while (count-- > 0) wrong += ((const elem_t *)a)[count] != ((const elem_t *)b)[count];
  return wrong;
}
#define DIFFERENCES(a, b) differences(a, b, sizeof(a))

int main(void) {
  fill(&image[0][0][0][0], sizeof image), fill(&kernels[0][0][0], sizeof kernels), fill(&weights[0][0], sizeof weights);
  fill(&square[0][0], sizeof square), fill(&other[0][0], sizeof other);
  for (int i = 0; i < 20; i++) bias[i] = 300 * i - 2000;
  const struct ConvParams same = { .batch_size = N, .in_row_dim = H, .in_col_dim = W, .out_row_dim = H, .out_col_dim = W,
    .kernel_size = 3, .in_channels = C, .out_channels = C, .stride = 1, .padding = 1, .bias = true, .output_scale = 0.01 };
  conv_dw(N * H * W, C, N, C, H, W, H, W, 3, image, kernels, bias, depthwise, &same);
  conv_dw_with_col2im(N * H * W, C, N * H * W, C, N, C, H, W, 3, image, kernels, bias, as_pixels, &same);
  tiled_conv_dw_auto(N, H, W, C, H, W, 1, 1, 3, &image[0][0][0][0], &kernels[0][0][0], bias, &gold_depthwise[0][0], RELU, 0.01, 0, 0, 0, WS);
  gemmini_fence();
  int wrong = DIFFERENCES(depthwise, gold_depthwise) + DIFFERENCES(as_pixels, gold_depthwise);

  const struct ConvParams half = { .batch_size = N, .in_row_dim = H, .in_col_dim = W, .out_row_dim = 5, .out_col_dim = 4,
    .kernel_size = 3, .in_channels = C, .out_channels = 20, .stride = 2, .padding = 1 };
  im2col(N, C, H, W, N * 5 * 4, 54, image, patches, &half);
  tiled_matmul_nn_auto(N * 5 * 4, 20, 54, patches, weights, bias, product, RELU, 0.01, true, WS, true, "product");
  im2col_with_col2im(N * H * W, C, N * 5 * 4, 54, image, patches, &half);
  tiled_matmul_nn(N * 5 * 4, 20, 54, patches, weights, bias, tiled, RELU, 0.01, true, 2, 1, 3, OS, true, "product");
  tiled_conv_auto(N, H, W, C, 20, 5, 4, 2, 1, 1, 1, 3, false, false, false, false, false, &image[0][0][0][0], &weights[0][0], bias,
      &gold[0][0], RELU, 0.01, 0, 0, 0, WS);
  gemmini_fence();
  wrong += DIFFERENCES(product, gold) + DIFFERENCES(tiled, gold);

  const struct ConvParams pools = { .out_row_dim = H, .out_col_dim = W, .pool_size = 3, .pool_stride = 2, .pool_padding = 0 };
  tiled_conv_auto(N, H, W, C, 20, H, W, 1, 1, 1, 1, 3, false, false, false, false, false, &image[0][0][0][0], &weights[0][0], bias,
      &full[0][0], NO_ACTIVATION, 0.01, 0, 0, 0, WS);
  tiled_conv_auto(N, H, W, C, 20, H, W, 1, 1, 1, 1, 3, false, false, false, false, false, &image[0][0][0][0], &weights[0][0], bias,
      &gold_pooled[0][0], NO_ACTIVATION, 0.01, 3, 2, 0, WS);
  gemmini_fence();
  pool(N, 20, H, W, 4, 3, full, pooled, &pools);
  pool_with_col2im(N * H * W, 20, N, 20, 4, 3, full, pooled_pixels, &pools);
  wrong += DIFFERENCES(pooled, gold_pooled) + DIFFERENCES(pooled_pixels, gold_pooled);

  const struct ConvParams residual = { .batch_size = N, .out_channels = C, .res_scale = 0.5, .out_dim_pooled = 4 };
  resadd1(N, C, 4, square, other, sums[0], true, &residual);
  resadd2(N * 16, C, N, C, 4, square, other, sums[1], true, &residual);
  resadd3(N * 16, C, square, other, sums[2], true, &residual);
  tiled_resadd_auto(N * 16, C, 0.5, 1, 1, &square[0][0], &other[0][0], &gold_sums[0][0], true, WS);
  vecadd(sizeof vector, &square[0][0], &other[0][0], &vector[0][0], 0.5);
  for (size_t i = 0; i < sizeof vector; i++) if ((&vector[0][0])[i] < 0) (&vector[0][0])[i] = 0;
  for (int i = 0; i < 3; i++) wrong += DIFFERENCES(sums[i], gold_sums);
  wrong += DIFFERENCES(vector, gold_sums);

  fw_print("wrong: ");
  fw_print_decimal(wrong);
  return wrong != 0;
}
`,
        ['crt', 'console', 'memory'],
      );
      expect([output, outcome]).toEqual(['wrong: 0', { kind: 'exit', code: 0n }]);
    });
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

  test('a program that is not optimised links with the library, and prints with its printf', () => {
    const { outcome, output } = runC(
      `
#include <stdio.h>
#include "gemmini_library.h"
int main(void) {
  puts("begin");
  putchar('*');
  return printf("%-5s|%5.2f|%zu|%#lx\\n", "ab", 2.0 / 3, sizeof(elem_t), 255ul) - 19;
}
`,
      ['crt', 'console', 'memory', 'printf'],
      { ...GCC, options: ['-O0'] },
    );
    expect([output, outcome]).toEqual(['begin\n*ab   | 0.67|1|0xff\n', { kind: 'exit', code: 0n }]);
  });

  test.skipIf(version !== FIRMWARE_COMPILER_VERSION).each(COMPILED_FIRMWARE)(
    `%s.s is the C beside it by GCC ${FIRMWARE_COMPILER_VERSION}`,
    (source) => {
      expect(readFileSync(new URL(`${source}.s`, firmware), 'utf8')).toBe(compileFirmware(source));
    },
  );
});
