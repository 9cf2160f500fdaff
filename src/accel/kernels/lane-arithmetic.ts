import { f32, get, type I32, i32, type Local, type Statement, sequence, set, type V128 } from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { type AcceleratorConfig, elementBytes } from '../config.ts';
import { LaneScaler } from './integer-scale.ts';
import { f32x4, i8x16, i16x8, i32x4, v128 } from './vector.ts';

/** Arithmetic on four accumulator values at a time, as `Numerics` defines it for single ones. */
export interface LaneArithmetic {
  /** Sets constants: once, before the loop. */
  readonly prepare: Statement;
  /** lanes := lanes · scale, rounded; elements saturate when they are stored. */
  scale(lanes: Local<'v128'>): Statement;
  add(a: V128, b: V128): V128;
  relu(lanes: V128): V128;
  /** The greater one of `lanes` and `max`; `max` when they cannot be compared. */
  max(max: V128, lanes: V128): V128;
  /** Where max pooling starts. */
  readonly smallest: V128;
  loadElements(address: I32): V128;
  /** One element, in the first lane. */
  loadElement(address: I32): V128;
  storeElements(address: I32, lanes: V128): Statement;
  storeElement(address: I32, lanes: V128): Statement;
  /** The same values as the reference writes them. */
  canonical(lanes: V128): V128;
  /** What is left of accumulator values when they become elements. */
  saturate(lanes: V128): V128;
}

export function createLaneArithmetic(
  scope: FunctionScope,
  config: AcceleratorConfig,
  scale: Local<'v128'>,
): LaneArithmetic {
  return config.accumulatorType === 'int32' ? integerLanes(scope, config, scale) : floatLanes(scope, scale);
}

function integerLanes(scope: FunctionScope, config: AcceleratorConfig, scale: Local<'v128'>): LaneArithmetic {
  const isByte = elementBytes(config) === 1;
  const scaler = new LaneScaler(scope, config, scale);
  /** Saturated elements in the low four places. */
  const narrow = (lanes: V128): V128 => {
    const halves = i16x8.narrowSigned(lanes, v128.zero);
    return isByte ? i8x16.narrowSigned(halves, v128.zero) : halves;
  };
  const widen = (elements: V128): V128 => i32x4.extendLowSigned(isByte ? i16x8.extendLowSigned(elements) : elements);
  return {
    prepare: scaler.prepare(),
    scale: (lanes) => scaler.scale(lanes),
    add: i32x4.add,
    relu: (lanes) => i32x4.maxSigned(lanes, v128.zero),
    max: i32x4.maxSigned,
    smallest: i32x4.splat(i32.const(-(2 ** 31))),
    loadElements: (address) => (isByte ? widen(i32x4.splat(i32.load(address))) : i32x4.load16x4Signed(address)),
    loadElement: (address) => i32x4.splat(isByte ? i32.load8Signed(address) : i32.load16Signed(address)),
    storeElements: (address, lanes) =>
      isByte ? v128.store32Lane(address, narrow(lanes), 0, 0) : v128.store64Lane(address, narrow(lanes), 0, 0),
    storeElement(address, lanes) {
      const element = i32x4.extractFirst(narrow(lanes));
      return isByte ? i32.store8(address, element) : i32.store16(address, element);
    },
    canonical: (lanes) => lanes,
    saturate: (lanes) => widen(narrow(lanes)),
  };
}

const CANONICAL_NAN = 0x7fc00000;
const FLOAT32_MAX_BITS = 0x7f7fffff;

/** The value, or the canonical NaN for any NaN: processors differ in the bits that they make. */
export const canonical = (scope: FunctionScope) => {
  const value = scope.local('v128');
  return (code: V128): V128 => [
    ...set(value, code),
    ...v128.bitselect(get(value), i32x4.splat(i32.const(CANONICAL_NAN)), f32x4.eq(get(value), get(value))),
  ];
};

/** binary32 elements and accumulators: one rounding per operation, nothing saturates. */
function floatLanes(scope: FunctionScope, scale: Local<'v128'>): LaneArithmetic {
  const clean = canonical(scope);
  return {
    prepare: sequence(),
    scale: (lanes) => set(lanes, clean(f32x4.mul(get(lanes), get(scale)))),
    add: (a, b) => clean(f32x4.add(a, b)),
    relu: (lanes) => f32x4.pmax(v128.zero, lanes),
    max: f32x4.pmax,
    smallest: f32x4.neg(f32x4.splat(f32.reinterpret(i32.const(FLOAT32_MAX_BITS)))),
    loadElements: (address) => v128.load(address),
    loadElement: (address) => v128.load32Splat(address),
    storeElements: (address, lanes) => v128.store(address, lanes),
    storeElement: (address, lanes) => v128.store32Lane(address, lanes, 0, 0),
    canonical: clean,
    saturate: (lanes) => lanes,
  };
}
