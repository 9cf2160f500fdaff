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
  loop,
  type Statement,
  select,
  sequence,
  set,
  type V128,
  when,
} from '../../wasm/code.ts';
import { LANES, maskAddress, pairBytes, VECTOR, vectorsPerGroup } from './array-operands.ts';
import { addTo, type KernelContext } from './kernel-writer.ts';
import { i32x4, v128 } from './vector.ts';

/** (out byte, bytes between out rows, rows, cols, pairs, accumulates): out (+)= streamed · packed, masked by cols. */
export function emitMultiply({ writer, config, scratch }: KernelContext): Callee<'none'> {
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
export function emitGatherAndMultiply(
  { writer, scratch }: KernelContext,
  gather: Callee<'none'>,
  multiply: Callee<'none'>,
) {
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
