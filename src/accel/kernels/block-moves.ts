import {
  block,
  branch,
  branchIf,
  get,
  type I32,
  i32,
  i64,
  type Local,
  loop,
  type Statement,
  sequence,
  set,
  type V128,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { type AcceleratorConfig, elementBytes } from '../config.ts';
import { addTo } from './kernel-writer.ts';
import { createLaneArithmetic, type LaneArithmetic } from './lane-arithmetic.ts';
import { v128 } from './vector.ts';

/** Moving one column block of one row: what differs between the kinds of loads and stores. */

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
export interface MoveCode {
  readonly prepare: Statement;
  readonly move: Statement;
}

export type MoveBlock = (scope: FunctionScope, locals: MoveLocals) => MoveCode;

const NOTHING: Statement = [];

/** Whole vectors, then pieces of 8, 4, 2, 1 bytes. */
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

/** The address of element `index` behind `base`. */
const at = (base: Local<'i32'>, index: Local<'i32'>, bytes: number): I32 =>
  i32.add(get(base), bytes === 1 ? get(index) : i32.mul(get(index), i32.const(bytes)));

/** How lanes enter or leave memory: four at once, or a single one in the first lane. */
interface LaneAccess {
  load(address: I32): V128;
  store(address: I32, lanes: V128): Statement;
}

interface LaneMove {
  /** Bytes of an element where it comes from, and where it goes. */
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly wide: LaneAccess & { readonly old: (address: I32) => V128 };
  readonly single: LaneAccess & { readonly old: (address: I32) => V128 };
  /** Changes the lanes on their way. `old` is what lies at the target now. */
  change(lanes: Local<'v128'>, old: V128): Statement;
}

/** Moves four elements at a time, then single ones through the same lanes. */
function moveLanes(scope: FunctionScope, { to, from, count }: MoveLocals, move: LaneMove): Statement {
  const index = scope.local('i32');
  const lanes = scope.local('v128');
  const step = (size: number, { load, store, old }: LaneMove['wide']) => {
    const target = at(to, index, move.toBytes);
    return block(
      loop(
        branchIf(1, i32.gt(i32.add(get(index), i32.const(size)), get(count))),
        set(lanes, load(at(from, index, move.fromBytes))),
        move.change(lanes, old(target)),
        store(target, get(lanes)),
        addTo(index, i32.const(size)),
        branch(0),
      ),
    );
  };
  return sequence(set(index, i32.const(0)), step(LANES, move.wide), step(1, move.single));
}

const WORDS: LaneMove['wide'] = { load: v128.load, store: v128.store, old: v128.load };
const WORD: LaneMove['single'] = {
  load: (address) => v128.load32Splat(address),
  store: (address, lanes) => v128.store32Lane(address, lanes, 0, 0),
  old: (address) => v128.load32Splat(address),
};

const elementAccess = (arithmetic: LaneArithmetic) => ({
  wide: { load: arithmetic.loadElements, store: arithmetic.storeElements },
  single: { load: arithmetic.loadElement, store: arithmetic.storeElement },
});

/** Scratchpad loads: elements, scaled. */
export const scaleElements =
  (config: AcceleratorConfig): MoveBlock =>
  (scope, locals) => {
    const arithmetic = createLaneArithmetic(scope, config, locals.scale);
    const { wide, single } = elementAccess(arithmetic);
    const bytes = elementBytes(config);
    const move = moveLanes(scope, locals, {
      fromBytes: bytes,
      toBytes: bytes,
      wide: { ...wide, old: WORDS.old },
      single: { ...single, old: WORD.old },
      change: (lanes) => arithmetic.scale(lanes),
    });
    return { prepare: arithmetic.prepare, move };
  };

/** Accumulator loads of accumulator values, added to the old contents where asked for. */
export const addWords =
  (config: AcceleratorConfig): MoveBlock =>
  (scope, locals) => {
    const arithmetic = createLaneArithmetic(scope, config, locals.scale);
    const isScaled = config.mvinScalesAccumulator;
    const move = moveLanes(scope, locals, {
      fromBytes: 4,
      toBytes: 4,
      wide: WORDS,
      single: WORD,
      change: (lanes, old) =>
        sequence(
          isScaled ? arithmetic.scale(lanes) : set(lanes, arithmetic.canonical(get(lanes))),
          when(get(locals.flag), set(lanes, arithmetic.add(get(lanes), old))),
        ),
    });
    return { prepare: arithmetic.prepare, move };
  };

/** Accumulator loads of elements, scaled and saturated as such, added where asked for. */
export const widenElements =
  (config: AcceleratorConfig): MoveBlock =>
  (scope, locals) => {
    const arithmetic = createLaneArithmetic(scope, config, locals.scale);
    const { wide, single } = elementAccess(arithmetic);
    const move = moveLanes(scope, locals, {
      fromBytes: elementBytes(config),
      toBytes: 4,
      wide: { ...WORDS, load: wide.load },
      single: { ...WORD, load: single.load },
      change: (lanes, old) =>
        sequence(
          arithmetic.scale(lanes),
          set(lanes, arithmetic.saturate(get(lanes))),
          when(get(locals.flag), set(lanes, arithmetic.add(get(lanes), old))),
        ),
    });
    return { prepare: arithmetic.prepare, move };
  };

/** Stores from the accumulator: scaled, rectified where asked for, as elements. */
export const scaleWords =
  (config: AcceleratorConfig): MoveBlock =>
  (scope, locals) => {
    const arithmetic = createLaneArithmetic(scope, config, locals.scale);
    const { wide, single } = elementAccess(arithmetic);
    const isReluFirst = config.rtlBehaviours.includes('relu-before-scale');
    const rectify = (lanes: Local<'v128'>) => when(get(locals.flag), set(lanes, arithmetic.relu(get(lanes))));
    const move = moveLanes(scope, locals, {
      fromBytes: 4,
      toBytes: elementBytes(config),
      wide: { ...WORDS, store: wide.store },
      single: { ...WORD, store: single.store },
      change: (lanes) => sequence(...(isReluFirst ? [rectify(lanes)] : []), arithmetic.scale(lanes), rectify(lanes)),
    });
    return { prepare: arithmetic.prepare, move };
  };
