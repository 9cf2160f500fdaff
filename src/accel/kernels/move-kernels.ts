import {
  after,
  branchIf,
  type Callee,
  call,
  get,
  giveBack,
  i32,
  i64,
  type Local,
  loop,
  memoryFill,
  type Statement,
  sequence,
  set,
  tee,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { ACCUMULATOR_BYTES, elementBytes } from '../config.ts';
import {
  addWords,
  copyBytes,
  type MoveBlock,
  type MoveLocals,
  scaleElements,
  scaleWords,
  widenElements,
} from './block-moves.ts';
import { addTo, countLoop, type KernelContext } from './kernel-writer.ts';
import { NOT_LOCATED, type RowAccess } from './row-access.ts';
import { f32x4 } from './vector.ts';

/**
 * mvin and mvout of integer elements, one call per command. Every kernel gives back the number of rows that are done:
 * fewer than asked when a row cannot be located. The reference then continues with that row, and traps where it must.
 */
export function emitMoveKernels(context: KernelContext, rows: RowAccess) {
  const { config } = context;
  const element = elementBytes(config);
  return {
    moveInElements: emitMoveIn(context, rows, { source: element, local: element, move: copyBytes(element) }),
    moveInScaled: emitMoveIn(context, rows, { source: element, local: element, move: scaleElements(config) }),
    moveInWords: emitMoveIn(context, rows, { source: 4, local: ACCUMULATOR_BYTES, move: addWords(config) }),
    moveInWidened: emitMoveIn(context, rows, {
      source: element,
      local: ACCUMULATOR_BYTES,
      move: widenElements(config),
    }),
    moveInPixels: emitMoveInPixels(context, rows),
    clearPixels: emitClearPixels(context),
    clear: emitClear(context),
    moveOutElements: emitMoveOut(context, rows, { target: element, local: element, move: copyBytes(element) }),
    moveOutWords: emitMoveOut(context, rows, { target: 4, local: ACCUMULATOR_BYTES, move: copyBytes(4) }),
    moveOutScaled: emitMoveOut(context, rows, {
      target: element,
      local: ACCUMULATOR_BYTES,
      move: scaleWords(config),
    }),
  };
}

export type MoveKernels = ReturnType<typeof emitMoveKernels>;

interface MoveIn {
  /** Bytes of an element in main memory. */
  readonly source: number;
  /** Bytes of an element in the local memory. */
  readonly local: number;
  readonly move: MoveBlock;
}

/** (vaddr, row stride, first local byte, rows, cols, local bytes between column blocks, scale, accumulates) → rows done */
function emitMoveIn(
  { writer, config }: KernelContext,
  rows: RowAccess,
  { source, local, move }: MoveIn,
): Callee<'i32'> {
  const parameters = ['i64', 'i64', 'i32', 'i32', 'i32', 'i32', 'f32', 'i32'] as const;
  return writer.function({ parameters, result: 'i32' }, (scope) => {
    const vaddr = scope.parameter('i64', 0);
    const stride = scope.parameter('i64', 1);
    const localRow = scope.parameter('i32', 2);
    const rowCount = scope.parameter('i32', 3);
    const cols = scope.parameter('i32', 4);
    const blockBytes = scope.parameter('i32', 5);
    const scale = scope.parameter('f32', 6);
    const left = scope.local('i32');
    const localBlock = scope.local('i32');
    const locals: MoveLocals = {
      to: scope.local('i32'),
      from: scope.local('i32'),
      count: scope.local('i32'),
      scale: scope.local('v128'),
      flag: scope.parameter('i32', 7),
    };
    const code = move(scope, locals);
    return after(
      sequence(
        set(locals.scale, f32x4.splat(get(scale))),
        code.prepare,
        countLoop(scope, get(rowCount), (row) =>
          sequence(
            set(locals.from, call(rows.source, get(vaddr), i32.mul(get(cols), i32.const(source)))),
            when(i32.eq(get(locals.from), i32.const(NOT_LOCATED)), giveBack(get(row))),
            set(localBlock, get(localRow)),
            eachBlock(config.dim, cols, left, locals.count, [
              set(locals.to, get(localBlock)),
              code.move,
              addTo(locals.from, i32.const(config.dim * source)),
              addTo(localBlock, get(blockBytes)),
            ]),
            set(vaddr, i64.add(get(vaddr), get(stride))),
            addTo(localRow, i32.const(config.dim * local)),
          ),
        ),
      ),
      get(rowCount),
    );
  });
}

interface MoveOut {
  readonly target: number;
  readonly local: number;
  readonly move: MoveBlock;
}

/** (vaddr, row stride, first local byte, rows, cols, scale, relu) → rows done. Column blocks lie dim rows apart. */
function emitMoveOut(
  { writer, config }: KernelContext,
  rows: RowAccess,
  { target, local, move }: MoveOut,
): Callee<'i32'> {
  const parameters = ['i64', 'i64', 'i32', 'i32', 'i32', 'f32', 'i32'] as const;
  return writer.function({ parameters, result: 'i32' }, (scope) => {
    const vaddr = scope.parameter('i64', 0);
    const stride = scope.parameter('i64', 1);
    const localRow = scope.parameter('i32', 2);
    const rowCount = scope.parameter('i32', 3);
    const cols = scope.parameter('i32', 4);
    const scale = scope.parameter('f32', 5);
    const left = scope.local('i32');
    const localBlock = scope.local('i32');
    const written = scope.local('i32');
    const locals: MoveLocals = {
      to: scope.local('i32'),
      from: scope.local('i32'),
      count: scope.local('i32'),
      scale: scope.local('v128'),
      flag: scope.parameter('i32', 6),
    };
    const bytes = i32.mul(get(cols), i32.const(target));
    const code = move(scope, locals);
    return after(
      sequence(
        set(locals.scale, f32x4.splat(get(scale))),
        code.prepare,
        countLoop(scope, get(rowCount), (row) =>
          sequence(
            set(locals.to, tee(written, call(rows.target, get(vaddr), bytes))),
            when(i32.eq(get(written), i32.const(NOT_LOCATED)), giveBack(get(row))),
            set(localBlock, get(localRow)),
            eachBlock(config.dim, cols, left, locals.count, [
              set(locals.from, get(localBlock)),
              code.move,
              addTo(locals.to, i32.const(config.dim * target)),
              addTo(localBlock, i32.const(config.dim * config.dim * local)),
            ]),
            call(rows.finish, get(vaddr), bytes, get(written)),
            set(vaddr, i64.add(get(vaddr), get(stride))),
            addTo(localRow, i32.const(config.dim * local)),
          ),
        ),
      ),
      get(rowCount),
    );
  });
}

/** Runs `body` once per column block with the elements of the block in `count`. `cols` is at least 1. */
function eachBlock(
  dim: number,
  cols: Local<'i32'>,
  left: Local<'i32'>,
  count: Local<'i32'>,
  body: readonly Statement[],
): Statement {
  return sequence(
    set(left, get(cols)),
    loop(
      set(count, i32.const(dim)),
      when(i32.lt(get(left), i32.const(dim)), set(count, get(left))),
      ...body,
      addTo(left, i32.const(-dim)),
      branchIf(0, i32.gtSigned(get(left), i32.const(0))),
    ),
  );
}

/**
 * Scratchpad loads with pixel repeats and scale 1: (vaddr, row stride, first local byte, rows, cols, repeats, first
 * row number) → rows done. Repeat p goes p rows up and p·cols columns to the right; none goes above row 0.
 */
function emitMoveInPixels({ writer, config }: KernelContext, rows: RowAccess): Callee<'i32'> {
  const element = elementBytes(config);
  const parameters = ['i64', 'i64', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return writer.function({ parameters, result: 'i32' }, (scope) => {
    const vaddr = scope.parameter('i64', 0);
    const stride = scope.parameter('i64', 1);
    const localRow = scope.parameter('i32', 2);
    const rowCount = scope.parameter('i32', 3);
    const cols = scope.parameter('i32', 4);
    const repeats = scope.parameter('i32', 5);
    const firstRow = scope.parameter('i32', 6);
    const bytes = scope.local('i32');
    const locals: MoveLocals = {
      to: scope.local('i32'),
      from: scope.local('i32'),
      count: cols,
      scale: scope.local('v128'),
      flag: scope.local('i32'),
    };
    const copyPixel = copyBytes(element)(scope, locals).move;
    return after(
      sequence(
        set(bytes, i32.mul(get(cols), i32.const(element))),
        countLoop(scope, get(rowCount), (row) =>
          sequence(
            set(locals.from, call(rows.source, get(vaddr), get(bytes))),
            when(i32.eq(get(locals.from), i32.const(NOT_LOCATED)), giveBack(get(row))),
            eachRepeat(
              scope,
              { to: locals.to, localRow, repeats, firstRow, row, bytes },
              config.dim * element,
              copyPixel,
            ),
            set(vaddr, i64.add(get(vaddr), get(stride))),
            addTo(localRow, i32.const(config.dim * element)),
          ),
        ),
      ),
      get(rowCount),
    );
  });
}

/** The same for a source of zeros: (first local byte, rows, cols, repeats, first row number). */
function emitClearPixels({ writer, config }: KernelContext): Callee<'none'> {
  const element = elementBytes(config);
  return writer.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const localRow = scope.parameter('i32', 0);
    const rowCount = scope.parameter('i32', 1);
    const cols = scope.parameter('i32', 2);
    const repeats = scope.parameter('i32', 3);
    const firstRow = scope.parameter('i32', 4);
    const to = scope.local('i32');
    const bytes = scope.local('i32');
    const clearPixel = memoryFill(get(to), i32.const(0), get(bytes));
    return sequence(
      set(bytes, i32.mul(get(cols), i32.const(element))),
      countLoop(scope, get(rowCount), (row) =>
        sequence(
          eachRepeat(scope, { to, localRow, repeats, firstRow, row, bytes }, config.dim * element, clearPixel),
          addTo(localRow, i32.const(config.dim * element)),
        ),
      ),
    );
  });
}

/** Runs `body` for every repeat of the pixel at `localRow`, with `to` at its place. */
function eachRepeat(
  scope: FunctionScope,
  locals: Readonly<Record<'to' | 'localRow' | 'repeats' | 'firstRow' | 'row' | 'bytes', Local<'i32'>>>,
  rowBytes: number,
  body: Statement,
): Statement {
  const { to, localRow, repeats, firstRow, row, bytes } = locals;
  return sequence(
    set(to, get(localRow)),
    countLoop(scope, get(repeats), (repeat) =>
      when(
        i32.le(get(repeat), i32.add(get(firstRow), get(row))),
        body,
        addTo(to, i32.sub(get(bytes), i32.const(rowBytes))),
      ),
    ),
  );
}

/** (first local byte, bytes between local rows, rows, cols, bytes of an element, bytes between column blocks): zeros. */
const emitClear = ({ writer, config }: KernelContext): Callee<'none'> =>
  writer.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'none' }, (scope) => {
    const local = scope.parameter('i32', 0);
    const rowBytes = scope.parameter('i32', 1);
    const rows = scope.parameter('i32', 2);
    const cols = scope.parameter('i32', 3);
    const bytes = scope.parameter('i32', 4);
    const blockBytes = scope.parameter('i32', 5);
    const left = scope.local('i32');
    const count = scope.local('i32');
    const to = scope.local('i32');
    const clearRows = sequence(
      set(to, get(local)),
      countLoop(scope, get(rows), () =>
        sequence(memoryFill(get(to), i32.const(0), i32.mul(get(count), get(bytes))), addTo(to, get(rowBytes))),
      ),
    );
    return eachBlock(config.dim, cols, left, count, [clearRows, addTo(local, get(blockBytes))]);
  });
