import { expect, test } from 'vitest';
import { PRIVILEGE } from '../../src/hart/hart-state.ts';
import { HART } from '../../src/hart/layout.ts';
import { Scheduler } from '../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { type BareHart, bareHart, encode, RAM_BASE } from './bare-hart.ts';
import { DATA_OFFSET, wildProgram } from './wild-program.ts';

const WATCHED = ['minstret', 'mstatus', 'mcause', 'mepc', 'mtval', 'fcsr'] as const;

/** Everything that a program can have changed, as text. */
function imageOf({ hart, ram }: BareHart): string[] {
  const hex = (value: bigint | undefined): string => value?.toString(16) ?? 'none';
  const registers = Array.from({ length: 32 }, (_, k) => [
    `x${k} ${hex(hart.state.x(k))}`,
    `f${k} ${hex(hart.state.get64(HART.f, k))}`,
  ]).flat();
  const csrs = WATCHED.map((name) => `${name} ${hex(hart.csr(CSR_NUMBERS[name]))}`);
  const data = Array.from({ length: 0x1000 / 8 }, (_, k) => hex(ram.getBigUint64(DATA_OFFSET - 0x800 + 8 * k, true)));
  return [`pc ${hex(hart.state.pc)}`, ...registers, ...csrs, ...data];
}

const SEEDS = Array.from({ length: 6 }, (_, seed) => seed + 1);

test.each(SEEDS)('wild program %i: translated and interpreted code agree at every cut', (seed) => {
  // Code that traps all the time is never hot.
  const traps = seed % 2 === 0 ? 'some' : 'none';
  const program = wildProgram(new SeededRandom(seed), 60, traps);
  const [fast, plain] = [bareHart(program), bareHart(program, {}, { translates: false })];
  const [fastRun, plainRun] = [fast, plain].map(
    ({ hart }) => new Scheduler([hart], { tick: () => {}, poll: () => false }),
  ) as [Scheduler, Scheduler];
  const random = new SeededRandom(seed + 100);
  for (let cut = 0; cut < 12; cut++) {
    const instructions = random.int(1, 60_000);
    expect(fastRun.run(instructions).retired).toBe(plainRun.run(instructions).retired);
    expect(imageOf(fast)).toEqual(imageOf(plain));
  }
  if (traps === 'none') expect(fast.hart.translatedRegions).toBeGreaterThan(0);
});

test.each(SEEDS)('wild program %i: a run cut anywhere is the run in one piece', (seed) => {
  const program = wildProgram(new SeededRandom(seed), 200);
  const [cut, whole] = [bareHart(program), bareHart(program)];
  const [cutRun, wholeRun] = [cut, whole].map(
    ({ hart }) => new Scheduler([hart], { tick: () => {}, poll: () => false }),
  ) as [Scheduler, Scheduler];
  const random = new SeededRandom(seed);
  let total = 0;
  while (total < 30_000) {
    const instructions = random.int(1, 3000);
    total += cutRun.run(instructions).retired;
  }
  wholeRun.run(total);
  expect(imageOf(cut)).toEqual(imageOf(whole));
});

test('translated code that jumps to its own page at another virtual address sees the other address', () => {
  const [first, second] = [0x4000_0000n, 0x4000_1000n];
  const program = [
    encode('auipc', { rd: 1 }),
    encode('add', { rd: 5, rs1: 5, rs2: 1 }),
    encode('xor', { rd: 1, rs1: 1, rs2: 6 }),
    encode('jalr', { rs1: 1 }),
  ];
  const sums = [true, false].map((translates) => {
    const { hart, ram } = bareHart(program, {}, { translates });
    const pte = (table: number, index: number, page: number, flags: bigint): void =>
      ram.setBigUint64(table + 8 * index, (BigInt((RAM_BASE + page) >>> 12) << 10n) | flags, true);
    pte(0x1000, 1, 0x2000, 1n);
    pte(0x2000, 0, 0x3000, 1n);
    // Both pages are the program's, readable and executable.
    for (const index of [0, 1]) pte(0x3000, index, 0, 0b1001011n);
    const { state } = hart;
    state.setCsr('satp', (8n << 60n) | BigInt((RAM_BASE + 0x1000) >>> 12));
    state.set64(HART.pmpaddr, (1n << 54n) - 1n);
    state.bytes[HART.pmpcfg.offset] = 0b11111;
    state.set32(HART.privilege, PRIVILEGE.supervisor);
    state.pc = first;
    state.setX(6, first ^ second);
    new Scheduler([hart], { tick: () => {}, poll: () => false }).run(400_003);
    expect(hart.translatedRegions).toBe(translates ? 1 : 0);
    return [state.x(5), state.pc];
  });
  expect(sums[0]).toEqual(sums[1]);
});
