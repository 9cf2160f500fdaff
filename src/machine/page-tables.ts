/** Sv39 page tables in guest RAM as the timing model asks for them: which entries a walk reads, and where it ends. */
import type { GuestMemory } from '../hart/guest-memory.ts';
import type { AddressSpace, Leaf } from '../timing/translation/page-walker.ts';

const PAGE = 4096;
const LEVELS = 3;
const ENTRIES = 512;
const ENTRY_BYTES = 8;
const PPN_MASK = (1n << 44n) - 1n;
const VALID = 1n;
/** R, W, X: an entry with any of them is a leaf. */
const LEAF = 0b1110n;

export class PageTables implements AddressSpace {
  readonly #memory: GuestMemory;
  readonly #root: number;

  constructor(memory: GuestMemory, satp: bigint) {
    this.#memory = memory;
    this.#root = Number(satp & PPN_MASK) * PAGE;
  }

  translate(vaddr: number): Leaf | undefined {
    const entries: number[] = [];
    let table = this.#root;
    for (let level = LEVELS - 1; level >= 0; level--) {
      const pages = ENTRIES ** level;
      const entry = table + (Math.floor(vaddr / (PAGE * pages)) % ENTRIES) * ENTRY_BYTES;
      entries.push(entry);
      const at = this.#memory.find(entry, ENTRY_BYTES);
      const { view } = this.#memory;
      // Where nothing was written yet is no entry.
      if (at === undefined || at + ENTRY_BYTES > view.byteLength) return undefined;
      const pte = view.getBigUint64(at, true);
      if ((pte & VALID) === 0n) return undefined;
      const target = Number((pte >> 10n) & PPN_MASK) * PAGE;
      if ((pte & LEAF) !== 0n) return { paddr: target + (vaddr % (PAGE * pages)), pages, entries };
      table = target;
    }
    return undefined;
  }
}
