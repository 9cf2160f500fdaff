/**
 * Random programs that do something at every instruction: arithmetic on all registers, accesses to a window of memory (some
 * misaligned), branches and jumps inside the code, floating point, CSRs. Traps go to a handler that skips four bytes, so a
 * program never ends; whoever runs it limits the instructions.
 */
import { CSR_NUMBERS } from '../../src/isa/csrs.ts';
import { INSTRUCTIONS, type InstructionName } from '../../src/isa/rv64.ts';
import type { SeededRandom } from '../../src/support/random.ts';
import { encode } from './bare-hart.ts';

/** Registers that random instructions leave alone: base of the data window, base of the code. */
const DATA = 8;
const CODE = 9;
const HANDLER_OFFSET = 0x4000;
export const DATA_OFFSET = 0x8000;

const named = (pattern: RegExp): InstructionName[] =>
  INSTRUCTIONS.map(({ name }) => name).filter((name) => pattern.test(name));
const COMPUTE = INSTRUCTIONS.filter(
  ({ name, extension }) => 'IM'.includes(extension) && !/^(b|j|l[bhwd]|s[bhwd]$|fence|e|auipc)/.test(name),
).map(({ name }) => name);
const BRANCHES = named(/^b(eq|ne|ltu?|geu?)$/);
const LOADS = named(/^(l[bhwd]u?|fl[wd])$/);
const STORES = named(/^(s[bhwd]|fs[wd])$/);
const ATOMICS = named(/^(amo|lr|sc)/);
const FLOATS = INSTRUCTIONS.filter(({ name, extension }) => 'FD'.includes(extension) && !/^f[ls][wd]$/.test(name)).map(
  ({ name }) => name,
);

/**
 * @param traps `none`: only where control leaves the random part
 * @returns words of code at the start of RAM, `HANDLER_OFFSET` / 4 and more of them
 */
export function wildProgram(random: SeededRandom, length: number, traps: 'some' | 'none' = 'some'): number[] {
  const words: number[] = prologue();
  const start = words.length;
  while (words.length < start + length) words.push(randomInstruction(random, words.length - start, length, traps));
  words.push(encode('jal', { imm: -4 * length }));
  while (words.length < HANDLER_OFFSET / 4) words.push(0);
  return [
    ...words,
    encode('csrrs', { rd: 31, csr: CSR_NUMBERS.mepc }),
    encode('addi', { rd: 31, rs1: 31, imm: 4 }),
    encode('csrrw', { rs1: 31, csr: CSR_NUMBERS.mepc }),
    encode('mret'),
  ];
}

function prologue(): number[] {
  return [
    encode('auipc', { rd: CODE, imm: 0 }),
    encode('lui', { rd: 1, imm: HANDLER_OFFSET }),
    encode('add', { rd: 1, rs1: 1, rs2: CODE }),
    encode('csrrw', { rs1: 1, csr: CSR_NUMBERS.mtvec }),
    encode('lui', { rd: DATA, imm: DATA_OFFSET }),
    encode('add', { rd: DATA, rs1: DATA, rs2: CODE }),
    // Floating point on; machine mode stays machine mode when the handler returns.
    encode('lui', { rd: 1, imm: 0x3000 }),
    encode('addi', { rd: 1, rs1: 1, imm: -0x800 }),
    encode('csrrs', { rs1: 1, csr: CSR_NUMBERS.mstatus }),
    // The reference simulator has NaNs in registers that were never written.
    ...Array.from({ length: 32 }, (_, rd) => encode('fmv.d.x', { rd, rs1: rd % 2 === 0 ? CODE : 0 })),
  ];
}

function randomInstruction(random: SeededRandom, index: number, length: number, traps: 'some' | 'none'): number {
  const target = (): number => {
    const rd = random.int(0, 31);
    return rd === DATA || rd === CODE ? 0 : rd;
  };
  const source = (): number => random.int(0, 32);
  const registers = { rd: target(), rs1: source(), rs2: source(), rs3: source() };
  const name = random.pick([COMPUTE, COMPUTE, COMPUTE, LOADS, STORES, BRANCHES, FLOATS, FLOATS, ATOMICS, OTHERS]);
  const chosen = random.pick(name);
  const distance = 4 * (random.int(Math.max(0, index - 40), Math.min(length, index + 40)) - index);
  const offset = traps === 'none' || random.chance(0.9) ? 8 * random.int(-250, 250) : random.int(-2000, 2000);
  if (BRANCHES.includes(chosen)) return encode(chosen, { ...registers, imm: distance });
  if (LOADS.includes(chosen) || STORES.includes(chosen))
    return encode(chosen, { ...registers, rs1: DATA, imm: offset });
  if (ATOMICS.includes(chosen)) return encode(chosen, { ...registers, rs1: DATA });
  switch (chosen) {
    case 'ecall':
      return encode(traps === 'none' ? 'fence' : chosen);
    case 'jal':
      return encode(chosen, { rd: registers.rd, imm: distance });
    case 'jalr':
      return encode(chosen, { rd: registers.rd, rs1: CODE, imm: 4 * random.int(41, Math.min(length, 500)) });
    case 'csrrs':
      return encode(chosen, { rd: registers.rd, csr: random.pick([CSR_NUMBERS.fcsr, CSR_NUMBERS.minstret]) });
    case 'csrrwi':
      return encode(chosen, { rd: registers.rd, csr: CSR_NUMBERS.frm, uimm: random.int(0, 5) });
    case 'auipc':
    case 'lui':
      return encode(chosen, { rd: registers.rd, imm: random.int(-524288, 524288) * 4096 });
    default:
      return encode(chosen, {
        ...registers,
        rm: random.pick([0, 0, 1, 4, 7, 7]),
        imm: random.int(-2048, 2048),
        uimm: random.int(0, 32),
      });
  }
}

const OTHERS: InstructionName[] = ['jal', 'jalr', 'csrrs', 'csrrwi', 'auipc', 'fence', 'ecall'];
