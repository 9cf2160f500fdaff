import { AcceleratorTlbCounts } from '../counts.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import { pagesOf, translate, walk } from '../host-calls.ts';
import { type bool, type f64, type i32, low32 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { Tlb, vpnOf } from './tlb.ts';

export const WRITER: i32 = 0;
export const READER: i32 = 1;
const CLIENTS: i32 = 2;
export type DmaClient = i32;

const PAGE: i32 = 4096;
const NO_PAGE: f64 = -1;
/** Cycles after which a refused request comes round again. */
export const RETRY: Cycles = 2;

/** When a request that is refused at `at`, and until `ready`, passes. */
export function passesAt(at: Cycles, ready: Cycles): Cycles {
  return ready <= at ? at : at + RETRY * Math.ceil((ready - at) / RETRY);
}

/** Nobody has looked for the translation; it waits until its page can be walked; its walk, or another's, is its own. */
const NOT_LOOKED_UP: i32 = 0;
const WAITS_FOR_WALKER: i32 = 1;
const WAITS_FOR_WALK: i32 = 2;

/** What a packet that goes round remembers. */
export class TranslationRequest {
  state: i32 = NOT_LOOKED_UP;

  reset(): void {
    this.state = NOT_LOOKED_UP;
  }
}

/** A translation buffer with the walk that is under way for it. */
class WalkingTlb {
  readonly tlb: Tlb;
  walkVpn: f64 = NO_PAGE;
  walkPages: i32 = 1;
  walkEnd: Cycles = -1;

  constructor(pages: i32, superpages: i32) {
    this.tlb = new Tlb(pages, superpages);
  }

  /** What a walk found is there from its end on. */
  settle(at: Cycles): void {
    if (this.walkVpn < 0 || at < this.walkEnd) return;
    this.tlb.fill(this.walkVpn, this.walkPages);
    this.walkVpn = NO_PAGE;
  }
}

/**
 * Translation of DMA requests: the last page of each client, then the accelerator's TLB (shared, or one per client), then
 * the page-table walker of the core. Without an address space every request passes.
 * @source gemmini-timing §8
 */
export class AcceleratorTlb {
  readonly counts: AcceleratorTlbCounts = new AcceleratorTlbCounts();
  /** Physical address of the last `lookUp`. */
  paddr: f64 = 0;
  /** Is there an address space? */
  isOn: bool = false;
  private readonly tile: i32;
  private readonly tlbs: WalkingTlb[] = [];
  private readonly hasFilters: bool;
  private readonly filterVpn: Float64Array;
  /** The last page that each client translated, to compute addresses without asking again; -1 as address for none. */
  private readonly leafVpn: Float64Array;
  private readonly leafPaddr: Float64Array;
  private readonly leafPages: Int32Array;

  constructor(settings: Settings, tile: i32) {
    const a = settings.accelerator;
    const shared = new WalkingTlb(a.tlbEntries, a.tlbSuperpages);
    this.tile = tile;
    this.hasFilters = a.filterRegisters !== 0;
    this.filterVpn = new Float64Array(CLIENTS).fill(NO_PAGE);
    this.leafVpn = new Float64Array(CLIENTS).fill(NO_PAGE);
    this.leafPaddr = new Float64Array(CLIENTS).fill(NO_PAGE);
    this.leafPages = new Int32Array(CLIENTS);
    this.tlbs.push(shared);
    this.tlbs.push(a.sharedTlb !== 0 ? shared : new WalkingTlb(a.tlbEntries, a.tlbSuperpages));
  }

  /**
   * Translates for a lookup at `at`.
   * @param request of the same packet, from lookup to lookup
   * @returns the cycle from which it is worth looking again; `at` when it hits, NEVER when there is no translation
   */
  lookUp(client: DmaClient, vaddr: f64, at: Cycles, request: TranslationRequest): Cycles {
    if (!this.isOn) {
      this.paddr = vaddr;
      return at;
    }
    const vpn = vpnOf(vaddr);
    if (this.leafVpn[client] !== vpn) this.findLeaf(client, vpn, vaddr);
    const page = this.leafPaddr[client]!;
    if (page < 0) return NEVER;
    this.paddr = page + (low32(vaddr) & (PAGE - 1));
    if (this.hasFilters && this.filterVpn[client] === vpn) {
      this.countHit(request, true);
      return at;
    }
    const tlb = this.tlbs[client]!;
    tlb.settle(at);
    if (tlb.tlb.hits(vpn)) {
      this.filterVpn[client] = vpn;
      this.countHit(request, false);
      return at;
    }
    const isIdle = at >= tlb.walkEnd;
    this.countMiss(request, !isIdle && tlb.walkVpn === vpn);
    if (isIdle) {
      if (request.state === WAITS_FOR_WALKER) this.counts.walks++;
      request.state = WAITS_FOR_WALK;
      tlb.walkEnd = walk(this.tile, at, vaddr);
      tlb.walkVpn = vpn;
      tlb.walkPages = this.leafPages[client]!;
    }
    this.counts.missCycles += tlb.walkEnd - at;
    return tlb.walkEnd;
  }

  flush(): void {
    this.tlbs[WRITER]!.tlb.flush();
    this.tlbs[READER]!.tlb.flush();
    this.filterVpn.fill(NO_PAGE);
    this.forgetMappings();
  }

  /** The page tables changed: what is remembered to compute addresses is wrong. */
  forgetMappings(): void {
    this.leafVpn.fill(NO_PAGE);
  }

  private countHit(request: TranslationRequest, isFiltered: bool): void {
    const counts = this.counts;
    if (request.state === NOT_LOOKED_UP) {
      counts.requests++;
      if (isFiltered) counts.filterHits++;
      else counts.tlbHits++;
    } else if (request.state === WAITS_FOR_WALKER) counts.merged++;
    request.state = WAITS_FOR_WALK;
  }

  /** A walk whose result is gone when its request comes round counts as one for another request. */
  private countMiss(request: TranslationRequest, isWalked: bool): void {
    const counts = this.counts;
    if (request.state !== WAITS_FOR_WALKER) {
      counts.requests++;
      counts.misses++;
      request.state = WAITS_FOR_WALKER;
    }
    if (!isWalked) return;
    counts.merged++;
    request.state = WAITS_FOR_WALK;
  }

  private findLeaf(client: DmaClient, vpn: f64, vaddr: f64): void {
    const page = translate(this.tile, vaddr);
    this.leafVpn[client] = vpn;
    this.leafPaddr[client] = page;
    this.leafPages[client] = page < 0 ? 0 : pagesOf(this.tile, vaddr);
  }
}
