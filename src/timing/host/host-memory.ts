import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { Tlb, vpnOf } from '../core/translation/tlb.ts';
import type { L1DataCache } from '../memory/l1-data-cache.ts';
import type { L1InstructionCache } from '../memory/l1-instruction-cache.ts';
import { type AddressSpace, HOST_TO_WALKER, type PageWalker } from '../translation/page-walker.ts';

/** Which physical addresses are memory; the rest are devices. */
export interface MemoryMap {
  readonly start: number;
  readonly end: number;
}

/** Physical addresses of the words through which programs and the host of the machine speak. */
export interface HostWords {
  /** Commands of the program. */
  readonly tohost: number;
  /** Answers. */
  readonly fromhost: number;
}

/** What else uses the walker and the L2. */
export interface Neighbour {
  /** May pages be walked for it? */
  readonly mayWalk: boolean;
  /** Lets all its cycles before `until` pass. */
  advanceBefore(until: Cycles): void;
}

/** From the cycle in which the data cache takes accesses again to that of the next attempt. */
const TO_ATTEMPT = 2;

/** Loads of a host word that follow one another within so many cycles are one wait for the host of the machine. */
const POLL_CYCLES = 200;

/** The host's side of the memory system: its TLBs and L1 caches. */
export class HostMemory {
  readonly instructions: L1InstructionCache;
  dataSpace: AddressSpace | undefined;
  fetchSpace: AddressSpace | undefined;
  hostWords: HostWords = { tohost: -1, fromhost: -1 };
  /** Has the program given the host of the machine a command? For the reader to clear. */
  wasHostCommandStored = false;
  /** Cycles between loads that ask again and again whether the host of the machine has answered. */
  pollCycles = 0;
  /** Attempts of the last data access that missed. */
  refusals = 0;
  #polledAt = Number.NEGATIVE_INFINITY;
  /** Is there a command that the program has not looked after yet? */
  #isHostCommandOpen = false;
  readonly #data: L1DataCache;
  readonly #walker: PageWalker;
  readonly #map: MemoryMap;
  readonly #dataTlb: Tlb;
  readonly #fetchTlb: Tlb;
  readonly #neighbour: Neighbour;
  readonly #replay: Cycles;
  /** The page of the last data access. */
  #vpn = -1;
  #pageStart = 0;
  #paddr = 0;

  constructor(
    { host }: TimingConfig,
    data: L1DataCache,
    instructions: L1InstructionCache,
    walker: PageWalker,
    map: MemoryMap,
    neighbour: Neighbour,
  ) {
    this.#data = data;
    this.instructions = instructions;
    this.#walker = walker;
    this.#map = map;
    this.#neighbour = neighbour;
    this.#replay = host.replay;
    this.#dataTlb = new Tlb(host.tlbEntries, host.tlbSuperpages);
    this.#fetchTlb = new Tlb(host.tlbEntries, host.tlbSuperpages);
  }

  /**
   * Translates a data address.
   * @param offset of the address in its page
   * @returns penalty
   */
  translateData(at: Cycles, vaddr: number, offset: number): Cycles {
    if (this.dataSpace === undefined) {
      this.#paddr = vaddr;
      return 0;
    }
    const vpn = vpnOf(vaddr);
    if (vpn === this.#vpn) {
      this.#paddr = this.#pageStart + offset;
      return 0;
    }
    const leaf = this.dataSpace.translate(vaddr);
    if (leaf === undefined) {
      this.#paddr = vaddr;
      return 0;
    }
    this.#vpn = vpn;
    this.#paddr = leaf.paddr;
    this.#pageStart = leaf.paddr - offset;
    if (this.#dataTlb.hits(vpn)) return 0;
    this.#neighbour.advanceBefore(at);
    const answered = this.#walker.walk(at + HOST_TO_WALKER, vaddr, leaf);
    this.#dataTlb.fill(vpn, leaf.pages);
    return this.#nextAttempt(answered + this.#walker.hostOverhead - TO_ATTEMPT) - at;
  }

  translateFetch(at: Cycles, vaddr: number): Cycles {
    if (this.fetchSpace === undefined) return 0;
    const vpn = vpnOf(vaddr);
    if (this.#fetchTlb.hits(vpn)) return 0;
    const leaf = this.fetchSpace.translate(vaddr);
    if (leaf === undefined) return 0;
    this.#neighbour.advanceBefore(at);
    const answered = this.#walker.walk(at + HOST_TO_WALKER, vaddr, leaf);
    this.#fetchTlb.fill(vpn, leaf.pages);
    return answered + this.#walker.hostOverhead - at + 1;
  }

  /**
   * The data cache is asked at `at`, and again when it was refused.
   * @returns cycles until it has taken the access
   */
  portWait(at: Cycles): Cycles {
    if (!this.#neighbour.mayWalk) return 0;
    let attempt = at;
    while (this.#isTaken(attempt)) attempt = Math.max(attempt + this.#replay, this.#nextAttempt(attempt + 1));
    return attempt - at;
  }

  /** When an access is offered again that was refused and waits from `from` on for the data cache. */
  #nextAttempt(from: Cycles): Cycles {
    let ready = from;
    for (; this.#isTaken(ready); ready++) {
      // The line that comes in lets it go on.
      const refilled = this.#data.port.refilledFrom(ready);
      if (refilled > ready) return refilled;
    }
    return ready + TO_ATTEMPT;
  }

  #isTaken(at: Cycles): boolean {
    this.#neighbour.advanceBefore(at);
    return this.#data.port.isTaken(at);
  }

  /** Is the address that was translated last a device? */
  isDevice(): boolean {
    return this.#isDeviceAt(this.#paddr);
  }

  /** Accesses the address that was translated last. @returns penalty */
  accessData(at: Cycles, isStore: boolean): Cycles {
    if (this.#paddr === this.hostWords.tohost || this.#paddr === this.hostWords.fromhost)
      this.#accessHostWord(at, isStore);
    if (this.#data.tryHit(this.#paddr, isStore)) return 0;
    this.#neighbour.advanceBefore(at);
    const penalty = this.#data.access(at, this.#paddr, isStore);
    this.refusals = this.#data.refusals;
    return penalty;
  }

  /**
   * Programs that go on wait for the host: they read one of the words before they store the next command. Those that end
   * often repeat their last store until the machine stops, which is one command, given by the first store.
   */
  #accessHostWord(at: Cycles, isStore: boolean): void {
    if (!isStore) {
      this.#isHostCommandOpen = false;
      if (at - this.#polledAt < POLL_CYCLES) this.pollCycles += at - this.#polledAt;
      this.#polledAt = at;
    } else if (this.#paddr === this.hostWords.tohost && !this.#isHostCommandOpen) {
      this.#isHostCommandOpen = true;
      this.wasHostCommandStored = true;
    }
  }

  missInstruction(at: Cycles, paddr: number): Cycles {
    this.#neighbour.advanceBefore(at);
    return this.instructions.miss(at, paddr, this.#isDeviceAt(paddr));
  }

  #isDeviceAt(paddr: number): boolean {
    return paddr < this.#map.start || paddr >= this.#map.end;
  }

  /** sfence.vma, or a new address space. */
  flushTranslations(): void {
    this.#dataTlb.flush();
    this.#fetchTlb.flush();
    this.#walker.flush(false);
    this.#vpn = -1;
  }
}
