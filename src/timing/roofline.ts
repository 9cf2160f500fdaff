import type { AcceleratorConfig } from '../accel/config.ts';
import type { TimingConfig } from './config.ts';

/** How close a stretch of a run came to what the array, the L2 and the memory allow. Rates are MACs per cycle. */
export interface Roofline {
  /** Products that the commands asked for. */
  readonly macs: number;
  /** Bytes between accelerator and L2, and between L2 and memory; requests and lines are whole. */
  readonly bytes: number;
  readonly memoryBytes: number;
  /** MACs per byte of each. */
  readonly intensity: number;
  readonly memoryIntensity: number;
  /** What the array can do, and what a stream from the L2 or from memory can feed; never more than the array. */
  readonly arrayPeak: number;
  readonly l2Roof: number;
  readonly memoryRoof: number;
  readonly boundBy: 'array' | 'L2 bandwidth' | 'memory bandwidth';
  readonly achieved: number;
  /** Share of the array's peak, and of the lowest roof. */
  readonly utilisation: number;
  readonly ofRoof: number;
}

/** Nothing happened: a ratio of nothing is 0. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export interface RooflineTotals {
  readonly cycles: number;
  readonly macs: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly memoryBytes: number;
}

export function roofline(
  { cycles, macs, bytesRead, bytesWritten, memoryBytes }: RooflineTotals,
  { dim }: AcceleratorConfig,
  { bus, memory, accelerator }: TimingConfig,
): Roofline {
  const bytes = bytesRead + bytesWritten;
  const arrayPeak = dim * dim;
  const roofOf = (moved: number, bytesPerCycle: number): number =>
    moved === 0 ? arrayPeak : Math.min(arrayPeak, (macs / moved) * bytesPerCycle);
  const l2Roof = roofOf(bytes, Math.min(bus.beatBytes, accelerator.beatBytes));
  const memoryRoof = roofOf(memoryBytes, memory.beatBytes);
  const roof = Math.min(l2Roof, memoryRoof);
  const achieved = ratio(macs, cycles);
  return {
    macs,
    bytes,
    memoryBytes,
    intensity: ratio(macs, bytes),
    memoryIntensity: ratio(macs, memoryBytes),
    arrayPeak,
    l2Roof,
    memoryRoof,
    boundBy: roof === arrayPeak ? 'array' : l2Roof <= memoryRoof ? 'L2 bandwidth' : 'memory bandwidth',
    achieved,
    utilisation: ratio(achieved, arrayPeak),
    ofRoof: ratio(achieved, roof),
  };
}
