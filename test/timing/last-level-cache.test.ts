import { describe, expect, it } from 'vitest';
import { DdrMemory } from '../../src/timing/core/memory/ddr.ts';
import { LastLevelCache } from '../../src/timing/core/memory/last-level-cache.ts';
import { Settings } from '../../src/timing/core/settings.ts';

const DRAM = 24;
const LINE = 128;
const KIB = 1024;

/** A memory that takes as long for everything, and what it is asked. */
class SteadyMemory extends DdrMemory {
  readonly asked: string[] = [];

  override access(at: number, paddr: number, isWrite: boolean): number {
    this.asked.push(`${isWrite ? 'write' : 'read'} ${paddr}`);
    return at + DRAM;
  }
}

function machine(llcKib = 4096) {
  const settings = new Settings();
  const memory = new SteadyMemory(settings);
  settings.ddr.llcKib = llcKib;
  return { cache: new LastLevelCache(settings.ddr, memory), asked: memory.asked };
}

describe('the last-level cache of the memory model', () => {
  it('answers a hit after three cycles and the next one nine cycles later', () => {
    const { cache } = machine();
    cache.read(0, 0);
    expect(cache.read(1000, 0)).toBe(1003);
    expect(cache.read(1000, 64)).toBe(1012);
  });

  it('lets the second half of a line wait until the first half has been fetched', () => {
    const { cache, asked } = machine();
    const first = cache.read(0, 0);
    expect(first).toBe(1 + 2 + DRAM);
    expect(cache.read(0, 64)).toBe(first - 1 + 16 + 2);
    expect(asked).toEqual(['read 0']);
  });

  it('holds back what comes behind a request that waits', () => {
    const { cache } = machine();
    cache.read(0, 0);
    const waits = cache.read(0, 64);
    expect(cache.read(0, 10 * LINE)).toBeGreaterThan(waits);
  });

  it('has up to eight misses in flight and refills one line in 16 cycles', () => {
    const { cache } = machine();
    const answers = Array.from({ length: 8 }, (_, i) => cache.read(0, i * LINE));
    for (let i = 1; i < 8; i++) expect(answers[i]! - answers[i - 1]!).toBe(16);
    expect(cache.read(0, 8 * LINE)).toBeGreaterThan(answers[0]! + 16 + DRAM);
  });

  it('fetches the line that a write misses', () => {
    const { cache, asked } = machine();
    cache.write(0, 64);
    expect(asked).toEqual(['read 0']);
    expect(cache.read(1000, 0)).toBe(1003);
  });

  it('fills empty ways first, then writes dirty victims back after the fetch', () => {
    const { cache, asked } = machine(1);
    for (let way = 0; way < 8; way++) cache.write(way * 1000, way * KIB);
    expect(asked.every((one) => one.startsWith('read'))).toBe(true);
    cache.read(10_000, 8 * KIB);
    expect(asked.slice(8).map((one) => one.split(' ')[0])).toEqual(['read', 'write']);
  });
});
