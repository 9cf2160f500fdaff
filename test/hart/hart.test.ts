import { expect, test } from 'vitest';
import { CAUSE } from '../../src/hart/causes.ts';
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { bareHart, encode, RAM_BASE } from './bare-hart.ts';

const addi = (rd: number, rs1: number, imm: number) => encode('addi', { rd, rs1, imm });

test('a loop sums 1 to 100 and counts its instructions', () => {
  const { hart } = bareHart([
    addi(1, 0, 100),
    encode('add', { rd: 2, rs1: 2, rs2: 1 }),
    addi(1, 1, -1),
    encode('bne', { rs1: 1, rs2: 0, imm: -8 }),
    addi(3, 0, 7),
  ]);
  expect(hart.step(302)).toEqual({ end: 'done', retired: 302 });
  expect(hart.state.x(2)).toBe(5050n);
  expect(hart.state.x(3)).toBe(7n);
  expect(hart.csr(CSR_NUMBERS.minstret)).toBe(302n);
});

test('writes to x0 are lost', () => {
  const { hart } = bareHart([addi(0, 0, 5), encode('add', { rd: 1, rs1: 0, rs2: 0 })]);
  hart.step(2);
  expect(hart.state.x(1)).toBe(0n);
});

test('a step that was cut goes on where it stopped', () => {
  const { hart } = bareHart([addi(1, 0, 1), addi(1, 1, 1), addi(1, 1, 1)]);
  hart.step(1);
  expect(hart.state.pc).toBe(BigInt(RAM_BASE + 4));
  hart.step(2);
  expect(hart.state.x(1)).toBe(3n);
});

test('an illegal instruction traps to mtvec with the word as its value', () => {
  const { hart } = bareHart([
    encode('auipc', { rd: 1, imm: 0 }),
    addi(1, 1, 0x40),
    encode('csrrw', { csr: CSR_NUMBERS.mtvec, rs1: 1 }),
    0xffff_ffff,
  ]);
  expect(hart.step(100)).toEqual({ end: 'early', retired: 3 });
  expect(hart.state.pc).toBe(BigInt(RAM_BASE + 0x40));
  expect(hart.csr(CSR_NUMBERS.mcause)).toBe(BigInt(CAUSE.illegal));
  expect(hart.csr(CSR_NUMBERS.mtval)).toBe(0xffff_ffffn);
  expect(hart.csr(CSR_NUMBERS.mepc)).toBe(BigInt(RAM_BASE + 12));
});

test('loads and stores meet the same bytes, and a misaligned one traps', () => {
  const { hart, ram } = bareHart([
    encode('auipc', { rd: 1, imm: 0x1000 }),
    encode('sd', { rs1: 1, rs2: 1, imm: 8 }),
    encode('lb', { rd: 2, rs1: 1, imm: 11 }),
    encode('lhu', { rd: 3, rs1: 1, imm: 10 }),
    encode('lw', { rd: 4, rs1: 1, imm: 9 }),
  ]);
  expect(hart.step(5)).toEqual({ end: 'early', retired: 4 });
  expect(ram.getBigUint64(0x1008, true)).toBe(0x8000_1000n);
  expect(hart.state.x(2)).toBe(0xffff_ffff_ffff_ff80n);
  expect(hart.state.x(3)).toBe(0x8000n);
  expect(hart.csr(CSR_NUMBERS.mcause)).toBe(BigInt(CAUSE.loadMisaligned));
  expect(hart.csr(CSR_NUMBERS.mtval)).toBe(0x8000_1009n);
});

test('a device sees accesses outside memory', () => {
  const seen: string[] = [];
  const bus = {
    read: (paddr: number, bytes: number) => {
      seen.push(`read ${bytes} at ${paddr}`);
      return 0xfen;
    },
    write: (paddr: number, bytes: number, value: bigint) => {
      seen.push(`write ${bytes} at ${paddr}: ${value}`);
      return true;
    },
  };
  const { hart } = bareHart([encode('lb', { rd: 1, imm: 0x40 }), encode('sw', { rs2: 1, imm: 0x44 })], { bus });
  hart.step(2);
  expect(seen).toEqual(['read 1 at 64', 'write 4 at 68: 4294967294']);
  expect(hart.state.x(1)).toBe(0xffff_ffff_ffff_fffen);
});

test('an instruction may straddle two pages', () => {
  const { hart, ram } = bareHart([encode('jal', { imm: 0xffe })]);
  const word = addi(5, 0, 42);
  ram.setUint16(0xffe, word & 0xffff, true);
  ram.setUint16(0x1000, word >>> 16, true);
  ram.setUint32(0x1002, addi(6, 5, 1), true);
  hart.step(3);
  expect([hart.state.x(5), hart.state.x(6)]).toEqual([42n, 43n]);
});

test('changed code is seen after fence.i', () => {
  const { hart, ram } = bareHart([addi(1, 0, 1), encode('fence.i'), encode('jal', { imm: -8 })]);
  hart.step(3);
  ram.setUint32(0, addi(1, 0, 2), true);
  hart.step(1);
  expect(hart.state.x(1)).toBe(1n);
  hart.step(3);
  expect(hart.state.x(1)).toBe(2n);
});
