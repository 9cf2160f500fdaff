/** What tiling needs to know of an accelerator: the extents of its array and of its private memories. */
export interface Geometry {
  /** Side of the square array: rows and columns of a block. */
  readonly dim: number;
  /** Scratchpad rows, all banks together. A row holds `dim` input elements. */
  readonly scratchpadRows: number;
  /** Accumulator rows, all banks together. A row holds `dim` accumulator elements. */
  readonly accumulatorRows: number;
  readonly elementBytes: number;
  readonly accumulatorElementBytes: number;
  /** Longest row of one DMA request. */
  readonly maxBytes: number;
}

/** The int8 16×16 accelerator with 256 KiB scratchpad and 64 KiB accumulator. @source gemmini-isa §9.1 "default" */
export const DEFAULT_GEOMETRY: Geometry = {
  dim: 16,
  scratchpadRows: 16384,
  accumulatorRows: 1024,
  elementBytes: 1,
  accumulatorElementBytes: 4,
  maxBytes: 64,
};

/** Input-type blocks that one row request can carry (MAX_BLOCK_LEN of the C headers). */
export const blocksPerMove = ({ maxBytes, dim, elementBytes }: Geometry): number =>
  Math.max(1, Math.floor(maxBytes / (dim * elementBytes)));

/** Number of blocks of `dim` that cover `extent` elements. */
export const blocks = (extent: number, dim: number): number => Math.ceil(extent / dim);
