import { type I32, type Statement, simd, type V128 } from '../../wasm/code.ts';
import { unsignedLeb } from '../../wasm/leb128.ts';

/** The SIMD instructions that the kernels use, by their names in the WebAssembly specification. */

const SIMD = 0xfd;

const storeLane =
  (opcode: number) =>
  (address: I32, value: V128, offset: number, lane: number): Statement => [
    ...address,
    ...value,
    SIMD,
    opcode,
    0,
    ...unsignedLeb(offset),
    lane,
  ];

export const v128 = {
  load: simd.load(0x00),
  load32Splat: simd.load(0x09),
  store: simd.store(0x0b),
  zero: [SIMD, 0x0c, ...new Array<number>(16).fill(0)] as V128,
  and: simd.binary(0x4e),
  andNot: simd.binary(0x4f),
  or: simd.binary(0x50),
  /** Bits of `whenSet` where the mask is 1, of `whenClear` elsewhere. */
  bitselect: (whenSet: V128, whenClear: V128, mask: V128): V128 => [...whenSet, ...whenClear, ...mask, SIMD, 0x52],
  /** Bytes of two vectors by index: 0–15 of a, 16–31 of b. */
  shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 => [...a, ...b, SIMD, 0x0d, ...lanes],
  store32Lane: storeLane(0x5a),
  store64Lane: storeLane(0x5b),
};

export const i8x16 = {
  narrowSigned: simd.binary(0x65),
  maxSigned: simd.binary(0x78),
  splat: simd.splat<'i32'>(0x0f),
};

export const i16x8 = {
  load8x8Signed: simd.load(0x01),
  narrowSigned: simd.binary(0x85),
  extendLowSigned: simd.unary(0x87),
  extendHighSigned: simd.unary(0x88),
  maxSigned: simd.binary(0x98),
  splat: simd.splat<'i32'>(0x10),
};

export const i32x4 = {
  splat: simd.splat<'i32'>(0x11),
  load16x4Signed: simd.load(0x03),
  /** Lane 0 as a number. */
  extractFirst: (vector: V128): I32 => [...vector, SIMD, 0x1b, 0],
  eq: simd.binary(0x37),
  ne: simd.binary(0x38),
  extendLowSigned: simd.unary(0xa7),
  extendHighSigned: simd.unary(0xa8),
  shiftLeft: simd.shift(0xab),
  shiftRightSigned: simd.shift(0xac),
  shiftRight: simd.shift(0xad),
  add: simd.binary(0xae),
  sub: simd.binary(0xb1),
  mul: simd.binary(0xb5),
  maxSigned: simd.binary(0xb8),
  /** Products of 16-bit lanes, summed in pairs. */
  dot16Signed: simd.binary(0xba),
};

export const f32x4 = {
  splat: simd.splat<'f32'>(0x13),
  eq: simd.binary(0x41),
  lt: simd.binary(0x43),
  gt: simd.binary(0x44),
  trunc: simd.unary(0x69),
  nearest: simd.unary(0x6a),
  abs: simd.unary(0xe0),
  neg: simd.unary(0xe1),
  add: simd.binary(0xe4),
  sub: simd.binary(0xe5),
  mul: simd.binary(0xe6),
  div: simd.binary(0xe7),
  /** b < a ? b : a */
  pmin: simd.binary(0xea),
  /** a < b ? b : a */
  pmax: simd.binary(0xeb),
  convertSigned: simd.unary(0xfa),
};
