import type { Cycles } from '../cycles.ts';
import type { f64, i32 } from '../portable.ts';
import { CLASSES, type OperationClass } from './operation.ts';

/** Sets of controllers, as bits by operation class. */
const SETS: i32 = 1 << CLASSES;

/** Which controllers have issued operations under way, as cycles for each set of controllers. */
export class ControllerActivity {
  private readonly cycles: Float64Array;
  private readonly underWay: Int32Array;
  private busy: i32 = 0;
  /** From when on this set has been busy, and when the last operation was issued or retired. */
  private since: Cycles = 0;
  private last: Cycles = 0;

  constructor() {
    this.cycles = new Float64Array(SETS);
    this.underWay = new Int32Array(CLASSES);
  }

  issued(cls: OperationClass, at: Cycles): void {
    const before = this.underWay[cls]!;
    this.underWay[cls] = before + 1;
    this.last = at;
    if (before === 0) this.become(this.busy | (1 << cls), at);
  }

  retired(cls: OperationClass, at: Cycles): void {
    const left = this.underWay[cls]! - 1;
    this.underWay[cls] = left;
    this.last = at;
    if (left === 0) this.become(this.busy & ~(1 << cls), at);
  }

  /** Cycles before `at` in which exactly this set of controllers was busy; what has happened later counts, too. */
  before(at: Cycles, set: i32): f64 {
    const counted = this.cycles[set]!;
    if (set !== this.busy) return counted;
    return counted + ((at > this.last ? at : this.last) - this.since);
  }

  /** From `at` on this set is busy. */
  private become(busy: i32, at: Cycles): void {
    this.cycles[this.busy] = this.cycles[this.busy]! + (at - this.since);
    this.busy = busy;
    this.since = at;
  }
}
