/**
 * Reading and writing control and status registers: who may, what bits exist, what a write changes elsewhere.
 * Values at reset and legal values are those of the reference simulator for rv64gc with 16 protection entries.
 * @source RISC-V privileged spec, chapters 2–4
 */
import { CSR_NUMBERS, type CsrName, csrByNumber, csrPrivilege, isCsrReadOnly } from '../isa/csrs.ts';
import { forgetTranslations } from './address-translation.ts';
import { INTERRUPT } from './causes.ts';
import { type HartState, PRIVILEGE, type StoredCsr } from './hart-state.ts';
import { HART } from './layout.ts';
import {
  readProtectionAddress,
  readProtectionConfig,
  resetProtection,
  writeProtectionAddress,
  writeProtectionConfig,
} from './physical-protection.ts';
import { MSTATUS, MSTATUS_RESET, readMstatus, readSstatus, writeMstatus, writeSstatus } from './status.ts';

/** What CSRs need from outside the hart's state. */
export interface CsrContext {
  readonly state: HartState;
  readonly hartId: number;
  readonly hasCoprocessor: boolean;
  /** Current value of the real-time counter. */
  time(): bigint;
  /** Value of the cycle counter, when a timing model knows better than "one per instruction". */
  cycle(): bigint | undefined;
  /** Called for each register that a write changed, with the number it is known by. */
  readonly written: ((number: number, value: bigint) => void) | undefined;
}

interface CsrAccess {
  read(context: CsrContext): bigint;
  /** Absent: writes change nothing. Returns false when nothing was written. */
  write?(context: CsrContext, value: bigint): boolean;
  /** Registers that a write shows as changed in the commit log, when they are not just this one. */
  readonly loggedAs?: readonly number[];
  /** Added to the value when it is logged. */
  readonly pendingCount?: bigint;
}

const letters = (names: string): bigint =>
  [...names].reduce((bits, letter) => bits | (1n << BigInt(letter.charCodeAt(0) - 97)), 0n);
const MISA_RESET = (2n << 62n) | letters('acdfimsu');
const SUPERVISOR_INTERRUPTS = INTERRUPT.supervisorSoftware | INTERRUPT.supervisorTimer | INTERRUPT.supervisorExternal;
const ALL_INTERRUPTS =
  SUPERVISOR_INTERRUPTS | INTERRUPT.machineSoftware | INTERRUPT.machineTimer | INTERRUPT.machineExternal;
/** The coprocessor's interrupt line, which exists when there is one. */
const COPROCESSOR_INTERRUPT = 1n << 12n;
const DELEGABLE_EXCEPTIONS = 0xb3fen;
const COUNTERS = 0xffffffffn;
const TIME_COUNTER = 2n;
const ADDRESS_SPACE = (0xffffn << 44n) | ((1n << 44n) - 1n);
const SATP_MODE = 0xfn << 60n;
const SATP_SV39 = 8n << 60n;
/** A register of the interrupt extension that the reference simulator logs beside mip. */
const MVIP = 0x309;

const stored = (name: StoredCsr, mask = (1n << 64n) - 1n): CsrAccess => ({
  read: ({ state }) => state.csr(name),
  write: ({ state }, value) => {
    state.setCsr(name, (state.csr(name) & ~mask) | (value & mask));
    return true;
  },
});
const constant = (value: bigint): CsrAccess => ({ read: () => value });
const delegable = (context: CsrContext): bigint =>
  SUPERVISOR_INTERRUPTS | (context.hasCoprocessor ? COPROCESSOR_INTERRUPT : 0n);

function storeMasked(context: CsrContext, name: StoredCsr, mask: bigint, value: bigint): boolean {
  const { state } = context;
  state.setCsr(name, (state.csr(name) & ~mask) | (value & mask));
  return true;
}

const counter = (field: typeof HART.minstret): CsrAccess => ({
  read: ({ state }) => state.get64(field),
  // The write itself retires afterwards; its count must not show.
  write: ({ state }, value) => {
    state.set64(field, BigInt.asUintN(64, value - 1n));
    return true;
  },
  pendingCount: 1n,
});
const cycleCounter: CsrAccess = {
  ...counter(HART.mcycle),
  read: (context) => context.cycle() ?? context.state.get64(HART.mcycle),
};

const NAMED: Partial<Record<CsrName, CsrAccess>> = {
  fflags: {
    read: ({ state }) => BigInt(state.get32(HART.fflags)),
    write: (context, value) => writeFloatStatus(context, HART.fflags, Number(value & 0x1fn)),
  },
  frm: {
    read: ({ state }) => BigInt(state.get32(HART.frm)),
    write: (context, value) => writeFloatStatus(context, HART.frm, Number(value & 7n)),
  },
  fcsr: {
    read: ({ state }) => BigInt((state.get32(HART.frm) << 5) | state.get32(HART.fflags)),
    write: (context, value) => {
      writeCsr(context, CSR_NUMBERS.frm, value >> 5n);
      writeCsr(context, CSR_NUMBERS.fflags, value);
      return false;
    },
  },
  cycle: cycleCounter,
  instret: counter(HART.minstret),
  time: { read: (context) => context.cycle() ?? context.time() },
  mcycle: cycleCounter,
  minstret: counter(HART.minstret),

  mstatus: {
    read: ({ state }) => readMstatus(state),
    write: (context, value) => {
      if (writeMstatus(context.state, value)) forgetTranslations(context.state);
      return true;
    },
  },
  sstatus: {
    read: ({ state }) => readSstatus(state),
    write: (context, value) => {
      if (writeSstatus(context.state, value)) forgetTranslations(context.state);
      return true;
    },
    loggedAs: [CSR_NUMBERS.mstatus],
  },
  // Extensions cannot be switched off.
  misa: { ...constant(MISA_RESET), write: () => true },
  medeleg: stored('medeleg', DELEGABLE_EXCEPTIONS),
  mideleg: {
    read: ({ state }) => state.csr('mideleg'),
    write: (context, value) => {
      context.state.setCsr('mideleg', value & delegable(context));
      return true;
    },
  },
  mie: {
    read: ({ state }) => state.csr('mie'),
    write: (context, value) => storeMasked(context, 'mie', ALL_INTERRUPTS | delegable(context), value),
  },
  mip: {
    read: ({ state }) => state.csr('mip'),
    write: (context, value) => {
      logVirtualPending(context, value);
      return storeMasked(context, 'mip', SUPERVISOR_INTERRUPTS, value);
    },
  },
  sie: {
    read: ({ state }) => state.csr('mie') & state.csr('mideleg'),
    write: (context, value) => storeMasked(context, 'mie', context.state.csr('mideleg'), value),
    loggedAs: [CSR_NUMBERS.mie, CSR_NUMBERS.sie],
  },
  sip: {
    read: ({ state }) => state.csr('mip') & state.csr('mideleg'),
    write: (context, value) => {
      logVirtualPending(context, context.state.csr('mip'));
      return storeMasked(context, 'mip', context.state.csr('mideleg') & INTERRUPT.supervisorSoftware, value);
    },
    loggedAs: [CSR_NUMBERS.mip],
  },
  mtvec: stored('mtvec', ~2n),
  stvec: stored('stvec', ~2n),
  mcounteren: stored('mcounteren', COUNTERS),
  scounteren: stored('scounteren', COUNTERS),
  mcountinhibit: stored('mcountinhibit', COUNTERS & ~TIME_COUNTER),
  menvcfg: stored('menvcfg', 0n),
  senvcfg: stored('senvcfg', 0n),
  mscratch: stored('mscratch'),
  mepc: stored('mepc', ~1n),
  mcause: stored('mcause'),
  mtval: stored('mtval'),
  sscratch: stored('sscratch'),
  sepc: stored('sepc', ~1n),
  scause: stored('scause'),
  stval: stored('stval'),
  satp: {
    read: ({ state }) => state.csr('satp'),
    write: ({ state }, value) => {
      const mode = value & SATP_MODE;
      // A mode that does not exist leaves the register as it is.
      if (mode === 0n || mode === SATP_SV39) {
        if (value !== state.csr('satp')) forgetTranslations(state);
        state.setCsr('satp', value & (SATP_MODE | ADDRESS_SPACE));
      }
      return true;
    },
  },
  mvendorid: constant(0n),
  marchid: constant(5n),
  mimpid: constant(0n),
  mconfigptr: constant(0n),
  mhartid: { read: ({ hartId }) => BigInt(hartId) },
  // No triggers: selecting any reads back 0, and its type says "none".
  tselect: constant(0n),
  tdata1: constant(0n),
  tdata2: stored('tdata2', 0n),
  tdata3: constant(0n),
};

/** mvip follows mip; of a write to mip it sees the external interrupt first. */
function logVirtualPending({ state, written }: CsrContext, value: bigint): void {
  const others = INTERRUPT.supervisorSoftware | INTERRUPT.supervisorTimer;
  written?.(MVIP, (value & INTERRUPT.supervisorExternal) | (state.csr('mip') & others));
}

function writeFloatStatus({ state, written }: CsrContext, field: typeof HART.frm, value: number): boolean {
  state.set32(field, value);
  if (state.get32(HART.fs) !== 3) {
    state.set32(HART.fs, 3);
    written?.(CSR_NUMBERS.mstatus, readMstatus(state));
  }
  return true;
}

/** The access functions of a number, families included. */
function accessOf(number: number): CsrAccess | undefined {
  const name = csrByNumber.get(number)?.name;
  if (name === undefined) return undefined;
  const named = NAMED[name as CsrName];
  if (named !== undefined) return named;
  const [, family, digits] = /^(\D+)(\d+)$/.exec(name) ?? [];
  const index = Number(digits);
  switch (family) {
    case 'hpmcounter':
    case 'mhpmcounter':
    case 'mhpmevent':
      return constant(0n);
    case 'pmpcfg':
      return {
        read: ({ state }) => readProtectionConfig(state, 4 * index),
        write: ({ state }, value) => {
          forgetTranslations(state);
          return writeProtectionConfig(state, 4 * index, value);
        },
      };
    case 'pmpaddr':
      return {
        read: ({ state }) => readProtectionAddress(state, index),
        write: ({ state }, value) => {
          forgetTranslations(state);
          return writeProtectionAddress(state, index, value);
        },
      };
    default:
      return undefined;
  }
}

const accessByNumber: readonly (CsrAccess | undefined)[] = Array.from({ length: 4096 }, (_, number) =>
  accessOf(number),
);

/** May an instruction touch this register now? If not, it is illegal. */
export function isCsrAccessible(context: CsrContext, number: number, isWrite: boolean): boolean {
  const { state } = context;
  if (accessByNumber[number] === undefined) return false;
  if (isWrite && isCsrReadOnly(number)) return false;
  if (state.privilege < csrPrivilege(number)) return false;
  if (number >= CSR_NUMBERS.fflags && number <= CSR_NUMBERS.fcsr) return state.get32(HART.fs) !== 0;
  if (number === CSR_NUMBERS.satp)
    return state.privilege === PRIVILEGE.machine || (state.csr('mstatus') & MSTATUS.tvm) === 0n;
  if (number >= CSR_NUMBERS.cycle && number < CSR_NUMBERS.cycle + 32) {
    const bit = 1n << BigInt(number & 31);
    if (state.privilege < PRIVILEGE.machine && (state.csr('mcounteren') & bit) === 0n) return false;
    if (state.privilege < PRIVILEGE.supervisor && (state.csr('scounteren') & bit) === 0n) return false;
  }
  return true;
}

/** The register must exist. */
export const readCsr = (context: CsrContext, number: number): bigint => accessByNumber[number]!.read(context);

export function writeCsr(context: CsrContext, number: number, value: bigint): void {
  const access = accessByNumber[number]!;
  if (access.write?.(context, BigInt.asUintN(64, value)) !== true || context.written === undefined) return;
  for (const logged of access.loggedAs ?? [number])
    context.written(logged, BigInt.asUintN(64, readCsr(context, logged) + (access.pendingCount ?? 0n)));
}

/** State after reset, except the pc. */
export function resetCsrs(state: HartState): void {
  state.bytes.fill(0);
  state.setCsr('mstatus', MSTATUS_RESET);
  state.set32(HART.privilege, PRIVILEGE.machine);
  state.set64(HART.reservation, (1n << 64n) - 1n);
  resetProtection(state);
  forgetTranslations(state);
}
