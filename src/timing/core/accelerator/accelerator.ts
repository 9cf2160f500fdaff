import { type Cycles, NEVER } from '../cycles.ts';
import type { L2Port } from '../memory/l2-port.ts';
import type { Message } from '../message.ts';
import { type bool, earliestOf, type f64, type i32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { AcceleratorTlb } from '../translation/accelerator-tlb.ts';
import { CommandPath } from './command-path.ts';
import { DmaLink } from './dma-link.ts';
import { DmaWriter } from './dma-writer.ts';
import { ExecuteUnit } from './execute-unit.ts';
import { LoadUnit } from './load-unit.ts';
import { LocalMemory } from './local-memory.ts';
import { LoopConv } from './loop-conv.ts';
import { LoopMatmul } from './loop-matmul.ts';
import { FROM_CONVOLUTION, MATMUL_RUN, type Operation, OperationPool, SAMPLE_COUNTERS } from './operation.ts';
import { ReservationStation } from './reservation-station.ts';
import { FIRST_ROW, StoreUnit } from './store-unit.ts';

/** Nothing happens for so long only when the model waits for itself. */
const STUCK_AFTER: f64 = 1e7;

/** The accelerator of a tile: its units on one clock, advanced as far as somebody asks. */
export class Accelerator {
  readonly path: CommandPath;
  readonly station: ReservationStation;
  readonly load: LoadUnit;
  readonly store: StoreUnit;
  readonly writer: DmaWriter;
  readonly execute: ExecuteUnit;
  readonly tlb: AcceleratorTlb;
  readonly link: DmaLink;
  readonly loopConv: LoopConv;
  private readonly loopMatmul: LoopMatmul;
  private readonly pool: OperationPool;

  constructor(settings: Settings, tile: i32, l2: L2Port) {
    const memory = new LocalMemory(settings.geometry, settings.accelerator.singlePortedScratchpad !== 0);
    const pool = new OperationPool();
    const link = new DmaLink(settings, l2);
    const tlb = new AcceleratorTlb(settings, tile);
    const load = new LoadUnit(settings, link, tlb, memory, pool);
    const writer = new DmaWriter(settings, link, tlb, FIRST_ROW);
    const execute = new ExecuteUnit(settings, memory);
    const store = new StoreUnit(settings, memory, execute, writer, pool);
    const station = new ReservationStation(settings, pool);
    const loopConv = new LoopConv(settings, pool, tile);
    const loopMatmul = new LoopMatmul(settings, pool);
    const path = new CommandPath(loopConv, loopMatmul, station, tlb, pool);
    writer.store = store;
    load.station = station;
    store.station = station;
    execute.station = station;
    station.load = load;
    station.execute = execute;
    station.store = store;
    station.path = path;
    this.pool = pool;
    this.link = link;
    this.tlb = tlb;
    this.load = load;
    this.writer = writer;
    this.execute = execute;
    this.store = store;
    this.station = station;
    this.loopConv = loopConv;
    this.loopMatmul = loopMatmul;
    this.path = path;
  }

  /** Commands that are sent from `at` on are translated in another address space, or not at all. */
  changeSpace(isOn: bool, at: Cycles): void {
    this.advanceBefore(at);
    this.tlb.isOn = isOn;
    this.tlb.forgetMappings();
  }

  /** Lets all cycles before `until` pass, moment by moment. */
  advanceBefore(until: Cycles): void {
    this.advance(until, NEVER);
  }

  /**
   * Lets the cycles before `until` pass, or those up to the one in which the path has routed so many commands. Units that
   * act in the same cycle do so in the order of the list. Written out, because this loop is what a step of the model costs.
   * @returns the first cycle that has not passed
   */
  private advance(until: Cycles, routed: f64): Cycles {
    const station = this.station;
    const path = this.path;
    const load = this.load;
    const writer = this.writer;
    const store = this.store;
    const execute = this.execute;
    let end = until;
    while (true) {
      const unit = earliestOf(station.wakeAt, path.wakeAt, load.wakeAt, writer.wakeAt, store.wakeAt, execute.wakeAt);
      let now: Cycles = 0;
      switch (unit) {
        case 0:
          now = station.wakeAt;
          if (now >= end) return end;
          station.step(now);
          break;
        case 1:
          now = path.wakeAt;
          if (now >= end) return end;
          path.step(now);
          if (path.routed >= routed) end = now + 1;
          break;
        case 2:
          now = load.wakeAt;
          if (now >= end) return end;
          load.step(now);
          break;
        case 3:
          now = writer.wakeAt;
          if (now >= end) return end;
          writer.step(now);
          break;
        case 4:
          now = store.wakeAt;
          if (now >= end) return end;
          store.step(now);
          break;
        default:
          now = execute.wakeAt;
          if (now >= end) return end;
          execute.step(now);
      }
    }
  }

  /** When the next unit wants to act. */
  private nextMoment(): Cycles {
    const first = Math.min(this.station.wakeAt, this.path.wakeAt);
    const second = Math.min(this.load.wakeAt, this.writer.wakeAt);
    const third = Math.min(this.store.wakeAt, this.execute.wakeAt);
    return Math.min(Math.min(first, second), third);
  }

  /** The router takes the command at `at`, in which it has room. */
  push(message: Message, at: Cycles): void {
    this.path.push(this.operationOf(message), at);
  }

  /** A configuration among the commands of a convolution. */
  addToConvolution(message: Message, slot: i32, part: i32): void {
    const operation = this.operationOf(message);
    operation.origin = FROM_CONVOLUTION;
    this.loopConv.list(slot, part).addConfig(operation);
  }

  private operationOf(message: Message): Operation {
    return message.toOperation(this.pool, message.kind === MATMUL_RUN ? this.loopMatmul.take() : null);
  }

  /** Does the router take a command that leaves the host's pipeline at `at`, without delay? */
  takesCommandAt(at: Cycles): bool {
    this.advanceBefore(at);
    return this.path.accepts(at);
  }

  /** @returns the first cycle from `at` on in which the router takes a command */
  acceptFrom(at: Cycles): Cycles {
    this.advanceBefore(at);
    const path = this.path;
    if (path.accepts(at)) return at;
    const now = this.advance(at + STUCK_AFTER, path.routed + 1);
    if (!path.accepts(now)) throw new Error('the command path is stuck');
    return now;
  }

  /** Sends a command that samples the counters, in a cycle in which the router has room. @returns when it takes effect */
  sampleFrom(accepted: Cycles): Cycles {
    const path = this.path;
    path.sampledAt = NEVER;
    path.push(this.pool.take(SAMPLE_COUNTERS), accepted);
    while (path.sampledAt === NEVER) {
      const moment = this.nextMoment();
      if (moment === NEVER) throw new Error('a counter command does not arrive');
      this.advanceBefore(moment + 1);
    }
    return path.sampledAt;
  }

  /** Is it idle at `at`, all earlier cycles being over? */
  isIdleAt(at: Cycles): bool {
    this.advanceBefore(at);
    return !this.isBusy(at);
  }

  /** @returns the first cycle from `at` on in which the accelerator is not busy */
  idleFrom(at: Cycles): Cycles {
    this.advanceBefore(at);
    let now = at;
    while (this.isBusy(now)) {
      const moment = this.nextMoment();
      if (moment === NEVER) {
        now = Math.max(now, this.settledFrom());
        if (this.isBusy(now)) throw new Error('the accelerator waits for nothing');
        break;
      }
      now = Math.max(now, moment);
      this.advanceBefore(now + 1);
      now = Math.max(now, this.settledFrom());
    }
    return Math.max(now, this.settledFrom());
  }

  private isBusy(now: Cycles): bool {
    return (
      this.path.isBusy(now) ||
      this.station.isBusy() ||
      this.load.isBusy() ||
      this.store.isBusy() ||
      !this.writer.isIdle()
    );
  }

  /** From when on everything that ended has been over. */
  private settledFrom(): Cycles {
    return Math.max(Math.max(this.path.emptyFrom, this.station.emptyFrom), this.writer.acknowledgedFrom);
  }
}
