/** `pollux ld`: objects in, a static program out. */
import { type LinkInput, type LinkOptions, linkObjects } from '../assembler/link.ts';
import { readElf } from '../elf/read.ts';
import { writeElf } from '../elf/write.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { exitCode } from './exit-codes.ts';
import { cliError, readInput } from './files.ts';
import { writeOutput } from './growing-file.ts';
import { checkOutputs } from './output-target.ts';
import { report } from './terminal.ts';

export interface LdOptions {
  readonly output: string;
  readonly base?: bigint;
  readonly entry?: string;
  readonly stackBytes?: number;
  readonly section?: ReadonlyMap<string, bigint>;
}

export function ld(files: readonly string[], { section, output, ...options }: LdOptions): number {
  const inputs: LinkInput[] = [];
  const errors: Diagnostic[] = [];
  for (const name of files) {
    const bytes = readInput(name);
    if (!bytes.ok) return refuse(bytes.errors, 'noInput');
    const object = readElf(bytes.value);
    if (!object.ok) errors.push(...object.errors);
    else if (object.value.type !== 'rel') errors.push(cliError('CLI004', `${name} is a program, not an object`));
    else inputs.push({ name, object: object.value });
  }
  if (errors.length > 0) return refuse(errors, 'badInput');
  const writable = checkOutputs([output], files);
  if (!writable.ok) return refuse(writable.errors, 'noOutput');
  const linkOptions: LinkOptions = section === undefined ? options : { ...options, sectionAddresses: section };
  const linked = linkObjects(inputs, linkOptions);
  if (!linked.ok) return refuse(linked.errors, 'badInput');
  const written = writeOutput(output, writeElf(linked.value));
  return written.ok ? exitCode('success') : refuse(written.errors, 'noOutput');
}

function refuse(errors: readonly Diagnostic[], reason: 'badInput' | 'noInput' | 'noOutput'): number {
  report(errors, new Map());
  return exitCode(reason);
}
