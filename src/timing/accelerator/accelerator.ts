import { loopConvFlags, loopWsFlags } from '../../accel/commands.ts';
import type { AcceleratorConfig } from '../../accel/config.ts';
import { mvinScaleIdentity } from '../../accel/config.ts';
import { createLoopConvRegisters, sizeWriter } from '../../accel/loop-conv-registers.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type Command, type CommandName, commandsOf, decodeCommand } from '../../isa/accelerator.ts';
import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import type { L2Port } from '../memory/shared-tile-port.ts';
import { AcceleratorTlb } from '../translation/accelerator-tlb.ts';
import type { AddressSpace, PageWalker } from '../translation/page-walker.ts';
import { CommandPath, type PathCommand } from './command-path.ts';
import { isNormalizing, OperationDecoder, wideOperand } from './decode-operation.ts';
import { DmaLink } from './dma-link.ts';
import { DmaWriter } from './dma-writer.ts';
import { ExecuteUnit } from './execute-unit.ts';
import { geometryOf } from './geometry.ts';
import { LoadUnit } from './load-unit.ts';
import { LocalMemory } from './local-memory.ts';
import { LoopConv } from './loop-conv.ts';
import { LoopMatmul } from './loop-matmul.ts';
import { noMatmulLoop } from './loop-registers.ts';
import { OperationPool } from './operation.ts';
import { completesOnIssue, ReservationStation } from './reservation-station.ts';
import { FIRST_ROW, StoreUnit } from './store-unit.ts';

/** Nothing happens for so long only when the model waits for itself. */
const STUCK_AFTER = 1e7;

/** The accelerator of a tile: its units on one clock, advanced as far as somebody asks. */
export class AcceleratorTiming {
  readonly path: CommandPath;
  readonly station: ReservationStation;
  readonly load: LoadUnit;
  readonly store: StoreUnit;
  readonly writer: DmaWriter;
  readonly execute: ExecuteUnit;
  readonly tlb: AcceleratorTlb;
  readonly link: DmaLink;
  readonly #config: AcceleratorConfig;
  readonly #decoder: OperationDecoder;
  readonly #words = new OperandBuffer();
  readonly #matmul = noMatmulLoop();
  readonly #conv = createLoopConvRegisters();
  readonly #sizeWriters: ReadonlyMap<CommandName, ReturnType<typeof sizeWriter>>;

  constructor(timing: TimingConfig, accelerator: AcceleratorConfig, l2: L2Port, walker: PageWalker) {
    const geometry = geometryOf(accelerator, timing);
    const memory = new LocalMemory(geometry, timing.accelerator.singlePortedScratchpad);
    this.link = new DmaLink(timing, l2);
    this.#config = accelerator;
    const pool = new OperationPool();
    this.#decoder = new OperationDecoder(pool, mvinScaleIdentity(accelerator));
    this.tlb = new AcceleratorTlb(timing, walker);
    this.load = new LoadUnit(timing, geometry, this.link, this.tlb, memory);
    this.writer = new DmaWriter(timing, this.link, this.tlb, FIRST_ROW);
    this.execute = new ExecuteUnit(timing, geometry, memory);
    this.store = new StoreUnit(timing, geometry, memory, this.execute, this.writer);
    this.station = new ReservationStation(timing, geometry, [this.load, this.execute, this.store], (operation, at) => {
      this.path.retired(operation, at);
      if (operation.kind === 'mvin') this.load.retired(at);
      // Configurations retire while their controller still has them.
      if (!completesOnIssue(operation)) pool.give(operation);
    });
    this.load.reservationStation = this.station;
    this.store.reservationStation = this.station;
    this.execute.reservationStation = this.station;
    const loopConv = new LoopConv(timing, accelerator, geometry, pool, this.#decoder);
    this.path = new CommandPath(loopConv, new LoopMatmul(timing, geometry, pool), this.station);
    this.#sizeWriters = new Map(
      commandsOf(accelerator.isaRevision)
        .filter(({ name }) => SIZE_SETTINGS.test(name))
        .map(({ name, rs1, rs2 }) => [name, sizeWriter(rs1, rs2)]),
    );
  }

  /** Commands that are sent from `at` on are translated in this address space. */
  changeSpace(space: AddressSpace | undefined, at: Cycles): void {
    if (space === this.tlb.space) return;
    this.advanceBefore(at);
    this.tlb.space = space;
    this.tlb.forgetMappings();
  }

  /**
   * Lets all cycles before `until` pass, moment by moment; units that act in the same cycle do so in the order of the
   * list. Written out, because this loop is what a simulated cycle costs.
   */
  advanceBefore(until: Cycles): void {
    this.#advance(until, NEVER);
  }

  /**
   * Lets the cycles before `until` pass, or those up to the one in which the path has routed so many commands.
   * @returns the first cycle that has not passed
   */
  #advance(until: Cycles, routed: number): Cycles {
    const { station, path, load, writer, store, execute } = this;
    let end = until;
    for (;;) {
      const now = this.#nextMoment();
      if (now >= end) return end;
      if (station.wakeAt === now) station.step(now);
      else if (path.wakeAt === now) {
        path.step(now);
        if (path.routed >= routed) end = now + 1;
      } else if (load.wakeAt === now) load.step(now);
      else if (writer.wakeAt === now) writer.step(now);
      else if (store.wakeAt === now) store.step(now);
      else execute.step(now);
    }
  }

  /** When the next unit wants to act. */
  #nextMoment(): Cycles {
    const { station, path, load, writer, store, execute } = this;
    let at = station.wakeAt;
    if (path.wakeAt < at) at = path.wakeAt;
    if (load.wakeAt < at) at = load.wakeAt;
    if (writer.wakeAt < at) at = writer.wakeAt;
    if (store.wakeAt < at) at = store.wakeAt;
    if (execute.wakeAt < at) at = execute.wakeAt;
    return at;
  }

  /**
   * A command leaves the host's pipeline at `at`.
   * @returns the cycle in which the router takes it
   */
  send(funct: number, rs1: bigint, rs2: bigint, at: Cycles): Cycles {
    const now = this.#acceptFrom(at);
    this.#push(funct, rs1, rs2, now);
    return now;
  }

  /** Does the router take a command that leaves the host's pipeline at `at`, without delay? */
  takesCommandAt(at: Cycles): boolean {
    this.advanceBefore(at);
    return this.path.accepts(at);
  }

  /** As `send`, for a command that asks for counters. @returns also the cycle in which it takes effect, which is reached */
  sendCounter(at: Cycles): { readonly accepted: Cycles; readonly sampled: Cycles } {
    const accepted = this.#acceptFrom(at);
    let sampled = NEVER;
    const act = (now: Cycles): void => void (sampled = now);
    this.path.push({ kind: 'immediate', act }, accepted);
    while (sampled === NEVER) {
      const moment = this.#nextMoment();
      if (moment === NEVER) throw new Error(`a counter command of cycle ${at} does not arrive`);
      this.advanceBefore(moment + 1);
    }
    return { accepted, sampled };
  }

  /** @returns the first cycle from `at` on in which the router takes a command */
  #acceptFrom(at: Cycles): Cycles {
    this.advanceBefore(at);
    const { path } = this;
    if (path.accepts(at)) return at;
    const now = this.#advance(at + STUCK_AFTER, path.routed + 1);
    if (!path.accepts(now)) throw new Error(`command path is stuck at cycle ${at}`);
    return now;
  }

  /** Is it idle at `at`, all earlier cycles being over? */
  isIdleAt(at: Cycles): boolean {
    this.advanceBefore(at);
    return !this.#isBusy(at);
  }

  /** @returns the first cycle from `at` on in which the accelerator is not busy */
  idleFrom(at: Cycles): Cycles {
    this.advanceBefore(at);
    let now = at;
    while (this.#isBusy(now)) {
      const moment = this.#nextMoment();
      if (moment === NEVER) {
        now = Math.max(now, this.#settledFrom());
        if (this.#isBusy(now)) throw new Error(`accelerator waits for nothing at cycle ${now}`);
        break;
      }
      now = Math.max(now, moment);
      this.advanceBefore(now + 1);
      now = Math.max(now, this.#settledFrom());
    }
    return Math.max(now, this.#settledFrom());
  }

  #isBusy(now: Cycles): boolean {
    return (
      this.path.isBusy(now) ||
      this.station.isBusy() ||
      this.load.isBusy() ||
      this.store.isBusy() ||
      !this.writer.isIdle()
    );
  }

  /** From when on everything that ended has been over. */
  #settledFrom(): Cycles {
    return Math.max(this.path.emptyFrom, this.station.emptyFrom, this.writer.acknowledgedFrom);
  }

  #push(funct: number, rs1: bigint, rs2: bigint, at: Cycles): void {
    this.#words.set(rs1, rs2);
    const command = decodeCommand(this.#config.isaRevision, funct, this.#words.words[0]!);
    if (command !== undefined) this.path.push(this.#decode(command), at);
  }

  #decode(command: Command): PathCommand {
    const { words } = this.#words;
    const operation = this.#decoder.decode(command.name, words);
    if (operation !== undefined) return operation;
    const m = this.#matmul;
    const low = wideOperand(words, 0);
    const high = wideOperand(words, 2);
    switch (command.name) {
      case 'flush':
        return { kind: 'immediate', act: () => this.tlb.flush() };
      case 'loop_ws':
        return this.#runMatmul();
      case 'loop_ws.config_bounds':
        Object.assign(m, { padI: words[0]! & 0xffff, padJ: words[0]! >>> 16, padK: words[1]! & 0xffff });
        Object.assign(m, { i: words[2]! & 0xffff, j: words[2]! >>> 16, k: words[3]! & 0xffff });
        return { kind: 'matmul-setting' };
      case 'loop_ws.config_addrs_ab':
        Object.assign(m, { a: low, b: high });
        return { kind: 'matmul-setting' };
      case 'loop_ws.config_addrs_dc':
        Object.assign(m, { d: low, c: high });
        return { kind: 'matmul-setting' };
      case 'loop_ws.config_strides_ab':
        Object.assign(m, { aStride: low, bStride: high });
        return { kind: 'matmul-setting' };
      case 'loop_ws.config_strides_dc':
        Object.assign(m, { dStride: low, cStride: high });
        return { kind: 'matmul-setting' };
      case 'loop_conv_ws':
        return { kind: 'conv-run', registers: { ...this.#conv }, flags: loopConvFlags(words) };
      case 'loop_conv_ws.config_5':
        Object.assign(this.#conv, { weights: BigInt(low), output: BigInt(high) });
        return { kind: 'conv-setting' };
      case 'loop_conv_ws.config_6':
        Object.assign(this.#conv, { bias: BigInt(low), input: BigInt(high) });
        return { kind: 'conv-setting' };
      default: {
        const writer = this.#sizeWriters.get(command.name);
        if (writer === undefined) return { kind: 'immediate', act: () => {} };
        writer(words, this.#conv);
        return { kind: 'conv-setting' };
      }
    }
  }

  #runMatmul(): PathCommand {
    const { activation, ...flags } = loopWsFlags(this.#words.words);
    return {
      kind: 'matmul-run',
      registers: { ...this.#matmul },
      flags: { ...flags, isNormalized: isNormalizing(activation) },
    };
  }
}

const SIZE_SETTINGS = /^loop_conv_ws\.config_[1-4]$/;
