/** The texts that one assembly reads: files, and the expansions of macros and loops. Positions count through all of them. */
import type { Span } from '../support/diagnostics.ts';

export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Line of the file that the text starts on; expansions start on the line of their body. */
  readonly firstLine: number;
  readonly base: number;
  /** Position of the statement that this text was expanded from. */
  readonly expandedFrom: number | undefined;
}

export class Sources {
  readonly #texts: SourceText[] = [];
  #end = 0;

  add(file: string, text: string, firstLine: number, expandedFrom: number | undefined): SourceText {
    const source = { file, text, firstLine, base: this.#end, expandedFrom };
    this.#texts.push(source);
    this.#end += text.length + 1;
    return source;
  }

  #at(position: number): SourceText | undefined {
    let low = 0;
    let high = this.#texts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#texts[middle]!.base <= position) low = middle + 1;
      else high = middle;
    }
    return this.#texts[low - 1];
  }

  /** @param end exclusive; cut off at the end of the line */
  span(start: number, end: number): Span {
    const source = this.#at(start);
    if (source === undefined) return { file: '', line: 1, column: 1, endColumn: 2 };
    const { text, base, file, firstLine } = source;
    const offset = start - base;
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const newline = text.indexOf('\n', offset);
    const lineEnd = newline < 0 ? text.length : newline;
    let line = firstLine;
    for (let i = text.indexOf('\n'); i >= 0 && i < lineStart; i = text.indexOf('\n', i + 1)) line++;
    const column = offset - lineStart + 1;
    return { file, line, column, endColumn: Math.max(column + 1, Math.min(end - base, lineEnd) - lineStart + 1) };
  }

  /** The text of the line at `position`. */
  lineText(position: number): string {
    const source = this.#at(position);
    if (source === undefined) return '';
    const offset = position - source.base;
    const lineStart = source.text.lastIndexOf('\n', offset - 1) + 1;
    const newline = source.text.indexOf('\n', offset);
    return source.text.slice(lineStart, newline < 0 ? undefined : newline);
  }

  /** Where the text at `position` was expanded from, outermost last. */
  expansions(position: number): Span[] {
    const spans: Span[] = [];
    for (let from = this.#at(position)?.expandedFrom; from !== undefined; from = this.#at(from)?.expandedFrom) {
      spans.push(this.span(from, from + 1));
    }
    return spans;
  }
}

/** The name, for messages and line tables, of a file that `file` includes as `path`. */
export const includedName = (file: string, path: string): string =>
  path.startsWith('/') ? path : file.slice(0, file.lastIndexOf('/') + 1) + path;
