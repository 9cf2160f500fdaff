import type { Region } from './region.ts';

/** How a region's dispatcher numbers its targets. */
export interface DispatchTable {
  /** Physical address that numbers are distances from, in halfwords; undefined: they count the targets. */
  readonly start: number | undefined;
  /** How many there are, used or not. */
  readonly numbers: number;
  numberOf(node: number): number;
}

export const HALFWORD_BYTES = 2;
/** A table of distances is at most so long. */
const MOST_DISTANCES = 1024;

/** @param wantsDistances may computed addresses come to the dispatcher as they are? */
export function dispatchTable(
  { blocks }: Region,
  dispatched: readonly number[],
  wantsDistances: boolean,
): DispatchTable {
  const starts = dispatched.map((node) => blocks[node]!.start);
  const start = Math.min(...starts);
  const numbers = (Math.max(...starts) - start) / HALFWORD_BYTES + 1;
  if (!wantsDistances || numbers > MOST_DISTANCES)
    return { start: undefined, numbers: dispatched.length, numberOf: (node) => dispatched.indexOf(node) };
  return { start, numbers, numberOf: (node) => (blocks[node]!.start - start) / HALFWORD_BYTES };
}
