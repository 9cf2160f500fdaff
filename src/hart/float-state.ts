/** Code for the floating-point part of a hart's state, the same in both engines. */
import {
  type Callee,
  call,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
} from '../wasm/code.ts';
import { HART } from './layout.ts';

type State = Local<'i32'>;

/** mstatus.FS becomes dirty. */
export const dirtyFloat = (state: State): Statement => i32.store(get(state), i32.const(3), HART.fs.offset);

export const isFloatOff = (state: State): I32 => i32.isZero(i32.load(get(state), HART.fs.offset));

/** FS dirty, the mode nearest-even, "inexact" raised: usual results change nothing of it. */
export const isFloatSettled = (state: State): I32 =>
  i32.and(
    i32.and(i32.eq(i32.load(get(state), HART.fs.offset), i32.const(3)), accruedFlags(state)),
    i32.isZero(i32.load(get(state), HART.frm.offset)),
  );

/** Accrued exception flags. */
export const accruedFlags = (state: State): I32 => i32.load(get(state), HART.fflags.offset);

export const raiseFlags = (state: State, flags: number): Statement =>
  sequence(i32.store(get(state), i32.or(accruedFlags(state), i32.const(flags)), HART.fflags.offset), dirtyFloat(state));

/** Puts the operands of an exact operation where the host looks for them. */
export const passFloatOperands = (state: State, operands: readonly I64[]): Statement =>
  sequence(...operands.map((operand, k) => i64.store(get(state), operand, HART.scratch.offset + 8 * k)));

/** Calls the host's exact arithmetic. @returns its exit */
export const callExactFloat = (
  float: Callee<'i32'>,
  state: State,
  record: I32,
  operation: number,
  roundingMode: I32,
): I32 => call(float, get(state), record, i32.const(operation), roundingMode);

/** Bits of the result of an exact operation. */
export const exactOutcome = (state: State): I64 => i64.load(get(state), HART.scratch.offset);
