/** Trap causes and interrupt bits. @source RISC-V privileged spec, "Machine Cause Register" */
export const CAUSE = {
  fetchMisaligned: 0,
  fetchAccess: 1,
  illegal: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  userCall: 8,
  supervisorCall: 9,
  machineCall: 11,
  fetchPage: 12,
  loadPage: 13,
  storePage: 15,
} as const;

/** Bits of mip and mie. */
export const INTERRUPT = {
  supervisorSoftware: 1n << 1n,
  machineSoftware: 1n << 3n,
  supervisorTimer: 1n << 5n,
  machineTimer: 1n << 7n,
  supervisorExternal: 1n << 9n,
  machineExternal: 1n << 11n,
} as const;
