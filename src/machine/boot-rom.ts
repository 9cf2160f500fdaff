/**
 * What a hart executes first, as in the reference simulator: five instructions that pass the hart's number in a0 and the
 * address of the device tree in a1, and jump to the program.
 */

import { CLINT } from './address-map.ts';
import type { MachineConfig } from './config/schema.ts';
import { cells64, type DeviceTreeNode, flattenDeviceTree } from './device-tree.ts';

/** Rate at which `mtime` counts, in Hz; the reference simulator's. */
export const TIMEBASE_FREQUENCY = 10_000_000;

const INSTRUCTIONS = [
  0x00000297, // auipc t0, 0
  0x02028593, // addi  a1, t0, 32     the device tree
  0xf1402573, // csrr  a0, mhartid
  0x0182b283, // ld    t0, 24(t0)     the entry point
  0x00028067, // jr    t0
] as const;
const ENTRY_OFFSET = 24;
const DEVICE_TREE_OFFSET = 32;

/** Contents of the boot ROM of a machine, for a program with this entry point. */
export function bootRom(config: MachineConfig, entry: bigint): Uint8Array {
  const tree = flattenDeviceTree(describeMachine(config));
  const rom = new Uint8Array(DEVICE_TREE_OFFSET + tree.length);
  const words = new DataView(rom.buffer);
  for (const [index, word] of INSTRUCTIONS.entries()) words.setUint32(4 * index, word, true);
  words.setBigUint64(ENTRY_OFFSET, entry, true);
  rom.set(tree, DEVICE_TREE_OFFSET);
  return rom;
}

function describeMachine({ harts, memory }: MachineConfig): DeviceTreeNode {
  const numbers = Array.from({ length: harts }, (_, index) => index);
  const cpus: DeviceTreeNode = {
    name: 'cpus',
    properties: { '#address-cells': [1], '#size-cells': [0], 'timebase-frequency': [TIMEBASE_FREQUENCY] },
    children: numbers.map(describeHart),
  };
  const ram: DeviceTreeNode = {
    name: `memory@${memory.base.toString(16)}`,
    properties: { device_type: 'memory', reg: [...cells64(memory.base), ...cells64(memory.size)] },
  };
  const soc: DeviceTreeNode = {
    name: 'soc',
    properties: {
      '#address-cells': [2],
      '#size-cells': [2],
      compatible: ['ucbbar,spike-bare-soc', 'simple-bus'],
      ranges: true,
    },
    children: [
      {
        name: `clint@${CLINT.base.toString(16)}`,
        properties: {
          compatible: ['sifive,clint0', 'riscv,clint0'],
          'interrupts-extended': numbers.flatMap((hart) => [interruptPhandle(hart), 3, interruptPhandle(hart), 7]),
          reg: [...cells64(CLINT.base), ...cells64(CLINT.bytes)],
        },
      },
    ],
  };
  return {
    name: '',
    properties: {
      '#address-cells': [2],
      '#size-cells': [2],
      compatible: 'ucbbar,spike-bare-dev',
      model: 'ucbbar,spike-bare',
    },
    children: [cpus, ram, soc, { name: 'htif', properties: { compatible: 'ucb,htif0' } }],
  };
}

const interruptPhandle = (hart: number): number => hart + 1;

const describeHart = (hart: number): DeviceTreeNode => ({
  name: `cpu@${hart}`,
  properties: {
    device_type: 'cpu',
    reg: [hart],
    status: 'okay',
    compatible: 'riscv',
    'riscv,isa': 'rv64imafdc_zicntr_zicsr_zifencei',
    'mmu-type': 'riscv,sv39',
    'riscv,pmpregions': [16],
    'riscv,pmpgranularity': [4],
    'clock-frequency': [1_000_000_000],
  },
  children: [
    {
      name: 'interrupt-controller',
      properties: {
        '#address-cells': [2],
        '#interrupt-cells': [1],
        'interrupt-controller': true,
        compatible: 'riscv,cpu-intc',
        phandle: [interruptPhandle(hart)],
      },
    },
  ],
});
