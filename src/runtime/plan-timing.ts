/** What the timing model says of a plan: its commands, sent as fast as the host can, as far as somebody asks. */
import type { AcceleratorConfig } from '../accel/config.ts';
import { type Command, commandByName } from '../isa/accelerator.ts';
import { AcceleratorTiming } from '../timing/accelerator/accelerator.ts';
import type { TimingConfig } from '../timing/config.ts';
import { CorePort } from '../timing/memory/host-port.ts';
import { L1DataCache } from '../timing/memory/l1-data-cache.ts';
import { TimingCore } from '../timing/timing-core.ts';
import { PageWalker } from '../timing/translation/page-walker.ts';
import type { Step } from './commands.ts';

/** Steps under way on a timing model, from cold caches. */
export interface TimedRun {
  /** Goes on until this cycle has been reached, or all steps are done. */
  advance(untilCycle: number): void;
  /** Cycles so far; once the steps are done, those of all. */
  readonly cycles: number;
  readonly isDone: boolean;
  /** The cycle at which the host had given each hardware loop: two run at a time, so a loop waits for the last but one. */
  readonly loopsGiven: readonly number[];
}

/** Starts steps on a timing model. */
export type Timer = (steps: Iterable<Step>) => TimedRun;

/** Cycles between commands of a host that loads both operands from its cache. @source gemmini-timing §1.1 */
const HOST_CYCLES = 6;

/** A timer of steps on the timing model of an accelerator. */
export const timerOf =
  (accelerator: AcceleratorConfig, timing: TimingConfig): Timer =>
  (steps) =>
    new AcceleratorRun(steps, accelerator, timing);

class AcceleratorRun implements TimedRun {
  readonly loopsGiven: number[] = [];
  cycles = 0;
  isDone = false;
  readonly #steps: Iterator<Step>;
  readonly #accelerator: AcceleratorConfig;
  readonly #unit: AcceleratorTiming;

  constructor(steps: Iterable<Step>, accelerator: AcceleratorConfig, timing: TimingConfig) {
    const core = new TimingCore(timing, accelerator, 1);
    const data = new L1DataCache(timing, 0, new CorePort(core, 0));
    this.#steps = steps[Symbol.iterator]();
    this.#accelerator = accelerator;
    this.#unit = new AcceleratorTiming(core, 0, accelerator, new PageWalker(timing, data));
    core.connect(0, data, this.#unit);
  }

  advance(untilCycle: number): void {
    while (!this.isDone && this.cycles < untilCycle) {
      const next = this.#steps.next();
      if (next.done) {
        this.cycles = this.#unit.idleFrom(this.cycles);
        this.isDone = true;
      } else if (next.value.kind === 'fence') this.cycles = this.#unit.idleFrom(this.cycles);
      else {
        const { name, rs1, rs2 } = next.value;
        const { funct } = commandByName(this.#accelerator.isaRevision, name) as Command;
        this.cycles = this.#unit.send(funct, rs1, rs2, this.cycles) + HOST_CYCLES;
        if (name === 'loop_ws' || name === 'loop_conv_ws') this.loopsGiven.push(this.cycles);
      }
    }
  }
}

/** Cycles of all steps. */
export function cyclesOf(steps: Iterable<Step>, timer: Timer): number {
  const run = timer(steps);
  run.advance(Number.POSITIVE_INFINITY);
  return run.cycles;
}
