import { expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { SystemTiming } from '../../src/timing/system.ts';
import { READER, WRITER } from '../../src/timing/translation/accelerator-tlb.ts';

const PAGE = 4096;
const TABLES = 0x8000_0000;

/** Identity mapping with 4 KiB pages; three entries a walk. */
const pageTables = {
  translate: (vaddr: number) => ({
    paddr: vaddr,
    pages: 1,
    entries: [TABLES, TABLES + PAGE, TABLES + 2 * PAGE + 8 * Math.floor(vaddr / PAGE)],
  }),
};

function createTile() {
  const { tiles } = new SystemTiming(DEFAULT_TIMING, {
    tiles: 1,
    accelerator: { ...DEFAULT_ACCELERATOR },
    customOpcode: 3,
    map: { start: TABLES, end: TABLES + 2 ** 28 },
    pageTables: () => pageTables,
  });
  const tile = tiles[0]!;
  tile.accelerator.changeSpace(pageTables, 0);
  return tile;
}

test('a request to the page of the one before needs no translation buffer', () => {
  const { tlb } = createTile().accelerator;
  tlb.lookUp(READER, 0x9000_0000, 100);
  const walked = tlb.lookUp(READER, 0x9000_0040, 200);
  expect(walked).toBe(200);
  expect(tlb.counts).toMatchObject({ requests: 2, filterHits: 1, misses: 1, walks: 1 });
});

test('requests, walks and page-table reads add up over random traffic', () => {
  const { accelerator, walker } = createTile();
  const random = new SeededRandom(7);
  for (let at = 100; at < 40_000; at += 1 + random.int(0, 20)) {
    const client = random.int(0, 2) === 0 ? READER : WRITER;
    accelerator.tlb.lookUp(client, 0x9000_0000 + PAGE * random.int(0, 64), at);
  }
  accelerator.tlb.checkConservation();
  walker.checkConservation();
  const { misses, merged } = accelerator.tlb.counts;
  expect(walker.counts.walks).toBe(misses - merged);
  expect(walker.counts.levels).toBe(3 * (walker.counts.walks - walker.counts.l2TlbHits));
});
