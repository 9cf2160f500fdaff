/** Fused multiply-add: in nearest-even mode by native arithmetic, otherwise exactly. */
import type { InstructionName } from '../../isa/rv64.ts';
import {
  either,
  type F64,
  f32,
  f64,
  get,
  type I32,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
} from '../../wasm/code.ts';
import { dekkerError, twoSum } from '../float-library.ts';
import { floatOperation } from '../float-operations.ts';
import type { Operands } from '../operands.ts';
import { isUsualDouble, isUsualSingle } from './float-range.ts';
import { doubleResult, isNearestEven, isZeroDouble, raiseIfInexact, singleResult, sumError } from './float-result.ts';

type Semantics = (o: Operands) => Statement;

/** Is a·b + c a number? */
const isFiniteSum = (a: Local<'f64'>, b: Local<'f64'>, c: Local<'f64'>): I32 =>
  f64.lt(f64.abs(f64.add(f64.mul(get(a), get(b)), get(c))), f64.const(Number.POSITIVE_INFINITY));

/** A result that may turn out right. */
interface Quick {
  readonly compute: Statement;
  /** Together: it is the right one, and a usual one. */
  readonly isUsual: readonly I32[];
  /** It is the right one, and usual or an exact zero. */
  readonly isRight: I32;
  /** Was it rounded, if it is right? */
  readonly isInexact: I32;
}

/**
 * a·b + c with the rounding test: the exact value is sum + (sumError + productError). What is in the brackets is known to a
 * part in 2^53; when the bounds of it lead to the same double, that is the result. An overflow on the way makes the two
 * unequal (they are NaN); the product's error is exact where the product is not tiny.
 * @source V. Lefèvre, J.-M. Muller et al., "Handbook of Floating-Point Arithmetic", "Ziv's rounding test"
 */
function quickFusedDouble(
  o: Operands,
  [a, b, c]: readonly [Local<'f64'>, Local<'f64'>, Local<'f64'>],
  result: Local<'f64'>,
): Quick {
  const local = (): Local<'f64'> => o.scope.local('f64');
  const [product, productError, sum, lost, error, part] = [local(), local(), local(), local(), local(), local()];
  const bound = (factor: number): F64 => f64.add(get(sum), f64.mul(get(error), f64.const(factor)));
  const boundsMeet = f64.eq(get(result), bound(1 - 2 ** -51));
  const isNotTiny = f64.ge(f64.abs(get(product)), f64.const(2 ** -900));
  const isRounded = (x: Local<'f64'>, y: Local<'f64'>, rounded: Local<'f64'>): I32 =>
    f64.ne(sumError(get(x), get(y), get(rounded), part), f64.const(0));
  return {
    compute: sequence(
      set(product, f64.mul(get(a), get(b))),
      dekkerError(o.scope, a, b, product, productError),
      twoSum(o.scope, product, c, sum, lost),
      set(error, f64.add(get(lost), get(productError))),
      set(result, bound(1 + 2 ** -51)),
    ),
    isUsual: [boundsMeet, isNotTiny, isUsualDouble(result)],
    // Both bounds are zero only when nothing is left.
    isRight: i32.and(i32.and(boundsMeet, isNotTiny), i32.or(isUsualDouble(result), isZeroDouble(result))),
    isInexact: i32.or(isRounded(lost, productError, error), isRounded(sum, error, result)),
  };
}

/**
 * a·b + c in doubles, where the product is exact, rounded to a single. Rounding twice goes wrong only when the double lies in
 * the middle of two singles.
 */
function quickFusedSingle(
  o: Operands,
  [a, b, c]: readonly [Local<'f32'>, Local<'f32'>, Local<'f32'>],
  result: Local<'f32'>,
): Quick {
  const local = (): Local<'f64'> => o.scope.local('f64');
  const [product, sum, part] = [local(), local(), local()];
  const belowSingle = i32.and(i32.wrap(i64.reinterpret(get(sum))), i32.const(0x1fff_ffff));
  const isCertain = i32.ne(belowSingle, i32.const(0x1000_0000));
  return {
    compute: sequence(
      set(product, f64.mul(f64.promote(get(a)), f64.promote(get(b)))),
      set(sum, f64.add(get(product), f64.promote(get(c)))),
      set(result, f32.demote(get(sum))),
    ),
    isUsual: [isCertain, isUsualSingle(result)],
    isRight: i32.and(isCertain, i32.or(isUsualSingle(result), isZeroDouble(sum))),
    isInexact: i32.or(
      f64.ne(sumError(get(product), f64.promote(get(c)), get(sum), part), f64.const(0)),
      f64.ne(f64.promote(get(result)), get(sum)),
    ),
  };
}

/**
 * ±(fs1 · fs2) ± fs3. In nearest-even mode the library computes it, flags and all; where the engine knows whether the float
 * state is settled, the rounding test comes first.
 */
export function fusedDouble(name: InstructionName, negatesProduct: boolean, negatesAddend: boolean): Semantics {
  return (o) => {
    const [a, b, c, result] = [1, 2, 3, 4].map(() => o.scope.local('f64')) as [
      Local<'f64'>,
      Local<'f64'>,
      Local<'f64'>,
      Local<'f64'>,
    ];
    const factor = negatesProduct ? f64.neg(o.double(1)) : o.double(1);
    const addend = negatesAddend ? f64.neg(o.double(3)) : o.double(3);
    const operands = sequence(set(a, factor), set(b, o.double(2)), set(c, addend));
    const host = sequence(
      o.exactFloat(
        floatOperation(name),
        ([1, 2, 3] as const).map((k) => o.floatBits(k)),
      ),
      set(result, f64.reinterpret(o.outcome)),
    );
    if (o.isFloatSettled === undefined) {
      const library = set(result, o.library.fusedDouble(get(a), get(b), get(c)));
      return sequence(operands, o.requireFloat(), either(isNearestEven(o), library, host), o.setDouble(get(result)));
    }
    const quick = quickFusedDouble(o, [a, b, c], result);
    const isZeroProduct = i32.and(i32.or(isZeroDouble(a), isZeroDouble(b)), isFiniteSum(a, b, c));
    const exact = either(
      i32.and(quick.isRight, isNearestEven(o)),
      raiseIfInexact(o, quick.isInexact),
      either(i32.and(isZeroProduct, isNearestEven(o)), set(result, f64.add(f64.mul(get(a), get(b)), get(c))), host),
    );
    return sequence(operands, quick.compute, doubleResult(o, quick.isUsual, result, exact));
  };
}

export function fusedSingle(name: InstructionName, negatesProduct: boolean, negatesAddend: boolean): Semantics {
  return (o) => {
    const [a, b, c, result] = [1, 2, 3, 4].map(() => o.scope.local('f32')) as [
      Local<'f32'>,
      Local<'f32'>,
      Local<'f32'>,
      Local<'f32'>,
    ];
    const factor = negatesProduct ? f32.neg(o.single(1)) : o.single(1);
    const addend = negatesAddend ? f32.neg(o.single(3)) : o.single(3);
    const operands = sequence(set(a, factor), set(b, o.single(2)), set(c, addend));
    const host = sequence(
      o.exactFloat(
        floatOperation(name),
        ([1, 2, 3] as const).map((k) => i64.extend(i32.reinterpret(o.single(k)))),
      ),
      set(result, f32.reinterpret(i32.wrap(o.outcome))),
    );
    if (o.isFloatSettled === undefined) {
      const library = set(result, o.library.fusedSingle(get(a), get(b), get(c)));
      return sequence(operands, o.requireFloat(), either(isNearestEven(o), library, host), o.setSingle(get(result)));
    }
    const quick = quickFusedSingle(o, [a, b, c], result);
    const exact = either(i32.and(quick.isRight, isNearestEven(o)), raiseIfInexact(o, quick.isInexact), host);
    return sequence(operands, quick.compute, singleResult(o, quick.isUsual, result, exact));
  };
}
