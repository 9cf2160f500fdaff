/**
 * The compressed instructions of RV64C with D: name, encoding (see bit-pattern.ts), operands, the 32-bit instruction that each
 * stands for, and the values that would make the word something else. "rd = rs1" instructions have one register field.
 * Words that are legal but change nothing (hints) keep the name of their encoding.
 * @source RISC-V unprivileged ISA 20191213, chapter 16, "RVC Instruction Set Listings"
 */
import {
  type BitPattern,
  extractField,
  type InstructionField,
  type InstructionFields,
  packFields,
  parseBitPattern,
} from './bit-pattern.ts';
import { type InstructionDef, type InstructionName, instruction } from './rv64.ts';
import { uniqueIndex } from './unique-index.ts';

/** Field of the 32-bit instruction → a constant, or the field of the compressed one that holds its value. */
type Expansion = Readonly<Record<string, number | string>>;
/** Field → values that it must not have. */
type Excluded = Readonly<Record<string, readonly number[]>>;
type Row = readonly [
  name: string,
  encoding: string,
  operands: string,
  expandsTo: InstructionName,
  expansion: Expansion,
  excluded?: Excluded,
];

// biome-ignore format: a table
const ROWS = [
  ['c.addi4spn', "000 uimm[5:4|9:6|2|3] rd' 00", "rd', sp, uimm", 'addi', { rd: "rd'", rs1: 2, imm: 'uimm' }, { uimm: [0] }],
  ['c.fld', "001 uimm[5:3] rs1' uimm[7:6] rd' 00", "fd', uimm(rs1')", 'fld', { rd: "rd'", rs1: "rs1'", imm: 'uimm' }],
  ['c.lw', "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "rd', uimm(rs1')", 'lw', { rd: "rd'", rs1: "rs1'", imm: 'uimm' }],
  ['c.ld', "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "rd', uimm(rs1')", 'ld', { rd: "rd'", rs1: "rs1'", imm: 'uimm' }],
  ['c.fsd', "101 uimm[5:3] rs1' uimm[7:6] rs2' 00", "fs2', uimm(rs1')", 'fsd', { rs2: "rs2'", rs1: "rs1'", imm: 'uimm' }],
  ['c.sw', "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "rs2', uimm(rs1')", 'sw', { rs2: "rs2'", rs1: "rs1'", imm: 'uimm' }],
  ['c.sd', "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "rs2', uimm(rs1')", 'sd', { rs2: "rs2'", rs1: "rs1'", imm: 'uimm' }],
  ['c.nop', '000 imm[5] 00000 imm[4:0] 01', '', 'addi', { rd: 0, rs1: 0, imm: 'imm' }],
  ['c.addi', '000 imm[5] rd imm[4:0] 01', 'rd, imm', 'addi', { rd: 'rd', rs1: 'rd', imm: 'imm' }, { rd: [0] }],
  ['c.addiw', '001 imm[5] rd imm[4:0] 01', 'rd, imm', 'addiw', { rd: 'rd', rs1: 'rd', imm: 'imm' }, { rd: [0] }],
  ['c.li', '010 imm[5] rd imm[4:0] 01', 'rd, imm', 'addi', { rd: 'rd', rs1: 0, imm: 'imm' }],
  ['c.addi16sp', '011 imm[9] 00010 imm[4|6|8:7|5] 01', 'sp, imm', 'addi', { rd: 2, rs1: 2, imm: 'imm' }, { imm: [0] }],
  ['c.lui', '011 imm[17] rd imm[16:12] 01', 'rd, hi', 'lui', { rd: 'rd', imm: 'imm' }, { rd: [2], imm: [0] }],
  ['c.srli', "100 uimm[5] 00 rd' uimm[4:0] 01", "rd', uimm", 'srli', { rd: "rd'", rs1: "rd'", uimm: 'uimm' }],
  ['c.srai', "100 uimm[5] 01 rd' uimm[4:0] 01", "rd', uimm", 'srai', { rd: "rd'", rs1: "rd'", uimm: 'uimm' }],
  ['c.andi', "100 imm[5] 10 rd' imm[4:0] 01", "rd', imm", 'andi', { rd: "rd'", rs1: "rd'", imm: 'imm' }],
  ['c.sub', "100 0 11 rd' 00 rs2' 01", "rd', rs2'", 'sub', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.xor', "100 0 11 rd' 01 rs2' 01", "rd', rs2'", 'xor', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.or', "100 0 11 rd' 10 rs2' 01", "rd', rs2'", 'or', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.and', "100 0 11 rd' 11 rs2' 01", "rd', rs2'", 'and', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.subw', "100 1 11 rd' 00 rs2' 01", "rd', rs2'", 'subw', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.addw', "100 1 11 rd' 01 rs2' 01", "rd', rs2'", 'addw', { rd: "rd'", rs1: "rd'", rs2: "rs2'" }],
  ['c.j', '101 imm[11|4|9:8|10|6|7|3:1|5] 01', 'jump', 'jal', { rd: 0, imm: 'imm' }],
  ['c.beqz', "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1', branch", 'beq', { rs1: "rs1'", rs2: 0, imm: 'imm' }],
  ['c.bnez', "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1', branch", 'bne', { rs1: "rs1'", rs2: 0, imm: 'imm' }],
  ['c.slli', '000 uimm[5] rd uimm[4:0] 10', 'rd, uimm', 'slli', { rd: 'rd', rs1: 'rd', uimm: 'uimm' }],
  ['c.fldsp', '001 uimm[5] rd uimm[4:3|8:6] 10', 'fd, uimm(sp)', 'fld', { rd: 'rd', rs1: 2, imm: 'uimm' }],
  ['c.lwsp', '010 uimm[5] rd uimm[4:2|7:6] 10', 'rd, uimm(sp)', 'lw', { rd: 'rd', rs1: 2, imm: 'uimm' }, { rd: [0] }],
  ['c.ldsp', '011 uimm[5] rd uimm[4:3|8:6] 10', 'rd, uimm(sp)', 'ld', { rd: 'rd', rs1: 2, imm: 'uimm' }, { rd: [0] }],
  ['c.jr', '100 0 rs1 00000 10', 'rs1', 'jalr', { rd: 0, rs1: 'rs1', imm: 0 }, { rs1: [0] }],
  ['c.mv', '100 0 rd rs2 10', 'rd, rs2', 'add', { rd: 'rd', rs1: 0, rs2: 'rs2' }, { rs2: [0] }],
  ['c.ebreak', '100 1 00000 00000 10', '', 'ebreak', {}],
  ['c.jalr', '100 1 rs1 00000 10', 'rs1', 'jalr', { rd: 1, rs1: 'rs1', imm: 0 }, { rs1: [0] }],
  ['c.add', '100 1 rd rs2 10', 'rd, rs2', 'add', { rd: 'rd', rs1: 'rd', rs2: 'rs2' }, { rs2: [0] }],
  ['c.fsdsp', '101 uimm[5:3|8:6] rs2 10', 'fs2, uimm(sp)', 'fsd', { rs2: 'rs2', rs1: 2, imm: 'uimm' }],
  ['c.swsp', '110 uimm[5:2|7:6] rs2 10', 'rs2, uimm(sp)', 'sw', { rs2: 'rs2', rs1: 2, imm: 'uimm' }],
  ['c.sdsp', '111 uimm[5:3|8:6] rs2 10', 'rs2, uimm(sp)', 'sd', { rs2: 'rs2', rs1: 2, imm: 'uimm' }],
] as const satisfies readonly Row[];

export type CompressedName = (typeof ROWS)[number][0];

export interface CompressedDef extends BitPattern {
  readonly name: CompressedName;
  readonly encoding: string;
  /** Operand kinds in assembler order. */
  readonly operands: readonly string[];
  readonly expandsTo: InstructionDef;
  readonly expansion: Expansion;
  readonly excluded: Excluded;
}

export const COMPRESSED: readonly CompressedDef[] = (ROWS as readonly Row[]).map(
  ([name, encoding, operands, expandsTo, expansion, excluded = {}]) => ({
    name: name as CompressedName,
    encoding,
    operands: operands === '' ? [] : operands.split(', '),
    expandsTo: instruction(expandsTo),
    expansion,
    excluded,
    ...parseBitPattern(encoding, 16),
  }),
);

export const compressedByName: ReadonlyMap<string, CompressedDef> = uniqueIndex(COMPRESSED, ({ name }) => name);

/** Is `halfword` an encoding of `def`? */
export const matchesCompressed = (def: CompressedDef, halfword: number): boolean =>
  (halfword & def.mask) === def.match &&
  Object.entries(def.excluded).every(
    ([name, values]) => !values.includes(extractField(def.fields.get(name)!, halfword)),
  );

const rowsByQuadrant = [0, 1, 2].map((quadrant) => COMPRESSED.filter(({ match }) => (match & 3) === quadrant));

/** The row that a 16-bit word is an encoding of; nothing for reserved words. */
export const decodeCompressed = (halfword: number): CompressedDef | undefined =>
  rowsByQuadrant[halfword & 3]?.find((def) => matchesCompressed(def, halfword));

/** The equivalent 32-bit instruction word; nothing when the 16-bit word is reserved or illegal. */
export function expandCompressed(halfword: number): number | undefined {
  const def = decodeCompressed(halfword);
  return def && packFields(def.expandsTo, expandedFields(def, halfword));
}

/** Fields of the 32-bit instruction that a compressed word stands for. */
export function expandedFields(def: CompressedDef, halfword: number): InstructionFields {
  const values: Record<string, number> = {};
  for (const [target, source] of Object.entries(def.expansion)) {
    values[target] = typeof source === 'number' ? source : extractField(compressedField(def, source), halfword);
  }
  return values;
}

const compressedField = (def: CompressedDef, name: string): InstructionField => {
  const field = def.fields.get(name);
  if (field === undefined) throw new Error(`${def.name} has no field ${name}`);
  return field;
};
