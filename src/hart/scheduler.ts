/**
 * Which hart runs when, and when devices see time pass: exactly as the reference simulator does it, because a program can
 * tell. Each hart in turn gets a quantum; a trap forfeits the rest of it. After all harts had theirs, time advances; after
 * each quantum the host looks at its interface.
 */
import type { GuestFault } from './coprocessor.ts';
import type { Hart } from './hart.ts';
import { HART } from './layout.ts';

/** Instructions of a quantum, and by how many ticks of the real-time counter it is followed. */
const QUANTUM = 5000;
const TICKS_PER_ROUND = 50;

export interface SchedulerPorts {
  /** Time passes. */
  tick(ticks: number): void;
  /** Called between quanta; true ends the run. */
  poll(): boolean;
}

export type RunEnd =
  /** As many instructions retired as were asked for. */
  | { readonly kind: 'limit' }
  /** `poll` ended the run. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'fault'; readonly fault: GuestFault; readonly hart: Hart }
  /** All harts wait, and neither the timer nor another hart will end that. */
  | { readonly kind: 'idle' }
  /** Traps whose handlers trap before their first instruction retires: nothing will ever retire again. */
  | { readonly kind: 'trapped'; readonly hart: Hart };

/** Bit of mip and mie for the machine timer. */
const TIMER_INTERRUPT = 1n << 7n;
/** Turns in a row without a retired instruction that are taken for the end: more than nested handlers of all harts need. */
const MOST_EMPTY_TURNS = 1000;
const NO_RESERVATION = (1n << 64n) - 1n;

export class Scheduler {
  readonly #harts: readonly Hart[];
  readonly #ports: SchedulerPorts;
  #current = 0;
  /** Instructions that the current hart has used of its quantum. */
  #used = 0;
  /** Does the next step begin a quantum, or go on with one that the instruction limit cut? */
  #isCut = false;
  #emptyTurns = 0;

  constructor(harts: readonly Hart[], ports: SchedulerPorts) {
    this.#harts = harts;
    this.#ports = ports;
  }

  /** @returns why, and how many instructions retired */
  run(maxInstructions: number): { readonly end: RunEnd; readonly retired: number } {
    let left = maxInstructions;
    const finish = (end: RunEnd) => {
      for (const hart of this.#harts) hart.drainTrace();
      return { end, retired: maxInstructions - left };
    };
    while (left > 0) {
      const hart = this.#harts[this.#current]!;
      const steps = Math.min(left, QUANTUM - this.#used);
      const { end, retired } = hart.step(steps, !this.#isCut);
      left -= retired;
      this.#emptyTurns = retired > 0 ? 0 : this.#emptyTurns + 1;
      if (this.#emptyTurns > MOST_EMPTY_TURNS) return finish({ kind: 'trapped', hart });
      if (end === 'fault') return finish({ kind: 'fault', fault: hart.fault!, hart });
      this.#used += end === 'done' ? retired : QUANTUM - this.#used;
      this.#isCut = this.#used < QUANTUM;
      if (this.#isCut) continue;
      this.#endQuantum(hart);
      if (this.#ports.poll()) return finish({ kind: 'stopped' });
      if (this.#isIdle()) return finish({ kind: 'idle' });
    }
    return finish({ kind: 'limit' });
  }

  #endQuantum(hart: Hart): void {
    this.#used = 0;
    hart.sample();
    hart.state.set64(HART.reservation, NO_RESERVATION);
    this.#current++;
    if (this.#current < this.#harts.length) return;
    this.#current = 0;
    this.#ports.tick(TICKS_PER_ROUND);
  }

  #isIdle(): boolean {
    return this.#harts.every(
      ({ isWaiting, state }) => isWaiting && (state.csr('mie') & (state.csr('mip') | TIMER_INTERRUPT)) === 0n,
    );
  }
}
