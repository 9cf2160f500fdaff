import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { Tlb, vpnOf } from '../core/translation/tlb.ts';
import type { L1DataCache } from '../memory/l1-data-cache.ts';
import type { L1InstructionCache } from '../memory/l1-instruction-cache.ts';
import type { AddressSpace, PageWalker } from '../translation/page-walker.ts';

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
  #polledAt = Number.NEGATIVE_INFINITY;
  /** Is there a command that the program has not looked after yet? */
  #isHostCommandOpen = false;
  readonly #data: L1DataCache;
  readonly #walker: PageWalker;
  readonly #map: MemoryMap;
  readonly #dataTlb: Tlb;
  readonly #fetchTlb: Tlb;
  /** Lets everything else on the clock happen before the caches are asked at `at`. */
  readonly #catchUp: (at: Cycles) => void;
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
    catchUp: (at: Cycles) => void,
  ) {
    this.#data = data;
    this.instructions = instructions;
    this.#walker = walker;
    this.#map = map;
    this.#catchUp = catchUp;
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
    this.#catchUp(at);
    const end = this.#walker.walk(at, vaddr, leaf);
    this.#dataTlb.fill(vpn, leaf.pages);
    return end - at;
  }

  translateFetch(at: Cycles, vaddr: number): Cycles {
    if (this.fetchSpace === undefined) return 0;
    const vpn = vpnOf(vaddr);
    if (this.#fetchTlb.hits(vpn)) return 0;
    const leaf = this.fetchSpace.translate(vaddr);
    if (leaf === undefined) return 0;
    this.#catchUp(at);
    const end = this.#walker.walk(at, vaddr, leaf);
    this.#fetchTlb.fill(vpn, leaf.pages);
    return end - at + 1;
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
    this.#catchUp(at);
    return this.#data.access(at, this.#paddr, isStore);
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
    this.#catchUp(at);
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
