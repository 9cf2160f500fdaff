/** Text to the terminal: results to stdout, everything else to stderr. Colours only where a person reads. */
import { Chalk, type ChalkInstance, chalkStderr, supportsColor } from 'chalk';
import { type Diagnostic, formatDiagnostic } from '../support/diagnostics.ts';
import { tableLines } from '../support/text-table.ts';

/** Colours for stdout and stderr; chalk looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
const isPlain = (process.env.NO_COLOR ?? '') !== '';
export const outColours: ChalkInstance = new Chalk({
  level: isPlain || supportsColor === false ? 0 : supportsColor.level,
});
export const errColours: ChalkInstance = isPlain ? new Chalk({ level: 0 }) : chalkStderr;

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/**
 * Shows diagnostics as compilers do.
 * @param sources text of the files that spans point into
 */
export function report(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string> = new Map()): void {
  const lines = new Map<string, readonly string[]>();
  for (const diagnostic of diagnostics) {
    const { span, severity, code } = diagnostic;
    if (span !== undefined && !lines.has(span.file)) lines.set(span.file, sources.get(span.file)?.split('\n') ?? []);
    const text = formatDiagnostic(diagnostic, span === undefined ? undefined : lines.get(span.file)![span.line - 1]);
    const colour = severity === 'error' ? errColours.red : errColours.yellow;
    note(text.replace(`${severity}[${code}]`, colour.bold(`${severity}[${code}]`)));
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 1) note(errColours.bold(`${errors} errors`));
}

/** A whole number with its thousands marked; `toLocaleString` would load the tables of all languages. */
export const thousands = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** Rows of cells in columns of equal width, two spaces apart. */
export const columns = (rows: readonly (readonly string[])[]): string => tableLines(rows).join('\n');
