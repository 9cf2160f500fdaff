import { expect, test } from 'vitest';
import type { HostObserver } from '../../src/hart/host-trace.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import type { TimingModel } from '../../src/timing/timing-model.ts';
import { machineWith } from '../timing/machines.ts';
import { EXIT, program } from './programs.ts';

/**
 * In machine mode with data of supervisor mode (MPRV), a page is read at two places, mapped elsewhere, and read again. RAM
 * is mapped to itself, too.
 */
const REMAPPED = `
        .equ    VIRTUAL, 0x40000000
        .equ    VALID_RW_AD, 0xc7
        .equ    MPRV, 0x20000
        .macro  map table, index, target, flags
        la      t0, \\table
        la      t1, \\target
        srli    t1, t1, 2
        ori     t1, t1, \\flags
        sd      t1, 8 * \\index(t0)
        .endm
_start: li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        map     root, 1, middle, 1
        li      t1, (0x80000000 >> 2) | VALID_RW_AD
        sd      t1, 16(t0)
        map     middle, 0, leaves, 1
        map     leaves, 0, first, VALID_RW_AD
        la      t0, root
        srli    t0, t0, 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        li      t0, 0x1800
        csrc    mstatus, t0
        li      t0, 0x800
        csrs    mstatus, t0
        li      s0, VIRTUAL
        li      s1, MPRV
        csrs    mstatus, s1
        ld      t0, 0(s0)
        ld      t0, 16(s0)
        map     leaves, 0, second, VALID_RW_AD
        sfence.vma
        ld      t0, 24(s0)
        csrc    mstatus, s1
        li      a0, 0
${EXIT}
        .data
        .balign 4096
root:   .zero   4096
middle: .zero   4096
leaves: .zero   4096
first:  .zero   4096
second: .zero   4096
`;

test('the hart tells of a page once, and again when it lies elsewhere, after all that was retired before', () => {
  /** Pages with their physical addresses, and low words of the addresses of loads, in the order in which they are told. */
  const told: (string | number)[] = [];
  const observer: HostObserver = {
    block: () => {},
    drain: (words, start, end) => {
      const places = [0, 16, 24].map((offset) => 0x4000_0000 + offset);
      told.push(...words.subarray(start, end).filter((word) => places.includes(word)));
    },
    cycle: () => 0n,
    custom: () => {},
    fence: () => {},
    addressSpace: () => {},
    page: ({ vpn, paddr, pages, entries }) => {
      if (vpn < 0x80000) told.push(`${pages} page at ${paddr.toString(16)} by ${entries.length} entries`);
    },
  };
  const timing: TimingModel = {
    observers: [observer],
    functionAt: () => undefined,
    counters: () => ({ sample: () => {}, resetSums: () => {}, internal: () => 0, external: () => 0 }),
    setHostWords: () => {},
    endAtHostCommand: () => {},
    report: () => expect.fail('nobody asks for a report'),
  };
  const machine = createMachine(machineWith(), new CapturedHost(), { timing });
  machine.load(program(REMAPPED));
  expect(machine.run(1e5)).toEqual({ kind: 'exit', code: 0n });
  const at = (name: string): string => machine.symbols.byName(name)!.value.toString(16);
  expect(told).toEqual([
    `1 page at ${at('first')} by 3 entries`,
    0x4000_0000,
    0x4000_0010,
    `1 page at ${at('second')} by 3 entries`,
    0x4000_0018,
  ]);
});
