import type { Cycles } from '../cycles.ts';
import type { L2Cache, L2Request } from './l2-cache.ts';

/** The L2 as its masters see it; the answers are those to the last request. */
export type L2Port = Pick<L2Cache, 'access' | 'firstBeat' | 'beatGap' | 'wasHit' | 'isExclusive'>;

/**
 * One link to the system bus for the caches of a host and its accelerator: a beat of requests and a beat of answers per
 * cycle for all of them. Latency is that of separate links.
 * @source soc-timing §1.5, `use_dedicated_tl_port` = false
 */
export class SharedTilePort implements L2Port {
  firstBeat: Cycles = 0;
  beatGap = 1;
  wasHit = false;
  isExclusive = true;
  readonly #l2: L2Cache;
  #requestFree: Cycles = 0;
  #answerFree: Cycles = 0;

  constructor(l2: L2Cache) {
    this.#l2 = l2;
  }

  access(
    request: L2Request,
    at: Cycles,
    paddr: number,
    beatsIn: number,
    beatsOut: number,
    client?: number,
    from?: number,
    to?: number,
  ): void {
    const l2 = this.#l2;
    const start = Math.max(at, this.#requestFree);
    this.#requestFree = start + beatsIn;
    l2.access(request, start, paddr, beatsIn, beatsOut, client, from, to);
    this.firstBeat = Math.max(l2.firstBeat, this.#answerFree);
    this.beatGap = l2.beatGap;
    this.#answerFree = this.firstBeat + beatsOut * l2.beatGap;
    this.wasHit = l2.wasHit;
    this.isExclusive = l2.isExclusive;
  }
}
