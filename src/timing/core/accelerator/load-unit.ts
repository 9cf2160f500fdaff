import { LoadCounts } from '../counts.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import { type bool, type Fixed, type f64, fixed, i32 } from '../portable.ts';
import type { Geometry, Settings } from '../settings.ts';
import { type AcceleratorTlb, passesAt, READER, RETRY, TranslationRequest } from '../translation/accelerator-tlb.ts';
import { type DmaLink, FORM_TO_LINK } from './dma-link.ts';
import { InputScaler } from './input-scaler.ts';
import type { LocalMemory } from './local-memory.ts';
import { MomentQueue } from './moment-queue.ts';
import {
  ACCUMULATOR,
  accumulates,
  CONFIG_LOAD,
  type Operation,
  type OperationPool,
  rowOf,
  SCRATCHPAD,
  spaceOf,
} from './operation.ts';
import { OperationQueue } from './operation-queue.ts';
import { PacketSplitter } from './packets.ts';
import type { ReservationStation } from './reservation-station.ts';

/** From a row leaving the beat merger to its write: scratchpad (through the scaler) and accumulator. */
const MERGER_TO_SCRATCHPAD: f64 = 4;
const MERGER_TO_ACCUMULATOR: f64 = 2;
/** From a row of zeros being requested to its write. */
const ZERO_WRITER_LATENCY: f64 = 2;

/** A request on its way. */
class Flight {
  operation: Operation | null = null;
  vaddr: f64 = 0;
  paddr: f64 = 0;
  /** When it was offered to the link. */
  offered: Cycles = 0;
  readonly translation: TranslationRequest = new TranslationRequest();
  /** The packet: its size, and useful bytes with their place in it. */
  bytes: i32 = 0;
  offset: i32 = 0;
  useful: i32 = 0;
  /** Bytes of the row request before this packet; its place in the command. */
  before: i32 = 0;
  row: i32 = 0;
  formedAt: Cycles = 0;
  firstBeat: Cycles = 0;
  beatGap: f64 = 1;
}

/**
 * Load controller and DMA reader: commands become row requests, rows become packets, packets come back as beats, beats
 * become rows of the local memories.
 * @source gemmini-timing §4 and the recurrences of §11.5
 */
export class LoadUnit {
  wakeAt: Cycles = NEVER;
  readonly counts: LoadCounts = new LoadCounts();
  station: ReservationStation | null = null;
  private readonly geometry: Geometry;
  private readonly link: DmaLink;
  private readonly tlb: AcceleratorTlb;
  private readonly memory: LocalMemory;
  private readonly pool: OperationPool;
  private readonly maxInFlight: i32;
  private readonly maxTracked: i32;
  /** Issued and not taken by the controller to its end, with the cycles from which they can be at its head. */
  private readonly queue: OperationQueue;
  private readonly queueLength: i32;
  /** When the controller can take the next command. */
  private controllerFree: Cycles = 0;
  /** Commands under way, and when the next place is free. */
  private tracked: i32 = 0;
  private trackerFree: Cycles = 0;

  // The command whose rows are requested.
  private current: Operation | null = null;
  private row: i32 = 0;
  private requestBytes: i32 = 0;
  private readonly packets: PacketSplitter;
  private bytesBefore: i32 = 0;
  private requestAt: Cycles = 0;
  private formAt: Cycles = NEVER;
  private formReady: Cycles = 0;
  private lastForm: Cycles = -1;
  /** When the last rows left the queue between controller and reader. */
  private readonly accepted: Float64Array;
  private acceptedNext: i32 = 0;
  private firstRequest: Cycles = 0;
  private rowAccepted: Cycles = 0;

  // The reader.
  private inFlight: i32 = 0;
  /** Two refused lookups can come round in the issue pipeline, until their translation is there. */
  private retryEnd: Cycles = 0;
  private otherRetryEnd: Cycles = 0;
  private readonly flights: Fixed<Flight>;
  /** The first `free` of them are free. */
  private readonly freeFlights: Int32Array;
  private free: i32;
  /** Requests in the order in which their data arrive. */
  private readonly arrivals: MomentQueue;
  /** When transactions end that are being merged. */
  private readonly ends: MomentQueue;
  /** Bytes to beats, to rows of input elements and to rows of accumulator elements. */
  private readonly beatShift: i32;
  private readonly rowShift: i32;
  private readonly wideRowShift: i32;
  private mergerFree: Cycles = 0;
  private mergerOut: Cycles = 0;
  private readonly scaler: InputScaler;
  private scaledWrite: Cycles = 0;
  private zeroWriterFree: Cycles = 0;
  /** Flights that go round for want of a translation or of room at the link, and when they are offered again. */
  private readonly refused: Int32Array;
  private readonly refusedOffers: Float64Array;
  private refusals: i32 = 0;
  /** Flights in the buffer before the link. */
  private waiting: i32 = 0;
  private firstWaiting: i32 = 0;
  private secondWaiting: i32 = 0;
  /** When the last packet came round. */
  private retriedAt: Cycles = -1;
  /** Commands whose zeros are still to be written, from when they may be, and whether the controller is at one of them. */
  private readonly zeros: OperationQueue;
  private isWritingZeros: bool = false;

  constructor(settings: Settings, link: DmaLink, tlb: AcceleratorTlb, memory: LocalMemory, pool: OperationPool) {
    const accelerator = settings.accelerator;
    const geometry = settings.geometry;
    const inFlight = accelerator.inFlight;
    this.geometry = geometry;
    this.link = link;
    this.tlb = tlb;
    this.memory = memory;
    this.pool = pool;
    this.maxInFlight = inFlight;
    this.maxTracked = geometry.tracked;
    this.scaler = new InputScaler(accelerator, geometry.dim);
    this.queueLength = accelerator.loadQueue;
    this.queue = new OperationQueue(accelerator.loadQueue);
    this.zeros = new OperationQueue(geometry.tracked);
    this.accepted = new Float64Array(accelerator.spadReadDelay + 1).fill(-1);
    this.packets = new PacketSplitter(accelerator.beatBytes, accelerator.maxRowBytes);
    this.beatShift = i32(Math.log2(accelerator.beatBytes));
    this.rowShift = i32(Math.log2(geometry.dim * geometry.elementBytes));
    this.wideRowShift = i32(Math.log2(geometry.dim * geometry.accumulatorBytes));
    this.flights = fixed<Flight>(inFlight);
    this.freeFlights = new Int32Array(inFlight);
    this.free = inFlight;
    this.arrivals = new MomentQueue(inFlight);
    this.ends = new MomentQueue(inFlight);
    this.refused = new Int32Array(inFlight);
    this.refusedOffers = new Float64Array(inFlight);
    for (let index = 0; index < inFlight; index++) {
      this.flights[index] = new Flight();
      this.freeFlights[index] = index;
    }
  }

  hasRoom(): bool {
    return this.queue.length < this.queueLength;
  }

  isBusy(): bool {
    return this.queue.length > 0 || this.tracked > 0;
  }

  issue(operation: Operation, at: Cycles): void {
    if (operation.kind === CONFIG_LOAD) operation.isHeld = true;
    this.queue.push(operation, at + 1);
    if (this.queue.length === 1) this.wake(Math.max(at + 1, this.controllerFree));
  }

  /** A command ended; its place in the tracker is free in the cycle after. */
  retired(at: Cycles): void {
    if (this.tracked === this.maxTracked) this.trackerFree = at;
    this.tracked--;
    this.wake(at);
  }

  private wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    while (this.arrivals.first() <= now) this.land(this.arrivals.shift());
    while (this.ends.first() <= now) {
      this.ends.shift();
      this.inFlight--;
    }
    if (this.zeros.length > 0) this.drainZeros(now);
    if (this.waiting > 0) this.takeTurn(now);
    if (this.refusals > 0) this.retry(now);
    if (this.current === null) this.takeCommand(now);
    if (this.formAt <= now) this.form(now);
    // The controller has been ahead of the packets: it may have begun with the next command already.
    if (this.current === null) this.takeCommand(now);
    this.schedule(now);
  }

  private schedule(now: Cycles): void {
    if (
      this.current !== null &&
      this.inFlight === this.maxInFlight &&
      this.refusals + this.zeros.length + this.waiting === 0
    )
      this.landAhead();
    this.wake(this.arrivals.first());
    if (this.current !== null) {
      this.wake(Math.max(this.inFlight < this.maxInFlight ? this.formAt : this.ends.first(), now + 1));
    } else if (this.queue.length > 0 && !this.isWritingZeros) {
      if (this.queue.first().kind === CONFIG_LOAD || this.tracked < this.maxTracked)
        this.wake(Math.max(Math.max(this.queue.firstTime(), this.controllerFree), now + 1));
    }
  }

  private takeCommand(now: Cycles): void {
    if (this.queue.length === 0) return;
    const atHead = Math.max(this.queue.firstTime(), this.controllerFree);
    if (atHead > now) return;
    const operation = this.queue.first();
    if (operation.kind === CONFIG_LOAD) {
      this.pop(atHead + 1);
      this.pool.letGo(operation);
      return;
    }
    if (this.tracked === this.maxTracked || this.isWritingZeros) return;
    const start = Math.max(atHead, this.trackerFree);
    this.tracked++;
    this.counts.commands++;
    if (operation.vaddr === 0) {
      this.zeros.push(operation, start);
      this.isWritingZeros = operation.rows !== 1;
      if (operation.rows === 1) this.pop(start + 2);
      this.drainZeros(now);
      return;
    }
    this.requestBytes = operation.cols * this.bytesPerElement(operation);
    operation.requests = operation.load.stride === 0 ? 1 : operation.rows;
    operation.left = operation.requests * this.requestBytes;
    if (operation.left === 0) {
      this.station!.complete(operation, start + 1);
      this.pop(start + 1);
      return;
    }
    this.current = operation;
    this.row = 0;
    this.requestAt = start;
    this.startRow(operation);
  }

  private pop(free: Cycles): void {
    this.queue.shift();
    this.controllerFree = free;
    this.station!.wake(free);
  }

  /** The controller presents a row; the reader takes it when its last row has become packets. */
  private startRow(operation: Operation): void {
    const request = Math.max(this.requestAt, this.accepted[this.acceptedNext]!);
    const accepted = Math.max(request + 1, this.lastForm);
    this.countRequest(operation, request);
    this.rowAccepted = accepted;
    this.accepted[this.acceptedNext] = accepted;
    this.acceptedNext++;
    if (this.acceptedNext === this.accepted.length) this.acceptedNext = 0;
    this.requestAt = request + 1;
    this.packets.start(operation.vaddr + this.row * operation.load.stride, this.requestBytes);
    this.bytesBefore = 0;
    this.formReady = accepted + 1;
    this.formAt = accepted + 1;
    this.counts.rows++;
  }

  /** The controller's row goes to the reader at `request`. */
  private countRequest(operation: Operation, request: Cycles): void {
    const counts = this.counts;
    const wait = request - this.requestAt;
    counts.requestWait += wait;
    if (this.row === 0) {
      counts.firstRequestWait += wait;
      this.firstRequest = request;
    }
    if (this.row === operation.requests - 1) counts.requesting += Math.max(1, request - this.firstRequest);
  }

  /** Makes the next packet and sends it. */
  private form(now: Cycles): void {
    if (this.inFlight >= this.maxInFlight) return;
    const held = Math.min(this.retryEnd, this.otherRetryEnd);
    if (held > now) {
      this.formAt = held;
      return;
    }
    // A packet that goes round has every other cycle.
    if (this.goesRoundAt(now + 1) || this.retriedAt === now) {
      this.formAt = now + 1;
      return;
    }
    this.counts.transactionWait += now - this.formReady;
    const operation = this.current!;
    const packet = this.packets;
    packet.next();
    this.send(operation, packet, now);
    this.lastForm = now;
    this.formReady = now + 1;
    this.formAt = now + 1;
    this.bytesBefore += packet.useful;
    if (packet.left > 0) return;
    this.counts.readerActive += now - this.rowAccepted;
    this.row++;
    if (this.row < operation.requests) {
      this.startRow(operation);
      return;
    }
    this.current = null;
    this.formAt = NEVER;
    this.pop(operation.requests === 1 ? this.requestAt + 1 : this.requestAt);
  }

  private goesRoundAt(at: Cycles): bool {
    const last = Math.max(this.retryEnd, this.otherRetryEnd);
    return last > at && (last - at) % RETRY === 0;
  }

  private send(operation: Operation, packet: PacketSplitter, now: Cycles): void {
    this.inFlight++;
    this.counts.packets++;
    this.counts.bytes += packet.bytes;
    const index = this.freeFlights[--this.free]!;
    const flight = this.flights[index]!;
    flight.operation = operation;
    flight.bytes = packet.bytes;
    flight.offset = packet.offset;
    flight.useful = packet.useful;
    flight.before = this.bytesBefore;
    flight.row = this.row;
    flight.formedAt = now;
    flight.vaddr = packet.vaddr;
    flight.translation.reset();
    this.offer(index, now);
  }

  /** The packet looks for its translation, and for room at the link. */
  private offer(index: i32, now: Cycles): void {
    const flight = this.flights[index]!;
    const looksUp = now + 1;
    const ready = this.tlb.lookUp(READER, flight.vaddr, looksUp, flight.translation);
    const offered = now + FORM_TO_LINK;
    if (ready <= looksUp) {
      flight.paddr = this.tlb.paddr;
      flight.offered = offered;
      const link = this.link;
      if (!link.acceptsGet(offered, this.waiting)) this.goRound(index, offered + RETRY);
      else if (link.isWriting || this.waiting > 0) this.enter(index, offered);
      else this.request(index, link.freeFrom(offered));
      return;
    }
    const passes = passesAt(looksUp, ready);
    this.counts.translationWait += passes - looksUp;
    this.keepRetry(passes);
    this.goRound(index, offered + passes - looksUp);
  }

  private keepRetry(passes: Cycles): void {
    if (this.retryEnd <= this.otherRetryEnd) this.retryEnd = passes;
    else this.otherRetryEnd = passes;
  }

  /** The packet goes into the buffer before the link. */
  private enter(index: i32, offered: Cycles): void {
    if (this.waiting === 0) this.firstWaiting = index;
    else this.secondWaiting = index;
    this.waiting++;
    this.takeTurn(offered - FORM_TO_LINK);
  }

  /** The first packet in the buffer goes if it is the reader's turn. */
  private takeTurn(now: Cycles): void {
    const at = now + FORM_TO_LINK;
    const link = this.link;
    if (link.takesGet(at)) {
      const index = this.firstWaiting;
      this.firstWaiting = this.secondWaiting;
      this.waiting--;
      this.request(index, at);
    }
    link.readerWaits = this.waiting > 0;
    if (this.waiting > 0) this.wake(Math.max(link.freeFrom(at) - FORM_TO_LINK, now + 1));
  }

  private request(index: i32, start: Cycles): void {
    const flight = this.flights[index]!;
    this.link.counts.readWait += start - flight.offered;
    this.link.get(start, flight.paddr, flight.bytes);
    flight.firstBeat = this.link.firstBeat;
    flight.beatGap = this.link.beatGap;
    this.arrivals.insert(flight.firstBeat, index);
  }

  /** The packet waits for its translation or for room at the link: it goes round, and those behind it may overtake it. */
  private goRound(index: i32, offered: Cycles): void {
    this.refused[this.refusals] = index;
    this.refusedOffers[this.refusals] = offered;
    this.refusals++;
    this.wake(offered - FORM_TO_LINK);
  }

  private retry(now: Cycles): void {
    let place: i32 = 0;
    for (let left = this.refusals; left > 0; left--) {
      const due = this.refusedOffers[place]! - FORM_TO_LINK;
      if (due > now) {
        this.wake(due);
        place++;
        continue;
      }
      this.retriedAt = now;
      const index = this.refused[place]!;
      this.refused.copyWithin(place, place + 1, this.refusals);
      this.refusedOffers.copyWithin(place, place + 1, this.refusals);
      this.refusals--;
      this.offer(index, now);
    }
  }

  /** No request goes out before a transaction ends: what arrives until then is known, and can be worked out now. */
  private landAhead(): void {
    while (this.arrivals.first() <= this.ends.first() && this.arrivals.length > 0) this.land(this.arrivals.shift());
  }

  private land(index: i32): void {
    this.arrive(this.flights[index]!);
    this.freeFlights[this.free++] = index;
  }

  /** The data of a packet arrive and become rows. */
  private arrive(flight: Flight): void {
    const operation = flight.operation!;
    const beats = flight.bytes >> this.beatShift;
    this.counts.beats += beats;
    this.counts.bytesPerBeat += beats * flight.bytes;
    const firstBeat = flight.firstBeat;
    const gap = flight.beatGap;
    // Beats are a cycle apart or more: the merger takes one as it comes, or right behind the one before.
    const first = Math.max(firstBeat, this.mergerFree);
    const lastWrite = isPlain(operation) ? this.mergePlain(flight, first) : this.merge(flight, first);
    const accepted = Math.max(firstBeat + (beats - 1) * gap, first + (beats - 1));
    const out = this.mergerOut;
    this.mergerFree = out > accepted ? out : out === accepted ? accepted + 2 : accepted + 1;
    this.ends.insert(accepted + 1, 0);
    this.counts.latency += accepted - flight.formedAt;
    operation.lastWrite = Math.max(operation.lastWrite, lastWrite);
    operation.left -= flight.useful;
    if (operation.left === 0) this.station!.complete(operation, operation.lastWrite);
  }

  /**
   * The blocks of a packet leave the merger as their beats come, the first at `first` at the earliest.
   * @returns when the last of the written rows is written
   */
  private merge(flight: Flight, first: Cycles): Cycles {
    const operation = flight.operation!;
    const isWide = this.isWide(operation);
    const rowShift = isWide ? this.wideRowShift : this.rowShift;
    const before = flight.before;
    const end = before + flight.useful;
    let lastWrite: Cycles = 0;
    let block = before >> rowShift;
    for (let start = before; start < end; block++) {
      const rowEnd = (block + 1) << rowShift;
      const stop = rowEnd < end ? rowEnd : end;
      const beat = (flight.offset + stop - before - 1) >> this.beatShift;
      const came = Math.max(flight.firstBeat + beat * flight.beatGap, first + beat);
      this.mergerOut = Math.max(came, this.mergerOut) + 1;
      lastWrite = this.writeRow(operation, flight.row, block, isWide, this.mergerOut);
      start = stop;
    }
    return lastWrite;
  }

  /** The same for rows that go into the scratchpad as they are, which nearly all do. */
  private mergePlain(flight: Flight, first: Cycles): Cycles {
    const operation = flight.operation!;
    const blockStride = operation.load.blockStride;
    const rowShift = this.rowShift;
    const beatShift = this.beatShift;
    const firstBeat = flight.firstBeat;
    const gap = flight.beatGap;
    const before = flight.before;
    const end = before + flight.useful;
    const toPacket = flight.offset - before - 1;
    const firstBlock = before >> rowShift;
    let row = rowOf(operation.local) + firstBlock * blockStride + flight.row;
    let out = this.mergerOut;
    let written = this.scaledWrite;
    let block = firstBlock;
    for (let start = before; start < end; block++) {
      const rowEnd = (block + 1) << rowShift;
      start = rowEnd < end ? rowEnd : end;
      const beat = (toPacket + start) >> beatShift;
      out = Math.max(Math.max(firstBeat + beat * gap, first + beat), out) + 1;
      written = Math.max(out + MERGER_TO_SCRATCHPAD, written + 1);
      this.memory.scratchpadWrites[this.memory.scratchpadBank(row)]!.mark(written);
      row += blockStride;
    }
    this.mergerOut = out;
    this.scaledWrite = written;
    this.scaler.pass(block - firstBlock);
    return written;
  }

  /** @returns when the last of the written rows is written */
  private writeRow(operation: Operation, row: i32, block: i32, isWide: bool, out: Cycles): Cycles {
    const load = operation.load;
    const copies = load.stride === 0 ? operation.rows : 1;
    if (isWide) return out + MERGER_TO_ACCUMULATOR + copies - 1;
    const local = operation.local;
    const isAccumulator = spaceOf(local) === ACCUMULATOR;
    const repeats = isAccumulator || load.pixelRepeats < 1 ? copies : copies * load.pixelRepeats;
    if (!load.scales) this.scaler.pass(copies);
    const scaled = load.scales ? this.scale(out) : out;
    const first = Math.max(scaled + MERGER_TO_SCRATCHPAD, this.scaledWrite + 1);
    const last = first + repeats - 1;
    this.scaledWrite = last;
    const localRow = rowOf(local) + block * load.blockStride + row;
    if (!isAccumulator) this.markWrite(localRow, first, last);
    else if (accumulates(local)) this.markAccumulation(localRow, first, last);
    // The repeater holds up the rows behind it.
    if (repeats > 1) this.mergerOut = Math.max(this.mergerOut, last - MERGER_TO_SCRATCHPAD - 2);
    return last;
  }

  /** The row is written in these cycles. */
  private markWrite(row: i32, first: Cycles, last: Cycles): void {
    const bank = this.memory.scratchpadWrites[this.memory.scratchpadBank(row)]!;
    bank.markRange(first, i32(last - first + 1));
  }

  /** Adding to a row reads it first: stores wait. */
  private markAccumulation(row: i32, first: Cycles, last: Cycles): void {
    const bank = this.memory.accumulations[this.memory.accumulatorBank(row)]!;
    bank.markRange(first, i32(last - first + 1));
  }

  /** @returns when the row leaves the scaler, less what every row takes there */
  private scale(out: Cycles): Cycles {
    const done = this.scaler.scale(out);
    this.mergerOut = Math.max(this.mergerOut, this.scaler.roomFrom - 2);
    return done;
  }

  /** Zeros that wait go into the scratchpad as soon as no loaded row is written; those of a command of one row wait beside the controller. */
  private drainZeros(now: Cycles): void {
    while (this.zeros.length > 0) {
      const operation = this.zeros.first();
      const isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
      const free = isAccumulator ? now : Math.max(now, this.scaledWrite + 1 - ZERO_WRITER_LATENCY);
      const start = Math.max(Math.max(free, this.zeros.firstTime()), this.zeroWriterFree);
      if (start > now) {
        this.wake(start);
        return;
      }
      this.zeros.shift();
      this.writeZeros(operation, start);
    }
  }

  /** Address 0: rows of zeros, one block per cycle and copy. */
  private writeZeros(operation: Operation, now: Cycles): void {
    const local = operation.local;
    const isAccumulator = spaceOf(local) === ACCUMULATOR;
    const dim = this.geometry.dim;
    const blocks = i32((operation.cols + dim - 1) / dim);
    const copies = isAccumulator ? 1 : operation.load.pixelRepeats;
    let at = now + ZERO_WRITER_LATENCY;
    this.counts.rows += operation.rows;
    for (let row = 0; row < operation.rows; row++) {
      for (let block = 0; block < blocks; block++) {
        if (!isAccumulator)
          this.markWrite(rowOf(local) + block * operation.load.blockStride + row, at, at + copies - 1);
        at += copies;
      }
    }
    this.zeroWriterFree = at - ZERO_WRITER_LATENCY;
    this.station!.complete(operation, at);
    if (operation.rows === 1) return;
    this.isWritingZeros = false;
    this.pop(Math.max(now + 2, this.zeroWriterFree - blocks * copies));
  }

  private isWide(operation: Operation): bool {
    return spaceOf(operation.local) === ACCUMULATOR && !operation.load.shrinks;
  }

  private bytesPerElement(operation: Operation): i32 {
    return this.isWide(operation) ? this.geometry.accumulatorBytes : this.geometry.elementBytes;
  }
}

/** Does each row go into the scratchpad once, unscaled? */
function isPlain(operation: Operation): bool {
  const load = operation.load;
  return spaceOf(operation.local) === SCRATCHPAD && load.stride !== 0 && load.pixelRepeats <= 1 && !load.scales;
}
