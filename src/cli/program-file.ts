import { dirname, isAbsolute, join } from 'node:path';
import { assemble, type SourceFile } from '../assembler/assemble.ts';
import type { LinkOptions } from '../assembler/link.ts';
import { includedName } from '../assembler/sources.ts';
import type { ElfFile } from '../elf/format.ts';
import { isElf, readElf } from '../elf/read.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { cliError, readInput } from './files.ts';
import { isPackedRecording } from './recording-file.ts';

/** A result whose errors may point into source texts. */
export type SourceResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly errors: readonly Diagnostic[];
      /** Texts that the errors point into. */
      readonly sources: ReadonlyMap<string, string>;
      /** An input file could not be read. */
      readonly isUnreadable: boolean;
    };

export interface AssemblyOptions extends LinkOptions {
  readonly revision: IsaRevision;
}

const ASSEMBLY_NAMES = /\.(s|S|asm)$/;

/** Reads a program: an ELF file by its first bytes, assembly by its name. */
export function loadProgramFile(path: string, options: AssemblyOptions): SourceResult<ElfFile> {
  const bytes = readInput(path);
  if (!bytes.ok) return failed(bytes.errors, true);
  if (isElf(bytes.value)) {
    const elf = readElf(bytes.value);
    return elf.ok ? elf : failed(elf.errors);
  }
  if (isPackedRecording(bytes.value))
    return failed([
      cliError('CLI004', `${path} is a recording of a run, not a program`, `pollux retime ${path} times it again`),
    ]);
  if (!ASSEMBLY_NAMES.test(path)) {
    const found = bytes.value.length === 0 ? 'is empty' : 'is neither an ELF file nor assembly';
    return failed([cliError('CLI004', `${path} ${found}`, 'names of assembly files end in .s or .S')]);
  }
  const program = assembleFiles([{ name: path, text: decode(bytes.value) }], options);
  if (!program.ok) return program;
  const elf = readElf(program.value);
  if (!elf.ok) throw new Error(`our own ELF file is wrong: ${elf.errors[0]!.message}`);
  return elf;
}

/** Assembles and links files into the bytes of a static program. */
export function assembleFiles(sources: readonly SourceFile[], options: AssemblyOptions): SourceResult<Uint8Array> {
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  const program = assemble(sources, { ...options, readFile: includedFrom(texts) });
  return program.ok ? { ok: true, value: program.value.bytes } : { ...failed(program.errors), sources: texts };
}

const failed = (errors: readonly Diagnostic[], isUnreadable = false): SourceResult<never> & { ok: false } => ({
  ok: false,
  errors,
  sources: new Map(),
  isUnreadable,
});

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Finds included files beside the file that includes them, and keeps their texts for messages. */
export function includedFrom(texts: Map<string, string>): (path: string, from: string) => Uint8Array | undefined {
  return (path, from) => {
    const bytes = readInput(isAbsolute(path) ? path : join(dirname(from), path));
    if (!bytes.ok) return undefined;
    texts.set(includedName(from, path), decode(bytes.value));
    return bytes.value;
  };
}
