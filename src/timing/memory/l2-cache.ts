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

/** From a response being scheduled to its first data beat. */
const SCHEDULE_TO_DATA = 2;
/** Cycles between two lines that go back to memory: the address goes ahead, and the queue of beats has to run empty. */
const RELEASE_TURNAROUND = 3;
/** Cycles of a write of the directory, which passes a queue of one. */
const DIRECTORY_WRITE = 2;
/** Clean victims on their way that are not acknowledged, and cycles from an acknowledgement to the next victim. */
const UNACKNOWLEDGED = 4;
const RELEASE_ROOM = 2;
const NEVER_BEFORE = -100;
/** From a beat entering the pipeline of hits to its write of the data array. */
const WRITE_AFTER = 3;
/** Cycles that a masked write of one beat keeps its part of the data array busy. */
const READ_AND_WRITE = 2;
const NO_LINE = -1;
/** No client has the line; a client other than the asking one has it. */
export const NO_CLIENT = 255;

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
  /** The MSHR that works on a set: its line, its last cycle, and whether it misses. */
  readonly #activeLine: Float64Array;
  readonly #activeUntil: Float64Array;
  readonly #activeMiss: Uint8Array;
  readonly #memoryBeatBytes: number;
  #releaseFree: Cycles = 0;
  /** When the last clean victims were ready to be acknowledged, and how many there were. */
  readonly #releaseAnswers = new Float64Array(UNACKNOWLEDGED).fill(NEVER_BEFORE);
  #releases = 0;
  readonly #answers = new MemoryAnswers();
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
    this.#memoryBeatBytes = config.memory.beatBytes;
    this.#activeLine = new Float64Array(sets).fill(NO_LINE);
    this.#activeUntil = new Float64Array(sets).fill(-1);
    this.#activeMiss = new Uint8Array(sets);
    this.#lines = new Float64Array(sets * cache.ways).fill(NO_LINE);
    this.#dirty = new Uint8Array(sets * cache.ways);
    this.#holders = new Uint8Array(sets * cache.ways);
    this.#owner = new Uint8Array(sets * cache.ways).fill(NO_CLIENT);
    this.#banks = Array.from({ length: cache.banks }, () => new Bank(cache, this.#answers));
    this.#probeFree = new Float64Array(clients.length);
  }

  /**
   * @param at     cycle of the request (its first beat) at the L2's port
   * @param beatsIn  beats of the request; data for puts and releases
   * @param beatsOut beats of the answer
   * @param client who asks, or NO_CLIENT for masters that keep nothing
   * @param from   first beat of a masked write with a byte to write
   * @param to     and the last
   */
  access(
    request: L2Request,
    at: Cycles,
    paddr: number,
    beatsIn: number,
    beatsOut: number,
    client = NO_CLIENT,
    from = 0,
    to = beatsIn - 1,
  ): void {
    const cache = this.#cache;
    const line = Math.floor(paddr * this.#perByte);
    const bank = this.#banks[line & this.#bankMask]!;
    const set = line & this.#setMask;
    this.#count(request);
    let start = bank.accept(at, beatsIn);
    const part = Math.floor((paddr & this.#offsetMask) / this.#partBytes);
    const beats = Math.max(beatsIn, beatsOut);
    const touched = beatsOut > 1 ? beatsOut : to + 1;
    const activeUntil = this.#activeUntil[set]!;
    const isQueued = start <= activeUntil;
    if (isQueued && this.#activeLine[set] === line) {
      this.#follow(request, Math.max(start, activeUntil), bank, set, line, part, beats, from, touched, client);
      return;
    }
    if (isQueued) start = activeUntil;
    const slot = bank.freeSlot(start);
    const free = bank.slotFree(slot);
    if (free > start) {
      this.counts.mshrWaits += free - start;
      start = free;
      bank.block(start);
    }
    start = bank.readDirectory(start);
    const way = this.#find(set, line);
    this.#lfsr = nextLfsr(this.#lfsr);
    this.wasHit = way >= 0;
    this.beatGap = 1;
    this.#activeLine[set] = line;
    if (way < 0) {
      this.#miss(request, start, bank, slot, set, line, paddr, beatsOut, client);
      return;
    }
    this.counts.hits++;
    const probe = this.#probeOthers(way, line, start, request !== 'get' && request !== 'acquire', client);
    const wasDirty = this.#dirty[way];
    this.#settle(way, request, client);
    if (this.#dirty[way] !== wasDirty) bank.writeDirectory();
    this.firstBeat = bank.answerHit(start + cache.hit + probe, request, line, beats, part, from, touched);
    this.#hold(bank, slot, set, this.firstBeat - SCHEDULE_TO_DATA);
    this.#activeMiss[set] = 0;
  }

  #miss(
    request: L2Request,
    start: Cycles,
    bank: Bank,
    slot: number,
    set: number,
    line: number,
    paddr: number,
    beatsOut: number,
    client: number,
  ): void {
    const cache = this.#cache;
    this.counts.misses++;
    this.#activeMiss[set] = 1;
    const { way, delay, answer } = this.#evict(set, start);
    const released = this.#answers.slot(answer);
    this.#lines[way] = line;
    this.#dirty[way] = 0;
    this.#holders[way] = 0;
    this.#owner[way] = NO_CLIENT;
    this.#settle(way, request, client);
    if (request === 'put-full') {
      const granted = this.#answers.slot(start + cache.toMemory + delay);
      this.firstBeat = granted - cache.toMemory + cache.hit + cache.fullLineWriteMiss;
      const end = Math.max(granted, released) + cache.missRecovery;
      this.#hold(bank, slot, set, Math.max(this.firstBeat - SCHEDULE_TO_DATA, end));
      bank.awaitAnswer(slot, Math.max(answer, start + cache.toMemory + delay));
      return;
    }
    this.#memory.read(start + cache.toMemory + delay, line * cache.lineBytes);
    this.#answers.data(this.#memory.firstBeat, this.#memory.lastBeat);
    const isLate = (paddr & this.#offsetMask) !== 0;
    const isPut = request === 'put-part' || request === 'put-masked';
    const first =
      this.#memory.firstBeat + cache.fromMemory + (isLate ? cache.lateOffset : 0) - (isPut && !isLate ? 1 : 0);
    this.beatGap = beatsOut > 1 && !isLate ? this.#missGap : 1;
    this.firstBeat = bank.answerMiss(first, beatsOut, this.beatGap);
    this.#hold(bank, slot, set, Math.max(this.#memory.lastBeat, released) + cache.missRecovery);
    if (answer > 0) bank.awaitAnswer(slot, answer);
  }

  /** The MSHR is at work on the set up to and including `until`. */
  #hold(bank: Bank, slot: number, set: number, until: Cycles): void {
    bank.hold(slot, until + 1);
    this.#activeUntil[set] = until;
  }

  /** A request to the line that an MSHR works on waits for it and is served from there, without a look at the directory. */
  #follow(
    request: L2Request,
    start: Cycles,
    bank: Bank,
    set: number,
    line: number,
    part: number,
    beats: number,
    from: number,
    end: number,
    client: number,
  ): void {
    this.counts.hits++;
    const way = this.#find(set, line);
    const probe = this.#probeOthers(way, line, start, request !== 'get' && request !== 'acquire', client);
    this.#settle(way, request, client);
    this.beatGap = 1;
    this.wasHit = this.#activeMiss[set] === 0;
    const ready = start + 1 + SCHEDULE_TO_DATA + probe;
    this.firstBeat =
      this.#activeMiss[set] === 0
        ? bank.answerHit(ready, request, line, beats, part, from, end)
        : bank.answerFollower(ready, request === 'put-masked' && beats === 1 ? READ_AND_WRITE : beats);
    this.#activeUntil[set] = this.firstBeat - SCHEDULE_TO_DATA;
  }

  #find(set: number, line: number): number {
    const ways = this.#cache.ways;
    const base = set * ways;
    for (let way = base; way < base + ways; way++) if (this.#lines[way] === line) return way;
    return -1;
  }

  /** Frees a way of the set; the victim is chosen at random among all ways. */
  #evict(set: number, at: Cycles): { way: number; delay: Cycles; answer: Cycles } {
    const { ways, lineBytes, validVictim, sharedVictim } = this.#cache;
    const way = set * ways + Math.floor(((this.#lfsr % LFSR_RANGE) * ways) / LFSR_RANGE);
    const line = this.#lines[way]!;
    if (line === NO_LINE) return { way, delay: 0, answer: 0 };
    let delay = validVictim;
    let isDirty = this.#dirty[way] !== 0;
    if (this.#holders[way] !== 0) {
      delay = sharedVictim;
      if (this.#probe(this.#holders[way]!, line, true, at) > this.#cache.cleanProbe) isDirty = true;
    }
    // The fill is asked for when its victim has begun to leave. Clean victims get no further than the memory side's end,
    // where but a few of them can wait for their acknowledgement.
    const place = this.#releases % UNACKNOWLEDGED;
    const room = this.#answers.slot(this.#releaseAnswers[place]!) + RELEASE_ROOM;
    let start = Math.max(at + delay, room);
    let answer = start + this.#cache.toMemory + 1;
    if (isDirty) {
      this.counts.writeBacks++;
      // Lines go back one after the other.
      start = Math.max(start, this.#releaseFree);
      this.#releaseFree = start + lineBytes / this.#memoryBeatBytes + RELEASE_TURNAROUND;
      this.#memory.write(start + this.#cache.toMemory, line * lineBytes);
      answer = this.#memory.acknowledged;
    } else {
      this.#releaseAnswers[place] = answer;
      this.#releases++;
    }
    return { way, delay: start - at, answer };
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
  readonly #slotEnd: Float64Array;
  #inputFree = 0;
  #hitFree = 0;
  /** By part of the data array: cycles of the last writes, each at its remainder. */
  readonly #written: Float64Array;
  readonly #writtenLine: Float64Array;
  /** The last cycle in which a part is written. */
  #lastWritten: Cycles = -1;
  readonly #parts: number;
  #lastRead: Cycles = -1;
  #writesOwed = 0;
  #missFree = 0;
  #followerFree = 0;

  readonly #slotAnswer: Float64Array;
  readonly #answers: MemoryAnswers;
  readonly #recovery: Cycles;

  constructor({ mshrs, subBanks: parts, missRecovery }: TimingConfig['cache'], answers: MemoryAnswers) {
    this.#answers = answers;
    this.#recovery = missRecovery;
    this.#slotAnswer = new Float64Array(mshrs);
    this.#parts = parts;
    this.#written = new Float64Array(parts * WRITE_AFTER);
    this.#writtenLine = new Float64Array(parts * WRITE_AFTER);
    this.#slotEnd = new Float64Array(mshrs);
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
   * The directory does one thing per cycle, and reads go first: writes wait for a cycle without one, in their MSHRs, and
   * only when these run out do reads wait.
   * @returns the cycle of the read
   */
  readDirectory(at: Cycles): Cycles {
    const idle = at - this.#lastRead - 1;
    if (idle > 0) this.#writesOwed = Math.max(0, this.#writesOwed - idle / DIRECTORY_WRITE);
    let start = at;
    if (this.#writesOwed > this.#slotEnd.length) {
      this.#writesOwed--;
      start += DIRECTORY_WRITE;
      this.block(start + 1);
    }
    this.#lastRead = start;
    return start;
  }

  writeDirectory(): void {
    this.#writesOwed++;
  }

  /**
   * When the first of `beats` beats of a hit, ready at `at`, leaves. Hits pass the pipeline in order, a beat per cycle.
   * Reads and masked writes read their part of the data array when they enter, writes write it some cycles later; the
   * part does one thing at a time, and writes go first.
   * @param from first beat that writes anything
   * @param end  the one behind the last
   */
  answerHit(
    at: Cycles,
    request: L2Request,
    line: number,
    beats: number,
    part: number,
    from: number,
    end: number,
  ): Cycles {
    const parts = this.#parts;
    const reads = request === 'get' || request === 'acquire' || request === 'put-masked';
    const writes = request === 'put-full' || request === 'put-part' || request === 'put-masked';
    let now = Math.max(at, this.#hitFree);
    if (!writes && now > this.#lastWritten) {
      this.#hitFree = now + beats;
      return now;
    }
    let first = now;
    for (let beat = 0; beat < beats; beat++, now++) {
      const row = ((part + beat) % parts) * WRITE_AFTER;
      if (reads) while (this.#isWritten(row + (now % WRITE_AFTER), now, line)) now++;
      if (beat === 0) first = now;
      if (!writes || beat < from || beat >= end) continue;
      this.#written[row + (now % WRITE_AFTER)] = now + WRITE_AFTER;
      this.#writtenLine[row + (now % WRITE_AFTER)] = line;
      this.#lastWritten = now + WRITE_AFTER;
    }
    this.#hitFree = now;
    return first;
  }

  /** Is a part of the data array being written now? What is on its way to the same row is not read from there. */
  #isWritten(slot: number, now: Cycles, line: number): boolean {
    return this.#written[slot] === now && this.#writtenLine[slot] !== line;
  }

  /** The same for data that come from memory: they do not hold up hits that are ready before. */
  answerMiss(at: Cycles, beats: number, gap: number): Cycles {
    const first = Math.max(at, this.#missFree);
    this.#missFree = first + (beats - 1) * gap + 1;
    return first;
  }

  /** The same for requests that waited for such data. */
  answerFollower(at: Cycles, beats: number): Cycles {
    const first = Math.max(at, this.#followerFree);
    this.#followerFree = first + beats;
    return first;
  }

  /** The MSHR that is free first; not later than `at` if any is free then. */
  freeSlot(at: Cycles): number {
    let best = 0;
    let earliest = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#slotEnd.length; slot++) {
      const end = this.slotFree(slot);
      if (end <= at) return slot;
      if (end >= earliest) continue;
      earliest = end;
      best = slot;
    }
    return best;
  }

  /** More data may have come before the answer that the MSHR waits for than were foreseen. */
  slotFree(slot: number): Cycles {
    const end = this.#slotEnd[slot]!;
    const answer = this.#slotAnswer[slot]!;
    return answer === 0 ? end : Math.max(end, this.#answers.slot(answer) + this.#recovery + 1);
  }

  hold(slot: number, until: Cycles): void {
    this.#slotEnd[slot] = until;
    this.#slotAnswer[slot] = 0;
  }

  /** The MSHR waits for an answer without data, which is ready at `at`. */
  awaitAnswer(slot: number, at: Cycles): void {
    this.#slotAnswer[slot] = at;
  }
}

/** Answers of the memory side: those without data wait until no data come. */
class MemoryAnswers {
  /** Data come without a pause. */
  #from: Cycles = 0;
  #free: Cycles = 0;

  data(first: Cycles, last: Cycles): void {
    if (first > this.#free) this.#from = first;
    this.#free = last + 1;
  }

  /** When an answer that is ready at `at` gets in. */
  slot(at: Cycles): Cycles {
    return at >= this.#from && at < this.#free ? this.#free : at;
  }
}
