import type { ActivitySample } from '../accelerator/activity-sample.ts';
import type { Cycles } from '../core/cycles.ts';
import type { HostCounts } from '../host/host-model.ts';
import { combine } from './combine.ts';
import { addWaits, NO_WAIT, type WaitParts } from './wait-parts.ts';

export type WaitCause = 'commandWait' | 'fenceWait';

/** What a tile had done at a moment. */
export interface ProfilePoint {
  /** Issue of the host's last instruction. */
  readonly cycles: Cycles;
  readonly counts: HostCounts;
  readonly activity: ActivitySample;
  /** Between L2 and memory, of all tiles. */
  readonly memoryBytes: number;
}

/** Everything that happened in a stretch of a run. */
export interface ProfileTotals {
  readonly cycles: Cycles;
  readonly counts: HostCounts;
  readonly waits: Readonly<Record<WaitCause, WaitParts>>;
  readonly macs: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly memoryBytes: number;
}

export interface RegionTotals extends ProfileTotals {
  readonly mark: number;
  /** How often it began. */
  readonly visits: number;
}

/** A profile as it was at one moment. */
export interface Profile {
  readonly whole: ProfileTotals;
  /** In the order in which they began first; the first is what runs before any mark. */
  readonly regions: readonly RegionTotals[];
  /** By block of the host trace: cycles, waits included, and the waits of blocks that have any. */
  readonly blockCycles: Float64Array;
  readonly blockWaits: ReadonlyMap<number, WaitParts>;
}

const NO_WAITS: Readonly<Record<WaitCause, WaitParts>> = { commandWait: NO_WAIT, fenceWait: NO_WAIT };

/** Where the cycles of a tile go: by block of the host's program, and by region between marks. */
export class TileProfile {
  readonly #here: () => ProfilePoint;
  /** By block id. */
  #cycles = new Float64Array(1024);
  readonly #blockWaits = new Map<number, WaitParts>();
  /** The block that ran last: waits belong to it. */
  #block = 0;
  #waits = NO_WAITS;
  readonly #regions = new Map<number, RegionTotals>();
  readonly #start: ProfilePoint;
  #mark = 0;
  #regionStart: ProfilePoint;
  #regionWaits = NO_WAITS;

  /** @param here what the tile has done up to now */
  constructor(here: () => ProfilePoint) {
    this.#here = here;
    this.#start = here();
    this.#regionStart = this.#start;
  }

  ran(block: number, cycles: Cycles): void {
    if (block >= this.#cycles.length) this.#grow(block);
    this.#cycles[block]! += cycles;
    this.#block = block;
  }

  waited(cause: WaitCause, parts: WaitParts, cycles: Cycles): void {
    this.#cycles[this.#block]! += cycles;
    this.#waits = { ...this.#waits, [cause]: addWaits(this.#waits[cause], parts) };
    this.#blockWaits.set(this.#block, addWaits(this.#blockWaits.get(this.#block) ?? NO_WAIT, parts));
  }

  /** A region begins here. */
  mark(mark: number): void {
    const here = this.#here();
    this.#regions.set(this.#mark, this.#closed(here));
    this.#mark = mark;
    this.#regionStart = here;
    this.#regionWaits = this.#waits;
  }

  /** The profile up to now; it does not change any more. */
  take(): Profile {
    const here = this.#here();
    const regions = new Map(this.#regions).set(this.#mark, this.#closed(here));
    return {
      whole: between(this.#start, here, this.#waits),
      regions: [...regions.values()],
      blockCycles: this.#cycles.slice(),
      blockWaits: new Map(this.#blockWaits),
    };
  }

  /** The region that runs, together with earlier visits to it. */
  #closed(here: ProfilePoint): RegionTotals {
    const waits = {
      commandWait: subtract(this.#waits.commandWait, this.#regionWaits.commandWait),
      fenceWait: subtract(this.#waits.fenceWait, this.#regionWaits.fenceWait),
    };
    const visit = between(this.#regionStart, here, waits);
    const before = this.#regions.get(this.#mark);
    return { mark: this.#mark, visits: (before?.visits ?? 0) + 1, ...(before ? addTotals(before, visit) : visit) };
  }

  #grow(block: number): void {
    const cycles = new Float64Array(2 * block);
    cycles.set(this.#cycles);
    this.#cycles = cycles;
  }
}

function between(from: ProfilePoint, to: ProfilePoint, waits: ProfileTotals['waits']): ProfileTotals {
  return {
    cycles: to.cycles - from.cycles,
    counts: combine(to.counts, from.counts, (a, b) => a - b),
    waits,
    macs: to.activity.macs - from.activity.macs,
    bytesRead: to.activity.bytesRead - from.activity.bytesRead,
    bytesWritten: to.activity.bytesWritten - from.activity.bytesWritten,
    memoryBytes: to.memoryBytes - from.memoryBytes,
  };
}

function addTotals(a: ProfileTotals, b: ProfileTotals): ProfileTotals {
  return {
    cycles: a.cycles + b.cycles,
    counts: combine(a.counts, b.counts, (x, y) => x + y),
    waits: {
      commandWait: addWaits(a.waits.commandWait, b.waits.commandWait),
      fenceWait: addWaits(a.waits.fenceWait, b.waits.fenceWait),
    },
    macs: a.macs + b.macs,
    bytesRead: a.bytesRead + b.bytesRead,
    bytesWritten: a.bytesWritten + b.bytesWritten,
    memoryBytes: a.memoryBytes + b.memoryBytes,
  };
}

const subtract = (a: WaitParts, b: WaitParts): WaitParts => combine(a, b, (x, y) => x - y);
