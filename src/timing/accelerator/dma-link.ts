import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { NO_CLIENT } from '../memory/l2-cache.ts';
import type { L2Port } from '../memory/shared-tile-port.ts';
import type { PacketSplitter } from './packets.ts';

/** From a packet being formed to its being offered to the link: translation takes one cycle. */
export const FORM_TO_LINK = 2;

/**
 * The accelerator's link to the L2, which its reader and writer share: one request beat per cycle.
 * @source gemmini-timing §4.2, §5.3
 */
export class DmaLink {
  /** First beat of the last answer at the DMA engine, and the distance of its beats. */
  firstBeat: Cycles = 0;
  beatGap = 1;
  /** Cycles in which reads and writes waited for the link. */
  readonly waits = { read: 0, write: 0 };
  /** Cycles from requests that the L2 had no line for to their answers, beyond those of a hit. */
  readonly misses = { read: 0, write: 0 };
  readonly #l2: L2Port;
  readonly #hop: number;
  readonly #beatBytes: number;
  readonly #hit: Cycles;
  #requestFree: Cycles = 0;
  #lastGet: Cycles = -1;
  #lastButOneGet: Cycles = -1;

  constructor({ bus, cache, accelerator }: TimingConfig, l2: L2Port) {
    this.#l2 = l2;
    this.#hop = bus.dmaHop;
    this.#hit = cache.hit;
    this.#beatBytes = Math.min(bus.beatBytes, accelerator.beatBytes);
  }

  /** Has the buffer between reader and link room for a request that is offered at `at`? It holds two. */
  acceptsGet(at: Cycles): boolean {
    return this.#lastButOneGet < at - 1;
  }

  /** @returns the cycle in which the link takes the request that is offered at `at` */
  get(at: Cycles, paddr: number, bytes: number): Cycles {
    const start = Math.max(at, this.#requestFree);
    this.waits.read += start - at;
    this.#requestFree = start + 1;
    this.#lastButOneGet = this.#lastGet;
    this.#lastGet = start;
    this.#l2.access('get', start + this.#hop, paddr, 1, Math.max(1, bytes / this.#beatBytes));
    this.misses.read += this.#missOf(start + this.#hop);
    this.#take();
    return start;
  }

  /** @returns the cycle in which the link takes the first beat */
  put(
    at: Cycles,
    paddr: number,
    { bytes, offset, useful }: Pick<PacketSplitter, 'bytes' | 'offset' | 'useful'>,
    request: 'put-full' | 'put-part' | 'put-masked',
  ): Cycles {
    const start = Math.max(at, this.#requestFree);
    const beats = Math.max(1, bytes / this.#beatBytes);
    const from = Math.floor(offset / this.#beatBytes);
    const to = Math.floor((offset + useful - 1) / this.#beatBytes);
    this.waits.write += start - at;
    this.#requestFree = start + beats;
    this.#l2.access(request, start + this.#hop, paddr, beats, 1, NO_CLIENT, from, to);
    this.misses.write += this.#missOf(start + this.#hop + beats - 1);
    this.#take();
    return start;
  }

  #missOf(request: Cycles): Cycles {
    return this.#l2.wasHit ? 0 : Math.max(0, this.#l2.firstBeat - request - this.#hit);
  }

  #take(): void {
    this.firstBeat = this.#l2.firstBeat + this.#hop;
    this.beatGap = this.#l2.beatGap;
  }
}
