/**
 * Control and status registers of M, S and U mode.
 * @source RISC-V privileged spec 1.12, "CSR Listing"
 */
import { uniqueIndex } from './unique-index.ts';

export interface CsrDef {
  readonly name: string;
  readonly number: number;
  readonly summary: string;
}

const csr = <const Name extends string>(number: number, name: Name, summary: string) => ({ name, number, summary });

const numberedCsrs = (first: number, count: number, firstNumber: number, name: string, summary: string): CsrDef[] =>
  Array.from({ length: count }, (_, i) => csr(firstNumber + i, `${name}${first + i}`, summary));

/** The CSRs that have a name of their own. */
export const NAMED_CSRS = [
  csr(0x001, 'fflags', 'accrued floating-point exceptions'),
  csr(0x002, 'frm', 'floating-point rounding mode'),
  csr(0x003, 'fcsr', 'rounding mode and accrued exceptions'),
  csr(0xc00, 'cycle', 'cycle counter'),
  csr(0xc01, 'time', 'real-time counter'),
  csr(0xc02, 'instret', 'retired-instruction counter'),
  csr(0x100, 'sstatus', 'supervisor status'),
  csr(0x104, 'sie', 'supervisor interrupt enable'),
  csr(0x105, 'stvec', 'supervisor trap vector'),
  csr(0x106, 'scounteren', 'counters that user mode may read'),
  csr(0x10a, 'senvcfg', 'supervisor environment configuration'),
  csr(0x140, 'sscratch', 'scratch register of supervisor trap handlers'),
  csr(0x141, 'sepc', 'supervisor exception program counter'),
  csr(0x142, 'scause', 'supervisor trap cause'),
  csr(0x143, 'stval', 'supervisor trap value'),
  csr(0x144, 'sip', 'supervisor interrupt pending'),
  csr(0x14d, 'stimecmp', 'supervisor timer compare'),
  csr(0x180, 'satp', 'address translation and protection'),
  csr(0x5a8, 'scontext', 'supervisor context for triggers'),
  csr(0xf11, 'mvendorid', 'vendor'),
  csr(0xf12, 'marchid', 'architecture'),
  csr(0xf13, 'mimpid', 'implementation'),
  csr(0xf14, 'mhartid', 'hardware thread number'),
  csr(0xf15, 'mconfigptr', 'address of the configuration structure'),
  csr(0x300, 'mstatus', 'machine status'),
  csr(0x301, 'misa', 'base ISA and extensions'),
  csr(0x302, 'medeleg', 'exceptions delegated to supervisor mode'),
  csr(0x303, 'mideleg', 'interrupts delegated to supervisor mode'),
  csr(0x304, 'mie', 'machine interrupt enable'),
  csr(0x305, 'mtvec', 'machine trap vector'),
  csr(0x306, 'mcounteren', 'counters that lower modes may read'),
  csr(0x30a, 'menvcfg', 'machine environment configuration'),
  csr(0x320, 'mcountinhibit', 'counters that stand still'),
  csr(0x340, 'mscratch', 'scratch register of machine trap handlers'),
  csr(0x341, 'mepc', 'machine exception program counter'),
  csr(0x342, 'mcause', 'machine trap cause'),
  csr(0x343, 'mtval', 'machine trap value'),
  csr(0x344, 'mip', 'machine interrupt pending'),
  csr(0x34a, 'mtinst', 'trapped instruction, transformed'),
  csr(0x34b, 'mtval2', 'second trap value'),
  csr(0x747, 'mseccfg', 'machine security configuration'),
  csr(0x7a0, 'tselect', 'trigger select'),
  csr(0x7a1, 'tdata1', 'trigger data 1'),
  csr(0x7a2, 'tdata2', 'trigger data 2'),
  csr(0x7a3, 'tdata3', 'trigger data 3'),
  csr(0x7a4, 'tinfo', 'trigger information'),
  csr(0x7a5, 'tcontrol', 'trigger control'),
  csr(0x7a8, 'mcontext', 'machine context for triggers'),
  csr(0x7b0, 'dcsr', 'debug control and status'),
  csr(0x7b1, 'dpc', 'debug program counter'),
  csr(0x7b2, 'dscratch0', 'debug scratch 0'),
  csr(0x7b3, 'dscratch1', 'debug scratch 1'),
  csr(0xb00, 'mcycle', 'cycle counter, writable'),
  csr(0xb02, 'minstret', 'retired-instruction counter, writable'),
] as const satisfies readonly CsrDef[];

export type CsrName = (typeof NAMED_CSRS)[number]['name'];

/** All CSRs, the numbered families included. RV64 has the even pmpcfg registers only. */
export const CSRS: readonly CsrDef[] = [
  ...NAMED_CSRS,
  ...numberedCsrs(3, 29, 0xc03, 'hpmcounter', 'event counter'),
  ...numberedCsrs(3, 29, 0xb03, 'mhpmcounter', 'event counter, writable'),
  ...numberedCsrs(3, 29, 0x323, 'mhpmevent', 'event selector'),
  ...numberedCsrs(0, 16, 0x3a0, 'pmpcfg', 'physical memory protection configuration').filter((_, i) => i % 2 === 0),
  ...numberedCsrs(0, 64, 0x3b0, 'pmpaddr', 'physical memory protection address'),
];

export const csrByName = uniqueIndex(CSRS, ({ name }): string => name);
export const csrByNumber = uniqueIndex(CSRS, ({ number }): number => number);

/** Number of a CSR by its name, checked when compiled. */
export const CSR_NUMBERS = Object.fromEntries(NAMED_CSRS.map(({ name, number }) => [name, number])) as Readonly<
  Record<CsrName, number>
>;

/** First minor version 1.x of the privileged spec that has the CSR; nothing for those older than 1.11 or apart from it. */
export function csrSince(name: string): number | undefined {
  if (name === 'mcountinhibit') return 11;
  const isNew = [
    'senvcfg',
    'menvcfg',
    'mconfigptr',
    'mseccfg',
    'mtinst',
    'mtval2',
    'menvcfgh',
    'mseccfgh',
    'mstatush',
  ].includes(name);
  // The physical memory protection grew from 16 regions to 64.
  const [, family, index] = /^pmp(cfg|addr)(\d+)$/.exec(name) ?? [];
  return isNew || (index !== undefined && Number(index) >= (family === 'cfg' ? 4 : 16)) ? 12 : undefined;
}

/** Lowest privilege that may touch the CSR: 0 user, 1 supervisor, 2 hypervisor, 3 machine. */
export const csrPrivilege = (number: number): number => (number >> 8) & 3;
export const isCsrReadOnly = (number: number): boolean => number >> 10 === 3;
