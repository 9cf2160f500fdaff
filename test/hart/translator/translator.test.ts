import { describe, expect, test } from 'vitest';
import { CAUSE } from '../../../src/hart/causes.ts';
import { Scheduler } from '../../../src/hart/scheduler.ts';
import { CSR_NUMBERS } from '../../../src/isa/csrs.ts';
import { SeededRandom } from '../../../src/support/random.ts';
import { type BareHart, bareHart, encode, RAM_BASE } from '../bare-hart.ts';
import { DATA_BYTES, DATA_OFFSET, randomProgram } from '../random-programs.ts';

const ports = { tick: () => {}, poll: () => false };
const schedulerOf = ({ hart }: BareHart) => new Scheduler([hart], ports);
const addi = (rd: number, rs1: number, imm: number) => encode('addi', { rd, rs1, imm });

/** Everything that a program can have changed. */
function imageOf({ hart, ram }: BareHart): unknown {
  const registers = Array.from({ length: 32 }, (_, k) => hart.state.x(k));
  const data = Array.from({ length: DATA_BYTES / 8 }, (_, k) => ram.getBigUint64(DATA_OFFSET + 8 * k, true));
  return { registers, pc: hart.state.pc, retired: hart.csr(CSR_NUMBERS.minstret), data };
}

describe('translated code equals interpreted code', () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'random program with seed %i, cut at random places',
    (seed) => {
      const program = randomProgram(new SeededRandom(seed));
      const [fast, plain] = [bareHart(program), bareHart(program, {}, { translates: false })];
      const [fastRun, plainRun] = [schedulerOf(fast), schedulerOf(plain)];
      const random = new SeededRandom(seed + 1000);
      for (let cut = 0; cut < 8; cut++) {
        const instructions = random.int(1, 120_000);
        expect(fastRun.run(instructions).retired).toBe(plainRun.run(instructions).retired);
        expect(imageOf(fast)).toEqual(imageOf(plain));
      }
    },
  );
});

/** Counts x1 up for ever: the loop is hot after some hundred thousand instructions. */
const COUNT = [addi(1, 1, 1), encode('jal', { rd: 0, imm: -4 })];

describe('hot code', () => {
  test('is entered through its records, and left exactly when the fuel is used', () => {
    const machine = bareHart(COUNT);
    const scheduler = schedulerOf(machine);
    scheduler.run(400_000);
    expect(machine.hart.translatedRegions).toBe(1);
    for (let k = 1; k <= 7; k++) scheduler.run(1);
    expect(machine.hart.csr(CSR_NUMBERS.minstret)).toBe(400_007n);
    expect(machine.hart.state.x(1)).toBe(200_004n);
  });

  test('that was overwritten runs as it is now, after fence.i', () => {
    const machine = bareHart([...COUNT, encode('fence.i'), encode('jal', { rd: 0, imm: -12 })]);
    const scheduler = schedulerOf(machine);
    scheduler.run(400_000);
    machine.ram.setUint32(0, addi(2, 2, 1), true);
    machine.hart.state.pc = BigInt(RAM_BASE + 8);
    scheduler.run(400_000);
    expect(machine.hart.state.x(1)).toBe(200_000n);
    expect(machine.hart.state.x(2)).toBe(199_999n);
  });

  test('reports a fault with its pc, its address and nothing else done', () => {
    // x1 walks upwards through RAM in steps of 8 and past its end.
    const machine = bareHart([
      encode('auipc', { rd: 5, imm: 0 }),
      addi(5, 5, 0x40),
      encode('csrrw', { csr: CSR_NUMBERS.mtvec, rs1: 5 }),
      encode('auipc', { rd: 1, imm: 0 }),
      addi(1, 1, -12),
      addi(3, 3, 1),
      encode('ld', { rd: 2, rs1: 1, imm: 0 }),
      addi(1, 1, 2),
      addi(1, 1, 6),
      encode('jal', { rd: 0, imm: -16 }),
    ]);
    const ramBytes = machine.ram.byteLength;
    machine.ram.setUint32(0x40, encode('jal', { rd: 0, imm: 0 }), true);
    const loads = ramBytes / 8;
    schedulerOf(machine).run(5 + 5 * loads + 100);
    const { hart } = machine;
    expect(hart.translatedRegions).toBeGreaterThan(0);
    expect(hart.csr(CSR_NUMBERS.mepc)).toBe(BigInt(RAM_BASE + 24));
    expect(hart.csr(CSR_NUMBERS.mcause)).toBe(BigInt(CAUSE.loadAccess));
    expect(hart.csr(CSR_NUMBERS.mtval)).toBe(BigInt(RAM_BASE + ramBytes));
    expect(hart.state.x(3)).toBe(BigInt(loads + 1));
  });
});
