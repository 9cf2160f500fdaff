import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { LFSR_RESET, nextLfsr } from './lfsr.ts';
import type { MemoryPort } from './memory-port.ts';

/** What a master asks of the L2. */
export type L2Request =
  /** Data without keeping them. */
  | 'get'
  /** Write of a whole line. */
  | 'put-full'
  /** Write of less than a line. */
  | 'put-part'
  /** Write with a mask. */
  | 'put-masked'
  /** Data to keep, alone if possible. */
  | 'acquire'
  /** Permission to write a line that is kept already. */
  | 'upgrade'
  /** A dirty line comes back. */
  | 'release';

/** An L1 data cache that keeps lines. */
export interface CoherentClient {
  /**
   * The L2 takes the line at `paddr` away, or its exclusiveness.
   * @returns was it there and dirty?
   */
  probe(paddr: number, takeAway: boolean): boolean;
}

export interface L2Counts {
  gets: number;
  puts: number;
  acquires: number;
  releases: number;
  hits: number;
  misses: number;
  writeBacks: number;
  cleanProbes: number;
  dirtyProbes: number;
  /** Cycles that requests waited for a free MSHR. */
  mshrWaits: number;
}

/** The victim follows from the low bits of a shift register that steps with every look at the directory. */
const LFSR_RANGE = 2 ** 10;

const NO_LINE = -1;
/** No client has the line; a client other than the asking one has it. */
const NO_CLIENT = 255;

/**
 * The inclusive last-level cache: tags, states and the clocks of its ports. Each bank takes one beat and gives one beat
 * per cycle; hits follow in order; misses hold one of its MSHRs, and requests to the set of a miss wait behind it.
 * @source soc-timing §6
 */
export class L2Cache {
  /** First data beat or acknowledgement of the last request, at the L2's port. */
  firstBeat: Cycles = 0;
  /** Distance of the data beats. */
  beatGap = 1;
  /** Did the last request hit? */
  wasHit = false;
  /** May the client that acquired write the line without asking again? */
  isExclusive = true;
  readonly counts: L2Counts = {
    gets: 0,
    puts: 0,
    acquires: 0,
    releases: 0,
    hits: 0,
    misses: 0,
    writeBacks: 0,
    cleanProbes: 0,
    dirtyProbes: 0,
    mshrWaits: 0,
  };
  readonly #cache: TimingConfig['cache'];
  readonly #memory: MemoryPort;
  readonly #clients: readonly CoherentClient[];
  /** Lines per byte, and masks of the powers of two. */
  readonly #perByte: number;
  readonly #setMask: number;
  readonly #bankMask: number;
  readonly #offsetMask: number;
  readonly #missGap: number;
  readonly #partBytes: number;
  /** Line number of each way, or NO_LINE. */
  readonly #lines: Float64Array;
  readonly #dirty: Uint8Array;
  /** Bit mask of clients that may hold the line, and the client that may write it. */
  readonly #holders: Uint8Array;
  readonly #owner: Uint8Array;
  readonly #banks: readonly Bank[];
  readonly #probeFree: Float64Array;
  #lfsr = LFSR_RESET;

  constructor(config: TimingConfig, memory: MemoryPort, clients: readonly CoherentClient[]) {
    const { cache, bus } = config;
    this.#cache = cache;
    this.#memory = memory;
    this.#clients = clients;
    const sets = (cache.sizeKib * 1024) / (cache.lineBytes * cache.ways);
    this.#perByte = 1 / cache.lineBytes;
    this.#setMask = sets - 1;
    this.#bankMask = cache.banks - 1;
    this.#offsetMask = cache.lineBytes - 1;
    this.#partBytes = cache.lineBytes / cache.subBanks;
    this.#missGap = Math.max(1, bus.beatBytes / config.memory.beatBytes);
    this.#lines = new Float64Array(sets * cache.ways).fill(NO_LINE);
    this.#dirty = new Uint8Array(sets * cache.ways);
    this.#holders = new Uint8Array(sets * cache.ways);
    this.#owner = new Uint8Array(sets * cache.ways).fill(NO_CLIENT);
    this.#banks = Array.from({ length: cache.banks }, () => new Bank(cache.mshrs, cache.subBanks, sets));
    this.#probeFree = new Float64Array(clients.length);
  }

  /**
   * @param at     cycle of the request (its first beat) at the L2's port
   * @param beatsIn  beats of the request; data for puts and releases
   * @param beatsOut beats of the answer
   * @param client who asks, or NO_CLIENT for masters that keep nothing
   */
  access(request: L2Request, at: Cycles, paddr: number, beatsIn: number, beatsOut: number, client = NO_CLIENT): void {
    const cache = this.#cache;
    const line = Math.floor(paddr * this.#perByte);
    const bank = this.#banks[line & this.#bankMask]!;
    const set = line & this.#setMask;
    this.#count(request);
    let start = bank.accept(at, beatsIn);
    const behind = bank.missOfSet(set, start);
    if (behind >= 0 && bank.missLine[behind] === line) {
      this.#followMiss(request, start, bank, behind, beatsOut, set, line, client);
      return;
    }
    if (behind >= 0) start = bank.missEnd[behind]!;
    const way = this.#find(set, line);
    this.#lfsr = nextLfsr(this.#lfsr);
    this.wasHit = way >= 0;
    this.beatGap = 1;
    if (way >= 0) {
      this.counts.hits++;
      const probe = this.#probeOthers(way, line, start, request !== 'get' && request !== 'acquire', client);
      if (probe > 0) bank.hold(bank.freeMiss(start), set, line, start + probe + cache.queuedRequest);
      this.#settle(way, request, client);
      const part = Math.floor((paddr & this.#offsetMask) / this.#partBytes);
      this.firstBeat = bank.answerHit(
        start + cache.hit + probe,
        beatsOut,
        part,
        request === 'put-masked' && beatsIn === 1,
      );
      return;
    }
    this.#miss(request, start, bank, set, line, paddr, beatsOut, client);
  }

  #miss(
    request: L2Request,
    at: Cycles,
    bank: Bank,
    set: number,
    line: number,
    paddr: number,
    beatsOut: number,
    client: number,
  ): void {
    const cache = this.#cache;
    this.counts.misses++;
    const slot = bank.freeMiss(at);
    const start = Math.max(at, bank.missEnd[slot]!);
    this.counts.mshrWaits += start - at;
    if (start > at) bank.block(start);
    const { way, delay } = this.#evict(set, start);
    this.#lines[way] = line;
    this.#dirty[way] = 0;
    this.#holders[way] = 0;
    this.#owner[way] = NO_CLIENT;
    this.#settle(way, request, client);
    if (request === 'put-full') {
      this.firstBeat = bank.answerHit(start + cache.hit + cache.fullLineWriteMiss + delay, beatsOut, 0, false);
      bank.hold(slot, set, line, this.firstBeat);
      return;
    }
    this.#memory.read(start + cache.toMemory + delay, line * cache.lineBytes);
    const isLate = (paddr & this.#offsetMask) !== 0;
    const isPut = request === 'put-part' || request === 'put-masked';
    const first =
      this.#memory.firstBeat + cache.fromMemory + (isLate ? cache.lateOffset : 0) - (isPut && !isLate ? 1 : 0);
    this.beatGap = beatsOut > 1 ? this.#missGap : 1;
    this.firstBeat = bank.answerMiss(first, beatsOut, this.beatGap);
    bank.hold(slot, set, line, this.#memory.lastBeat + cache.missRecovery);
  }

  /** A request to a line that is on its way waits for it and is served from the MSHR. */
  #followMiss(
    request: L2Request,
    start: Cycles,
    bank: Bank,
    slot: number,
    beatsOut: number,
    set: number,
    line: number,
    client: number,
  ): void {
    this.counts.hits++;
    const way = this.#find(set, line);
    const served = Math.max(start, bank.missEnd[slot]!);
    bank.extend(slot, set, served + this.#cache.queuedRequest);
    const probe = this.#probeOthers(way, line, served, request !== 'get' && request !== 'acquire', client);
    this.#settle(way, request, client);
    this.beatGap = 1;
    this.wasHit = false;
    this.firstBeat = bank.answerMiss(served + this.#cache.hit - this.#cache.queuedRequest + probe, beatsOut, 1);
  }

  #find(set: number, line: number): number {
    const ways = this.#cache.ways;
    const base = set * ways;
    for (let way = base; way < base + ways; way++) if (this.#lines[way] === line) return way;
    return -1;
  }

  /** Frees a way of the set; the victim is chosen at random among all ways. */
  #evict(set: number, at: Cycles): { way: number; delay: Cycles } {
    const { ways, lineBytes, validVictim, sharedVictim } = this.#cache;
    const way = set * ways + Math.floor(((this.#lfsr % LFSR_RANGE) * ways) / LFSR_RANGE);
    const line = this.#lines[way]!;
    if (line === NO_LINE) return { way, delay: 0 };
    let delay = validVictim;
    let isDirty = this.#dirty[way] !== 0;
    if (this.#holders[way] !== 0) {
      delay = sharedVictim;
      if (this.#probe(this.#holders[way]!, line, true, at) > this.#cache.cleanProbe) isDirty = true;
    }
    if (isDirty) {
      this.counts.writeBacks++;
      this.#memory.write(at + this.#cache.toMemory, line * lineBytes);
    }
    return { way, delay };
  }

  /** Probes the clients that a request disturbs. @returns how long that takes */
  #probeOthers(way: number, line: number, at: Cycles, takeAway: boolean, client: number): Cycles {
    const own = client === NO_CLIENT ? 0 : 1 << client;
    const holders = this.#holders[way]! & ~own;
    const owner = this.#owner[way]!;
    const mustProbe = takeAway ? holders !== 0 : owner !== NO_CLIENT && owner !== client;
    if (!mustProbe) return 0;
    const targets = takeAway ? holders : 1 << owner;
    const delay = this.#probe(targets, line, takeAway, at);
    if (delay > this.#cache.cleanProbe) this.#dirty[way] = 1;
    if (takeAway) this.#holders[way] = this.#holders[way]! & own;
    this.#owner[way] = NO_CLIENT;
    return delay;
  }

  #probe(targets: number, line: number, takeAway: boolean, at: Cycles): Cycles {
    const c = this.#cache;
    let end = at;
    for (let client = 0; client < this.#clients.length; client++) {
      if ((targets & (1 << client)) === 0) continue;
      const isDirty = this.#clients[client]!.probe(line * c.lineBytes, takeAway);
      const start = Math.max(at, this.#probeFree[client]!);
      this.#probeFree[client] = start + (isDirty ? c.dirtyProbeService : c.cleanProbeService);
      end = Math.max(end, start + (isDirty ? c.dirtyProbe : c.cleanProbe));
      if (isDirty) this.counts.dirtyProbes++;
      else this.counts.cleanProbes++;
    }
    return end - at;
  }

  /** The directory after the request. */
  #settle(way: number, request: L2Request, client: number): void {
    if (request === 'acquire' || request === 'upgrade') {
      const others = this.#holders[way]! & ~(1 << client);
      this.isExclusive = others === 0;
      this.#holders[way] = this.#holders[way]! | (1 << client);
      if (this.isExclusive) this.#owner[way] = client;
    } else if (request === 'release') {
      this.#dirty[way] = 1;
      this.#holders[way] = this.#holders[way]! & ~(1 << client);
      if (this.#owner[way] === client) this.#owner[way] = NO_CLIENT;
    } else if (request !== 'get') this.#dirty[way] = 1;
  }

  #count(request: L2Request): void {
    if (request === 'get') this.counts.gets++;
    else if (request === 'release') this.counts.releases++;
    else if (request === 'acquire' || request === 'upgrade') this.counts.acquires++;
    else this.counts.puts++;
  }
}

/** Ports and MSHRs of one bank. */
class Bank {
  readonly missLine: Float64Array;
  readonly missEnd: Float64Array;
  readonly #missSet: Int32Array;
  /** By set: until when it may have a miss. */
  readonly #setBusy: Float64Array;
  #inputFree = 0;
  #hitFree = 0;
  readonly #maskedFree: Float64Array;
  #missFree = 0;

  constructor(mshrs: number, parts: number, sets: number) {
    this.#setBusy = new Float64Array(sets);
    this.#maskedFree = new Float64Array(parts);
    this.missLine = new Float64Array(mshrs).fill(NO_LINE);
    this.missEnd = new Float64Array(mshrs);
    this.#missSet = new Int32Array(mshrs).fill(NO_LINE);
  }

  /** When a request that is at the port at `at` gets in. */
  accept(at: Cycles, beats: number): Cycles {
    const start = Math.max(at, this.#inputFree);
    this.#inputFree = start + beats;
    return start;
  }

  /** Nothing gets in before `until`. */
  block(until: Cycles): void {
    this.#inputFree = Math.max(this.#inputFree, until);
  }

  /**
   * When the first of `beats` beats of a hit, ready at `at`, leaves. Hits leave in order. A masked write of one beat
   * reads its part of the data array first, so that the part is busy twice.
   */
  answerHit(at: Cycles, beats: number, part: number, isMasked: boolean): Cycles {
    const first = Math.max(at, this.#hitFree, this.#maskedFree[part]!);
    this.#hitFree = first + beats;
    if (isMasked) this.#maskedFree[part] = first + 2;
    return first;
  }

  /** The same for data that come from memory: they do not hold up hits that are ready before. */
  answerMiss(at: Cycles, beats: number, gap: number): Cycles {
    const first = Math.max(at, this.#missFree);
    this.#missFree = first + (beats - 1) * gap + 1;
    return first;
  }

  /** The MSHR that works on this set at `at`, or -1. */
  missOfSet(set: number, at: Cycles): number {
    if (this.#setBusy[set]! <= at) return -1;
    for (let slot = 0; slot < this.missEnd.length; slot++)
      if (this.#missSet[slot] === set && this.missEnd[slot]! > at) return slot;
    return -1;
  }

  /** The MSHR that is free first; not later than `at` if any is free then. */
  freeMiss(at: Cycles): number {
    let best = 0;
    for (let slot = 0; slot < this.missEnd.length; slot++) {
      if (this.missEnd[slot]! <= at) return slot;
      if (this.missEnd[slot]! < this.missEnd[best]!) best = slot;
    }
    return best;
  }

  hold(slot: number, set: number, line: number, until: Cycles): void {
    this.#missSet[slot] = set;
    this.missLine[slot] = line;
    this.extend(slot, set, Math.max(this.missEnd[slot]!, until));
  }

  /** The miss in the slot takes until then. */
  extend(slot: number, set: number, until: Cycles): void {
    this.missEnd[slot] = until;
    if (until > this.#setBusy[set]!) this.#setBusy[set] = until;
  }
}
