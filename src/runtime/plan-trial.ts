/**
 * A plan on trial: its beginning runs on the timing model, and the quick estimate, scaled by the pace of the later part
 * of that beginning, foretells the rest.
 */
import type { Geometry } from './geometry.ts';
import { type OperationPlan, plannedCommands, type TiledOperation } from './operation.ts';
import type { TimedRun, Timer } from './plan-timing.ts';
import { TilePipeline } from './tile-pipeline.ts';
import { tileCosts } from './traffic.ts';

/** Loops that are timed at least: the first ones have no loop to overlap with. */
const LEAST_LOOPS = 6;
/** The share of the timed part that its start, which nothing overlaps, may take. */
const START = 1 / 3;

export class PlanTrial {
  readonly plan: OperationPlan;
  readonly #run: TimedRun;
  /** Estimated cycle at which each loop's slot is free again, and that of the end. */
  readonly #slotsFree: number[] = [];
  readonly #estimate: number;

  constructor(operation: TiledOperation, plan: OperationPlan, geometry: Geometry, timer: Timer) {
    this.plan = plan;
    this.#run = timer(plannedCommands(operation, plan, geometry));
    const pipeline = new TilePipeline();
    for (const tile of tileCosts(operation, plan, geometry)) {
      pipeline.feed(tile);
      this.#slotsFree.push(pipeline.slotFree);
    }
    this.#estimate = pipeline.end;
  }

  /** Times the plan up to this cycle, or further when that would tell nothing. @returns the cycles that it added */
  advance(untilCycle: number): number {
    const before = this.#run.cycles;
    this.#run.advance(untilCycle);
    while (!this.#run.isDone && this.#run.loopsGiven.length < LEAST_LOOPS) this.#run.advance(this.#run.cycles + 1);
    return this.#run.cycles - before;
  }

  /** Were all cycles of the plan timed? */
  get isExact(): boolean {
    return this.#run.isDone;
  }

  /** Cycles that were timed so far: the plan takes no fewer. */
  get timedCycles(): number {
    return this.#run.cycles;
  }

  /** Cycles that the plan takes, or is foreseen to take. */
  get cycles(): number {
    const { isDone, cycles, loopsGiven } = this.#run;
    if (isDone) return cycles;
    const last = loopsGiven.length - 1;
    const now = loopsGiven[last]!;
    const first = Math.min(
      last - 1,
      Math.max(
        2,
        loopsGiven.findIndex((cycle) => cycle >= now * START),
      ),
    );
    const estimated = this.#slotFreeBefore(last) - this.#slotFreeBefore(first);
    const pace = estimated > 0 ? (now - loopsGiven[first]!) / estimated : 1;
    return Math.max(cycles, now + pace * (this.#estimate - this.#slotFreeBefore(last)));
  }

  /** When a loop can be given: the slot of the last but one is free. */
  #slotFreeBefore(loop: number): number {
    return this.#slotsFree[loop - 2]!;
  }
}
