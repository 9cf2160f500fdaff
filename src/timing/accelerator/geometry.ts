import {
  ACCUMULATOR_BYTES,
  type AcceleratorConfig,
  accumulatorRows,
  elementBytes,
  scratchpadRows,
} from '../../accel/config.ts';
import type { TimingConfig } from '../config.ts';
import type { Geometry } from '../core/settings.ts';

/** The generator's array has one processing element per tile in every configuration that is timed. */
const TILE_SIDE = 1;

/** @source gemmini-timing §0.3 */
export function geometryOf(config: AcceleratorConfig, { accelerator: a }: TimingConfig): Geometry {
  const { dim } = config;
  const hop = a.tileLatency + 1;
  return {
    dim,
    elementBytes: elementBytes(config),
    accumulatorBytes: ACCUMULATOR_BYTES,
    scratchpadRows: scratchpadRows(config),
    scratchpadBanks: config.scratchpad.banks,
    scratchpadBankRows: config.scratchpad.bankRows,
    accumulatorRows: accumulatorRows(config),
    accumulatorBanks: config.accumulator.banks,
    accumulatorBankRows: config.accumulator.bankRows,
    maxBlocks: Math.max(1, Math.floor(a.maxRowBytes / (dim * elementBytes(config)))),
    maxBlocksAccumulator: Math.max(1, Math.floor(a.maxRowBytes / (dim * ACCUMULATOR_BYTES))),
    tracked: Math.floor(a.inFlight / dim) + 1,
    meshLatency: dim * hop + a.meshOutputDelay + (dim - 1) * hop,
    tags: Math.ceil(5 * Math.max(1, hop / TILE_SIDE)) + 1,
  };
}
