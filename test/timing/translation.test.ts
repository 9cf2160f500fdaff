import { expect, test, vi } from 'vitest';
import { SeededRandom } from '../../src/support/random.ts';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { Settings } from '../../src/timing/core/settings.ts';
import {
  AcceleratorTlb,
  READER,
  TranslationRequest,
  WRITER,
} from '../../src/timing/core/translation/accelerator-tlb.ts';
import { L1DataCache } from '../../src/timing/memory/l1-data-cache.ts';
import { PageWalker } from '../../src/timing/translation/page-walker.ts';

const PAGE = 4096;
const TABLES = 0x8000_0000;

/** Identity mapping with 4 KiB pages; three entries a walk. */
const leafOf = (vaddr: number) => ({
  paddr: vaddr,
  pages: 1,
  entries: [TABLES, TABLES + PAGE, TABLES + 2 * PAGE + 8 * Math.floor(vaddr / PAGE)],
});

const outside = vi.hoisted(() => ({ walk: (_at: number, _vaddr: number): number => 0 }));
vi.mock('../../src/timing/core/host-calls.ts', () => ({
  translate: (_tile: number, vaddr: number) => vaddr - (vaddr % 4096),
  pagesOf: () => 1,
  walk: (_tile: number, at: number, vaddr: number) => outside.walk(at, vaddr),
}));

function createTlb() {
  // Every read of a page-table entry that misses the data cache is answered at once.
  const port = {
    firstBeat: 0,
    beatGap: 1,
    isExclusive: true,
    access: (_: number, at: number) => void (port.firstBeat = at),
  };
  const walker = new PageWalker(DEFAULT_TIMING, new L1DataCache(DEFAULT_TIMING, 0, port));
  outside.walk = (at, vaddr) => walker.walk(at + 1, vaddr, leafOf(vaddr)) + 1;
  const settings = new Settings();
  Object.assign(settings.accelerator, DEFAULT_TIMING.accelerator, { filterRegisters: 1, sharedTlb: 1 });
  const tlb = new AcceleratorTlb(settings, 0);
  tlb.isOn = true;
  return { tlb, walker };
}

test('a request to the page of the one before needs no translation buffer', () => {
  const { tlb } = createTlb();
  const first = new TranslationRequest();
  const walked = tlb.lookUp(READER, 0x9000_0000, 100, first);
  expect(tlb.lookUp(READER, 0x9000_0000, walked, first)).toBe(walked);
  expect(tlb.lookUp(READER, 0x9000_0040, 200, new TranslationRequest())).toBe(200);
  expect(tlb.counts).toMatchObject({ requests: 2, filterHits: 1, misses: 1, walks: 1 });
});

test('a request behind the one that waits for its page does not pass before the walk has ended', () => {
  const { tlb } = createTlb();
  const walked = tlb.lookUp(READER, 0x9000_0000, 100, new TranslationRequest());
  expect(walked).toBeGreaterThan(101);
  expect(tlb.lookUp(READER, 0x9000_0040, 101, new TranslationRequest())).toBe(walked);
  expect(tlb.counts).toMatchObject({ requests: 2, misses: 2, merged: 1, walks: 1 });
});

test('requests, walks and page-table reads add up over random traffic', () => {
  const { tlb, walker } = createTlb();
  const random = new SeededRandom(7);
  for (let at = 100; at < 40_000; at += 1 + random.int(0, 20)) {
    const client = random.int(0, 2) === 0 ? READER : WRITER;
    const vaddr = 0x9000_0000 + PAGE * random.int(0, 64);
    const request = new TranslationRequest();
    let now = at;
    for (let ready = tlb.lookUp(client, vaddr, now, request); ready > now; ) {
      now = ready;
      ready = tlb.lookUp(client, vaddr, now, request);
    }
    at = now;
  }
  walker.checkConservation();
  const { requests, filterHits, tlbHits, misses, merged, walks } = tlb.counts;
  expect(filterHits + tlbHits + misses).toBe(requests);
  expect(walks).toBe(misses - merged);
  expect(walker.counts.walks).toBe(walks);
  expect(walker.counts.levels).toBe(3 * (walks - walker.counts.l2TlbHits));
});
