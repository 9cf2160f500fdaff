/**
 * The floating-point instructions in terms of `soft-float.ts`: what generated code asks for when its own way is not known
 * to be exact. Operands are register contents; singles come and go without their box.
 */
import type { InstructionName } from '../isa/rv64.ts';
import {
  add,
  classify,
  compare,
  convert,
  DOUBLE,
  divide,
  extreme,
  type FloatFormat,
  type FloatResult,
  fromInteger,
  multiply,
  multiplyAdd,
  SINGLE,
  squareRoot,
  toInteger,
} from './soft-float.ts';

type Operation = (a: bigint, b: bigint, c: bigint, mode: number) => FloatResult;

function operationsOf(format: FloatFormat): Record<string, Operation> {
  const sign = 1n << BigInt(format.exponentBits + format.fractionBits);
  const isSingle = format === SINGLE;
  const integers = {
    w: { read: (value: bigint) => BigInt.asIntN(32, value), width: 32, isSigned: true },
    wu: { read: (value: bigint) => BigInt.asUintN(32, value), width: 32, isSigned: false },
    l: { read: (value: bigint) => BigInt.asIntN(64, value), width: 64, isSigned: true },
    lu: { read: (value: bigint) => BigInt.asUintN(64, value), width: 64, isSigned: false },
  } as const;
  const suffix = isSingle ? 's' : 'd';
  const operations: Record<string, Operation> = {
    fadd: (a, b, _c, mode) => add(format, a, b, mode),
    fsub: (a, b, _c, mode) => add(format, a, b ^ sign, mode),
    fmul: (a, b, _c, mode) => multiply(format, a, b, mode),
    fdiv: (a, b, _c, mode) => divide(format, a, b, mode),
    fsqrt: (a, _b, _c, mode) => squareRoot(format, a, mode),
    fmadd: (a, b, c, mode) => multiplyAdd(format, a, b, c, mode),
    fmsub: (a, b, c, mode) => multiplyAdd(format, a, b, c ^ sign, mode),
    fnmsub: (a, b, c, mode) => multiplyAdd(format, a ^ sign, b, c, mode),
    fnmadd: (a, b, c, mode) => multiplyAdd(format, a ^ sign, b, c ^ sign, mode),
    fmin: (a, b) => extreme(format, a, b, 'min'),
    fmax: (a, b) => extreme(format, a, b, 'max'),
    feq: (a, b) => compare(format, a, b, 'equal'),
    flt: (a, b) => compare(format, a, b, 'less'),
    fle: (a, b) => compare(format, a, b, 'lessOrEqual'),
    fclass: (a) => classify(format, a),
  };
  const named = Object.entries(operations).map(([name, operation]): [string, Operation] => [
    `${name}.${suffix}`,
    operation,
  ]);
  for (const [letters, { read, width, isSigned }] of Object.entries(integers)) {
    named.push([`fcvt.${letters}.${suffix}`, (a, _b, _c, mode) => toInteger(format, a, width, isSigned, mode)]);
    named.push([`fcvt.${suffix}.${letters}`, (a, _b, _c, mode) => fromInteger(format, read(a), mode)]);
  }
  return Object.fromEntries(named);
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...operationsOf(SINGLE),
  ...operationsOf(DOUBLE),
  'fcvt.s.d': (a, _b, _c, mode) => convert(DOUBLE, SINGLE, a, mode),
  'fcvt.d.s': (a, _b, _c, mode) => convert(SINGLE, DOUBLE, a, mode),
};

const names = Object.keys(OPERATIONS);
const operations = Object.values(OPERATIONS);

/** The number that generated code calls an instruction by. */
export function floatOperation(name: InstructionName): number {
  const index = names.indexOf(name);
  if (index < 0) throw new Error(`${name} has no floating-point operation`);
  return index;
}

/**
 * Does the instruction of this number.
 * @param mode 0 … 4
 * @returns bits of the result: an integer sign-extended to 64 bits, a double, or a single without its box
 */
export const computeFloat = (operation: number, a: bigint, b: bigint, c: bigint, mode: number): FloatResult =>
  operations[operation]!(a, b, c, mode);
