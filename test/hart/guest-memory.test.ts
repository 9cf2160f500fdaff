import { expect, test } from 'vitest';
import { GuestMemory } from '../../src/hart/guest-memory.ts';

const ROM = { base: 0x1000, bytes: 0x1000 };
const RAM = { base: 0x8000_0000, bytes: 2 ** 30 };
const MEBIBYTE = 2 ** 20;

const gibibyteMachine = () => new GuestMemory({ harts: 1, physical: [ROM, RAM], isObserved: false });

test('a new memory is small, and grows when a place beyond its end is asked for', () => {
  const memory = gibibyteMachine();
  expect(memory.bytes.length).toBeLessThan(32 * MEBIBYTE);
  const sizes = [RAM.base, RAM.base + 600 * MEBIBYTE, RAM.base + RAM.bytes - 8].map((paddr) => {
    const linear = memory.locate(paddr, 8)!;
    expect(linear + 8).toBeLessThanOrEqual(memory.bytes.length);
    return memory.bytes.length;
  });
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(memory.presentBytes(memory.ranges[1]!)).toBe(RAM.bytes);
});

test('looking without need of the bytes leaves it as it is', () => {
  const memory = gibibyteMachine();
  const before = memory.bytes;
  const last = memory.find(RAM.base + RAM.bytes - 8, 8)!;
  expect(memory.bytes).toBe(before);
  expect(last).toBeGreaterThan(before.length);
  expect(memory.locate(RAM.base + RAM.bytes - 8, 8)).toBe(last);
});

test('growth keeps contents and places, renews the views and calls back', () => {
  const memory = gibibyteMachine();
  const place = memory.locate(RAM.base + 4, 4)!;
  memory.view.setInt32(place, 42, true);
  let calls = 0;
  memory.whenGrown(() => calls++);
  const before = memory.bytes;
  memory.locate(RAM.base + 512 * MEBIBYTE, 4);
  expect([calls, before.length]).toEqual([1, 0]);
  expect(memory.locate(RAM.base + 4, 4)).toBe(place);
  expect([memory.view.getInt32(place, true), memory.words32[place / 4], memory.bytes[place]]).toEqual([42, 42, 42]);
  expect(memory.words64[(place - 4) / 8]).toBe(42n << 32n);
});

test('places outside of all ranges, or across an end, do not exist', () => {
  const memory = gibibyteMachine();
  for (const [paddr, bytes] of [
    [0, 1],
    [ROM.base + ROM.bytes - 4, 8],
    [RAM.base - 1, 1],
    [RAM.base + RAM.bytes - 4, 8],
  ] as const)
    expect(memory.locate(paddr, bytes)).toBeUndefined();
});

test('a machine that does not fit into 4 GiB is refused', () => {
  expect(() => new GuestMemory({ harts: 1, physical: [{ base: 0, bytes: 2 ** 32 }], isObserved: false })).toThrow(
    /4 GiB is the limit/,
  );
});
