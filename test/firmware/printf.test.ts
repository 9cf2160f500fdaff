import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';
import { SeededRandom } from '../../src/support/random.ts';

const library = ['crt', 'console', 'memory', 'printf'].map((name) => ({
  name: `${name}.s`,
  text: readFileSync(new URL(`../../firmware/lib/${name}.s`, import.meta.url), 'utf8'),
}));

/** An argument of printf: an integer, a real or a string. */
type Argument = bigint | { readonly real: number } | string;

/** Runs a main of assembly, with data, on top of the library. */
function outputOf(main: string, data = ''): string {
  const text = `main: addi sp, sp, -16\n sd ra, 0(sp)\n${main}\n ld ra, 0(sp)\n addi sp, sp, 16\n li a0, 0\n ret\n.data\n${data}`;
  const program = assemble([{ name: 'main.s', text: `.globl main\n${text}` }, ...library]);
  if (!program.ok) throw new Error(program.errors.map(({ message }) => message).join('\n'));
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const host = new CapturedHost();
  const machine = createMachine(DEFAULT_MACHINE, host);
  machine.load(elf.value);
  expect(machine.run(50_000_000)).toEqual({ kind: 'exit', code: 0n });
  return host.output;
}

const bitsOf = (real: number): bigint => new DataView(Float64Array.of(real).buffer).getBigUint64(0, true);

/** What printf prints for each format with its arguments. */
function printed(calls: readonly (readonly [format: string, ...Argument[]])[]): string[] {
  const strings: string[] = [];
  const addressOf = (register: string, text: string) => `la ${register}, s${strings.push(text) - 1}`;
  const main = calls.map(([format, ...values]) => {
    const loads = values.map((value, i) => {
      if (typeof value === 'string') return addressOf(`a${i + 1}`, value);
      return `li a${i + 1}, ${typeof value === 'bigint' ? value : bitsOf(value.real)}`;
    });
    return [addressOf('a0', format), ...loads, 'call printf', 'li a0, 1', 'call putchar'].join('\n');
  });
  const data = () => strings.map((text, i) => `s${i}: .string ${JSON.stringify(text)}`).join('\n');
  const assembly = main.join('\n');
  return outputOf(assembly, data()).split('\u0001').slice(0, -1);
}

const CASES: readonly (readonly [expected: string, format: string, ...Argument[]])[] = [
  ['no conversion, 100%', 'no conversion, 100%%'],
  ['-7 7 2147483648', '%d %i %u', -7n, 7n, 2147483648n],
  ['-1 4294967295', '%d %u', 0xffffffffn, -1n],
  ['-9223372036854775808 18446744073709551615', '%ld %llu', -(2n ** 63n), -1n],
  ['-1 255 65535', '%hhd %hhu %hu', 255n, -1n, -1n],
  ['4096 -5 9', '%zu %td %jd', 4096n, -5n, 9n],
  ['ff FF 0xff 0 0x1000', '%x %X %#x %#x %p', 255n, 255n, 255n, 0n, 4096n],
  ['[   42][42   ][00042][  -42][-0042]', '[%5d][%-5d][%05d][%5d][%05d]', 42n, 42n, 42n, -42n, -42n],
  ['[+7][ 7][-7][  007][]', '[%+d][% d][%+ d][%5.3d][%.0d]', 7n, 7n, -7n, 7n, 0n],
  ['[   hi][hi   ][he][(null)]', '[%5s][%-5s][%.2s][%s]', 'hi', 'hi', 'hello', 0n],
  ['[  7][7  ]', '[%*d][%*d]', 3n, 7n, -3n, 7n],
  ['[x][  y]', '[%c][%3c]', 120n, 121n],
  ['3.141593 3.14 3 3.', '%f %.2f %.0f %#.0f', ...[Math.PI, Math.PI, Math.PI, Math.PI].map((real) => ({ real }))],
  ['[  -1.50][-01.50][+1.5]', '[%7.2f][%06.2f][%+.1f]', { real: -1.5 }, { real: -1.5 }, { real: 1.5 }],
  ['0.12 0.38 2 4 10.00', '%.2f %.2f %.0f %.0f %.2f', ...[0.125, 0.375, 2.5, 3.5, 9.999].map((real) => ({ real }))],
  ['inf -INF nan -0.0', '%f %F %f %.1f', ...[Infinity, -Infinity, NaN, -0].map((real) => ({ real }))],
  [BigInt(Number.MAX_VALUE).toString(), '%.0f', { real: Number.MAX_VALUE }],
  ['%g %', '%g %', { real: 1 }],
];

test('printf prints every conversion as C says', () => {
  expect(printed(CASES.map(([, ...call]) => call))).toEqual(CASES.map(([expected]) => expected));
});

test('reals of all sizes are rounded to the nearest decimal', () => {
  const random = new SeededRandom(11);
  const reals = Array.from({ length: 300 }, (_, i) => (random.u32() / 2 ** 32 - 0.5) * 10 ** ((i % 24) - 12));
  // Those in the middle between two decimals, JavaScript rounds away from zero; they have a row above.
  const isTie = (real: number, digits: number) => /^50*$/.test(real.toFixed(100).split('.')[1]!.slice(digits));
  const cases = reals.map((real, i) => ({ real, digits: i % 16 })).filter(({ real, digits }) => !isTie(real, digits));
  expect(cases.length).toBeGreaterThan(250);
  const calls = cases.map(({ real, digits }) => [`%.${digits}f`, { real }] as const);
  expect(printed(calls)).toEqual(cases.map(({ real, digits }) => real.toFixed(digits)));
});

test('a line longer than the buffer comes out whole', () => {
  const text = 'abcdefgh'.repeat(50);
  expect(printed([['%s|%s', text, text]])).toEqual([`${text}|${text}`]);
});

test('puts ends its line', () => {
  expect(outputOf('la a0, text\ncall puts', 'text: .string "a%d"')).toBe('a%d\n');
});
