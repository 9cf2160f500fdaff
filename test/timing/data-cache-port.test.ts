import { expect, test } from 'vitest';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { HostMemory } from '../../src/timing/host/host-memory.ts';
import { L1DataCache } from '../../src/timing/memory/l1-data-cache.ts';
import { L1InstructionCache } from '../../src/timing/memory/l1-instruction-cache.ts';
import { PageWalker } from '../../src/timing/translation/page-walker.ts';

const PAGE = 4096;
const TABLES = 0x8000_0000;
const RAM = { start: 0x8000_0000, end: 0x9000_0000 };
/** Until a request for a page that the L2 TLB knows is answered. */
const ANSWER = 3;

/** Identity mapping with 4 KiB pages; three entries a walk. */
const leafOf = (vaddr: number) => ({
  paddr: vaddr,
  pages: 1,
  entries: [TABLES, TABLES + PAGE, TABLES + 2 * PAGE + 8 * (Math.floor(vaddr / PAGE) % 512)],
});

/** A host beside something that walks a page which the L2 TLB knows in each of the given cycles. */
function hostBeside(walks: number[]) {
  // Every line that misses the data cache is answered at once.
  const port = {
    firstBeat: 0,
    beatGap: 1,
    isExclusive: true,
    access: (_: number, at: number) => void (port.firstBeat = at),
  };
  const data = new L1DataCache(DEFAULT_TIMING, 0, port);
  const walker = new PageWalker(DEFAULT_TIMING, data);
  const known = RAM.start + 5 * PAGE;
  walker.walk(0, known, leafOf(known));
  const left = [...walks];
  const neighbour = {
    mayWalk: walks.length > 0,
    advanceBefore: (until: number) => {
      while (left.length > 0 && left[0]! < until) {
        const at = left.shift()!;
        expect(walker.walk(at, known, leafOf(known))).toBe(at + ANSWER);
      }
    },
  };
  const memory = new HostMemory(
    DEFAULT_TIMING,
    data,
    new L1InstructionCache(DEFAULT_TIMING, port),
    walker,
    RAM,
    neighbour,
  );
  memory.dataSpace = { translate: leafOf };
  return { memory, data, walker };
}

test('a walk has the port of the data cache in the cycles in which it asks for a level', () => {
  const { memory, data } = hostBeside([1000]);
  memory.portWait(1002);
  expect([999, 1000, 1001, 1002, 1003].map((at) => data.port.isTaken(at))).toEqual([false, false, true, true, false]);
});

test('an access that meets a walk comes again a replay later', () => {
  expect(hostBeside([1000]).memory.portWait(1000)).toBe(0);
  expect(hostBeside([1000]).memory.portWait(1001)).toBe(DEFAULT_TIMING.host.replay);
  expect(hostBeside([1000]).memory.portWait(1002)).toBe(DEFAULT_TIMING.host.replay);
  expect(hostBeside([1000]).memory.portWait(1003)).toBe(0);
});

test('an access waits for as long as walks come round when it does', () => {
  const { replay } = DEFAULT_TIMING.host;
  const walks = Array.from({ length: 100 }, (_, k) => 1000 + k * replay);
  expect(hostBeside(walks).memory.portWait(1001)).toBe(100 * replay);
});

test('after a walk for the host the access is not tried again while others have the port', () => {
  const vaddr = RAM.start + 9 * PAGE;
  const translated = (walks: number[]): number => {
    const { memory, walker } = hostBeside(walks);
    walker.walk(500, vaddr, leafOf(vaddr));
    return memory.translateData(1000, vaddr, 0);
  };
  const alone = translated([]);
  expect(alone).toBe(DEFAULT_TIMING.translation.l2Hit);
  // Asked for at 1002, answered at 1005; the next walk has the port in 1006 and 1007.
  expect(translated([1005])).toBe(alone + 2);
});

test('a walk that needs the data cache waits until the line for the host is there', () => {
  const { memory, walker } = hostBeside([]);
  const [first, second] = [RAM.start + 9 * PAGE, RAM.start + 10 * PAGE];
  walker.walk(500, first, leafOf(first));
  const alone = walker.walk(1000, second, leafOf(second)) - 1000;
  const other = hostBeside([]);
  other.walker.walk(500, first, leafOf(first));
  other.memory.translateData(900, first, 0);
  const miss = other.memory.accessData(999, false);
  expect(miss).toBeGreaterThan(alone);
  // Its leaf is read when the line is there.
  expect(other.walker.walk(1000, second, leafOf(second))).toBe(999 + miss + DEFAULT_TIMING.translation.walkLevel);
  expect(memory.portWait(1000)).toBe(0);
});
