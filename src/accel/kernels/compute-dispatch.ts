import { LOCAL_ADDRESS } from '../../isa/local-address.ts';
import {
  after,
  type Callee,
  call,
  either,
  get,
  giveBack,
  type I32,
  i32,
  type Local,
  type Statement,
  select,
  sequence,
  set,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { ACCUMULATOR_BYTES, accumulatorRows, elementBytes, scratchpadRows } from '../config.ts';
import { GARBAGE } from '../local-address.ts';
import { ACCUMULATION, type ArrayKernels } from './array-kernels.ts';
import { RECORD } from './kernel-layout.ts';
import { REGISTER_WORD } from './kernel-registers.ts';
import type { KernelContext } from './kernel-writer.ts';
import { IRREGULAR } from './move-dispatch.ts';

const isGarbage = (local: I32): I32 => i32.eq(local, i32.const(GARBAGE));
const min = (x: I32, limit: number): I32 => select(i32.lt(x, i32.const(limit)), x, i32.const(limit));
const not = (condition: I32): I32 => i32.isZero(condition);

/** A local operand whose words are in locals: rows are 0 for garbage, so that kernels read nothing. */
interface Operand {
  readonly local: Local<'i32'>;
  readonly rows: Local<'i32'>;
  readonly cols: Local<'i32'>;
}

const createOperand = (scope: FunctionScope): Operand => ({
  local: scope.local('i32'),
  rows: scope.local('i32'),
  cols: scope.local('i32'),
});

/** (record, loads the array) → 0, or IRREGULAR with nothing done. Checks that every local row exists first. */
export function emitComputeDispatch(context: KernelContext, kernels: ArrayKernels): Callee<'i32'> {
  const { writer, config, local: memories, scratch } = context;
  const { dim } = config;
  const elementRow = dim * elementBytes(config);
  const wordRow = dim * ACCUMULATOR_BYTES;
  const word = (offset: number): I32 => i32.load(i32.const(0), scratch.registers + offset);
  const isWeightStationary = word(REGISTER_WORD.isWeightStationary);
  const isPacked = i32.load(i32.const(0), scratch.isPacked);
  const setPacked = (value: number): Statement => i32.store(i32.const(0), i32.const(value), scratch.isPacked);

  return writer.function({ parameters: ['i32', 'i32'], result: 'i32' }, (scope) => {
    const record = scope.parameter('i32', 0);
    const loadsArray = scope.parameter('i32', 1);
    const a = createOperand(scope);
    const bd = createOperand(scope);
    const stationary = createOperand(scope);
    const outLocal = scope.local('i32');
    const outRow = scope.local('i32');
    const toAccumulator = scope.local('i32');
    const accumulates = scope.local('i32');
    const outRows = word(REGISTER_WORD.outRows);
    const outCols = word(REGISTER_WORD.outCols);
    const irregularWhen = (condition: I32): Statement => when(condition, giveBack(i32.const(IRREGULAR)));

    /** Takes an operand's words over and clips them; garbage has no rows. */
    const take = (operand: Operand, local: I32, rows: I32, cols: I32): Statement =>
      sequence(
        set(operand.local, local),
        set(operand.rows, min(rows, dim)),
        set(operand.cols, min(cols, dim)),
        when(isGarbage(get(operand.local)), set(operand.local, i32.const(0)), set(operand.rows, i32.const(0))),
        when(i32.isZero(get(operand.cols)), set(operand.rows, i32.const(0))),
      );
    /** Some stored row of the operand does not exist. */
    const exceeds = (operand: Operand, stride: I32, isTransposed: I32): I32 => {
      const stored = select(isTransposed, get(operand.cols), get(operand.rows));
      const last = i32.add(get(operand.local), i32.mul(i32.sub(stored, i32.const(1)), stride));
      const isOutside = i32.or(
        i32.ge(get(operand.local), i32.const(scratchpadRows(config))),
        i32.ge(last, i32.const(scratchpadRows(config))),
      );
      return i32.and(i32.ne(get(operand.rows), i32.const(0)), isOutside);
    };
    const scratchpadByte = (local: Local<'i32'>): I32 =>
      i32.add(i32.const(memories.scratchpad), i32.mul(get(local), i32.const(elementRow)));
    const one = i32.const(1);
    const limit = select(get(toAccumulator), i32.const(accumulatorRows(config)), i32.const(scratchpadRows(config)));
    const lastOutRow = i32.add(get(outRow), i32.mul(word(REGISTER_WORD.strideC), i32.sub(outRows, one)));
    const checkOutput = sequence(
      irregularWhen(i32.gt(outRows, i32.const(dim))),
      irregularWhen(i32.gt(outCols, i32.const(dim))),
      irregularWhen(not(word(REGISTER_WORD.isShiftUsable))),
      when(outRows, irregularWhen(i32.ge(lastOutRow, limit)), irregularWhen(i32.ge(get(outRow), limit))),
    );

    const multiply = (out: I32, stride: I32, rows: I32, cols: I32, adds: I32): Statement =>
      call(
        kernels.multiply,
        scratchpadByte(a.local),
        i32.mul(word(REGISTER_WORD.strideA), i32.const(elementRow)),
        get(a.rows),
        get(a.cols),
        word(REGISTER_WORD.transposesA),
        out,
        stride,
        rows,
        cols,
        adds,
      );
    const pack = (operand: Operand): Statement =>
      call(
        kernels.pack,
        scratchpadByte(operand.local),
        get(operand.rows),
        get(operand.cols),
        word(REGISTER_WORD.transposesB),
      );
    const seed = (operand: Operand, to: number): Statement =>
      call(kernels.seed, scratchpadByte(operand.local), get(operand.rows), get(operand.cols), i32.const(to));
    const accumulatorByte = i32.add(i32.const(memories.accumulator), i32.mul(get(outRow), i32.const(wordRow)));
    const outputStride = (rowBytes: number): I32 => i32.mul(word(REGISTER_WORD.strideC), i32.const(rowBytes));
    const writeResults = (from: number, shift: I32): Statement =>
      either(
        get(toAccumulator),
        call(
          kernels.writeAccumulator,
          i32.const(from),
          accumulatorByte,
          outputStride(wordRow),
          outRows,
          outCols,
          get(accumulates),
        ),
        call(
          kernels.writeScratchpad,
          i32.const(from),
          scratchpadByte(outRow),
          outputStride(elementRow),
          outRows,
          outCols,
          shift,
          word(REGISTER_WORD.computeRelu),
        ),
      );

    const isDirect = i32.and(
      i32.and(get(toAccumulator), i32.isZero(get(bd.rows))),
      i32.ne(word(REGISTER_WORD.strideC), i32.const(0)),
    );
    const startsFromSeed = select(get(bd.rows), i32.const(ACCUMULATION.continues), i32.const(ACCUMULATION.replaces));
    const throughResults = sequence(
      when(get(bd.rows), seed(bd, scratch.results)),
      multiply(i32.const(scratch.results), i32.const(wordRow), i32.const(dim), i32.const(dim), startsFromSeed),
      writeResults(scratch.results, i32.const(0)),
    );
    const addsOrReplaces = select(get(accumulates), i32.const(ACCUMULATION.adds), i32.const(ACCUMULATION.replaces));
    const weightStationary = sequence(
      when(get(loadsArray), pack(stationary), setPacked(1)),
      when(
        not(isGarbage(get(outLocal))),
        either(
          isDirect,
          multiply(accumulatorByte, outputStride(wordRow), outRows, outCols, addsOrReplaces),
          throughResults,
        ),
      ),
    );
    const outputStationary = sequence(
      when(get(loadsArray), seed(stationary, memories.array)),
      setPacked(0),
      pack(bd),
      multiply(
        i32.const(memories.array),
        i32.const(wordRow),
        i32.const(dim),
        i32.const(dim),
        i32.const(ACCUMULATION.continues),
      ),
      when(not(isGarbage(get(outLocal))), writeResults(memories.array, word(REGISTER_WORD.shift))),
    );

    const operandOf = (fields: { local: number; rows: number; cols: number }): [I32, I32, I32] => [
      i32.load(get(record), fields.local),
      i32.load(get(record), fields.rows),
      i32.load(get(record), fields.cols),
    ];
    const isNotScratchpad = i32.shr(word(REGISTER_WORD.local), i32.const(LOCAL_ADDRESS.accumulate.bit));
    const isTransposedB = word(REGISTER_WORD.transposesB);
    return after(
      sequence(
        take(a, ...operandOf(RECORD)),
        take(bd, ...operandOf({ local: RECORD.otherLocal, rows: RECORD.otherRows, cols: RECORD.otherCols })),
        take(stationary, word(REGISTER_WORD.local), word(REGISTER_WORD.rows), word(REGISTER_WORD.cols)),
        set(outLocal, word(REGISTER_WORD.outLocal)),
        set(outRow, i32.and(get(outLocal), i32.const(2 ** LOCAL_ADDRESS.readFull.bit - 1))),
        set(toAccumulator, i32.shr(get(outLocal), i32.const(LOCAL_ADDRESS.accumulator.bit))),
        set(accumulates, i32.and(i32.shr(get(outLocal), i32.const(LOCAL_ADDRESS.accumulate.bit)), one)),
        // Weights stay packed; running sums are in the array itself.
        irregularWhen(i32.and(not(get(loadsArray)), i32.ne(isPacked, isWeightStationary))),
        irregularWhen(exceeds(a, word(REGISTER_WORD.strideA), word(REGISTER_WORD.transposesA))),
        irregularWhen(exceeds(bd, one, i32.const(0))),
        irregularWhen(i32.and(not(isWeightStationary), exceeds(bd, one, isTransposedB))),
        when(
          get(loadsArray),
          irregularWhen(i32.and(not(isGarbage(word(REGISTER_WORD.local))), i32.ne(isNotScratchpad, i32.const(0)))),
          irregularWhen(exceeds(stationary, one, i32.and(isWeightStationary, isTransposedB))),
        ),
        when(not(isGarbage(get(outLocal))), checkOutput),
        either(isWeightStationary, weightStationary, outputStationary),
      ),
      i32.const(0),
    );
  });
}
