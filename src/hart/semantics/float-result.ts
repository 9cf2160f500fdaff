/** How floating-point instructions finish: native results, the flag "inexact", and what is exact for certain. */
import {
  eitherAll,
  type F32,
  type F64,
  f32,
  f64,
  get,
  type I32,
  i32,
  type Local,
  type Statement,
  sequence,
  tee,
  when,
} from '../../wasm/code.ts';
import type { Operands } from '../operands.ts';
import { FLAG } from '../soft-float.ts';

export const isNearestEven = (o: Operands): I32 => i32.isZero(o.roundingMode);

/** Raises "inexact" if it is not raised yet and the test says so. */
export const raiseIfInexact = (o: Operands, isInexact: I32): Statement =>
  when(i32.isZero(i32.and(o.flags, i32.const(FLAG.inexact))), when(isInexact, o.raise(FLAG.inexact)));

/** Error of the rounded sum a + b, exact; not 0 or NaN when the sum was inexact. */
export const sumError = (a: F64, b: F64, sum: F64, part: Local<'f64'>): F64 =>
  f64.add(f64.sub(a, f64.sub(sum, tee(part, f64.sub(sum, a)))), f64.sub(b, get(part)));
export const sumErrorSingle = (a: F32, b: F32, sum: F32, part: Local<'f32'>): F32 =>
  f32.add(f32.sub(a, f32.sub(sum, tee(part, f32.sub(sum, a)))), f32.sub(b, get(part)));

/**
 * Finishes an instruction whose result has been computed natively.
 * @param isRight is that all there is to do when the float state is settled?
 * @param exact   makes the result right and raises flags, otherwise
 */
export function doubleResult(o: Operands, isRight: readonly I32[], result: Local<'f64'>, exact: Statement): Statement {
  const general = sequence(o.requireFloat(), exact, o.setDouble(get(result)));
  if (o.isFloatSettled === undefined) return general;
  const isDone = [...isRight, o.isFloatSettled];
  return eitherAll(isDone, o.setSettledDouble(get(result)), sequence(general, o.settleFloat()));
}

export function singleResult(o: Operands, isRight: readonly I32[], result: Local<'f32'>, exact: Statement): Statement {
  const general = sequence(o.requireFloat(), exact, o.setSingle(get(result)));
  if (o.isFloatSettled === undefined) return general;
  const isDone = [...isRight, o.isFloatSettled];
  return eitherAll(isDone, o.setSettledSingle(get(result)), sequence(general, o.settleFloat()));
}

export const isZeroDouble = (value: Local<'f64'>): I32 => f64.eq(get(value), f64.const(0));
export const isZeroSingle = (value: Local<'f32'>): I32 => f32.eq(get(value), f32.const(0));
