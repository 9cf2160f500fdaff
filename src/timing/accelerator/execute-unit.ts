import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER, type Unit } from '../cycles.ts';
import { ACCUMULATOR_PLACE, isInScratchpad, NO_PLACE, Step, stepOf } from './execute-step.ts';
import type { Geometry } from './geometry.ts';
import type { LocalMemory } from './local-memory.ts';
import {
  FROM_ACCUMULATOR,
  FROM_NOWHERE,
  FROM_SCRATCHPAD,
  NOT_TAKEN,
  OperandActivity,
  type OperandUse,
} from './operand-activity.ts';
import { OperandFeed, type Pass } from './operand-feed.ts';
import type { ExecuteState, Operation } from './operation.ts';
import type { IssueTarget, ReservationStation } from './reservation-station.ts';
import type { ScratchpadReader } from './store-unit.ts';

/** From issue to the command being seen by the state machine. */
const ISSUE_TO_FSM = 2;
/** Commands in the unroller of transposed preloads, in front of the queue. */
const UNROLLER_QUEUE = 2;
/** Fewest rows of an action. */
const LEAST_ROWS = 4;
/** From the array taking the last row before a flush to the first of the rows that push results out. */
const FLUSH_START = 2;

export interface ExecuteCounts {
  actions: number;
  computes: number;
  preloads: number;
  /** Cycles from the first to the last row of actions. */
  activeCycles: number;
  flushCycles: number;
  /** Rows that waited for a bank, cycles. */
  bankWait: number;
  /** Rows that waited for the array, cycles. */
  meshWait: number;
  rawHazardCycles: number;
  /** Cycles of computes that run alone because the preload behind them must wait for a result. */
  overlapHazardCycles: number;
  /** Cycles in which rows wait for room in the control queue. */
  controlQueueWait: number;
  /** Rows of A that entered the array. */
  rows: number;
  /** Products of elements that the commands ask for. */
  macs: number;
}

/**
 * Execute controller and array: preloads and computes become passes of operand rows; results leave the array a fixed time
 * later.
 * @source gemmini-timing §6 and the recurrences of §11.5
 */
export class ExecuteUnit implements Unit, IssueTarget, ScratchpadReader {
  wakeAt: Cycles = NEVER;
  readonly counts: ExecuteCounts = {
    actions: 0,
    computes: 0,
    preloads: 0,
    activeCycles: 0,
    flushCycles: 0,
    bankWait: 0,
    meshWait: 0,
    rawHazardCycles: 0,
    overlapHazardCycles: 0,
    controlQueueWait: 0,
    rows: 0,
    macs: 0,
  };
  readonly operands = new OperandActivity();
  reservationStation!: ReservationStation;
  readonly #geometry: Geometry;
  readonly #memory: LocalMemory;
  readonly #capacity: number;
  /** From the read of an operand row to the array taking it. */
  readonly #readLatency: number;
  readonly #queue: Step[] = [];
  /** A preload that the unroller holds until it sees what follows. */
  #held: Operation | undefined;
  #free: Cycles = 0;
  readonly #feed: OperandFeed;
  #action: Pass | undefined;

  /** The preload whose compute comes next. */
  #loaded: Step | undefined;
  /** Output-stationary results that the next pass pushes out. */
  #resident: Step | undefined;
  #lastRead: Cycles = -1;
  /** Until when results with a destination are in the array. */
  #liveUntil: Cycles = -1;
  readonly #live: { place: number; until: Cycles }[] = [];

  constructor(config: TimingConfig, geometry: Geometry, memory: LocalMemory) {
    this.#geometry = geometry;
    this.#memory = memory;
    this.#readLatency = config.accelerator.operandLatency;
    this.#feed = new OperandFeed(config, geometry, memory);
    this.#capacity = config.accelerator.executeQueue + UNROLLER_QUEUE;
  }

  hasRoom(): boolean {
    return this.#queue.length + (this.#held === undefined ? 0 : 1) < this.#capacity;
  }

  isBusy(now: Cycles): boolean {
    return this.#queue.length > 0 || this.#action !== undefined || now <= this.#liveUntil;
  }

  issue(operation: Operation, at: Cycles): void {
    const state = operation.config as ExecuteState;
    const visibleAt = at + ISSUE_TO_FSM;
    if (operation.kind === 'preload' && state.isWeightStationary && state.transposesB) {
      this.#held = operation;
      return;
    }
    if (this.#held !== undefined) this.#release(operation, visibleAt);
    this.#queue.push(stepOf(operation, visibleAt));
    if (this.#action === undefined) this.#wake(Math.max(visibleAt, this.#free));
  }

  /** A held preload whose compute takes it is preceded by a pass that turns the weights round. */
  #release(next: Operation, visibleAt: Cycles): void {
    const held = stepOf(this.#held!, visibleAt);
    this.#held = undefined;
    if (next.kind !== 'compute' || !next.flips) {
      this.#queue.push(held);
      return;
    }
    const turned = new Step('preload', held.state, visibleAt);
    turned.stays = held.stays;
    turned.staysRows = held.staysRows;
    const turns = new Step('compute', held.state, visibleAt);
    turns.staysRows = held.staysRows;
    turns.flips = true;
    held.stays = NO_PLACE;
    this.#queue.push(turned, turns, held);
  }

  #wake(at: Cycles): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  step(now: Cycles): void {
    this.wakeAt = NEVER;
    if (this.#action !== undefined && !this.#finish(now)) return;
    if (now < this.#free) {
      this.#wake(this.#free);
      return;
    }
    this.#start(now);
  }

  readsBank(bank: number, at: Cycles): boolean {
    return this.#action !== undefined && this.#feed.readsBank(this.#action, bank, at);
  }

  /** Ends the running pass unless a write has got in its way meanwhile. @returns did it end? */
  #finish(now: Cycles): boolean {
    const action = this.#action!;
    this.#feed.renew(action);
    if (this.#feed.end >= now) {
      this.#wake(this.#feed.end + 1);
      return false;
    }
    this.#action = undefined;
    this.#commit(action);
    this.#free = this.#lastRead + 1;
    return true;
  }

  #head(index: number, now: Cycles): Step | undefined {
    const step = this.#queue[index];
    return step !== undefined && step.visibleAt <= now ? step : undefined;
  }

  #start(now: Cycles): void {
    const first = this.#head(0, now);
    if (first === undefined) {
      if (this.#queue.length > 0) this.#wake(this.#queue[0]!.visibleAt);
      else this.#flushResident(now);
      return;
    }
    if (first.kind === 'config') {
      this.#configure(first, now);
      return;
    }
    const second = this.#head(1, now);
    if (first.kind === 'preload') {
      if (second === undefined) {
        if (this.#queue.length > 1) this.#wake(this.#queue[1]!.visibleAt);
        else this.#flushResident(now);
        return;
      }
      if (this.#waitsForResult(first, second, now)) return;
      this.#run(now, undefined, first, false);
      return;
    }
    const third = this.#head(2, now);
    const isOffered = second?.kind === 'preload' && third !== undefined;
    const isParted = isOffered && this.#hasHazard(second, third, now);
    this.#run(now, first, isOffered && !isParted ? second : undefined, isParted);
  }

  #run(start: Cycles, compute: Step | undefined, preload: Step | undefined, isParted: boolean): void {
    const action = { start, compute, preload, rows: this.#rowsOf(compute, preload), isParted };
    this.#action = action;
    this.#feed.plan(action);
    this.#wake(this.#feed.end + 1);
  }

  #rowsOf(compute: Step | undefined, preload: Step | undefined): number {
    const { dim } = this.#geometry;
    const { isWeightStationary, transposesA, transposesB } = (compute ?? preload)!.state;
    const isFull = !isWeightStationary || transposesA || transposesB;
    if (isFull || (preload !== undefined && bringsOperand(preload))) return dim;
    const aRows = compute === undefined ? 1 : compute.aRows;
    const bRows = compute !== undefined && compute.stays !== NO_PLACE ? compute.staysRows : 1;
    return Math.min(dim, Math.max(aRows, bRows, LEAST_ROWS));
  }

  /** The pass is over: its rows are in the array, its commands leave the queue. */
  #commit({ start, compute, preload, rows, isParted }: Pass): void {
    const { meshLatency } = this.#geometry;
    this.#lastRead = this.#feed.end;
    this.#feed.finish(rows);
    this.#count(start, compute, rows);
    if (isParted) this.counts.overlapHazardCycles += this.#lastRead - start + 1;
    this.operands.pass(
      this.#feed.firstRead + 1,
      this.#lastRead - start + 1,
      compute === undefined ? NOT_TAKEN : useOf(compute.a),
      compute === undefined ? NOT_TAKEN : useOf(compute.stays),
      preload !== undefined && bringsOperand(preload) ? useOf(preload.stays) : undefined,
    );
    const toOutput = meshLatency + 1;
    if (this.#resident !== undefined) {
      this.#deliver(this.#resident, rows, toOutput);
      this.#resident = undefined;
    }
    if (compute !== undefined) {
      this.#queue.shift();
      if (compute.operation !== undefined) this.reservationStation.complete(compute.operation, this.#lastRead + 1);
      const loaded = this.#loaded;
      this.#loaded = undefined;
      if (loaded !== undefined && loaded.c !== NO_PLACE) {
        if (compute.state.isWeightStationary) this.#deliver(loaded, rows, toOutput);
        else {
          this.#resident = loaded;
          this.#liveUntil = NEVER;
        }
      }
    }
    if (preload !== undefined) {
      this.#queue.shift();
      this.counts.preloads++;
      this.#loaded = preload;
      if (preload.operation !== undefined && preload.c === NO_PLACE)
        this.reservationStation.complete(preload.operation, this.#lastRead + 1);
    }
    this.reservationStation.wake(this.#lastRead + 1);
  }

  #count(start: Cycles, compute: Step | undefined, rows: number): void {
    this.counts.actions++;
    this.counts.controlQueueWait += this.#feed.queueWait;
    this.counts.activeCycles += this.#lastRead - start + 1;
    if (this.#lastRead - start + 1 > rows) this.counts.bankWait += this.#lastRead - start + 1 - rows;
    if (compute !== undefined) {
      this.counts.computes++;
      this.counts.rows += compute.aRows;
      this.counts.macs += this.#macsOf(compute);
    }
  }

  #macsOf({ a, aRows, aCols, staysCols, state }: Step): number {
    if (a === NO_PLACE) return 0;
    return aRows * aCols * (state.isWeightStationary ? (this.#loaded?.cCols ?? 0) : staysCols);
  }

  /** Results for C of `loaded` leave the array behind the rows of the pass that was just worked out. */
  #deliver(loaded: Step, rows: number, toOutput: Cycles): void {
    this.#markResults(loaded, Math.min(rows, loaded.cRows), toOutput);
    const last = this.#feed.accepts[rows - 1]! + toOutput;
    this.#liveUntil = last;
    this.#live.push({ place: loaded.c, until: last });
    if (loaded.operation !== undefined) this.reservationStation.complete(loaded.operation, last);
  }

  /** Results take a port of their bank; in the accumulator, only those that are added to what is there. */
  #markResults({ c, state, accumulates: adds }: Step, rows: number, toOutput: Cycles): void {
    if (rows === 0 || !(adds || isInScratchpad(c))) return;
    const memory = this.#memory;
    const isLocal = isInScratchpad(c);
    const ports = isLocal ? memory.scratchpadWrites : memory.accumulations;
    const bankOf = (row: number): number =>
      isLocal ? memory.scratchpadBank(row) : memory.accumulatorBank(row - ACCUMULATOR_PLACE);
    const bank = bankOf(c);
    if (bankOf(c + (rows - 1) * state.cStride) === bank && state.cStride === 1) {
      ports[bank]!.markAll(this.#feed.accepts, rows, toOutput);
      return;
    }
    for (let row = 0; row < rows; row++)
      ports[bankOf(c + row * state.cStride)]!.mark(this.#feed.accepts[row]! + toOutput);
  }

  /** Applied when the array holds no result; until then rounds of flushing. */
  #configure(step: Step, now: Cycles): void {
    const { dim } = this.#geometry;
    if (this.#resident !== undefined) {
      this.#flushResident(now);
      return;
    }
    let applied = now;
    if (this.#liveUntil >= now) {
      const firstRound = this.#lastRead + this.#readLatency + FLUSH_START + dim;
      const round = dim + 2;
      applied = firstRound;
      while (applied <= this.#liveUntil || applied < now) applied += round;
      if (applied > now) {
        this.counts.flushCycles += applied - now - FLUSH_START;
        this.#wake(applied);
        this.#free = applied;
        this.#liveUntil = Math.min(this.#liveUntil, applied - 1);
        return;
      }
    }
    this.#queue.shift();
    if (step.operation !== undefined) this.reservationStation.complete(step.operation, applied);
    this.#free = applied + 1;
    this.#wake(applied + 1);
  }

  /** Nothing follows: output-stationary results are pushed out by rows of zeros. */
  #flushResident(now: Cycles): void {
    const resident = this.#resident;
    if (resident === undefined) return;
    const { dim, meshLatency } = this.#geometry;
    const start = Math.max(now - 1, this.#lastRead) + this.#readLatency + FLUSH_START;
    this.#feed.pushZeros(start);
    this.#resident = undefined;
    this.#deliver(resident, dim, meshLatency);
    this.counts.flushCycles += this.#readLatency + FLUSH_START + dim + meshLatency;
    this.#free = start + dim;
    this.#wake(this.#free);
  }

  /** A preload waits while an operand of it or of its compute starts where a result is still on its way to. */
  #waitsForResult(preload: Step, compute: Step, now: Cycles): boolean {
    const until = this.#hazardEnd(preload, compute, now);
    if (until < 0) return false;
    if (this.#resident !== undefined && until === NEVER) this.#flushResident(now);
    else {
      this.counts.rawHazardCycles += until + 1 - now;
      this.#wake(until + 1);
    }
    return true;
  }

  /** Behind a compute that is to run now: what that one writes is on its way, too. */
  #hasHazard(preload: Step, compute: Step, now: Cycles): boolean {
    const written = this.#loaded?.c ?? NO_PLACE;
    const { a, stays } = compute;
    if (written !== NO_PLACE && (written === preload.stays || written === a || written === stays)) return true;
    return this.#hazardEnd(preload, compute, now) >= 0;
  }

  #hazardEnd(preload: Step, compute: Step, now: Cycles): Cycles {
    while (this.#live.length > 0 && this.#live[0]!.until < now) this.#live.shift();
    const { stays } = preload;
    const { a, stays: second } = compute;
    const resident = this.#resident;
    if (resident !== undefined && (resident.c === stays || resident.c === a || resident.c === second)) return NEVER;
    let end = -1;
    for (const { place, until } of this.#live)
      if (place === stays || place === a || place === second) end = Math.max(end, until);
    return end;
  }
}

/** Output-stationary results stay in the array, and what they are added to comes in with the preload. */
const bringsOperand = ({ stays, state }: Step): boolean => stays !== NO_PLACE || !state.isWeightStationary;

const useOf = (place: number): OperandUse =>
  isInScratchpad(place) ? FROM_SCRATCHPAD : place === NO_PLACE ? FROM_NOWHERE : FROM_ACCUMULATOR;
