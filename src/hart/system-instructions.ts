/** What is left to the host: CSR access, trap return, waiting, fences of translation and code, reservations. */

import { CSR_NUMBERS } from '../isa/csrs.ts';
import type { InstructionName } from '../isa/rv64.ts';
import { forgetTranslations, translate } from './address-translation.ts';
import { CAUSE } from './causes.ts';
import type { AccessTrap } from './coprocessor.ts';
import { type CsrContext, isCsrAccessible, readCsr, writeCsr } from './csr-file.ts';
import type { Decoded } from './decoder.ts';
import type { GuestMemory } from './guest-memory.ts';
import { PRIVILEGE } from './hart-state.ts';
import { HART } from './layout.ts';
import { MSTATUS, previousPrivilege, readMstatus, withPreviousPrivilege } from './status.ts';
import { setPrivilege } from './traps.ts';

export interface SystemContext extends CsrContext {
  readonly memory: GuestMemory;
  /** Code may have changed. */
  synchronizeCode(): void;
  /** Loads or stores physical memory or a device, after translation; see hart.ts. */
  readMemory(vaddr: bigint, bytes: 4 | 8): bigint | AccessTrap;
  writeMemory(vaddr: bigint, bytes: 4 | 8, value: bigint): AccessTrap | undefined;
}

export type SystemOutcome =
  /** Go on at `pc` (default: behind the instruction). `serialize`: look at interrupts first. */
  | { readonly kind: 'done'; readonly pc?: bigint; readonly serialize?: true }
  | { readonly kind: 'wait' }
  | { readonly kind: 'trap'; readonly cause: number; readonly tval: bigint };

/** @param word for the trap value of an illegal instruction */
type Execute = (context: SystemContext, decoded: Decoded, word: number) => SystemOutcome;

const DONE: SystemOutcome = { kind: 'done' };
export const illegal = (word: number): SystemOutcome => ({
  kind: 'trap',
  cause: CAUSE.illegal,
  tval: BigInt(word >>> 0),
});
const NO_RESERVATION = (1n << 64n) - 1n;

function csrAccess(
  context: SystemContext,
  decoded: Decoded,
  word: number,
  operand: bigint,
  isWrite: boolean,
  combine: (old: bigint, operand: bigint) => bigint,
): SystemOutcome {
  const number = (word >>> 20) & 0xfff;
  if (!isCsrAccessible(context, number, isWrite)) return illegal(word);
  const old = readCsr(context, number);
  if (isWrite) writeCsr(context, number, combine(old, operand));
  context.state.setX(decoded.rd, old);
  return { kind: 'done', serialize: true };
}

const csrRegister =
  (combine: (old: bigint, operand: bigint) => bigint, writesAlways: boolean): Execute =>
  (context, decoded, word) =>
    csrAccess(context, decoded, word, context.state.x(decoded.rs1), writesAlways || decoded.rs1 !== 0, combine);
const csrImmediate =
  (combine: (old: bigint, operand: bigint) => bigint, writesAlways: boolean): Execute =>
  (context, decoded, word) =>
    csrAccess(context, decoded, word, BigInt(decoded.imm), writesAlways || decoded.imm !== 0, combine);

const write = (_old: bigint, operand: bigint): bigint => operand;
const setBits = (old: bigint, operand: bigint): bigint => old | operand;
const clearBits = (old: bigint, operand: bigint): bigint => old & ~operand;

function machineReturn(context: SystemContext, _decoded: Decoded, word: number): SystemOutcome {
  const { state } = context;
  if (state.privilege !== PRIVILEGE.machine) return illegal(word);
  let status = readMstatus(state);
  const previous = previousPrivilege(status);
  if (previous !== PRIVILEGE.machine) status &= ~MSTATUS.mprv;
  status = (status & MSTATUS.mpie) !== 0n ? status | MSTATUS.mie : status & ~MSTATUS.mie;
  status = withPreviousPrivilege(status | MSTATUS.mpie, PRIVILEGE.user);
  writeCsr(context, CSR_NUMBERS.mstatus, status);
  setPrivilege(state, previous);
  return { kind: 'done', pc: state.csr('mepc'), serialize: true };
}

function supervisorReturn(context: SystemContext, _decoded: Decoded, word: number): SystemOutcome {
  const { state } = context;
  const isTrapped = (readMstatus(state) & MSTATUS.tsr) !== 0n;
  if (state.privilege < (isTrapped ? PRIVILEGE.machine : PRIVILEGE.supervisor)) return illegal(word);
  let status = readMstatus(state) & ~MSTATUS.mprv;
  const previous = (status & MSTATUS.spp) === 0n ? PRIVILEGE.user : PRIVILEGE.supervisor;
  status = (status & MSTATUS.spie) !== 0n ? status | MSTATUS.sie : status & ~MSTATUS.sie;
  status = (status | MSTATUS.spie) & ~MSTATUS.spp;
  writeCsr(context, CSR_NUMBERS.mstatus, status);
  setPrivilege(state, previous);
  return { kind: 'done', pc: state.csr('sepc'), serialize: true };
}

function environmentCall({ state }: SystemContext): SystemOutcome {
  return { kind: 'trap', cause: CAUSE.userCall + state.privilege, tval: 0n };
}

function waitForInterrupt({ state }: SystemContext, _decoded: Decoded, word: number): SystemOutcome {
  const isTrapped = (state.csr('mstatus') & MSTATUS.tw) !== 0n;
  if (state.privilege < (isTrapped ? PRIVILEGE.machine : PRIVILEGE.supervisor)) return illegal(word);
  return { kind: 'wait' };
}

function fenceTranslations({ state }: SystemContext, _decoded: Decoded, word: number): SystemOutcome {
  const isTrapped = (state.csr('mstatus') & MSTATUS.tvm) !== 0n;
  if (state.privilege < (isTrapped ? PRIVILEGE.machine : PRIVILEGE.supervisor)) return illegal(word);
  forgetTranslations(state);
  return DONE;
}

const loadReserved =
  (bytes: 4 | 8): Execute =>
  (context, { rd, rs1 }) => {
    const { state } = context;
    const vaddr = state.x(rs1);
    if (vaddr % BigInt(bytes) !== 0n) return { kind: 'trap', cause: CAUSE.loadMisaligned, tval: vaddr };
    const place = translate(state, context.memory, vaddr, bytes, 'load');
    if ('trap' in place) return { kind: 'trap', ...place.trap };
    if (context.memory.locate(Number(place.paddr), bytes) === undefined)
      return { kind: 'trap', cause: CAUSE.loadAccess, tval: vaddr };
    const value = context.readMemory(vaddr, bytes);
    if (typeof value !== 'bigint') return { kind: 'trap', ...value };
    state.set64(HART.reservation, place.paddr);
    state.setX(rd, BigInt.asUintN(64, BigInt.asIntN(8 * bytes, value)));
    return DONE;
  };

const storeConditional =
  (bytes: 4 | 8): Execute =>
  (context, { rd, rs1, rs2 }) => {
    const { state } = context;
    const vaddr = state.x(rs1);
    if (vaddr % BigInt(bytes) !== 0n) return { kind: 'trap', cause: CAUSE.storeMisaligned, tval: vaddr };
    const place = translate(state, context.memory, vaddr, bytes, 'store');
    if ('trap' in place) return { kind: 'trap', ...place.trap };
    if (context.memory.locate(Number(place.paddr), bytes) === undefined)
      return { kind: 'trap', cause: CAUSE.storeAccess, tval: vaddr };
    const isReserved = state.get64(HART.reservation) === place.paddr;
    if (isReserved) {
      const trap = context.writeMemory(vaddr, bytes, state.x(rs2));
      if (trap !== undefined) return { kind: 'trap', ...trap };
    }
    state.set64(HART.reservation, NO_RESERVATION);
    state.setX(rd, isReserved ? 0n : 1n);
    return DONE;
  };

const EXECUTE: Partial<Record<InstructionName, Execute>> = {
  csrrw: csrRegister(write, true),
  csrrs: csrRegister(setBits, false),
  csrrc: csrRegister(clearBits, false),
  csrrwi: csrImmediate(write, true),
  csrrsi: csrImmediate(setBits, false),
  csrrci: csrImmediate(clearBits, false),
  mret: machineReturn,
  sret: supervisorReturn,
  ecall: environmentCall,
  ebreak: ({ state }) => ({ kind: 'trap', cause: CAUSE.breakpoint, tval: state.pc }),
  wfi: waitForInterrupt,
  'sfence.vma': fenceTranslations,
  'fence.i': (context) => {
    context.synchronizeCode();
    return DONE;
  },
  'lr.w': loadReserved(4),
  'lr.d': loadReserved(8),
  'sc.w': storeConditional(4),
  'sc.d': storeConditional(8),
};

/** Executes the instruction at the state's pc; pc and counters are left to the caller. */
export const executeSystem: Execute = (context, decoded, word) => {
  const execute = EXECUTE[decoded.name];
  if (execute === undefined) throw new Error(`${decoded.name} is not a system instruction`);
  return execute(context, decoded, word);
};
