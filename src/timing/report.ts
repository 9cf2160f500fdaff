/** What a timed run cost: the counters, where the cycles of each tile went, and what that says. */
import type { AcceleratorConfig } from '../accel/config.ts';
import { type Advice, advise } from './advice.ts';
import type { TimingConfig } from './config.ts';
import { COUNTERS } from './counters.ts';
import { HOST_PARTS, waitName } from './part-names.ts';
import type { Profile, ProfileTotals } from './profile/tile-profile.ts';
import { addWaits, NO_WAIT, WAIT_PARTS, type WaitPart, type WaitParts } from './profile/wait-parts.ts';
import { type Roofline, roofline } from './roofline.ts';
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

/** A stretch of a run: all of a tile's, or a region between marks. */
export interface StretchReport {
  readonly cycles: number;
  readonly instructions: number;
  /** They add up to the cycles. */
  readonly parts: readonly CyclePart[];
  readonly roofline: Roofline;
}

export interface RegionReport extends StretchReport {
  /** N of the `slti x0, x0, N` that begins it; 0 outside of all regions. */
  readonly mark: number;
  readonly visits: number;
}

/** Cycles while the host was in a function, its waits included. */
export interface FunctionReport {
  readonly name: string;
  readonly cycles: number;
  /** They add up to the cycles. */
  readonly parts: readonly CyclePart[];
}

export interface TileReport extends StretchReport {
  readonly regions: readonly RegionReport[];
  /** The one with most cycles first. They add up to the cycles. */
  readonly functions: readonly FunctionReport[];
  readonly advice: Advice;
}

export interface TimingReport {
  /** Of the run: the tile that ended it, or the last one. */
  readonly cycles: number;
  readonly tiles: readonly TileReport[];
  readonly counters: readonly CounterValue[];
}

export interface ReportedMachine {
  readonly accelerator: AcceleratorConfig;
  readonly timing: TimingConfig;
  /** The function that an address belongs to; nothing outside of all. */
  readonly functionAt: (addr: bigint) => string | undefined;
}

export function timingReport(system: SystemTiming, machine: ReportedMachine): TimingReport {
  system.settle();
  return {
    cycles: system.cycles,
    tiles: system.tiles.map((tile) => tileReport(tile, machine)),
    counters: COUNTERS.flatMap((counter): CounterValue[] => {
      const { id, unit } = counter;
      if (counter.scope === 'system') return [{ id, unit, tile: undefined, value: counter.read(system) }];
      return system.tiles.map((tile, index) => ({ id, unit, tile: index, value: counter.read(tile) }));
    }),
  };
}

function tileReport(tile: TileTiming, machine: ReportedMachine): TileReport {
  const profile = tile.profile();
  const whole = stretchReport(profile.whole, machine);
  return {
    ...whole,
    regions:
      profile.regions.length < 2
        ? []
        : profile.regions.map((region) => ({
            mark: region.mark,
            visits: region.visits,
            ...stretchReport(region, machine),
          })),
    functions: functionReports(profile, tile.blockPcs, machine),
    advice: advise(
      { ...whole, fetched: tile.memory.instructions.counts, pollCycles: tile.memory.pollCycles },
      machine.timing,
    ),
  };
}

const stretchReport = (totals: ProfileTotals, { accelerator, timing }: ReportedMachine): StretchReport => ({
  cycles: totals.cycles,
  instructions: totals.counts.instructions,
  parts: cycleParts(totals),
  roofline: roofline(totals, accelerator, timing),
});

/** The parts add up to the cycles: what no cause is counted for, waits of devices above all, is a part of its own. */
function cycleParts({ cycles, counts, waits }: ProfileTotals): readonly CyclePart[] {
  const wait = addWaits(waits.commandWait, waits.fenceWait);
  const named: readonly CyclePart[] = [
    ...Object.entries(HOST_PARTS).map(([count, part]) => ({ part, cycles: counts[count as keyof typeof HOST_PARTS] })),
    ...waitParts(wait),
  ];
  const known = named.reduce((sum, part) => sum + part.cycles, 0);
  return [...named, { part: 'devices and others', cycles: cycles - known }];
}

const waitParts = (wait: WaitParts): readonly CyclePart[] =>
  (Object.keys(WAIT_PARTS) as WaitPart[]).map((part) => ({ part: waitName(part), cycles: wait[part] }));

/** What belongs to no symbol: start-up code of the machine, or a program without symbols. */
const NOWHERE = '(no symbol)';

function functionReports(
  { whole, blockCycles, blockWaits }: Profile,
  pcs: readonly bigint[],
  { functionAt }: ReportedMachine,
): readonly FunctionReport[] {
  const found = new Map<string, { cycles: number; wait: WaitParts }>();
  const at = (name: string) => {
    const one = found.get(name) ?? { cycles: 0, wait: NO_WAIT };
    found.set(name, one);
    return one;
  };
  let known = 0;
  for (const [id, cycles] of blockCycles.entries()) {
    if (cycles === 0) continue;
    const one = at((pcs[id] === undefined ? undefined : functionAt(pcs[id])) ?? NOWHERE);
    one.cycles += cycles;
    one.wait = addWaits(one.wait, blockWaits.get(id) ?? NO_WAIT);
    known += cycles;
  }
  if (known < whole.cycles) at(NOWHERE).cycles += whole.cycles - known;
  return [...found]
    .map(([name, { cycles, wait }]) => {
      const waited = Object.values(wait).reduce((sum, part) => sum + part, 0);
      return { name, cycles, parts: [{ part: 'host', cycles: cycles - waited }, ...waitParts(wait)] };
    })
    .sort((a, b) => b.cycles - a.cycles || (a.name < b.name ? -1 : 1));
}
