/**
 * Code for loads, stores and atomic accesses: one lookup in the host-side translation cache, inline; what happens when it
 * misses is up to the engine. The lookup compares the virtual page together with the low address bits that alignment demands to
 * be zero, so that misaligned accesses miss, too. Both engines emit their accesses from here.
 */
import {
  after,
  either,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
} from '../wasm/code.ts';
import type { FunctionScope } from '../wasm/module-writer.ts';
import { HART, PAGE_BYTES, PAGE_SHIFT, TRANSLATION, TRANSLATION_ENTRIES } from './layout.ts';
import type { AccessBytes, LoadKind } from './operands.ts';

/** Load kinds by the number that the host knows them by. */
export const LOAD_KINDS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64'] as const satisfies readonly LoadKind[];
export const LOAD_BYTES: Readonly<Record<LoadKind, AccessBytes>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
};

export const LOAD_CODE: Readonly<Record<LoadKind, (address: I32) => I64>> = {
  i8: i64.load8Signed,
  u8: i64.load8,
  i16: i64.load16Signed,
  u16: i64.load16,
  i32: i64.load32Signed,
  u32: i64.load32,
  i64: i64.load,
};
export const STORE_CODE: Readonly<Record<AccessBytes, (address: I32, value: I64) => Statement>> = {
  1: i64.store8,
  2: i64.store16,
  4: i64.store32,
  8: i64.store,
};

export interface AccessContext {
  readonly scope: FunctionScope;
  readonly state: Local<'i32'>;
  /** The access at `vaddr` misses: does it in another way, or leaves. The result goes to `value` or `pointer`. */
  missLoad(kind: LoadKind, vaddr: Local<'i64'>, value: Local<'i64'>): Statement;
  missStore(bytes: AccessBytes, vaddr: Local<'i64'>, value: I64): Statement;
  missAtomic(bytes: 4 | 8, vaddr: Local<'i64'>, pointer: Local<'i32'>): Statement;
}

type Cache = typeof HART.loadTranslations;

/** Address of the entry that may translate `vaddr`. */
const translationEntry = (state: Local<'i32'>, cache: Cache, vaddr: Local<'i64'>): I32 =>
  i32.add(
    i32.and(
      i32.shr(i32.wrap(get(vaddr)), i32.const(PAGE_SHIFT - Math.log2(TRANSLATION.bytes))),
      i32.const((TRANSLATION_ENTRIES - 1) * TRANSLATION.bytes),
    ),
    i32.add(get(state), i32.const(cache.offset)),
  );

const hits = (entry: Local<'i32'>, vaddr: Local<'i64'>, bytes: AccessBytes): I32 =>
  i64.eq(
    i64.load(get(entry), TRANSLATION.page.offset),
    i64.and(get(vaddr), i64.const(BigInt(-PAGE_BYTES) | BigInt(bytes - 1))),
  );

const linear = (entry: Local<'i32'>, vaddr: Local<'i64'>): I32 =>
  i32.add(i32.wrap(get(vaddr)), i32.load(get(entry), TRANSLATION.addend.offset));

export const accessCode = {
  load(at: AccessContext, kind: LoadKind, address: I64): I64 {
    const [vaddr, value, entry] = [at.scope.local('i64'), at.scope.local('i64'), at.scope.local('i32')];
    return after(
      sequence(
        set(vaddr, address),
        set(entry, translationEntry(at.state, HART.loadTranslations, vaddr)),
        either(
          hits(entry, vaddr, LOAD_BYTES[kind]),
          set(value, LOAD_CODE[kind](linear(entry, vaddr))),
          at.missLoad(kind, vaddr, value),
        ),
      ),
      get(value),
    );
  },

  store(at: AccessContext, bytes: AccessBytes, address: I64, value: I64): Statement {
    const [vaddr, entry] = [at.scope.local('i64'), at.scope.local('i32')];
    return sequence(
      set(vaddr, address),
      set(entry, translationEntry(at.state, HART.storeTranslations, vaddr)),
      either(
        hits(entry, vaddr, bytes),
        STORE_CODE[bytes](linear(entry, vaddr), value),
        at.missStore(bytes, vaddr, value),
      ),
    );
  },

  atomic(at: AccessContext, bytes: 4 | 8, address: I64): I32 {
    const [vaddr, entry, pointer] = [at.scope.local('i64'), at.scope.local('i32'), at.scope.local('i32')];
    return after(
      sequence(
        set(vaddr, address),
        set(entry, translationEntry(at.state, HART.storeTranslations, vaddr)),
        either(hits(entry, vaddr, bytes), set(pointer, linear(entry, vaddr)), at.missAtomic(bytes, vaddr, pointer)),
      ),
      get(pointer),
    );
  },
};
