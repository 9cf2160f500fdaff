import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FP16 } from '../../src/accel/half.ts';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';

const SMALLEST_SUBNORMAL = 2 ** -24;
const [DIM, SAMPLES, STEPS] = [4, 16, 400];
const folder = new URL('../../firmware/', import.meta.url);
const program = readFileSync(new URL('examples/training.s', folder), 'utf8');
const library = ['crt', 'console'].map((name) => ({
  name: `${name}.s`,
  text: readFileSync(new URL(`lib/${name}.s`, folder), 'utf8'),
}));

/** Runs the example, from its assembly, on the fp16 preset. */
function train(text: string) {
  const preset = findPreset('fp16');
  if (!preset.ok) throw new Error('no fp16 preset');
  const config = resolveConfig([preset.value, { origin: 'test', values: { memory: { size: 2 ** 24 } } }]);
  if (!config.ok) throw new Error(config.errors[0]!.message);
  const assembled = assemble([{ name: 'training.s', text }, ...library]);
  if (!assembled.ok) throw new Error(assembled.errors.map(({ message }) => message).join('\n'));
  const elf = readElf(assembled.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const host = new CapturedHost();
  const machine = createMachine(config.value.machine, host);
  machine.load(elf.value);
  const outcome = machine.run(50_000_000);
  const bytes = (symbol: string, count: number) => {
    const view = machine.ram.view(machine.symbols.byName(symbol)!.value, count)!;
    return new DataView(view.buffer, view.byteOffset, count);
  };
  const read = (symbol: string, count: number, size: 2 | 4) => {
    const data = bytes(symbol, count * size);
    return Array.from({ length: count }, (_, i) =>
      size === 2 ? data.getUint16(2 * i, true) : data.getFloat32(4 * i, true),
    );
  };
  return {
    outcome,
    output: host.output,
    floats: (symbol: string, count: number) => read(symbol, count, 4),
    halves: (symbol: string, count: number) => read(symbol, count, 2),
  };
}

/** What one line of the program's report says. */
function report(output: string, start: string) {
  const line = output.split('\n').find((candidate) => candidate.startsWith(start))!;
  const found =
    /first 2\^(-?\d+), .* not 0: (\d+) of (\d+), weights (changed|unchanged), loss (\d+)e-6 to (\d+)e-6$/.exec(line)!;
  const [exponent, survivors, gradients, first, last] = [1, 2, 3, 5, 6].map((group) => Number(found[group]));
  return { largest: 2 ** exponent!, survivors, gradients, weights: found[4], first: first!, last: last! };
}

describe('mixed-precision training on an fp16 accelerator', () => {
  const run = train(program);

  test('the program finds both of its runs as they should be', () => {
    expect(run.outcome).toEqual({ kind: 'exit', code: 0n });
  });

  test('without loss scaling every gradient is below the smallest fp16 and vanishes, and nothing is learned', () => {
    const plain = report(run.output, 'without loss scaling');
    expect(plain.largest).toBeLessThan(SMALLEST_SUBNORMAL);
    expect(plain).toMatchObject({ survivors: 0, gradients: STEPS * 2 * SAMPLES * DIM, weights: 'unchanged' });
    expect(plain.last).toBe(plain.first);
  });

  test('with loss scaling the same gradients survive, and the loss falls to a tenth or less', () => {
    const [plain, scaled] = [report(run.output, 'without'), report(run.output, 'with loss')];
    expect(scaled.largest / plain.largest).toBe(2 ** 24);
    expect(scaled.survivors).toBeGreaterThan(scaled.gradients! / 2);
    expect(scaled.weights).toBe('changed');
    expect(scaled.first).toBe(plain.first);
    expect(scaled.last).toBeLessThanOrEqual(scaled.first / 10);
  });

  test('its fp16 gradients are the nearest to its fp32 ones', () => {
    const count = SAMPLES * DIM;
    expect(run.halves('hidden_gradient_half', count)).toEqual(run.floats('hidden_gradient', count).map(FP16.encode));
  });

  test('a weight gradient is the product of its fp16 operands, summed over blocks of samples in fp32', () => {
    const x = run.halves('x_half', SAMPLES * DIM).map(FP16.decode);
    const gradient = run.halves('hidden_gradient_half', SAMPLES * DIM).map(FP16.decode);
    const expected = Array.from({ length: DIM * DIM }, (_, element) => {
      const [row, column] = [Math.floor(element / DIM), element % DIM];
      let total = 0;
      for (let block = 0; block < SAMPLES; block += DIM) {
        let sum = 0; // a column of the array: one rounding to fp16 for each multiply-add, exact before it in a double
        for (let s = block; s < block + DIM; s++)
          sum = FP16.round(sum + x[s * DIM + row]! * gradient[s * DIM + column]!);
        total = Math.fround(total + sum);
      }
      return total;
    });
    expect(run.floats('w1_gradient', DIM * DIM)).toEqual(expected);
    expect(expected.filter((value) => value !== 0).length).toBeGreaterThan(DIM);
  });

  test('the program notices when the accelerator stores nothing', () => {
    const without = program.replace(/^\s*\.insn r 0x7b, 3, 3, .*$/gm, '');
    expect(without).not.toBe(program);
    expect(train(without).outcome).toEqual({ kind: 'exit', code: 1n });
  });
});
