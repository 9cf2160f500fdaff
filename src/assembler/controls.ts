/** Directives that decide what is read: conditions, macros, loops, included files. `StatementReader` does what they ask. */
import { absoluteExpression } from './directive.ts';
import type { Scanner } from './scanner.ts';
import type { SourceText } from './sources.ts';
import type { StatementReader } from './statements.ts';

export type Control = (reader: StatementReader, scanner: Scanner, source: SourceText, start: number) => void;

const comparison =
  (holds: (value: number | bigint) => boolean): Control =>
  (reader, scanner, _, start) =>
    reader.beginIf(scanner, start, () => {
      const value = absoluteExpression(reader.assembly, scanner);
      return value === undefined ? undefined : holds(value);
    });

const ifDefined =
  (expected: boolean): Control =>
  (reader, scanner, _, start) =>
    reader.beginIf(
      scanner,
      start,
      () => (reader.assembly.symbols.find(scanner.symbolName())?.isDefined ?? false) === expected,
    );

const ifBlank =
  (expected: boolean): Control =>
  (reader, scanner, _, start) =>
    reader.beginIf(scanner, start, () => (scanner.restOfStatement() === '') === expected);

const ifEqual =
  (expected: boolean): Control =>
  (reader, scanner, _, start) =>
    reader.beginIf(scanner, start, () => {
      const [a = '', b = ''] = splitAtComma(scanner.restOfStatement());
      return (a === b) === expected;
    });

/** Two strings around the first comma outside quotes, quotes removed. */
const splitAtComma = (text: string): string[] => {
  const [, a = '', b = ''] = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^,]*),(.*)$/s.exec(text) ?? [];
  return [a, b].map((part) => part.trim().replace(/^(["'])(.*)\1$/s, '$2'));
};

/** Directives that matter even in text that is skipped. */
export const CONDITIONALS: ReadonlyMap<string, Control> = new Map<string, Control>([
  ['.if', comparison((value) => value !== 0)],
  ['.ifne', comparison((value) => value !== 0)],
  ['.ifeq', comparison((value) => value === 0)],
  ['.ifge', comparison((value) => value >= 0)],
  ['.ifgt', comparison((value) => value > 0)],
  ['.ifle', comparison((value) => value <= 0)],
  ['.iflt', comparison((value) => value < 0)],
  ['.ifdef', ifDefined(true)],
  ['.ifndef', ifDefined(false)],
  ['.ifnotdef', ifDefined(false)],
  ['.ifb', ifBlank(true)],
  ['.ifnb', ifBlank(false)],
  ['.ifc', ifEqual(true)],
  ['.ifnc', ifEqual(false)],
  ['.ifeqs', ifEqual(true)],
  ['.ifnes', ifEqual(false)],
  [
    '.elseif',
    (reader, scanner, _, start) =>
      reader.otherwise(scanner, start, '.elseif', () => {
        const value = absoluteExpression(reader.assembly, scanner);
        return value === undefined ? undefined : value !== 0;
      }),
  ],
  ['.else', (reader, scanner, _, start) => reader.otherwise(scanner, start, '.else', () => true)],
  ['.endif', (reader, scanner, _, start) => reader.endIf(scanner, start)],
]);

const stray: Control = (reader, scanner, _, start) =>
  reader.error(scanner, start, start + 5, 'ASM012', 'this belongs to a body, and none is open');

export const CONTROLS: ReadonlyMap<string, Control> = new Map<string, Control>([
  ['.macro', (reader, scanner, source, start) => reader.defineMacro(scanner, source, start)],
  ['.rept', (reader, scanner, source, start) => reader.repeat(scanner, source, start)],
  ['.irp', (reader, scanner, source, start) => reader.iterate(scanner, source, start, false)],
  ['.irpc', (reader, scanner, source, start) => reader.iterate(scanner, source, start, true)],
  ['.endm', stray],
  ['.endr', stray],
  [
    '.exitm',
    (reader, scanner, source, start) => {
      if (reader.macroDepth > 0) reader.isLeaving = 'macro';
      else stray(reader, scanner, source, start);
    },
  ],
  [
    '.purgem',
    (reader, scanner, _, start) => {
      const name = scanner.name();
      if (!reader.macros.delete(name.toLowerCase())) {
        reader.error(scanner, start, scanner.pos, 'ASM014', `there is no macro "${name}"`);
      }
    },
  ],
  ['.include', (reader, scanner, source, start) => reader.include(scanner, source, start, false)],
  ['.incbin', (reader, scanner, source, start) => reader.include(scanner, source, start, true)],
  [
    '.end',
    (reader) => {
      reader.isLeaving = 'all';
    },
  ],
]);
