/**
 * Expressions as GNU as has them: 64-bit two's complement, with symbols that may stay open until the layout is known.
 * Precedence, high to low: unary - ~ !; * / % << >>; | & ^ !; + -; == != <> < <= > >=; &&; ||. Comparisons give −1 or 0.
 */
import {
  add64,
  and64,
  compare64,
  divide64,
  type Int64,
  multiply64,
  or64,
  remainder64,
  shiftLeft64,
  shiftRight64,
  subtract64,
  toInt64,
  xor64,
} from '../support/int64.ts';
import { CHAR, isDigit, isNameStart, type Scanner } from './scanner.ts';
import type { AsmSymbol, Place, SymbolTable } from './symbols.ts';

export type Operator =
  | ('*' | '/' | '%' | '<<' | '>>' | '|' | '&' | '^' | '!' | '+' | '-')
  | ('==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||');

export type Expression =
  | { readonly kind: 'constant'; readonly value: Int64 }
  | { readonly kind: 'symbol'; readonly symbol: AsmSymbol; readonly addend: Int64 }
  | { readonly kind: 'unary'; readonly operator: '-' | '~' | '!'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export const constant = (value: Int64): Expression => ({ kind: 'constant', value });
export const symbolPlus = (symbol: AsmSymbol, addend: Int64 = 0): Expression => ({ kind: 'symbol', symbol, addend });

/** Why no expression could be read. */
export interface ExpressionFailure {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
}

/** What expressions need from the assembly. */
export interface ExpressionContext {
  readonly symbols: SymbolTable;
  /** The current place, for `.`. */
  here(): AsmSymbol;
  /** Bytes from `from` to `to` when both lie in fixed bytes of one section, so that layout cannot change them. */
  fixedDistance(from: Place, to: Place): number | undefined;
}

const RANKS: Readonly<Record<Operator, number>> = {
  '*': 8,
  '/': 8,
  '%': 8,
  '<<': 8,
  '>>': 8,
  '|': 7,
  '&': 7,
  '^': 7,
  '!': 7,
  '+': 5,
  '-': 5,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '&&': 3,
  '||': 2,
};

/** Parentheses and signs around one operand. */
const MAX_DEPTH = 200;

export class ExpressionParser {
  readonly #context: ExpressionContext;
  #depth = 0;
  /** Set when a parse returns nothing. */
  failure: ExpressionFailure = { start: 0, end: 0, message: '' };

  constructor(context: ExpressionContext) {
    this.#context = context;
  }

  /** @returns nothing when the text is no expression; `failure` then says why */
  parse(scanner: Scanner, minRank = 1): Expression | undefined {
    let left = this.#operand(scanner);
    if (left === undefined) return undefined;
    for (;;) {
      const code = scanner.peek();
      // Most expressions end here.
      if (code === CHAR.comma || code === CHAR.newline || code === CHAR.open || code === CHAR.close) return left;
      const operator = this.#operator(scanner, code);
      if (operator === undefined || RANKS[operator] < minRank) return left;
      const start = scanner.pos;
      scanner.pos += operator === '!=' && code === CHAR.less ? 2 : operator.length;
      const right = this.parse(scanner, RANKS[operator] + 1);
      if (right === undefined) return undefined;
      if ((operator === '/' || operator === '%') && right.kind === 'constant' && right.value === 0) {
        return this.#fail(start, scanner.pos, 'division by zero');
      }
      left = combine(operator, left, right, this.#context);
    }
  }

  #operator(scanner: Scanner, code: number): Operator | undefined {
    const next = scanner.text[scanner.pos + 1] ?? '';
    switch (String.fromCharCode(code)) {
      case '*':
      case '/':
      case '%':
      case '+':
      case '-':
      case '^':
        return String.fromCharCode(code) as Operator;
      case '<':
        return next === '<' ? '<<' : next === '=' ? '<=' : next === '>' ? '!=' : '<';
      case '>':
        return next === '>' ? '>>' : next === '=' ? '>=' : '>';
      case '=':
        return next === '=' ? '==' : undefined;
      case '!':
        return next === '=' ? '!=' : '!';
      case '&':
        return next === '&' ? '&&' : '&';
      case '|':
        return next === '|' ? '||' : '|';
      default:
        return undefined;
    }
  }

  #operand(scanner: Scanner): Expression | undefined {
    if (this.#depth >= MAX_DEPTH)
      return this.#fail(scanner.pos, scanner.wordEnd(), `expressions nest at most ${MAX_DEPTH} deep`);
    this.#depth++;
    const operand = this.#nestedOperand(scanner);
    this.#depth--;
    return operand;
  }

  #nestedOperand(scanner: Scanner): Expression | undefined {
    const code = scanner.peek();
    if (isDigit(code)) return this.#number(scanner);
    if (isNameStart(code) || code === CHAR.quote) return this.#symbol(scanner);
    const start = scanner.pos;
    switch (code) {
      case CHAR.minus:
      case 126 /* ~ */:
      case 33 /* ! */:
        {
          scanner.pos++;
          const operand = this.#operand(scanner);
          return operand && negate(String.fromCharCode(code) as '-' | '~' | '!', operand);
        }
      case CHAR.plus:
        scanner.pos++;
        return this.#operand(scanner);
      case CHAR.open: {
        scanner.pos++;
        const inner = this.parse(scanner);
        if (inner === undefined || scanner.accept(CHAR.close)) return inner;
        return this.#fail(start, scanner.pos, 'this parenthesis is not closed');
      }
      case CHAR.apostrophe:
        return constant(scanner.character());
      default:
        return this.#fail(start, scanner.wordEnd(), 'an expression is missing here');
    }
  }

  #number(scanner: Scanner): Expression | undefined {
    const value = scanner.number();
    if (value !== undefined) return constant(value);
    const start = scanner.pos;
    const end = scanner.wordEnd();
    const word = scanner.text.slice(start, end);
    const [, digits, direction] = /^(\d+)([fb])$/.exec(word) ?? [];
    if (digits === undefined) {
      return this.#fail(
        start,
        end,
        `"${word}" is not a number`,
        'numbers are decimal, 0x hexadecimal, 0b binary or 0 octal',
      );
    }
    scanner.pos = end;
    const label = Number(digits);
    const { symbols } = this.#context;
    const symbol = direction === 'f' ? symbols.nextNumeric(label, scanner.base + start) : symbols.lastNumeric(label);
    return symbol ? symbolPlus(symbol) : this.#fail(start, end, `no label "${label}:" comes before this line`);
  }

  #symbol(scanner: Scanner): Expression | undefined {
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '.') return symbolPlus(this.#context.here());
    const symbol = this.#context.symbols.get(name, scanner.base + start);
    // A symbol set to a value stands for the value it has now; it may be set again later.
    const { value } = symbol;
    return value !== undefined && (value.kind === 'constant' || value.kind === 'symbol') ? value : symbolPlus(symbol);
  }

  #fail(start: number, end: number, message: string, hint?: string): undefined {
    this.failure = { start, end, message, ...(hint === undefined ? {} : { hint }) };
    return undefined;
  }
}

function negate(operator: '-' | '~' | '!', operand: Expression): Expression {
  if (operand.kind === 'constant') return constant(evaluateUnary(operator, operand.value));
  return { kind: 'unary', operator, operand };
}

export function evaluateUnary(operator: '-' | '~' | '!', value: Int64): Int64 {
  if (operator === '!') return value === 0 ? 1 : 0;
  const negated = subtract64(0, value);
  return operator === '-' ? negated : subtract64(negated, 1);
}

/** Folds what can be folded now. */
function combine(operator: Operator, left: Expression, right: Expression, context: ExpressionContext): Expression {
  if (right.kind === 'constant') {
    if (left.kind === 'constant') return constant(evaluateBinary(operator, left.value, right.value));
    if (left.kind === 'symbol') {
      if (operator === '+') return symbolPlus(left.symbol, add64(left.addend, right.value));
      if (operator === '-') return symbolPlus(left.symbol, subtract64(left.addend, right.value));
    }
  }
  if (left.kind === 'constant' && right.kind === 'symbol' && operator === '+') {
    return symbolPlus(right.symbol, add64(right.addend, left.value));
  }
  if (left.kind === 'symbol' && right.kind === 'symbol' && left.symbol.place && right.symbol.place) {
    const distance = context.fixedDistance(right.symbol.place, left.symbol.place);
    if (distance !== undefined && isDifference(operator)) {
      const [a, b] = [add64(distance, left.addend), right.addend];
      return constant(evaluateBinary(operator, a, b));
    }
  }
  return { kind: 'binary', operator, left, right };
}

/** Operators whose value depends on the distance of two places alone. */
const isDifference = (operator: Operator): boolean => operator === '-' || RANKS[operator] === 4;

/** @throws RangeError on division by zero */
export function evaluateBinary(operator: Operator, a: Int64, b: Int64): Int64 {
  switch (operator) {
    case '+':
      return add64(a, b);
    case '-':
      return subtract64(a, b);
    case '*':
      return multiply64(a, b);
    case '/':
      return divide64(a, b);
    case '%':
      return remainder64(a, b);
    case '<<':
      return shiftLeft64(a, b);
    case '>>':
      return shiftRight64(a, b);
    case '|':
      return or64(a, b);
    case '&':
      return and64(a, b);
    case '^':
      return xor64(a, b);
    case '!':
      return or64(a, evaluateUnary('~', b));
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0;
    default:
      return toInt64(holds(operator, compare64(a, b)) ? -1 : 0);
  }
}

function holds(operator: '==' | '!=' | '<' | '<=' | '>' | '>=', order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
