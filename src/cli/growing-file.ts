import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { cannotWrite, type OutputTarget, outputTarget } from './output-target.ts';

const LINES_PER_WRITE = 10_000;

/** A file that is written piece by piece. A regular file has its name when it is closed. */
export class GrowingFile {
  readonly #target: OutputTarget;
  readonly #file: number;
  #failure: Diagnostic | undefined;

  private constructor(target: OutputTarget, file: number) {
    this.#target = target;
    this.#file = file;
  }

  static create(name: string): Result<GrowingFile, Diagnostic> {
    const target = outputTarget(name);
    if (!target.ok) return target;
    const { path, partial, stream } = target.value;
    try {
      return succeed(new GrowingFile(target.value, stream ?? openSync(partial ?? path, 'w')));
    } catch (error) {
      return fail(cannotWrite(name, error));
    }
  }

  /** After a write that failed there are no others; {@link close} tells. */
  write(piece: string | Uint8Array): void {
    if (this.#failure === undefined) this.#attempt(() => writeFileSync(this.#file, piece));
  }

  /** @returns the first failure, if any; then nothing takes the name */
  close(): Result<void, Diagnostic> {
    const { path, partial, stream } = this.#target;
    if (stream === undefined) this.#attempt(() => closeSync(this.#file));
    if (partial !== undefined && this.#failure === undefined) this.#attempt(() => renameSync(partial, path));
    if (this.#failure === undefined) return succeed(undefined);
    if (partial !== undefined) rmSync(partial, { force: true });
    return fail(this.#failure);
  }

  #attempt(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#failure ??= cannotWrite(this.#target.name, error);
    }
  }
}

/** Writes a regular file whole or not at all: into a neighbour that then takes its name. */
export function writeOutput(name: string, contents: string | Uint8Array): Result<void, Diagnostic> {
  const file = GrowingFile.create(name);
  if (!file.ok) return file;
  file.value.write(contents);
  return file.value.close();
}

/** A text file that is written line by line, with as few writes as is sensible. */
export class LineFile {
  readonly #file: GrowingFile;
  #lines: string[] = [];

  private constructor(file: GrowingFile) {
    this.#file = file;
  }

  static create(name: string): Result<LineFile, Diagnostic> {
    const file = GrowingFile.create(name);
    return file.ok ? succeed(new LineFile(file.value)) : file;
  }

  write(line: string): void {
    if (this.#lines.push(line) >= LINES_PER_WRITE) this.#flush();
  }

  close(): Result<void, Diagnostic> {
    this.#flush();
    return this.#file.close();
  }

  #flush(): void {
    if (this.#lines.length > 0) this.#file.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
