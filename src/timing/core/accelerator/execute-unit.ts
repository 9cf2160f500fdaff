import { ExecuteCounts } from '../counts.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import type { bool, f64, i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { ACCUMULATOR_PLACE, isInScratchpad, NO_PLACE, type Step, StepQueue } from './execute-step.ts';
import { LiveResults } from './live-results.ts';
import type { LocalMemory } from './local-memory.ts';
import {
  FROM_ACCUMULATOR,
  FROM_NOWHERE,
  FROM_SCRATCHPAD,
  KEPT,
  NOT_TAKEN,
  OperandActivity,
  type OperandUse,
} from './operand-activity.ts';
import { OperandFeed, Pass } from './operand-feed.ts';
import { COMPUTE, CONFIG_EXECUTE, type Operation, PRELOAD } from './operation.ts';
import type { ReservationStation } from './reservation-station.ts';

/** From issue to the command being seen by the state machine. */
const ISSUE_TO_FSM: f64 = 2;
/** Commands in the unroller of transposed preloads, in front of the queue. */
const UNROLLER_QUEUE: i32 = 2;
/** Steps that a command that was let in may bring beyond the queue's room: the pass before a held preload. */
const TURNING_STEPS: i32 = 2;
/** Steps outside the queue: the one that is loaded and the one whose results are resident. */
const STEPS_IN_ARRAY: i32 = 2;
/** Fewest rows of an action. */
const LEAST_ROWS: i32 = 4;
/** From the array taking the last row before a flush to the first of the rows that push results out. */
const FLUSH_START: f64 = 2;
/** Rows in the control queue and on the way there, with room to spare. */
const ROWS_IN_FRONT: i32 = 16;

/**
 * Execute controller and array: preloads and computes become passes of operand rows; results leave the array a fixed
 * time later.
 * @source gemmini-timing §6 and the recurrences of §11.5
 */
export class ExecuteUnit {
  wakeAt: Cycles = NEVER;
  readonly counts: ExecuteCounts = new ExecuteCounts();
  readonly operands: OperandActivity = new OperandActivity();
  station: ReservationStation | null = null;
  private readonly memory: LocalMemory;
  private readonly dim: i32;
  private readonly meshLatency: f64;
  private readonly capacity: i32;
  /** From the read of an operand row to the array taking it. */
  private readonly readLatency: f64;
  private readonly queue: StepQueue;
  /** A preload that the unroller holds until it sees what follows. */
  private held: Operation | null = null;
  private free: Cycles = 0;
  private readonly feed: OperandFeed;
  /** The running pass, if there is one. */
  private readonly pass: Pass = new Pass();
  private isRunning: bool = false;

  /** The preload whose compute comes next. */
  private loaded: Step | null = null;
  /** Output-stationary results that the next pass pushes out. */
  private resident: Step | null = null;
  private lastRead: Cycles = -1;
  /** Until when results with a destination are in the array. */
  private liveUntil: Cycles = -1;
  private readonly live: LiveResults;

  constructor(settings: Settings, memory: LocalMemory) {
    const geometry = settings.geometry;
    const accelerator = settings.accelerator;
    this.memory = memory;
    this.dim = geometry.dim;
    this.meshLatency = geometry.meshLatency;
    this.readLatency = accelerator.operandLatency;
    this.feed = new OperandFeed(settings, memory);
    const capacity = accelerator.executeQueue + UNROLLER_QUEUE;
    this.capacity = capacity;
    this.queue = new StepQueue(capacity + TURNING_STEPS, STEPS_IN_ARRAY);
    // The array takes a row per cycle at most, and the last that is known may wait for a tag: a pass through the array.
    this.live = new LiveResults(2 * geometry.meshLatency + accelerator.operandLatency + ROWS_IN_FRONT);
  }

  hasRoom(): bool {
    return this.queue.length + (this.held === null ? 0 : 1) < this.capacity;
  }

  issue(operation: Operation, at: Cycles): void {
    const state = operation.execute;
    const visibleAt = at + ISSUE_TO_FSM;
    if (operation.kind === PRELOAD && state.isWeightStationary && state.transposesB) {
      this.held = operation;
      return;
    }
    const held = this.held;
    if (held !== null) this.release(held, operation, visibleAt);
    this.queue.append().becomeOperation(operation, visibleAt);
    if (!this.isRunning) this.wake(Math.max(visibleAt, this.free));
  }

  /** A held preload whose compute takes it is preceded by a pass that turns the weights round. */
  private release(held: Operation, next: Operation, visibleAt: Cycles): void {
    const queue = this.queue;
    this.held = null;
    if (next.kind !== COMPUTE || !next.flips) {
      queue.append().becomeOperation(held, visibleAt);
      return;
    }
    const turned = queue.append();
    const turns = queue.append();
    const preload = queue.append();
    preload.becomeOperation(held, visibleAt);
    turned.become(PRELOAD, held.execute, visibleAt);
    turned.stays = preload.stays;
    turned.staysRows = preload.staysRows;
    turns.become(COMPUTE, held.execute, visibleAt);
    turns.staysRows = preload.staysRows;
    preload.stays = NO_PLACE;
  }

  private wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.isRunning && !this.finish(now)) return;
    if (now < this.free) {
      this.wake(this.free);
      return;
    }
    this.start(now);
  }

  /** Does the array read a row of the scratchpad bank in cycle `at`? */
  readsBank(bank: i32, at: Cycles): bool {
    return this.isRunning && this.feed.readsBank(this.pass, bank, at);
  }

  /** Ends the running pass unless a write has got in its way meanwhile. @returns did it end? */
  private finish(now: Cycles): bool {
    this.feed.renew(this.pass);
    if (this.feed.end >= now) {
      this.wake(this.feed.end + 1);
      return false;
    }
    this.isRunning = false;
    this.commit();
    this.free = this.lastRead + 1;
    return true;
  }

  /** The step `index` behind the first, if the state machine sees it. */
  private head(index: i32, now: Cycles): Step | null {
    if (index >= this.queue.length) return null;
    const step = this.queue.at(index);
    return step.visibleAt <= now ? step : null;
  }

  private start(now: Cycles): void {
    const first = this.head(0, now);
    if (first === null) {
      if (this.queue.length > 0) this.wake(this.queue.at(0).visibleAt);
      else this.flushResident(now);
      return;
    }
    if (first.kind === CONFIG_EXECUTE) {
      this.configure(first, now);
      return;
    }
    const second = this.head(1, now);
    if (first.kind === PRELOAD) {
      if (second === null) {
        if (this.queue.length > 1) this.wake(this.queue.at(1).visibleAt);
        else this.flushResident(now);
        return;
      }
      if (this.waitsForResult(first, second, now)) return;
      this.run(now, null, first, false);
      return;
    }
    const third = this.head(2, now);
    if (second === null || second.kind !== PRELOAD || third === null) this.run(now, first, null, false);
    else if (this.hasHazard(second, third, now)) this.run(now, first, null, true);
    else this.run(now, first, second, false);
  }

  private run(start: Cycles, compute: Step | null, preload: Step | null, isParted: bool): void {
    const pass = this.pass;
    pass.start = start;
    pass.compute = compute;
    pass.preload = preload;
    pass.rows = this.rowsOf(compute, preload);
    pass.isParted = isParted;
    this.isRunning = true;
    this.feed.plan(pass);
    this.wake(this.feed.end + 1);
  }

  private rowsOf(compute: Step | null, preload: Step | null): i32 {
    const dim = this.dim;
    const state = compute !== null ? compute.state : preload!.state;
    if (!state.isWeightStationary || state.transposesA || state.transposesB) return dim;
    if (preload !== null && bringsOperand(preload)) return dim;
    let rows = LEAST_ROWS;
    if (compute !== null) {
      if (compute.aRows > rows) rows = compute.aRows;
      if (compute.stays !== NO_PLACE && compute.staysRows > rows) rows = compute.staysRows;
    }
    return rows < dim ? rows : dim;
  }

  /** The pass is over: its rows are in the array, its commands leave the queue. */
  private commit(): void {
    const pass = this.pass;
    const rows = pass.rows;
    const compute = pass.compute;
    const preload = pass.preload;
    const station = this.station!;
    const cycles = this.feed.end - pass.start + 1;
    this.lastRead = this.feed.end;
    const over = this.lastRead + 1;
    this.feed.finish(rows);
    this.count(cycles, compute, rows);
    if (pass.isParted) this.counts.overlapHazardCycles += cycles;
    this.operands.pass(
      this.feed.firstRead() + 1,
      cycles,
      compute === null ? NOT_TAKEN : useOf(compute.a),
      compute === null ? NOT_TAKEN : useOf(compute.stays),
      preload !== null && bringsOperand(preload) ? useOf(preload.stays) : KEPT,
    );
    const toOutput = this.meshLatency + 1;
    const resident = this.resident;
    if (resident !== null) {
      this.resident = null;
      this.deliver(resident, rows, toOutput);
    }
    const loaded = this.loaded;
    if (compute !== null) {
      this.queue.shift();
      const operation = compute.operation;
      if (operation !== null) station.complete(operation, over);
      this.loaded = null;
      if (loaded !== null) this.use(loaded, compute.state.isWeightStationary, rows, toOutput);
      this.queue.give(compute);
    }
    if (preload !== null) {
      this.queue.shift();
      this.counts.preloads++;
      // Without a compute of its own, what was loaded before is lost.
      if (compute === null && loaded !== null) this.queue.give(loaded);
      this.loaded = preload;
      const operation = preload.operation;
      if (operation !== null && preload.c === NO_PLACE) station.complete(operation, over);
    }
    station.wake(over);
  }

  /** The compute of a preload has run: where do its results go? */
  private use(loaded: Step, isWeightStationary: bool, rows: i32, toOutput: f64): void {
    if (loaded.c === NO_PLACE) this.queue.give(loaded);
    else if (isWeightStationary) this.deliver(loaded, rows, toOutput);
    else {
      this.resident = loaded;
      this.liveUntil = NEVER;
    }
  }

  private count(cycles: Cycles, compute: Step | null, rows: i32): void {
    const counts = this.counts;
    counts.actions++;
    counts.controlQueueWait += this.feed.queueWait;
    counts.activeCycles += cycles;
    if (cycles > rows) counts.bankWait += cycles - rows;
    if (compute === null) return;
    counts.computes++;
    counts.rows += compute.aRows;
    counts.macs += this.macsOf(compute);
  }

  private macsOf(compute: Step): f64 {
    if (compute.a === NO_PLACE) return 0;
    const loaded = this.loaded;
    const loadedCols = loaded === null ? 0 : loaded.cCols;
    const aRows: f64 = compute.aRows;
    return aRows * compute.aCols * (compute.state.isWeightStationary ? loadedCols : compute.staysCols);
  }

  /** Results for C of `loaded` leave the array behind the rows of the pass that was just worked out. */
  private deliver(loaded: Step, rows: i32, toOutput: f64): void {
    this.markResults(loaded, rows < loaded.cRows ? rows : loaded.cRows, toOutput);
    const last = this.feed.acceptOf(rows - 1) + toOutput;
    this.liveUntil = last;
    this.live.add(loaded.c, last);
    const operation = loaded.operation;
    if (operation !== null) this.station!.complete(operation, last);
    this.queue.give(loaded);
  }

  /** Results take a port of their bank; in the accumulator, only those that are added to what is there. */
  private markResults(loaded: Step, rows: i32, toOutput: f64): void {
    const c = loaded.c;
    const isLocal = isInScratchpad(c);
    if (rows === 0 || !(loaded.accumulates || isLocal)) return;
    const ports = isLocal ? this.memory.scratchpadWrites : this.memory.accumulations;
    const stride = loaded.state.cStride;
    const bank = this.bankOf(c, isLocal);
    const first = this.feed.acceptOf(0);
    const isUnbroken = this.feed.acceptOf(rows - 1) - first === rows - 1;
    if (isUnbroken && stride === 1 && this.bankOf(c + rows - 1, isLocal) === bank) {
      ports[bank]!.markRange(first + toOutput, rows);
      return;
    }
    for (let row: i32 = 0; row < rows; row++)
      ports[this.bankOf(c + row * stride, isLocal)]!.mark(this.feed.acceptOf(row) + toOutput);
  }

  private bankOf(place: i32, isLocal: bool): i32 {
    return isLocal ? this.memory.scratchpadBank(place) : this.memory.accumulatorBank(place - ACCUMULATOR_PLACE);
  }

  /** Applied when the array holds no result; until then rounds of flushing. */
  private configure(step: Step, now: Cycles): void {
    if (this.resident !== null) {
      this.flushResident(now);
      return;
    }
    let applied = now;
    if (this.liveUntil >= now) {
      const round = this.dim + 2;
      applied = this.lastRead + this.readLatency + FLUSH_START + this.dim;
      while (applied <= this.liveUntil || applied < now) applied += round;
      if (applied > now) {
        this.counts.flushCycles += applied - now - FLUSH_START;
        this.wake(applied);
        this.free = applied;
        this.liveUntil = Math.min(this.liveUntil, applied - 1);
        return;
      }
    }
    this.queue.shift();
    const operation = step.operation;
    if (operation !== null) this.station!.complete(operation, applied);
    this.queue.give(step);
    this.free = applied + 1;
    this.wake(applied + 1);
  }

  /** Nothing follows: output-stationary results are pushed out by rows of zeros. */
  private flushResident(now: Cycles): void {
    const resident = this.resident;
    if (resident === null) return;
    const dim = this.dim;
    const start = Math.max(now - 1, this.lastRead) + this.readLatency + FLUSH_START;
    this.feed.pushZeros(start);
    this.resident = null;
    this.deliver(resident, dim, this.meshLatency);
    this.counts.flushCycles += this.readLatency + FLUSH_START + dim + this.meshLatency;
    this.free = start + dim;
    this.wake(this.free);
  }

  /** A preload waits while an operand of it or of its compute starts where a result is still on its way to. */
  private waitsForResult(preload: Step, compute: Step, now: Cycles): bool {
    const until = this.hazardEnd(preload, compute, now);
    if (until < 0) return false;
    if (this.resident !== null && until === NEVER) this.flushResident(now);
    else {
      this.counts.rawHazardCycles += until + 1 - now;
      this.wake(until + 1);
    }
    return true;
  }

  /** Behind a compute that is to run now: what that one writes is on its way, too. */
  private hasHazard(preload: Step, compute: Step, now: Cycles): bool {
    const loaded = this.loaded;
    if (loaded !== null && loaded.c !== NO_PLACE && isOperand(loaded.c, preload, compute)) return true;
    return this.hazardEnd(preload, compute, now) >= 0;
  }

  private hazardEnd(preload: Step, compute: Step, now: Cycles): Cycles {
    this.live.forget(now);
    const resident = this.resident;
    if (resident !== null && isOperand(resident.c, preload, compute)) return NEVER;
    return this.live.endFor(preload.stays, compute.a, compute.stays);
  }
}

/** Does an operand of the preload or of its compute start at this place? */
function isOperand(place: i32, preload: Step, compute: Step): bool {
  return place === preload.stays || place === compute.a || place === compute.stays;
}

/** Output-stationary results stay in the array, and what they are added to comes in with the preload. */
function bringsOperand(preload: Step): bool {
  return preload.stays !== NO_PLACE || !preload.state.isWeightStationary;
}

function useOf(place: i32): OperandUse {
  return isInScratchpad(place) ? FROM_SCRATCHPAD : place === NO_PLACE ? FROM_NOWHERE : FROM_ACCUMULATOR;
}
