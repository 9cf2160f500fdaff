import { readFileSync } from 'node:fs';
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

/** The system's words for a failed call, without the call: `no such file or directory`. */
export const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^[A-Z0-9]+: (.*?), \w+.*$/, '$1') : String(error);
