import type { AccessTrap } from '../../src/accel/dram.ts';
import { SeededRandom } from '../../src/support/random.ts';
import type { BareMemory } from './bare-memory.ts';

const PAGE = 4096;
const LOAD_PAGE_FAULT = 13;
const STORE_PAGE_FAULT = 15;

/** Puts a seeded translation in front of a memory: pages in another order, one in sixteen missing or read-only. */
export function scatterPages(memory: BareMemory, seed: number): void {
  const random = new SeededRandom(seed);
  const pages = Array.from({ length: memory.size / PAGE }, (_, page) => page);
  for (let i = pages.length - 1; i > 0; i--) {
    const j = random.int(0, i + 1);
    [pages[i], pages[j]] = [pages[j]!, pages[i]!];
  }
  const isMissing = pages.map(() => random.chance(1 / 16));
  const isReadOnly = pages.map(() => random.chance(1 / 16));
  memory.translationEpoch++;
  memory.locate = (vaddr: bigint, access: 'load' | 'store'): number | AccessTrap => {
    const page = Number(vaddr >> 12n);
    if (page >= pages.length || isMissing[page] || (access === 'store' && isReadOnly[page]))
      return { cause: access === 'load' ? LOAD_PAGE_FAULT : STORE_PAGE_FAULT, tval: vaddr };
    return pages[page]! * PAGE + Number(vaddr & BigInt(PAGE - 1));
  };
}
