/**
 * The search for a plan. Candidates are pruned by their lower bound and by the quick pipeline estimate; the best few,
 * and the public library's own plan, then run their first tiles through the timing model, which corrects the estimate
 * of the whole. The library's plan stays unless another is clearly faster. Work is limited by counts, not by a clock,
 * so that the same problem always gets the same plan.
 */
import type { Step } from './commands.ts';
import { convTileCounts } from './conv-commands.ts';
import type { Geometry } from './geometry.ts';
import { matmulTileCounts } from './matmul-commands.ts';
import {
  asMatmul,
  libraryPlanner,
  type OperationPlan,
  type Planner,
  plannedCommands,
  type TiledOperation,
} from './operation.ts';
import { candidatePlans } from './plan-candidates.ts';
import { estimateCycles } from './tile-pipeline.ts';
import { type TileCost, tileCosts } from './traffic.ts';

/** What a timing model says of steps. */
export interface TimedSteps {
  readonly cycles: number;
  /** Were all steps timed, or only those of the first tiles? */
  readonly isWhole: boolean;
}

/** Times steps from cold caches up to and with the first `mostTiles` hardware loops. */
export type Timer = (steps: Iterable<Step>, mostTiles: number) => TimedSteps;

export interface SearchResult {
  readonly plan: OperationPlan;
  /** Cycles that the timing model foresees for the plan and for the public library's plan. */
  readonly cycles: number;
  readonly libraryCycles: number;
  readonly isLibrary: boolean;
  /** Plans looked at, left after pruning, and timed. */
  readonly candidates: number;
  readonly timed: number;
}

/** Plans that are timed beside the library's. */
const FINALISTS = 3;
/** Array cycles that the timed part of a plan may take: a fraction of a second of simulation. */
const TIMED_CYCLES = 24_000;
/** Tiles that are timed at least: the first ones have no tile to overlap with. */
const LEAST_TILES = 2;
/** A plan that is foreseen from its beginning must be this much faster to be taken: what such a forecast may be off. */
const MARGIN = 0.85;

export function searchPlan(operation: TiledOperation, geometry: Geometry, timer: Timer): SearchResult {
  const library = libraryPlanner(operation, geometry);
  const { finalists, candidates } = bestByEstimate(operation, geometry);
  const forecast = (plan: OperationPlan) => forecastCycles(operation, plan, geometry, timer);
  const libraryForecast = forecast(library);
  const libraryCycles = libraryForecast.cycles;
  let best = { plan: library, cycles: libraryCycles, isLibrary: true };
  for (const plan of finalists) {
    const { cycles, isExact } = forecast(plan);
    const margin = isExact && libraryForecast.isExact ? 1 : MARGIN;
    if (cycles < libraryCycles * margin && cycles < best.cycles) best = { plan, cycles, isLibrary: false };
  }
  return { ...best, libraryCycles, candidates, timed: finalists.length + 1 };
}

/** The candidates with the lowest estimates, best first. */
function bestByEstimate(operation: TiledOperation, geometry: Geometry) {
  const best: { plan: OperationPlan; estimate: number }[] = [];
  let candidates = 0;
  for (const plan of candidatePlans(operation, geometry)) {
    candidates++;
    const worst = best.length < FINALISTS ? Number.POSITIVE_INFINITY : best.at(-1)!.estimate;
    const estimate = rankingEstimate(operation, plan, geometry, worst);
    if (estimate >= worst) continue;
    best.push({ plan, estimate });
    best.sort((a, b) => a.estimate - b.estimate);
    best.length = Math.min(best.length, FINALISTS);
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

/**
 * Times two beginnings of a plan. What the second takes longer, against what the estimate says, corrects the estimate
 * of the rest; the start, which nothing overlaps, counts once.
 */
function forecastCycles(operation: TiledOperation, plan: OperationPlan, geometry: Geometry, timer: Timer) {
  const tiles: TileCost[] = [...tileCosts(operation, plan, geometry)];
  const time = (count: number) => timer(plannedCommands(operation, plan, geometry), count);
  const estimate = (count: number) => estimateCycles(tiles.slice(0, count), Number.POSITIVE_INFINITY);
  const long = tilesWithin(tiles, TIMED_CYCLES, LEAST_TILES);
  const longTime = time(long);
  if (longTime.isWhole) return { cycles: longTime.cycles, isExact: true };
  const short = Math.min(tilesWithin(tiles, TIMED_CYCLES / 3, 1), long - 1);
  const perEstimated = (longTime.cycles - time(short).cycles) / (estimate(long) - estimate(short));
  return { cycles: longTime.cycles + perEstimated * (estimate(tiles.length) - estimate(long)), isExact: false };
}

/** Tiles at the start that are likely to take so many cycles, but at least `least` of them. */
function tilesWithin(tiles: readonly TileCost[], cycles: number, least: number): number {
  let count = 0;
  for (let sum = 0; count < tiles.length && (count < least || sum < cycles); count++)
    sum += Math.max(tiles[count]!.computeTime, tiles[count]!.loadTime);
  return count;
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
