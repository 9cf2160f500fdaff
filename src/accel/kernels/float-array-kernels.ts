import {
  type Callee,
  either,
  f32,
  get,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  type V128,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { ACCUMULATION, type ArrayKernels } from './array-kernels.ts';
import { maskAddress } from './array-operands.ts';
import { addTo, countLoop, type KernelContext } from './kernel-writer.ts';
import { canonical } from './lane-arithmetic.ts';
import { f32x4, v128 } from './vector.ts';

/**
 * The array on binary32 elements. Every sum takes all dim products in ascending order, masked ones as products with
 * zero: leaving those out would change the sign of zeros, and lose the NaN of zero times infinity.
 */
export function emitFloatArrayKernels(context: KernelContext): ArrayKernels {
  const { scratch } = context;
  return {
    pack: emitCopyMatrix(context, scratch.packed, scratch.packedRows),
    multiply: emitMultiply(context),
    seed: emitSeed(context),
    writeAccumulator: emitWriteAccumulator(context),
    writeScratchpad: emitWriteScratchpad(context),
  };
}

const LANES = 4;
const WORD = 4;
/** Sums that one row keeps in registers. */
const MOST_VECTORS = 8;

/** Lanes of columns column … column + 3 that lie below `cols`. */
const columnMask = ({ config, scratch }: KernelContext, cols: Local<'i32'>, column: number): V128 =>
  v128.load(maskAddress(config.dim, cols), scratch.columnMask + column * WORD);

/** dim × dim words from scratchpad rows, zero outside of rows and cols. */
function copyMatrix(
  context: KernelContext,
  scope: FunctionScope,
  operand: Readonly<Record<'from' | 'stride' | 'rows' | 'cols' | 'isTransposed', Local<'i32'>>>,
  to: Local<'i32'>,
): Statement {
  const { dim } = context.config;
  const { from, stride, rows, cols, isTransposed } = operand;
  const vectors = Array.from({ length: dim / LANES }, (_, index) => index * LANES);
  const zeros = sequence(...vectors.map((column) => v128.store(get(to), v128.zero, column * WORD)));
  const straight = sequence(
    ...vectors.map((column) =>
      v128.store(
        get(to),
        v128.and(v128.load(get(from), column * WORD), columnMask(context, cols, column)),
        column * WORD,
      ),
    ),
    addTo(from, get(stride)),
  );
  const transposed = sequence(
    countLoop(scope, get(cols), (j) =>
      i32.store(
        i32.add(get(to), i32.mul(get(j), i32.const(WORD))),
        i32.load(i32.add(get(from), i32.mul(get(j), get(stride)))),
      ),
    ),
    addTo(from, i32.const(WORD)),
  );
  return countLoop(scope, i32.const(dim), (row) =>
    sequence(
      when(get(isTransposed), zeros),
      either(i32.lt(get(row), get(rows)), either(get(isTransposed), transposed, straight), zeros),
      addTo(to, i32.const(dim * WORD)),
    ),
  );
}

/** (first byte, rows, cols, isTransposed): the stationary operand as the array multiplies with it. */
function emitCopyMatrix(context: KernelContext, target: number, rowsWord: number): Callee<'none'> {
  return context.writer.function({ parameters: ['i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const rows = scope.parameter('i32', 1);
    const stride = scope.local('i32');
    const to = scope.local('i32');
    const operand = {
      from: scope.parameter('i32', 0),
      stride,
      rows,
      cols: scope.parameter('i32', 2),
      isTransposed: scope.parameter('i32', 3),
    };
    return sequence(
      i32.store(i32.const(0), get(rows), rowsWord),
      set(stride, i32.const(context.config.dim * WORD)),
      set(to, i32.const(target)),
      copyMatrix(context, scope, operand, to),
    );
  });
}

/** (A byte, stride, rows, cols, isTransposed, out byte, out stride, out rows, out cols, accumulates) */
function emitMultiply(context: KernelContext): Callee<'none'> {
  const { writer, config, scratch } = context;
  const { dim } = config;
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return writer.function({ parameters, result: 'none' }, (scope) => {
    const operand = {
      from: scope.parameter('i32', 0),
      stride: scope.parameter('i32', 1),
      rows: scope.parameter('i32', 2),
      cols: scope.parameter('i32', 3),
      isTransposed: scope.parameter('i32', 4),
    };
    const out = scope.parameter('i32', 5);
    const outStride = scope.parameter('i32', 6);
    const outRows = scope.parameter('i32', 7);
    const outCols = scope.parameter('i32', 8);
    const accumulates = scope.parameter('i32', 9);
    const streamed = scope.local('i32');
    const packed = scope.local('i32');
    const a = scope.local('v128');
    const clean = canonical(scope);
    const groupCols = Math.min(dim, MOST_VECTORS * LANES);
    const sums = Array.from({ length: groupCols / LANES }, () => scope.local('v128'));

    const multiplyGroup = (group: number): Statement => {
      const column = (vector: number): number => group * groupCols + vector * LANES;
      return sequence(
        ...sums.map((sum, vector) =>
          either(
            i32.eq(get(accumulates), i32.const(ACCUMULATION.continues)),
            set(sum, v128.load(get(out), column(vector) * WORD)),
            set(sum, v128.zero),
          ),
        ),
        set(packed, i32.const(0)),
        countLoop(scope, i32.const(dim), (k) =>
          sequence(
            set(a, v128.load32Splat(i32.add(get(streamed), i32.mul(get(k), i32.const(WORD))))),
            ...sums.map((sum, vector) => {
              const b = v128.load(get(packed), scratch.packed + column(vector) * WORD);
              return set(sum, f32x4.add(get(sum), f32x4.mul(get(a), b)));
            }),
            addTo(packed, i32.const(dim * WORD)),
          ),
        ),
        ...sums.map((sum, vector) => {
          const old = v128.load(get(out), column(vector) * WORD);
          return sequence(
            set(sum, clean(get(sum))),
            when(i32.eq(get(accumulates), i32.const(ACCUMULATION.adds)), set(sum, clean(f32x4.add(old, get(sum))))),
            v128.store(
              get(out),
              v128.bitselect(get(sum), old, columnMask(context, outCols, column(vector))),
              column(vector) * WORD,
            ),
          );
        }),
      );
    };
    return sequence(
      set(streamed, i32.const(scratch.streamed)),
      copyMatrix(context, scope, operand, streamed),
      set(streamed, i32.const(scratch.streamed)),
      countLoop(scope, get(outRows), () =>
        sequence(
          ...Array.from({ length: dim / groupCols }, (_, group) => multiplyGroup(group)),
          addTo(streamed, i32.const(dim * WORD)),
          addTo(out, get(outStride)),
        ),
      ),
    );
  });
}

/** (first byte, rows, cols, to): elements as dim × dim words, zero outside of rows and cols. */
function emitSeed(context: KernelContext): Callee<'none'> {
  return context.writer.function({ parameters: ['i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const stride = scope.local('i32');
    const operand = {
      from: scope.parameter('i32', 0),
      stride,
      rows: scope.parameter('i32', 1),
      cols: scope.parameter('i32', 2),
      isTransposed: scope.local('i32'),
    };
    return sequence(
      set(stride, i32.const(context.config.dim * WORD)),
      copyMatrix(context, scope, operand, scope.parameter('i32', 3)),
    );
  });
}

/** (from, out byte, out stride, rows, cols, accumulates): dim-wide rows into accumulator rows, masked by cols. */
function emitWriteAccumulator(context: KernelContext): Callee<'none'> {
  const { dim } = context.config;
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return context.writer.function({ parameters, result: 'none' }, (scope) => {
    const accumulates = scope.parameter('i32', 5);
    const clean = canonical(scope);
    return writeRows(
      context,
      scope,
      (value, old) => {
        const sum = clean(f32x4.add(old, get(value)));
        return when(get(accumulates), set(value, sum));
      },
      dim,
    );
  });
}

/** (from, out byte, out stride, rows, cols, shift, relu): divided by 2^shift, rectified, into the scratchpad. */
function emitWriteScratchpad(context: KernelContext): Callee<'none'> {
  const { dim } = context.config;
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return context.writer.function({ parameters, result: 'none' }, (scope) => {
    const shift = scope.parameter('i32', 5);
    const isRelu = scope.parameter('i32', 6);
    const divisor = scope.local('v128');
    const clean = canonical(scope);
    // The divisor is a 32-bit integer: negative for a shift of 31.
    const power = f32.convert64(i64.extendSigned(i32.shl(i32.const(1), get(shift))));
    return sequence(
      set(divisor, f32x4.splat(power)),
      writeRows(
        context,
        scope,
        (value) =>
          sequence(
            set(value, clean(f32x4.div(get(value), get(divisor)))),
            when(get(isRelu), set(value, f32x4.pmax(v128.zero, get(value)))),
          ),
        dim,
      ),
    );
  });
}

/** Rows of words from parameter 0 to 1, changed on the way, `cols` (parameter 4) of each. */
function writeRows(
  context: KernelContext,
  scope: FunctionScope,
  change: (value: Local<'v128'>, old: V128) => Statement,
  dim: number,
): Statement {
  const from = scope.parameter('i32', 0);
  const out = scope.parameter('i32', 1);
  const outStride = scope.parameter('i32', 2);
  const rows = scope.parameter('i32', 3);
  const cols = scope.parameter('i32', 4);
  const value = scope.local('v128');
  const vectors = Array.from({ length: dim / LANES }, (_, index) => {
    const offset = index * LANES * WORD;
    const old = v128.load(get(out), offset);
    return sequence(
      set(value, v128.load(get(from), offset)),
      change(value, old),
      v128.store(get(out), v128.bitselect(get(value), old, columnMask(context, cols, index * LANES)), offset),
    );
  });
  return countLoop(scope, get(rows), () =>
    sequence(...vectors, addTo(from, i32.const(dim * WORD)), addTo(out, get(outStride))),
  );
}
