import { CycleMarks, FreePort } from './cycle-marks.ts';
import type { Geometry } from './geometry.ts';

/** In which cycles the ports of scratchpad and accumulator banks are taken. @source gemmini-timing §7 */
export class LocalMemory {
  /** Cycles in which a row is written and so nothing can be read, per scratchpad bank. */
  readonly scratchpadWrites: readonly CycleMarks[];
  /** Cycles in which the array accumulates into a bank, and so uses its read port. */
  readonly accumulations: readonly CycleMarks[];
  readonly #scratchpadShift: number;
  readonly #scratchpadMask: number;
  readonly #accumulatorShift: number;
  readonly #accumulatorMask: number;

  /**
   * @param geometry numbers and sizes of banks are powers of two
   * @param singlePortedScratchpad do writes take the port of reads?
   */
  constructor(geometry: Geometry, singlePortedScratchpad: boolean) {
    this.#scratchpadShift = Math.log2(geometry.scratchpadBankRows);
    this.#scratchpadMask = geometry.scratchpadBanks - 1;
    this.#accumulatorShift = Math.log2(geometry.accumulatorBankRows);
    this.#accumulatorMask = geometry.accumulatorBanks - 1;
    const marks = (n: number): CycleMarks[] => Array.from({ length: n }, () => new CycleMarks());
    this.scratchpadWrites = singlePortedScratchpad
      ? marks(geometry.scratchpadBanks)
      : Array.from({ length: geometry.scratchpadBanks }, () => new FreePort());
    this.accumulations = marks(geometry.accumulatorBanks);
  }

  scratchpadBank(row: number): number {
    return (row >>> this.#scratchpadShift) & this.#scratchpadMask;
  }

  accumulatorBank(row: number): number {
    return (row >>> this.#accumulatorShift) & this.#accumulatorMask;
  }
}
