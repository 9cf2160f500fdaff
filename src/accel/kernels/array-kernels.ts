import {
  block,
  branch,
  branchIf,
  type Callee,
  call,
  either,
  get,
  type I32,
  i32,
  type Local,
  loop,
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
import { i8x16, i16x8, i32x4, v128 } from './vector.ts';

/**
 * The array on integer elements. The stationary operand lies packed as pairs of 16-bit rows, so that one instruction
 * multiplies two rows of it with two neighbouring elements of A and adds the products (i32x4.dot_i16x8_s). Two rows of
 * A at a time keep all their sums of up to 16 columns in registers.
 */
export function emitArrayKernels(context: KernelContext): ArrayKernels {
  return {
    pack: emitPack(context),
    multiply: emitGatherAndMultiply(context, emitGather(context), emitMultiply(context)),
    seed: emitSeed(context),
    writeAccumulator: emitWriteAccumulator(context),
    writeScratchpad: emitWriteScratchpad(context),
  };
}

/**
 * How results meet what lies at their destination: it is replaced, it is where the sums start, or the finished sums are
 * added to it. The last two are the same for integers.
 */
export const ACCUMULATION = { replaces: 0, continues: 1, adds: 2 } as const;

/** What every kind of array is made of; parameters are documented where the code is written. */
export type ArrayKernels = Readonly<
  Record<'pack' | 'multiply' | 'seed' | 'writeAccumulator' | 'writeScratchpad', Callee<'none'>>
>;

const VECTOR = 16;
const LANES = 4;

/** Vectors of sums that one row keeps in registers. */
const vectorsPerGroup = (dim: number): number => Math.min(4, dim / LANES);

/** Bytes of one pair of packed rows within a group of columns. */
const pairBytes = (dim: number): number => vectorsPerGroup(dim) * VECTOR;

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
function emitPack({ writer, config, scratch }: KernelContext): Callee<'none'> {
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
function emitGather({ writer, config, scratch }: KernelContext): Callee<'none'> {
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

/** (out byte, bytes between out rows, rows, cols, pairs, accumulates): out (+)= streamed · packed, masked by cols. */
function emitMultiply({ writer, config, scratch }: KernelContext): Callee<'none'> {
  const { dim } = config;
  const vectors = vectorsPerGroup(dim);
  const groupCols = vectors * LANES;
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const outFirst = scope.parameter('i32', 0);
    const outStride = scope.parameter('i32', 1);
    const rows = scope.parameter('i32', 2);
    const cols = scope.parameter('i32', 3);
    const pairs = scope.parameter('i32', 4);
    const accumulates = scope.parameter('i32', 5);
    const streamedRow = scope.local('i32');
    const left = scope.local('i32');
    const out = [scope.local('i32'), scope.local('i32')] as const;
    const a = [scope.local('v128'), scope.local('v128')] as const;
    const b = scope.local('v128');
    const sums = [0, 1].map(() => Array.from({ length: vectors }, () => scope.local('v128')));
    const streamed = scope.local('i32');
    const packed = scope.local('i32');
    const end = scope.local('i32');

    const step = (index: number, group: number): Statement =>
      sequence(
        ...a.map((local, row) =>
          set(local, v128.load32Splat(get(streamed), scratch.streamed + index * 4 + row * dim * 2)),
        ),
        ...Array.from({ length: vectors }, (_, v) =>
          sequence(
            set(b, v128.load(get(packed), packedStart(group) + index * pairBytes(dim) + v * VECTOR)),
            ...sums.map((row, r) => set(row[v]!, i32x4.add(get(row[v]!), i32x4.dot16Signed(get(a[r]!), get(b))))),
          ),
        ),
      );
    const packedStart = (group: number): number => scratch.packed + group * (dim / 2) * pairBytes(dim);
    const UNROLLED = Math.min(8, dim / 2);

    const groupOfPair = (group: number): Statement =>
      sequence(
        ...sums.flatMap((row, r) =>
          row.map((sum, v) => set(sum, v128.load(get(out[r]!), (group * groupCols + v * LANES) * 4))),
        ),
        when(i32.isZero(get(accumulates)), ...sums.flatMap((row) => row.map((sum) => set(sum, v128.zero)))),
        set(streamed, get(streamedRow)),
        set(packed, i32.const(0)),
        set(end, i32.add(get(streamedRow), i32.shl(get(pairs), i32.const(2)))),
        block(
          loop(
            branchIf(1, i32.gt(i32.add(get(streamed), i32.const(UNROLLED * 4)), get(end))),
            ...Array.from({ length: UNROLLED }, (_, index) => step(index, group)),
            addTo(streamed, i32.const(UNROLLED * 4)),
            addTo(packed, i32.const(UNROLLED * pairBytes(dim))),
            branch(0),
          ),
        ),
        block(
          loop(
            branchIf(1, i32.ge(get(streamed), get(end))),
            step(0, group),
            addTo(streamed, i32.const(4)),
            addTo(packed, i32.const(pairBytes(dim))),
            branch(0),
          ),
        ),
        storeGroup(group),
      );
    const storeGroup = (group: number): Statement => {
      const storeRow = (r: number, mask: (column: number, value: V128) => V128): Statement =>
        sequence(
          ...sums[r]!.map((sum, v) => {
            const column = group * groupCols + v * LANES;
            return v128.store(get(out[r]!), mask(column, get(sum)), column * 4);
          }),
        );
      const masked = (r: number) => (column: number, value: V128) =>
        v128.bitselect(
          value,
          v128.load(get(out[r]!), column * 4),
          v128.load(maskAddress(dim, cols), scratch.columnMask + column * 4),
        );
      const hasSecond = i32.gt(get(left), i32.const(1));
      const store = (r: number): Statement =>
        either(
          i32.ge(get(cols), i32.const(dim)),
          storeRow(r, (_, value) => value),
          storeRow(r, masked(r)),
        );
      return sequence(store(0), when(hasSecond, store(1)));
    };
    return sequence(
      set(left, get(rows)),
      set(out[0], get(outFirst)),
      set(streamedRow, i32.const(0)),
      block(
        loop(
          branchIf(1, i32.leSigned(get(left), i32.const(0))),
          // The second row of the last pair may not exist: then it shadows the first and is not stored.
          set(out[1], i32.add(get(out[0]), select(i32.gt(get(left), i32.const(1)), get(outStride), i32.const(0)))),
          ...Array.from({ length: dim / groupCols }, (_, group) => groupOfPair(group)),
          set(out[0], i32.add(get(out[1]), get(outStride))),
          addTo(streamedRow, i32.const(dim * 4)),
          addTo(left, i32.const(-2)),
          branch(0),
        ),
      ),
    );
  });
}

/** (A byte, stride, rows, cols, isTransposed, out byte, out stride, out rows, out cols, accumulates) */
function emitGatherAndMultiply({ writer, scratch }: KernelContext, gather: Callee<'none'>, multiply: Callee<'none'>) {
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return writer.function({ parameters, result: 'none' }, (scope) => {
    const [a, stride, rows, cols, isTransposed, out, outStride, outRows, outCols, accumulates] = parameters.map(
      (_, index) => get(scope.parameter('i32', index)),
    ) as [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32];
    const packedRows = i32.load(i32.const(0), scratch.packedRows);
    const depth = select(i32.lt(cols, packedRows), cols, packedRows);
    const usedRows = select(i32.lt(rows, outRows), rows, outRows);
    return sequence(
      call(gather, a, stride, usedRows, cols, isTransposed, outRows),
      call(
        multiply,
        out,
        outStride,
        outRows,
        outCols,
        i32.shr(i32.add(depth, i32.const(1)), i32.const(1)),
        accumulates,
      ),
    );
  });
}

/** (first byte, rows, cols, to): elements as dim × dim int32 words, zero outside of rows and cols. */
function emitSeed({ writer, config, scratch }: KernelContext): Callee<'none'> {
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

/** (from, out byte, out stride, rows, cols, accumulates): dim-wide int32 rows into accumulator rows, masked by cols. */
function emitWriteAccumulator({ writer, config, scratch }: KernelContext): Callee<'none'> {
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
function emitWriteScratchpad({ writer, config, scratch }: KernelContext): Callee<'none'> {
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
