/**
 * Assembler text → object file or static program. The contract is GNU as for -march=rv64gc; accelerator mnemonics come on
 * top. `assemble(sources, options)` makes a program, `assembleObject(source, options)` an object for `linkObjects`.
 */
import { type ElfContents, writeElf } from '../elf/write.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { Assembly } from './assembly.ts';
import { allocateLocalCommons } from './directives.ts';
import { type LinkInput, type LinkOptions, linkObjects } from './link.ts';
import { makeObject } from './object.ts';
import { type ReadFile, StatementReader } from './statements.ts';

export interface SourceFile {
  /** Path or name for messages, and what `.include` paths are relative to. */
  readonly name: string;
  readonly text: string;
}

export interface AssembleOptions {
  /** Layout of the convolution commands. */
  readonly revision?: IsaRevision;
  /** Finds included files; without it every `.include` is an error. */
  readonly readFile?: ReadFile;
}

/** @returns the contents of an ET_REL file for `writeElf` or `linkObjects`, or every mistake found */
export function assembleObject(source: SourceFile, options: AssembleOptions = {}): Result<ElfContents, Diagnostic> {
  const assembly = new Assembly();
  const reader = new StatementReader(assembly, options.revision ?? 'current', options.readFile ?? (() => undefined));
  reader.file(source.name, source.text);
  if (assembly.diagnostics.length > 0) return fail(...assembly.diagnostics);
  allocateLocalCommons(assembly);
  const object = makeObject(assembly);
  return assembly.diagnostics.length > 0 ? fail(...assembly.diagnostics) : succeed(object);
}

export interface Program {
  /** Contents of the ET_EXEC file. */
  readonly file: ElfContents;
  /** The file itself. */
  readonly bytes: Uint8Array;
}

/** Assembles sources one by one and links them into a static program. */
export function assemble(
  sources: readonly SourceFile[],
  options: AssembleOptions & LinkOptions = {},
): Result<Program, Diagnostic> {
  const inputs: LinkInput[] = [];
  const errors: Diagnostic[] = [];
  for (const source of sources) {
    const object = assembleObject(source, options);
    if (object.ok) inputs.push({ name: source.name, object: object.value });
    else errors.push(...object.errors);
  }
  if (errors.length > 0) return fail(...errors);
  const linked = linkObjects(inputs, options);
  return linked.ok ? succeed({ file: linked.value, bytes: writeElf(linked.value) }) : linked;
}
