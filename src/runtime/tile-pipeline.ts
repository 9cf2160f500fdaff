/**
 * A quick estimate of a plan: tiles in a pipeline of loads, array and stores. The hardware loop has two slots, so the
 * loads of a tile wait for the tile before the last; the array starts a tile as its operands arrive and cannot finish
 * before the last of them; stores follow the array. The estimate ranks candidates; the timing model decides between the best of them.
 */
import type { TileCost } from './traffic.ts';

/** Cycles between the last row of a tile and the first of the next that nothing hides. */
const TILE_OVERHEAD = 60;

/** Feeds tiles through the pipeline, one after the other. */
export class TilePipeline {
  /** When all that was fed is stored. */
  end = 0;
  /** When the slot of the latest tile, and of the one before it, is free again. */
  slotFree = 0;
  #previousSlotFree = 0;
  #loadsEnd = 0;
  #arrayEnd = 0;

  feed({ loadTime, computeTime, storeTime, isPhased }: TileCost): void {
    this.#loadsEnd = Math.max(this.#loadsEnd, this.#previousSlotFree) + loadTime;
    this.#arrayEnd =
      TILE_OVERHEAD +
      (isPhased
        ? Math.max(this.#arrayEnd, this.#loadsEnd) + computeTime
        : Math.max(this.#arrayEnd + computeTime, this.#loadsEnd));
    this.end = Math.max(this.end, this.#arrayEnd) + storeTime;
    this.#previousSlotFree = this.slotFree;
    // The last store of a slot is issued, not finished, when the slot is free again.
    this.slotFree = Math.max(this.#arrayEnd, this.end - storeTime);
  }
}

export function estimateCycles(tiles: Iterable<TileCost>, giveUpAbove: number): number {
  const pipeline = new TilePipeline();
  for (const tile of tiles) {
    pipeline.feed(tile);
    if (pipeline.end > giveUpAbove) return Number.POSITIVE_INFINITY;
  }
  return pipeline.end;
}
