import { expect, test } from 'vitest';
import { CommitLog } from '../../src/hart/commit-log.ts';
import type { CoprocessorOutcome, CustomInstruction } from '../../src/hart/coprocessor.ts';
import type { Hart } from '../../src/hart/hart.ts';
import {
  type HostObserver,
  observedWords,
  TRACE_CUT,
  TRACE_TRAP,
  type TracedBlock,
} from '../../src/hart/host-trace.ts';
import { Scheduler } from '../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { bareHart, encode, RAM_BASE } from './bare-hart.ts';
import { wildProgram } from './wild-program.ts';

/** Reads the trace back: addresses of retired instructions, and what was observed of them. */
class TraceReader implements HostObserver {
  readonly blocks: TracedBlock[] = [];
  readonly retired: bigint[] = [];
  /** Addresses of the blocks, as they were entered. */
  readonly started: bigint[] = [];
  readonly events: string[] = [];
  time = 1000n;

  block(block: TracedBlock): void {
    this.blocks[block.id] = block;
  }

  drain(words: Int32Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (words[at] === TRACE_TRAP) {
        this.events.push(`${words[at + 2] === 1 ? 'interrupt' : 'trap'} ${words[at + 1]}`);
        at += 3;
        continue;
      }
      at = this.#read(this.blocks[words[at]!]!, words, at + 1, end);
    }
    expect(at).toBe(end);
  }

  #read({ pc, instructions }: TracedBlock, words: Int32Array, from: number, end: number): number {
    this.started.push(pc);
    const total = instructions.reduce((sum, { name }) => sum + observedWords(name), 0);
    const isCut = from + total < end && words[from + total] === TRACE_CUT;
    const count = isCut ? words[from + total + 1]! : instructions.length;
    let at = from;
    for (const { name, length } of instructions.slice(0, count)) {
      this.retired.push(pc);
      const values = Array.from({ length: observedWords(name) / 2 }, (_, k) => joined(words, at + 2 * k));
      if (values.length > 0) this.events.push(`${name} ${values.map((value) => value.toString(16))}`);
      at += observedWords(name);
      pc += BigInt(length);
    }
    return from + total + (isCut ? 2 : 0);
  }

  cycle(): bigint {
    this.events.push('cycle');
    return this.time;
  }

  custom({ funct7 }: CustomInstruction, { kind }: CoprocessorOutcome): void {
    this.events.push(`custom ${funct7} ${kind}`);
  }

  fence(): void {
    this.events.push('fence');
  }
}

const joined = (words: Int32Array, at: number): bigint =>
  BigInt(words[at]! >>> 0) | (BigInt(words[at + 1]! >>> 0) << 32n);

test('blocks, operands and events arrive in program order', () => {
  const observer = new TraceReader();
  const coprocessor = { execute: (): CoprocessorOutcome => ({ kind: 'done', result: 5n }) };
  const { hart } = bareHart(
    [
      encode('auipc', { rd: 1, imm: 0x1000 }),
      encode('addi', { rd: 2, rs1: 0, imm: 2 }),
      encode('sd', { rs1: 1, rs2: 2, imm: 8 }),
      encode('mul', { rd: 3, rs1: 2, rs2: 1 }),
      encode('addi', { rd: 2, rs1: 2, imm: -1 }),
      encode('bne', { rs1: 2, rs2: 0, imm: -12 }),
      encode('fence'),
      encode('csrrs', { rd: 4, csr: CSR_NUMBERS.cycle }),
      encode('custom3', { funct7: 7, xd: 1, rd: 5 }),
      encode('lw', { rd: 6, rs1: 1, imm: 9 }),
    ],
    { observer, coprocessor },
  );
  hart.step(100);
  hart.drainTrace();
  expect(observer.events).toEqual([
    'sd 80001008',
    'mul 2,80001000',
    'sd 80001008',
    'mul 1,80001000',
    'fence',
    'cycle',
    'custom 7 done',
    'trap 4',
  ]);
  expect(observer.retired.length).toBe(Number(hart.csr(CSR_NUMBERS.minstret)));
  expect([hart.state.x(4), hart.state.x(5)]).toEqual([1000n, 5n]);
  expect(
    observer.blocks.filter((block) => block !== undefined).map(({ pc, instructions }) => [pc, instructions.length]),
  ).toEqual([
    [BigInt(RAM_BASE), 6],
    [BigInt(RAM_BASE + 8), 4],
    [BigInt(RAM_BASE + 24), 1],
    [BigInt(RAM_BASE + 28), 1],
    [BigInt(RAM_BASE + 32), 1],
    [BigInt(RAM_BASE + 36), 1],
  ]);
});

test.each([1, 2, 3, 4])('the trace of random program %i names exactly the instructions that retired', (seed) => {
  // Long enough to cross pages.
  const program = wildProgram(new SeededRandom(seed), 1500);
  const observer = new TraceReader();
  const observed = bareHart(program, { observer }).hart;
  const logged = bareHart(program).hart;
  const pcs: bigint[] = [];
  logged.logCommits(new CommitLog((line) => pcs.push(BigInt(line.slice(12, 30)))));
  const random = new SeededRandom(seed);
  for (let k = 0; k < 100; k++) {
    const count = random.int(1, 200);
    expect(observed.step(count)).toEqual(logged.step(count));
  }
  observed.drainTrace();
  expect(observer.retired).toEqual(pcs);
  expect(observed.state.pc).toBe(logged.state.pc);
});

/** Two observers of the same program: hot code translated, and all interpreted. */
function observeBoth(program: readonly number[], run: (scheduler: Scheduler) => void) {
  return [true, false].map((translates) => {
    const observer = new TraceReader();
    const { hart } = bareHart(program, { observer }, { translates });
    run(new Scheduler([hart], { tick: () => {}, poll: () => false }));
    return { observer, hart };
  }) as [{ observer: TraceReader; hart: Hart }, { observer: TraceReader; hart: Hart }];
}

/** Compared by place, because a whole trace is too long for a message. */
function expectSameTrace(translated: TraceReader, interpreted: TraceReader): void {
  for (const part of ['started', 'retired', 'events'] as const) {
    const [one, other] = [translated[part], interpreted[part]];
    const parting = one.findIndex((item, k) => item !== other[k]);
    expect([part, one.slice(parting, parting + 1)]).toEqual([part, other.slice(parting, parting + 1)]);
    expect(one.length).toBe(other.length);
  }
}

test.each([1, 2, 4, 5, 6, 7])(
  'translated code writes the same trace as the interpreter for random program %i',
  (seed) => {
    const random = new SeededRandom(seed);
    const cuts = Array.from({ length: 12 }, () => random.int(1, 40_000));
    const program = wildProgram(new SeededRandom(seed), 60, 'none');
    const [translated, interpreted] = observeBoth(program, (scheduler) => {
      for (const cut of cuts) scheduler.run(cut);
    });
    expect(translated.hart.translatedRegions).toBeGreaterThan(0);
    expectSameTrace(translated.observer, interpreted.observer);
  },
);

test('a block that a region is the first to come to, in another page than it was entered by, has its own address', () => {
  const lastOfPage = 0x1000 / 4 - 1;
  const program = new Array<number>(lastOfPage + 4).fill(0);
  program[0] = encode('lui', { rd: 2, imm: 0x20000 });
  program[1] = encode('jal', { imm: 4 * (lastOfPage + 2) });
  program[2] = encode('jalr', { rs1: 1 });
  program.splice(
    lastOfPage - 2,
    6,
    encode('addi', { rd: 2, rs1: 2, imm: -1 }),
    encode('bne', { rs1: 2, imm: -4 }),
    // The loop is hot before this call is made; it returns to the next page.
    encode('jal', { rd: 1, imm: 4 * (2 - lastOfPage) }),
    encode('addi', { rd: 3, rs1: 3, imm: 1 }),
    encode('jal', { imm: -16 }),
    encode('jal', { imm: -20 }),
  );
  const [translated, interpreted] = observeBoth(program, (scheduler) => scheduler.run(2 * 0x20000 + 10_000));
  expect(translated.hart.translatedRegions).toBeGreaterThan(0);
  expect(translated.hart.state.x(3)).toBe(1n);
  expectSameTrace(translated.observer, interpreted.observer);
});

test('a jump that ends a step leaves no block open, wherever it goes', () => {
  // To the middle of the block that it ends, and then to nowhere.
  const program = [encode('auipc', { rd: 1 }), encode('addi'), encode('addi'), encode('jalr', { rs1: 1, imm: 4 })];
  const observer = new TraceReader();
  const { hart } = bareHart(program, { observer });
  for (const count of [4, 3]) hart.step(count);
  hart.drainTrace();
  expect(observer.retired.map((pc) => Number(pc) - RAM_BASE)).toEqual([0, 4, 8, 12, 4, 8, 12]);
});
