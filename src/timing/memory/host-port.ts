import type { Cycles } from '../core/cycles.ts';
import type { TimingCore } from '../timing-core.ts';

/** The way of a host's caches to the L2. */
export interface HostPort {
  /** First data beat or acknowledgement of the last request, at the L2's port. */
  readonly firstBeat: Cycles;
  /** Distance of its data beats. */
  readonly beatGap: number;
  /** May the client that acquired write the line without asking again? */
  readonly isExclusive: boolean;
  /**
   * @param request what is asked: GET, ACQUIRE, …
   * @param at      cycle of the request (its first beat) at the L2's port
   * @param client  who asks, or NO_CLIENT for masters that keep nothing
   */
  access(request: number, at: Cycles, paddr: number, beatsIn: number, beatsOut: number, client: number): void;
}

/** The port of a tile at the L2 of the core. */
export class CorePort implements HostPort {
  firstBeat: Cycles = 0;
  readonly #core: TimingCore;
  readonly #tile: number;

  constructor(core: TimingCore, tile: number) {
    this.#core = core;
    this.#tile = tile;
  }

  access(request: number, at: Cycles, paddr: number, beatsIn: number, beatsOut: number, client: number): void {
    const { exports } = this.#core;
    this.firstBeat = exports.access(this.#tile, request, at, paddr, beatsIn, beatsOut, client, 0, beatsIn - 1);
  }

  get beatGap(): number {
    return this.#core.exports.beatGap(this.#tile);
  }

  get isExclusive(): boolean {
    return Boolean(this.#core.exports.isExclusive(this.#tile));
  }
}
