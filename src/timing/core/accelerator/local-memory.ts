import { type bool, type Fixed, fixed, i32 } from '../portable.ts';
import type { Geometry } from '../settings.ts';
import { CycleMarks } from './cycle-marks.ts';

/** In which cycles the ports of scratchpad and accumulator banks are taken. @source gemmini-timing §7 */
export class LocalMemory {
  /** Cycles in which a row is written and so nothing can be read, per scratchpad bank. */
  readonly scratchpadWrites: Fixed<CycleMarks>;
  /** Cycles in which the array accumulates into a bank, and so uses its read port. */
  readonly accumulations: Fixed<CycleMarks>;
  private readonly scratchpadShift: i32;
  private readonly scratchpadMask: i32;
  private readonly accumulatorShift: i32;
  private readonly accumulatorMask: i32;

  /**
   * @param geometry numbers and sizes of banks are powers of two
   * @param singlePortedScratchpad do writes take the port of reads?
   */
  constructor(geometry: Geometry, singlePortedScratchpad: bool) {
    this.scratchpadShift = i32(Math.log2(geometry.scratchpadBankRows));
    this.scratchpadMask = geometry.scratchpadBanks - 1;
    this.accumulatorShift = i32(Math.log2(geometry.accumulatorBankRows));
    this.accumulatorMask = geometry.accumulatorBanks - 1;
    this.scratchpadWrites = fixed<CycleMarks>(geometry.scratchpadBanks);
    this.accumulations = fixed<CycleMarks>(geometry.accumulatorBanks);
    for (let bank = 0; bank < geometry.scratchpadBanks; bank++)
      this.scratchpadWrites[bank] = singlePortedScratchpad ? new CycleMarks(false) : new CycleMarks(true);
    for (let bank = 0; bank < geometry.accumulatorBanks; bank++) this.accumulations[bank] = new CycleMarks(false);
  }

  scratchpadBank(row: i32): i32 {
    return (row >>> this.scratchpadShift) & this.scratchpadMask;
  }

  accumulatorBank(row: i32): i32 {
    return (row >>> this.accumulatorShift) & this.accumulatorMask;
  }
}
