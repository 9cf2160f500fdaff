import { L2Counts } from '../counts.ts';
import type { Cycles } from '../cycles.ts';
import { probe } from '../host-calls.ts';
import { type bool, type Fixed, type f64, fixed, i32, low32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { L2Bank, MemoryAnswers } from './l2-bank.ts';
import {
  ACQUIRE,
  GET,
  HELD_DIRTY,
  L2Port,
  NO_CLIENT,
  NOT_HELD,
  PUT_FULL,
  PUT_MASKED,
  PUT_PART,
  RELEASE,
  UPGRADE,
} from './l2-port.ts';
import { LFSR_RESET, nextLfsr } from './lfsr.ts';
import type { MemoryPort } from './memory-port.ts';

/** The victim follows from so many bits, the low ones, of a shift register that steps with every look at the directory. */
const LFSR_BITS: i32 = 10;

/** From a response being scheduled to its first data beat. */
const SCHEDULE_TO_DATA: f64 = 2;
/** Cycles between two lines that go back to memory: the address goes ahead, and the queue of beats has to run empty. */
const RELEASE_TURNAROUND: f64 = 3;
/** Clean victims on their way that are not acknowledged (a power of two), and cycles from there to the next victim. */
const UNACKNOWLEDGED: i32 = 4;
const RELEASE_ROOM: f64 = 2;
const NEVER_BEFORE: f64 = -100;
/** Cycles that a masked write of one beat keeps its part of the data array busy. */
const READ_AND_WRITE: i32 = 2;
const NO_LINE: f64 = -1;

/**
 * The inclusive last-level cache: tags, states and the clocks of its ports. Each bank takes one beat and gives one beat
 * per cycle; answers leave when they are ready; misses hold one of its MSHRs, and requests to the set of a miss wait
 * behind it.
 * @source soc-timing §6
 */
export class L2Cache extends L2Port {
  readonly counts: L2Counts = new L2Counts();
  private readonly memory: MemoryPort;
  private readonly clients: i32;
  private readonly ways: i32;
  private readonly lineBytes: f64;
  private readonly hit: f64;
  private readonly toMemory: f64;
  private readonly fromMemory: f64;
  private readonly missRecovery: f64;
  private readonly lateOffset: f64;
  private readonly fullLineWriteMiss: f64;
  private readonly validVictim: f64;
  private readonly sharedVictim: f64;
  private readonly cleanProbe: f64;
  private readonly dirtyProbe: f64;
  private readonly cleanProbeService: f64;
  private readonly dirtyProbeService: f64;
  /** Lines per byte, masks and a shift of the powers of two. */
  private readonly perByte: f64;
  private readonly setMask: i32;
  private readonly bankMask: i32;
  private readonly offsetMask: i32;
  private readonly partShift: i32;
  private readonly missGap: f64;
  /** From a line that goes back to memory to the next. */
  private readonly releaseGap: f64;
  /** Line number of each way, or NO_LINE. */
  private readonly lines: Float64Array;
  private readonly dirty: Uint8Array;
  /** Bit mask of clients that may hold the line, and which of them may write it. */
  private readonly holders: Int32Array;
  private readonly owner: Int32Array;
  private readonly banks: Fixed<L2Bank>;
  private readonly probeFree: Float64Array;
  /** The MSHR that works on a set: its line, its last cycle, and whether it misses. */
  private readonly activeLine: Float64Array;
  private readonly activeUntil: Float64Array;
  private readonly activeMiss: Uint8Array;
  private releaseFree: Cycles = 0;
  /** When the last clean victims were ready to be acknowledged, and the place of the next. */
  private readonly releaseAnswers: Float64Array;
  private nextRelease: i32 = 0;
  private readonly answers: MemoryAnswers = new MemoryAnswers();
  private lfsr: i32 = LFSR_RESET;
  /** How much later a fill is asked for because of its victim, and when the victim is acknowledged; 0 without one. */
  private evictionDelay: f64 = 0;
  private evictionAnswer: Cycles = 0;

  /** @param clients data caches that keep lines */
  constructor(settings: Settings, memory: MemoryPort, clients: i32) {
    super();
    const cache = settings.cache;
    const lineBytes: f64 = cache.lineBytes;
    const memoryBeat = settings.memory.beatBytes;
    const missGap: f64 = Math.max(1, settings.bus.beatBytes / memoryBeat);
    const sets = i32((cache.sizeKib * 1024) / (cache.lineBytes * cache.ways));
    const lines = sets * cache.ways;
    this.memory = memory;
    this.clients = clients;
    this.ways = cache.ways;
    this.lineBytes = lineBytes;
    this.hit = cache.hit;
    this.toMemory = cache.toMemory;
    this.fromMemory = cache.fromMemory;
    this.missRecovery = cache.missRecovery;
    this.lateOffset = cache.lateOffset;
    this.fullLineWriteMiss = cache.fullLineWriteMiss;
    this.validVictim = cache.validVictim;
    this.sharedVictim = cache.sharedVictim;
    this.cleanProbe = cache.cleanProbe;
    this.dirtyProbe = cache.dirtyProbe;
    this.cleanProbeService = cache.cleanProbeService;
    this.dirtyProbeService = cache.dirtyProbeService;
    this.perByte = 1 / lineBytes;
    this.setMask = sets - 1;
    this.bankMask = cache.banks - 1;
    this.offsetMask = cache.lineBytes - 1;
    this.partShift = i32(Math.log2(cache.lineBytes / cache.subBanks));
    this.missGap = missGap;
    this.releaseGap = lineBytes / memoryBeat + RELEASE_TURNAROUND;
    this.lines = new Float64Array(lines).fill(NO_LINE);
    this.dirty = new Uint8Array(lines);
    this.holders = new Int32Array(lines);
    this.owner = new Int32Array(lines).fill(NO_CLIENT);
    this.activeLine = new Float64Array(sets).fill(NO_LINE);
    this.activeUntil = new Float64Array(sets).fill(-1);
    this.activeMiss = new Uint8Array(sets);
    this.probeFree = new Float64Array(clients);
    this.releaseAnswers = new Float64Array(UNACKNOWLEDGED).fill(NEVER_BEFORE);
    const lineDelay = (lineBytes / settings.bus.beatBytes - 1) * (missGap - 1);
    this.banks = fixed<L2Bank>(cache.banks);
    for (let bank = 0; bank < cache.banks; bank++) this.banks[bank] = new L2Bank(cache, this.answers, lineDelay);
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
    const line = Math.floor(paddr * this.perByte);
    const low = low32(line);
    const offset = low32(paddr) & this.offsetMask;
    const bank = this.banks[low & this.bankMask]!;
    const set = low & this.setMask;
    this.count(request);
    let start = bank.accept(at, beatsIn);
    const part = offset >> this.partShift;
    const beats = beatsIn > beatsOut ? beatsIn : beatsOut;
    const touched = beatsOut > 1 ? beatsOut : to + 1;
    const activeUntil = this.activeUntil[set]!;
    const waits = start <= activeUntil;
    if (waits) {
      start = activeUntil;
      if (this.activeLine[set] === line) {
        this.follow(request, start, bank, set, line, part, beats, from, touched, client);
        return;
      }
    }
    const slot = bank.freeSlot(start);
    const free = bank.freeAt;
    if (free > start) {
      this.counts.mshrWaits += free - start;
      start = free;
      bank.block(start);
    }
    start = bank.readDirectory(start);
    const way = this.find(set, line);
    this.lfsr = nextLfsr(this.lfsr);
    this.wasHit = way >= 0;
    this.beatGap = 1;
    this.activeLine[set] = line;
    if (way < 0) {
      this.miss(request, start, bank, slot, set, line, offset, beats, client);
      return;
    }
    this.counts.hits++;
    const delay = this.probeOthers(way, line, start, request, client);
    if (this.settle(way, request, client)) bank.writeDirectory();
    this.firstBeat =
      waits || delay > 0
        ? bank.answerLate(start + this.hit + delay, beats)
        : bank.answerHit(start + this.hit, request, line, beats, part, from, touched);
    this.hold(bank, slot, set, this.firstBeat - SCHEDULE_TO_DATA);
    this.activeMiss[set] = 0;
  }

  private miss(
    request: i32,
    start: Cycles,
    bank: L2Bank,
    slot: i32,
    set: i32,
    line: f64,
    offset: i32,
    beats: i32,
    client: i32,
  ): void {
    this.counts.misses++;
    this.activeMiss[set] = 1;
    const way = this.evict(set, start);
    const answer = this.evictionAnswer;
    const asked = start + this.toMemory + this.evictionDelay;
    const released = this.answers.slot(answer);
    this.lines[way] = line;
    this.dirty[way] = 0;
    this.holders[way] = 0;
    this.owner[way] = NO_CLIENT;
    this.settle(way, request, client);
    if (request === PUT_FULL) {
      const granted = this.answers.slot(asked);
      this.firstBeat = bank.answerLate(granted - this.toMemory + this.hit + this.fullLineWriteMiss, beats);
      const end = Math.max(granted, released) + this.missRecovery;
      this.hold(bank, slot, set, Math.max(this.firstBeat - SCHEDULE_TO_DATA, end));
      bank.awaitAnswer(slot, Math.max(answer, asked));
      return;
    }
    const memory = this.memory;
    memory.read(asked, line * this.lineBytes);
    this.answers.data(memory.firstBeat, memory.lastBeat);
    const filled = memory.firstBeat + this.fromMemory;
    const isLate = offset !== 0;
    const isPut = request === PUT_PART || request === PUT_MASKED;
    this.beatGap = 1;
    if (isLate) {
      bank.passLine(filled);
      this.firstBeat = bank.answerLate(filled + this.lateOffset, beats);
    } else if (isPut) {
      // It goes just before the line.
      this.firstBeat = bank.answerLate(filled - 1, beats + bank.lineDelay);
    } else {
      // The answer follows the line as it comes in.
      if (beats > 1) this.beatGap = this.missGap;
      this.firstBeat = bank.answerLate(filled, (beats - 1) * this.beatGap + 1);
    }
    this.hold(bank, slot, set, Math.max(memory.lastBeat, released) + this.missRecovery);
    if (answer > 0) bank.awaitAnswer(slot, answer);
  }

  /** The MSHR is at work on the set up to and including `until`. */
  private hold(bank: L2Bank, slot: i32, set: i32, until: Cycles): void {
    bank.hold(slot, until + 1);
    this.activeUntil[set] = until;
  }

  /** A request to the line that an MSHR works on waits for it and is served from there, without a look at the directory. */
  private follow(
    request: i32,
    start: Cycles,
    bank: L2Bank,
    set: i32,
    line: f64,
    part: i32,
    beats: i32,
    from: i32,
    end: i32,
    client: i32,
  ): void {
    this.counts.hits++;
    const way = this.find(set, line);
    const delay = this.probeOthers(way, line, start, request, client);
    this.settle(way, request, client);
    this.beatGap = 1;
    this.wasHit = this.activeMiss[set] === 0;
    const ready = start + 1 + SCHEDULE_TO_DATA + delay;
    this.firstBeat = this.wasHit
      ? bank.answerHit(ready, request, line, beats, part, from, end)
      : bank.answerLate(ready, request === PUT_MASKED && beats === 1 ? READ_AND_WRITE : beats);
    this.activeUntil[set] = this.firstBeat - SCHEDULE_TO_DATA;
  }

  /** The way of a line, or -1. Which way that is cannot be foretold, so it is cheaper to look at all than to leave early. */
  private find(set: i32, line: f64): i32 {
    const lines = this.lines;
    const start = set * this.ways;
    const end = start + this.ways;
    let found: i32 = -1;
    for (let way = start; way < end; way++) found = lines[way] === line ? way : found;
    return found;
  }

  /** Frees a way of the set; the victim is chosen at random among all ways. */
  private evict(set: i32, at: Cycles): i32 {
    const way = set * this.ways + (((this.lfsr & ((1 << LFSR_BITS) - 1)) * this.ways) >> LFSR_BITS);
    const line = this.lines[way]!;
    if (line === NO_LINE) {
      this.evictionDelay = 0;
      this.evictionAnswer = 0;
      return way;
    }
    let delay = this.validVictim;
    let isDirty = this.dirty[way] !== 0;
    const holders = this.holders[way]!;
    if (holders !== 0) {
      delay = this.sharedVictim;
      if (this.probeAll(holders, way, line, true, at) > this.cleanProbe) isDirty = true;
    }
    // The fill is asked for when its victim has begun to leave. Clean victims get no further than the memory side's end,
    // where but a few of them can wait for their acknowledgement.
    const place = this.nextRelease;
    const room = this.answers.slot(this.releaseAnswers[place]!) + RELEASE_ROOM;
    let start = Math.max(at + delay, room);
    if (isDirty) {
      this.counts.writeBacks++;
      // Lines go back one after the other.
      start = Math.max(start, this.releaseFree);
      this.releaseFree = start + this.releaseGap;
      this.banks[low32(line) & this.bankMask]!.passLine(start + 1);
      this.memory.write(start + this.toMemory, line * this.lineBytes);
      this.evictionAnswer = this.memory.acknowledged;
    } else {
      const answer = start + this.toMemory + 1;
      this.evictionAnswer = answer;
      this.releaseAnswers[place] = answer;
      this.nextRelease = (place + 1) & (UNACKNOWLEDGED - 1);
    }
    this.evictionDelay = start - at;
    return way;
  }

  /** Probes the clients that a request disturbs. @returns how long that takes */
  private probeOthers(way: i32, line: f64, at: Cycles, request: i32, client: i32): Cycles {
    const all = this.holders[way]!;
    // Whoever may write it holds it.
    if (all === 0) return 0;
    const takeAway = request !== GET && request !== ACQUIRE;
    const own: i32 = client === NO_CLIENT ? 0 : 1 << client;
    const owner = this.owner[way]!;
    const targets = takeAway ? all & ~own : owner !== NO_CLIENT && owner !== client ? 1 << owner : 0;
    if (targets === 0) return 0;
    const delay = this.probeAll(targets, way, line, takeAway, at);
    if (delay > this.cleanProbe) this.dirty[way] = 1;
    if (takeAway) this.holders[way] = this.holders[way]! & own;
    this.owner[way] = NO_CLIENT;
    return delay;
  }

  private probeAll(targets: i32, way: i32, line: f64, takeAway: bool, at: Cycles): Cycles {
    let end = at;
    for (let client = 0; client < this.clients; client++) {
      if ((targets & (1 << client)) === 0) continue;
      const found = probe(client, line * this.lineBytes, takeAway);
      const isDirty = found === HELD_DIRTY;
      if (found === NOT_HELD) this.holders[way] = this.holders[way]! & ~(1 << client);
      const start = Math.max(at, this.probeFree[client]!);
      this.probeFree[client] = start + (isDirty ? this.dirtyProbeService : this.cleanProbeService);
      end = Math.max(end, start + (isDirty ? this.dirtyProbe : this.cleanProbe));
      if (isDirty) this.counts.dirtyProbes++;
      else this.counts.cleanProbes++;
    }
    return end - at;
  }

  /** The directory after the request. @returns has the line become dirty? */
  private settle(way: i32, request: i32, client: i32): bool {
    if (request === GET) return false;
    if (request >= ACQUIRE && request <= UPGRADE) {
      const held = this.holders[way]!;
      this.isExclusive = request !== ACQUIRE || held === 0;
      this.holders[way] = held | (1 << client);
      this.owner[way] = this.isExclusive ? client : NO_CLIENT;
      return false;
    }
    if (request === RELEASE) {
      this.holders[way] = this.holders[way]! & ~(1 << client);
      if (this.owner[way] === client) this.owner[way] = NO_CLIENT;
    }
    const wasDirty = this.dirty[way] !== 0;
    this.dirty[way] = 1;
    return !wasDirty;
  }

  private count(request: i32): void {
    if (request === GET) this.counts.gets++;
    else if (request <= PUT_MASKED) this.counts.puts++;
    else if (request === RELEASE) this.counts.releases++;
    else this.counts.acquires++;
  }
}
