/**
 * Names of CSRs that no hart of ours has: those of RV32, vectors, the hypervisor and other extensions. Tools read and print them.
 * @source RISC-V privileged spec 1.12; state-enable, interrupt-architecture and vector extensions
 */
import { uniqueIndex } from './unique-index.ts';

export interface ForeignCsr {
  readonly name: string;
  readonly number: number;
}

// biome-ignore format: a table
const NAMED: readonly (readonly [number: number, name: string])[] = [
  [0x008, 'vstart'], [0x009, 'vxsat'], [0x00a, 'vxrm'], [0x00f, 'vcsr'], [0x015, 'seed'], [0x10c, 'sstateen0'],
  [0x10d, 'sstateen1'], [0x10e, 'sstateen2'], [0x10f, 'sstateen3'], [0x114, 'sieh'], [0x150, 'siselect'],
  [0x151, 'sireg'], [0x154, 'siph'], [0x15c, 'stopei'], [0x15d, 'stimecmph'], [0x200, 'vsstatus'], [0x204, 'vsie'],
  [0x205, 'vstvec'], [0x214, 'vsieh'], [0x240, 'vsscratch'], [0x241, 'vsepc'], [0x242, 'vscause'], [0x243, 'vstval'],
  [0x244, 'vsip'], [0x24d, 'vstimecmp'], [0x250, 'vsiselect'], [0x251, 'vsireg'], [0x254, 'vsiph'],
  [0x25c, 'vstopei'], [0x25d, 'vstimecmph'], [0x280, 'vsatp'], [0x308, 'mvien'], [0x309, 'mvip'],
  [0x30c, 'mstateen0'], [0x30d, 'mstateen1'], [0x30e, 'mstateen2'], [0x30f, 'mstateen3'], [0x310, 'mstatush'],
  [0x313, 'midelegh'], [0x314, 'mieh'], [0x318, 'mvienh'], [0x319, 'mviph'], [0x31a, 'menvcfgh'],
  [0x31c, 'mstateen0h'], [0x31d, 'mstateen1h'], [0x31e, 'mstateen2h'], [0x31f, 'mstateen3h'], [0x350, 'miselect'],
  [0x351, 'mireg'], [0x354, 'miph'], [0x35c, 'mtopei'], [0x600, 'hstatus'], [0x602, 'hedeleg'], [0x603, 'hideleg'],
  [0x604, 'hie'], [0x605, 'htimedelta'], [0x606, 'hcounteren'], [0x607, 'hgeie'], [0x608, 'hvien'],
  [0x609, 'hvictl'], [0x60a, 'henvcfg'], [0x60c, 'hstateen0'], [0x60d, 'hstateen1'], [0x60e, 'hstateen2'],
  [0x60f, 'hstateen3'], [0x613, 'hidelegh'], [0x615, 'htimedeltah'], [0x618, 'hvienh'], [0x61a, 'henvcfgh'],
  [0x61c, 'hstateen0h'], [0x61d, 'hstateen1h'], [0x61e, 'hstateen2h'], [0x61f, 'hstateen3h'], [0x643, 'htval'],
  [0x644, 'hip'], [0x645, 'hvip'], [0x646, 'hviprio1'], [0x647, 'hviprio2'], [0x64a, 'htinst'], [0x655, 'hviph'],
  [0x656, 'hviprio1h'], [0x657, 'hviprio2h'], [0x680, 'hgatp'], [0x6a8, 'hcontext'], [0x757, 'mseccfgh'],
  [0x7aa, 'mscontext'], [0xb80, 'mcycleh'], [0xb82, 'minstreth'], [0xc20, 'vl'], [0xc21, 'vtype'], [0xc22, 'vlenb'],
  [0xc80, 'cycleh'], [0xc81, 'timeh'], [0xc82, 'instreth'], [0xda0, 'scountovf'], [0xdb0, 'stopi'], [0xe12, 'hgeip'],
  [0xeb0, 'vstopi'], [0xfb0, 'mtopi'],
];

const upperHalves = (first: number, count: number, name: string, firstIndex: number): ForeignCsr[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${name}${firstIndex + i}h`, number: first + i }));

const FOREIGN_CSRS: readonly ForeignCsr[] = [
  ...NAMED.map(([number, name]) => ({ number, name })),
  ...upperHalves(0xc83, 29, 'hpmcounter', 3),
  ...upperHalves(0xb83, 29, 'mhpmcounter', 3),
  ...upperHalves(0x723, 29, 'mhpmevent', 3),
  ...Array.from({ length: 8 }, (_, i) => ({ name: `pmpcfg${2 * i + 1}`, number: 0x3a1 + 2 * i })),
];

export const foreignCsrByName = uniqueIndex(FOREIGN_CSRS, ({ name }): string => name);
export const foreignCsrByNumber = uniqueIndex(FOREIGN_CSRS, ({ number }) => number);
