/** A stretch of one source file. Lines and columns count from 1; `end` is exclusive and on the same line. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** One mistake in the user's input: what was found, what is legal, where, and what to do about it. */
export interface Diagnostic {
  /** Stable identifier, e.g. `ASM012`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Where; absent when the input has no lines (an ELF file, a command-line option). */
  readonly span?: Span;
  readonly hint?: string;
}

export const errorAt = (code: string, span: Span | undefined, message: string, hint?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  ...(span === undefined ? {} : { span }),
  ...(hint === undefined ? {} : { hint }),
});

/**
 * Renders a diagnostic as compilers do: `file:line:column: error[CODE]: message`, the source line, a caret, the hint.
 * @param sourceLine text of the line the span is on, when it is at hand
 */
export function formatDiagnostic(diagnostic: Diagnostic, sourceLine?: string): string {
  const { span, code, severity, message, hint } = diagnostic;
  const where = span === undefined ? '' : `${span.file}:${span.line}:${span.column}: `;
  const lines = [`${where}${severity}[${code}]: ${message}`];
  if (span !== undefined && sourceLine !== undefined) lines.push(...caretLines(span, sourceLine));
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

function caretLines(span: Span, sourceLine: string): string[] {
  const gutter = `  ${span.line} | `;
  // Tabs stay tabs, so that the caret lines up in any terminal.
  const indent = sourceLine.slice(0, span.column - 1).replace(/[^\t]/g, ' ');
  return [
    gutter + sourceLine,
    ' '.repeat(gutter.length) + indent + '^'.repeat(Math.max(1, span.endColumn - span.column)),
  ];
}

/** The candidate nearest to `word` by edit distance, if it is near enough to be a likely slip. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
