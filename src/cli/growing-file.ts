import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { cannotWrite, partialName } from './files.ts';

const LINES_PER_WRITE = 10_000;

/** A file that is written piece by piece. It has its name when it is closed. */
export class GrowingFile {
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  static create(path: string): Result<GrowingFile, Diagnostic> {
    try {
      return succeed(new GrowingFile(path, openSync(partialName(path), 'w')));
    } catch (error) {
      return fail(cannotWrite(path, error));
    }
  }

  write(piece: string | Uint8Array): void {
    writeSync(this.#file, typeof piece === 'string' ? Buffer.from(piece) : piece);
  }

  close(): void {
    closeSync(this.#file);
    renameSync(partialName(this.#path), this.#path);
  }
}

/** A text file that is written line by line, with as few writes as is sensible. */
export class LineFile {
  readonly #file: GrowingFile;
  #lines: string[] = [];

  private constructor(file: GrowingFile) {
    this.#file = file;
  }

  static create(path: string): Result<LineFile, Diagnostic> {
    const file = GrowingFile.create(path);
    return file.ok ? succeed(new LineFile(file.value)) : file;
  }

  write(line: string): void {
    if (this.#lines.push(line) >= LINES_PER_WRITE) this.#flush();
  }

  close(): void {
    this.#flush();
    this.#file.close();
  }

  #flush(): void {
    if (this.#lines.length > 0) this.#file.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
