/**
 * The search for a plan. Candidates are ranked by the quick pipeline estimate; the best of them run their beginnings
 * through the timing model, fewer of them and further from round to round, and what was timed corrects what was
 * estimated. The last one stands against the public library's plan, both timed to their ends where that is affordable,
 * and must be faster. Work is limited by simulated cycles, not by a clock, so that the same problem always gets the same plan.
 */
import { convTileCounts } from './conv-commands.ts';
import type { Geometry } from './geometry.ts';
import { matmulTileCounts } from './matmul-commands.ts';
import { asMatmul, libraryPlanner, type OperationPlan, type Planner, type TiledOperation } from './operation.ts';
import { candidatePlans } from './plan-candidates.ts';
import type { Timer } from './plan-timing.ts';
import { PlanTrial } from './plan-trial.ts';
import { estimateCycles } from './tile-pipeline.ts';
import { type TileCost, tileCosts } from './traffic.ts';

export interface SearchResult {
  readonly plan: OperationPlan;
  /** Cycles that the timing model foresees for the plan and for the public library's plan. */
  readonly cycles: number;
  readonly libraryCycles: number;
  readonly isLibrary: boolean;
  /** Plans looked at, and plans that were timed; the cycles that were timed of all of them. */
  readonly candidates: number;
  readonly timed: number;
  readonly timedCycles: number;
}

/** Cycles up to which the last two plans and the library's are timed. */
const MOST_CYCLES = 600_000;
/** How many plans are timed up to which cycle, round after round. */
const ROUNDS = [
  { plans: 16, cycles: 16_000 },
  { plans: 6, cycles: 60_000 },
  { plans: 3, cycles: 200_000 },
  { plans: 2, cycles: MOST_CYCLES },
] as const;
/** A plan whose end was not reached must be foreseen to be this much faster: what such a forecast may be off. */
const MARGIN = 0.97;

export function searchPlan(operation: TiledOperation, geometry: Geometry, timer: Timer): SearchResult {
  const trialOf = (plan: OperationPlan) => new PlanTrial(operation, plan, geometry, timer);
  const { finalists, candidates } = bestByEstimate(operation, geometry);
  let trials = finalists.map(trialOf);
  const library = trialOf(libraryPlanner(operation, geometry));
  let timedCycles = 0;
  for (const { plans, cycles } of ROUNDS) {
    trials = trials.slice(0, plans);
    for (const trial of trials) timedCycles += trial.advance(cycles);
    trials.sort((a, b) => a.cycles - b.cycles);
  }
  const best = trials[0];
  // A plan that is done is faster than the library's as soon as that has run for longer.
  timedCycles += library.advance(best?.isExact ? Math.min(MOST_CYCLES, best.cycles + 1) : MOST_CYCLES);
  const isLibrary = best === undefined || !isFaster(best, library);
  const { plan, cycles } = isLibrary ? library : best;
  return {
    plan,
    cycles,
    libraryCycles: library.cycles,
    isLibrary,
    candidates,
    timed: finalists.length + 1,
    timedCycles,
  };
}

function isFaster(plan: PlanTrial, than: PlanTrial): boolean {
  if (plan.isExact && (than.isExact || than.timedCycles > plan.cycles)) return plan.cycles < than.cycles;
  return plan.cycles < than.cycles * MARGIN;
}

/** The candidates with the lowest estimates, best first. */
function bestByEstimate(operation: TiledOperation, geometry: Geometry) {
  const best: { plan: OperationPlan; estimate: number }[] = [];
  let candidates = 0;
  for (const plan of candidatePlans(operation, geometry)) {
    candidates++;
    const worst = best.length < ROUNDS[0].plans ? Number.POSITIVE_INFINITY : best.at(-1)!.estimate;
    const estimate = rankingEstimate(operation, plan, geometry, worst);
    if (estimate >= worst) continue;
    best.push({ plan, estimate });
    best.sort((a, b) => a.estimate - b.estimate);
    best.length = Math.min(best.length, ROUNDS[0].plans);
  }
  return { finalists: best.map(({ plan }) => plan), candidates };
}

/** Tiles of a beginning that stands for the rest when there are many more. */
const SAMPLE_TILES = 128;

/** The estimate of a plan; where tiles go on and on, that of a beginning, continued at the pace of its second half. */
function rankingEstimate(operation: TiledOperation, plan: OperationPlan, geometry: Geometry, giveUpAbove: number) {
  const count = tileCount(operation, plan, geometry);
  const tiles = tileCosts(operation, plan, geometry);
  if (count <= 4 * SAMPLE_TILES) return estimateCycles(tiles, giveUpAbove);
  const beginning = Array.from({ length: 2 * SAMPLE_TILES }, () => tiles.next().value as TileCost);
  const half = estimateCycles(beginning.slice(0, SAMPLE_TILES), Number.POSITIVE_INFINITY);
  const all = estimateCycles(beginning, Number.POSITIVE_INFINITY);
  return all + ((all - half) / SAMPLE_TILES) * (count - beginning.length);
}

function tileCount(operation: TiledOperation, plan: OperationPlan, { dim }: Geometry): number {
  if (plan.kind === 'matmul') {
    const { m, n, k } = matmulTileCounts(asMatmul(operation).shape, plan.plan.tiling, dim);
    return m * n * k;
  }
  if (operation.kind === 'matmul') throw new Error('a product cannot have the plan of a convolution');
  const { shape } = operation.problem;
  const { pixels, channels, sums } = convTileCounts(shape, plan.plan.tiling);
  return pixels * channels * sums * (shape.depthwise ? shape.inChannels : 1);
}

/** A planner that searches, and remembers what it found for every shape. */
export function searchPlanner(timer: Timer): Planner {
  const found = new Map<string, SearchResult>();
  return (operation, geometry) => {
    const key = JSON.stringify([geometry, operation.kind, shapeKey(operation)]);
    let result = found.get(key);
    if (result === undefined) found.set(key, (result = searchPlan(operation, geometry, timer)));
    return result.plan;
  };
}

/** What a plan depends on: everything but addresses and scales. */
function shapeKey(operation: TiledOperation): unknown {
  if (operation.kind === 'conv') {
    const { shape, inStride, outStride, bias } = operation.problem;
    return [shape, inStride, outStride, bias !== undefined];
  }
  const { shape, a, b, c, d, activation } = operation.problem;
  return [shape, a.stride, a.transposed, b.stride, b.transposed, c.type, c.stride, d?.type, d?.repeats, activation];
}
