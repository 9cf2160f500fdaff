import { LinkCounts } from '../counts.ts';
import type { Cycles } from '../cycles.ts';
import { GET, type L2Port, NO_CLIENT } from '../memory/l2-port.ts';
import { type bool, type f64, i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import type { PacketSplitter } from './packets.ts';

/** From a packet being formed to its being offered to the link: translation takes one cycle. */
export const FORM_TO_LINK: Cycles = 2;

/**
 * The accelerator's link to the L2, which its reader and writer share: one request beat per cycle.
 * @source gemmini-timing §4.2, §5.3
 */
export class DmaLink {
  /** First beat of the last answer at the DMA engine, and the distance of its beats. */
  firstBeat: Cycles = 0;
  beatGap: f64 = 1;
  readonly counts: LinkCounts = new LinkCounts();
  private readonly l2: L2Port;
  private readonly hop: f64;
  private readonly hit: f64;
  /** Bytes to beats; packets are whole beats. */
  private readonly beatShift: i32;
  private requestFree: Cycles = 0;
  private lastGet: Cycles = -1;
  private lastButOneGet: Cycles = -1;

  constructor(settings: Settings, l2: L2Port) {
    const bus = settings.bus.beatBytes;
    const dma = settings.accelerator.beatBytes;
    this.l2 = l2;
    this.hop = settings.bus.dmaHop;
    this.hit = settings.cache.hit;
    this.beatShift = i32(Math.log2(bus < dma ? bus : dma));
  }

  /** Has the buffer between reader and link room for a request that is offered at `at`? It holds two. */
  acceptsGet(at: Cycles): bool {
    return this.lastButOneGet < at - 1;
  }

  /** @returns the cycle in which the link takes the request that is offered at `at` */
  get(at: Cycles, paddr: f64, bytes: i32): Cycles {
    const start = this.requestFree > at ? this.requestFree : at;
    const l2 = this.l2;
    const arrives = start + this.hop;
    this.counts.readWait += start - at;
    this.requestFree = start + 1;
    this.lastButOneGet = this.lastGet;
    this.lastGet = start;
    l2.access(GET, arrives, paddr, 1, bytes >> this.beatShift, NO_CLIENT, 0, 0);
    if (!l2.wasHit) this.counts.readMiss += this.missOf(arrives);
    this.takeAnswer();
    return start;
  }

  /** @returns the cycle in which the link takes the first beat */
  put(at: Cycles, paddr: f64, packet: PacketSplitter, request: i32): Cycles {
    const start = this.requestFree > at ? this.requestFree : at;
    const l2 = this.l2;
    const beats = packet.bytes >> this.beatShift;
    const from = packet.offset >> this.beatShift;
    const to = (packet.offset + packet.useful - 1) >> this.beatShift;
    this.counts.writeWait += start - at;
    this.requestFree = start + beats;
    l2.access(request, start + this.hop, paddr, beats, 1, NO_CLIENT, from, to);
    if (!l2.wasHit) this.counts.writeMiss += this.missOf(start + this.hop + beats - 1);
    this.takeAnswer();
    return start;
  }

  /** Cycles that the L2 took longer for the `request`, which reached it then, than for a hit. */
  private missOf(request: Cycles): Cycles {
    return Math.max(0, this.l2.firstBeat - request - this.hit);
  }

  private takeAnswer(): void {
    this.firstBeat = this.l2.firstBeat + this.hop;
    this.beatGap = this.l2.beatGap;
  }
}
