import { get, type I32, i32, i64, type Local } from '../../wasm/code.ts';

/** Normal, finite, and not of the smallest exponent, to which a number that underflowed may have rounded up. */
export const isUsualDouble = (value: Local<'f64'>): I32 =>
  i32.lt(
    i32.sub(i32.and(i32.wrap(i64.shr(i64.reinterpret(get(value)), i64.const(52))), i32.const(0x7ff)), i32.const(2)),
    i32.const(0x7fd),
  );
export const isUsualSingle = (value: Local<'f32'>): I32 =>
  i32.lt(
    i32.sub(i32.and(i32.shr(i32.reinterpret(get(value)), i32.const(23)), i32.const(0xff)), i32.const(2)),
    i32.const(0xfd),
  );
