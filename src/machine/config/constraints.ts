/** What keys must fulfil together, beyond the rule of each. */
import { BOOT_ROM, CLINT } from '../address-map.ts';
import type { MachineConfig } from './schema.ts';

interface Constraint {
  /** The key that the message is about. */
  readonly key: string;
  /** What is wrong and what to do; nothing when all is well. */
  check(machine: MachineConfig): { readonly found: string; readonly hint: string } | undefined;
}

const PAGE_BYTES = 4096;
const isPowerOfTwo = (value: number): boolean => Number.isInteger(value) && Number.isInteger(Math.log2(value));
const nearestPowerOfTwo = (value: number): number => 2 ** Math.round(Math.log2(value));

export const CONSTRAINTS: readonly Constraint[] = [
  {
    key: 'memory.base',
    check: ({ memory }) => {
      const device = [BOOT_ROM, CLINT].find(
        ({ base, bytes }) => memory.base < base + bytes && base < memory.base + memory.size,
      );
      if (device === undefined) return undefined;
      const found = `RAM at 0x${memory.base.toString(16)}…0x${(memory.base + memory.size).toString(16)} covers the ${device.name} at 0x${device.base.toString(16)}`;
      return { found, hint: 'nearest legal value: memory.base=0x80000000' };
    },
  },
  {
    key: 'cache.ways',
    check: ({ cache }) => {
      const lines = (cache.sizeKib * 1024) / (cache.lineBytes * cache.banks);
      const sets = lines / cache.ways;
      if (isPowerOfTwo(sets)) return undefined;
      const found = `${cache.sizeKib} KiB in ${cache.banks} banks of ${cache.ways} ways with lines of ${cache.lineBytes} bytes make ${sets} sets a bank, must be a power of two`;
      return { found, hint: `nearest legal value: cache.ways=${Math.min(lines, nearestPowerOfTwo(cache.ways))}` };
    },
  },
  ...(['dcacheSets', 'icacheSets'] as const).map(
    (name): Constraint => ({
      key: `host.${name}`,
      check: ({ host, cache }) => {
        if (host[name] * cache.lineBytes <= PAGE_BYTES) return undefined;
        const found = `${host[name]} sets of ${cache.lineBytes}-byte lines are more than a page, by whose offset the cache is indexed`;
        return { found, hint: `nearest legal value: host.${name}=${PAGE_BYTES / cache.lineBytes}` };
      },
    }),
  ),
  {
    key: 'translation.l2Ways',
    check: ({ translation: { l2Entries, l2Ways } }) => {
      if (l2Entries === 0 || isPowerOfTwo(l2Entries / l2Ways)) return undefined;
      const found = `${l2Entries} entries in ${l2Ways} ways make ${l2Entries / l2Ways} sets, must be a power of two`;
      return {
        found,
        hint: isPowerOfTwo(l2Entries)
          ? 'nearest legal value: translation.l2Ways=1'
          : `nearest legal value: translation.l2Entries=${nearestPowerOfTwo(l2Entries)}`,
      };
    },
  },
  {
    key: 'cache.sizeKib',
    check: ({ cache, host, harts }) => {
      const held = harts * host.dcacheSets * host.dcacheWays * cache.lineBytes;
      if (cache.sizeKib * 1024 >= held) return undefined;
      const found = `an inclusive L2 of ${cache.sizeKib} KiB cannot hold what the data caches of ${harts} harts hold, ${held / 1024} KiB`;
      return { found, hint: `nearest legal value: cache.sizeKib=${2 ** Math.ceil(Math.log2(held / 1024))}` };
    },
  },
  {
    key: 'memory.ddr.rowBytes',
    check: ({ memory: { ddr }, cache }) => {
      if (ddr.rowBytes >= cache.lineBytes) return undefined;
      const found = `a line of ${cache.lineBytes} bytes is longer than a row of ${ddr.rowBytes}`;
      return { found, hint: `nearest legal value: memory.ddr.rowBytes=${cache.lineBytes}` };
    },
  },
  {
    key: 'memory.ddr.refi',
    check: ({ memory: { ddr } }) => {
      if (ddr.refi > ddr.rfc) return undefined;
      const found = `a refresh of ${ddr.rfc} clocks every ${ddr.refi} leaves no time for anything else`;
      return { found, hint: `nearest legal value: memory.ddr.refi=${ddr.rfc + 1}` };
    },
  },
  ...(['bus', 'memory', 'accelerator'] as const).map(
    (section): Constraint => ({
      key: `${section}.beatBytes`,
      check: (machine) => {
        if (machine[section].beatBytes <= machine.cache.lineBytes) return undefined;
        const found = `beats of ${machine[section].beatBytes} bytes are longer than a line of ${machine.cache.lineBytes}`;
        return { found, hint: `nearest legal value: ${section}.beatBytes=${machine.cache.lineBytes}` };
      },
    }),
  ),
];
