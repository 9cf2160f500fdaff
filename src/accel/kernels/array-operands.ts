import {
  type Callee,
  either,
  get,
  type I32,
  i32,
  type Local,
  type Statement,
  select,
  sequence,
  set,
  type V128,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { elementBytes } from '../config.ts';
import { addTo, countLoop, type KernelContext } from './kernel-writer.ts';
import { i16x8, i32x4, v128 } from './vector.ts';

/** Operands on their way into the array: packed, widened, masked. */

export const VECTOR = 16;
export const LANES = 4;

/** Vectors of sums that one row keeps in registers. */
export const vectorsPerGroup = (dim: number): number => Math.min(4, dim / LANES);

/** Bytes of one pair of packed rows within a group of columns. */
export const pairBytes = (dim: number): number => vectorsPerGroup(dim) * VECTOR;

const loadElement = (bytes: number, address: I32): I32 =>
  bytes === 1 ? i32.load8Signed(address) : i32.load16Signed(address);

/** Eight elements as 16-bit lanes. */
const loadHalves = (bytes: number, address: I32, offset = 0): V128 =>
  bytes === 1 ? i16x8.load8x8Signed(address, offset) : v128.load(address, offset);

/** Packed offset of array element (k, j), as the kernels lay it out; for reading the array back. */
export function packedOffset(dim: number, k: number, j: number): number {
  const groupCols = vectorsPerGroup(dim) * LANES;
  const group = Math.floor(j / groupCols);
  return (group * (dim / 2) + (k >> 1)) * pairBytes(dim) + (j % groupCols) * 4 + (k & 1) * 2;
}

/** (first byte, rows, cols, isTransposed): packs a stationary operand; rows and columns beyond it become zero. */
export function emitPack({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  const bytes = elementBytes(config);
  const rowBytes = dim * bytes;
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const from = scope.parameter('i32', 0);
    const rows = scope.parameter('i32', 1);
    const cols = scope.parameter('i32', 2);
    const isTransposed = scope.parameter('i32', 3);
    const pairs = i32.shr(i32.add(get(rows), i32.const(1)), i32.const(1));
    const to = scope.local('i32');
    const value = (k: I32, j: I32): I32 =>
      select(
        i32.and(i32.lt(k, get(rows)), i32.lt(j, get(cols))),
        loadElement(bytes, i32.add(get(from), i32.add(i32.mul(j, i32.const(rowBytes)), i32.mul(k, i32.const(bytes))))),
        i32.const(0),
      );
    const transposed = countLoop(scope, pairs, (pair) =>
      countLoop(scope, i32.const(dim), (j) => {
        const even = i32.shl(get(pair), i32.const(1));
        const odd = i32.add(even, i32.const(1));
        const word = i32.or(
          i32.and(value(even, get(j)), i32.const(0xffff)),
          i32.shl(value(odd, get(j)), i32.const(16)),
        );
        return i32.store(packedAddress(dim, get(pair), get(j)), word, scratch.packed);
      }),
    );
    const straight = countLoop(scope, pairs, (pair) =>
      sequence(
        set(to, i32.mul(get(pair), i32.const(pairBytes(dim)))),
        packPair(
          scope,
          { dim, bytes, scratch: scratch.packed, mask: scratch.columnMask },
          { from, rows, cols, pair, to },
        ),
        addTo(from, i32.const(2 * rowBytes)),
      ),
    );
    return sequence(
      i32.store(i32.const(0), get(rows), scratch.packedRows),
      either(get(isTransposed), transposed, straight),
    );
  });
}

/** Offset of column j (a multiple of one) in a pair of packed rows. */
function packedAddress(dim: number, pair: I32, j: I32): I32 {
  const groupCols = vectorsPerGroup(dim) * LANES;
  const group = i32.div(j, i32.const(groupCols));
  const inGroup = i32.mul(i32.rem(j, i32.const(groupCols)), i32.const(4));
  const start = i32.mul(i32.add(i32.mul(group, i32.const(dim / 2)), pair), i32.const(pairBytes(dim)));
  return i32.add(start, inGroup);
}

/** Interleaves rows 2·pair and 2·pair + 1, eight columns at a time. */
function packPair(
  scope: FunctionScope,
  sizes: { readonly dim: number; readonly bytes: number; readonly scratch: number; readonly mask: number },
  locals: Readonly<Record<'from' | 'rows' | 'cols' | 'pair' | 'to', Local<'i32'>>>,
): Statement {
  const { dim, bytes } = sizes;
  const { from, rows, cols, pair, to } = locals;
  const even = scope.local('v128');
  const odd = scope.local('v128');
  const hasOdd = i32.lt(i32.add(i32.shl(get(pair), i32.const(1)), i32.const(1)), get(rows));
  const groupCols = vectorsPerGroup(dim) * LANES;
  const statements: Statement[] = [];
  for (let j = 0; j < dim; j += 8) {
    const offset = Math.floor(j / groupCols) * (dim / 2) * pairBytes(dim) + (j % groupCols) * 4;
    const masked = (vector: V128, lane: number): V128 =>
      v128.and(vector, v128.load(maskAddress(dim, cols), sizes.mask + (j + lane) * 4));
    statements.push(
      set(even, loadHalves(bytes, get(from), j * bytes)),
      set(odd, v128.zero),
      when(hasOdd, set(odd, loadHalves(bytes, get(from), (dim + j) * bytes))),
      v128.store(get(to), masked(interleaveLow(get(even), get(odd)), 0), sizes.scratch + offset),
      v128.store(get(to), masked(interleaveHigh(get(even), get(odd)), 4), sizes.scratch + offset + VECTOR),
    );
  }
  return sequence(...statements);
}

const interleaveLow = (a: V128, b: V128): V128 =>
  v128.shuffle(a, b, [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23]);
const interleaveHigh = (a: V128, b: V128): V128 =>
  v128.shuffle(a, b, [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31]);

/** Address (before the offset of the mask table and of the column) whose lanes are ones below `cols`. */
export const maskAddress = (dim: number, cols: Local<'i32'>): I32 =>
  i32.shl(i32.sub(i32.const(dim), get(cols)), i32.const(2));

/**
 * (first byte, bytes between stored rows, rows, cols, isTransposed, all rows): A as 16-bit rows; columns from `cols` on
 * and rows from `rows` to `all rows` become zero.
 */
export function emitGather({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  const bytes = elementBytes(config);
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const from = scope.parameter('i32', 0);
    const stride = scope.parameter('i32', 1);
    const rows = scope.parameter('i32', 2);
    const cols = scope.parameter('i32', 3);
    const isTransposed = scope.parameter('i32', 4);
    const allRows = scope.parameter('i32', 5);
    const to = scope.local('i32');
    const halfMask = (j: number): V128 =>
      i16x8.narrowSigned(
        v128.load(maskAddress(dim, cols), scratch.columnMask + j * 4),
        v128.load(maskAddress(dim, cols), scratch.columnMask + (j + 4) * 4),
      );
    const masks = Array.from({ length: dim / 8 }, () => scope.local('v128'));
    const straight = sequence(
      ...masks.map((mask, index) => set(mask, halfMask(index * 8))),
      countLoop(scope, get(rows), () =>
        sequence(
          ...masks.map((mask, index) =>
            v128.store(
              get(to),
              v128.and(loadHalves(bytes, get(from), index * 8 * bytes), get(mask)),
              scratch.streamed + index * VECTOR,
            ),
          ),
          addTo(to, i32.const(dim * 2)),
          addTo(from, get(stride)),
        ),
      ),
    );
    const transposed = sequence(
      countLoop(scope, get(rows), (i) =>
        sequence(
          countLoop(scope, i32.const(dim), (k) =>
            i32.store16(
              i32.add(get(to), i32.shl(get(k), i32.const(1))),
              select(
                i32.lt(get(k), get(cols)),
                loadElement(
                  bytes,
                  i32.add(
                    get(from),
                    i32.add(
                      i32.mul(select(i32.lt(get(k), get(cols)), get(k), i32.const(0)), get(stride)),
                      i32.mul(get(i), i32.const(bytes)),
                    ),
                  ),
                ),
                i32.const(0),
              ),
              scratch.streamed,
            ),
          ),
          addTo(to, i32.const(dim * 2)),
        ),
      ),
    );
    const zeros = sequence(
      ...masks.map((_, index) => v128.store(get(to), v128.zero, scratch.streamed + index * VECTOR)),
      addTo(to, i32.const(dim * 2)),
    );
    return sequence(
      set(to, i32.const(0)),
      either(get(isTransposed), transposed, straight),
      // An even number of rows, so that the last pair is whole.
      countLoop(scope, i32.sub(i32.add(get(allRows), i32.const(1)), get(rows)), () => zeros),
    );
  });
}

/** (first byte, rows, cols, to): elements as dim × dim int32 words, zero outside of rows and cols. */
export function emitSeed({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  const bytes = elementBytes(config);
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const from = scope.parameter('i32', 0);
    const rows = scope.parameter('i32', 1);
    const cols = scope.parameter('i32', 2);
    const to = scope.parameter('i32', 3);
    const halves = scope.local('v128');
    const statements = Array.from({ length: dim / 8 }, (_, index) => {
      const j = index * 8;
      const masked = (lanes: V128, lane: number): V128 =>
        v128.and(lanes, v128.load(maskAddress(dim, cols), scratch.columnMask + (j + lane) * 4));
      return sequence(
        set(halves, loadHalves(bytes, get(from), j * bytes)),
        v128.store(get(to), masked(i32x4.extendLowSigned(get(halves)), 0), j * 4),
        v128.store(get(to), masked(i32x4.extendHighSigned(get(halves)), 4), (j + 4) * 4),
      );
    });
    const zeros = Array.from({ length: dim / LANES }, (_, index) => v128.store(get(to), v128.zero, index * VECTOR));
    return countLoop(scope, i32.const(dim), (row) =>
      sequence(
        either(i32.lt(get(row), get(rows)), sequence(...statements), sequence(...zeros)),
        addTo(from, i32.const(dim * bytes)),
        addTo(to, i32.const(dim * 4)),
      ),
    );
  });
}
