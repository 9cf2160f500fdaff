import type { Callee } from '../../wasm/code.ts';
import { emitGatherAndMultiply, emitMultiply } from './array-multiply.ts';
import { emitGather, emitPack, emitSeed } from './array-operands.ts';
import { emitWriteAccumulator, emitWriteScratchpad } from './array-results.ts';
import type { KernelContext } from './kernel-writer.ts';

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
