import {
  ACCUMULATOR_BYTES,
  type AcceleratorConfig,
  type AccumulatorType,
  accumulatorRows,
  DEFAULT_ACCELERATOR,
  type ElementType,
  elementBytes,
  maxBlockLength,
  maxBlockLengthAccumulator,
  scratchpadRows,
} from '../accel/config.ts';
import type { IsaRevision } from '../isa/accelerator.ts';

/** What tiling needs to know of an accelerator: its values, and the extents of its array and of its private memories. */
export interface Geometry {
  /** Side of the square array: rows and columns of a block. */
  readonly dim: number;
  /** Scratchpad rows, all banks together. A row holds `dim` input elements. */
  readonly scratchpadRows: number;
  /** Accumulator rows, all banks together. A row holds `dim` accumulator elements. */
  readonly accumulatorRows: number;
  /** What the array is built for. */
  readonly dataflow: AcceleratorConfig['dataflow'];
  readonly elementType: ElementType;
  readonly accumulatorType: AccumulatorType;
  /** Is there a multiplier for stores from the accumulator? */
  readonly hasStoreScale: boolean;
  readonly elementBytes: number;
  readonly accumulatorElementBytes: number;
  /** Layout of the convolution loop's configuration commands. */
  readonly isaRevision: IsaRevision;
  /** Most blocks of `dim` elements that one load or store moves side by side, per type. */
  readonly blocksPerMove: { readonly element: number; readonly accumulator: number };
}

export const geometryOf = (config: AcceleratorConfig): Geometry => ({
  dim: config.dim,
  scratchpadRows: scratchpadRows(config),
  accumulatorRows: accumulatorRows(config),
  dataflow: config.dataflow,
  elementType: config.elementType,
  accumulatorType: config.accumulatorType,
  hasStoreScale: config.accumulatorScaleType !== 'none',
  elementBytes: elementBytes(config),
  accumulatorElementBytes: ACCUMULATOR_BYTES,
  isaRevision: config.isaRevision,
  blocksPerMove: { element: maxBlockLength(config), accumulator: maxBlockLengthAccumulator(config) },
});

export const DEFAULT_GEOMETRY: Geometry = geometryOf(DEFAULT_ACCELERATOR);

/** Number of blocks of `dim` that cover `extent` elements. */
export const blocks = (extent: number, dim: number): number => Math.ceil(extent / dim);

/** Bytes of one value as it is stored in main memory. */
export const bytesOf = (type: StoredType, { elementBytes, accumulatorElementBytes }: Geometry): number =>
  type === 'element' ? elementBytes : accumulatorElementBytes;

export type StoredType = 'element' | 'accumulator';
