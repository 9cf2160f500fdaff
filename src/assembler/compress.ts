/**
 * Which 32-bit instructions GNU as writes as 16-bit ones: those that a row of the compressed table expands to, hints
 * excepted, and the commutative ones with their sources the other way round.
 */
import { extractField, fieldFits, type InstructionFields, insertField, unpackFields } from '../isa/bit-pattern.ts';
import { decodeWord } from '../isa/decode.ts';
import { COMPRESSED, type CompressedDef, type CompressedName, matchesCompressed } from '../isa/rvc.ts';

/** What a mnemonic allows: every compressed form, only c.mv (for `mv`), or none. */
export type Compression = 'any' | 'moves' | 'none';

/** Values that would make a hint, which nobody asked for. c.nop is the one form with rd = 0. */
const isHint = (def: CompressedDef, halfword: number): boolean => {
  if (def.name === 'c.nop') return extractField(def.fields.get('imm')!, halfword) !== 0;
  if (def.name === 'c.ldsp' || def.name === 'c.lwsp' || def.name === 'c.fldsp') return false;
  const rd = def.fields.get('rd');
  if (rd !== undefined && extractField(rd, halfword) === 0) return true;
  if (def.name === 'c.addi') return extractField(def.fields.get('imm')!, halfword) === 0;
  return ['c.slli', 'c.srli', 'c.srai'].includes(def.name) && extractField(def.fields.get('uimm')!, halfword) === 0;
};

const COMMUTATIVE: ReadonlySet<CompressedName> = new Set(['c.add', 'c.and', 'c.or', 'c.xor', 'c.addw']);

const rowsByTarget = new Map<string, CompressedDef[]>();
for (const def of COMPRESSED) {
  rowsByTarget.set(def.expandsTo.name, [...(rowsByTarget.get(def.expandsTo.name) ?? []), def]);
}

/** The halfword of row `def` that stands for an instruction with these fields, if there is one. */
function halfwordFor(def: CompressedDef, fields: InstructionFields): number | undefined {
  const values = new Map<string, number>();
  for (const [target, source] of Object.entries(def.expansion)) {
    const value = fields[target]!;
    if (typeof source === 'number') {
      if (value !== source) return undefined;
      continue;
    }
    if ((values.get(source) ?? value) !== value || !fieldFits(def.fields.get(source)!, value)) return undefined;
    values.set(source, value);
  }
  let halfword = def.match;
  for (const [name, value] of values) halfword |= insertField(def.fields.get(name)!, value);
  return matchesCompressed(def, halfword) && !isHint(def, halfword) ? halfword : undefined;
}

function findCompressed(word: number, compression: Compression): number | undefined {
  const def = decodeWord(word);
  if (def === undefined) return undefined;
  const fields = unpackFields(def, word);
  const isMove = def.name === 'addi' && fields.imm === 0 && fields.rd !== 0 && fields.rs1 !== 0;
  if (isMove) return 0x8002 | (fields.rd! << 7) | (fields.rs1! << 2);
  if (compression === 'moves') return undefined;
  for (const row of rowsByTarget.get(def.name) ?? []) {
    const halfword = halfwordFor(row, fields);
    if (halfword !== undefined) return halfword;
    if (COMMUTATIVE.has(row.name)) {
      const swapped = halfwordFor(row, { ...fields, rs1: fields.rs2!, rs2: fields.rs1! });
      if (swapped !== undefined && fields.rs1 !== 0) return swapped;
    }
  }
  return undefined;
}

/** Programs repeat their instructions; the answers are remembered. −1: there is no compressed form. */
const remembered = { any: new Map<number, number>(), moves: new Map<number, number>() };
const MAX_REMEMBERED = 1 << 16;

/** The 16-bit form of a complete 32-bit instruction, or −1. */
export function compress(word: number, compression: Compression): number {
  if (compression === 'none') return -1;
  const memory = remembered[compression];
  let halfword = memory.get(word);
  if (halfword === undefined) {
    halfword = findCompressed(word, compression) ?? -1;
    if (memory.size >= MAX_REMEMBERED) memory.clear();
    memory.set(word, halfword);
  }
  return halfword;
}

/** The 16-bit branch or jump with the registers of a 32-bit one and offset 0, if there is one. */
export function compressBranch(word: number, compression: Compression): number | undefined {
  const halfword = compress(word, compression);
  return halfword < 0 ? undefined : halfword;
}
