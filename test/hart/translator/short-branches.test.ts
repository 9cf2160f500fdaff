import { expect, test } from 'vitest';
import { Scheduler } from '../../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../../src/isa/csrs.ts';
import type { InstructionName } from '../../../src/isa/rv64.ts';
import { SeededRandom } from '../../../src/support/random.ts';
import { bareHart, encode } from '../bare-hart.ts';

const BRANCHES = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'] as const satisfies readonly InstructionName[];
const WORK = [
  'add',
  'sub',
  'xor',
  'slt',
  'addi',
  'srai',
  'addw',
  'sltiu',
] as const satisfies readonly InstructionName[];
/** Registers of the program: a random number, and those that it works on. */
const NOISE = 5;
const REGISTERS = [5, 6, 7, 8] as const;

/** A branch around an arm, or to one of two arms, in front of or behind the code that follows. */
function hammock(random: SeededRandom): number[] {
  const register = (): number => random.pick(REGISTERS);
  const arm = (): number[] =>
    Array.from({ length: random.int(0, 5) }, () =>
      encode(random.pick(WORK), {
        rd: register(),
        rs1: register(),
        rs2: register(),
        imm: random.int(-2000, 2000),
        shamt: random.int(0, 64),
      }),
    );
  const branch = (distance: number): number =>
    encode(random.pick(BRANCHES), { rs1: register(), rs2: register(), imm: 4 * distance });
  const [first, second] = [arm(), arm()];
  switch (random.int(0, 3)) {
    case 0:
      return [branch(first.length + 1), ...first];
    case 1:
      return [branch(first.length + 2), ...first, encode('jal', { imm: 4 * (second.length + 1) }), ...second];
    default: {
      // The arm that is taken lies in front and jumps, or falls, back.
      const jump = encode('jal', { imm: 4 * (second.length + 2) });
      return [encode('jal', { imm: 4 * (first.length + 2) }), ...first, jump, branch(-(first.length + 1)), ...second];
    }
  }
}

function program(random: SeededRandom): number[] {
  const body = [
    // Other numbers each time.
    encode('mul', { rd: NOISE, rs1: NOISE, rs2: 9 }),
    encode('addi', { rd: NOISE, rs1: NOISE, imm: 1013 }),
    ...Array.from({ length: 12 }, () => hammock(random)).flat(),
  ];
  return [
    encode('lui', { rd: 9, imm: 0x19660000 }),
    encode('addi', { rd: 9, rs1: 9, imm: 0x60d }),
    ...body,
    encode('jal', { imm: -4 * body.length }),
  ];
}

test.each(Array.from({ length: 12 }, (_, k) => k + 1))(
  'short branches, seed %i: translated and interpreted code agree at every cut',
  (seed) => {
    const random = new SeededRandom(seed);
    const words = program(random);
    const harts = [true, false].map((translates) => bareHart(words, {}, { translates }).hart);
    const runs = harts.map((hart) => new Scheduler([hart], { tick: () => {}, poll: () => false }));
    for (let cut = 0; cut < 60; cut++) {
      const instructions = cut === 0 ? 260_000 : random.int(1, 4000);
      for (const run of runs) run.run(instructions);
      const states = harts.map((hart) => [
        hart.state.pc,
        hart.csr(CSR_NUMBERS.minstret),
        ...REGISTERS.map((register) => hart.state.x(register)),
      ]);
      expect(states[0]).toEqual(states[1]);
    }
    expect(harts[0]!.translatedRegions).toBeGreaterThan(0);
  },
);
