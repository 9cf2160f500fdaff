import type { AcceleratorConfig } from '../accel/config.ts';
import type { CounterSource } from '../accel/counters.ts';
import type { CoprocessorOutcome, CustomInstruction } from '../hart/coprocessor.ts';
import type { HostAddressSpace, HostObserver, TracedBlock } from '../hart/host-trace.ts';
import { commandByName } from '../isa/accelerator.ts';
import { AcceleratorTiming } from './accelerator/accelerator.ts';
import { TimedCounters } from './accelerator/timed-counters.ts';
import type { TimingConfig } from './config.ts';
import type { Cycles } from './cycles.ts';
import { HostMemory, type MemoryMap } from './host/host-memory.ts';
import { RocketHost } from './host/rocket.ts';
import type { L1DataCache } from './memory/l1-data-cache.ts';
import { L1InstructionCache } from './memory/l1-instruction-cache.ts';
import type { L2Cache } from './memory/l2-cache.ts';
import { type AddressSpace, PageWalker } from './translation/page-walker.ts';

const SATP_MODE_SHIFT = 60n;
const SV39 = 8n;
const MACHINE_PRIVILEGE = 3;
/** From the issue of a counter command on an idle path to its effect. */
const COUNTER_PATH = 8;

/** A host with its accelerator: takes what the hart retires, answers what the guest asks of time. */
export class TileTiming implements HostObserver {
  readonly host: RocketHost;
  readonly accelerator: AcceleratorTiming;
  readonly memory: HostMemory;
  readonly walker: PageWalker;
  readonly data: L1DataCache;
  readonly #config: TimingConfig;
  readonly #customOpcode: number;
  readonly #counterFunct: number;
  /** The counter command that executes, which the guest's counters have sent already. */
  #counterCommand: { readonly accepted: Cycles; readonly sampled: Cycles } | undefined;
  readonly #pageTables: (satp: bigint) => AddressSpace;

  constructor(
    config: TimingConfig,
    accelerator: AcceleratorConfig,
    customOpcode: number,
    data: L1DataCache,
    l2: L2Cache,
    map: MemoryMap,
    pageTables: (satp: bigint) => AddressSpace,
  ) {
    this.#pageTables = pageTables;
    this.data = data;
    this.#config = config;
    this.#customOpcode = customOpcode;
    this.#counterFunct = commandByName(accelerator.isaRevision, 'counter')!.funct;
    this.walker = new PageWalker(config, data);
    this.accelerator = new AcceleratorTiming(config, accelerator, l2, this.walker);
    const catchUp = (at: number): void => this.accelerator.advanceBefore(at);
    this.memory = new HostMemory(config, data, new L1InstructionCache(config, l2), this.walker, map, catchUp);
    this.host = new RocketHost(config, this.memory);
  }

  addressSpace({ satp, privilege, dataPrivilege }: HostAddressSpace): void {
    const isOn = satp >> SATP_MODE_SHIFT === SV39;
    const space = isOn ? this.#pageTables(satp) : undefined;
    this.memory.dataSpace = dataPrivilege < MACHINE_PRIVILEGE ? space : undefined;
    this.memory.fetchSpace = privilege < MACHINE_PRIVILEGE ? space : undefined;
    this.accelerator.changeSpace(this.memory.dataSpace, this.host.writeBack);
  }

  /** Counters of the accelerator, as a counter command finds them. @param drain hands over what the hart has retired */
  counterSource(drain: () => void): CounterSource {
    return new TimedCounters(this.accelerator, () => {
      drain();
      this.#counterCommand = this.accelerator.sendCounter(this.host.writeBack);
      return this.#counterCommand.sampled;
    });
  }

  block(block: TracedBlock): void {
    this.host.block(block);
  }

  drain(words: Int32Array, start: number, end: number): void {
    this.host.drain(words, start, end);
  }

  cycle(): bigint {
    return BigInt(this.host.issued);
  }

  custom({ custom, funct7, rs1, rs2 }: CustomInstruction, outcome: CoprocessorOutcome): void {
    if (custom !== this.#customOpcode || outcome.kind !== 'done') return;
    const { host } = this;
    if (funct7 === this.#counterFunct) {
      const { accepted, sampled } = this.#counterCommand ?? this.accelerator.sendCounter(host.writeBack);
      this.#counterCommand = undefined;
      this.#hold(accepted);
      host.delayResult(sampled + this.#config.host.commandResponse - COUNTER_PATH);
    } else this.#hold(this.accelerator.send(funct7, rs1, rs2, host.writeBack));
  }

  #hold(accepted: Cycles): void {
    const { host } = this;
    if (accepted > host.writeBack) host.holdUntilWriteBack(accepted + this.#config.host.commandRestart, 'commandWait');
  }

  fence(): void {
    const { host } = this;
    const idle = this.accelerator.idleFrom(host.issued);
    host.holdUntilWriteBack(idle + this.#config.host.fenceTail, 'fenceWait');
    this.accelerator.tlb.checkConservation();
    this.walker.checkConservation();
  }
}
