/** What a timed run cost: the counters, and where the cycles of each host went. */
import { COUNTERS } from './counters.ts';
import type { SystemTiming } from './system.ts';
import type { TileTiming } from './tile.ts';

export interface CounterValue {
  readonly id: string;
  /** Nothing for what the tiles share. */
  readonly tile: number | undefined;
  readonly unit: string;
  readonly value: number;
}

/** A part of the cycles of a tile. */
export interface CyclePart {
  readonly part: string;
  readonly cycles: number;
}

export interface TimingReport {
  readonly tiles: readonly { readonly cycles: number; readonly parts: readonly CyclePart[] }[];
  readonly counters: readonly CounterValue[];
}

export function timingReport(system: SystemTiming): TimingReport {
  for (const { accelerator, host } of system.tiles) accelerator.advanceBefore(host.issued + 1);
  return {
    tiles: system.tiles.map((tile) => ({ cycles: tile.host.issued, parts: cycleParts(tile) })),
    counters: COUNTERS.flatMap((counter): CounterValue[] => {
      const { id, unit } = counter;
      if (counter.scope === 'system') return [{ id, unit, tile: undefined, value: counter.read(system) }];
      return system.tiles.map((tile, index) => ({ id, unit, tile: index, value: counter.read(tile) }));
    }),
  };
}

/** The parts add up to the cycles: what no cause is counted for, waits of devices above all, is a part of its own. */
export function cycleParts({ host }: TileTiming): readonly CyclePart[] {
  const { counts } = host;
  const named: readonly CyclePart[] = [
    { part: 'instructions issue', cycles: counts.instructions },
    { part: 'interlocks', cycles: counts.interlock },
    // Mispredictions and flushes show as empty fetch.
    { part: 'fetch, mispredictions, flushes', cycles: counts.fetch },
    { part: 'instruction misses', cycles: counts.instructionMiss },
    { part: 'data misses', cycles: counts.dataMiss },
    { part: 'TLB misses', cycles: counts.tlbMiss },
    { part: 'replays', cycles: counts.replay },
    { part: 'the accelerator takes no command', cycles: counts.commandWait },
    { part: 'fences wait for the accelerator', cycles: counts.fenceWait },
  ];
  const known = named.reduce((sum, { cycles }) => sum + cycles, 0);
  return [...named, { part: 'devices and others', cycles: host.issued - known }];
}
