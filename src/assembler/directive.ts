/** What directives have in common: how they read their operands and report what is wrong with them. */
import type { Int64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import type { Expression } from './expression.ts';
import type { Scanner } from './scanner.ts';

/** Reads the rest of the statement. Errors go to the assembly. */
export type Directive = (assembly: Assembly, scanner: Scanner) => void;

export const errorIn = (
  assembly: Assembly,
  scanner: Scanner,
  start: number,
  end: number,
  message: string,
  hint?: string,
): void => assembly.error('ASM005', scanner.base + start, scanner.base + end, message, hint);

export const errorHere = (assembly: Assembly, scanner: Scanner, message: string, hint?: string): void => {
  scanner.peek();
  errorIn(assembly, scanner, scanner.pos, scanner.wordEnd(), message, hint);
};

/** The next expression; nothing after an error. */
export function readExpression(assembly: Assembly, scanner: Scanner): Expression | undefined {
  const parsed = assembly.expressions.parse(scanner);
  if (parsed !== undefined) return parsed;
  const { start, end, message, hint } = assembly.expressions.failure;
  errorIn(assembly, scanner, start, end, message, hint);
  return undefined;
}

/** The next expression, whose value must be known now. */
export function absoluteExpression(assembly: Assembly, scanner: Scanner): Int64 | undefined {
  scanner.peek();
  const start = scanner.pos;
  const parsed = readExpression(assembly, scanner);
  if (parsed === undefined) return undefined;
  const value = assembly.absolute(parsed);
  if (value === undefined) errorIn(assembly, scanner, start, scanner.pos, 'this must be a number that is known here');
  return value;
}

/** A number from `min` to `max` that is known now. */
export function readInteger(
  assembly: Assembly,
  scanner: Scanner,
  what: string,
  min: number,
  max: number,
): number | undefined {
  scanner.peek();
  const start = scanner.pos;
  const value = absoluteExpression(assembly, scanner);
  if (value === undefined) return undefined;
  if (value >= min && value <= max) return Number(value);
  errorIn(assembly, scanner, start, scanner.pos, `${what} is ${value}, but must be from ${min} to ${max}`);
  return undefined;
}

/** For directives whose information this assembler has no place for, by nature of its output. */
export const skipToEnd: Directive = (_, scanner) => scanner.skipStatement();
