import type { TracedPage } from '../../hart/host-trace.ts';
import type { AddressSpace } from './page-walker.ts';

const PAGE = 4096;
/** Virtual page numbers of Sv39. */
const VPNS = 2 ** 27;

/** The pages of virtual memory that the hart of a tile has told of. */
export class ToldPages {
  readonly #spaces = new Map<bigint, Map<number, TracedPage>>();

  tell(page: TracedPage): void {
    this.#pagesOf(page.satp).set(page.vpn, page);
  }

  /** The address space that a satp names, with all that is told of it later. */
  space(satp: bigint): AddressSpace {
    const pages = this.#pagesOf(satp);
    return {
      translate: (vaddr) => {
        const page = pages.get(Math.floor(vaddr / PAGE) % VPNS);
        return page && { paddr: page.paddr + (vaddr % PAGE), pages: page.pages, entries: page.entries };
      },
    };
  }

  #pagesOf(satp: bigint): Map<number, TracedPage> {
    const pages = this.#spaces.get(satp) ?? new Map<number, TracedPage>();
    this.#spaces.set(satp, pages);
    return pages;
  }
}
