import type { Cycles } from '../cycles.ts';
import type { f64, i32 } from '../portable.ts';
import type { L2Cache } from './l2-cache.ts';
import { L2Port } from './l2-port.ts';

/**
 * One link to the system bus for the caches of a host and its accelerator: a beat of requests and a beat of answers per
 * cycle for all of them. Latency is that of separate links.
 * @source soc-timing §1.5, `use_dedicated_tl_port` = false
 */
export class SharedTilePort extends L2Port {
  private readonly l2: L2Cache;
  private requestFree: Cycles = 0;
  private answerFree: Cycles = 0;

  constructor(l2: L2Cache) {
    super();
    this.l2 = l2;
  }

  override access(
    request: i32,
    at: Cycles,
    paddr: f64,
    beatsIn: i32,
    beatsOut: i32,
    client: i32,
    from: i32,
    to: i32,
  ): void {
    const l2 = this.l2;
    const start = Math.max(at, this.requestFree);
    this.requestFree = start + beatsIn;
    l2.access(request, start, paddr, beatsIn, beatsOut, client, from, to);
    this.firstBeat = Math.max(l2.firstBeat, this.answerFree);
    this.beatGap = l2.beatGap;
    this.answerFree = this.firstBeat + beatsOut * l2.beatGap;
    this.wasHit = l2.wasHit;
    this.isExclusive = l2.isExclusive;
  }
}
