/**
 * Which 32-bit instructions GNU as writes as 16-bit ones: those that a row of the compressed table expands to, hints
 * excepted, and the commutative ones with their sources the other way round.
 */
import { extractField, fieldFits, type InstructionFields, insertField, unpackFields } from '../isa/bit-pattern.ts';
import { decodeWord } from '../isa/decode.ts';
import { COMPRESSED, type CompressedDef, type CompressedName, matchesCompressed } from '../isa/rvc.ts';

/** What a mnemonic allows: every compressed form, only c.mv (`mv`), only c.addi and its kin (`add` with an immediate), or none. */
export type Compression = 'any' | 'moves' | 'additions' | 'none';

/** Values that would make a hint, which nobody asked for. c.nop is the one form with rd = 0. */
const isHint = (def: CompressedDef, halfword: number): boolean => {
  if (def.name === 'c.nop') return extractField(def.fields.get('imm')!, halfword) !== 0;
  if (def.name === 'c.ldsp' || def.name === 'c.lwsp' || def.name === 'c.fldsp') return false;
  const rd = def.fields.get('rd');
  if (rd !== undefined && extractField(rd, halfword) === 0) return true;
  if (def.name === 'c.addi') return extractField(def.fields.get('imm')!, halfword) === 0;
  return ['c.slli', 'c.srli', 'c.srai'].includes(def.name) && extractField(def.fields.get('uimm')!, halfword) === 0;
};

const ADDITIONS: ReadonlySet<CompressedName> = new Set(['c.addi', 'c.addi4spn', 'c.addi16sp']);
const COMMUTATIVE: ReadonlySet<CompressedName> = new Set(['c.add', 'c.and', 'c.or', 'c.xor', 'c.addw']);

const rowsByTarget = new Map<string, CompressedDef[]>();
for (const def of COMPRESSED) {
  rowsByTarget.set(def.expandsTo.name, [...(rowsByTarget.get(def.expandsTo.name) ?? []), def]);
}

/** The halfword of row `def` that stands for an instruction with these fields, if there is one. */
function halfwordFor(def: CompressedDef, fields: InstructionFields, compression: Compression): number | undefined {
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
  // GNU as writes even `add a0, a0, 0` as c.addi.
  const isLegal = (compression === 'additions' && fields.rd !== 0) || !isHint(def, halfword);
  return matchesCompressed(def, halfword) && isLegal ? halfword : undefined;
}

function findCompressed(word: number, compression: Compression): number | undefined {
  const def = decodeWord(word);
  if (def === undefined) return undefined;
  const fields = unpackFields(def, word);
  const isMove = def.name === 'addi' && fields.imm === 0 && fields.rd !== 0 && fields.rs1 !== 0;
  if (isMove && compression !== 'additions') return 0x8002 | (fields.rd! << 7) | (fields.rs1! << 2);
  if (compression === 'moves') return undefined;
  for (const row of rowsByTarget.get(def.name) ?? []) {
    if (compression === 'additions' && !ADDITIONS.has(row.name)) continue;
    const halfword = halfwordFor(row, fields, compression);
    if (halfword !== undefined) return halfword;
    if (COMMUTATIVE.has(row.name)) {
      const swapped = halfwordFor(row, { ...fields, rs1: fields.rs2!, rs2: fields.rs1! }, compression);
      if (swapped !== undefined && fields.rs1 !== 0) return swapped;
    }
  }
  return undefined;
}

/** Programs repeat their instructions; the answers are remembered. −1: there is no compressed form. */
const remembered: Readonly<Record<Exclude<Compression, 'none'>, Map<number, number>>> = {
  any: new Map(),
  moves: new Map(),
  additions: new Map(),
};
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
