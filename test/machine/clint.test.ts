import { expect, test } from 'vitest';
import { Clint, SOFTWARE_INTERRUPT, TIMER_INTERRUPT } from '../../src/machine/clint.ts';

const BASE = 0x200_0000;

function setUp(harts = 2) {
  const mip = new Array<bigint>(harts).fill(0n);
  const clint = new Clint({ base: BASE, bytes: 0xc_0000 }, harts, (hart, mask, isPending) => {
    mip[hart] = isPending ? mip[hart]! | mask : mip[hart]! & ~mask;
  });
  return { clint, mip };
}

test('the timer interrupt is pending while mtime has reached mtimecmp', () => {
  const { clint, mip } = setUp();
  clint.write(BASE + 0x4000, 8, 100n);
  clint.write(BASE + 0x4008, 8, 60n);
  clint.advance(50);
  expect(mip).toEqual([0n, 0n]);
  clint.advance(50);
  expect(mip).toEqual([TIMER_INTERRUPT, TIMER_INTERRUPT]);
  clint.write(BASE + 0x4000, 8, 101n);
  expect(mip).toEqual([0n, TIMER_INTERRUPT]);
});

test('mtime is read and written whole or in halves', () => {
  const { clint } = setUp();
  clint.write(BASE + 0xbff8, 8, 0x1_2345_6789n);
  expect(clint.read(BASE + 0xbff8, 4)).toBe(0x2345_6789n);
  expect(clint.read(BASE + 0xbffc, 4)).toBe(1n);
  clint.write(BASE + 0xbffc, 4, 7n);
  expect(clint.time).toBe(0x7_2345_6789n);
  clint.advance(1);
  expect(clint.read(BASE + 0xbff8, 8)).toBe(0x7_2345_678an);
});

test('bit 0 of msip raises the software interrupt of its hart alone', () => {
  const { clint, mip } = setUp();
  const software = () => mip.map((bits) => bits & SOFTWARE_INTERRUPT);
  clint.write(BASE + 4, 4, 0xffff_fffen);
  expect(software()).toEqual([0n, 0n]);
  clint.write(BASE + 4, 4, 1n);
  expect(software()).toEqual([0n, SOFTWARE_INTERRUPT]);
  expect(clint.read(BASE, 8)).toBe(1n << 32n);
  clint.write(BASE, 4, 1n);
  clint.write(BASE + 4, 4, 0n);
  expect(software()).toEqual([SOFTWARE_INTERRUPT, 0n]);
});

test('inside the device other words read as zero, outside it nothing answers', () => {
  const { clint } = setUp();
  expect(clint.read(BASE + 0x9000, 4)).toBe(0n);
  expect(clint.write(BASE + 0x9000, 4, 5n)).toBe(true);
  expect(clint.read(BASE - 4, 4)).toBeUndefined();
  expect(clint.write(BASE + 0xc_0000, 4, 5n)).toBe(false);
});
