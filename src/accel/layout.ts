import { ACCUMULATOR_BYTES, type AcceleratorConfig, accumulatorRows, elementBytes, scratchpadRows } from './config.ts';
import { layOutKernels } from './kernels/kernel-layout.ts';

/** Where the local memories lie in linear memory, as byte offsets. */
export interface AcceleratorLayout {
  /** Rows × dim elements, row-major, bank after bank. */
  readonly scratchpad: number;
  /** Rows × dim accumulator elements. */
  readonly accumulator: number;
  /** dim × dim accumulator elements: stationary weights or running sums of the array. */
  readonly array: number;
  /** Working memory of the kernels. */
  readonly kernels: number;
  readonly end: number;
}

const ALIGNMENT = 64;
const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/** Lays the local memories out from `base` on; `end` is the first byte after them. */
export function layOutAccelerator(config: AcceleratorConfig, base: number): AcceleratorLayout {
  const scratchpad = align(base);
  const accumulator = align(scratchpad + scratchpadRows(config) * config.dim * elementBytes(config));
  const array = align(accumulator + accumulatorRows(config) * config.dim * ACCUMULATOR_BYTES);
  const kernels = align(array + config.dim * config.dim * ACCUMULATOR_BYTES);
  const end = align(layOutKernels(config, kernels).end);
  return { scratchpad, accumulator, array, kernels, end };
}
