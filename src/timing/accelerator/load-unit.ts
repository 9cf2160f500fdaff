import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { type AcceleratorTlb, passesAt, READER, RETRY } from '../translation/accelerator-tlb.ts';
import { type DmaLink, FORM_TO_LINK } from './dma-link.ts';
import type { Geometry } from './geometry.ts';
import { InputScaler } from './input-scaler.ts';
import type { LocalMemory } from './local-memory.ts';
import { MomentQueue } from './moment-queue.ts';
import { ACCUMULATOR, accumulates, type LoadState, type Operation, rowOf, spaceOf } from './operation.ts';
import { PacketSplitter } from './packets.ts';
import type { IssueTarget, ReservationStation } from './reservation-station.ts';

/** Rows between controller and reader. */
const rowQueueLength = (spadReadDelay: number): number => spadReadDelay + 1;
/** From a row leaving the beat merger to its write: scratchpad (through the scaler) and accumulator. */
const MERGER_TO_SCRATCHPAD = 4;
const MERGER_TO_ACCUMULATOR = 2;
/** From a row of zeros being requested to its write. */
const ZERO_WRITER_LATENCY = 2;
/** Packets that can go round in the issue pipeline. */
const RETRYING = 2;

/** A request on its way. */
class Flight {
  operation: Operation | undefined = undefined;
  paddr = 0;
  /** The packet: its size, and useful bytes with their place in it. */
  bytes = 0;
  offset = 0;
  useful = 0;
  /** Bytes of the row request before this packet; its place in the command. */
  before = 0;
  row = 0;
  formedAt: Cycles = 0;
  firstBeat: Cycles = 0;
  beatGap = 1;
}

export interface LoadCounts {
  commands: number;
  rows: number;
  packets: number;
  bytes: number;
  beats: number;
  /** Row requests waited for a free transaction, cycles. */
  transactionWait: number;
  /** Cycles in which the controller offers rows after the first of a command. */
  requesting: number;
  /** Cycles in which the reader takes no row: any, and the first of a command. */
  requestWait: number;
  firstRequestWait: number;
  /** Cycles in which the reader makes packets of a row. */
  readerActive: number;
  translationWait: number;
  /** Bytes of each packet, once for each of its beats. */
  bytesPerBeat: number;
  /** Sum over transactions of the time that they are in flight. */
  latency: number;
}

/**
 * Load controller and DMA reader: commands become row requests, rows become packets, packets come back as beats, beats
 * become rows of the local memories.
 * @source gemmini-timing §4 and the recurrences of §11.5
 */
export class LoadUnit implements Unit, IssueTarget {
  wakeAt: Cycles = NEVER;
  readonly counts: LoadCounts = {
    commands: 0,
    rows: 0,
    packets: 0,
    bytes: 0,
    beats: 0,
    transactionWait: 0,
    requesting: 0,
    requestWait: 0,
    firstRequestWait: 0,
    readerActive: 0,
    translationWait: 0,
    bytesPerBeat: 0,
    latency: 0,
  };
  reservationStation!: ReservationStation;
  readonly #config: TimingConfig['accelerator'];
  readonly #geometry: Geometry;
  readonly #link: DmaLink;
  readonly #tlb: AcceleratorTlb;
  readonly #memory: LocalMemory;
  /** Issued and not taken by the controller to its end. */
  readonly #queue: Operation[] = [];
  readonly #queueLength: number;
  /** When the controller can take the next command. */
  #controllerFree: Cycles = 0;
  /** Commands under way, and when the next place is free. */
  #tracked = 0;
  #trackerFree: Cycles = 0;

  // The command whose rows are requested.
  #current: Operation | undefined;
  #row = 0;
  readonly #packets: PacketSplitter;
  readonly #beatShift: number;
  #bytesBefore = 0;
  #requestAt: Cycles = 0;
  #formAt: Cycles = NEVER;
  #formReady: Cycles = 0;
  #lastForm: Cycles = -1;
  /** When the last rows left the queue between controller and reader. */
  readonly #accepted: Float64Array;
  #acceptedNext = 0;
  #firstRequest: Cycles = 0;
  #rowAccepted: Cycles = 0;

  // The reader.
  #inFlight = 0;
  /** Refused lookups that come round until their translation is there. */
  readonly #retryEnd: Float64Array = new Float64Array(RETRYING);
  readonly #flights: readonly Flight[];
  readonly #freeFlights: number[];
  /** Requests in the order in which their data arrive. */
  readonly #arrivals: MomentQueue;
  /** When transactions end that are being merged. */
  readonly #ends: MomentQueue;
  #mergerFree: Cycles = 0;
  #mergerOut: Cycles = 0;
  readonly #scaler: InputScaler;
  #scaledWrite: Cycles = 0;
  #zeroWriterFree: Cycles = 0;
  /** Flights that the link had no room for, and when they are offered again. */
  readonly #refused: number[] = [];
  readonly #refusedOffers: Cycles[] = [];
  /** When the last packet came round. */
  #retriedAt: Cycles = -1;
  /** Commands whose zeros are still to be written, from when they may be, and whether the controller is at one of them. */
  readonly #zeros: Operation[] = [];
  readonly #zeroStarts: Cycles[] = [];
  #isWritingZeros = false;

  constructor(config: TimingConfig, geometry: Geometry, link: DmaLink, tlb: AcceleratorTlb, memory: LocalMemory) {
    this.#config = config.accelerator;
    this.#geometry = geometry;
    this.#link = link;
    this.#tlb = tlb;
    this.#memory = memory;
    this.#scaler = new InputScaler(config.accelerator, geometry.dim);
    this.#queueLength = config.accelerator.loadQueue;
    this.#accepted = new Float64Array(rowQueueLength(config.accelerator.spadReadDelay)).fill(-1);
    this.#packets = new PacketSplitter(config.accelerator);
    this.#beatShift = Math.log2(config.accelerator.beatBytes);
    const { inFlight } = config.accelerator;
    this.#flights = Array.from({ length: inFlight }, () => new Flight());
    this.#freeFlights = this.#flights.map((_, index) => index);
    this.#arrivals = new MomentQueue(inFlight);
    this.#ends = new MomentQueue(inFlight);
  }

  hasRoom(): boolean {
    return this.#queue.length < this.#queueLength;
  }

  isBusy(): boolean {
    return this.#queue.length > 0 || this.#tracked > 0;
  }

  issue(operation: Operation, at: Cycles): void {
    this.#queue.push(operation);
    if (this.#queue.length === 1) this.#wake(Math.max(at + 1, this.#controllerFree));
  }

  /** A command ended; its place in the tracker is free in the cycle after. */
  retired(at: Cycles): void {
    if (this.#tracked === this.#geometry.tracked) this.#trackerFree = at;
    this.#tracked--;
    this.#wake(at);
  }

  #wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    while (this.#arrivals.first() <= now) this.#land(this.#arrivals.shift());
    while (this.#ends.first() <= now) {
      this.#ends.shift();
      this.#inFlight--;
    }
    if (this.#zeros.length > 0) this.#drainZeros(now);
    if (this.#refused.length > 0) this.#retry(now);
    if (this.#current === undefined) this.#takeCommand(now);
    if (this.#current !== undefined && this.#formAt <= now) this.#form(now);
    // The controller has been ahead of the packets: it may have begun with the next command already.
    if (this.#current === undefined) this.#takeCommand(now);
    this.#schedule(now);
  }

  #schedule(now: Cycles): void {
    this.#wake(this.#arrivals.first());
    if (this.#current !== undefined) {
      if (this.#inFlight < this.#config.inFlight) this.#wake(Math.max(this.#formAt, now + 1));
      else this.#wake(Math.max(this.#ends.first(), now + 1));
    } else if (this.#queue.length > 0) {
      if (this.#isWritingZeros) return;
      if (this.#queue[0]!.kind === 'config-load' || this.#tracked < this.#geometry.tracked)
        this.#wake(Math.max(this.#queue[0]!.issuedAt + 1, this.#controllerFree, now + 1));
    }
  }

  #takeCommand(now: Cycles): void {
    const operation = this.#queue[0];
    if (operation === undefined) return;
    const atHead = Math.max(operation.issuedAt + 1, this.#controllerFree);
    if (atHead > now) return;
    if (operation.kind === 'config-load') {
      this.#pop(atHead + 1);
      return;
    }
    if (this.#tracked === this.#geometry.tracked || this.#isWritingZeros) return;
    const start = Math.max(atHead, this.#trackerFree);
    this.#tracked++;
    this.counts.commands++;
    if (operation.vaddr === 0) {
      this.#zeros.push(operation);
      this.#zeroStarts.push(start);
      this.#isWritingZeros = operation.rows !== 1;
      if (operation.rows === 1) this.#pop(start + 2);
      this.#drainZeros(now);
      return;
    }
    const { stride } = operation.config as LoadState;
    operation.requests = stride === 0 ? 1 : operation.rows;
    operation.left = operation.requests * operation.cols * this.#bytesPerElement(operation);
    if (operation.left === 0) {
      this.reservationStation.complete(operation, start + 1);
      this.#pop(start + 1);
      return;
    }
    this.#current = operation;
    this.#row = 0;
    this.#requestAt = start;
    this.#startRow();
  }

  #pop(free: Cycles): void {
    this.#queue.shift();
    this.#controllerFree = free;
    this.reservationStation.wake(free);
  }

  /** The controller presents a row; the reader takes it when its last row has become packets. */
  #startRow(): void {
    const operation = this.#current!;
    const oldest = this.#accepted[this.#acceptedNext]!;
    const request = Math.max(this.#requestAt, oldest);
    const accepted = Math.max(request + 1, this.#lastForm);
    this.#countRequest(request);
    this.#rowAccepted = accepted;
    this.#accepted[this.#acceptedNext] = accepted;
    this.#acceptedNext = (this.#acceptedNext + 1) % this.#accepted.length;
    this.#requestAt = request + 1;
    const { stride } = operation.config as LoadState;
    this.#packets.start(operation.vaddr + this.#row * stride, operation.cols * this.#bytesPerElement(operation));
    this.#bytesBefore = 0;
    this.#formReady = accepted + 1;
    this.#formAt = this.#formReady;
    this.counts.rows++;
  }

  /** The controller's row goes to the reader at `request`. */
  #countRequest(request: Cycles): void {
    const { counts } = this;
    const wait = request - this.#requestAt;
    counts.requestWait += wait;
    if (this.#row === 0) {
      counts.firstRequestWait += wait;
      this.#firstRequest = request;
    }
    if (this.#row === this.#current!.requests - 1) counts.requesting += Math.max(1, request - this.#firstRequest);
  }

  /** Makes the next packet and sends it. */
  #form(now: Cycles): void {
    if (this.#inFlight >= this.#config.inFlight) return;
    const held = this.#retryEnd[0]! > now ? Math.min(this.#retryEnd[0]!, this.#retryEnd[1]!) : 0;
    if (held > now) {
      this.#formAt = held;
      return;
    }
    // A packet that goes round has every other cycle.
    if (this.#goesRoundAt(now + 1) || this.#retriedAt === now) {
      this.#formAt = now + 1;
      return;
    }
    this.counts.transactionWait += now - this.#formReady;
    const operation = this.#current!;
    const packet = this.#packets;
    packet.next();
    this.#send(operation, packet, now);
    this.#lastForm = now;
    this.#formReady = now + 1;
    this.#formAt = now + 1;
    this.#bytesBefore += packet.useful;
    if (packet.left > 0) return;
    this.counts.readerActive += now - this.#rowAccepted;
    this.#row++;
    if (this.#row < operation.requests) {
      this.#startRow();
      return;
    }
    this.#current = undefined;
    this.#formAt = NEVER;
    this.#pop(Math.max(this.#requestAt, operation.requests === 1 ? this.#requestAt + 1 : 0));
  }

  #goesRoundAt(at: Cycles): boolean {
    const last = Math.max(this.#retryEnd[0]!, this.#retryEnd[1]!);
    return last > at && (last - at) % RETRY === 0;
  }

  #send(operation: Operation, packet: PacketSplitter, now: Cycles): void {
    const looksUp = now + 1;
    const passes = passesAt(looksUp, this.#tlb.lookUp(READER, packet.vaddr, looksUp));
    if (passes > looksUp) {
      const slot = this.#retryEnd[0]! <= this.#retryEnd[1]! ? 0 : 1;
      this.#retryEnd[slot] = passes;
    }
    this.#inFlight++;
    this.counts.translationWait += passes - looksUp;
    this.counts.packets++;
    this.counts.bytes += packet.bytes;
    const index = this.#freeFlights.pop()!;
    const flight = this.#flights[index]!;
    flight.operation = operation;
    flight.bytes = packet.bytes;
    flight.offset = packet.offset;
    flight.useful = packet.useful;
    flight.before = this.#bytesBefore;
    flight.row = this.#row;
    flight.formedAt = now;
    flight.paddr = this.#tlb.paddr;
    const offered = passes + FORM_TO_LINK - 1;
    if (passes > looksUp || this.#link.acceptsGet(offered)) this.#request(index, offered);
    else this.#refuse(index, offered);
  }

  #request(index: number, offered: Cycles): void {
    const flight = this.#flights[index]!;
    this.#link.get(offered, flight.paddr, flight.bytes);
    flight.firstBeat = this.#link.firstBeat;
    flight.beatGap = this.#link.beatGap;
    this.#arrivals.insert(flight.firstBeat, index);
  }

  /** The link has no room: the packet goes round, and those behind it may overtake it. */
  #refuse(index: number, offered: Cycles): void {
    this.#refused.push(index);
    this.#refusedOffers.push(offered + RETRY);
    this.#wake(offered + RETRY - FORM_TO_LINK);
  }

  #retry(now: Cycles): void {
    for (let i = 0; i < this.#refused.length; ) {
      const offered = this.#refusedOffers[i]!;
      if (offered - FORM_TO_LINK > now) {
        this.#wake(offered - FORM_TO_LINK);
        i++;
        continue;
      }
      this.#retriedAt = now;
      if (this.#link.acceptsGet(offered)) {
        this.#request(this.#refused[i]!, offered);
        this.#refused.splice(i, 1);
        this.#refusedOffers.splice(i, 1);
      } else {
        this.#refusedOffers[i] = offered + RETRY;
        this.#wake(offered + RETRY - FORM_TO_LINK);
        i++;
      }
    }
  }

  #land(index: number): void {
    this.#arrive(this.#flights[index]!);
    this.#freeFlights.push(index);
  }

  /** The data of a packet arrive and become rows. */
  #arrive(flight: Flight): void {
    const operation = flight.operation!;
    const { bytes, offset, useful, before, firstBeat, beatGap } = flight;
    const isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
    const isWide = isAccumulator && !(operation.config as LoadState).shrinks;
    const rowBytes = this.#geometry.dim * (isWide ? this.#geometry.accumulatorBytes : this.#geometry.elementBytes);
    const beats = bytes >> this.#beatShift;
    this.counts.beats += beats;
    this.counts.bytesPerBeat += beats * bytes;
    let accepted = Math.max(firstBeat, this.#mergerFree);
    let beat = 0;
    let lastWrite = 0;
    const end = before + useful;
    let block = Math.floor(before / rowBytes);
    for (let start = before; start < end; block++) {
      const stop = Math.min(end, (block + 1) * rowBytes);
      const needed = (offset + stop - before - 1) >> this.#beatShift;
      while (beat < needed) {
        beat++;
        accepted = Math.max(firstBeat + beat * beatGap, accepted + 1);
      }
      this.#mergerOut = Math.max(accepted + 1, this.#mergerOut + 1);
      lastWrite = this.#writeRow(operation, flight.row, block, isWide, this.#mergerOut);
      start = stop;
    }
    while (beat < beats - 1) {
      beat++;
      accepted = Math.max(firstBeat + beat * beatGap, accepted + 1);
    }
    this.#mergerFree =
      this.#mergerOut > accepted ? this.#mergerOut : this.#mergerOut === accepted ? accepted + 2 : accepted + 1;
    this.#ends.insert(accepted + 1);
    this.counts.latency += accepted - flight.formedAt;
    operation.lastWrite = Math.max(operation.lastWrite, lastWrite);
    operation.left -= useful;
    if (operation.left === 0) this.reservationStation.complete(operation, operation.lastWrite);
  }

  /** @returns when the last of the written rows is written */
  #writeRow(operation: Operation, row: number, block: number, isWide: boolean, out: Cycles): Cycles {
    const load = operation.config as LoadState;
    const copies = load.stride === 0 ? operation.rows : 1;
    const isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
    const local = rowOf(operation.local) + block * load.blockStride + row;
    if (isWide) return out + MERGER_TO_ACCUMULATOR + copies - 1;
    const repeats = copies * (isAccumulator ? 1 : Math.max(1, load.pixelRepeats));
    if (!load.scales) this.#scaler.pass(copies);
    const scaled = load.scales ? this.#scale(out) : out;
    const first = Math.max(scaled + MERGER_TO_SCRATCHPAD, this.#scaledWrite + 1);
    this.#scaledWrite = first + repeats - 1;
    // Adding to a row reads it first: stores wait.
    if (isAccumulator && accumulates(operation.local)) {
      const bank = this.#memory.accumulations[this.#memory.accumulatorBank(local)]!;
      for (let at = first; at <= this.#scaledWrite; at++) bank.mark(at);
    }
    if (!isAccumulator) {
      const bank = this.#memory.scratchpadWrites[this.#memory.scratchpadBank(local)]!;
      for (let at = first; at <= this.#scaledWrite; at++) bank.mark(at);
    }
    // The repeater holds up the rows behind it.
    if (repeats > 1) this.#mergerOut = Math.max(this.#mergerOut, this.#scaledWrite - MERGER_TO_SCRATCHPAD - 2);
    return this.#scaledWrite;
  }

  /** @returns when the row leaves the scaler, less what every row takes there */
  #scale(out: Cycles): Cycles {
    const done = this.#scaler.scale(out);
    this.#mergerOut = Math.max(this.#mergerOut, this.#scaler.roomFrom - 2);
    return done;
  }

  /** Zeros that wait go into the scratchpad as soon as no loaded row is written; those of a command of one row wait beside the controller. */
  #drainZeros(now: Cycles): void {
    while (this.#zeros.length > 0) {
      const operation = this.#zeros[0]!;
      const isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
      const free = isAccumulator ? now : Math.max(now, this.#scaledWrite + 1 - ZERO_WRITER_LATENCY);
      const start = Math.max(free, this.#zeroStarts[0]!, this.#zeroWriterFree);
      if (start > now) {
        this.#wake(start);
        return;
      }
      this.#zeros.shift();
      this.#zeroStarts.shift();
      this.#writeZeros(operation, start);
    }
  }

  /** Address 0: rows of zeros, one block per cycle and copy. */
  #writeZeros(operation: Operation, now: Cycles): void {
    const { blockStride, pixelRepeats } = operation.config as LoadState;
    const isAccumulator = spaceOf(operation.local) === ACCUMULATOR;
    const blocks = Math.ceil(operation.cols / this.#geometry.dim);
    const copies = isAccumulator ? 1 : pixelRepeats;
    let at = now + ZERO_WRITER_LATENCY;
    this.counts.rows += operation.rows;
    for (let row = 0; row < operation.rows; row++) {
      for (let block = 0; block < blocks; block++) {
        const local = rowOf(operation.local) + block * blockStride + row;
        const bank = this.#memory.scratchpadBank(local);
        for (let copy = 0; copy < copies; copy++, at++)
          if (!isAccumulator) this.#memory.scratchpadWrites[bank]!.mark(at);
      }
    }
    this.#zeroWriterFree = at - ZERO_WRITER_LATENCY;
    this.reservationStation.complete(operation, at);
    if (operation.rows === 1) return;
    this.#isWritingZeros = false;
    this.#pop(Math.max(now + 2, this.#zeroWriterFree - blocks * copies));
  }

  #bytesPerElement(operation: Operation): number {
    const isWide = spaceOf(operation.local) === ACCUMULATOR && !(operation.config as LoadState).shrinks;
    return isWide ? this.#geometry.accumulatorBytes : this.#geometry.elementBytes;
  }
}
