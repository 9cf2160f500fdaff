import { describe, expect, it } from 'vitest';
import { createMemoryPort } from '../../src/timing/core/memory/dram.ts';
import { L2Cache } from '../../src/timing/core/memory/l2-cache.ts';
import { GET, NO_CLIENT, PUT_FULL, PUT_PART } from '../../src/timing/core/memory/l2-port.ts';
import { Settings } from '../../src/timing/core/settings.ts';
import { machineWith } from './machines.ts';

const LINE = 64;
const BEATS = 4;
/** Sets of the only bank times bytes of a line: so far apart are lines of one set. */
const SET_STRIDE = 1024 * LINE;
const HIT = 4;

/** An L2 behind which memory takes 40 cycles. */
function l2(): L2Cache {
  const settings = new Settings();
  const config = machineWith('memory.model=fixed', 'memory.latency=40');
  Object.assign(settings.cache, config.cache);
  Object.assign(settings.bus, config.bus);
  Object.assign(settings.memory, config.memory, { model: 0 });
  return new L2Cache(settings, createMemoryPort(settings), 0);
}

/** @returns the first beat of the answer to a read of a line */
function read(cache: L2Cache, at: number, paddr: number): number {
  cache.access(GET, at, paddr, 1, BEATS, NO_CLIENT, 0, 0);
  return cache.firstBeat;
}

/** @returns the answer to a write of a line */
function write(cache: L2Cache, at: number, paddr: number): number {
  cache.access(PUT_FULL, at, paddr, BEATS, 1, NO_CLIENT, 0, BEATS - 1);
  return cache.firstBeat;
}

describe('answers of the L2', () => {
  it('overtake that of a request whose set is busy', () => {
    const cache = l2();
    for (const line of [SET_STRIDE, LINE]) read(cache, 0, line);
    const fetched = read(cache, 1000, 0);
    expect(read(cache, 1001, SET_STRIDE)).toBeGreaterThan(fetched);
    expect(read(cache, 1002, LINE)).toBe(1002 + HIT);
  });

  it('wait for one that follows its line from memory, a beat in two cycles', () => {
    const cache = l2();
    read(cache, 0, LINE);
    const fetched = read(cache, 1000, 0);
    expect(read(cache, fetched + 1 - HIT, LINE)).toBe(fetched + 2 * BEATS - 1);
  });

  it('wait for lines that are written, whether they were there or not', () => {
    const cache = l2();
    read(cache, 0, LINE);
    const written = write(cache, 1000, 0);
    expect(read(cache, written + 1 - HIT, LINE)).toBe(written + BEATS);
  });

  it('are held up by the line that a write of a part fetches', () => {
    const cache = l2();
    read(cache, 0, LINE);
    cache.access(PUT_PART, 1000, 0, 1, 1, NO_CLIENT, 0, 0);
    const first = cache.firstBeat;
    expect(read(cache, first + 1 - HIT, LINE)).toBe(first + BEATS);
  });
});
