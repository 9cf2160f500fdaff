/**
 * Other spellings of single instructions: mnemonic, operands (as in rv64.ts), instruction, fields that the spelling
 * fixes. An operand `rs1=rs2` sets both fields to one register. The disassembler prints the first spelling that fits a
 * word; those of `ASSEMBLER_ALIASES` are read but never printed.
 * @source RISC-V assembly programmer's manual, "Pseudo Instructions"; GNU binutils 2.40 for preference
 */
import type { InstructionFields } from './bit-pattern.ts';
import { CSR_NUMBERS } from './csrs.ts';
import { type InstructionDef, type InstructionName, instruction } from './rv64.ts';

export interface AliasDef {
  readonly name: string;
  readonly operands: readonly string[];
  readonly instruction: InstructionDef;
  readonly fixed: InstructionFields;
}

type Row = readonly [name: string, operands: string, instruction: InstructionName, fixed: InstructionFields];

const toDef = ([name, operands, target, fixed]: Row): AliasDef => ({
  name,
  operands: operands === '' ? [] : operands.split(', '),
  instruction: instruction(target),
  fixed,
});

const { fflags, frm, fcsr, cycle, time, instret } = CSR_NUMBERS;
const ALL = 0b1111;

// biome-ignore format: a table
const PRINTED_ROWS: readonly Row[] = [
  ['unimp', '', 'csrrw', { rd: 0, csr: cycle, rs1: 0 }],
  ['ret', '', 'jalr', { rd: 0, rs1: 1, imm: 0 }],
  ['jr', 'rs1', 'jalr', { rd: 0, imm: 0 }],
  ['jr', 'imm(rs1)', 'jalr', { rd: 0 }],
  ['jalr', 'rs1', 'jalr', { rd: 1, imm: 0 }],
  ['jalr', 'imm(rs1)', 'jalr', { rd: 1 }],
  ['jalr', 'rd, rs1', 'jalr', { imm: 0 }],
  ['j', 'jump', 'jal', { rd: 0 }],
  ['jal', 'jump', 'jal', { rd: 1 }],
  ['nop', '', 'addi', { rd: 0, rs1: 0, imm: 0 }],
  ['li', 'rd, imm', 'addi', { rs1: 0 }],
  ['mv', 'rd, rs1', 'addi', { imm: 0 }],
  ['zext.b', 'rd, rs1', 'andi', { imm: 255 }],
  ['and', 'rd, rs1, imm', 'andi', {}],
  ['beqz', 'rs1, branch', 'beq', { rs2: 0 }],
  ['bnez', 'rs1, branch', 'bne', { rs2: 0 }],
  ['blez', 'rs2, branch', 'bge', { rs1: 0 }],
  ['bgez', 'rs1, branch', 'bge', { rs2: 0 }],
  ['bltz', 'rs1, branch', 'blt', { rs2: 0 }],
  ['bgtz', 'rs2, branch', 'blt', { rs1: 0 }],
  ['add', 'rd, rs1, imm', 'addi', {}],
  ['sll', 'rd, rs1, uimm', 'slli', {}],
  ['srl', 'rd, rs1, uimm', 'srli', {}],
  ['sra', 'rd, rs1, uimm', 'srai', {}],
  ['neg', 'rd, rs2', 'sub', { rs1: 0 }],
  ['seqz', 'rd, rs1', 'sltiu', { imm: 1 }],
  ['snez', 'rd, rs2', 'sltu', { rs1: 0 }],
  ['sltz', 'rd, rs1', 'slt', { rs2: 0 }],
  ['sgtz', 'rd, rs2', 'slt', { rs1: 0 }],
  ['or', 'rd, rs1, imm', 'ori', {}],
  ['not', 'rd, rs1', 'xori', { imm: -1 }],
  ['xor', 'rd, rs1, imm', 'xori', {}],
  ['sext.w', 'rd, rs1', 'addiw', { imm: 0 }],
  ['addw', 'rd, rs1, imm', 'addiw', {}],
  ['negw', 'rd, rs2', 'subw', { rs1: 0 }],
  ['sllw', 'rd, rs1, uimm', 'slliw', {}],
  ['srlw', 'rd, rs1, uimm', 'srliw', {}],
  ['sraw', 'rd, rs1, uimm', 'sraiw', {}],
  ['fence', '', 'fence', { fm: 0, pred: ALL, succ: ALL, rs1: 0, rd: 0 }],
  ['fence.tso', '', 'fence', { fm: 8, pred: 3, succ: 3, rs1: 0, rd: 0 }],
  ['sfence.vma', '', 'sfence.vma', { rs1: 0, rs2: 0 }],
  ['sfence.vma', 'rs1', 'sfence.vma', { rs2: 0 }],
  ['rdcycle', 'rd', 'csrrs', { csr: cycle, rs1: 0 }],
  ['rdtime', 'rd', 'csrrs', { csr: time, rs1: 0 }],
  ['rdinstret', 'rd', 'csrrs', { csr: instret, rs1: 0 }],
  ['frcsr', 'rd', 'csrrs', { csr: fcsr, rs1: 0 }],
  ['fscsr', 'rs1', 'csrrw', { csr: fcsr, rd: 0 }],
  ['fscsr', 'rd, rs1', 'csrrw', { csr: fcsr }],
  ['frrm', 'rd', 'csrrs', { csr: frm, rs1: 0 }],
  ['fsrm', 'rs1', 'csrrw', { csr: frm, rd: 0 }],
  ['fsrm', 'rd, rs1', 'csrrw', { csr: frm }],
  ['fsrmi', 'rd, uimm', 'csrrwi', { csr: frm }],
  ['frflags', 'rd', 'csrrs', { csr: fflags, rs1: 0 }],
  ['fsflags', 'rs1', 'csrrw', { csr: fflags, rd: 0 }],
  ['fsflags', 'rd, rs1', 'csrrw', { csr: fflags }],
  ['fsflagsi', 'rd, uimm', 'csrrwi', { csr: fflags }],
  ['csrr', 'rd, csr', 'csrrs', { rs1: 0 }],
  ['csrw', 'csr, rs1', 'csrrw', { rd: 0 }],
  ['csrw', 'csr, uimm', 'csrrwi', { rd: 0 }],
  ['csrs', 'csr, rs1', 'csrrs', { rd: 0 }],
  ['csrs', 'csr, uimm', 'csrrsi', { rd: 0 }],
  ['csrc', 'csr, rs1', 'csrrc', { rd: 0 }],
  ['csrc', 'csr, uimm', 'csrrci', { rd: 0 }],
  ['csrrw', 'rd, csr, uimm', 'csrrwi', {}],
  ['csrrs', 'rd, csr, uimm', 'csrrsi', {}],
  ['csrrc', 'rd, csr, uimm', 'csrrci', {}],
  ['fmv.s', 'fd, fs1=fs2', 'fsgnj.s', {}],
  ['fneg.s', 'fd, fs1=fs2', 'fsgnjn.s', {}],
  ['fabs.s', 'fd, fs1=fs2', 'fsgnjx.s', {}],
  ['fmv.d', 'fd, fs1=fs2', 'fsgnj.d', {}],
  ['fneg.d', 'fd, fs1=fs2', 'fsgnjn.d', {}],
  ['fabs.d', 'fd, fs1=fs2', 'fsgnjx.d', {}],
];

// biome-ignore format: a table
const ASSEMBLER_ROWS: readonly Row[] = [
  ['jr', 'rs1, imm', 'jalr', { rd: 0 }],
  ['jalr', 'rs1, imm', 'jalr', { rd: 1 }],
  ['jalr', 'rd, rs1, imm', 'jalr', {}],
  ['move', 'rd, rs1', 'addi', { imm: 0 }],
  ['bgt', 'rs2, rs1, branch', 'blt', {}],
  ['ble', 'rs2, rs1, branch', 'bge', {}],
  ['bgtu', 'rs2, rs1, branch', 'bltu', {}],
  ['bleu', 'rs2, rs1, branch', 'bgeu', {}],
  ['slt', 'rd, rs1, imm', 'slti', {}],
  ['sltu', 'rd, rs1, imm', 'sltiu', {}],
  ['sgt', 'rd, rs2, rs1', 'slt', {}],
  ['sgtu', 'rd, rs2, rs1', 'sltu', {}],
  ['scall', '', 'ecall', {}],
  ['sbreak', '', 'ebreak', {}],
  ['pause', '', 'fence', { fm: 0, pred: 1, succ: 0, rs1: 0, rd: 0 }],
  ['csrwi', 'csr, uimm', 'csrrwi', { rd: 0 }],
  ['csrsi', 'csr, uimm', 'csrrsi', { rd: 0 }],
  ['csrci', 'csr, uimm', 'csrrci', { rd: 0 }],
  ['fsrmi', 'uimm', 'csrrwi', { csr: frm, rd: 0 }],
  ['fsflagsi', 'uimm', 'csrrwi', { csr: fflags, rd: 0 }],
  ['fssr', 'rs1', 'csrrw', { csr: fcsr, rd: 0 }],
  ['fssr', 'rd, rs1', 'csrrw', { csr: fcsr }],
  ['frsr', 'rd', 'csrrs', { csr: fcsr, rs1: 0 }],
  ['fgt.s', 'rd, fs2, fs1', 'flt.s', {}],
  ['fge.s', 'rd, fs2, fs1', 'fle.s', {}],
  ['fgt.d', 'rd, fs2, fs1', 'flt.d', {}],
  ['fge.d', 'rd, fs2, fs1', 'fle.d', {}],
  ['fmv.x.s', 'rd, fs1', 'fmv.x.w', {}],
  ['fmv.s.x', 'fd, rs1', 'fmv.w.x', {}],
];

export const PRINTED_ALIASES: readonly AliasDef[] = PRINTED_ROWS.map(toDef);
export const ASSEMBLER_ALIASES: readonly AliasDef[] = ASSEMBLER_ROWS.map(toDef);
