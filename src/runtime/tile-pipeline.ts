/**
 * A quick estimate of a plan: tiles in a pipeline of loads, array and stores. The hardware loop has two slots, so the
 * loads of a tile wait for the tile before the last; the array starts a tile as its operands arrive and cannot finish
 * before the last of them; stores follow the array. The estimate ranks candidates; the timing model decides between the best of them.
 */
import type { TileCost } from './traffic.ts';

/** Cycles between the last row of a tile and the first of the next that nothing hides. */
const TILE_OVERHEAD = 60;

export function estimateCycles(tiles: Iterable<TileCost>, giveUpAbove: number): number {
  let loadsEnd = 0;
  let arrayEnd = 0;
  let storesEnd = 0;
  let beforeLast = 0;
  let last = 0;
  for (const { loadTime, computeTime, storeTime, isPhased } of tiles) {
    loadsEnd = Math.max(loadsEnd, beforeLast) + loadTime;
    arrayEnd =
      TILE_OVERHEAD +
      (isPhased ? Math.max(arrayEnd, loadsEnd) + computeTime : Math.max(arrayEnd + computeTime, loadsEnd));
    storesEnd = Math.max(storesEnd, arrayEnd) + storeTime;
    beforeLast = last;
    // The last store of a slot is issued, not finished, when the slot is free again.
    last = Math.max(arrayEnd, storesEnd - storeTime);
    if (storesEnd > giveUpAbove) return Number.POSITIVE_INFINITY;
  }
  return storesEnd;
}
