import { expect, test } from 'vitest';
import { bootRom } from '../../src/machine/boot-rom.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';

const TREE = 32;

/** Reads a flattened device tree back into lines `path/property = cells`. */
function readTree(bytes: Uint8Array): Map<string, readonly number[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = (offset: number) => new TextDecoder().decode(bytes.subarray(offset, bytes.indexOf(0, offset)));
  const strings = view.getUint32(12);
  const found = new Map<string, readonly number[]>();
  const path: string[] = [];
  let at = view.getUint32(8);
  for (;;) {
    const token = view.getUint32(at);
    at += 4;
    if (token === 9) return found;
    if (token === 2) path.pop();
    if (token === 1) {
      const name = text(at);
      path.push(name);
      at += Math.ceil((name.length + 1) / 4) * 4;
    }
    if (token === 3) {
      const length = view.getUint32(at);
      const name = text(strings + view.getUint32(at + 4));
      at += 8;
      found.set(
        `${path.join('/')}/${name}`,
        Array.from({ length: Math.floor(length / 4) }, (_, i) => view.getUint32(at + 4 * i)),
      );
      at += Math.ceil(length / 4) * 4;
    }
  }
}

test('the boot ROM ends with the entry point and is followed by the device tree', () => {
  const rom = bootRom(DEFAULT_MACHINE, 0x8000_1234n);
  const view = new DataView(rom.buffer);
  expect(view.getBigUint64(24, true)).toBe(0x8000_1234n);
  expect(view.getUint32(TREE)).toBe(0xd00dfeed);
  expect(view.getUint32(TREE + 4)).toBe(rom.length - TREE);
});

test('the device tree describes memory, harts and timer of the machine', () => {
  const machine = {
    ...DEFAULT_MACHINE,
    harts: 2,
    memory: { ...DEFAULT_MACHINE.memory, base: 0x1_8000_0000, size: 0x4000_0000 },
  };
  const tree = readTree(bootRom(machine, 0n).subarray(TREE));
  expect(tree.get('/memory@180000000/reg')).toEqual([1, 0x8000_0000, 0, 0x4000_0000]);
  expect(tree.get('/cpus/cpu@1/reg')).toEqual([1]);
  expect(tree.has('/cpus/cpu@2/reg')).toBe(false);
  // Software and timer interrupt of each hart.
  expect(tree.get('/soc/clint@2000000/interrupts-extended')).toEqual([1, 3, 1, 7, 2, 3, 2, 7]);
  expect(tree.get('/cpus/timebase-frequency')).toEqual([10_000_000]);
});
