import { expect, test } from 'vitest';
import { DEFAULT_ACCELERATOR } from '../../../src/accel/config.ts';
import type { TracedInstruction } from '../../../src/hart/host-trace.ts';
import { DEFAULT_TIMING } from '../../../src/timing/config.ts';
import { SystemTiming } from '../../../src/timing/system.ts';

const RAM = 0x8000_0000;

const plain = (name: TracedInstruction['name'], fields: Partial<TracedInstruction> = {}): TracedInstruction => ({
  name,
  length: 4,
  word: 0,
  rd: 0,
  rs1: 0,
  rs2: 0,
  rs3: 0,
  imm: 0,
  ...fields,
});

function createTile() {
  const { tiles } = new SystemTiming(DEFAULT_TIMING, {
    tiles: 1,
    accelerator: DEFAULT_ACCELERATOR,
    customOpcode: 3,
    map: { start: RAM, end: RAM + 2 ** 28 },
  });
  return tiles[0]!;
}

/** Cycles until the last instruction of the block issues, the given number of times in a row. */
function cyclesOf(pc: bigint, instructions: readonly TracedInstruction[], times: number): number {
  const tile = createTile();
  tile.block({ id: 1, pc, paddr: RAM, instructions });
  for (let k = 0; k < times; k++) tile.drain(Int32Array.of(1), 0, 1);
  return tile.host.issued;
}

test('one instruction issues per cycle; a result is there for the next one', () => {
  const four = Array.from({ length: 4 }, () => plain('addi', { rd: 1, rs1: 1 }));
  const loop = [...four, plain('jal', { imm: -16 })];
  // Predicted jumps cost nothing: five instructions, five cycles.
  expect(cyclesOf(BigInt(RAM), loop, 30) - cyclesOf(BigInt(RAM), loop, 20)).toBe(10 * 5);
});

test('code in the upper half of the address space takes the same time', () => {
  const loop = [plain('add', { rd: 1 }), plain('addi', { rd: 1, length: 2 }), plain('jal', { imm: -6 })];
  const high = cyclesOf(0xffff_ffff_8000_0000n, loop, 20);
  expect(high).toBe(cyclesOf(BigInt(RAM), loop, 20));
});

test('each miss of a load costs a cycle more when its instruction had to be put together from two words', () => {
  const loads = 10;
  const instructions = [plain('addi', { word: 1, length: 2 }), plain('ld', { word: 2, rd: 1 })];
  const missesAt = (pc: number): number => {
    const cycles = (stride: number): number => {
      const tile = createTile();
      tile.block({ id: 1, pc: BigInt(pc), paddr: pc, instructions });
      for (let k = 0; k < loads; k++) tile.drain(Int32Array.of(1, RAM + 0x1000 + stride * k, 0), 0, 3);
      return tile.host.issued;
    };
    return cycles(64) - cycles(0);
  };
  expect(missesAt(RAM) - missesAt(RAM + 2)).toBe((loads - 1) * DEFAULT_TIMING.host.misalignedTarget);
});
