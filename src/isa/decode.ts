/** Instruction word → row of the tables and field values. For tools; a hart makes faster tables from match and mask. */
import { type InstructionFields, unpackFields } from './bit-pattern.ts';
import { INSTRUCTIONS, type InstructionDef } from './rv64.ts';
import { type CompressedDef, decodeCompressed, expandedFields } from './rvc.ts';

export interface DecodedInstruction {
  readonly length: 2 | 4;
  /** The row of the compressed table, when the word has 16 bits. */
  readonly compressed?: CompressedDef;
  /** The 32-bit instruction, or the one that the compressed word stands for. */
  readonly instruction: InstructionDef;
  /** Values of the 32-bit instruction's fields. */
  readonly fields: InstructionFields;
}

/** Length in bytes of the instruction that starts with this halfword: 2, 4, or more for encodings that RV64GC lacks. */
export function instructionLength(halfword: number): 2 | 4 | 6 | 8 {
  if ((halfword & 0b11) !== 0b11) return 2;
  if ((halfword & 0b11100) !== 0b11100) return 4;
  return (halfword & 0b111111) === 0b011111 ? 6 : 8;
}

/** Rows by opcode (bits 6:0). */
const rowsByOpcode: readonly InstructionDef[][] = Array.from({ length: 128 }, () => []);
for (const row of INSTRUCTIONS) rowsByOpcode[row.match & 0x7f]!.push(row);

/** The row that a 32-bit word is an encoding of. */
export const decodeWord = (word: number): InstructionDef | undefined =>
  rowsByOpcode[word & 0x7f]!.find(({ match, mask }) => (word & mask) >>> 0 === match);

/** Decodes the instruction in the low bits of `word`; nothing when no table has it. */
export function decode(word: number): DecodedInstruction | undefined {
  if (instructionLength(word) === 2) {
    const compressed = decodeCompressed(word & 0xffff);
    if (compressed === undefined) return undefined;
    const fields = expandedFields(compressed, word & 0xffff);
    return { length: 2, compressed, instruction: compressed.expandsTo, fields };
  }
  const instruction = decodeWord(word);
  return instruction && { length: 4, instruction, fields: unpackFields(instruction, word) };
}
