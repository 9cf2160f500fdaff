import { expect, test } from 'vitest';
import { DEFAULT_TIMING } from '../../src/timing/config.ts';
import { DmaLink } from '../../src/timing/core/accelerator/dma-link.ts';
import { PacketSplitter } from '../../src/timing/core/accelerator/packets.ts';
import { L2Port, PUT_FULL } from '../../src/timing/core/memory/l2-port.ts';
import { Settings } from '../../src/timing/core/settings.ts';

const LINE = 64;
const BEATS = LINE / DEFAULT_TIMING.bus.beatBytes;

/** Answers at once. */
class IdlePort extends L2Port {
  override access(_request: number, at: number): void {
    this.firstBeat = at;
  }
}

function createLink() {
  const settings = new Settings();
  Object.assign(settings.bus, DEFAULT_TIMING.bus);
  Object.assign(settings.accelerator, DEFAULT_TIMING.accelerator);
  const link = new DmaLink(settings, new IdlePort());
  const put = (at: number): void => {
    const packet = new PacketSplitter(DEFAULT_TIMING.bus.beatBytes, LINE);
    packet.start(0x1000, LINE);
    packet.next();
    link.put(at, 0x1000, packet, PUT_FULL);
  };
  return { link, put };
}

test('reader and writer take turns when both wait', () => {
  const { link, put } = createLink();
  link.get(100, 0, LINE);
  link.readerWaits = true;
  link.writerWaits = true;
  expect([link.takesGet(101), link.takesPut(101)]).toEqual([false, true]);
  put(101);
  expect(link.freeFrom(101)).toBe(101 + BEATS);
  expect([link.takesGet(101 + BEATS), link.takesPut(101 + BEATS)]).toEqual([true, false]);
});

test('a reader alone has every cycle, and no other has it while a write takes its beats', () => {
  const { link, put } = createLink();
  link.get(100, 0, LINE);
  link.readerWaits = true;
  expect([link.takesGet(100), link.takesGet(101)]).toEqual([false, true]);
  put(101);
  expect([link.takesGet(100 + BEATS), link.takesGet(101 + BEATS)]).toEqual([false, true]);
});

test('two requests of the reader find room before the link', () => {
  const { link } = createLink();
  expect([0, 1, 2].map((waiting) => link.acceptsGet(100, waiting))).toEqual([true, true, false]);
  link.get(99, 0, LINE);
  link.get(100, 0, LINE);
  expect([0, 1].map((waiting) => link.acceptsGet(100, waiting))).toEqual([false, false]);
  expect([0, 1].map((waiting) => link.acceptsGet(102, waiting))).toEqual([true, true]);
});
