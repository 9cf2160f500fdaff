/** Pages that share a tag. */
const SECTOR = 4;
const PAGE = 4096;
const SUPERPAGE_PAGES = 2 ** 9;

/**
 * A translation buffer as rocket-chip builds them: tags of four neighbouring pages each, filled page by page, and a few
 * superpage entries; tree pseudo-LRU in both.
 * @source soc-timing §4.1
 */
export class Tlb {
  readonly #tags: Float64Array;
  readonly #valid: Uint8Array;
  readonly #order: PseudoLru;
  readonly #superpages: Float64Array;
  readonly #superpageSize: Float64Array;
  readonly #superpageOrder: PseudoLru;

  /** @param pages number of 4 KiB pages that it holds */
  constructor(pages: number, superpages: number) {
    const sectors = Math.max(1, Math.floor(pages / SECTOR));
    this.#tags = new Float64Array(sectors).fill(-1);
    this.#valid = new Uint8Array(sectors);
    this.#order = new PseudoLru(sectors);
    this.#superpages = new Float64Array(superpages).fill(-1);
    this.#superpageSize = new Float64Array(superpages);
    this.#superpageOrder = new PseudoLru(superpages);
  }

  /** Is the page there? Marks it as used. */
  hits(vpn: number): boolean {
    const tag = Math.floor(vpn / SECTOR);
    for (let way = 0; way < this.#tags.length; way++) {
      if (this.#tags[way] !== tag || (this.#valid[way]! & (1 << (vpn % SECTOR))) === 0) continue;
      this.#order.use(way);
      return true;
    }
    for (let way = 0; way < this.#superpages.length; way++) {
      const size = this.#superpageSize[way]!;
      if (size === 0 || this.#superpages[way] !== Math.floor(vpn / size)) continue;
      this.#superpageOrder.use(way);
      return true;
    }
    return false;
  }

  /** @param pages 4 KiB pages in the page: 1, 512 or 512² */
  fill(vpn: number, pages: number): void {
    if (pages >= SUPERPAGE_PAGES) {
      const way = this.#superpageOrder.victim();
      this.#superpages[way] = Math.floor(vpn / pages);
      this.#superpageSize[way] = pages;
      this.#superpageOrder.use(way);
      return;
    }
    const tag = Math.floor(vpn / SECTOR);
    let way = this.#tags.indexOf(tag);
    if (way < 0) {
      way = this.#valid.indexOf(0);
      if (way < 0) way = this.#order.victim();
      this.#tags[way] = tag;
      this.#valid[way] = 0;
    }
    this.#valid[way] = this.#valid[way]! | (1 << (vpn % SECTOR));
    this.#order.use(way);
  }

  flush(): void {
    this.#tags.fill(-1);
    this.#valid.fill(0);
    this.#superpageSize.fill(0);
  }
}

export const vpnOf = (vaddr: number): number => Math.floor(vaddr / PAGE);

/** Tree pseudo-LRU over any number of ways. */
class PseudoLru {
  readonly #bits: Uint8Array;
  readonly #leaves: number;
  readonly #ways: number;

  constructor(ways: number) {
    this.#ways = ways;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, ways)));
    this.#bits = new Uint8Array(this.#leaves);
  }

  /** Points every node on the way to the leaf away from it. */
  use(way: number): void {
    for (let node = way + this.#leaves; node > 1; node >>= 1) this.#bits[node >> 1] = node & 1 ? 0 : 1;
  }

  victim(): number {
    let node = 1;
    while (node < this.#leaves) {
      const right = 2 * node + 1;
      node = this.#bits[node] && firstLeaf(right, this.#leaves) < this.#ways ? right : 2 * node;
    }
    return node - this.#leaves;
  }
}

function firstLeaf(node: number, leaves: number): number {
  while (node < leaves) node *= 2;
  return node - leaves;
}
