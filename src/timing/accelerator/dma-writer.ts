import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { type AcceleratorTlb, passesAt, WRITER } from '../translation/accelerator-tlb.ts';
import { type DmaLink, FORM_TO_LINK } from './dma-link.ts';
import { MomentQueue } from './moment-queue.ts';
import { PacketSplitter } from './packets.ts';

/** Rows that may be on offer; more than the queues in front can hold. */
const WINDOW = 32;

export interface WriterCounts {
  packets: number;
  bytes: number;
  beats: number;
  /** Packets that waited for a free transaction, cycles. */
  transactionWait: number;
  /** Cycles in which a row is being sent. */
  active: number;
  translationWait: number;
  /** Sum over transactions of the time that they are in flight. */
  latency: number;
}

/** The DMA writer: gathers the blocks of a row and sends it as write requests. @source gemmini-timing §5.3 */
export class DmaWriter implements Unit {
  wakeAt: Cycles = NEVER;
  /** Number of the last row that was taken. */
  taken = 0;
  /** From when on every write has been acknowledged, as far as they have been sent. */
  acknowledgedFrom: Cycles = 0;
  /** Called when a row has been taken. */
  onTaken: (at: Cycles) => void = () => {};
  readonly counts: WriterCounts = {
    packets: 0,
    bytes: 0,
    beats: 0,
    transactionWait: 0,
    active: 0,
    translationWait: 0,
    latency: 0,
  };
  readonly #config: TimingConfig['accelerator'];
  readonly #lineBytes: number;
  readonly #link: DmaLink;
  readonly #tlb: AcceleratorTlb;
  readonly #offeredAt = new Float64Array(WINDOW);
  readonly #vaddr = new Float64Array(WINDOW);
  readonly #bytes = new Float64Array(WINDOW);
  readonly #takenAt = new Float64Array(WINDOW).fill(-100);
  #lastOffered: number;
  /** When the writer can take a row, and the last row was taken. */
  #ready: Cycles = 0;
  #lastTaken: Cycles = -1;
  readonly #packets: PacketSplitter;
  /** Ends of transactions. */
  readonly #ends: MomentQueue;

  /** @param firstRow number of the first row that will be offered */
  constructor(config: TimingConfig, link: DmaLink, tlb: AcceleratorTlb, firstRow: number) {
    this.#config = config.accelerator;
    this.#lineBytes = config.cache.lineBytes;
    this.#link = link;
    this.#tlb = tlb;
    this.taken = firstRow - 1;
    this.#lastOffered = firstRow - 1;
    this.#packets = new PacketSplitter(config.accelerator);
    this.#ends = new MomentQueue(config.accelerator.inFlight);
  }

  /** When row `n` was taken, if it was. */
  takenAt(n: number): Cycles {
    return this.#takenAt[n % WINDOW]!;
  }

  /** A row comes out of the scaler. @param vaddr where its DRAM row goes, or -1 when more blocks follow */
  offer(n: number, at: Cycles, vaddr: number, bytes: number): void {
    this.#offeredAt[n % WINDOW] = at;
    this.#vaddr[n % WINDOW] = vaddr;
    this.#bytes[n % WINDOW] = bytes;
    this.#lastOffered = n;
    if (this.taken === n - 1 && this.#packets.left === 0) this.#wake(this.#takeTime(n));
  }

  isIdle(): boolean {
    return this.taken === this.#lastOffered && this.#packets.left === 0;
  }

  #wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  #takeTime(n: number): Cycles {
    return Math.max(this.#offeredAt[n % WINDOW]!, this.#lastTaken + 1, this.#ready);
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.#packets.left > 0) this.#sendPacket(now);
    else if (this.taken < this.#lastOffered) this.#take(now);
  }

  #take(now: Cycles): void {
    const n = this.taken + 1;
    const at = this.#takeTime(n);
    if (at > now) {
      this.#wake(at);
      return;
    }
    this.taken = n;
    this.#takenAt[n % WINDOW] = now;
    this.#lastTaken = now;
    const vaddr = this.#vaddr[n % WINDOW]!;
    if (vaddr >= 0) {
      this.#packets.start(vaddr, this.#bytes[n % WINDOW]!);
      this.#ready = NEVER;
      this.#wake(now + 1);
    } else if (n < this.#lastOffered) this.#wake(this.#takeTime(n + 1));
    this.onTaken(now);
  }

  /** Sends the next packet of the row when a transaction is free. */
  #sendPacket(now: Cycles): void {
    while (this.#ends.first() <= now) this.#ends.shift();
    if (this.#ends.length >= this.#config.inFlight) {
      this.counts.transactionWait += this.#ends.first() - now;
      this.#wake(this.#ends.first());
      return;
    }
    const packet = this.#packets;
    packet.next();
    const beats = packet.bytes / this.#config.beatBytes;
    const looksUp = now + 1;
    const delay = passesAt(looksUp, this.#tlb.lookUp(WRITER, packet.vaddr, looksUp)) - looksUp;
    const isMasked = packet.useful < packet.bytes;
    const request = isMasked ? 'put-masked' : packet.bytes === this.#lineBytes ? 'put-full' : 'put-part';
    const offered = now + FORM_TO_LINK + delay;
    const sent = this.#link.put(offered, this.#tlb.paddr, packet, request);
    const ack = this.#link.firstBeat;
    this.acknowledgedFrom = Math.max(this.acknowledgedFrom, ack + 1);
    this.counts.packets++;
    this.counts.beats += beats;
    this.counts.bytes += packet.bytes;
    this.counts.translationWait += delay;
    this.counts.latency += ack - now;
    this.#ends.insert(ack + 1);
    const lastBeat = now + beats - 1 + delay + (sent - offered);
    if (packet.left > 0) {
      this.#wake(lastBeat + 1);
      return;
    }
    this.#ready = lastBeat;
    this.counts.active += lastBeat - this.#lastTaken;
    if (this.taken < this.#lastOffered) this.#take(now);
  }
}
