import {
  after,
  type Callee,
  call,
  get,
  giveBack,
  i32,
  i64,
  memoryCopy,
  sequence,
  set,
  tee,
  when,
} from '../../wasm/code.ts';
import { SOFT_TLB_ENTRIES, SOFT_TLB_ENTRY_BYTES } from './kernel-layout.ts';
import type { KernelContext } from './kernel-writer.ts';

/**
 * Finding DRAM rows from inside a kernel. A page is translated by the host and remembered in a small direct-mapped table
 * as long as translations hold; a row that crosses pages which are not neighbours in linear memory goes through a bounce buffer.
 */
export interface RowAccess {
  /** (vaddr i64, bytes i32) → where the row's bytes can be read, or `NOT_LOCATED`. */
  readonly source: Callee<'i32'>;
  /** (vaddr i64, bytes i32) → where to write the row's bytes, or `NOT_LOCATED`. */
  readonly target: Callee<'i32'>;
  /** (vaddr i64, bytes i32, written i32): copies a bounced row out; nothing to do for others. */
  readonly finish: Callee<'none'>;
}

/** Some page of the row traps. */
export const NOT_LOCATED = -1;

export const LOAD_ACCESS = 0;
export const STORE_ACCESS = 1;

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;

export function emitRowAccess({ writer, scratch }: KernelContext, translate: Callee<'i32'>): RowAccess {
  // (vaddr, access) → location of the page's first byte, or NOT_LOCATED.
  const locatePage = writer.function({ parameters: ['i64', 'i32'], result: 'i32' }, (scope) => {
    const vaddr = scope.parameter('i64', 0);
    const access = scope.parameter('i32', 1);
    const entry = scope.local('i32');
    const key = scope.local('i64');
    const found = scope.local('i32');
    const index = i32.and(i32.wrap(i64.shr(get(vaddr), i64.const(PAGE_BITS))), i32.const(SOFT_TLB_ENTRIES - 1));
    const pageAddress = i64.and(get(vaddr), i64.const(-PAGE));
    const tag = i64.extend(i32.or(i32.load(i32.const(0), scratch.generation), get(access)));
    return after(
      sequence(
        set(entry, i32.mul(index, i32.const(SOFT_TLB_ENTRY_BYTES))),
        set(key, i64.or(pageAddress, tag)),
        when(
          i64.eq(i64.load(get(entry), scratch.softTlb), get(key)),
          giveBack(i32.load(get(entry), scratch.softTlb + 8)),
        ),
        when(
          i32.ne(tee(found, call(translate, pageAddress, get(access))), i32.const(NOT_LOCATED)),
          i64.store(get(entry), get(key), scratch.softTlb),
          i32.store(get(entry), get(found), scratch.softTlb + 8),
        ),
      ),
      get(found),
    );
  });

  const locate = (access: number) =>
    writer.function({ parameters: ['i64', 'i32'], result: 'i32' }, (scope) => {
      const vaddr = scope.parameter('i64', 0);
      const bytes = scope.parameter('i32', 1);
      const offset = scope.local('i32');
      const first = scope.local('i32');
      const second = scope.local('i32');
      const head = i32.sub(i32.const(PAGE), get(offset));
      const lastByte = i64.add(get(vaddr), i64.extend(i32.sub(get(bytes), i32.const(1))));
      return after(
        sequence(
          set(offset, i32.and(i32.wrap(get(vaddr)), i32.const(PAGE - 1))),
          set(first, call(locatePage, get(vaddr), i32.const(access))),
          when(i32.eq(get(first), i32.const(NOT_LOCATED)), giveBack(i32.const(NOT_LOCATED))),
          when(i32.le(i32.add(get(offset), get(bytes)), i32.const(PAGE)), giveBack(i32.add(get(first), get(offset)))),
          set(second, call(locatePage, lastByte, i32.const(access))),
          when(i32.eq(get(second), i32.const(NOT_LOCATED)), giveBack(i32.const(NOT_LOCATED))),
          when(i32.eq(get(second), i32.add(get(first), i32.const(PAGE))), giveBack(i32.add(get(first), get(offset)))),
          ...(access === LOAD_ACCESS
            ? [
                memoryCopy(i32.const(scratch.bounce), i32.add(get(first), get(offset)), head),
                memoryCopy(i32.add(i32.const(scratch.bounce), head), get(second), i32.sub(get(bytes), head)),
              ]
            : []),
        ),
        i32.const(scratch.bounce),
      );
    });

  const finish = writer.function({ parameters: ['i64', 'i32', 'i32'], result: 'none' }, (scope) => {
    const vaddr = scope.parameter('i64', 0);
    const bytes = scope.parameter('i32', 1);
    const written = scope.parameter('i32', 2);
    const head = scope.local('i32');
    const secondPage = i64.add(get(vaddr), i64.extend(get(head)));
    return sequence(
      when(i32.ne(get(written), i32.const(scratch.bounce)), giveBack()),
      set(head, i32.sub(i32.const(PAGE), i32.and(i32.wrap(get(vaddr)), i32.const(PAGE - 1)))),
      memoryCopy(
        i32.add(call(locatePage, get(vaddr), i32.const(STORE_ACCESS)), i32.sub(i32.const(PAGE), get(head))),
        i32.const(scratch.bounce),
        get(head),
      ),
      memoryCopy(
        call(locatePage, secondPage, i32.const(STORE_ACCESS)),
        i32.add(i32.const(scratch.bounce), get(head)),
        i32.sub(get(bytes), get(head)),
      ),
    );
  });

  return { source: locate(LOAD_ACCESS), target: locate(STORE_ACCESS), finish };
}
