import { expect, test } from 'vitest';
import { HART } from '../../src/hart/layout.ts';
import { Scheduler } from '../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { type BareHart, bareHart } from './bare-hart.ts';
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
