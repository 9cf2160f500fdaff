/**
 * Assembler text → object file or static program. The contract is GNU as for -march=rv64gc; accelerator mnemonics come on
 * top. `assemble(sources, options)` makes a program, `assembleObject(source, options)` an object for `linkObjects`.
 */
import { type ElfContents, writeElf } from '../elf/write.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { Assembly } from './assembly.ts';
import { type LinkInput, type LinkOptions, linkObjects } from './link.ts';
import { formatListing, type ListedLine } from './listing.ts';
import { makeObject } from './object.ts';
import { type ReadFile, StatementReader } from './statements.ts';
import { allocateLocalCommons } from './symbol-directives.ts';

export interface SourceFile {
  /** Path or name for messages, and what `.include` paths are relative to. */
  readonly name: string;
  readonly text: string;
}

export interface AssembleOptions {
  /** Layout of the convolution commands. */
  readonly revision?: IsaRevision;
  /** Record the source's own lines in .debug_line, unless the source does it by `.loc`. */
  readonly debugLines?: boolean;
  /** Finds included files; without it every `.include` is an error. */
  readonly readFile?: ReadFile;
}

/** @returns the contents of an ET_REL file for `writeElf` or `linkObjects`, or every mistake found */
export function assembleObject(source: SourceFile, options: AssembleOptions = {}): Result<ElfContents, Diagnostic> {
  const assembled = assembleSource(source, options, undefined);
  return assembled.ok ? succeed(assembled.value.object) : assembled;
}

/** The source with the bytes that each of its lines makes, as text. */
export function listSource(source: SourceFile, options: AssembleOptions = {}): Result<string, Diagnostic> {
  const lines: ListedLine[] = [];
  const assembled = assembleSource(source, { ...options, debugLines: true }, lines);
  return assembled.ok ? succeed(formatListing(source.text, lines, assembled.value.object)) : assembled;
}

function assembleSource(
  source: SourceFile,
  options: AssembleOptions,
  listing: ListedLine[] | undefined,
): Result<LinkInput, Diagnostic> {
  const assembly = new Assembly();
  const { revision = 'current', readFile = () => undefined, debugLines = false } = options;
  const reader = new StatementReader(assembly, revision, readFile, debugLines);
  reader.listing = listing;
  reader.file(source.name, source.text);
  if (assembly.diagnostics.length > 0) return fail(...assembly.diagnostics);
  allocateLocalCommons(assembly);
  const object = makeObject(assembly, source.name);
  if (assembly.diagnostics.length > 0) return fail(...assembly.diagnostics);
  return succeed({ name: source.name, object, mentions: assembly.undefinedMentions() });
}

export interface Program {
  /** Contents of the ET_EXEC file. */
  readonly file: ElfContents;
  /** The file itself. */
  readonly bytes: Uint8Array;
}

/** Assembles sources one by one, with their lines, and links them into a static program. */
export function assemble(
  sources: readonly SourceFile[],
  options: AssembleOptions & LinkOptions = {},
): Result<Program, Diagnostic> {
  const inputs: LinkInput[] = [];
  const errors: Diagnostic[] = [];
  for (const source of sources) {
    const assembled = assembleSource(source, { debugLines: true, ...options }, undefined);
    if (assembled.ok) inputs.push(assembled.value);
    else errors.push(...assembled.errors);
  }
  if (errors.length > 0) return fail(...errors);
  const linked = linkObjects(inputs, options);
  return linked.ok ? succeed({ file: linked.value, bytes: writeElf(linked.value) }) : linked;
}
