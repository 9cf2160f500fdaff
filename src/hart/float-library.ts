/**
 * The longer WebAssembly of floating point: tests of exactness, and fused multiply-add, which WebAssembly lacks. The
 * interpreter calls it; translated code has the tests in line.
 *
 * Exactness of double products, quotients and roots is decided on the odd parts of the significands: a product fits if the
 * odd parts' product has at most 53 bits, a quotient or root is exact if multiplying back gives the odd part again.
 * Fused doubles follow Boldo and Melquiond: error-free product and sums, the two small errors added with rounding to odd,
 * so that the last addition rounds the exact value once.
 * @source S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd",
 *   IEEE Trans. Computers 57(4), 2008; T. J. Dekker, "A floating-point technique for extending the available precision", 1971
 */
import {
  after,
  type Callee,
  type Code,
  call,
  choose,
  either,
  type F64,
  f32,
  f64,
  get,
  giveBack,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  tee,
  when,
} from '../wasm/code.ts';
import type { FunctionScope, ModuleWriter, Signature } from '../wasm/module-writer.ts';
import { floatOperation } from './float-operations.ts';
import { HART } from './layout.ts';
import type { FloatLibrary } from './operands.ts';
import { isUsualSingle } from './semantics/float-range.ts';
import { FLAG } from './soft-float.ts';

const SIGNATURES = {
  inexactProduct: { parameters: ['f64', 'f64'], result: 'i32' },
  inexactQuotient: { parameters: ['f64', 'f64', 'f64'], result: 'i32' },
  inexactRoot: { parameters: ['f64', 'f64'], result: 'i32' },
  fusedDouble: { parameters: ['i32', 'f64', 'f64', 'f64'], result: 'f64' },
  fusedSingle: { parameters: ['i32', 'f32', 'f32', 'f32'], result: 'f32' },
} as const satisfies Readonly<Record<keyof FloatLibrary, Signature>>;

/** The library's functions of one module. */
export type FloatFunctions = { readonly [Name in keyof FloatLibrary]: Callee<(typeof SIGNATURES)[Name]['result']> };

/** @param float the host's exact arithmetic: (state, record, operation, rounding mode) → exit */
export function defineFloatLibrary(writer: ModuleWriter, float: Callee<'i32'>): FloatFunctions {
  return {
    inexactProduct: writer.function(SIGNATURES.inexactProduct, (scope) => {
      const [a, b] = doubles(scope, 2) as [Local<'f64'>, Local<'f64'>];
      return inexactProduct(scope, a, b);
    }),
    inexactQuotient: writer.function(SIGNATURES.inexactQuotient, (scope) => {
      const [a, b, result] = doubles(scope, 3) as [Local<'f64'>, Local<'f64'>, Local<'f64'>];
      return inexactQuotient(scope, a, b, result);
    }),
    inexactRoot: writer.function(SIGNATURES.inexactRoot, (scope) => {
      const [a, result] = doubles(scope, 2) as [Local<'f64'>, Local<'f64'>];
      return inexactRoot(scope, a, result);
    }),
    fusedDouble: writer.function(SIGNATURES.fusedDouble, (scope) => fusedDouble(scope, float)),
    fusedSingle: writer.function(SIGNATURES.fusedSingle, (scope) => fusedSingle(scope, float)),
  };
}

/** The functions as operands use them, for the hart whose state is given. */
export const bindFloatLibrary = (functions: FloatFunctions, state: I32): FloatLibrary => ({
  inexactProduct: (a, b) => call(functions.inexactProduct, get(a), get(b)),
  inexactQuotient: (a, b, result) => call(functions.inexactQuotient, get(a), get(b), get(result)),
  inexactRoot: (a, result) => call(functions.inexactRoot, get(a), get(result)),
  fusedDouble: (a, b, c) => call(functions.fusedDouble, state, a, b, c),
  fusedSingle: (a, b, c) => call(functions.fusedSingle, state, a, b, c),
});

/** Significand of a finite, non-zero double without its trailing zeros. */
function oddPart(scope: FunctionScope, value: Local<'f64'>): I64 {
  const [bits, significand] = [scope.local('i64'), scope.local('i64')];
  const isNormal = i64.ne(i64.and(get(bits), i64.const(0x7ff0_0000_0000_0000n)), i64.const(0));
  return after(
    sequence(
      set(bits, i64.reinterpret(get(value))),
      set(
        significand,
        i64.or(i64.and(get(bits), i64.const((1n << 52n) - 1n)), i64.shl(i64.extend(isNormal), i64.const(52))),
      ),
    ),
    i64.shr(get(significand), i64.ctz(get(significand))),
  );
}

const bits = (value: Local<'i64'>): I64 => i64.sub(i64.const(64), i64.clz(get(value)));
/** Do two odd numbers multiply to more than 54 bits for certain? If not, their product fits 64 bits. */
const isLong = (a: Local<'i64'>, b: Local<'i64'>): I32 => i64.gt(i64.add(bits(a), bits(b)), i64.const(54));

const doubles = (scope: FunctionScope, count: number, first = 0): Local<'f64'>[] =>
  Array.from({ length: count }, (_, k) => scope.parameter('f64', first + k));

/** For a product a·b that is usual: was it rounded? */
export function inexactProduct(scope: FunctionScope, a: Local<'f64'>, b: Local<'f64'>): I32 {
  const [p, q] = [scope.local('i64'), scope.local('i64')];
  return after(
    sequence(set(p, oddPart(scope, a)), set(q, oddPart(scope, b))),
    choose('i32', isLong(p, q), i32.const(1), i64.ge(i64.mul(get(p), get(q)), i64.const(1n << 53n))),
  );
}

export function inexactQuotient(scope: FunctionScope, a: Local<'f64'>, b: Local<'f64'>, result: Local<'f64'>): I32 {
  const [p, q, r] = [scope.local('i64'), scope.local('i64'), scope.local('i64')];
  return after(
    sequence(set(p, oddPart(scope, a)), set(q, oddPart(scope, b)), set(r, oddPart(scope, result))),
    choose('i32', isLong(q, r), i32.const(1), i64.ne(i64.mul(get(q), get(r)), get(p))),
  );
}

export function inexactRoot(scope: FunctionScope, a: Local<'f64'>, result: Local<'f64'>): I32 {
  const [p, r] = [scope.local('i64'), scope.local('i64')];
  return after(
    sequence(set(p, oddPart(scope, a)), set(r, oddPart(scope, result))),
    choose('i32', isLong(r, r), i32.const(1), i64.ne(i64.mul(get(r), get(r)), get(p))),
  );
}

/** sum = a + b rounded; error = what rounding lost, exactly. */
export function twoSum(
  scope: FunctionScope,
  a: Local<'f64'>,
  b: Local<'f64'>,
  sum: Local<'f64'>,
  error: Local<'f64'>,
): Statement {
  const part = scope.local('f64');
  return sequence(
    set(sum, f64.add(get(a), get(b))),
    set(
      error,
      f64.add(f64.sub(get(a), f64.sub(get(sum), tee(part, f64.sub(get(sum), get(a))))), f64.sub(get(b), get(part))),
    ),
  );
}

/** If the sum was rounded and came out even, moves it one unit toward the exact value: rounding to odd. */
function makeOdd(scope: FunctionScope, sum: Local<'f64'>, error: Local<'f64'>): Statement {
  const word = scope.local('i64');
  const isAway = i32.eq(f64.gt(get(error), f64.const(0)), f64.gt(get(sum), f64.const(0)));
  return when(
    f64.ne(get(error), f64.const(0)),
    when(
      i32.isZero(i32.and(i32.wrap(tee(word, i64.reinterpret(get(sum)))), i32.const(1))),
      set(sum, f64.reinterpret(i64.add(get(word), i64.sub(i64.shl(i64.extend(isAway), i64.const(1)), i64.const(1))))),
    ),
  );
}

/** Raises "inexact" in the state. */
const raiseInexact = (state: Local<'i32'>, isInexact: I32): Statement =>
  when(
    isInexact,
    i32.store(
      get(state),
      i32.or(i32.load(get(state), HART.fflags.offset), i32.const(FLAG.inexact)),
      HART.fflags.offset,
    ),
  );

/** The host's exact result, in nearest-even mode. */
function exact<T extends 'f32' | 'f64'>(
  float: Callee<'i32'>,
  state: Local<'i32'>,
  operation: number,
  operands: readonly I64[],
  result: Code<T>,
): Statement {
  return sequence(
    ...operands.map((operand, k) => i64.store(get(state), operand, HART.scratch.offset + 8 * k)),
    [...call(float, get(state), i32.const(0), i32.const(operation), i32.const(0)), 0x1a],
    giveBack(result),
  );
}

function fusedDouble(scope: FunctionScope, float: Callee<'i32'>): F64 {
  const state = scope.parameter('i32', 0);
  const [a, b, c] = doubles(scope, 3, 1) as [Local<'f64'>, Local<'f64'>, Local<'f64'>];
  const local = () => scope.local('f64');
  const [product, productError, t, tError, v, vError, z, zError, result, lastError] = Array.from(
    { length: 10 },
    local,
  ) as Local<'f64'>[] as [
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
    Local<'f64'>,
  ];
  // Between these magnitudes nothing below overflows or underflows.
  const isMiddling = (value: Local<'f64'>, exponent: number): I32 =>
    i32.and(
      f64.ge(f64.abs(get(value)), f64.const(2 ** -exponent)),
      f64.le(f64.abs(get(value)), f64.const(2 ** exponent)),
    );
  const isZero = (value: Local<'f64'>): I32 => f64.eq(get(value), f64.const(0));
  const isSafe = i32.and(i32.and(isMiddling(a, 450), isMiddling(b, 450)), i32.or(isZero(c), isMiddling(c, 900)));
  const isZeroProduct = i32.and(isZero(product), i32.or(isZero(a), isZero(b)));
  const isBelowInfinity = (value: Local<'f64'>): I32 =>
    f64.lt(f64.abs(get(value)), f64.const(Number.POSITIVE_INFINITY));
  return after(
    sequence(
      set(product, f64.mul(get(a), get(b))),
      either(
        isSafe,
        sequence(
          dekkerError(scope, a, b, product, productError),
          twoSum(scope, c, productError, t, tError),
          twoSum(scope, product, t, v, vError),
          twoSum(scope, tError, vError, z, zError),
          makeOdd(scope, z, zError),
          twoSum(scope, v, z, result, lastError),
          raiseInexact(state, i32.or(f64.ne(get(zError), f64.const(0)), f64.ne(get(lastError), f64.const(0)))),
        ),
        either(
          i32.and(isZeroProduct, isBelowInfinity(c)),
          set(result, f64.add(get(product), get(c))),
          exact(
            float,
            state,
            floatOperation('fmadd.d'),
            [a, b, c].map((one) => i64.reinterpret(get(one))),
            f64.load(get(state), HART.scratch.offset),
          ),
        ),
      ),
    ),
    get(result),
  );
}

/** error = a·b − product, exactly. */
export function dekkerError(
  scope: FunctionScope,
  a: Local<'f64'>,
  b: Local<'f64'>,
  product: Local<'f64'>,
  error: Local<'f64'>,
): Statement {
  const split = (value: Local<'f64'>): { high: Local<'f64'>; low: Local<'f64'>; code: Statement } => {
    const [scaled, high, low] = [scope.local('f64'), scope.local('f64'), scope.local('f64')];
    const code = sequence(
      set(scaled, f64.mul(get(value), f64.const(2 ** 27 + 1))),
      set(high, f64.sub(get(scaled), f64.sub(get(scaled), get(value)))),
      set(low, f64.sub(get(value), get(high))),
    );
    return { high, low, code };
  };
  const [x, y] = [split(a), split(b)];
  const highs = f64.sub(f64.mul(get(x.high), get(y.high)), get(product));
  const middle = f64.add(f64.add(highs, f64.mul(get(x.high), get(y.low))), f64.mul(get(x.low), get(y.high)));
  return sequence(x.code, y.code, set(error, f64.add(middle, f64.mul(get(x.low), get(y.low)))));
}

/** The product of singles is exact in double; their sum rounded to odd there rounds right to single. */
function fusedSingle(scope: FunctionScope, float: Callee<'i32'>): Code<'f32'> {
  const state = scope.parameter('i32', 0);
  const [a, b, c] = [scope.parameter('f32', 1), scope.parameter('f32', 2), scope.parameter('f32', 3)];
  const [product, addend, sum, error] = [
    scope.local('f64'),
    scope.local('f64'),
    scope.local('f64'),
    scope.local('f64'),
  ];
  const result = scope.local('f32');
  const isInexact = f64.ne(f64.promote(get(result)), get(sum));
  return after(
    sequence(
      set(product, f64.mul(f64.promote(get(a)), f64.promote(get(b)))),
      set(addend, f64.promote(get(c))),
      twoSum(scope, product, addend, sum, error),
      makeOdd(scope, sum, error),
      set(result, f32.demote(get(sum))),
      either(
        isUsualSingle(result),
        raiseInexact(state, i32.or(f64.ne(get(error), f64.const(0)), isInexact)),
        when(
          f64.ne(get(sum), f64.const(0)),
          exact(
            float,
            state,
            floatOperation('fmadd.s'),
            [a, b, c].map((one) => i64.extend(i32.reinterpret(get(one)))),
            f32.load(get(state), HART.scratch.offset),
          ),
        ),
      ),
    ),
    get(result),
  );
}
