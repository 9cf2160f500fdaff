/**
 * Entering trap handlers, and which interrupt is taken.
 * @source RISC-V privileged spec, "Machine Cause Register", "Trap Delegation"
 */

import { forgetTranslations } from './address-translation.ts';
import { type HartState, PRIVILEGE } from './hart-state.ts';
import { HART } from './layout.ts';
import { MSTATUS, readMstatus, withPreviousPrivilege, writeMstatus } from './status.ts';

/** Interrupt numbers, most urgent first. */
const INTERRUPT_PRIORITY = [11, 3, 7, 9, 1, 5] as const;
const INTERRUPT_FLAG = 1n << 63n;

export function setPrivilege(state: HartState, privilege: number): void {
  if (state.privilege !== privilege) forgetTranslations(state);
  state.set32(HART.privilege, privilege);
}

/** Number of the interrupt to take now. */
export function pendingInterrupt(state: HartState): number | undefined {
  const pending = state.csr('mip') & state.csr('mie');
  if (pending === 0n) return undefined;
  const status = state.csr('mstatus');
  const delegated = state.csr('mideleg');
  const { privilege } = state;
  const isMachineOn =
    privilege < PRIVILEGE.machine || (privilege === PRIVILEGE.machine && (status & MSTATUS.mie) !== 0n);
  let enabled = isMachineOn ? pending & ~delegated : 0n;
  if (enabled === 0n) {
    const isSupervisorOn =
      privilege < PRIVILEGE.supervisor || (privilege === PRIVILEGE.supervisor && (status & MSTATUS.sie) !== 0n);
    enabled = isSupervisorOn ? pending & delegated : 0n;
  }
  return INTERRUPT_PRIORITY.find((number) => (enabled & (1n << BigInt(number))) !== 0n);
}

export function takeInterrupt(state: HartState, number: number): void {
  enterHandler(state, number, true, 0n);
}

/** The instruction at the state's pc traps. */
export function takeException(state: HartState, cause: number, tval: bigint): void {
  enterHandler(state, cause, false, tval);
}

function enterHandler(state: HartState, cause: number, isInterrupt: boolean, tval: bigint): void {
  const delegation = state.csr(isInterrupt ? 'mideleg' : 'medeleg');
  const isDelegated = state.privilege <= PRIVILEGE.supervisor && (delegation & (1n << BigInt(cause))) !== 0n;
  const previous = state.privilege;
  const causeValue = isInterrupt ? INTERRUPT_FLAG | BigInt(cause) : BigInt(cause);
  const base = isDelegated ? state.csr('stvec') : state.csr('mtvec');
  const handler = (base & ~1n) + ((base & 1n) !== 0n && isInterrupt ? 4n * BigInt(cause) : 0n);
  let status = readMstatus(state);
  if (isDelegated) {
    state.setCsr('sepc', state.pc);
    state.setCsr('scause', causeValue);
    state.setCsr('stval', tval);
    status = (status & MSTATUS.sie) !== 0n ? status | MSTATUS.spie : status & ~MSTATUS.spie;
    status = previous === PRIVILEGE.user ? status & ~MSTATUS.spp : status | MSTATUS.spp;
    status &= ~MSTATUS.sie;
  } else {
    state.setCsr('mepc', state.pc);
    state.setCsr('mcause', causeValue);
    state.setCsr('mtval', tval);
    status = (status & MSTATUS.mie) !== 0n ? status | MSTATUS.mpie : status & ~MSTATUS.mpie;
    status = withPreviousPrivilege(status, previous) & ~MSTATUS.mie;
  }
  if (writeMstatus(state, status)) forgetTranslations(state);
  setPrivilege(state, isDelegated ? PRIVILEGE.supervisor : PRIVILEGE.machine);
  state.pc = BigInt.asUintN(64, handler);
}
