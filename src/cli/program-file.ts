import type { ElfFile } from '../elf/format.ts';
import { isElf, readElf } from '../elf/read.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { cliError, readInput } from './files.ts';

export type LoadedProgram =
  | { readonly ok: true; readonly value: ElfFile }
  | {
      readonly ok: false;
      readonly errors: readonly Diagnostic[];
      /** Texts that the errors point into. */
      readonly sources: ReadonlyMap<string, string>;
      /** The file itself could not be read. */
      readonly isUnreadable: boolean;
    };

/** Reads a program: an ELF file by its first bytes, assembly by its name. */
export async function loadProgramFile(path: string): Promise<LoadedProgram> {
  const bytes = readInput(path);
  const failed = (errors: readonly Diagnostic[], isUnreadable = false): LoadedProgram => ({
    ok: false,
    errors,
    sources: new Map(),
    isUnreadable,
  });
  if (!bytes.ok) return failed(bytes.errors, true);
  if (isElf(bytes.value)) {
    const elf = readElf(bytes.value);
    return elf.ok ? elf : failed(elf.errors);
  }
  return failed([cliError('CLI004', `${path} is neither an ELF file nor assembly (.s, .S)`)]);
}
