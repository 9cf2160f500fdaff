import { WriterCounts } from '../counts.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import { PUT_FULL, PUT_MASKED, PUT_PART } from '../memory/l2-port.ts';
import { type bool, type f64, i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { type AcceleratorTlb, passesAt, TranslationRequest, WRITER } from '../translation/accelerator-tlb.ts';
import { type DmaLink, FORM_TO_LINK } from './dma-link.ts';
import { MomentQueue } from './moment-queue.ts';
import { PacketSplitter } from './packets.ts';
import type { StoreUnit } from './store-unit.ts';

/** Rows that may be on offer; more than the queues in front can hold. A power of two. */
const WINDOW: i32 = 32;
const MASK: i32 = WINDOW - 1;

/** The DMA writer: gathers the blocks of a row and sends it as write requests. @source gemmini-timing §5.3 */
export class DmaWriter {
  wakeAt: Cycles = NEVER;
  /** Number of the last row that was taken. */
  taken: i32;
  /** From when on every write has been acknowledged, as far as they have been sent. */
  acknowledgedFrom: Cycles = 0;
  readonly counts: WriterCounts = new WriterCounts();
  /** Told when a row has been taken. */
  store: StoreUnit | null = null;
  private readonly link: DmaLink;
  private readonly tlb: AcceleratorTlb;
  private readonly inFlight: i32;
  private readonly beatBytes: i32;
  private readonly lineBytes: i32;
  private readonly offeredAt: Float64Array = new Float64Array(WINDOW);
  private readonly vaddr: Float64Array = new Float64Array(WINDOW);
  private readonly bytes: Int32Array = new Int32Array(WINDOW);
  private readonly times: Float64Array = new Float64Array(WINDOW).fill(-100);
  private lastOffered: i32;
  /** When the writer can take a row, and the last row was taken. */
  private ready: Cycles = 0;
  private lastTaken: Cycles = -1;
  private readonly packets: PacketSplitter;
  private readonly translation: TranslationRequest = new TranslationRequest();
  /** When the packet was formed that waits for its translation; -1 without one. */
  private formedAt: Cycles = -1;
  /** When its translation was found, and what that was; -1 without one. */
  private translatedAt: Cycles = -1;
  private paddr: f64 = 0;
  /** Ends of transactions. */
  private readonly ends: MomentQueue;

  /** @param firstRow number of the first row that will be offered */
  constructor(settings: Settings, link: DmaLink, tlb: AcceleratorTlb, firstRow: i32) {
    const accelerator = settings.accelerator;
    this.taken = firstRow - 1;
    this.lastOffered = firstRow - 1;
    this.link = link;
    this.tlb = tlb;
    this.inFlight = accelerator.inFlight;
    this.beatBytes = accelerator.beatBytes;
    this.lineBytes = settings.cache.lineBytes;
    this.packets = new PacketSplitter(accelerator.beatBytes, accelerator.maxRowBytes);
    this.ends = new MomentQueue(accelerator.inFlight);
  }

  /** When row `n` was taken, if it was. */
  takenAt(n: i32): Cycles {
    return this.times[n & MASK]!;
  }

  /** A row comes out of the scaler. @param vaddr where its DRAM row goes, or -1 when more blocks follow */
  offer(n: i32, at: Cycles, vaddr: f64, bytes: i32): void {
    const place = n & MASK;
    this.offeredAt[place] = at;
    this.vaddr[place] = vaddr;
    this.bytes[place] = bytes;
    this.lastOffered = n;
    this.link.isWriting = true;
    if (this.taken === n - 1 && !this.isSending()) this.wake(this.takeTime(n));
  }

  isIdle(): bool {
    return this.taken === this.lastOffered && !this.isSending();
  }

  private isSending(): bool {
    return this.packets.left > 0 || this.formedAt >= 0;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.isSending()) this.sendPacket(now);
    else if (this.taken < this.lastOffered) this.take(now);
  }

  private wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  private takeTime(n: i32): Cycles {
    let at = this.offeredAt[n & MASK]!;
    if (this.lastTaken + 1 > at) at = this.lastTaken + 1;
    return this.ready > at ? this.ready : at;
  }

  private take(now: Cycles): void {
    const n = this.taken + 1;
    const at = this.takeTime(n);
    if (at > now) {
      this.wake(at);
      return;
    }
    const place = n & MASK;
    this.taken = n;
    this.times[place] = now;
    this.lastTaken = now;
    const vaddr = this.vaddr[place]!;
    if (vaddr >= 0) {
      this.packets.start(vaddr, this.bytes[place]!);
      this.ready = NEVER;
      this.wake(now + 1);
    } else if (n < this.lastOffered) this.wake(this.takeTime(n + 1));
    this.store!.rowTaken(now);
  }

  /** Sends the next packet of the row when a transaction is free. */
  private sendPacket(now: Cycles): void {
    const counts = this.counts;
    const ends = this.ends;
    const packet = this.packets;
    if (this.formedAt < 0) {
      while (ends.first() <= now) ends.shift();
      if (ends.length >= this.inFlight) {
        counts.transactionWait += ends.first() - now;
        this.wake(ends.first());
        return;
      }
      packet.next();
      this.translation.reset();
      this.formedAt = now;
    }
    if (this.translatedAt < 0) {
      const looksUp = now + 1;
      const ready = this.tlb.lookUp(WRITER, packet.vaddr, looksUp, this.translation);
      if (ready > looksUp) {
        this.wake(passesAt(looksUp, ready) - 1);
        return;
      }
      this.translatedAt = now;
      this.paddr = this.tlb.paddr;
    }
    const link = this.link;
    const sent = now + FORM_TO_LINK;
    link.writerWaits = !link.takesPut(sent);
    if (link.writerWaits) {
      this.wake(Math.max(link.freeFrom(sent) - FORM_TO_LINK, now + 1));
      return;
    }
    link.counts.writeWait += now - this.translatedAt;
    const delay = this.translatedAt - this.formedAt;
    this.translatedAt = -1;
    this.formedAt = -1;
    const bytes = packet.bytes;
    const beats = i32(bytes / this.beatBytes);
    const request = packet.useful < bytes ? PUT_MASKED : bytes === this.lineBytes ? PUT_FULL : PUT_PART;
    link.put(sent, this.paddr, packet, request);
    const acknowledged = link.firstBeat;
    if (acknowledged + 1 > this.acknowledgedFrom) this.acknowledgedFrom = acknowledged + 1;
    counts.packets++;
    counts.beats += beats;
    counts.bytes += bytes;
    counts.translationWait += delay;
    counts.latency += acknowledged - now + delay;
    ends.insert(acknowledged + 1, 0);
    const lastBeat = now + beats - 1;
    if (packet.left > 0) {
      this.wake(lastBeat + 1);
      return;
    }
    this.ready = lastBeat;
    link.isWriting = this.taken < this.lastOffered;
    counts.active += lastBeat - this.lastTaken;
    if (this.taken < this.lastOffered) this.take(now);
  }
}
