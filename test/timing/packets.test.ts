import { expect, test } from 'vitest';
import { PacketSplitter } from '../../src/timing/core/accelerator/packets.ts';

function split(vaddr: number, length: number) {
  const splitter = new PacketSplitter(16, 64);
  const packets = [];
  for (splitter.start(vaddr, length); splitter.left > 0; ) {
    splitter.next();
    const { vaddr: start, bytes, offset, useful } = splitter;
    packets.push({ vaddr: start, bytes, offset, useful });
  }
  return packets;
}

const sizes = (offset: number, length: number) => split(0x1000 + offset, length).map(({ bytes }) => bytes);

test.each([
  [0, 16, [16]],
  [8, 16, [32]],
  [24, 16, [64]],
  [56, 16, [16, 16]],
  [16, 32, [64]],
  [0, 48, [64]],
  [32, 48, [32, 16]],
  [48, 48, [16, 32]],
  [0, 64, [64]],
  [32, 64, [32, 32]],
  [24, 64, [64, 32]],
  [0, 128, [64, 64]],
])('a row of bytes at offset %i of a line, %i long, is requested as %j', (offset, length, expected) => {
  expect(sizes(offset, length)).toEqual(expected);
});

test('packets carry every byte once, in order', () => {
  for (let offset = 0; offset < 64; offset++) {
    for (let length = 1; length <= 64; length++) {
      let next = 0x1000 + offset;
      for (const { vaddr, offset: shift, useful, bytes } of split(next, length)) {
        expect(vaddr + shift).toBe(next);
        expect(shift + useful).toBeLessThanOrEqual(bytes);
        next += useful;
      }
      expect(next).toBe(0x1000 + offset + length);
    }
  }
});
