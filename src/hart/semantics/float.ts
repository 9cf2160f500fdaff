/**
 * Floating point, F and D. WebAssembly rounds to nearest even and has no flags. The common case is done natively: the mode
 * is nearest-even and the result is a usual number, neither overflown nor near underflow nor NaN. Then at most "inexact" can
 * be raised; when it has been already, nothing remains to be found out, otherwise an error-free test says. Everything
 * else goes out of line, to exact integer arithmetic.
 */
import type { InstructionName } from '../../isa/rv64.ts';
import {
  either,
  type F32,
  type F64,
  f32,
  f64,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  when,
} from '../../wasm/code.ts';
import { floatOperation } from '../float-operations.ts';
import type { Operands } from '../operands.ts';
import { ROUND } from '../soft-float.ts';
import { isUsualDouble, isUsualSingle } from './float-range.ts';
import {
  doubleResult,
  isNearestEven,
  isZeroDouble,
  isZeroSingle,
  raiseIfInexact,
  singleResult,
  sumError,
  sumErrorSingle,
} from './float-result.ts';
import { fusedDouble, fusedSingle } from './fused.ts';

type Semantics = (o: Operands) => Statement;

interface Arithmetic<T extends 'f64' | 'f32'> {
  readonly native: (operands: readonly Local<T>[]) => T extends 'f64' ? F64 : F32;
  /** Is the native result right without a flag, though it is not a usual number? */
  readonly isTrivial: (operands: readonly Local<T>[], result: Local<T>) => I32;
  readonly isInexact: (o: Operands, operands: readonly Local<T>[], result: Local<T>) => I32;
}

/** Operands as 64-bit words for an exact operation. */
const doubleBits = (operands: readonly Local<'f64'>[]): I64[] => operands.map((one) => i64.reinterpret(get(one)));
const singleBits = (operands: readonly Local<'f32'>[]): I64[] =>
  operands.map((one) => i64.extend(i32.reinterpret(get(one))));

function doubleArithmetic(name: InstructionName, count: 1 | 2, arithmetic: Arithmetic<'f64'>): Semantics {
  return (o) => {
    const operands = ([1, 2] as const).slice(0, count).map((k) => ({ k, local: o.scope.local('f64') }));
    const locals = operands.map(({ local }) => local);
    const result = o.scope.local('f64');
    const exact = either(
      i32.and(isUsualDouble(result), isNearestEven(o)),
      raiseIfInexact(o, arithmetic.isInexact(o, locals, result)),
      either(
        i32.and(arithmetic.isTrivial(locals, result), isNearestEven(o)),
        [],
        sequence(o.exactFloat(floatOperation(name), doubleBits(locals)), set(result, f64.reinterpret(o.outcome))),
      ),
    );
    return sequence(
      ...operands.map(({ k, local }) => set(local, o.double(k))),
      set(result, arithmetic.native(locals)),
      doubleResult(o, [isUsualDouble(result)], result, exact),
    );
  };
}

function singleArithmetic(name: InstructionName, count: 1 | 2, arithmetic: Arithmetic<'f32'>): Semantics {
  return (o) => {
    const operands = ([1, 2] as const).slice(0, count).map((k) => ({ k, local: o.scope.local('f32') }));
    const locals = operands.map(({ local }) => local);
    const result = o.scope.local('f32');
    const exact = either(
      i32.and(isUsualSingle(result), isNearestEven(o)),
      raiseIfInexact(o, arithmetic.isInexact(o, locals, result)),
      either(
        i32.and(arithmetic.isTrivial(locals, result), isNearestEven(o)),
        [],
        sequence(
          o.exactFloat(floatOperation(name), singleBits(locals)),
          set(result, f32.reinterpret(i32.wrap(o.outcome))),
        ),
      ),
    );
    return sequence(
      ...operands.map(({ k, local }) => set(local, o.single(k))),
      set(result, arithmetic.native(locals)),
      singleResult(o, [isUsualSingle(result)], result, exact),
    );
  };
}

const addDouble = (operation: 'add' | 'sub'): Arithmetic<'f64'> => ({
  native: ([a, b]) => f64[operation](get(a!), get(b!)),
  // Sums do not underflow, and a zero sum is exact.
  isTrivial: (_, result) => f64.lt(f64.abs(get(result)), f64.const(2 ** -1020)),
  isInexact: (o, [a, b], result) => {
    const second = operation === 'add' ? get(b!) : f64.neg(get(b!));
    return f64.ne(sumError(get(a!), second, get(result), o.scope.local('f64')), f64.const(0));
  },
});
const addSingle = (operation: 'add' | 'sub'): Arithmetic<'f32'> => ({
  native: ([a, b]) => f32[operation](get(a!), get(b!)),
  isTrivial: (_, result) => f32.lt(f32.abs(get(result)), f32.const(2 ** -124)),
  isInexact: (o, [a, b], result) => {
    const second = operation === 'add' ? get(b!) : f32.neg(get(b!));
    return f32.ne(sumErrorSingle(get(a!), second, get(result), o.scope.local('f32')), f32.const(0));
  },
});

/** A zero product or quotient is exact when its first operand, or either factor, is zero. */

const MULTIPLY_DOUBLE: Arithmetic<'f64'> = {
  native: ([a, b]) => f64.mul(get(a!), get(b!)),
  isTrivial: ([a, b], result) => i32.and(isZeroDouble(result), i32.or(isZeroDouble(a!), isZeroDouble(b!))),
  isInexact: (o, [a, b]) => o.library.inexactProduct(a!, b!),
};
const DIVIDE_DOUBLE: Arithmetic<'f64'> = {
  native: ([a, b]) => f64.div(get(a!), get(b!)),
  isTrivial: ([a], result) => i32.and(isZeroDouble(result), isZeroDouble(a!)),
  isInexact: (o, [a, b], result) => o.library.inexactQuotient(a!, b!, result),
};
const ROOT_DOUBLE: Arithmetic<'f64'> = {
  native: ([a]) => f64.sqrt(get(a!)),
  isTrivial: (_, result) => isZeroDouble(result),
  isInexact: (o, [a], result) => o.library.inexactRoot(a!, result),
};
// Products of singles are exact in double precision.
const MULTIPLY_SINGLE: Arithmetic<'f32'> = {
  native: ([a, b]) => f32.mul(get(a!), get(b!)),
  isTrivial: ([a, b], result) => i32.and(isZeroSingle(result), i32.or(isZeroSingle(a!), isZeroSingle(b!))),
  isInexact: (_, [a, b], result) =>
    f64.ne(f64.mul(f64.promote(get(a!)), f64.promote(get(b!))), f64.promote(get(result))),
};
const DIVIDE_SINGLE: Arithmetic<'f32'> = {
  native: ([a, b]) => f32.div(get(a!), get(b!)),
  isTrivial: ([a], result) => i32.and(isZeroSingle(result), isZeroSingle(a!)),
  isInexact: (_, [a, b], result) =>
    f64.ne(f64.mul(f64.promote(get(result)), f64.promote(get(b!))), f64.promote(get(a!))),
};
const ROOT_SINGLE: Arithmetic<'f32'> = {
  native: ([a]) => f32.sqrt(get(a!)),
  isTrivial: (_, result) => isZeroSingle(result),
  isInexact: (_, [a], result) =>
    f64.ne(f64.mul(f64.promote(get(result)), f64.promote(get(result))), f64.promote(get(a!))),
};

/** rd = outcome of an exact operation on fs1 and fs2. */
function exactToInteger(name: InstructionName, isSingle: boolean): Semantics {
  return (o) => {
    const operand = (k: 1 | 2): I64 => (isSingle ? i64.extend(i32.reinterpret(o.single(k))) : o.floatBits(k));
    return sequence(o.requireFloat(), o.exactFloat(floatOperation(name), [operand(1), operand(2)]), o.setRd(o.outcome));
  };
}

/** Comparisons: native unless an operand is a NaN. */
function comparison(name: InstructionName, format: 's' | 'd', relation: 'eq' | 'lt' | 'le'): Semantics {
  return (o) => {
    const exact = exactToInteger(name, format === 's');
    if (format === 'd') {
      const [a, b] = [o.scope.local('f64'), o.scope.local('f64')];
      const isOrdered = i32.and(f64.eq(get(a), get(a)), f64.eq(get(b), get(b)));
      return sequence(
        o.requireFloat(),
        set(a, o.double(1)),
        set(b, o.double(2)),
        either(isOrdered, o.setRd(i64.extend(f64[relation](get(a), get(b)))), exact(o)),
      );
    }
    const [a, b] = [o.scope.local('f32'), o.scope.local('f32')];
    const isOrdered = i32.and(f32.eq(get(a), get(a)), f32.eq(get(b), get(b)));
    return sequence(
      o.requireFloat(),
      set(a, o.single(1)),
      set(b, o.single(2)),
      either(isOrdered, o.setRd(i64.extend(f32[relation](get(a), get(b)))), exact(o)),
    );
  };
}

/** Minimum and maximum: native (−0 is below +0 there, too) unless an operand is a NaN. */
function extremeDouble(name: InstructionName, operation: 'min' | 'max'): Semantics {
  return (o) => {
    const [a, b, result] = [o.scope.local('f64'), o.scope.local('f64'), o.scope.local('f64')];
    return sequence(
      o.requireFloat(),
      set(a, o.double(1)),
      set(b, o.double(2)),
      set(result, f64[operation](get(a), get(b))),
      when(
        f64.ne(get(result), get(result)),
        o.exactFloat(floatOperation(name), doubleBits([a, b])),
        set(result, f64.reinterpret(o.outcome)),
      ),
      o.setDouble(get(result)),
    );
  };
}

function extremeSingle(name: InstructionName, operation: 'min' | 'max'): Semantics {
  return (o) => {
    const [a, b, result] = [o.scope.local('f32'), o.scope.local('f32'), o.scope.local('f32')];
    return sequence(
      o.requireFloat(),
      set(a, o.single(1)),
      set(b, o.single(2)),
      set(result, f32[operation](get(a), get(b))),
      when(
        f32.ne(get(result), get(result)),
        o.exactFloat(floatOperation(name), singleBits([a, b])),
        set(result, f32.reinterpret(i32.wrap(o.outcome))),
      ),
      o.setSingle(get(result)),
    );
  };
}

/** Sign injection on bits: magnitude of fs1, a sign made of both. */
function injectSign(format: 's' | 'd', { ofTwo: sign, ofOne }: SignRule): Semantics {
  return (o) => {
    // Moves, negations and magnitudes are written in this way.
    if (format === 'd' && o.hasOneSource) return sequence(o.requireFloat(), o.setDouble(ofOne(o.double(1))));
    const [a, b] = [o.scope.local('i64'), o.scope.local('i64')];
    const top = i64.const(format === 'd' ? 1n << 63n : 1n << 31n);
    const magnitude = i64.const(format === 'd' ? (1n << 63n) - 1n : (1n << 31n) - 1n);
    const bits = (k: 1 | 2): I64 => (format === 'd' ? o.floatBits(k) : i64.extend(i32.reinterpret(o.single(k))));
    const result = i64.or(i64.and(get(a), magnitude), i64.and(sign(get(a), get(b)), top));
    return sequence(
      o.requireFloat(),
      set(a, bits(1)),
      set(b, bits(2)),
      o.setFloatBits(format === 'd' ? result : i64.or(result, i64.const(-1n << 32n))),
    );
  };
}
interface SignRule {
  /** Word whose top bit is the sign of the result. */
  readonly ofTwo: (a: I64, b: I64) => I64;
  /** The result when both operands are the same. */
  readonly ofOne: (a: F64) => F64;
}
const SIGN = {
  copy: { ofTwo: (_a, b) => b, ofOne: (a) => a },
  opposite: { ofTwo: (_a, b) => i64.xor(b, i64.const(-1)), ofOne: f64.neg },
  combine: { ofTwo: i64.xor, ofOne: f64.abs },
} as const satisfies Readonly<Record<string, SignRule>>;

/**
 * To an integer. Toward zero, as C casts do, is native when the number is in range.
 * @param limits exclusive, of numbers whose integer part fits
 */
function toInteger(
  name: InstructionName,
  isSingle: boolean,
  limits: readonly [number, number],
  width: 32 | 64,
  isSigned: boolean,
): Semantics {
  return (o) => {
    const value = o.scope.local('f64');
    const integer = o.scope.local('i64');
    const isInRange = i32.and(f64.gt(get(value), f64.const(limits[0])), f64.lt(get(value), f64.const(limits[1])));
    const [truncate, back] =
      isSigned || width === 32 ? [i64.truncF64, f64.convert64] : [i64.truncF64Unsigned, f64.convert64Unsigned];
    return sequence(
      o.requireFloat(),
      // Singles are doubles, too.
      set(value, isSingle ? f64.promote(o.single(1)) : o.double(1)),
      either(
        i32.and(isInRange, i32.eq(o.roundingMode, i32.const(ROUND.towardZero))),
        sequence(
          set(integer, truncate(get(value))),
          raiseIfInexact(o, f64.ne(back(get(integer)), get(value))),
          o.setRd(width === 32 ? i64.extend32Signed(get(integer)) : get(integer)),
        ),
        sequence(
          o.exactFloat(floatOperation(name), [
            isSingle ? i64.extend(i32.reinterpret(o.single(1))) : i64.reinterpret(get(value)),
          ]),
          o.setRd(o.outcome),
        ),
      ),
    );
  };
}

/** From an integer: exact when the nearest number converts back to it. */
function fromInteger(name: InstructionName, isSingle: boolean, width: 32 | 64, isSigned: boolean): Semantics {
  return (o) => {
    const integer = o.scope.local('i64');
    const source = (() => {
      if (width === 64) return o.rs1;
      return isSigned ? i64.extend32Signed(o.rs1) : i64.and(o.rs1, i64.const(0xffffffff));
    })();
    const isUnsigned64 = width === 64 && !isSigned;
    const converted = isUnsigned64 ? f64.convert64Unsigned(get(integer)) : f64.convert64(get(integer));
    if (!isSingle && width === 32) return sequence(o.requireFloat(), set(integer, source), o.setDouble(converted));
    // Below 2^24 or 2^53 in magnitude every integer is a number of the format.
    const limit = isSingle ? 1n << 24n : 1n << 53n;
    const isExact = isUnsigned64
      ? i64.le(get(integer), i64.const(limit))
      : i64.le(i64.add(get(integer), i64.const(limit)), i64.const(2n * limit));
    const native = isSingle ? o.setSingle(f32.demote(converted)) : o.setDouble(converted);
    const exact = isSingle
      ? o.setSingle(f32.reinterpret(i32.wrap(o.outcome)))
      : o.setDouble(f64.reinterpret(o.outcome));
    return sequence(
      o.requireFloat(),
      set(integer, source),
      either(
        i32.and(isExact, i32.le(o.roundingMode, i32.const(ROUND.nearestAway))),
        native,
        sequence(o.exactFloat(floatOperation(name), [get(integer)]), exact),
      ),
    );
  };
}

const narrow: Semantics = (o) => {
  const [value, result] = [o.scope.local('f64'), o.scope.local('f32')];
  return sequence(
    o.requireFloat(),
    set(value, o.double(1)),
    set(result, f32.demote(get(value))),
    either(
      i32.and(i32.or(isUsualSingle(result), isZeroDouble(value)), isNearestEven(o)),
      raiseIfInexact(o, f64.ne(f64.promote(get(result)), get(value))),
      sequence(
        o.exactFloat(floatOperation('fcvt.s.d'), doubleBits([value])),
        set(result, f32.reinterpret(i32.wrap(o.outcome))),
      ),
    ),
    o.setSingle(get(result)),
  );
};

/** Every single is a double; only NaNs need care. */
const widen: Semantics = (o) => {
  const [value, result] = [o.scope.local('f32'), o.scope.local('f64')];
  return sequence(
    o.requireFloat(),
    set(value, o.single(1)),
    set(result, f64.promote(get(value))),
    when(
      i32.or(f32.ne(get(value), get(value)), i32.gt(o.roundingMode, i32.const(ROUND.nearestAway))),
      o.exactFloat(floatOperation('fcvt.d.s'), singleBits([value])),
      set(result, f64.reinterpret(o.outcome)),
    ),
    o.setDouble(get(result)),
  );
};

const INT32 = [-(2 ** 31) - 1, 2 ** 31] as const;
const UINT32 = [-1, 2 ** 32] as const;
// −2^63 itself is left to the exact way: no double lies just below it.
const INT64 = [-(2 ** 63), 2 ** 63] as const;
const UINT64 = [-1, 2 ** 64] as const;

export const FLOAT = {
  'fadd.d': doubleArithmetic('fadd.d', 2, addDouble('add')),
  'fsub.d': doubleArithmetic('fsub.d', 2, addDouble('sub')),
  'fmul.d': doubleArithmetic('fmul.d', 2, MULTIPLY_DOUBLE),
  'fdiv.d': doubleArithmetic('fdiv.d', 2, DIVIDE_DOUBLE),
  'fsqrt.d': doubleArithmetic('fsqrt.d', 1, ROOT_DOUBLE),
  'fmadd.d': fusedDouble('fmadd.d', false, false),
  'fmsub.d': fusedDouble('fmsub.d', false, true),
  'fnmsub.d': fusedDouble('fnmsub.d', true, false),
  'fnmadd.d': fusedDouble('fnmadd.d', true, true),
  'fmin.d': extremeDouble('fmin.d', 'min'),
  'fmax.d': extremeDouble('fmax.d', 'max'),
  'fsgnj.d': injectSign('d', SIGN.copy),
  'fsgnjn.d': injectSign('d', SIGN.opposite),
  'fsgnjx.d': injectSign('d', SIGN.combine),
  'feq.d': comparison('feq.d', 'd', 'eq'),
  'flt.d': comparison('flt.d', 'd', 'lt'),
  'fle.d': comparison('fle.d', 'd', 'le'),
  'fclass.d': exactToInteger('fclass.d', false),
  'fcvt.w.d': toInteger('fcvt.w.d', false, INT32, 32, true),
  'fcvt.wu.d': toInteger('fcvt.wu.d', false, UINT32, 32, false),
  'fcvt.l.d': toInteger('fcvt.l.d', false, INT64, 64, true),
  'fcvt.lu.d': toInteger('fcvt.lu.d', false, UINT64, 64, false),
  'fcvt.d.w': fromInteger('fcvt.d.w', false, 32, true),
  'fcvt.d.wu': fromInteger('fcvt.d.wu', false, 32, false),
  'fcvt.d.l': fromInteger('fcvt.d.l', false, 64, true),
  'fcvt.d.lu': fromInteger('fcvt.d.lu', false, 64, false),
  'fcvt.d.s': widen,
  'fcvt.s.d': narrow,
  'fmv.x.d': (o) => sequence(o.requireFloat(), o.setRd(o.floatBits(1))),
  'fmv.d.x': (o) => sequence(o.requireFloat(), o.setFloatBits(o.rs1)),

  'fadd.s': singleArithmetic('fadd.s', 2, addSingle('add')),
  'fsub.s': singleArithmetic('fsub.s', 2, addSingle('sub')),
  'fmul.s': singleArithmetic('fmul.s', 2, MULTIPLY_SINGLE),
  'fdiv.s': singleArithmetic('fdiv.s', 2, DIVIDE_SINGLE),
  'fsqrt.s': singleArithmetic('fsqrt.s', 1, ROOT_SINGLE),
  'fmadd.s': fusedSingle('fmadd.s', false, false),
  'fmsub.s': fusedSingle('fmsub.s', false, true),
  'fnmsub.s': fusedSingle('fnmsub.s', true, false),
  'fnmadd.s': fusedSingle('fnmadd.s', true, true),
  'fmin.s': extremeSingle('fmin.s', 'min'),
  'fmax.s': extremeSingle('fmax.s', 'max'),
  'fsgnj.s': injectSign('s', SIGN.copy),
  'fsgnjn.s': injectSign('s', SIGN.opposite),
  'fsgnjx.s': injectSign('s', SIGN.combine),
  'feq.s': comparison('feq.s', 's', 'eq'),
  'flt.s': comparison('flt.s', 's', 'lt'),
  'fle.s': comparison('fle.s', 's', 'le'),
  'fclass.s': exactToInteger('fclass.s', true),
  'fcvt.w.s': toInteger('fcvt.w.s', true, INT32, 32, true),
  'fcvt.wu.s': toInteger('fcvt.wu.s', true, UINT32, 32, false),
  'fcvt.l.s': toInteger('fcvt.l.s', true, INT64, 64, true),
  'fcvt.lu.s': toInteger('fcvt.lu.s', true, UINT64, 64, false),
  'fcvt.s.w': fromInteger('fcvt.s.w', true, 32, true),
  'fcvt.s.wu': fromInteger('fcvt.s.wu', true, 32, false),
  'fcvt.s.l': fromInteger('fcvt.s.l', true, 64, true),
  'fcvt.s.lu': fromInteger('fcvt.s.lu', true, 64, false),
  'fmv.x.w': (o) => sequence(o.requireFloat(), o.setRd(i64.extend32Signed(o.floatBits(1)))),
  'fmv.w.x': (o) => sequence(o.requireFloat(), o.setFloatBits(i64.or(o.rs1, i64.const(-1n << 32n)))),
} as const satisfies Readonly<Record<string, Semantics>>;
