/**
 * Virtual to physical: Sv39 page walk, physical protection, and the host-side caches of what they found. A and D bits that
 * are clear fault (Svade), as in the reference simulator's default.
 * @source RISC-V privileged spec, "Sv39: Page-Based 39-bit Virtual-Memory System"
 */

import { CAUSE } from './causes.ts';
import type { AccessTrap } from './coprocessor.ts';
import type { GuestMemory } from './guest-memory.ts';
import { type HartState, PRIVILEGE } from './hart-state.ts';
import { HART, NO_PAGE, PAGE_BYTES, PAGE_SHIFT, TRANSLATION, TRANSLATION_ENTRIES } from './layout.ts';
import { type AccessKind, isProtectionOk, isProtectionUniform } from './physical-protection.ts';
import { dataPrivilege, MSTATUS } from './status.ts';

const PTE = {
  valid: 1n << 0n,
  read: 1n << 1n,
  write: 1n << 2n,
  execute: 1n << 3n,
  user: 1n << 4n,
  accessed: 1n << 6n,
  dirty: 1n << 7n,
  /** Bits above the physical page number: reserved, or of extensions that this hart lacks. */
  reserved: 0x3ffn << 54n,
} as const;
const LEVELS = 3;
const INDEX_BITS = 9n;
const PPN_MASK = (1n << 44n) - 1n;
const SATP_MODE_SHIFT = 60n;
const SV39 = 8n;
const OFFSET_MASK = BigInt(PAGE_BYTES - 1);

const ACCESS_FAULT = { fetch: CAUSE.fetchAccess, load: CAUSE.loadAccess, store: CAUSE.storeAccess } as const;
const PAGE_FAULT = { fetch: CAUSE.fetchPage, load: CAUSE.loadPage, store: CAUSE.storePage } as const;

/** How a walk of the page tables found a page. */
export interface Walk {
  /** 4 KiB pages in the page that the leaf entry maps: 1, 512 or 512². */
  readonly pages: number;
  /** Physical addresses of the entries that were read, root first. */
  readonly entries: readonly number[];
}

/** Without a walk, addresses are physical. */
export type Translation = { readonly paddr: bigint; readonly walk?: Walk } | { readonly trap: AccessTrap };

const accessFault = (kind: AccessKind, vaddr: bigint): Translation => ({
  trap: { cause: ACCESS_FAULT[kind], tval: vaddr },
});
const pageFault = (kind: AccessKind, vaddr: bigint): Translation => ({
  trap: { cause: PAGE_FAULT[kind], tval: vaddr },
});

/** Translates an access that stays inside one page, with the privilege that it has now. */
export function translate(
  state: HartState,
  memory: GuestMemory,
  vaddr: bigint,
  bytes: number,
  kind: AccessKind,
): Translation {
  const privilege = kind === 'fetch' ? state.privilege : dataPrivilege(state);
  const isPaged = privilege < PRIVILEGE.machine && state.csr('satp') >> SATP_MODE_SHIFT === SV39;
  const walked: Translation = isPaged ? walk(state, memory, vaddr, kind, privilege) : { paddr: vaddr };
  if ('trap' in walked) return walked;
  return isProtectionOk(state, walked.paddr, bytes, kind, privilege) ? walked : accessFault(kind, vaddr);
}

function walk(state: HartState, memory: GuestMemory, vaddr: bigint, kind: AccessKind, privilege: number): Translation {
  if (BigInt.asUintN(64, BigInt.asIntN(39, vaddr)) !== vaddr) return pageFault(kind, vaddr);
  let table = (state.csr('satp') & PPN_MASK) << BigInt(PAGE_SHIFT);
  const entries: number[] = [];
  for (let level = LEVELS - 1; level >= 0; level--) {
    const shift = BigInt(PAGE_SHIFT) + INDEX_BITS * BigInt(level);
    const pteAddr = table + ((vaddr >> shift) & 0x1ffn) * 8n;
    const linear = memory.locate(Number(pteAddr), 8);
    if (linear === undefined || !isProtectionOk(state, pteAddr, 8, 'load', PRIVILEGE.supervisor))
      return accessFault(kind, vaddr);
    entries.push(Number(pteAddr));
    const pte = memory.view.getBigUint64(linear, true);
    const ppn = (pte >> 10n) & PPN_MASK;
    if ((pte & PTE.reserved) !== 0n || (pte & PTE.valid) === 0n) return pageFault(kind, vaddr);
    if ((pte & (PTE.read | PTE.write | PTE.execute)) === 0n) {
      if ((pte & (PTE.user | PTE.accessed | PTE.dirty)) !== 0n) return pageFault(kind, vaddr);
      table = ppn << BigInt(PAGE_SHIFT);
      continue;
    }
    if (!isLeafOk(state, pte, kind, privilege)) return pageFault(kind, vaddr);
    const offsetMask = (1n << shift) - 1n;
    const base = ppn << BigInt(PAGE_SHIFT);
    // A superpage must be aligned to its size.
    if ((base & offsetMask) !== 0n) return pageFault(kind, vaddr);
    const pages = 2 ** (Number(INDEX_BITS) * level);
    return { paddr: base | (vaddr & offsetMask), walk: { pages, entries } };
  }
  return pageFault(kind, vaddr);
}

function isLeafOk(state: HartState, pte: bigint, kind: AccessKind, privilege: number): boolean {
  const status = state.csr('mstatus');
  const isUserPage = (pte & PTE.user) !== 0n;
  if (privilege === PRIVILEGE.supervisor) {
    if (isUserPage && (kind === 'fetch' || (status & MSTATUS.sum) === 0n)) return false;
  } else if (!isUserPage) return false;
  if ((pte & PTE.write) !== 0n && (pte & PTE.read) === 0n) return false;
  const readable = (status & MSTATUS.mxr) === 0n ? PTE.read : PTE.read | PTE.execute;
  const permission = { fetch: PTE.execute, load: readable, store: PTE.write }[kind];
  if ((pte & permission) === 0n) return false;
  const used = kind === 'store' ? PTE.accessed | PTE.dirty : PTE.accessed;
  return (pte & used) === used;
}

/** Remembers where a page of RAM lies, when nothing about it depends on the address inside. */
export function rememberTranslation(
  state: HartState,
  memory: GuestMemory,
  vaddr: bigint,
  paddr: bigint,
  kind: 'load' | 'store',
): void {
  const page = paddr & ~OFFSET_MASK;
  const linear = memory.locate(Number(page), PAGE_BYTES);
  if (linear === undefined || !isProtectionUniform(state, page, BigInt(PAGE_BYTES))) return;
  const cache = kind === 'load' ? HART.loadTranslations : HART.storeTranslations;
  const vpage = vaddr & ~OFFSET_MASK;
  const entry = state.address + cache.offset + translationIndex(vaddr) * TRANSLATION.bytes;
  memory.view.setBigUint64(entry + TRANSLATION.page.offset, vpage, true);
  memory.view.setInt32(entry + TRANSLATION.addend.offset, linear - Number(BigInt.asUintN(32, vpage)), true);
}

export const translationIndex = (vaddr: bigint): number =>
  Number((vaddr >> BigInt(PAGE_SHIFT)) & BigInt(TRANSLATION_ENTRIES - 1));

/** Forgets every translation: after changes of satp, privilege, protection, or on sfence.vma. */
export function forgetTranslations(state: HartState): void {
  state.translationEpoch++;
  // All words, not only the pages' addresses: one stretch is filled faster than many places are written.
  const { loadTranslations, fetchTranslations } = HART;
  state.fill64(loadTranslations.offset, fetchTranslations.offset + 8 * fetchTranslations.count, NO_PAGE);
}
