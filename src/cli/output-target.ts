/** Which file an output goes to, and whether it may. */
import {
  accessSync,
  constants,
  fstatSync,
  lstatSync,
  readlinkSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { cliError, reason } from './files.ts';

export interface OutputTarget {
  /** The name that was given, for messages. */
  readonly name: string;
  /** What the name stands for: links are followed. */
  readonly path: string;
  /** Where a regular file is written before it takes its name; devices and pipes are written themselves. */
  readonly partial?: string;
  /** The file is open already, as a standard stream that others write, too. */
  readonly stream?: number;
}

/** Standard output and standard error. */
const STREAMS = [1, 2] as const;

/** Finds what a name stands for. Opens nothing. */
export function outputTarget(name: string): Result<OutputTarget, Diagnostic> {
  try {
    const found = statSync(name, { throwIfNoEntry: false });
    if (found?.isDirectory()) return fail(isDirectory(name));
    if (found !== undefined && !found.isFile()) return succeed({ name, path: name });
    const stream = found === undefined ? undefined : STREAMS.find((one) => isSame(found, fstatSync(one)));
    if (stream !== undefined) return succeed({ name, path: name, stream });
    const path = followLinks(name);
    return succeed({ name, path, partial: `${path}.${process.pid}.partial` });
  } catch (error) {
    return fail(cannotWrite(name, error));
  }
}

/**
 * Can the files be written, as far as it can be told before there is anything to write?
 * @param outputs names of files; those that were not asked for are undefined
 * @param inputs files that the command reads, `-` for standard input: none of them may be an output
 */
export function checkOutputs(
  outputs: readonly (string | undefined)[],
  inputs: readonly (string | undefined)[],
): Result<void, Diagnostic> {
  const taken = new Map<string, string>();
  for (const name of inputs) {
    if (name === undefined) continue;
    for (const identity of identitiesOf(name === '-' ? STDIN : name)) taken.set(identity, `the input ${name}`);
  }
  const problems: Diagnostic[] = [];
  for (const name of outputs) {
    if (name === undefined) continue;
    const identities = identitiesOf(name);
    const other = identities.map((identity) => taken.get(identity)).find((found) => found !== undefined);
    const writable = other === undefined ? tryTarget(name) : fail(isSameFile(name, other));
    if (!writable.ok) problems.push(...writable.errors);
    for (const identity of identities) taken.set(identity, `the output ${name}`);
  }
  return problems.length > 0 ? fail(...problems) : succeed(undefined);
}

export const cannotWrite = (name: string, error: unknown): Diagnostic =>
  cliError('CLI002', `cannot write ${name}: ${reason(error)}`);

function tryTarget(name: string): Result<void, Diagnostic> {
  const target = outputTarget(name);
  if (!target.ok) return target;
  const { path, partial } = target.value;
  try {
    if (partial === undefined) accessSync(path, constants.W_OK);
    else {
      writeFileSync(partial, '');
      rmSync(partial);
    }
    return succeed(undefined);
  } catch (error) {
    return fail(cannotWrite(name, error));
  }
}

/** A link may name a file that is not there yet. */
function followLinks(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  const next = readlinkSync(path);
  // Not normalised: `..` behind a link to a folder is the system's to follow.
  return followLinks(isAbsolute(next) ? next : `${dirname(path)}/${next}`);
}

const STDIN = '/dev/stdin';

/** What two names of one file have in common. Terminals and other devices can be read and written at once. */
function identitiesOf(name: string): readonly string[] {
  try {
    const found = statSync(name, { throwIfNoEntry: false });
    if (found === undefined) return [resolve(followLinks(name))];
    return found.isFile() || found.isFIFO() ? [`${found.dev}:${found.ino}`] : [];
  } catch {
    // What cannot be looked at is refused when it is read or written.
    return [];
  }
}

const isSame = (a: Stats, b: Stats): boolean => a.dev === b.dev && a.ino === b.ino;

const isDirectory = (name: string): Diagnostic =>
  cliError('CLI002', `cannot write ${name}: it is a directory`, 'give the name of a file');

const isSameFile = (name: string, other: string): Diagnostic =>
  cliError('CLI002', `cannot write ${name}: it is the same file as ${other}`, 'give another name');
