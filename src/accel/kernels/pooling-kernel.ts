import { LOCAL_ADDRESS } from '../../isa/local-address.ts';
import {
  after,
  call,
  either,
  f32,
  f64,
  get,
  giveBack,
  type I32,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  when,
} from '../../wasm/code.ts';
import { ACCUMULATOR_BYTES, accumulatorRows, elementBytes, scratchpadRows } from '../config.ts';
import { copyBytes, type MoveLocals } from './block-moves.ts';
import { RECORD } from './kernel-layout.ts';
import { REGISTER_WORD } from './kernel-registers.ts';
import { countLoop, type KernelContext } from './kernel-writer.ts';
import { createLaneArithmetic } from './lane-arithmetic.ts';
import { NOT_LOCATED, type RowAccess } from './row-access.ts';
import { f32x4, v128 } from './vector.ts';

const LANES = 4;

/**
 * (record) → 0 when a pooling mvout is done, 1 when the reference must do it, from its start: it stores the same bytes
 * again. Maxima are taken over scaled lanes before they are rectified and saturated, which keeps their order.
 */
export function emitPooling({ writer, config, local: memories, scratch }: KernelContext, rows: RowAccess) {
  const { dim } = config;
  const element = elementBytes(config);
  const word = (offset: number): I32 => i32.load(i32.const(0), scratch.registers + offset);
  const registers = [
    'poolStride',
    'poolSize',
    'upperPadding',
    'leftPadding',
    'pooledRows',
    'pooledCols',
    'imageRows',
    'imageCols',
  ] as const;

  return writer.function({ parameters: ['i32'], result: 'i32' }, (scope) => {
    const record = scope.parameter('i32', 0);
    const local = scope.local('i32');
    const base = scope.local('i32');
    const fromAccumulator = scope.local('i32');
    const vaddr = scope.local('i64');
    const written = scope.local('i32');
    const imageRow = scope.local('i32');
    const imageCol = scope.local('i32');
    const lanes = scope.local('v128');
    const max = scope.local('v128');
    const pool = Object.fromEntries(registers.map((name) => [name, scope.local('i32')])) as Record<
      (typeof registers)[number],
      Local<'i32'>
    >;
    const move: MoveLocals = {
      to: scope.local('i32'),
      from: scope.local('i32'),
      count: scope.local('i32'),
      scale: scope.local('v128'),
      flag: scope.local('i32'),
    };
    const arithmetic = createLaneArithmetic(scope, config, move.scale);
    const isReluFirst = config.rtlBehaviours.includes('relu-before-scale');
    const relu = (value: Local<'v128'>): Statement =>
      when(word(REGISTER_WORD.storeRelu), set(value, arithmetic.relu(get(value))));
    const irregularWhen = (condition: I32): Statement => when(condition, giveBack(i32.const(1)));
    const pixelIndex = i32.add(i32.mul(get(imageRow), get(pool.imageCols)), get(imageCol));
    const isInside = i32.and(i32.lt(get(imageRow), get(pool.imageRows)), i32.lt(get(imageCol), get(pool.imageCols)));
    const at = (group: Local<'i32'>, rowBytes: number, laneBytes: number): I32 =>
      i32.add(
        get(base),
        i32.add(i32.mul(pixelIndex, i32.const(rowBytes)), i32.mul(get(group), i32.const(LANES * laneBytes))),
      );
    const loadPixel = (group: Local<'i32'>): Statement =>
      either(
        get(fromAccumulator),
        sequence(
          set(lanes, v128.load(at(group, dim * ACCUMULATOR_BYTES, ACCUMULATOR_BYTES))),
          ...(isReluFirst ? [relu(lanes)] : []),
          arithmetic.scale(lanes),
        ),
        set(lanes, arithmetic.loadElements(at(group, dim * element, element))),
      );
    const windowMax = (group: Local<'i32'>, pooledRow: Local<'i32'>, pooledCol: Local<'i32'>): Statement =>
      sequence(
        set(max, arithmetic.smallest),
        countLoop(scope, get(pool.poolSize), (y) =>
          countLoop(scope, get(pool.poolSize), (x) =>
            sequence(
              // Negative coordinates are huge unsigned ones: outside as well.
              set(imageRow, tapCoordinate(pooledRow, y, pool.poolStride, pool.upperPadding)),
              set(imageCol, tapCoordinate(pooledCol, x, pool.poolStride, pool.leftPadding)),
              either(isInside, loadPixel(group), set(lanes, v128.zero)),
              set(max, arithmetic.max(get(max), get(lanes))),
            ),
          ),
        ),
        when(get(fromAccumulator), relu(max)),
      );
    const pixelAddress = (pooledRow: Local<'i32'>, pooledCol: Local<'i32'>) => {
      const index = i32.add(i32.mul(get(pooledRow), word(REGISTER_WORD.poolOutDim)), get(pooledCol));
      const stride = i64.load(i32.const(0), scratch.registers + REGISTER_WORD.storeStrideLow);
      return i64.add(i64.truncF64(f64.load(get(record), RECORD.address)), i64.mul(i64.extend(index), stride));
    };
    const bytes = i32.mul(get(move.count), i32.const(element));
    const groups = i32.div(i32.add(get(move.count), i32.const(LANES - 1)), i32.const(LANES));
    const storePixel = (pooledRow: Local<'i32'>, pooledCol: Local<'i32'>): Statement =>
      sequence(
        set(vaddr, pixelAddress(pooledRow, pooledCol)),
        set(written, call(rows.target, get(vaddr), bytes)),
        irregularWhen(i32.eq(get(written), i32.const(NOT_LOCATED))),
        countLoop(scope, groups, (group) =>
          sequence(
            windowMax(group, pooledRow, pooledCol),
            arithmetic.storeElements(
              i32.add(i32.const(scratch.results), i32.mul(get(group), i32.const(LANES * element))),
              get(max),
            ),
          ),
        ),
        set(move.to, get(written)),
        set(move.from, i32.const(scratch.results)),
        copyBytes(element)(scope, move).move,
        call(rows.finish, get(vaddr), bytes, get(written)),
      );

    const lastPixel = i32.mul(word(REGISTER_WORD.imageRows), word(REGISTER_WORD.imageCols));
    const row = i32.and(get(local), i32.const(2 ** LOCAL_ADDRESS.norm.lsb - 1));
    const place = (start: number, rowBytes: number, limit: number): Statement =>
      sequence(
        irregularWhen(i32.gt(i32.add(row, lastPixel), i32.const(limit))),
        set(base, i32.add(i32.const(start), i32.mul(row, i32.const(rowBytes)))),
      );
    return after(
      sequence(
        ...registers.map((name) => set(pool[name], word(REGISTER_WORD[name]))),
        set(local, i32.load(get(record), RECORD.local)),
        set(move.count, i32.load(get(record), RECORD.cols)),
        set(fromAccumulator, i32.shr(get(local), i32.const(LOCAL_ADDRESS.accumulator.bit))),
        irregularWhen(i32.isZero(get(pool.poolSize))),
        irregularWhen(i32.isZero(get(move.count))),
        irregularWhen(i32.gt(get(move.count), i32.const(dim))),
        irregularWhen(i32.and(get(fromAccumulator), i32.isZero(word(REGISTER_WORD.isScaledPoolUsable)))),
        either(
          get(fromAccumulator),
          place(memories.accumulator, dim * ACCUMULATOR_BYTES, accumulatorRows(config)),
          place(memories.scratchpad, dim * element, scratchpadRows(config)),
        ),
        set(move.scale, f32x4.splat(f32.load(i32.const(0), scratch.registers + REGISTER_WORD.storeScale))),
        arithmetic.prepare,
        countLoop(scope, get(pool.pooledRows), (pooledRow) =>
          countLoop(scope, get(pool.pooledCols), (pooledCol) => storePixel(pooledRow, pooledCol)),
        ),
      ),
      i32.const(0),
    );
  });
}

const tapCoordinate = (pooled: Local<'i32'>, tap: Local<'i32'>, stride: Local<'i32'>, padding: Local<'i32'>): I32 =>
  i32.sub(i32.add(i32.mul(get(pooled), get(stride)), get(tap)), get(padding));
