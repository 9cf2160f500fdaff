import type { Cycles } from '../cycles.ts';
import type { OperationClass } from './operation.ts';

/** Sets of controllers, as bits by operation class. */
const SETS = 8;

/** Which controllers have issued operations under way, as cycles for each set of controllers. */
export class ControllerActivity {
  readonly #cycles = new Float64Array(SETS);
  readonly #underWay: [number, number, number] = [0, 0, 0];
  #busy = 0;
  #since: Cycles = 0;

  issued(cls: OperationClass, at: Cycles): void {
    this.#settle(at);
    this.#underWay[cls]++;
    this.#busy |= 1 << cls;
  }

  retired(cls: OperationClass, at: Cycles): void {
    this.#settle(at);
    this.#underWay[cls]--;
    if (this.#underWay[cls] === 0) this.#busy &= ~(1 << cls);
  }

  /** Cycles before `at` in which exactly these controllers were busy. */
  before(at: Cycles, ...classes: readonly OperationClass[]): number {
    const set = classes.reduce<number>((bits, cls) => bits | (1 << cls), 0);
    return this.#cycles[set]! + (set === this.#busy ? Math.max(0, at - this.#since) : 0);
  }

  #settle(at: Cycles): void {
    this.#cycles[this.#busy]! += at - this.#since;
    this.#since = at;
  }
}
