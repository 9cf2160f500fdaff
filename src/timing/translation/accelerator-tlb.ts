import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { NEVER } from '../cycles.ts';
import type { AddressSpace, Leaf, PageWalker } from './page-walker.ts';
import { Tlb, vpnOf } from './tlb.ts';

export const WRITER = 0;
export const READER = 1;
export type DmaClient = typeof WRITER | typeof READER;

export interface AcceleratorTlbCounts {
  requests: number;
  filterHits: number;
  tlbHits: number;
  misses: number;
  /** Misses of a page that was being walked already. */
  merged: number;
  walks: number;
  /** Cycles in which a miss waited. */
  missCycles: number;
}

const PAGE = 4096;
/** Cycles after which a refused request comes round again. */
export const RETRY = 2;

/** When a request that is refused at `at`, and until `ready`, passes. */
export const passesAt = (at: Cycles, ready: Cycles): Cycles =>
  ready <= at ? at : at + RETRY * Math.ceil((ready - at) / RETRY);

/** A translation buffer with the walk that is under way for it. */
class WalkingTlb {
  readonly tlb: Tlb;
  walkVpn = -1;
  walkPages = 1;
  walkEnd: Cycles = -1;

  constructor(pages: number, superpages: number) {
    this.tlb = new Tlb(pages, superpages);
  }

  /** What a walk found is there from its end on. */
  settle(at: Cycles): void {
    if (this.walkVpn < 0 || at < this.walkEnd) return;
    this.tlb.fill(this.walkVpn, this.walkPages);
    this.walkVpn = -1;
  }
}

/**
 * Translation of DMA requests: the last page of each client, then the accelerator's TLB (shared, or one per client), then
 * the page-table walker of the core. Without an address space every request passes.
 * @source gemmini-timing §8
 */
export class AcceleratorTlb {
  readonly counts: AcceleratorTlbCounts = {
    requests: 0,
    filterHits: 0,
    tlbHits: 0,
    misses: 0,
    merged: 0,
    walks: 0,
    missCycles: 0,
  };
  /** Physical address of the last `lookUp`. */
  paddr = 0;
  space: AddressSpace | undefined;
  readonly #walker: PageWalker;
  readonly #tlbs: readonly WalkingTlb[];
  readonly #hasFilters: boolean;
  /** Part of the walker's penalties that only a host's pipeline pays. */
  readonly #hostOverhead: number;
  readonly #filterVpn = [-1, -1];
  /** Page offsets of the last page that each client translated, to compute addresses without a new walk. */
  readonly #leaf: (Leaf | undefined)[] = [undefined, undefined];
  readonly #leafVpn = [-1, -1];

  constructor({ accelerator: a, translation }: TimingConfig, walker: PageWalker) {
    this.#walker = walker;
    this.#hasFilters = a.filterRegisters;
    this.#hostOverhead = translation.hostOverhead;
    const create = () => new WalkingTlb(a.tlbEntries, a.tlbSuperpages);
    const shared = create();
    this.#tlbs = a.sharedTlb ? [shared, shared] : [shared, create()];
  }

  /**
   * Translates for a lookup at `at`.
   * @returns the cycle from which the request can pass; `at` when it hits, NEVER when there is no translation
   */
  lookUp(client: DmaClient, vaddr: number, at: Cycles): Cycles {
    if (this.space === undefined) {
      this.paddr = vaddr;
      return at;
    }
    const vpn = vpnOf(vaddr);
    const leaf = this.#leafOf(client, vpn, vaddr);
    if (leaf === undefined) return NEVER;
    this.paddr = leaf.paddr + (vaddr & (PAGE - 1));
    this.counts.requests++;
    if (this.#hasFilters && this.#filterVpn[client] === vpn) {
      this.counts.filterHits++;
      return at;
    }
    const tlb = this.#tlbs[client]!;
    tlb.settle(at);
    this.#filterVpn[client] = vpn;
    if (tlb.tlb.hits(vpn)) {
      this.counts.tlbHits++;
      return at;
    }
    this.counts.misses++;
    if (tlb.walkVpn === vpn) this.counts.merged++;
    else {
      // The request comes round every other cycle; the one that finds the walker idle starts its walk.
      const start = passesAt(at, tlb.walkEnd);
      tlb.settle(start);
      this.counts.walks++;
      tlb.walkEnd = this.#walker.walk(start, vaddr, leaf) - this.#hostOverhead;
      tlb.walkVpn = vpn;
      tlb.walkPages = leaf.pages;
    }
    this.counts.missCycles += tlb.walkEnd - at;
    return tlb.walkEnd;
  }

  /** @throws when requests got lost: a mistake of ours */
  checkConservation(): void {
    const { requests, filterHits, tlbHits, misses, merged, walks } = this.counts;
    if (requests !== filterHits + tlbHits + misses)
      throw new Error(
        `accelerator TLB: ${requests} requests, but ${filterHits} + ${tlbHits} hits and ${misses} misses`,
      );
    if (walks !== misses - merged)
      throw new Error(`accelerator TLB: ${walks} walks for ${misses} misses, of which ${merged} were merged`);
  }

  flush(): void {
    for (const { tlb } of this.#tlbs) tlb.flush();
    this.#filterVpn.fill(-1);
    this.forgetMappings();
  }

  /** The page tables changed: what is remembered to compute addresses is wrong. */
  forgetMappings(): void {
    this.#leafVpn.fill(-1);
  }

  /** The leaf with `paddr` of the start of its 4 KiB page. */
  #leafOf(client: DmaClient, vpn: number, vaddr: number): Leaf | undefined {
    if (this.#leafVpn[client] !== vpn) {
      this.#leaf[client] = this.space!.translate(vaddr - (vaddr & (PAGE - 1)));
      this.#leafVpn[client] = vpn;
    }
    return this.#leaf[client];
  }
}
