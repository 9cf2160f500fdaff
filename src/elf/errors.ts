import { type Diagnostic, errorAt } from '../support/diagnostics.ts';

/** Everything that can be wrong with an ELF file: code → what it means. `docs/errors.md` lists this table. */
export const ELF_ERRORS = {
  ELF001: 'Not an ELF file: the first four bytes are not 7f 45 4c 46.',
  ELF002: 'The file ends before something that its headers announce.',
  ELF003: 'Not a 64-bit file.',
  ELF004: 'Not a little-endian file.',
  ELF005: 'Not a RISC-V file.',
  ELF006: 'A file type other than ET_EXEC and ET_REL.',
  ELF007: 'A record size or version that the format does not allow.',
  ELF008: 'A segment with impossible addresses or sizes.',
  ELF009: 'Two loadable segments overlap in memory.',
  ELF010: 'A section, symbol or relocation refers to something that does not exist.',
  ELF011: 'Names in the file add up to far more text than the file could mean.',
  ELF012: 'Line information (.debug_line) that cannot be read.',
} as const;

export type ElfErrorCode = keyof typeof ELF_ERRORS;

export const elfError = (code: ElfErrorCode, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);
