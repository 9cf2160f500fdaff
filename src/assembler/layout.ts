/**
 * Gives every fragment its final length, and every expression its value once lengths are known.
 *
 * Branches are relaxed as GNU as does it, so that both choose the same lengths: all fragments are visited again and again
 * in order, each measured with the positions known at that moment, until a round changes nothing. Before the first round
 * a fragment further down counts as if its section part began at address 0.
 */
import { SECTION_TYPES } from '../elf/format.ts';
import { add64, type Int64, subtract64 } from '../support/int64.ts';
import { type Expression, evaluateBinary, evaluateUnary } from './expression.ts';
import type { Fragment, Section } from './section.ts';
import type { AsmSymbol, Place } from './symbols.ts';

/** constant + plus − minus, with places still open. */
export interface Linear {
  readonly constant: Int64;
  readonly plus?: AsmSymbol | undefined;
  readonly minus?: AsmSymbol | undefined;
}

/** While parsing only distances inside fixed bytes are known; afterwards every place has its offset. */
export type Stage = 'parsing' | 'laid out';

/** Bytes from the start of the section, once it is laid out. */
export const offsetOf = ({ section, offset, fragment }: Place): number => offset + (section.shifts[fragment] ?? 0);

const MAX_DEPTH = 100;

/**
 * Reduces an expression to a sum of a number and at most two symbols.
 * @returns nothing when the expression is no such sum, or when its symbols go round in a circle
 */
export function evaluate(expression: Expression, stage: Stage, depth = 0): Linear | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (expression.kind) {
    case 'constant':
      return { constant: expression.value };
    case 'symbol': {
      const { symbol, addend } = expression;
      if (symbol.value === undefined) return { constant: addend, plus: symbol };
      const value = evaluate(symbol.value, stage, depth + 1);
      return value && { ...value, constant: add64(value.constant, addend) };
    }
    case 'unary': {
      const operand = evaluate(expression.operand, stage, depth + 1);
      if (operand === undefined) return undefined;
      if (expression.operator === '-') {
        return { constant: subtract64(0, operand.constant), plus: operand.minus, minus: operand.plus };
      }
      return isNumber(operand) ? { constant: evaluateUnary(expression.operator, operand.constant) } : undefined;
    }
    case 'binary': {
      const left = evaluate(expression.left, stage, depth + 1);
      const right = evaluate(expression.right, stage, depth + 1);
      if (left === undefined || right === undefined) return undefined;
      const { operator } = expression;
      if (operator === '+') return sum(left, right, stage);
      const difference = sum(left, negated(right), stage);
      if (operator === '-') return difference;
      if (isNumber(left) && isNumber(right)) {
        if ((operator === '/' || operator === '%') && right.constant === 0) return undefined;
        return { constant: evaluateBinary(operator, left.constant, right.constant) };
      }
      const isComparison = ['==', '!=', '<', '<=', '>', '>='].includes(operator);
      if (isComparison && difference !== undefined && isNumber(difference)) {
        return { constant: evaluateBinary(operator, difference.constant, 0) };
      }
      return undefined;
    }
  }
}

const isNumber = ({ plus, minus }: Linear): boolean => plus === undefined && minus === undefined;
const negated = ({ constant, plus, minus }: Linear): Linear => ({
  constant: subtract64(0, constant),
  plus: minus,
  minus: plus,
});

function sum(a: Linear, b: Linear, stage: Stage): Linear | undefined {
  const pluses = [a.plus, b.plus].filter((symbol) => symbol !== undefined);
  const minuses = [a.minus, b.minus].filter((symbol) => symbol !== undefined);
  let constant = add64(a.constant, b.constant);
  for (const plus of [...pluses]) {
    const partner = minuses.findIndex((minus) => distance(minus, plus, stage) !== undefined);
    if (partner < 0) continue;
    constant = add64(constant, distance(minuses[partner]!, plus, stage)!);
    minuses.splice(partner, 1);
    pluses.splice(pluses.indexOf(plus), 1);
  }
  if (pluses.length > 1 || minuses.length > 1) return undefined;
  return { constant, plus: pluses[0], minus: minuses[0] };
}

/** Bytes from one symbol to another, when both are places of one section and the distance is known. */
export function distance(from: AsmSymbol, to: AsmSymbol, stage: Stage): number | undefined {
  if (from === to) return 0;
  const [a, b] = [from.place, to.place];
  if (a === undefined || b === undefined || a.section !== b.section) return undefined;
  if (a.fragment === b.fragment) return b.offset - a.offset;
  return stage === 'laid out' ? offsetOf(b) - offsetOf(a) : undefined;
}

const REACH = { branch: 0x1000, halfwordBranch: 0x100, halfwordJump: 0x800 } as const;

function branchLength(fragment: Extract<Fragment, { kind: 'branch' }>, section: Section, address: number): number {
  const { target, addend, isJump, halfword } = fragment;
  const place = target?.place;
  if (place === undefined || place.section !== section || target?.binding === 'weak') return isJump ? 4 : 8;
  const distanceBytes = offsetOf(place) + addend - address;
  const reaches = (reach: number): boolean => distanceBytes >= -reach && distanceBytes < reach;
  if (halfword !== undefined && reaches(isJump ? REACH.halfwordJump : REACH.halfwordBranch)) return 2;
  if (isJump || reaches(REACH.branch)) return 4;
  return halfword === undefined ? 8 : 6;
}

/** A fragment whose length makes no sense. */
export interface LayoutProblem {
  readonly source: number;
  readonly message: string;
}

function fragmentLength(
  fragment: Fragment,
  section: Section,
  address: number,
  report: (problem: LayoutProblem) => void,
): number {
  switch (fragment.kind) {
    case 'branch':
      return branchLength(fragment, section, address);
    case 'align': {
      const gap = (fragment.align - (address % fragment.align)) % fragment.align;
      return gap > fragment.max ? 0 : gap;
    }
    case 'fill': {
      const value = evaluate(fragment.amount, 'laid out');
      const target = fragment.isOrigin && value?.plus?.place?.section === section ? offsetOf(value.plus.place) : 0;
      const isKnown =
        value !== undefined && value.minus === undefined && (value.plus === undefined || fragment.isOrigin);
      const amount = isKnown ? Number(value.constant) + target : -1;
      const length = fragment.isOrigin ? amount - address : amount * fragment.pattern.length;
      const most = section.type === SECTION_TYPES.nobits ? MAX_ZEROED : MAX_FILL;
      if (isKnown && length >= 0 && length <= most) return length;
      const what = isKnown ? `would need ${length} bytes` : 'has a size that is not known';
      report({ source: fragment.source, message: `this ${fragment.isOrigin ? '.org' : 'fill'} ${what}` });
      return 0;
    }
    case 'leb128': {
      const value = evaluate(fragment.value, 'laid out');
      if (value === undefined || !isNumber(value)) {
        report({ source: fragment.source, message: 'a LEB128 value must be a number or a difference of labels' });
        return 1;
      }
      return leb128(value.constant, fragment.isSigned).length;
    }
  }
}

/** Most bytes that one directive may fill, in a section with contents and in one without. */
const MAX_FILL = 2 ** 28;
const MAX_ZEROED = 2 ** 40;
const MAX_ROUNDS = 1000;

/** Decides the length of every fragment. */
export function layOut(section: Section): LayoutProblem[] {
  const { fragments } = section;
  // shift[i]: where fixed bytes after fragment i − 1 lie, minus their count from the start.
  const shift = [0, ...fragments.map(({ at }) => -at)];
  section.shifts = shift;
  let problems: LayoutProblem[] = [];
  const report = (problem: LayoutProblem): void => void problems.push(problem);
  let total = 0;
  for (const [i, fragment] of fragments.entries()) {
    shift[i] = total;
    fragment.length = fragmentLength(fragment, section, fragment.at + total, () => undefined);
    total += fragment.length;
  }
  shift[fragments.length] = total;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    problems = [];
    let stretch = 0;
    let isStable = true;
    for (const [i, fragment] of fragments.entries()) {
      shift[i]! += stretch;
      const length = fragmentLength(fragment, section, fragment.at + shift[i]!, report);
      if (length === fragment.length) continue;
      stretch += length - fragment.length;
      fragment.length = length;
      isStable = false;
    }
    shift[fragments.length]! += stretch;
    if (isStable) return problems;
  }
  return [...problems, { source: 0, message: `section ${section.name} has no stable layout` }];
}

/** @source DWARF 5, 7.6 */
export function leb128(value: Int64, isSigned: boolean): number[] {
  const bytes: number[] = [];
  let rest = isSigned ? BigInt(value) : BigInt.asUintN(64, BigInt(value));
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = isSigned ? (rest === 0n && low < 64) || (rest === -1n && low >= 64) : rest === 0n;
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}
