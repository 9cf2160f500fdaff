import { type Cycles, NEVER } from '../cycles.ts';
import { type bool, type f64, type i32, low32 } from '../portable.ts';
import type { CacheSettings } from '../settings.ts';
import { AnswerPort } from './answer-port.ts';
import { ACQUIRE, ACQUIRE_TO_WRITE, GET, PUT_FULL, PUT_MASKED } from './l2-port.ts';

/** Cycles of a write of the directory, which passes a queue of one. */
const DIRECTORY_WRITE: f64 = 2;
/** From a beat entering the pipeline of hits to its write of the data array. */
const WRITE_AFTER: f64 = 3;
/** Cycles of writes that are remembered for each part of the data array: a power of two, more than WRITE_AFTER. */
const WRITES_SHIFT: i32 = 2;
const WRITES_MASK: i32 = (1 << WRITES_SHIFT) - 1;

/** Ports and MSHRs of one bank of the L2. */
export class L2Bank {
  /** Cycles that a line takes longer through the data array at the pace of memory than at that of answers. */
  readonly lineDelay: f64;
  /** When the MSHR that the last `freeSlot` found is free. */
  freeAt: Cycles = 0;
  private inputFree: Cycles = 0;
  private readonly answers: AnswerPort = new AnswerPort();
  private lastRead: Cycles = -1;
  private writesOwed: f64 = 0;
  /** By part of the data array: cycles of the last writes, each at its remainder, and what they write. */
  private readonly written: Float64Array;
  private readonly writtenLine: Float64Array;
  private readonly partMask: i32;
  /** The last cycle in which a part is written. */
  private lastWritten: Cycles = -1;
  private readonly mshrs: i32;
  /** By MSHR: when it is free, and the answer without data that it waits for before, 0 for none. */
  private readonly slotEnd: Float64Array;
  private readonly slotAnswer: Float64Array;
  private readonly memoryAnswers: MemoryAnswers;
  /** From an answer to its MSHR being free. */
  private readonly recovery: f64;

  constructor(cache: CacheSettings, answers: MemoryAnswers, lineDelay: f64) {
    this.memoryAnswers = answers;
    this.lineDelay = lineDelay;
    this.recovery = cache.missRecovery + 1;
    this.mshrs = cache.mshrs;
    this.slotEnd = new Float64Array(cache.mshrs);
    this.slotAnswer = new Float64Array(cache.mshrs);
    this.partMask = cache.subBanks - 1;
    this.written = new Float64Array(cache.subBanks << WRITES_SHIFT);
    this.writtenLine = new Float64Array(cache.subBanks << WRITES_SHIFT);
  }

  /** When a request that is at the port at `at` gets in. */
  accept(at: Cycles, beats: i32): Cycles {
    const start = Math.max(at, this.inputFree);
    this.inputFree = start + beats;
    return start;
  }

  /** Nothing gets in before `until`. */
  block(until: Cycles): void {
    this.inputFree = Math.max(this.inputFree, until);
  }

  /**
   * The directory does one thing per cycle, and reads go first: writes wait for a cycle without one, in their MSHRs, and
   * only when these run out do reads wait.
   * @returns the cycle of the read
   */
  readDirectory(at: Cycles): Cycles {
    const idle = at - this.lastRead - 1;
    let start = at;
    if (this.writesOwed > 0) {
      if (idle > 0) this.writesOwed = Math.max(0, this.writesOwed - idle / DIRECTORY_WRITE);
      if (this.writesOwed > this.mshrs) {
        this.writesOwed--;
        start += DIRECTORY_WRITE;
        this.block(start + 1);
      }
    }
    this.lastRead = start;
    return start;
  }

  writeDirectory(): void {
    this.writesOwed++;
  }

  /**
   * When the first of `beats` beats of a hit, ready at `at`, leaves. Hits pass the pipeline in order, a beat per cycle.
   * Reads and masked writes read their part of the data array when they enter, writes write it some cycles later; the
   * part does one thing at a time, and writes go first.
   * @param part of the first beat
   * @param from first beat that writes anything
   * @param end  the one behind the last
   */
  answerHit(at: Cycles, request: i32, line: f64, beats: i32, part: i32, from: i32, end: i32): Cycles {
    const port = this.answers;
    const now = Math.max(at, port.free);
    const after = now + beats;
    const writes = request >= PUT_FULL && request <= PUT_MASKED;
    if (writes || now <= this.lastWritten) return this.passParts(at, request, line, beats, part, from, end, writes);
    if (after > port.firstAhead) return port.pass(at, beats);
    port.free = after;
    return now;
  }

  private passParts(
    ready: Cycles,
    request: i32,
    line: f64,
    beats: i32,
    part: i32,
    from: i32,
    end: i32,
    writes: bool,
  ): Cycles {
    const reads = request === GET || request === ACQUIRE || request === ACQUIRE_TO_WRITE || request === PUT_MASKED;
    let now = this.answers.next(ready);
    let first = now;
    for (let beat = 0; beat < beats; beat++) {
      const row = ((part + beat) & this.partMask) << WRITES_SHIFT;
      if (reads) while (this.isWritten(row, now, line)) now++;
      if (beat === 0) first = now;
      if (writes && beat >= from && beat < end) {
        const then = now + WRITE_AFTER;
        const slot = row + (low32(then) & WRITES_MASK);
        this.written[slot] = then;
        this.writtenLine[slot] = line;
        this.lastWritten = then;
      }
      now++;
    }
    this.answers.take(now);
    return first;
  }

  /** Is a part of the data array being written now? What is on its way to the same row is not read from there. */
  private isWritten(row: i32, now: Cycles, line: f64): bool {
    const slot = row + (low32(now) & WRITES_MASK);
    return this.written[slot] === now && this.writtenLine[slot] !== line;
  }

  /** The same for an answer of so many cycles that others overtake: they do not wait for what it waits for. */
  answerLate(at: Cycles, cycles: f64): Cycles {
    return this.answers.reserve(at, cycles);
  }

  /**
   * From `at` on a line passes the data array on its way to or from memory, which goes before answers (the order of ports in
   * BankedStore.scala). One that meets it follows it from part to part.
   */
  passLine(at: Cycles): void {
    if (this.lineDelay > 0) this.answers.reserve(at, this.lineDelay);
  }

  /** The first MSHR that is free at `at`, or else the one that is free first; `freeAt` is when. */
  freeSlot(at: Cycles): i32 {
    const ends = this.slotEnd;
    let first: i32 = -1;
    // Which one it is cannot be foretold, so it is cheaper to look at all than to leave early.
    for (let slot = this.mshrs - 1; slot >= 0; slot--) first = ends[slot]! <= at ? slot : first;
    if (first >= 0) {
      const end = this.slotFree(first);
      if (end <= at) {
        this.freeAt = end;
        return first;
      }
    }
    return this.earliestSlot(at);
  }

  private earliestSlot(at: Cycles): i32 {
    const ends = this.slotEnd;
    let best: i32 = 0;
    let earliest: Cycles = NEVER;
    for (let slot = 0; slot < this.mshrs; slot++) {
      let end = ends[slot]!;
      if (end <= at) {
        end = this.slotFree(slot);
        if (end <= at) {
          this.freeAt = end;
          return slot;
        }
      }
      if (end >= earliest) continue;
      earliest = end;
      best = slot;
    }
    // Its answer comes no earlier than foreseen, and mostly no later.
    if (this.slotFree(best) > earliest) return this.firstFree();
    this.freeAt = earliest;
    return best;
  }

  private firstFree(): i32 {
    let best: i32 = 0;
    let earliest: Cycles = NEVER;
    for (let slot = 0; slot < this.mshrs; slot++) {
      const end = this.slotFree(slot);
      if (end >= earliest) continue;
      earliest = end;
      best = slot;
    }
    this.freeAt = earliest;
    return best;
  }

  /** More data may have come before the answer that the MSHR waits for than were foreseen. */
  private slotFree(slot: i32): Cycles {
    const end = this.slotEnd[slot]!;
    const answer = this.slotAnswer[slot]!;
    return answer === 0 ? end : Math.max(end, this.memoryAnswers.slot(answer) + this.recovery);
  }

  hold(slot: i32, until: Cycles): void {
    this.slotEnd[slot] = until;
    this.slotAnswer[slot] = 0;
  }

  /** The MSHR waits for an answer without data, which is ready at `at`. */
  awaitAnswer(slot: i32, at: Cycles): void {
    this.slotAnswer[slot] = at;
  }
}

/** Runs of data that are remembered, a power of two: reads are asked for ahead of the moment, so gaps can lie ahead. */
const RUNS: i32 = 4;

/** Answers of the memory side: those without data wait until no data come. */
export class MemoryAnswers {
  /** Data come without a pause from the first to before the second, by run. */
  private readonly from: Float64Array = new Float64Array(RUNS);
  private readonly free: Float64Array = new Float64Array(RUNS);
  private lastRun: i32 = 0;
  private lastFree: Cycles = 0;

  data(first: Cycles, last: Cycles): void {
    if (first > this.lastFree) {
      this.lastRun = (this.lastRun + 1) & (RUNS - 1);
      this.from[this.lastRun] = first;
    }
    this.lastFree = last + 1;
    this.free[this.lastRun] = last + 1;
  }

  /** When an answer that is ready at `at` gets in. */
  slot(at: Cycles): Cycles {
    if (at >= this.lastFree) return at;
    for (let run = 0; run < RUNS; run++) if (at >= this.from[run]! && at < this.free[run]!) return this.free[run]!;
    return at;
  }
}
