/**
 * Random programs that run for long: nests of loops around random arithmetic, memory accesses, forward branches and calls.
 * They keep to the registers and memory given, so that any two engines must agree on everything.
 */
import type { InstructionName } from '../../src/isa/rv64.ts';
import type { SeededRandom } from '../../src/support/random.ts';
import { encode } from './bare-hart.ts';

const REGISTER: readonly InstructionName[] = [
  'add', 'sub', 'sll', 'slt', 'sltu', 'xor', 'srl', 'sra', 'or', 'and', 'addw', 'subw', 'sllw', 'srlw', 'sraw',
  'mul', 'mulh', 'mulhsu', 'mulhu', 'mulw', 'div', 'divu', 'rem', 'remu', 'divw', 'divuw', 'remw', 'remuw',
]; // biome-ignore format: a table
const IMMEDIATE: readonly InstructionName[] = ['addi', 'slti', 'sltiu', 'xori', 'ori', 'andi', 'addiw'];
const SHIFT: readonly InstructionName[] = ['slli', 'srli', 'srai', 'slliw', 'srliw', 'sraiw'];
const LOAD: readonly (readonly [InstructionName, number])[] = [
  ['lb', 1], ['lbu', 1], ['lh', 2], ['lhu', 2], ['lw', 4], ['lwu', 4], ['ld', 8],
]; // biome-ignore format: a table
const STORE: readonly (readonly [InstructionName, number])[] = [
  ['sb', 1],
  ['sh', 2],
  ['sw', 4],
  ['sd', 8],
];
const BRANCH: readonly InstructionName[] = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'];

/** x5 … x15 hold data, x16 … x18 loop counters, x20 the address of the data, x1 and x21 return addresses. */
const DATA_REGISTERS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const COUNTERS = [16, 17, 18] as const;
const DATA = 20;
/** Where the data are, from the start of the program. */
export const DATA_OFFSET = 0x4_0000;
export const DATA_BYTES = 2048;

/** Instruction words of a program that is over at its last instruction, a jump to itself. */
export function randomProgram(random: SeededRandom): number[] {
  const words: number[] = [encode('auipc', { rd: DATA, imm: DATA_OFFSET })];
  for (const rd of DATA_REGISTERS) words.push(encode('addi', { rd, rs1: 0, imm: random.int(-2048, 2048) }));
  const functions = Array.from({ length: 3 }, () => [
    ...straightLine(random, random.int(1, 12)),
    encode('jalr', { rd: 0, rs1: 1 }),
  ]);
  // The functions come first, behind a jump, so that calls know where they are.
  const starts: number[] = [];
  const bodies = functions.flat();
  words.push(encode('jal', { rd: 0, imm: 4 * (bodies.length + 1) }));
  for (const body of functions) {
    starts.push(words.length);
    words.push(...body);
  }
  appendLoop(words, random, 0, starts);
  words.push(encode('jal', { rd: 0, imm: 0 }));
  return words;
}

function appendLoop(words: number[], random: SeededRandom, depth: number, functions: readonly number[]): void {
  const counter = COUNTERS[depth]!;
  const trips = [random.int(20, 60), random.int(5, 40), random.int(5, 40)][depth]!;
  words.push(encode('addi', { rd: counter, rs1: 0, imm: trips }));
  const head = words.length;
  const pieces = random.int(1, 4);
  for (let k = 0; k < pieces; k++) {
    if (random.chance(0.5)) appendBranch(words, random);
    if (random.chance(0.4)) words.push(encode('jal', { rd: 1, imm: 4 * (random.pick(functions) - words.length) }));
    words.push(...straightLine(random, random.int(1, 10)));
    if (depth + 1 < COUNTERS.length && k === 0) appendLoop(words, random, depth + 1, functions);
  }
  words.push(encode('addi', { rd: counter, rs1: counter, imm: -1 }));
  words.push(encode('bne', { rs1: counter, rs2: 0, imm: 4 * (head - words.length) }));
}

/** A branch over some instructions, half of the time with an alternative behind it. */
function appendBranch(words: number[], random: SeededRandom): void {
  const skipped = straightLine(random, random.int(1, 6));
  const [rs1, rs2] = [random.pick(DATA_REGISTERS), random.pick(DATA_REGISTERS)];
  const otherwise = random.chance(0.5) ? straightLine(random, random.int(1, 6)) : [];
  if (otherwise.length > 0) skipped.push(encode('jal', { rd: 0, imm: 4 * (otherwise.length + 1) }));
  words.push(encode(random.pick(BRANCH), { rs1, rs2, imm: 4 * (skipped.length + 1) }), ...skipped, ...otherwise);
}

function straightLine(random: SeededRandom, length: number): number[] {
  const register = (): number => random.pick(DATA_REGISTERS);
  return Array.from({ length }, () => {
    const kind = random.int(0, 10);
    if (kind < 4) return encode(random.pick(REGISTER), { rd: register(), rs1: register(), rs2: register() });
    if (kind < 6)
      return encode(random.pick(IMMEDIATE), { rd: register(), rs1: register(), imm: random.int(-2048, 2048) });
    if (kind < 7) return encode(random.pick(SHIFT), { rd: register(), rs1: register(), uimm: random.int(0, 32) });
    const [name, bytes] = random.pick(kind < 9 ? LOAD : STORE);
    const imm = bytes * random.int(0, DATA_BYTES / bytes);
    return kind < 9
      ? encode(name, { rd: register(), rs1: DATA, imm })
      : encode(name, { rs1: DATA, rs2: register(), imm });
  });
}
