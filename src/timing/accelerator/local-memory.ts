import { CycleMarks } from './cycle-marks.ts';
import type { Geometry } from './geometry.ts';

/** In which cycles the ports of scratchpad and accumulator banks are taken. @source gemmini-timing §7 */
export class LocalMemory {
  /** Cycles in which a row is written, per scratchpad bank. */
  readonly scratchpadWrites: readonly CycleMarks[];
  /** Cycles in which the array reads an operand, per scratchpad bank. */
  readonly scratchpadReads: readonly CycleMarks[];
  /** Cycles in which the array accumulates into a bank, and so uses its read port. */
  readonly accumulations: readonly CycleMarks[];
  /** Cycles in which the array writes a bank of the accumulator. */
  readonly accumulatorWrites: readonly CycleMarks[];
  readonly #geometry: Geometry;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
    const marks = (n: number): CycleMarks[] => Array.from({ length: n }, () => new CycleMarks());
    this.scratchpadWrites = marks(geometry.scratchpadBanks);
    this.scratchpadReads = marks(geometry.scratchpadBanks);
    this.accumulations = marks(geometry.accumulatorBanks);
    this.accumulatorWrites = marks(geometry.accumulatorBanks);
  }

  scratchpadBank(row: number): number {
    return Math.floor(row / this.#geometry.scratchpadBankRows) % this.#geometry.scratchpadBanks;
  }

  accumulatorBank(row: number): number {
    return Math.floor(row / this.#geometry.accumulatorBankRows) % this.#geometry.accumulatorBanks;
  }
}
