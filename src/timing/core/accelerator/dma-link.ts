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
 * @source gemmini-timing §4.2, §5.3; TLArbiter of rocket-chip: round robin
 */
export class DmaLink {
  /** First beat of the last answer at the DMA engine, and the distance of its beats. */
  firstBeat: Cycles = 0;
  beatGap: f64 = 1;
  readonly counts: LinkCounts = new LinkCounts();
  /** Has the reader a request in its buffer, and the writer one that was not taken? */
  readerWaits: bool = false;
  /** Has the writer rows to send? Without any, the reader's requests go out in a row, and it is known when. */
  isWriting: bool = false;
  writerWaits: bool = false;
  private readonly l2: L2Port;
  private readonly hop: f64;
  private readonly hit: f64;
  /** Bytes to beats; packets are whole beats. */
  private readonly beatShift: i32;
  private requestFree: Cycles = 0;
  private lastWasGet: bool = false;
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

  /** Has the reader's buffer, in which some wait, room for a request that is offered at `at`? It holds two. */
  acceptsGet(at: Cycles, waiting: i32): bool {
    if (waiting === 0) return this.lastButOneGet < at - 1;
    return waiting === 1 && this.lastGet < at - 1;
  }

  /** @returns the first cycle from `at` on in which no earlier request takes the link */
  freeFrom(at: Cycles): Cycles {
    return this.requestFree > at ? this.requestFree : at;
  }

  /** Does the link take a request of the reader at `at`? When both wait they take turns. */
  takesGet(at: Cycles): bool {
    return this.requestFree <= at && !(this.writerWaits && this.lastWasGet);
  }

  takesPut(at: Cycles): bool {
    return this.requestFree <= at && !(this.readerWaits && !this.lastWasGet);
  }

  /** The link takes the reader's request in cycle `start`. */
  get(start: Cycles, paddr: f64, bytes: i32): void {
    const l2 = this.l2;
    const arrives = start + this.hop;
    this.requestFree = start + 1;
    this.lastWasGet = true;
    this.lastButOneGet = this.lastGet;
    this.lastGet = start;
    l2.access(GET, arrives, paddr, 1, bytes >> this.beatShift, NO_CLIENT, 0, 0);
    if (!l2.wasHit) this.counts.readMiss += this.missOf(arrives);
    this.takeAnswer();
  }

  /** The link takes the first beat of the writer's request in cycle `start`. */
  put(start: Cycles, paddr: f64, packet: PacketSplitter, request: i32): void {
    const l2 = this.l2;
    const beats = packet.bytes >> this.beatShift;
    const from = packet.offset >> this.beatShift;
    const to = (packet.offset + packet.useful - 1) >> this.beatShift;
    this.requestFree = start + beats;
    this.lastWasGet = false;
    l2.access(request, start + this.hop, paddr, beats, 1, NO_CLIENT, from, to);
    if (!l2.wasHit) this.counts.writeMiss += this.missOf(start + this.hop + beats - 1);
    this.takeAnswer();
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
