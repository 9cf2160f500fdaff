/** `pollux asm`: assembly in, a static program or an object file out. */
import { assembleObject, listSource, type SourceFile } from '../assembler/assemble.ts';
import { writeElf } from '../elf/write.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { exitCode } from './exit-codes.ts';
import { cliError, readInput } from './files.ts';
import { writeOutput } from './growing-file.ts';
import { checkOutputs } from './output-target.ts';
import { assembleFiles, includedFrom, type SourceResult } from './program-file.ts';
import { print, report } from './terminal.ts';

export interface AsmOptions {
  readonly output?: string;
  /** Write an object (ET_REL) for a linker in place of a program. */
  readonly object?: true;
  /** Write the source with the bytes of each line to this file; - is standard output. */
  readonly listing?: string;
  readonly base?: bigint;
  readonly entry?: string;
  readonly stackBytes?: number;
  readonly revision: IsaRevision;
}

export function asm(files: readonly string[], options: AsmOptions): number {
  const read = files.map((name) => ({ name, bytes: readInput(name) }));
  const unreadable = read.flatMap(({ bytes }) => (bytes.ok ? [] : bytes.errors));
  if (unreadable.length > 0) return refuse(unreadable, new Map(), 'noInput');
  if (options.object && files.length > 1)
    return refuse(
      [cliError('CLI003', `--object takes one file, not ${files.length}`, 'assemble them one by one')],
      new Map(),
      'usage',
    );
  const sources = read.map(({ name, bytes }) => ({
    name,
    text: bytes.ok ? new TextDecoder().decode(bytes.value) : '',
  }));
  const output = options.output ?? outputName(files[0]!, options.object === true);
  const listing = options.listing === '-' ? undefined : options.listing;
  const writable = checkOutputs([output, listing], files);
  if (!writable.ok) return refuse(writable.errors, new Map(), 'noOutput');
  const assembled = options.object ? makeObject(sources[0]!, options.revision) : assembleFiles(sources, options);
  if (!assembled.ok) return refuse(assembled.errors, assembled.sources, 'badInput');
  const written = writeOutput(output, assembled.value);
  if (!written.ok) return refuse(written.errors, new Map(), 'noOutput');
  return options.listing === undefined ? exitCode('success') : writeListing(options.listing, sources, options.revision);
}

function writeListing(path: string, sources: readonly SourceFile[], revision: IsaRevision): number {
  const listings = sources.map((source) => listSource(source, { revision, readFile: includedFrom(new Map()) }));
  const text = listings.map((listing) => (listing.ok ? listing.value : '')).join('\n');
  if (path === '-') {
    print(text.trimEnd());
    return exitCode('success');
  }
  const written = writeOutput(path, text);
  return written.ok ? exitCode('success') : refuse(written.errors, new Map(), 'noOutput');
}

function makeObject(source: SourceFile, revision: IsaRevision): SourceResult<Uint8Array> {
  const sources = new Map([[source.name, source.text]]);
  const object = assembleObject(source, { revision, readFile: includedFrom(sources) });
  return object.ok ? { ok: true, value: writeElf(object.value) } : { ...object, sources, isUnreadable: false };
}

function refuse(
  errors: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  reason: 'badInput' | 'noInput' | 'noOutput' | 'usage',
): number {
  report(errors, sources);
  return exitCode(reason);
}

const outputName = (source: string, isObject: boolean): string =>
  source.replace(/\.(s|S|asm)$/, '') + (isObject ? '.o' : '.elf');
