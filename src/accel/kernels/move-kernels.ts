import {
  after,
  block,
  branch,
  branchIf,
  type Callee,
  call,
  either,
  get,
  giveBack,
  type I32,
  i32,
  i64,
  type Local,
  loop,
  memoryFill,
  type Statement,
  sequence,
  set,
  tee,
  type V128,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { ACCUMULATOR_BYTES, elementBytes } from '../config.ts';
import { LaneScaler } from './integer-scale.ts';
import { addTo, countLoop, type KernelContext } from './kernel-writer.ts';
import { NOT_LOCATED, type RowAccess } from './row-access.ts';
import { f32x4, i8x16, i16x8, i32x4, v128 } from './vector.ts';

/**
 * mvin and mvout of integer elements, one call per command. Every kernel gives back the number of rows that are done:
 * fewer than asked when a row cannot be located. The reference then continues with that row, and traps where it must.
 */
export function emitMoveKernels(context: KernelContext, rows: RowAccess) {
  const element = elementBytes(context.config);
  return {
    moveInElements: emitMoveIn(context, rows, { source: element, local: element, move: copyBytes(element) }),
    moveInScaled: emitMoveIn(context, rows, { source: element, local: element, move: scaleElements(context) }),
    moveInWords: emitMoveIn(context, rows, { source: 4, local: ACCUMULATOR_BYTES, move: copyWords }),
    moveInWidened: emitMoveIn(context, rows, {
      source: element,
      local: ACCUMULATOR_BYTES,
      move: widenElements(context),
    }),
    moveInPixels: emitMoveInPixels(context, rows),
    clearPixels: emitClearPixels(context),
    clear: emitClear(context),
    moveOutElements: emitMoveOut(context, rows, { target: element, local: element, move: copyBytes(element) }),
    moveOutWords: emitMoveOut(context, rows, { target: 4, local: ACCUMULATOR_BYTES, move: copyBytes(4) }),
    moveOutScaled: emitMoveOut(context, rows, {
      target: element,
      local: ACCUMULATOR_BYTES,
      move: scaleWords(context),
    }),
  };
}

export type MoveKernels = ReturnType<typeof emitMoveKernels>;

const VECTOR = 16;
const LANES = 4;

/** Locals that all kinds of moves share. */
export interface MoveLocals {
  readonly to: Local<'i32'>;
  readonly from: Local<'i32'>;
  /** Elements of this column block, 1 … dim. */
  readonly count: Local<'i32'>;
  /** The scale in all lanes. */
  readonly scale: Local<'v128'>;
  /** Loads: add to the old contents. Stores: apply ReLU. */
  readonly flag: Local<'i32'>;
}

/** The code that moves the elements of one column block of one row, and what it wants done once before all rows. */
interface MoveCode {
  readonly prepare: Statement;
  readonly move: Statement;
}

type MoveBlock = (scope: FunctionScope, locals: MoveLocals) => MoveCode;

const NOTHING: Statement = [];

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

/** Whole vectors, then pieces of 8, 4, 2, 1 bytes. `to` and `from` move along. */
export const copyBytes =
  (elementSize: number): MoveBlock =>
  (scope, { to, from, count }) => {
    const bytes = scope.local('i32');
    const target = scope.local('i32');
    const source = scope.local('i32');
    const advance = (by: number) => sequence(addTo(target, i32.const(by)), addTo(source, i32.const(by)));
    const piece = (size: number, copy: Statement) => when(i32.and(get(bytes), i32.const(size)), copy, advance(size));
    const move = sequence(
      set(bytes, i32.mul(get(count), i32.const(elementSize))),
      set(target, get(to)),
      set(source, get(from)),
      block(
        loop(
          branchIf(1, i32.lt(get(bytes), i32.const(VECTOR))),
          v128.store(get(target), v128.load(get(source))),
          advance(VECTOR),
          addTo(bytes, i32.const(-VECTOR)),
          branch(0),
        ),
      ),
      piece(8, i64.store(get(target), i64.load(get(source)))),
      piece(4, i32.store(get(target), i32.load(get(source)))),
      piece(2, i32.store16(get(target), i32.load16(get(source)))),
      piece(1, i32.store8(get(target), i32.load8(get(source)))),
    );
    return { prepare: NOTHING, move };
  };

/**
 * Runs `wide` for every group of elements that fills `lanes` lanes, then `single` for each of the rest. Both get the
 * element index, as a byte offset of one-byte elements.
 */
function eachGroup(
  scope: FunctionScope,
  count: Local<'i32'>,
  lanes: number,
  wide: (index: Local<'i32'>) => Statement,
  single: (index: Local<'i32'>) => Statement,
): Statement {
  const index = scope.local('i32');
  const step = (size: number, body: Statement) =>
    block(
      loop(
        branchIf(1, i32.gt(i32.add(get(index), i32.const(size)), get(count))),
        body,
        addTo(index, i32.const(size)),
        branch(0),
      ),
    );
  return sequence(set(index, i32.const(0)), step(lanes, wide(index)), step(1, single(index)));
}

const at = (base: Local<'i32'>, index: Local<'i32'>, bytes: number): I32 =>
  i32.add(get(base), bytes === 1 ? get(index) : i32.mul(get(index), i32.const(bytes)));

/** int32 words into the accumulator. */
const copyWords: MoveBlock = (scope, locals) => {
  const { to, from, count, flag } = locals;
  const accumulate = eachGroup(
    scope,
    count,
    LANES,
    (i) => v128.store(at(to, i, 4), i32x4.add(v128.load(at(to, i, 4)), v128.load(at(from, i, 4)))),
    (i) => i32.store(at(to, i, 4), i32.add(i32.load(at(to, i, 4)), i32.load(at(from, i, 4)))),
  );
  return { prepare: NOTHING, move: either(get(flag), accumulate, copyBytes(4)(scope, locals).move) };
};

const loadElement = (bytes: number, address: I32): I32 =>
  bytes === 1 ? i32.load8Signed(address) : i32.load16Signed(address);
const storeElement = (bytes: number, address: I32, value: I32): Statement =>
  bytes === 1 ? i32.store8(address, value) : i32.store16(address, value);

/** Four elements as int32 lanes. */
export const loadLanes = (bytes: number, address: I32): V128 =>
  bytes === 1
    ? i32x4.extendLowSigned(i16x8.extendLowSigned(i32x4.splat(i32.load(address))))
    : i32x4.load16x4Signed(address);

/** int32 lanes, saturated to elements: the low four of the result. */
export const narrowLanes = (bytes: number, lanes: V128): V128 => {
  const halves = i16x8.narrowSigned(lanes, v128.zero);
  return bytes === 1 ? i8x16.narrowSigned(halves, v128.zero) : halves;
};

/** Four elements at once; single ones go through the same lanes. */
const scaleElements =
  ({ config }: KernelContext): MoveBlock =>
  (scope, { to, from, count, scale }) => {
    const bytes = elementBytes(config);
    const scaler = new LaneScaler(scope, config, scale);
    const lanes = scope.local('v128');
    const scaled = (load: V128) => sequence(set(lanes, load), scaler.scale(lanes));
    const move = eachGroup(
      scope,
      count,
      LANES,
      (i) =>
        sequence(
          scaled(loadLanes(bytes, at(from, i, bytes))),
          storeLanes(bytes, at(to, i, bytes), narrowLanes(bytes, get(lanes))),
        ),
      (i) =>
        sequence(
          scaled(i32x4.splat(loadElement(bytes, at(from, i, bytes)))),
          storeElement(bytes, at(to, i, bytes), i32x4.extractFirst(narrowLanes(bytes, get(lanes)))),
        ),
    );
    return { prepare: scaler.prepare(), move };
  };

export const storeLanes = (bytes: number, address: I32, lanes: V128): Statement =>
  bytes === 1 ? v128.store32Lane(address, lanes, 0, 0) : v128.store64Lane(address, lanes, 0, 0);

/** Elements, scaled and saturated, into the accumulator. */
const widenElements =
  ({ config }: KernelContext): MoveBlock =>
  (scope, { to, from, count, scale, flag }) => {
    const bytes = elementBytes(config);
    const scaler = new LaneScaler(scope, config, scale);
    const lanes = scope.local('v128');
    const scaled = (load: V128) =>
      sequence(set(lanes, load), scaler.scale(lanes), set(lanes, widen(bytes, narrowLanes(bytes, get(lanes)))));
    const move = eachGroup(
      scope,
      count,
      LANES,
      (i) =>
        sequence(
          scaled(loadLanes(bytes, at(from, i, bytes))),
          when(get(flag), set(lanes, i32x4.add(get(lanes), v128.load(at(to, i, 4))))),
          v128.store(at(to, i, 4), get(lanes)),
        ),
      (i) =>
        sequence(
          scaled(i32x4.splat(loadElement(bytes, at(from, i, bytes)))),
          when(get(flag), set(lanes, i32x4.add(get(lanes), i32x4.splat(i32.load(at(to, i, 4)))))),
          i32.store(at(to, i, 4), i32x4.extractFirst(get(lanes))),
        ),
    );
    return { prepare: scaler.prepare(), move };
  };

/** The low four elements as int32 lanes. */
const widen = (bytes: number, elements: V128): V128 =>
  i32x4.extendLowSigned(bytes === 1 ? i16x8.extendLowSigned(elements) : elements);

/** Accumulator words, scaled, saturated and rectified, to elements. */
const scaleWords =
  ({ config }: KernelContext): MoveBlock =>
  (scope, { to, from, count, scale, flag }) => {
    const bytes = elementBytes(config);
    const scaler = new LaneScaler(scope, config, scale);
    const lanes = scope.local('v128');
    const isReluFirst = config.rtlBehaviours.includes('relu-before-scale');
    const rectify = when(get(flag), set(lanes, i32x4.maxSigned(get(lanes), v128.zero)));
    const scaled = (load: V128) =>
      sequence(
        set(lanes, load),
        ...(isReluFirst ? [rectify] : []),
        scaler.scale(lanes),
        rectify,
        set(lanes, narrowLanes(bytes, get(lanes))),
      );
    const move = eachGroup(
      scope,
      count,
      LANES,
      (i) => sequence(scaled(v128.load(at(from, i, 4))), storeLanes(bytes, at(to, i, bytes), get(lanes))),
      (i) =>
        sequence(
          scaled(i32x4.splat(i32.load(at(from, i, 4)))),
          storeElement(bytes, at(to, i, bytes), i32x4.extractFirst(get(lanes))),
        ),
    );
    return { prepare: scaler.prepare(), move };
  };

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
