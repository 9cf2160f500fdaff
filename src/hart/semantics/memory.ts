/** Loads, stores and atomic memory operations. */
import { get, type I32, type I64, i64, type Statement, select, sequence, set } from '../../wasm/code.ts';
import type { AccessBytes, LoadKind, Operands } from '../operands.ts';

type Semantics = (o: Operands) => Statement;

const address = (o: Operands): I64 => i64.add(o.rs1, o.imm);
const load =
  (kind: LoadKind): Semantics =>
  (o) =>
    o.setRd(o.load(kind, address(o)));
const store =
  (bytes: AccessBytes): Semantics =>
  (o) =>
    o.store(bytes, address(o), o.rs2);

/** Bits of a single in a floating-point register: the upper word is all ones. */
const box = (bits: I64): I64 => i64.or(bits, i64.const(-1n << 32n));

/** rd = old value; memory = combine(old, rs2). */
function atomic(bytes: 4 | 8, combine: (old: I64, operand: I64) => I64): Semantics {
  return (o) => {
    const pointer = o.scope.local('i32');
    const [old, operand] = [o.scope.local('i64'), o.scope.local('i64')];
    const value = combine(get(old), get(operand));
    return sequence(
      set(pointer, o.atomicAddress(bytes, o.rs1)),
      set(operand, bytes === 4 ? i64.extend32Signed(o.rs2) : o.rs2),
      set(old, bytes === 4 ? i64.load32Signed(get(pointer)) : i64.load(get(pointer))),
      bytes === 4 ? i64.store32(get(pointer), value) : i64.store(get(pointer), value),
      o.setRd(get(old)),
    );
  };
}

const pick =
  (compare: (a: I64, b: I64) => I32) =>
  (old: I64, operand: I64): I64 =>
    select(compare(old, operand), old, operand);

const COMBINE = {
  swap: (_old: I64, operand: I64): I64 => operand,
  add: i64.add,
  xor: i64.xor,
  and: i64.and,
  or: i64.or,
  min: pick(i64.ltSigned),
  max: pick(i64.gtSigned),
  // Sign extension keeps the unsigned order of words, too.
  minu: pick(i64.lt),
  maxu: pick(i64.gt),
};

export const MEMORY = {
  lb: load('i8'),
  lh: load('i16'),
  lw: load('i32'),
  ld: load('i64'),
  lbu: load('u8'),
  lhu: load('u16'),
  lwu: load('u32'),
  sb: store(1),
  sh: store(2),
  sw: store(4),
  sd: store(8),
  flw: (o) => sequence(o.requireFloat(), o.setFloatBits(box(o.load('u32', address(o))))),
  fld: (o) => sequence(o.requireFloat(), o.setFloatBits(o.load('i64', address(o)))),
  fsw: (o) => sequence(o.requireFloat(), o.store(4, address(o), o.floatBits(2))),
  fsd: (o) => sequence(o.requireFloat(), o.store(8, address(o), o.floatBits(2))),

  // A reservation is bookkeeping beside memory: left to the host.
  'lr.w': (o) => o.system(),
  'lr.d': (o) => o.system(),
  'sc.w': (o) => o.system(),
  'sc.d': (o) => o.system(),
  'amoswap.w': atomic(4, COMBINE.swap),
  'amoadd.w': atomic(4, COMBINE.add),
  'amoxor.w': atomic(4, COMBINE.xor),
  'amoand.w': atomic(4, COMBINE.and),
  'amoor.w': atomic(4, COMBINE.or),
  'amomin.w': atomic(4, COMBINE.min),
  'amomax.w': atomic(4, COMBINE.max),
  'amominu.w': atomic(4, COMBINE.minu),
  'amomaxu.w': atomic(4, COMBINE.maxu),
  'amoswap.d': atomic(8, COMBINE.swap),
  'amoadd.d': atomic(8, COMBINE.add),
  'amoxor.d': atomic(8, COMBINE.xor),
  'amoand.d': atomic(8, COMBINE.and),
  'amoor.d': atomic(8, COMBINE.or),
  'amomin.d': atomic(8, COMBINE.min),
  'amomax.d': atomic(8, COMBINE.max),
  'amominu.d': atomic(8, COMBINE.minu),
  'amomaxu.d': atomic(8, COMBINE.maxu),
} as const satisfies Readonly<Record<string, Semantics>>;
