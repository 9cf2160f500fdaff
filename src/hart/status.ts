/**
 * mstatus and its view sstatus. FS lives apart, where generated code can test and set it; SD is computed. XS is hardwired
 * to off, as in the reference simulator, with a coprocessor or without: the coprocessor is always on.
 * @source RISC-V privileged spec, "Machine Status Registers"
 */
import { type HartState, PRIVILEGE } from './hart-state.ts';
import { HART } from './layout.ts';

export const MSTATUS = {
  sie: 1n << 1n,
  mie: 1n << 3n,
  spie: 1n << 5n,
  mpie: 1n << 7n,
  spp: 1n << 8n,
  mpp: 3n << 11n,
  fs: 3n << 13n,
  mprv: 1n << 17n,
  sum: 1n << 18n,
  mxr: 1n << 19n,
  tvm: 1n << 20n,
  tw: 1n << 21n,
  tsr: 1n << 22n,
  uxl: 3n << 32n,
  sxl: 3n << 34n,
  sd: 1n << 63n,
} as const;
const FS_SHIFT = 13n;
const MPP_SHIFT = 11n;

/** XLEN is 64 in all modes; MPP starts as user. */
export const MSTATUS_RESET = (2n << 32n) | (2n << 34n);

const SSTATUS_WRITABLE = MSTATUS.sie | MSTATUS.spie | MSTATUS.spp | MSTATUS.sum | MSTATUS.mxr | MSTATUS.fs;
const SSTATUS_READABLE = SSTATUS_WRITABLE | MSTATUS.uxl | MSTATUS.sd;
const MSTATUS_WRITABLE =
  SSTATUS_WRITABLE | MSTATUS.mie | MSTATUS.mpie | MSTATUS.mprv | MSTATUS.mpp | MSTATUS.tw | MSTATUS.tsr | MSTATUS.tvm;

export function readMstatus(state: HartState): bigint {
  const value = state.csr('mstatus') | (BigInt(state.get32(HART.fs)) << FS_SHIFT);
  return (value & MSTATUS.fs) === MSTATUS.fs ? value | MSTATUS.sd : value;
}

export const readSstatus = (state: HartState): bigint => readMstatus(state) & SSTATUS_READABLE;

/** @returns do translations depend on what changed? */
export function writeMstatus(state: HartState, value: bigint): boolean {
  const old = readMstatus(state);
  if ((value & MSTATUS.mpp) >> MPP_SHIFT === 2n) value &= ~MSTATUS.mpp;
  const written = (old & ~MSTATUS_WRITABLE) | (value & MSTATUS_WRITABLE);
  state.set32(HART.fs, Number((written & MSTATUS.fs) >> FS_SHIFT));
  state.setCsr('mstatus', written & ~(MSTATUS.fs | MSTATUS.sd));
  // MPP matters to translations only while MPRV lends it.
  const relevant = MSTATUS.mprv | MSTATUS.sum | MSTATUS.mxr | ((written & MSTATUS.mprv) === 0n ? 0n : MSTATUS.mpp);
  return ((old ^ written) & relevant) !== 0n;
}

export const writeSstatus = (state: HartState, value: bigint): boolean =>
  writeMstatus(state, (readMstatus(state) & ~SSTATUS_WRITABLE) | (value & SSTATUS_WRITABLE));

export const previousPrivilege = (status: bigint): number => Number((status & MSTATUS.mpp) >> MPP_SHIFT);
export const withPreviousPrivilege = (status: bigint, privilege: number): bigint =>
  (status & ~MSTATUS.mpp) | (BigInt(privilege) << MPP_SHIFT);

/** Privilege that loads and stores have: MPRV lends them the previous one. */
export function dataPrivilege(state: HartState): number {
  const status = state.csr('mstatus');
  return (status & MSTATUS.mprv) === 0n ? state.privilege : previousPrivilege(status);
}

export const isSupervisorOrMachine = (privilege: number): boolean => privilege >= PRIVILEGE.supervisor;
