import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { cannotWrite, partialName } from './files.ts';

const LINES_PER_WRITE = 10_000;

/** A text file that is written line by line, with as few writes as is sensible. It has its name when it is closed. */
export class LineFile {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = [];

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  static create(path: string): Result<LineFile, Diagnostic> {
    try {
      return succeed(new LineFile(path, openSync(partialName(path), 'w')));
    } catch (error) {
      return fail(cannotWrite(path, error));
    }
  }

  write(line: string): void {
    if (this.#lines.push(line) >= LINES_PER_WRITE) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
    renameSync(partialName(this.#path), this.#path);
  }

  #flush(): void {
    if (this.#lines.length > 0) writeSync(this.#file, `${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
