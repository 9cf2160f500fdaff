import { type bool, type f64, i32, low32 } from '../portable.ts';

/** Pages that share a tag, a power of two. */
const SECTOR: i32 = 4;
const PAGE: i32 = 4096;
const SUPERPAGE_PAGES: i32 = 512;

/**
 * A translation buffer as rocket-chip builds them: tags of four neighbouring pages each, filled page by page, and a few
 * superpage entries; tree pseudo-LRU in both.
 * @source soc-timing §4.1
 */
export class Tlb {
  private readonly tags: Float64Array;
  /** Bit mask of the pages of each tag that are there. */
  private readonly valid: Int32Array;
  private readonly order: PseudoLru;
  private readonly superpages: Float64Array;
  private readonly superpageSize: Float64Array;
  private readonly superpageOrder: PseudoLru;

  /** @param pages number of 4 KiB pages that it holds */
  constructor(pages: i32, superpages: i32) {
    const sectors: i32 = pages < SECTOR ? 1 : i32(pages / SECTOR);
    this.tags = new Float64Array(sectors).fill(-1);
    this.valid = new Int32Array(sectors);
    this.order = new PseudoLru(sectors);
    this.superpages = new Float64Array(superpages).fill(-1);
    this.superpageSize = new Float64Array(superpages);
    this.superpageOrder = new PseudoLru(superpages);
  }

  /** Is the page there? Marks it as used. */
  hits(vpn: f64): bool {
    const tag = Math.floor(vpn / SECTOR);
    const page = pageBit(vpn);
    for (let way = 0; way < this.tags.length; way++) {
      if (this.tags[way] !== tag || (this.valid[way]! & page) === 0) continue;
      this.order.use(way);
      return true;
    }
    for (let way = 0; way < this.superpages.length; way++) {
      const size = this.superpageSize[way]!;
      if (size === 0 || this.superpages[way] !== Math.floor(vpn / size)) continue;
      this.superpageOrder.use(way);
      return true;
    }
    return false;
  }

  /** @param pages 4 KiB pages in the page: 1, 512 or 512² */
  fill(vpn: f64, pages: i32): void {
    if (pages >= SUPERPAGE_PAGES) {
      const way = this.superpageOrder.victim();
      this.superpages[way] = Math.floor(vpn / pages);
      this.superpageSize[way] = pages;
      this.superpageOrder.use(way);
      return;
    }
    const tag = Math.floor(vpn / SECTOR);
    let way = this.tags.indexOf(tag);
    if (way < 0) {
      way = this.valid.indexOf(0);
      if (way < 0) way = this.order.victim();
      this.tags[way] = tag;
      this.valid[way] = 0;
    }
    this.valid[way] = this.valid[way]! | pageBit(vpn);
    this.order.use(way);
  }

  flush(): void {
    this.tags.fill(-1);
    this.valid.fill(0);
    this.superpageSize.fill(0);
  }
}

/** The page's place behind its tag. */
function pageBit(vpn: f64): i32 {
  return 1 << (low32(vpn) & (SECTOR - 1));
}

export function vpnOf(vaddr: f64): f64 {
  return Math.floor(vaddr / PAGE);
}

/** Tree pseudo-LRU over any number of ways. */
class PseudoLru {
  private readonly bits: Uint8Array;
  private readonly leaves: i32;
  private readonly ways: i32;

  constructor(ways: i32) {
    let leaves: i32 = 1;
    while (leaves < ways) leaves *= 2;
    this.ways = ways;
    this.leaves = leaves;
    this.bits = new Uint8Array(leaves);
  }

  /** Points every node on the way to the leaf away from it. */
  use(way: i32): void {
    for (let node = way + this.leaves; node > 1; node >>= 1) this.bits[node >> 1] = (node & 1) !== 0 ? 0 : 1;
  }

  victim(): i32 {
    let node: i32 = 1;
    while (node < this.leaves) {
      const right = 2 * node + 1;
      node = this.bits[node] !== 0 && firstLeaf(right, this.leaves) < this.ways ? right : 2 * node;
    }
    return node - this.leaves;
  }
}

function firstLeaf(node: i32, leaves: i32): i32 {
  let leaf = node;
  while (leaf < leaves) leaf *= 2;
  return leaf - leaves;
}
