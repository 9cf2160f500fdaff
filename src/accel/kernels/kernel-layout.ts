import type { AcceleratorConfig } from '../config.ts';
import { REGISTER_BYTES } from './kernel-registers.ts';

/** Working memory of the kernels, as byte offsets. Only the packed array outlives a command. */
export interface KernelLayout {
  /** Array contents as the kernels multiply with them: pairs of 16-bit rows, or binary32 rows. */
  readonly packed: number;
  /** A, widened to 16 bits or as binary32: dim × dim. */
  readonly streamed: number;
  /** dim × dim accumulator values on their way from the array. */
  readonly results: number;
  /** One DRAM row that crosses pages. */
  readonly bounce: number;
  /** `SOFT_TLB_ENTRIES` entries of page key (i64) and location (i32). */
  readonly softTlb: number;
  /** dim 32-bit lanes of ones, then zeros: an unaligned load from it masks any number of columns. */
  readonly columnMask: number;
  /** `QUEUE_RECORDS` primitive commands that wait for execution. */
  readonly queue: number;
  /** See kernel-registers.ts. */
  readonly registers: number;
  /** Is the array's content in `packed`? */
  readonly isPacked: number;
  /** Rows of the packed array that are not zero. */
  readonly packedRows: number;
  /** Marks the soft TLB entries that still hold. */
  readonly generation: number;
  /** Rows of the command at which execution stopped that are done. */
  readonly rowsDone: number;
  /** Rows stored from the accumulator since the queue began to execute, times column blocks. */
  readonly statisticResets: number;
}

export const SOFT_TLB_ENTRIES = 1024;
export const SOFT_TLB_ENTRY_BYTES = 16;
/** Longest DRAM row that the kernels move: longer ones go element by element. */
export const MAX_KERNEL_ROW_BYTES = 2048;
export const QUEUE_RECORDS = 256;
/** Most columns of one vector: rows may be shorter. */
const COLUMNS_PER_VECTOR = 16;
/** Eight words; `RECORD` says which. */
export const RECORD_BYTES = 32;

/** Byte offsets within a record. Moves have an address (f64) where preload and compute have their second operand. */
export const RECORD = {
  code: 0,
  local: 4,
  rows: 8,
  cols: 12,
  address: 16,
  otherLocal: 16,
  otherRows: 20,
  otherCols: 24,
};

/** Codes of the records; a load adds the number of its load state to `moveIn`. */
export const RECORD_CODE = { moveIn: 0, moveOut: 3, preload: 4, computeAccumulated: 5, computePreloaded: 6 };

/** @returns offsets from `start`, and the first byte after the working memory */
export function layOutKernels({ dim }: AcceleratorConfig, start: number): KernelLayout & { readonly end: number } {
  let next = start;
  const take = (bytes: number): number => {
    const offset = next;
    next += Math.ceil(bytes / 16) * 16;
    return offset;
  };
  return {
    packed: take(dim * dim * 4),
    streamed: take((dim + 1) * dim * 4),
    results: take(dim * dim * 4),
    bounce: take(MAX_KERNEL_ROW_BYTES),
    softTlb: take(SOFT_TLB_ENTRIES * SOFT_TLB_ENTRY_BYTES),
    columnMask: take((2 * dim + COLUMNS_PER_VECTOR) * 4),
    queue: take(QUEUE_RECORDS * RECORD_BYTES),
    registers: take(REGISTER_BYTES),
    isPacked: take(4),
    packedRows: take(4),
    generation: take(4),
    rowsDone: take(4),
    statisticResets: take(4),
    end: next,
  };
}
