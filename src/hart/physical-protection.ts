/**
 * Physical memory protection: sixteen entries of 4-byte granularity.
 * @source RISC-V privileged spec, "Physical Memory Protection"
 */
import { type HartState, PRIVILEGE } from './hart-state.ts';
import { HART } from './layout.ts';
import { MSTATUS } from './status.ts';

export const PMP_ENTRIES = 16;
const PMP = { read: 1, write: 2, execute: 4, mode: 0x18, lock: 0x80 } as const;
const MODE = { off: 0, topOfRange: 0x08, naturalFour: 0x10, naturalPower: 0x18 } as const;
const ADDRESS_BITS = (1n << 54n) - 1n;

export type AccessKind = 'fetch' | 'load' | 'store';
const PERMISSION = { fetch: PMP.execute, load: PMP.read, store: PMP.write } as const;

/** As the reference simulator resets it: one entry opens all of memory to all modes. */
export function resetProtection(state: HartState): void {
  state.set64(HART.pmpaddr, ADDRESS_BITS, 0);
  setConfiguration(state, 0, MODE.naturalPower | PMP.read | PMP.write | PMP.execute);
}

const configuration = (state: HartState, entry: number): number => state.bytes[HART.pmpcfg.offset + entry]!;
function setConfiguration(state: HartState, entry: number, value: number): void {
  state.bytes[HART.pmpcfg.offset + entry] = value;
}

/** First and last byte + 1 of an entry's range, empty when it is off. */
function rangeOf(state: HartState, entry: number): { start: bigint; end: bigint } {
  const addr = state.get64(HART.pmpaddr, entry);
  switch (configuration(state, entry) & PMP.mode) {
    case MODE.topOfRange:
      return { start: entry === 0 ? 0n : state.get64(HART.pmpaddr, entry - 1) << 2n, end: addr << 2n };
    case MODE.naturalFour:
      return { start: addr << 2n, end: (addr << 2n) + 4n };
    case MODE.naturalPower: {
      // The number of trailing ones says how large the range is: 2^(ones + 3) bytes.
      const mask = addr ^ (addr + 1n);
      return { start: (addr & ~mask) << 2n, end: ((addr | mask) + 1n) << 2n };
    }
    default:
      return { start: 0n, end: 0n };
  }
}

/** May this access be done? A part-way match fails. */
export function isProtectionOk(
  state: HartState,
  paddr: bigint,
  bytes: number,
  kind: AccessKind,
  privilege: number,
): boolean {
  // Sectors of 4 bytes are matched.
  const first = paddr & ~3n;
  const last = (paddr + BigInt(bytes) + 3n) & ~3n;
  for (let entry = 0; entry < PMP_ENTRIES; entry++) {
    const { start, end } = rangeOf(state, entry);
    if (start >= last || end <= first || start >= end) continue;
    if (start > first || end < last) return false;
    const config = configuration(state, entry);
    if (privilege === PRIVILEGE.machine && (config & PMP.lock) === 0) return true;
    return (config & PERMISSION[kind]) !== 0;
  }
  return privilege === PRIVILEGE.machine;
}

/** Does one decision hold for the whole page? Only then may a translation of it be kept. */
export function isProtectionUniform(state: HartState, page: bigint, bytes: bigint): boolean {
  for (let entry = 0; entry < PMP_ENTRIES; entry++) {
    const { start, end } = rangeOf(state, entry);
    if (start >= page + bytes || end <= page || start >= end) continue;
    if (start > page || end < page + bytes) return false;
  }
  return true;
}

export function readProtectionConfig(state: HartState, firstEntry: number): bigint {
  let value = 0n;
  for (let k = 7; k >= 0; k--) {
    const entry = firstEntry + k;
    value = (value << 8n) | BigInt(entry < PMP_ENTRIES ? configuration(state, entry) : 0);
  }
  return value;
}

/** Locked entries keep their value; writable without readable is reserved and becomes neither. */
export function writeProtectionConfig(state: HartState, firstEntry: number, value: bigint): boolean {
  if (firstEntry >= PMP_ENTRIES) return false;
  for (let k = 0; k < 8; k++) {
    const entry = firstEntry + k;
    if (entry >= PMP_ENTRIES || configuration(state, entry) & PMP.lock) continue;
    let config = Number((value >> BigInt(8 * k)) & 0x9fn);
    if ((config & PMP.read) === 0) config &= ~PMP.write;
    setConfiguration(state, entry, config);
  }
  return true;
}

/** All ones in the low bits are implied by the mode only in reserved granularities, so the value reads as written. */
export const readProtectionAddress = (state: HartState, entry: number): bigint =>
  entry < PMP_ENTRIES ? state.get64(HART.pmpaddr, entry) : 0n;

export function writeProtectionAddress(state: HartState, entry: number, value: bigint): boolean {
  if (entry >= PMP_ENTRIES) return true;
  if (configuration(state, entry) & PMP.lock) return false;
  const isNextLockedTop =
    entry + 1 < PMP_ENTRIES &&
    (configuration(state, entry + 1) & PMP.lock) !== 0 &&
    (configuration(state, entry + 1) & PMP.mode) === MODE.topOfRange;
  if (isNextLockedTop) return false;
  state.set64(HART.pmpaddr, value & ADDRESS_BITS, entry);
  return true;
}

/** Can the hart reach all of memory at its physical addresses? Machine mode can, when no entry is locked. */
export function isUnprotected(state: HartState): boolean {
  if (state.privilege !== PRIVILEGE.machine || (state.csr('mstatus') & MSTATUS.mprv) !== 0n) return false;
  for (let entry = 0; entry < PMP_ENTRIES; entry++) if (configuration(state, entry) & PMP.lock) return false;
  return true;
}
