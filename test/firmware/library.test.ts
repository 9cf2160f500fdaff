import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createNumerics } from '../../src/accel/numerics.ts';
import { assembleObject } from '../../src/assembler/assemble.ts';
import { type LinkInput, linkObjects } from '../../src/assembler/link.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';
import { checkOperation } from '../../src/runtime/check.ts';
import { floatBits } from '../../src/runtime/commands.ts';
import { type ConvShape, convShape } from '../../src/runtime/conv-shape.ts';
import { DEFAULT_GEOMETRY } from '../../src/runtime/geometry.ts';
import type { Operation } from '../../src/runtime/operation.ts';
import { SeededRandom } from '../../src/support/random.ts';

const folder = new URL('../../firmware/lib/', import.meta.url);
const machine = { ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 128 * 2 ** 20 } };
const numerics = createNumerics(machine.accelerator);

function objectOf(name: string, text: string): LinkInput {
  const readFile = (path: string) => readFileSync(new URL(path, folder));
  const object = assembleObject({ name, text }, { readFile });
  if (!object.ok) throw new Error(object.errors.map(({ message }) => message).join('\n'));
  return { name, object: object.value };
}

const library = ['crt.s', 'console.s', 'memory.s', 'counters.s', 'kernels.s', 'cells.s'].map((name) =>
  objectOf(name, readFileSync(new URL(name, folder), 'utf8')),
);

/** Links a program with the library and runs it to its end. */
function run(source: string) {
  const linked = linkObjects([objectOf('main.s', source), ...library]);
  if (!linked.ok) throw new Error(linked.errors.map(({ message }) => message).join('\n'));
  const elf = readElf(writeElf(linked.value));
  if (!elf.ok) throw new Error('not an ELF file');
  const host = new CapturedHost();
  const built = createMachine(machine, host);
  built.load(elf.value);
  const outcome = built.run(50_000_000);
  const view = built.ram.view(built.ram.base, built.ram.size)!;
  const data = new DataView(view.buffer, view.byteOffset);
  const base = Number(built.ram.base);
  return {
    outcome,
    output: host.output,
    address: (symbol: string) => Number(built.symbols.byName(symbol)!.value),
    memory: {
      read: (address: number, type: 'element' | 'accumulator') =>
        type === 'element' ? data.getInt8(address - base) : data.getInt32(address - base, true),
    },
  };
}

type Tensors = Readonly<Record<string, Int8Array | Int32Array | number>>;

/** A program that calls one kernel with a block of doublewords; a tensor that is a number is so many bytes of room. */
function callKernel(kernel: string, block: readonly (number | string)[], tensors: Tensors) {
  const define = (name: string, tensor: Int8Array | Int32Array | number) =>
    typeof tensor === 'number'
      ? `${name}: .skip ${tensor}`
      : `${name}: ${tensor instanceof Int8Array ? '.byte' : '.word'} ${[...tensor].join(', ')}`;
  return run(`
        .globl  main
        .text
main:   addi    sp, sp, -16
        sd      ra, 8(sp)
        la      a0, problem
        call    ${kernel}
        ld      ra, 8(sp)
        addi    sp, sp, 16
        li      a0, 0
        ret
        .data
        .balign 8
problem: .dword ${block.join(', ')}
${Object.entries(tensors)
  .map(([name, tensor]) => `        .balign 64\n        .globl ${name}\n${define(name, tensor)}`)
  .join('\n')}
`);
}

const random = new SeededRandom(11);
const elements = (count: number) => Int8Array.from({ length: count }, () => random.int(-128, 128));
const words = (count: number) => Int32Array.from({ length: count }, () => random.int(-20_000, 20_000));

function expectRight(result: ReturnType<typeof run>, operation: Operation) {
  expect([result.outcome, result.output]).toEqual([{ kind: 'exit', code: 0n }, '']);
  const { checked, mismatches } = checkOperation(
    operation,
    result.memory,
    DEFAULT_GEOMETRY,
    numerics,
    Number.POSITIVE_INFINITY,
  );
  expect(checked).toBeGreaterThan(0);
  expect(mismatches).toEqual([]);
}

describe('kernels called from assembly', () => {
  const FLAGS = { transposeA: 1, transposeB: 2, fullC: 4, repeatD: 16, outputStationary: 32 };
  test.each([
    ['weight-stationary', 0],
    ['A transposed', FLAGS.transposeA],
    ['B transposed', FLAGS.transposeB],
    ['int32 result', FLAGS.fullC],
    ['repeated bias', FLAGS.repeatD],
    ['output-stationary', FLAGS.outputStationary],
    ['output-stationary, both transposed', FLAGS.outputStationary | FLAGS.transposeA | FLAGS.transposeB],
  ])('fw_matmul: %s', (_, flags) => {
    const [m, n, k] = [37, 50, 70];
    const has = (flag: number) => (flags & flag) !== 0;
    const bias = words(has(FLAGS.repeatD) ? n : m * n);
    const [aStride, bStride] = [has(FLAGS.transposeA) ? m : k, has(FLAGS.transposeB) ? k : n];
    const scale = 1 / 256;
    const block = [m, n, k, 'a', 'b', 'd', 'c', aStride, bStride, n, n, flags, 0, floatBits(scale), 0, 0, 0, 0];
    const result = callKernel('fw_matmul', block, { a: elements(m * k), b: elements(k * n), d: bias, c: m * n * 4 });
    expectRight(result, {
      kind: 'matmul',
      problem: {
        shape: { m, n, k },
        a: { address: result.address('a'), stride: aStride, transposed: has(FLAGS.transposeA), scale: 1 },
        b: { address: result.address('b'), stride: bStride, transposed: has(FLAGS.transposeB), scale: 1 },
        d: { address: result.address('d'), stride: n, type: 'accumulator', repeats: has(FLAGS.repeatD), scale: 1 },
        c: { address: result.address('c'), stride: n, type: has(FLAGS.fullC) ? 'accumulator' : 'element' },
        scale,
        activation: 'none',
        step: 0,
      },
    });
  });

  const base = { inRows: 11, inCols: 13, inChannels: 5, outChannels: 20, kernel: 3, padding: 1 };
  const conv = (more: Partial<ConvShape>) => convShape({ ...base, ...more });
  test.each([
    ['first-layer packing', conv({}), 0],
    ['stride and batch', conv({ stride: 2, batch: 2, inChannels: 24 }), 0],
    ['pooling', conv({ pooling: { size: 3, stride: 2, padding: 1 } }), 0],
    ['kernel dilation', conv({ kernelDilation: 2 }), 0],
    ['input dilation', conv({ inputDilation: 2 }), 0],
    ['rotated kernel', conv({ rotated: true }), 1],
    ['HWNC output', conv({ layout: { input: 'NHWC', weights: 'HWIO', output: 'HWNC' }, batch: 3 }), 2],
    ['CHWN input', conv({ layout: { input: 'CHWN', weights: 'HWIO', output: 'NHWC' }, batch: 3 }), 4],
    ['IHWO weights', conv({ layout: { input: 'NHWC', weights: 'IHWO', output: 'NHWC' } }), 8],
    ['HWOI weights', conv({ layout: { input: 'NHWC', weights: 'HWOI', output: 'NHWC' } }), 16],
    ['depthwise', conv({ depthwise: true, outChannels: 5 }), 32],
    ['1×1 of stride 2', conv({ kernel: 1, padding: 0, stride: 2, inRows: 12, inCols: 14, inChannels: 40 }), 0],
  ])('fw_conv: %s', (_, shape, flags) => {
    const { batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding } = shape;
    const pool = shape.pooling ?? { size: 0, stride: 0, padding: 0 };
    const fanIn = kernel ** 2 * (shape.depthwise ? 1 : inChannels);
    const block = [
      ...[batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding],
      ...[shape.kernelDilation, shape.inputDilation, pool.size, pool.stride, pool.padding, inChannels, outChannels],
      ...['input', 'weights', 'bias', 'output', flags, 1, floatBits(1 / 128)],
    ];
    const result = callKernel('fw_conv', block, {
      input: elements(batch * inRows * inCols * inChannels),
      weights: elements(fanIn * outChannels),
      bias: words(outChannels),
      output: 64 * 1024,
    });
    const at = result.address;
    expectRight(result, {
      kind: 'conv',
      problem: {
        shape,
        ...{ input: at('input'), weights: at('weights'), bias: at('bias'), output: at('output') },
        ...{ inStride: inChannels, outStride: outChannels, scale: 1 / 128, activation: 'relu' },
      },
    });
  });

  test('fw_residual_add', () => {
    const [rows, cols] = [45, 333];
    const scales = [0.5, 2, 0.75].map(floatBits);
    const block = [rows, cols, cols, 'a', 'b', 'c', ...scales, 1];
    const result = callKernel('fw_residual_add', block, {
      a: elements(rows * cols),
      b: elements(rows * cols),
      c: rows * cols,
    });
    const at = (name: string) => ({ address: result.address(name), stride: cols });
    const problem = { rows, cols, a: { ...at('a'), scale: 0.5 }, b: { ...at('b'), scale: 2 }, c: at('c'), scale: 0.75 };
    expectRight(result, { kind: 'residual-add', problem: { ...problem, activation: 'relu' } });
  });

  test('fw_global_average', () => {
    const [size, channels] = [7, 130];
    const block = [1, size, channels, 'input', 'output'];
    const result = callKernel('fw_global_average', block, { input: elements(size ** 2 * channels), output: channels });
    const input = { address: result.address('input'), stride: channels };
    const problem = { pixels: size ** 2, channels, input, output: result.address('output') };
    expectRight(result, { kind: 'global-average', problem });
  });

  test('fw_max_pool', () => {
    const [rows, cols, channels] = [17, 19, 21];
    const [outRows, outCols] = [9, 10];
    const block = [rows, cols, channels, 3, 2, 1, outRows, outCols, 'input', 'output'];
    const result = callKernel('fw_max_pool', block, {
      input: elements(rows * cols * channels),
      output: outRows * outCols * channels,
    });
    const at = (name: string) => ({ address: result.address(name), stride: channels });
    const window = { size: 3, stride: 2, padding: 1, outRows, outCols };
    const problem = { rows, cols, channels, ...window, input: at('input'), output: at('output') };
    expectRight(result, { kind: 'max-pool', problem });
  });

  test.each([
    ['none', 0, 1 / 64, 0],
    ['relu', 1, 1 / 64, 0],
    ['igelu', 3, 2 ** -16, 0.01],
    ['layernorm', 2, 32, 0],
    ['softmax', 4, 1, 0.01],
  ] as const)('fw_convert: %s', (activation, code, scale, step) => {
    const [rows, cols] = [19, 75];
    const input = Int32Array.from({ length: rows * cols }, () => random.int(-1000, 1000));
    const single = Math.fround(step);
    const block = [rows, cols, 'input', cols, 1, 'output', cols, code, floatBits(scale), floatBits(single)];
    const result = callKernel('fw_convert', block, { input, output: rows * cols });
    const from = { address: result.address('input'), stride: cols, type: 'accumulator' as const };
    const output = { address: result.address('output'), stride: cols };
    expectRight(result, {
      kind: 'convert',
      problem: { rows, cols, input: from, output, scale, activation, step: single },
    });
  });

  test('fw_im2col', () => {
    const [rows, cols, channels, kernel] = [5, 6, 3, 3];
    const input = elements(rows * cols * channels);
    const size = rows * cols * kernel ** 2 * channels;
    const result = callKernel('fw_im2col', [1, rows, cols, channels, kernel, 1, 1, 'input', 'patches'], {
      input,
      patches: size,
    });
    const expected: number[] = [];
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < cols; x++)
        for (let r = y - 1; r <= y + 1; r++)
          for (let c = x - 1; c <= x + 1; c++)
            for (let channel = 0; channel < channels; channel++)
              expected.push(r < 0 || c < 0 || r >= rows || c >= cols ? 0 : input[(r * cols + c) * channels + channel]!);
    const at = result.address('patches');
    expect(expected.map((_, i) => result.memory.read(at + i, 'element'))).toEqual(expected);
  });

  test('a problem that cannot be solved ends the program with status 1 and says why', () => {
    const block = [4, 4, 4, 'a', 'a', 0, 'a', 4, 4, 4, 4, 3, 0, 0, 0, 0, 0, 0];
    const { outcome, output } = callKernel('fw_matmul', block, { a: 64 });
    expect(outcome).toEqual({ kind: 'exit', code: 1n });
    expect(output).toBe('gemmini: the weight-stationary array transposes one operand at most\n');
  });
});

describe('start-up, console, memory, time', () => {
  test('main prints numbers, takes memory and reads time', () => {
    const { outcome, output } = run(`
        .globl  main
main:   addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        li      a0, -42
        call    fw_print_decimal
        la      a0, blank
        call    fw_print
        li      a0, 0xdeadbeefcafe
        call    fw_print_hex
        call    fw_cycles
        mv      s0, a0
        li      a0, 100
        call    fw_allocate
        sd      a0, 8(sp)
        li      a0, 1
        call    fw_allocate
        ld      t0, 8(sp)
        sub     s0, a0, t0
        la      a0, blank
        call    fw_print
        mv      a0, s0                  # 100 bytes take two lines of 64
        call    fw_print_decimal
        li      a0, -1
        call    fw_allocate             # more than there is
        snez    a0, a0
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        addi    sp, sp, 32
        ret
        .section .rodata
blank:  .string " "
`);
    expect([outcome, output]).toEqual([{ kind: 'exit', code: 0n }, '-42 deadbeefcafe 128']);
  });

  test('an unexpected trap names cause and place and ends with 1337', () => {
    const { outcome, output } = run('        .globl main\nmain:   .word 0\n');
    expect(outcome).toEqual({ kind: 'exit', code: 1337n });
    expect(output).toMatch(/^trap: cause 0x2, pc 0x8000[0-9a-f]+, value 0x0\n$/);
  });
});

describe('cells of recurrent layers called from assembly', () => {
  const units = 256;
  /** Every gate value once, in another order for each kind. */
  const gatesOf = (kinds: number) =>
    Int8Array.from({ length: kinds * units }, (_, i) => Math.imul(i, 2 * Math.floor(i / units) + 1));

  test('fw_lstm_cell', () => {
    const cells = Int32Array.from({ length: units }, () => random.int(-20_000, 20_000));
    const block = [units, 'gates', 'cells', 'next', 'state', 'fw_sigmoid_table', 'fw_tanh_table'];
    const result = callKernel('fw_lstm_cell', block, { gates: gatesOf(4), cells, next: 4 * units, state: units });
    const at = (name: string) => result.address(name);
    const tables = { sigmoid: at('fw_sigmoid_table'), tanh: at('fw_tanh_table') };
    expectRight(result, {
      kind: 'lstm-cell',
      problem: { units, gates: at('gates'), cells: at('cells'), nextCells: at('next'), state: at('state'), tables },
    });
  });

  test('fw_gru_cell', () => {
    const tensors = { gates: gatesOf(2), ofInput: elements(units), ofState: elements(units), state: elements(units) };
    const block = [units, ...Object.keys(tensors), 'next', 'fw_sigmoid_table', 'fw_tanh_table'];
    const result = callKernel('fw_gru_cell', block, { ...tensors, next: units });
    const at = (name: string) => result.address(name);
    expectRight(result, {
      kind: 'gru-cell',
      problem: {
        ...{ units, gates: at('gates'), ofInput: at('ofInput'), ofState: at('ofState') },
        ...{ state: at('state'), nextState: at('next') },
        tables: { sigmoid: at('fw_sigmoid_table'), tanh: at('fw_tanh_table') },
      },
    });
  });
});
