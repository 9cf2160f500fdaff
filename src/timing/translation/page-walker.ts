import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { vpnOf } from '../core/translation/tlb.ts';
import type { L1DataCache } from '../memory/l1-data-cache.ts';

/** A leaf that a page-table walk found. */
export interface Leaf {
  readonly paddr: number;
  /** 4 KiB pages in the page: 1, 512 or 512². */
  readonly pages: number;
  /** Physical addresses of the entries that were read, root first. */
  readonly entries: readonly number[];
}

/** Page tables, as far as they are known. */
export interface AddressSpace {
  /** The leaf of a virtual byte address; nothing when there is none. `paddr` is that of the byte. */
  translate(vaddr: number): Leaf | undefined;
}

export interface WalkerCounts {
  walks: number;
  l2TlbHits: number;
  l2TlbMisses: number;
  /** Levels of all walks that the L2 TLB did not answer. */
  levels: number;
  pteCacheHits: number;
  /** Entries read through the data cache, root level first. */
  pteReads: [number, number, number];
  pteReadMisses: number;
  /** Cycles in which a walk was under way. */
  busyCycles: number;
}

/** From an attempt of the host that finds no translation to the request of a walk. */
export const HOST_TO_WALKER: Cycles = 2;

/**
 * The page-table walker of a core with its L2 TLB and its cache of non-leaf entries. One walk at a time; entries are read
 * through the core's data cache.
 * @source soc-timing §4.2
 */
export class PageWalker {
  readonly counts: WalkerCounts = {
    walks: 0,
    l2TlbHits: 0,
    l2TlbMisses: 0,
    levels: 0,
    pteCacheHits: 0,
    pteReads: [0, 0, 0],
    pteReadMisses: 0,
    busyCycles: 0,
  };
  /** From the answer of the last walk to the host's next attempt. */
  hostOverhead: Cycles = 0;
  readonly #config: TimingConfig['translation'];
  /** Cycles from the acceptance of a request to the answer of the L2 TLB, and to the first level of a walk. */
  readonly #toL2Answer: Cycles;
  readonly #toFirstLevel: Cycles;
  readonly #missPenalty: number;
  readonly #dataCache: L1DataCache;
  readonly #l2Tlb: Float64Array;
  #l2TlbNext = 0;
  /** Least recently used first. */
  readonly #pteCache: number[] = [];
  #free: Cycles = 0;

  constructor(config: TimingConfig, dataCache: L1DataCache) {
    const t = config.translation;
    this.#config = t;
    this.#toL2Answer = Math.max(0, t.l2Hit - t.l2HostOverhead - HOST_TO_WALKER);
    this.#toFirstLevel = Math.max(0, t.walkBase - t.walkHostOverhead - HOST_TO_WALKER);
    this.#missPenalty = t.walkMiss - config.host.dcacheMiss;
    this.#dataCache = dataCache;
    this.#l2Tlb = new Float64Array(config.translation.l2Entries).fill(-1);
  }

  /**
   * @param at cycle from which on the request waits for its acceptance
   * @returns the cycle of the answer
   */
  walk(at: Cycles, vaddr: number, leaf: Leaf): Cycles {
    const t = this.#config;
    const start = Math.max(at, this.#free);
    const { port } = this.#dataCache;
    this.counts.walks++;
    const vpn = vpnOf(vaddr);
    let end: Cycles;
    if (leaf.pages === 1 && this.#inL2Tlb(vpn)) {
      this.counts.l2TlbHits++;
      end = start + this.#toL2Answer;
      // It looks for the first levels meanwhile.
      for (let request = start + 1; request < end; request++) port.take(request);
      this.hostOverhead = t.l2HostOverhead;
    } else {
      this.hostOverhead = t.walkHostOverhead;
      if (this.#l2Tlb.length > 0) this.counts.l2TlbMisses++;
      end = start + this.#toFirstLevel;
      this.counts.levels += leaf.entries.length;
      leaf.entries.forEach((entry, level) => {
        end += this.#readLevel(end, entry, level, level === leaf.entries.length - 1);
      });
      if (leaf.pages === 1) this.#fillL2Tlb(vpn);
    }
    this.#free = end;
    this.counts.busyCycles += this.#free - start;
    return end;
  }

  /** @throws when a level of a walk got lost: a mistake of ours */
  checkConservation(): void {
    const { walks, l2TlbHits, pteCacheHits, pteReads, levels } = this.counts;
    const read = pteReads.reduce((sum, x) => sum + x, 0);
    if (read + pteCacheHits !== levels || l2TlbHits > walks)
      throw new Error(`page walker: ${levels} levels, but ${read} entries read and ${pteCacheHits} known`);
  }

  flush(keepPteCache: boolean): void {
    this.#l2Tlb.fill(-1);
    if (!keepPteCache) this.#pteCache.length = 0;
  }

  #readLevel(at: Cycles, entry: number, level: number, isLeaf: boolean): Cycles {
    const t = this.#config;
    const { port } = this.#dataCache;
    const known = isLeaf ? -1 : this.#pteCache.indexOf(entry);
    if (known >= 0) {
      this.#pteCache.splice(known, 1);
      this.#pteCache.push(entry);
      this.counts.pteCacheHits++;
      port.take(at);
      return t.walkCachedLevel;
    }
    this.counts.pteReads[level]!++;
    const reads = port.refilledFrom(at);
    port.take(reads);
    const penalty = this.#dataCache.access(reads, entry, false);
    if (penalty > 0) {
      this.counts.pteReadMisses++;
      port.take(reads + penalty);
    }
    if (!isLeaf && t.pteCacheEntries > 0) {
      if (this.#pteCache.length === t.pteCacheEntries) this.#pteCache.shift();
      this.#pteCache.push(entry);
    }
    return reads - at + t.walkLevel + (penalty > 0 ? penalty + this.#missPenalty : 0);
  }

  #inL2Tlb(vpn: number): boolean {
    const { l2Ways } = this.#config;
    const sets = this.#l2Tlb.length / l2Ways;
    if (sets === 0) return false;
    const base = (vpn % sets) * l2Ways;
    for (let way = base; way < base + l2Ways; way++) if (this.#l2Tlb[way] === vpn) return true;
    return false;
  }

  #fillL2Tlb(vpn: number): void {
    const { l2Ways } = this.#config;
    const sets = this.#l2Tlb.length / l2Ways;
    if (sets === 0) return;
    this.#l2Tlb[(vpn % sets) * l2Ways + (this.#l2TlbNext++ % l2Ways)] = vpn;
  }
}
