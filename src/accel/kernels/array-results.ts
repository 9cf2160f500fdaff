import { type Callee, get, i32, sequence, set, type V128, when } from '../../wasm/code.ts';
import { elementBytes } from '../config.ts';
import { LANES, maskAddress, VECTOR } from './array-operands.ts';
import { addTo, countLoop, type KernelContext } from './kernel-writer.ts';
import { i8x16, i16x8, i32x4, v128 } from './vector.ts';

/** (from, out byte, out stride, rows, cols, accumulates): dim-wide int32 rows into accumulator rows, masked by cols. */
export function emitWriteAccumulator({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const from = scope.parameter('i32', 0);
    const out = scope.parameter('i32', 1);
    const outStride = scope.parameter('i32', 2);
    const rows = scope.parameter('i32', 3);
    const cols = scope.parameter('i32', 4);
    const accumulates = scope.parameter('i32', 5);
    const old = scope.local('v128');
    const value = scope.local('v128');
    const vectors = Array.from({ length: dim / LANES }, (_, index) =>
      sequence(
        set(old, v128.load(get(out), index * VECTOR)),
        set(value, v128.load(get(from), index * VECTOR)),
        when(get(accumulates), set(value, i32x4.add(get(value), get(old)))),
        v128.store(
          get(out),
          v128.bitselect(get(value), get(old), v128.load(maskAddress(dim, cols), scratch.columnMask + index * VECTOR)),
          index * VECTOR,
        ),
      ),
    );
    return countLoop(scope, get(rows), () =>
      sequence(...vectors, addTo(from, i32.const(dim * 4)), addTo(out, get(outStride))),
    );
  });
}

/** (from, out byte, out stride, rows, cols, shift, relu): shifted, saturated, rectified rows into the scratchpad. */
export function emitWriteScratchpad({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  const bytes = elementBytes(config);
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return writer.function({ parameters, result: 'none' }, (scope) => {
    const from = scope.parameter('i32', 0);
    const out = scope.parameter('i32', 1);
    const outStride = scope.parameter('i32', 2);
    const rows = scope.parameter('i32', 3);
    const cols = scope.parameter('i32', 4);
    const shift = scope.parameter('i32', 5);
    const isRelu = scope.parameter('i32', 6);
    const value = scope.local('v128');
    const group = scope.local('v128');
    const one = i32x4.splat(i32.const(1));
    const below = i32.sub(get(shift), i32.const(1));
    // Round to nearest even: half the last place, unless the rest and the bit above it are all zero.
    const rest = v128.and(get(value), i32x4.splat(i32.sub(i32.shl(i32.const(1), below), i32.const(1))));
    const isSticky = v128.or(i32x4.ne(rest, v128.zero), i32x4.shiftRightSigned(get(value), get(shift)));
    const half = v128.and(i32x4.shiftRightSigned(get(value), below), one);
    const rounded = i32x4.add(i32x4.shiftRightSigned(get(value), get(shift)), v128.and(half, isSticky));
    const wide = (column: number): V128 => [
      ...sequence(set(value, v128.load(get(from), column * 4)), when(get(shift), set(value, rounded))),
      ...get(value),
    ];
    const elements = VECTOR / bytes;
    const vectors = Array.from({ length: Math.max(1, dim / elements) }, (_, index) => {
      const column = index * elements;
      const halves = (start: number): V128 => i16x8.narrowSigned(wide(start), wide(start + LANES));
      const narrow = bytes === 1 ? i8x16.narrowSigned(halves(column), halves(column + 8)) : halves(column);
      const rectified = bytes === 1 ? i8x16.maxSigned(get(group), v128.zero) : i16x8.maxSigned(get(group), v128.zero);
      const wordMask = (start: number): V128 => v128.load(maskAddress(dim, cols), scratch.columnMask + start * 4);
      const halfMask = (start: number): V128 => i16x8.narrowSigned(wordMask(start), wordMask(start + LANES));
      const mask = bytes === 1 ? i8x16.narrowSigned(halfMask(column), halfMask(column + 8)) : halfMask(column);
      return sequence(
        set(group, narrow),
        when(get(isRelu), set(group, rectified)),
        v128.store(get(out), v128.bitselect(get(group), v128.load(get(out), column * bytes), mask), column * bytes),
      );
    });
    return countLoop(scope, get(rows), () =>
      sequence(...vectors, addTo(from, i32.const(dim * 4)), addTo(out, get(outStride))),
    );
  });
}
