import { LOCAL_ADDRESS } from '../../isa/local-address.ts';
import {
  after,
  type Callee,
  call,
  choose,
  f32,
  f64,
  get,
  giveBack,
  type I32,
  i32,
  i64,
  type Statement,
  sequence,
  set,
  when,
} from '../../wasm/code.ts';
import { ACCUMULATOR_BYTES, accumulatorRows, elementBytes, scratchpadRows } from '../config.ts';
import { MAX_KERNEL_ROW_BYTES, RECORD } from './kernel-layout.ts';
import { LOAD_STATE_BYTES, LOAD_WORD, REGISTER_WORD } from './kernel-registers.ts';
import type { KernelContext } from './kernel-writer.ts';
import type { MoveKernels } from './move-kernels.ts';

/** The command is not one for the kernels: nothing is done yet. */
export const IRREGULAR = -1;

const irregularWhen = (condition: I32): Statement => when(condition, giveBack(i32.const(IRREGULAR)));

const isSet = (word: I32, bit: number): I32 => i32.and(i32.shr(word, i32.const(bit)), i32.const(1));

/** (record) → rows done, or IRREGULAR. Both dispatchers check that every local row exists before anything moves. */
export function emitMoveInDispatch(context: KernelContext, kernels: MoveKernels): Callee<'i32'> {
  const { writer, config, local: memories, scratch } = context;
  const { dim } = config;
  const element = elementBytes(config);
  return writer.function({ parameters: ['i32'], result: 'i32' }, (scope) => {
    const record = scope.parameter('i32', 0);
    const load = scope.local('i32');
    const local = scope.local('i32');
    const rows = scope.local('i32');
    const cols = scope.local('i32');
    const row = scope.local('i32');
    const toAccumulator = scope.local('i32');
    const isWide = scope.local('i32');
    const accumulates = scope.local('i32');
    const to = scope.local('i32');
    const rowBytes = scope.local('i32');
    const blockBytes = scope.local('i32');
    const address = scope.local('i64');
    const stride = scope.local('i64');
    const word = (offset: number): I32 => i32.load(get(load), scratch.registers + offset);
    const lastBlock = i32.div(i32.sub(get(cols), i32.const(1)), i32.const(dim));
    const end = i32.add(i32.add(get(row), get(rows)), i32.mul(lastBlock, word(LOAD_WORD.blockStride)));
    const limit = choose(
      'i32',
      get(toAccumulator),
      i32.const(accumulatorRows(config)),
      i32.const(scratchpadRows(config)),
    );
    const scale = f32.load(get(load), scratch.registers + LOAD_WORD.scale);
    const move = (callee: Callee<'i32'>): Statement =>
      giveBack(
        call(
          callee,
          get(address),
          get(stride),
          get(to),
          get(rows),
          get(cols),
          get(blockBytes),
          scale,
          get(accumulates),
        ),
      );

    const place = sequence(
      set(rowBytes, i32.const(dim * element)),
      set(to, i32.const(memories.scratchpad)),
      when(
        get(toAccumulator),
        set(rowBytes, i32.const(dim * ACCUMULATOR_BYTES)),
        set(to, i32.const(memories.accumulator)),
      ),
      set(to, i32.add(get(to), i32.mul(get(row), get(rowBytes)))),
      set(blockBytes, i32.mul(word(LOAD_WORD.blockStride), get(rowBytes))),
    );
    const repeatPixels = sequence(
      irregularWhen(get(toAccumulator)),
      irregularWhen(i32.isZero(word(LOAD_WORD.isIdentity))),
      irregularWhen(i32.gt(i32.mul(word(LOAD_WORD.repeats), get(cols)), i32.const(dim))),
      when(
        i64.isZero(get(address)),
        call(kernels.clearPixels, get(to), get(rows), get(cols), word(LOAD_WORD.repeats), get(row)),
        giveBack(get(rows)),
      ),
      giveBack(
        call(
          kernels.moveInPixels,
          get(address),
          get(stride),
          get(to),
          get(rows),
          get(cols),
          word(LOAD_WORD.repeats),
          get(row),
        ),
      ),
    );
    const loadZeros = sequence(
      // Adding zero changes no integer, but the sign of a negative zero.
      when(
        i32.and(get(toAccumulator), get(accumulates)),
        giveBack(config.accumulatorType === 'int32' ? get(rows) : i32.const(IRREGULAR)),
      ),
      call(
        kernels.clear,
        get(to),
        get(rowBytes),
        get(rows),
        get(cols),
        i32.div(get(rowBytes), i32.const(dim)),
        get(blockBytes),
      ),
      giveBack(get(rows)),
    );
    return after(
      sequence(
        set(load, i32.mul(i32.load(get(record), RECORD.code), i32.const(LOAD_STATE_BYTES))),
        set(local, i32.load(get(record), RECORD.local)),
        set(rows, i32.load(get(record), RECORD.rows)),
        set(cols, i32.load(get(record), RECORD.cols)),
        when(i32.isZero(i32.mul(get(rows), get(cols))), giveBack(get(rows))),
        irregularWhen(i32.isZero(word(LOAD_WORD.isUsable))),
        irregularWhen(i32.gt(get(cols), i32.const(MAX_KERNEL_ROW_BYTES / ACCUMULATOR_BYTES))),
        set(toAccumulator, isSet(get(local), LOCAL_ADDRESS.accumulator.bit)),
        set(accumulates, isSet(get(local), LOCAL_ADDRESS.accumulate.bit)),
        set(isWide, i32.and(get(toAccumulator), i32.isZero(word(LOAD_WORD.shrinks)))),
        set(row, i32.and(get(local), i32.const(2 ** LOCAL_ADDRESS.readFull.bit - 1))),
        irregularWhen(i32.and(get(isWide), i32.isZero(word(LOAD_WORD.isWideUsable)))),
        irregularWhen(i32.gt(end, limit)),
        place,
        set(address, i64.truncF64(f64.load(get(record), RECORD.address))),
        set(stride, i64.load(get(load), scratch.registers + LOAD_WORD.strideLow)),
        when(i32.gt(word(LOAD_WORD.repeats), i32.const(1)), repeatPixels),
        when(i64.isZero(get(address)), loadZeros),
        when(get(isWide), move(kernels.moveInWords)),
        when(get(toAccumulator), move(kernels.moveInWidened)),
        when(word(LOAD_WORD.isIdentity), move(kernels.moveInElements)),
        move(kernels.moveInScaled),
      ),
      i32.const(IRREGULAR),
    );
  });
}

/** (record) → rows done, or IRREGULAR. */
export function emitMoveOutDispatch(context: KernelContext, kernels: MoveKernels, pool: Callee<'i32'>): Callee<'i32'> {
  const { writer, config, local: memories, scratch } = context;
  const { dim } = config;
  return writer.function({ parameters: ['i32'], result: 'i32' }, (scope) => {
    const record = scope.parameter('i32', 0);
    const local = scope.local('i32');
    const rows = scope.local('i32');
    const cols = scope.local('i32');
    const row = scope.local('i32');
    const lastBlock = scope.local('i32');
    const done = scope.local('i32');
    const word = (offset: number): I32 => i32.load(i32.const(0), scratch.registers + offset);
    const end = i32.add(i32.add(get(row), get(rows)), i32.mul(get(lastBlock), i32.const(dim)));
    const move = (callee: Callee<'i32'>, start: number, rowBytes: number) =>
      call(
        callee,
        i64.truncF64(f64.load(get(record), RECORD.address)),
        i64.load(i32.const(0), scratch.registers + REGISTER_WORD.storeStrideLow),
        i32.add(i32.const(start), i32.mul(get(row), i32.const(rowBytes))),
        get(rows),
        get(cols),
        f32.load(i32.const(0), scratch.registers + REGISTER_WORD.storeScale),
        word(REGISTER_WORD.storeRelu),
      );
    const wordRow = dim * ACCUMULATOR_BYTES;
    const normMask = (2 ** LOCAL_ADDRESS.norm.width - 1) * 2 ** LOCAL_ADDRESS.norm.lsb;
    const storeFrom = (isUsable: number, callee: Callee<'i32'>): Statement =>
      sequence(irregularWhen(i32.isZero(word(isUsable))), set(done, move(callee, memories.accumulator, wordRow)));
    const fromAccumulator = sequence(
      irregularWhen(i32.and(get(local), i32.const(normMask))),
      irregularWhen(i32.gt(end, i32.const(accumulatorRows(config)))),
      when(
        isSet(get(local), LOCAL_ADDRESS.readFull.bit),
        storeFrom(REGISTER_WORD.isWordStoreUsable, kernels.moveOutWords),
      ),
      when(
        i32.isZero(isSet(get(local), LOCAL_ADDRESS.readFull.bit)),
        storeFrom(REGISTER_WORD.isScaledStoreUsable, kernels.moveOutScaled),
      ),
      i32.store(
        i32.const(0),
        i32.add(
          i32.load(i32.const(0), scratch.statisticResets),
          i32.mul(get(done), i32.add(get(lastBlock), i32.const(1))),
        ),
        scratch.statisticResets,
      ),
      giveBack(get(done)),
    );
    return after(
      sequence(
        set(local, i32.load(get(record), RECORD.local)),
        set(rows, i32.load(get(record), RECORD.rows)),
        set(cols, i32.load(get(record), RECORD.cols)),
        when(
          word(REGISTER_WORD.poolStride),
          irregularWhen(call(pool, get(record))),
          // The rows of the command mean nothing: all are done.
          giveBack(get(rows)),
        ),
        when(i32.isZero(get(rows)), giveBack(get(rows))),
        irregularWhen(i32.isZero(get(cols))),
        irregularWhen(i32.gt(get(cols), i32.const(MAX_KERNEL_ROW_BYTES / ACCUMULATOR_BYTES))),
        set(row, i32.and(get(local), i32.const(2 ** LOCAL_ADDRESS.norm.lsb - 1))),
        set(lastBlock, i32.div(i32.sub(get(cols), i32.const(1)), i32.const(dim))),
        when(isSet(get(local), LOCAL_ADDRESS.accumulator.bit), fromAccumulator),
        irregularWhen(i32.gt(end, i32.const(scratchpadRows(config)))),
      ),
      move(kernels.moveOutElements, memories.scratchpad, dim * elementBytes(config)),
    );
  });
}
