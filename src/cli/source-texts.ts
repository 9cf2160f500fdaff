import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Lines of the source files that line tables name, looked for where the compiler saw them and beside the program. */
export class SourceTexts {
  readonly #folder: string;
  readonly #files = new Map<string, readonly string[]>();

  /** @param program path of the ELF file */
  constructor(program: string) {
    this.#folder = dirname(program);
  }

  /** @param line counts from 1; nothing when the file is not at hand or shorter */
  line(file: string, line: number): string | undefined {
    if (!this.#files.has(file)) this.#files.set(file, this.#read(file));
    return this.#files.get(file)![line - 1];
  }

  #read(file: string): readonly string[] {
    for (const path of [file, join(this.#folder, file), join(this.#folder, basename(file))]) {
      try {
        return readFileSync(path, 'utf8').split('\n');
      } catch {
        // Sources are a help where they are at hand; a listing without them is complete.
      }
    }
    return [];
  }
}
