import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Diagnostic, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';

/** What can go wrong with files and options: code → what it means. `docs/errors.md` lists this table. */
export const CLI_ERRORS = {
  CLI001: 'A file cannot be read.',
  CLI002: 'A file cannot be written.',
  CLI003: 'An option has a value that it does not take.',
  CLI004: 'A program that is neither ELF nor assembly.',
} as const;

export type CliErrorCode = keyof typeof CLI_ERRORS;

export const cliError = (code: CliErrorCode, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);

/** @param path a file, or `-` for standard input */
export function readInput(path: string): Result<Uint8Array, Diagnostic> {
  try {
    return succeed(readFileSync(path === '-' ? 0 : path));
  } catch (error) {
    return fail(cliError('CLI001', `cannot read ${path}: ${reason(error)}`));
  }
}

/** Writes a file whole or not at all: into a neighbour that then takes its name. */
export function writeOutput(path: string, contents: string | Uint8Array): Result<void, Diagnostic> {
  const partial = partialName(path);
  try {
    writeFileSync(partial, contents);
    renameSync(partial, path);
    return succeed(undefined);
  } catch (error) {
    rmSync(partial, { force: true });
    return fail(cannotWrite(path, error));
  }
}

/** Can the file be written, as far as it can be told before there is anything to write? */
export function checkOutput(path: string): Result<void, Diagnostic> {
  try {
    writeFileSync(partialName(path), '');
    return succeed(undefined);
  } catch (error) {
    return fail(cannotWrite(path, error));
  } finally {
    rmSync(partialName(path), { force: true });
  }
}

/** Where a file is written before it takes its name. */
export const partialName = (path: string): string => `${path}.${process.pid}.partial`;

export const cannotWrite = (path: string, error: unknown): Diagnostic =>
  cliError('CLI002', `cannot write ${path}: ${reason(error)}`);

/** The system's words for a failed call, without the call: `no such file or directory`. */
const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^[A-Z0-9]+: (.*?), \w+.*$/, '$1') : String(error);
