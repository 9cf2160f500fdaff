import type { OperandField } from '../isa/accelerator-fields.ts';
import type { OperandWords } from './operands.ts';
import { readerOf } from './operands.ts';

/** Register ← fields that set it: one name in the current ISA, another in the square-convolution revision. */
const FIELDS_OF_SIZE = {
  batchSize: ['batch_size'],
  inRowDim: ['in_row_dim', 'in_dim'],
  inColDim: ['in_col_dim', 'in_dim'],
  inChannels: ['in_channels'],
  outChannels: ['out_channels'],
  outRowDim: ['out_row_dim', 'out_dim'],
  outColDim: ['out_col_dim', 'out_dim'],
  poolOutRowDim: ['pool_out_row_dim', 'pool_out_dim'],
  poolOutColDim: ['pool_out_col_dim', 'pool_out_dim'],
  stride: ['stride'],
  kernelDim: ['kernel_dim'],
  kernelDilation: ['kernel_dilation'],
  poolSize: ['pool_size'],
  poolStride: ['pool_stride'],
  batches: ['batches'],
  porows: ['porows'],
  pocols: ['pocols'],
  pochs: ['pochs'],
  krows: ['krows'],
  kcols: ['kcols'],
  kchs: ['kchs'],
  orows: ['orows'],
  ocols: ['ocols'],
  lpad: ['lpad'],
  rpad: ['rpad'],
  upad: ['upad'],
  dpad: ['dpad'],
  plpad: ['plpad'],
  pupad: ['pupad'],
  inStride: ['in_stride'],
  weightStride: ['weight_stride'],
  outStride: ['out_stride'],
} as const satisfies Record<string, readonly string[]>;

type Size = keyof typeof FIELDS_OF_SIZE;

/** What the six configuration commands of loop_conv_ws set; the meanings are in the command table. Persist. */
export type LoopConvRegisters = Record<Size, number> & {
  /** Byte addresses; 0 leaves the phase out. */
  weights: bigint;
  output: bigint;
  bias: bigint;
  input: bigint;
};

const SIZES = Object.keys(FIELDS_OF_SIZE) as Size[];

export function createLoopConvRegisters(): LoopConvRegisters {
  const sizes = Object.fromEntries(SIZES.map((size) => [size, 0])) as Record<Size, number>;
  return { ...sizes, weights: 0n, output: 0n, bias: 0n, input: 0n };
}

/** The functional model keeps the low byte of these wider fields. @source gemmini-isa §6.1 */
const BYTE_FIELDS: readonly string[] = ['pupad', 'pdpad', 'kernel_dilation'];

/** Sets every register that has a field in one of the two operands. */
export function sizeWriter(
  rs1: readonly OperandField[],
  rs2: readonly OperandField[],
): (words: OperandWords, registers: LoopConvRegisters) => void {
  const of = (fields: readonly OperandField[], operand: 'rs1' | 'rs2') =>
    fields.map((field) => ({
      read: readerOf(field, operand),
      mask: BYTE_FIELDS.includes(field.name) ? 0xff : 0xffffffff,
      targets: SIZES.filter((size) => (FIELDS_OF_SIZE[size] as readonly string[]).includes(field.name)),
    }));
  const writes = [...of(rs1, 'rs1'), ...of(rs2, 'rs2')];
  return (words, registers) => {
    for (const { read, mask, targets } of writes)
      for (const target of targets) registers[target] = (read(words) & mask) >>> 0;
  };
}
