/**
 * A plan on trial: its beginning runs on the timing model, and the quick estimate, scaled by the pace of the later part
 * of that beginning, foretells the rest.
 */
import { convTileCounts } from './conv-commands.ts';
import type { Geometry } from './geometry.ts';
import { matmulTileCounts } from './matmul-commands.ts';
import { asMatmul, type OperationPlan, plannedCommands, type TiledOperation } from './operation.ts';
import type { TimedRun, Timer } from './plan-timing.ts';
import { TilePipeline } from './tile-pipeline.ts';
import { tileCosts } from './traffic.ts';

/** Loops that are timed at least: the first ones have no loop to overlap with. */
const LEAST_LOOPS = 5;
/** The share of the timed part that says nothing of the rest: its start, which nothing overlaps, while the caches fill. */
const START = 1 / 2;

/** How much longer a plan may take when only the first pass of its outermost loop was timed: later ones find other caches. */
const UNSEEN_PASSES = 1.05;

export class PlanTrial {
  readonly plan: OperationPlan;
  /** Loops of one pass of the outermost loop. */
  readonly #pass: number;
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
    this.#pass = loopsPerPass(operation, plan, geometry);
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
    const isRepeated = loopsGiven.length > this.#pass || this.#pass === this.#slotsFree.length;
    const rest = pace * (this.#estimate - this.#slotFreeBefore(last));
    return Math.max(cycles, now + rest * (isRepeated ? 1 : UNSEEN_PASSES));
  }

  /** When a loop can be given: the slot of the last but one is free. */
  #slotFreeBefore(loop: number): number {
    return this.#slotsFree[loop - 2]!;
  }
}

function loopsPerPass(operation: TiledOperation, { kind, plan }: OperationPlan, { dim }: Geometry): number {
  if (kind === 'matmul') {
    const { m, n, k } = matmulTileCounts(asMatmul(operation).shape, plan.tiling, dim);
    return (plan.outermost === 'm' ? n : m) * k;
  }
  if (operation.kind === 'matmul') throw new Error('a product cannot have the plan of a convolution');
  const { pixels, channels, sums } = convTileCounts(operation.problem.shape, plan.tiling);
  return (plan.outermost === 'pixels' ? channels : pixels) * sums;
}
