import type { AcceleratorConfig } from '../config.ts';

/** Working memory of the kernels, as byte offsets from its start. Nothing here outlives a command but the packed array. */
export interface KernelLayout {
  /** Array contents as pairs of 16-bit rows: dim/2 pairs × dim columns × 2. */
  readonly packed: number;
  /** A, widened to 16 bits: dim × dim. */
  readonly streamed: number;
  /** dim × dim accumulator values on their way from the array. */
  readonly results: number;
  /** One DRAM row that crosses pages. */
  readonly bounce: number;
  /** `SOFT_TLB_ENTRIES` entries of page key (i64) and location (i32). */
  readonly softTlb: number;
  /** 2·dim 32-bit lanes, ones then zeros: an unaligned load from it masks any number of columns. */
  readonly columnMask: number;
  /** Rows of the array that are not zero; the generation of the soft TLB. */
  readonly packedRows: number;
  readonly generation: number;
  readonly bytes: number;
}

export const SOFT_TLB_ENTRIES = 64;
export const SOFT_TLB_ENTRY_BYTES = 16;
/** Longest DRAM row that the kernels move: longer ones go element by element. */
export const MAX_KERNEL_ROW_BYTES = 2048;

export function layOutKernels({ dim }: AcceleratorConfig): KernelLayout {
  const packed = 0;
  const streamed = packed + dim * dim * 4;
  const results = streamed + dim * dim * 4;
  const bounce = results + dim * dim * 4;
  const softTlb = bounce + MAX_KERNEL_ROW_BYTES;
  const columnMask = softTlb + SOFT_TLB_ENTRIES * SOFT_TLB_ENTRY_BYTES;
  const packedRows = columnMask + 2 * dim * 4;
  const generation = packedRows + 4;
  return {
    packed,
    streamed,
    results,
    bounce,
    softTlb,
    columnMask,
    packedRows,
    generation,
    bytes: generation + 4,
  };
}
