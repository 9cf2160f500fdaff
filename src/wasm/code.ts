/**
 * WebAssembly code as typed values. A piece of code is its encoded bytes; its type says what it leaves on the operand
 * stack, so that `i64.add(i64.const(1n), f64.const(2))` does not compile. Bytes are plain arrays because pieces are small, are
 * joined often and never change. Structured control takes bodies as pieces, too; branch depths are counted by whoever
 * writes them.
 */
import { signedLeb, signedLeb64, unsignedLeb } from './leb128.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

declare const leaves: unique symbol;
/** Encoded instructions that leave one value of type T on the stack, or nothing (`Code<'none'>`). */
export type Code<T extends ValueType | 'none'> = readonly number[] & { readonly [leaves]?: T };
export type I32 = Code<'i32'>;
export type I64 = Code<'i64'>;
export type F32 = Code<'f32'>;
export type F64 = Code<'f64'>;
export type V128 = Code<'v128'>;
export type Statement = Code<'none'>;

/** A local variable or parameter of the function under construction. */
export interface Local<T extends ValueType = ValueType> {
  readonly type: T;
  readonly index: number;
}

export const TYPE_CODES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
const NO_RESULT = 0x40;

/** `concat` copies whole pieces, also while this is not hot. */
const join = (...pieces: readonly (readonly number[])[]): number[] => NOTHING.concat(...pieces);
const NOTHING: number[] = [];

const unary =
  <A extends ValueType, R extends ValueType>(...opcode: number[]) =>
  (a: Code<A>): Code<R> =>
    join(a, opcode);
const binary =
  <A extends ValueType, R extends ValueType, B extends ValueType = A>(...opcode: number[]) =>
  (a: Code<A>, b: Code<B>): Code<R> =>
    join(a, b, opcode);
/** Loads address `address + offset`, unsigned; no alignment is promised. */
const load =
  <R extends ValueType>(...opcode: number[]) =>
  (address: I32, offset = 0): Code<R> =>
    join(address, opcode, [0], unsignedLeb(offset));
const store =
  <A extends ValueType>(...opcode: number[]) =>
  (address: I32, value: Code<A>, offset = 0): Statement =>
    join(address, value, opcode, [0], unsignedLeb(offset));

const floatBytes = (value: number, bytes: 4 | 8): number[] => {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
};

export const i32 = {
  const: (value: number): I32 => [0x41, ...signedLeb(value)],
  load: load<'i32'>(0x28),
  load8Signed: load<'i32'>(0x2c),
  load8: load<'i32'>(0x2d),
  load16Signed: load<'i32'>(0x2e),
  load16: load<'i32'>(0x2f),
  store: store<'i32'>(0x36),
  store8: store<'i32'>(0x3a),
  store16: store<'i32'>(0x3b),
  isZero: unary<'i32', 'i32'>(0x45),
  eq: binary<'i32', 'i32'>(0x46),
  ne: binary<'i32', 'i32'>(0x47),
  ltSigned: binary<'i32', 'i32'>(0x48),
  lt: binary<'i32', 'i32'>(0x49),
  gtSigned: binary<'i32', 'i32'>(0x4a),
  gt: binary<'i32', 'i32'>(0x4b),
  leSigned: binary<'i32', 'i32'>(0x4c),
  le: binary<'i32', 'i32'>(0x4d),
  geSigned: binary<'i32', 'i32'>(0x4e),
  ge: binary<'i32', 'i32'>(0x4f),
  clz: unary<'i32', 'i32'>(0x67),
  ctz: unary<'i32', 'i32'>(0x68),
  add: binary<'i32', 'i32'>(0x6a),
  sub: binary<'i32', 'i32'>(0x6b),
  mul: binary<'i32', 'i32'>(0x6c),
  divSigned: binary<'i32', 'i32'>(0x6d),
  div: binary<'i32', 'i32'>(0x6e),
  remSigned: binary<'i32', 'i32'>(0x6f),
  rem: binary<'i32', 'i32'>(0x70),
  and: binary<'i32', 'i32'>(0x71),
  or: binary<'i32', 'i32'>(0x72),
  xor: binary<'i32', 'i32'>(0x73),
  shl: binary<'i32', 'i32'>(0x74),
  shrSigned: binary<'i32', 'i32'>(0x75),
  shr: binary<'i32', 'i32'>(0x76),
  wrap: unary<'i64', 'i32'>(0xa7),
  reinterpret: unary<'f32', 'i32'>(0xbc),
};

export const i64 = {
  const: (value: bigint | number): I64 => [0x42, ...signedLeb64(BigInt(value))],
  load: load<'i64'>(0x29),
  load8Signed: load<'i64'>(0x30),
  load8: load<'i64'>(0x31),
  load16Signed: load<'i64'>(0x32),
  load16: load<'i64'>(0x33),
  load32Signed: load<'i64'>(0x34),
  load32: load<'i64'>(0x35),
  store: store<'i64'>(0x37),
  store8: store<'i64'>(0x3c),
  store16: store<'i64'>(0x3d),
  store32: store<'i64'>(0x3e),
  isZero: unary<'i64', 'i32'>(0x50),
  eq: binary<'i64', 'i32'>(0x51),
  ne: binary<'i64', 'i32'>(0x52),
  ltSigned: binary<'i64', 'i32'>(0x53),
  lt: binary<'i64', 'i32'>(0x54),
  gtSigned: binary<'i64', 'i32'>(0x55),
  gt: binary<'i64', 'i32'>(0x56),
  leSigned: binary<'i64', 'i32'>(0x57),
  le: binary<'i64', 'i32'>(0x58),
  geSigned: binary<'i64', 'i32'>(0x59),
  ge: binary<'i64', 'i32'>(0x5a),
  clz: unary<'i64', 'i64'>(0x79),
  ctz: unary<'i64', 'i64'>(0x7a),
  add: binary<'i64', 'i64'>(0x7c),
  sub: binary<'i64', 'i64'>(0x7d),
  mul: binary<'i64', 'i64'>(0x7e),
  divSigned: binary<'i64', 'i64'>(0x7f),
  div: binary<'i64', 'i64'>(0x80),
  remSigned: binary<'i64', 'i64'>(0x81),
  rem: binary<'i64', 'i64'>(0x82),
  and: binary<'i64', 'i64'>(0x83),
  or: binary<'i64', 'i64'>(0x84),
  xor: binary<'i64', 'i64'>(0x85),
  shl: binary<'i64', 'i64'>(0x86),
  shrSigned: binary<'i64', 'i64'>(0x87),
  shr: binary<'i64', 'i64'>(0x88),
  rotr: binary<'i64', 'i64'>(0x8a),
  extendSigned: unary<'i32', 'i64'>(0xac),
  extend: unary<'i32', 'i64'>(0xad),
  extend32Signed: unary<'i64', 'i64'>(0xc4),
  reinterpret: unary<'f64', 'i64'>(0xbd),
  truncF32: unary<'f32', 'i64'>(0xfc, 4),
  truncF32Unsigned: unary<'f32', 'i64'>(0xfc, 5),
  truncF64: unary<'f64', 'i64'>(0xfc, 6),
  truncF64Unsigned: unary<'f64', 'i64'>(0xfc, 7),
};

export const f32 = {
  const: (value: number): F32 => [0x43, ...floatBytes(value, 4)],
  load: load<'f32'>(0x2a),
  store: store<'f32'>(0x38),
  eq: binary<'f32', 'i32'>(0x5b),
  ne: binary<'f32', 'i32'>(0x5c),
  lt: binary<'f32', 'i32'>(0x5d),
  le: binary<'f32', 'i32'>(0x5f),
  abs: unary<'f32', 'f32'>(0x8b),
  neg: unary<'f32', 'f32'>(0x8c),
  sqrt: unary<'f32', 'f32'>(0x91),
  add: binary<'f32', 'f32'>(0x92),
  sub: binary<'f32', 'f32'>(0x93),
  mul: binary<'f32', 'f32'>(0x94),
  div: binary<'f32', 'f32'>(0x95),
  min: binary<'f32', 'f32'>(0x96),
  max: binary<'f32', 'f32'>(0x97),
  convert64: unary<'i64', 'f32'>(0xb4),
  convert64Unsigned: unary<'i64', 'f32'>(0xb5),
  demote: unary<'f64', 'f32'>(0xb6),
  reinterpret: unary<'i32', 'f32'>(0xbe),
};

export const f64 = {
  const: (value: number): F64 => [0x44, ...floatBytes(value, 8)],
  load: load<'f64'>(0x2b),
  store: store<'f64'>(0x39),
  eq: binary<'f64', 'i32'>(0x61),
  ne: binary<'f64', 'i32'>(0x62),
  lt: binary<'f64', 'i32'>(0x63),
  gt: binary<'f64', 'i32'>(0x64),
  le: binary<'f64', 'i32'>(0x65),
  ge: binary<'f64', 'i32'>(0x66),
  abs: unary<'f64', 'f64'>(0x99),
  neg: unary<'f64', 'f64'>(0x9a),
  sqrt: unary<'f64', 'f64'>(0x9f),
  add: binary<'f64', 'f64'>(0xa0),
  sub: binary<'f64', 'f64'>(0xa1),
  mul: binary<'f64', 'f64'>(0xa2),
  div: binary<'f64', 'f64'>(0xa3),
  min: binary<'f64', 'f64'>(0xa4),
  max: binary<'f64', 'f64'>(0xa5),
  convert64: unary<'i64', 'f64'>(0xb9),
  convert64Unsigned: unary<'i64', 'f64'>(0xba),
  promote: unary<'f32', 'f64'>(0xbb),
  reinterpret: unary<'i64', 'f64'>(0xbf),
};

/** A SIMD instruction by its opcode after the 0xfd prefix. */
export const simd = {
  unary: <R extends ValueType = 'v128'>(opcode: number) => unary<'v128', R>(0xfd, ...unsignedLeb(opcode)),
  binary: <R extends ValueType = 'v128'>(opcode: number) => binary<'v128', R>(0xfd, ...unsignedLeb(opcode)),
  splat: <A extends ValueType>(opcode: number) => unary<A, 'v128'>(0xfd, ...unsignedLeb(opcode)),
  shift: (opcode: number) => binary<'v128', 'v128', 'i32'>(0xfd, ...unsignedLeb(opcode)),
  load: (opcode: number) => load<'v128'>(0xfd, ...unsignedLeb(opcode)),
  store: (opcode: number) => store<'v128'>(0xfd, ...unsignedLeb(opcode)),
};

export const get = <T extends ValueType>(local: Local<T>): Code<T> => [0x20, ...unsignedLeb(local.index)];
export const set = <T extends ValueType>(local: Local<T>, value: Code<T>): Statement =>
  join(value, [0x21], unsignedLeb(local.index));
/** Assigns and leaves the value. */
export const tee = <T extends ValueType>(local: Local<T>, value: Code<T>): Code<T> =>
  join(value, [0x22], unsignedLeb(local.index));

export const sequence = (...statements: readonly Statement[]): Statement => join(...statements);
/** Statements first, then a value. */
export const after = <T extends ValueType>(statement: Statement, value: Code<T>): Code<T> => join(statement, value);
export const drop = (value: Code<ValueType>): Statement => join(value, [0x1a]);
export const select = <T extends ValueType>(condition: I32, whenTrue: Code<T>, whenFalse: Code<T>): Code<T> =>
  join(whenTrue, whenFalse, condition, [0x1b]);

/** Heads and end of structured control, for code that is written from front to back instead of inside out. */
export const OPEN = {
  block: [0x02, NO_RESULT],
  loop: [0x03, NO_RESULT],
  /** Takes a condition. */
  when: [0x04, NO_RESULT],
} as const;
export const END: readonly number[] = [0x0b];

export const block = (...body: readonly Statement[]): Statement => join([0x02, NO_RESULT], ...body, [0x0b]);
export const loop = (...body: readonly Statement[]): Statement => join([0x03, NO_RESULT], ...body, [0x0b]);
export const when = (condition: I32, ...then: readonly Statement[]): Statement =>
  join(condition, [0x04, NO_RESULT], ...then, [0x0b]);
export const either = (condition: I32, then: Statement, otherwise: Statement): Statement =>
  join(condition, [0x04, NO_RESULT], then, [0x05], otherwise, [0x0b]);
/**
 * As `either`, when all conditions hold: a branch for each, where joining them would make numbers of them first. `then` and
 * `otherwise` must not branch outwards.
 */
export const eitherAll = (conditions: readonly I32[], then: Statement, otherwise: Statement): Statement =>
  block(block(...conditions.map((one) => branchIf(0, i32.isZero(one))), then, branch(1)), otherwise);
/** A value from one of two branches, of which only one is evaluated. */
export const choose = <T extends ValueType>(type: T, condition: I32, then: Code<T>, otherwise: Code<T>): Code<T> =>
  join(condition, [0x04, TYPE_CODES[type]], then, [0x05], otherwise, [0x0b]);
export const branch = (depth: number): Statement => [0x0c, ...unsignedLeb(depth)];
export const branchIf = (depth: number, condition: I32): Statement => join(condition, [0x0d], unsignedLeb(depth));
/** Branches to `depths[index]`, or to `otherwise` past its end. */
export const branchTable = (index: I32, depths: readonly number[], otherwise: number): Statement =>
  join(index, [0x0e], unsignedLeb(depths.length), ...depths.map(unsignedLeb), unsignedLeb(otherwise));
export const giveBack = (value: Code<ValueType | 'none'> = []): Statement => join(value, [0x0f]);
export const unreachable: Statement = [0x00];

/** Fills `bytes` bytes at `address` with the low byte of `value`. */
export const memoryFill = (address: I32, value: I32, bytes: I32): Statement =>
  join(address, value, bytes, [0xfc, 0x0b, 0x00]);
export const memoryCopy = (to: I32, from: I32, bytes: I32): Statement =>
  join(to, from, bytes, [0xfc, 0x0a, 0x00, 0x00]);

/** A function of the module under construction; parameters and result are checked by validation, not by types. */
export interface Callee<R extends ValueType | 'none' = ValueType | 'none'> {
  readonly index: number;
  readonly result: R;
}
export const call = <R extends ValueType | 'none'>(callee: Callee<R>, ...args: readonly Code<ValueType>[]): Code<R> =>
  join(...args, [0x10], unsignedLeb(callee.index));
/** Ends the function by continuing in another one of the same result type; no stack grows. */
export const tailCall = (callee: Callee, ...args: readonly Code<ValueType>[]): Statement =>
  join(...args, [0x12], unsignedLeb(callee.index));
/** As `tailCall`, through an entry of table 0; `signature` is a type index of the module. */
export const tailCallIndirect = (signature: number, entry: I32, ...args: readonly Code<ValueType>[]): Statement =>
  join(...args, entry, [0x13], unsignedLeb(signature), [0x00]);
