/** Everything that can be wrong with a source: code → what it means. `docs/errors.md` lists this table. */
export const ASSEMBLER_ERRORS = {
  ASM001: 'Text that is no statement, or that follows one.',
  ASM002: 'An unknown instruction, macro or directive.',
  ASM003: 'An operand of the wrong kind, or a missing one.',
  ASM004: 'A number that does not fit its field.',
  ASM005: 'A directive with wrong operands.',
  ASM006: 'An accelerator command with wrong fields.',
  ASM007: 'A symbol that is defined already.',
  ASM008: 'An expression that no relocation can express.',
  ASM009: 'A fill, origin or LEB128 value that the layout cannot satisfy.',
  ASM010: 'Contents in a section without contents.',
  ASM011: 'A local label that is used but not defined.',
  ASM012: 'A condition or body that is not closed, or closed without being open.',
  ASM013: 'Macros or includes that nest too deep.',
  ASM014: 'A wrong macro definition or call.',
  ASM015: 'A file that cannot be included.',
} as const;

export type AssemblerErrorCode = keyof typeof ASSEMBLER_ERRORS;

/** Everything that can be wrong with a set of objects. */
export const LINKER_ERRORS = {
  LNK001: 'A symbol that two objects define.',
  LNK002: 'A symbol that no object defines.',
  LNK003: 'A value that does not fit where it belongs.',
  LNK004: 'The lower half of a pc-relative address without its upper half.',
  LNK005: 'A section whose alignment is smaller than one inside it.',
  LNK006: 'An entry symbol that is not defined.',
  LNK007: 'An address for a section that its alignment forbids.',
  LNK008: 'An address for a section that does not exist.',
  LNK009: 'An object whose relocations or sizes make no sense.',
} as const;

export type LinkerErrorCode = keyof typeof LINKER_ERRORS;
