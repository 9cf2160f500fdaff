import type { AcceleratorConfig } from '../accel/config.ts';
import type { CounterSource } from '../accel/counters.ts';
import type { CoprocessorOutcome, CustomInstruction } from '../hart/coprocessor.ts';
import type { HostAddressSpace, HostObserver, TracedBlock, TracedPage } from '../hart/host-trace.ts';
import { commandByName } from '../isa/accelerator.ts';
import { AcceleratorTiming } from './accelerator/accelerator.ts';
import { type ActivitySample, sampleActivity } from './accelerator/activity-sample.ts';
import { TimedCounters } from './accelerator/timed-counters.ts';
import type { TimingConfig } from './config.ts';
import type { Cycles } from './core/cycles.ts';
import { HostMemory, type MemoryMap } from './host/host-memory.ts';
import type { HostModel } from './host/host-model.ts';
import { OutOfOrderHost } from './host/out-of-order.ts';
import { RocketHost } from './host/rocket.ts';
import { CorePort } from './memory/host-port.ts';
import { L1DataCache } from './memory/l1-data-cache.ts';
import { L1InstructionCache } from './memory/l1-instruction-cache.ts';
import { MarkSplitter } from './profile/marks.ts';
import { type Profile, type ProfilePoint, TileProfile, type WaitCause } from './profile/tile-profile.ts';
import { splitWait } from './profile/wait-parts.ts';
import type { TimingCore } from './timing-core.ts';
import { PageWalker } from './translation/page-walker.ts';
import { ToldPages } from './translation/told-pages.ts';

const SATP_MODE_SHIFT = 60n;
const SV39 = 8n;
const MACHINE_PRIVILEGE = 3;
/** From the issue of a counter command on an idle path to its effect. */
const COUNTER_PATH = 8;

/** What a tile is built from and connected to. */
export interface TilePorts {
  readonly accelerator: AcceleratorConfig;
  readonly customOpcode: number;
  readonly core: TimingCore;
  /** Its number. */
  readonly tile: number;
  readonly map: MemoryMap;
  /** Called when the program has given the host of the machine a command. */
  readonly hostCommandStored: (tile: TileTiming) => void;
}

/** A host with its accelerator: takes what the hart retires, answers what the guest asks of time. */
export class TileTiming implements HostObserver {
  readonly host: HostModel;
  readonly accelerator: AcceleratorTiming;
  readonly memory: HostMemory;
  readonly walker: PageWalker;
  readonly data: L1DataCache;
  /** First addresses of the blocks of the host trace, by id. */
  readonly blockPcs: bigint[] = [];
  readonly #config: TimingConfig;
  readonly #customOpcode: number;
  readonly #counterFunct: number;
  readonly #pages = new ToldPages();
  readonly #core: TimingCore;
  readonly #marks: MarkSplitter;
  readonly #profile: TileProfile;
  readonly #hostCommandStored: (tile: TileTiming) => void;
  /** The profile at the last command to the host of the machine: the end, if that was what ended the program. */
  #atHostCommand: Profile | undefined;
  #end: Profile | undefined;
  /** The counter command that executes, which the guest's counters have sent already. */
  #counterCommand: { readonly accepted: Cycles; readonly sampled: Cycles } | undefined;

  constructor(config: TimingConfig, ports: TilePorts) {
    const { accelerator, customOpcode, core, tile, map, hostCommandStored } = ports;
    const port = new CorePort(core, tile);
    const data = new L1DataCache(config, tile, port);
    this.#hostCommandStored = hostCommandStored;
    this.data = data;
    this.#core = core;
    this.#config = config;
    this.#customOpcode = customOpcode;
    this.#counterFunct = commandByName(accelerator.isaRevision, 'counter')!.funct;
    this.walker = new PageWalker(config, data);
    this.accelerator = new AcceleratorTiming(core, tile, accelerator, this.walker);
    core.connect(tile, data, this.accelerator);
    this.memory = new HostMemory(
      config,
      data,
      new L1InstructionCache(config, port),
      this.walker,
      map,
      this.accelerator,
    );
    const Host = config.host.kind === 'rocket' ? RocketHost : OutOfOrderHost;
    this.host = new Host(config, this.memory, (id, cycles) => this.#ran(id, cycles));
    this.#profile = new TileProfile(() => this.#here());
    this.#marks = new MarkSplitter({
      block: (block) => this.host.block(block),
      drain: (words, start, end) => this.host.drain(words, start, end),
      mark: (region) => this.#profile.mark(region),
    });
  }

  /** Counters of the accelerator, as a counter command finds them. @param settle times what the hart has retired */
  counterSource(settle: () => void): CounterSource {
    return new TimedCounters(this.accelerator, () => {
      settle();
      this.#counterCommand = this.accelerator.sendCounter(this.host.writeBack);
      return this.#counterCommand.sampled;
    });
  }

  addressSpace({ satp, privilege, dataPrivilege }: HostAddressSpace): void {
    const isOn = satp >> SATP_MODE_SHIFT === SV39;
    const space = isOn ? this.#pages.space(satp) : undefined;
    this.memory.dataSpace = dataPrivilege < MACHINE_PRIVILEGE ? space : undefined;
    this.memory.fetchSpace = privilege < MACHINE_PRIVILEGE ? space : undefined;
    this.accelerator.changeSpace(this.memory.dataSpace, this.host.writeBack);
  }

  page(page: TracedPage): void {
    this.#pages.tell(page);
  }

  block(block: TracedBlock): void {
    this.blockPcs[block.id] = block.pc;
    this.#marks.block(block);
  }

  drain(words: Int32Array, start: number, end: number): void {
    this.#marks.drain(words, start, end);
  }

  cycle(): bigint {
    return BigInt(this.host.issued);
  }

  custom({ custom, funct7, rs1, rs2 }: CustomInstruction, outcome: CoprocessorOutcome): void {
    if (custom !== this.#customOpcode || outcome.kind !== 'done') return;
    const { host } = this;
    const arrives = host.writeBack;
    if (funct7 === this.#counterFunct) {
      const { accepted, sampled } = this.#counterCommand ?? this.accelerator.sendCounter(arrives);
      this.#counterCommand = undefined;
      if (accepted > arrives) this.#hold(this.#sample(arrives), accepted);
      host.delayResult(sampled + this.#config.host.commandResponse - COUNTER_PATH);
      return;
    }
    if (this.accelerator.takesCommandAt(arrives)) this.accelerator.send(funct7, rs1, rs2, arrives);
    else {
      const before = this.#sample(arrives);
      this.#hold(before, this.accelerator.send(funct7, rs1, rs2, arrives));
    }
  }

  fence(): void {
    const { host, accelerator } = this;
    const arrives = host.writeBack;
    accelerator.advanceBefore(host.issued);
    const before = this.#sample(arrives);
    const idle = accelerator.idleFrom(host.issued);
    this.#wait('fenceWait', before, idle + this.#config.host.fenceTail);
    accelerator.checkConservation();
    this.walker.checkConservation();
  }

  /** The program ended with its last command to the host of the machine; what the tile did since then does not count. */
  endAtHostCommand(): void {
    this.#end = this.#atHostCommand;
  }

  /** Where the cycles went, up to the end of the program or up to now. */
  profile(): Profile {
    return this.#end ?? this.#profile.take();
  }

  /** A command is taken late. */
  #hold(before: ActivitySample, accepted: Cycles): void {
    this.#wait('commandWait', before, accepted + this.#config.host.commandRestart);
  }

  #wait(cause: WaitCause, before: ActivitySample, until: Cycles): void {
    const cycles = until - this.host.writeBack;
    if (cycles <= 0) return;
    this.host.holdUntilWriteBack(until, cause);
    const { isStationBusy, emptyFrom } = this.accelerator;
    const ended = isStationBusy ? until : emptyFrom;
    this.#profile.waited(cause, splitWait(before, this.#sample(until), ended), cycles);
  }

  #sample(at: Cycles): ActivitySample {
    return sampleActivity(this.accelerator, at);
  }

  #here(): ProfilePoint {
    const { issued, counts } = this.host;
    this.accelerator.advanceBefore(issued + 1);
    const { misses, writeBacks } = this.#core.l2;
    return {
      cycles: issued,
      counts: { ...counts },
      activity: this.#sample(issued),
      memoryBytes: (misses + writeBacks) * this.#config.cache.lineBytes,
    };
  }

  #ran(id: number, cycles: Cycles): void {
    this.#profile.ran(this.#marks.owner(id), cycles);
    if (!this.memory.wasHostCommandStored) return;
    this.memory.wasHostCommandStored = false;
    this.#atHostCommand = this.#profile.take();
    this.#hostCommandStored(this);
  }
}
