import { expect, test } from 'vitest';
import { HART } from '../../../src/hart/layout.ts';
import { Scheduler } from '../../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../../src/isa/csrs.ts';
import type { InstructionName } from '../../../src/isa/rv64.ts';
import { SeededRandom } from '../../../src/support/random.ts';
import { type BareHart, bareHart, encode } from '../bare-hart.ts';

const DOUBLES: readonly InstructionName[] = [
  ...(['fmadd.d', 'fmsub.d', 'fnmsub.d', 'fnmadd.d'] as const),
  ...(['fadd.d', 'fsub.d', 'fmul.d', 'fdiv.d', 'fsqrt.d', 'fcvt.s.d'] as const),
];
const SINGLES: readonly InstructionName[] = [
  ...(['fmadd.s', 'fmsub.s', 'fnmsub.s', 'fnmadd.s'] as const),
  ...(['fadd.s', 'fsub.s', 'fmul.s', 'fdiv.s', 'fsqrt.s'] as const),
];

/** Rows of operands: three doubles, three singles, and room; rows of results: one for each operation. */
const TABLE = 0x8000;
const ROW_BYTES = 40;
const ROWS = 32;
const RESULTS = 0x1_0000;
const RESULT_WORDS = DOUBLES.length + SINGLES.length;

/** Applies every operation to every row, again and again. */
function program(): number[] {
  const operation = (name: InstructionName, first: number, k: number): number[] => {
    const rs2 = /sqrt|fcvt/.test(name) ? 0 : first + 1;
    return [
      encode(name, { rd: 7, rs1: first, rs2, rs3: first + 2, rm: 7 }),
      encode('fsd', { rs1: 11, rs2: 7, imm: 8 * k }),
    ];
  };
  const row = [
    ...[0, 1, 2].map((k) => encode('fld', { rd: 1 + k, rs1: 10, imm: 8 * k })),
    ...[0, 1, 2].map((k) => encode('flw', { rd: 4 + k, rs1: 10, imm: 24 + 4 * k })),
    ...DOUBLES.flatMap((name, k) => operation(name, 1, k)),
    ...SINGLES.flatMap((name, k) => operation(name, 4, DOUBLES.length + k)),
    encode('addi', { rd: 10, rs1: 10, imm: ROW_BYTES }),
    encode('addi', { rd: 11, rs1: 11, imm: 8 * RESULT_WORDS }),
    encode('addi', { rd: 12, rs1: 12, imm: -1 }),
  ];
  const start = [
    encode('lui', { rd: 10, imm: TABLE }),
    encode('add', { rd: 10, rs1: 10, rs2: 9 }),
    encode('lui', { rd: 11, imm: RESULTS }),
    encode('add', { rd: 11, rs1: 11, rs2: 9 }),
    encode('addi', { rd: 12, imm: ROWS }),
  ];
  return [
    encode('auipc', { rd: 9 }),
    encode('lui', { rd: 1, imm: 0x2000 }),
    encode('csrrs', { rs1: 1, csr: CSR_NUMBERS.mstatus }),
    ...start,
    ...row,
    encode('bne', { rs1: 12, imm: -4 * row.length }),
    encode('jal', { imm: -4 * (row.length + start.length + 1) }),
  ];
}

const view = new DataView(new ArrayBuffer(8));
function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
function singleBitsOf(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

/** Numbers that meet: usual ones, short ones whose sums are ties, sums that cancel or differ by half a unit, and extremes. */
function writeRow(random: SeededRandom, ram: readonly DataView[], at: number): void {
  const fraction = (): number => random.int(0, 2 ** 32) / 2 ** 32;
  const sign = (): number => (random.chance(0.5) ? -1 : 1);
  const value = (bits: number, exponents: number): number =>
    random.pick([
      () => sign() * (1 + fraction() + fraction() / 2 ** 32) * 2 ** random.int(-4, 4),
      () => sign() * random.int(0, 1000) * 2 ** random.int(-8, 8),
      () => sign() * (1 + random.int(0, 4) * 2 ** (1 - bits)) * 2 ** random.int(-bits, bits),
      () => sign() * (1 + fraction()) * 2 ** random.int(-exponents, exponents),
      () => random.pick([0, -0, Number.POSITIVE_INFINITY, Number.NaN]),
    ])();
  const third = (a: number, b: number, bits: number, other: number): number =>
    random.pick([() => -a * b, () => a * b * sign() * 2 ** random.int(-bits - 3, bits + 3), () => other])();
  const [a, b] = [value(53, 1040), value(53, 1040)];
  const [x, y] = [Math.fround(value(24, 140)), Math.fround(value(24, 140))];
  for (const one of ram) {
    for (const [k, double] of [a, b].entries()) one.setBigUint64(at + 8 * k, bitsOf(double), true);
    for (const [k, single] of [x, y].entries()) one.setUint32(at + 24 + 4 * k, singleBitsOf(single), true);
  }
  const [c, z] = [third(a, b, 53, value(53, 1040)), third(x, y, 24, value(24, 140))];
  for (const one of ram) {
    one.setBigUint64(at + 16, bitsOf(c), true);
    one.setUint32(at + 32, singleBitsOf(z), true);
  }
}

const resultsOf = ({ ram }: BareHart): string[] =>
  Array.from({ length: ROWS * RESULT_WORDS }, (_, k) => ram.getBigUint64(RESULTS + 8 * k, true).toString(16));

test.each([1, 2, 3])('translated arithmetic has the results and flags of the interpreter, seed %i', (seed) => {
  const random = new SeededRandom(seed);
  const harts = [true, false].map((translates) => bareHart(program(), {}, { translates }));
  const runs = harts.map(({ hart }) => new Scheduler([hart], { tick: () => {}, poll: () => false }));
  for (let round = 0; round < 20; round++) {
    for (let row = 0; row < ROWS; row++)
      writeRow(
        random,
        harts.map(({ ram }) => ram),
        TABLE + ROW_BYTES * row,
      );
    const instructions = round === 0 ? 300_000 : random.int(3000, 8000);
    for (const [k, { hart }] of harts.entries()) {
      // Now and then flags are clear, or the mode is another one.
      if (round % 4 === 0) hart.state.set32(HART.fflags, 0);
      hart.state.set32(HART.frm, round % 7 === 6 ? 1 : 0);
      runs[k]!.run(instructions);
    }
    expect(resultsOf(harts[0]!)).toEqual(resultsOf(harts[1]!));
    const [flags, others] = harts.map(({ hart: { state } }) => [state.get32(HART.fflags), state.get32(HART.fs)]);
    expect(flags).toEqual(others);
  }
  expect(harts[0]!.hart.translatedRegions).toBeGreaterThan(0);
});
