import { loopConvFlags, loopWsFlags } from '../../accel/commands.ts';
import { type AcceleratorConfig, mvinScaleIdentity } from '../../accel/config.ts';
import { createLoopConvRegisters, sizeWriter } from '../../accel/loop-conv-registers.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type Command, type CommandName, commandsOf, decodeCommand } from '../../isa/accelerator.ts';
import type { OperandLevel } from '../core/accelerator/operand-activity.ts';
import {
  CONV_RUN,
  CONV_SETTING,
  FLUSH_TLB,
  MATMUL_RUN,
  MATMUL_SETTING,
  NO_OPERATION,
} from '../core/accelerator/operation.ts';
import type { Cycles } from '../core/cycles.ts';
import type { Message } from '../core/message.ts';
import type { AcceleratorClient, TimingCore } from '../timing-core.ts';
import type { AddressSpace, Leaf, PageWalker } from '../translation/page-walker.ts';
import { Convolutions } from './convolutions.ts';
import { isNormalizing, OperationDecoder, wideOperand } from './decode-operation.ts';

/** From a lookup that misses to the request of a walk. */
const TO_WALKER: Cycles = 1;
/** From the answer of a walk to a lookup that finds it. */
const FROM_WALKER: Cycles = 1;

/** The accelerator of a tile, as the rest of the timing model sees it: its units are in the core. */
export class AcceleratorTiming implements AcceleratorClient {
  readonly counts: ReturnType<TimingCore['countsOf']>;
  readonly #core: TimingCore;
  readonly #tile: number;
  readonly #config: AcceleratorConfig;
  readonly #walker: PageWalker;
  readonly #decoder: OperationDecoder;
  readonly #words = new OperandBuffer();
  /** May pages be walked for commands that have been sent? */
  mayWalk = false;
  #space: AddressSpace | undefined;
  readonly #matmul: Partial<Message> = {};
  readonly #conv = createLoopConvRegisters();
  readonly #sizeWriters: ReadonlyMap<CommandName, ReturnType<typeof sizeWriter>>;
  readonly #convolutions: Convolutions;

  constructor(core: TimingCore, tile: number, accelerator: AcceleratorConfig, walker: PageWalker) {
    this.counts = core.countsOf(tile);
    this.#core = core;
    this.#tile = tile;
    this.#config = accelerator;
    this.#walker = walker;
    this.#decoder = new OperationDecoder(mvinScaleIdentity(accelerator));
    this.#convolutions = new Convolutions(accelerator, this.#decoder);
    this.#sizeWriters = new Map(
      commandsOf(accelerator.isaRevision)
        .filter(({ name }) => SIZE_SETTINGS.test(name))
        .map(({ name, rs1, rs2 }) => [name, sizeWriter(rs1, rs2)]),
    );
  }

  /** Commands that are sent from `at` on are translated in this address space. */
  changeSpace(space: AddressSpace | undefined, at: Cycles): void {
    if (space === this.#space) return;
    this.#core.exports.changeSpace(this.#tile, space !== undefined, at);
    this.#space = space;
  }

  /** Lets all cycles before `until` pass. */
  advanceBefore(until: Cycles): void {
    this.#core.exports.advanceBefore(this.#tile, until);
  }

  /**
   * A command leaves the host's pipeline at `at`.
   * @returns the cycle in which the router takes it
   */
  send(funct: number, rs1: bigint, rs2: bigint, at: Cycles): Cycles {
    const { exports } = this.#core;
    if (this.#space !== undefined) this.mayWalk = true;
    const now = exports.acceptFrom(this.#tile, at);
    this.#words.set(rs1, rs2);
    const command = decodeCommand(this.#config.isaRevision, funct, this.#words.words[0]!);
    if (command === undefined) return now;
    this.#core.write(this.#decode(command));
    exports.push(this.#tile, now);
    return now;
  }

  /** Does the router take a command that leaves the host's pipeline at `at`, without delay? */
  takesCommandAt(at: Cycles): boolean {
    return Boolean(this.#core.exports.takesCommandAt(this.#tile, at));
  }

  /** As `send`, for a command that asks for counters. @returns also the cycle in which it takes effect, which is reached */
  sendCounter(at: Cycles): { readonly accepted: Cycles; readonly sampled: Cycles } {
    const { exports } = this.#core;
    const accepted = exports.acceptFrom(this.#tile, at);
    return { accepted, sampled: exports.sampleFrom(this.#tile, accepted) };
  }

  /** Is it idle at `at`, all earlier cycles being over? */
  isIdleAt(at: Cycles): boolean {
    return Boolean(this.#core.exports.isIdleAt(this.#tile, at));
  }

  /** @returns the first cycle from `at` on in which the accelerator is not busy */
  idleFrom(at: Cycles): Cycles {
    this.mayWalk = false;
    return this.#core.exports.idleFrom(this.#tile, at);
  }

  /** Cycles before `at` in which operations of exactly these classes were under way. */
  controllersBefore(at: Cycles, ...classes: readonly number[]): Cycles {
    const set = classes.reduce((bits, cls) => bits | (1 << cls), 0);
    return this.#core.exports.controllersBefore(this.#tile, at, set);
  }

  /** Cycles before `at` in which the reservation station held operations; loops of matmuls ran; stores pooled. */
  stationBusyBefore(at: Cycles): Cycles {
    return this.#core.exports.stationBusyBefore(this.#tile, at);
  }

  matmulBusyBefore(at: Cycles): Cycles {
    return this.#core.exports.matmulBusyBefore(this.#tile, at);
  }

  poolingBefore(at: Cycles): Cycles {
    return this.#core.exports.poolingBefore(this.#tile, at);
  }

  /** Operations that the reservation station has taken in, and entries of a class that it holds. */
  get allocated(): number {
    return this.#core.exports.allocated(this.#tile);
  }

  entriesOf(cls: number): number {
    return this.#core.exports.entriesOf(this.#tile, cls);
  }

  /** What the execute controller's signals have shown of an operand before `at`. */
  operandBefore(at: Cycles, operand: 'a' | 'b' | 'd'): Readonly<OperandLevel> {
    return this.#core.operandOf(this.#tile, at, operand);
  }

  /** Does the reservation station hold operations? If it does not, from when on have it and the path been empty? */
  get isStationBusy(): boolean {
    return Boolean(this.#core.exports.isStationBusy(this.#tile));
  }

  get emptyFrom(): Cycles {
    return this.#core.exports.emptyFrom(this.#tile);
  }

  translate(vaddr: number): Leaf | undefined {
    return this.#space!.translate(vaddr);
  }

  walk(at: Cycles, vaddr: number): Cycles {
    return this.#walker.walk(at + TO_WALKER, vaddr, this.#space!.translate(vaddr)!) + FROM_WALKER;
  }

  expandConvolution(run: number, slot: number): void {
    this.#convolutions.expand(run, this.#core, this.#tile, slot);
  }

  /** @throws when requests got lost: a mistake of ours */
  checkConservation(): void {
    const { requests, filterHits, tlbHits, misses, merged, walks } = this.counts.tlb;
    if (requests !== filterHits + tlbHits + misses)
      throw new Error(
        `accelerator TLB: ${requests} requests, but ${filterHits} + ${tlbHits} hits and ${misses} misses`,
      );
    if (walks !== misses - merged)
      throw new Error(`accelerator TLB: ${walks} walks for ${misses} misses, of which ${merged} were merged`);
  }

  #decode(command: Command): Partial<Message> {
    const { words } = this.#words;
    const operation = this.#decoder.decode(command.name, words);
    if (operation !== undefined) return operation;
    const low = wideOperand(words, 0);
    const high = wideOperand(words, 2);
    switch (command.name) {
      case 'flush':
        return { kind: FLUSH_TLB };
      case 'loop_ws':
        return this.#runMatmul();
      case 'loop_ws.config_bounds':
        return this.#setMatmul({
          padI: words[0]! & 0xffff,
          padJ: words[0]! >>> 16,
          padK: words[1]! & 0xffff,
          i: words[2]! & 0xffff,
          j: words[2]! >>> 16,
          k: words[3]! & 0xffff,
        });
      case 'loop_ws.config_addrs_ab':
        return this.#setMatmul({ a: low, b: high });
      case 'loop_ws.config_addrs_dc':
        return this.#setMatmul({ d: low, c: high });
      case 'loop_ws.config_strides_ab':
        return this.#setMatmul({ aStride: low, bStride: high });
      case 'loop_ws.config_strides_dc':
        return this.#setMatmul({ dStride: low, cStride: high });
      case 'loop_conv_ws':
        return { kind: CONV_RUN, vaddr: this.#convolutions.add(this.#conv, loopConvFlags(words)) };
      case 'loop_conv_ws.config_5':
        Object.assign(this.#conv, { weights: BigInt(low), output: BigInt(high) });
        return { kind: CONV_SETTING };
      case 'loop_conv_ws.config_6':
        Object.assign(this.#conv, { bias: BigInt(low), input: BigInt(high) });
        return { kind: CONV_SETTING };
      default: {
        const writer = this.#sizeWriters.get(command.name);
        if (writer === undefined) return { kind: NO_OPERATION };
        writer(words, this.#conv);
        return { kind: CONV_SETTING };
      }
    }
  }

  #setMatmul(values: Partial<Message>): Partial<Message> {
    Object.assign(this.#matmul, values);
    return { kind: MATMUL_SETTING };
  }

  #runMatmul(): Partial<Message> {
    const { activation, spadIdA, spadIdB, ...flags } = loopWsFlags(this.#words.words);
    return {
      ...this.#matmul,
      kind: MATMUL_RUN,
      accumulates: Number(flags.accumulates),
      isFullC: Number(flags.isFullC),
      isLowD: Number(flags.isLowD),
      transposesA: Number(flags.transposesA),
      transposesB: Number(flags.transposesB),
      isResidualAdd: Number(flags.isResidualAdd),
      isNormalized: Number(isNormalizing(activation)),
      spadIdA,
      spadIdB,
    };
  }
}

const SIZE_SETTINGS = /^loop_conv_ws\.config_[1-4]$/;
