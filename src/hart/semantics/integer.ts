/** Integer computation, RV64I and M. One entry per instruction: what it does, for operands of any engine. */
import { after, choose, get, type I32, type I64, i32, i64, type Statement, sequence, set } from '../../wasm/code.ts';
import type { Operands } from '../operands.ts';

type Semantics = (o: Operands) => Statement;

const register =
  (compute: (a: I64, b: I64) => I64): Semantics =>
  (o) =>
    o.setRd(compute(o.rs1, o.rs2));
const immediate =
  (compute: (a: I64, b: I64) => I64): Semantics =>
  (o) =>
    o.setRd(compute(o.rs1, o.imm));
/** On the low words; the result is sign-extended. */
const word =
  (compute: (a: I32, b: I32) => I32) =>
  (a: I64, b: I64): I64 =>
    i64.extendSigned(compute(i32.wrap(a), i32.wrap(b)));
const flag =
  (compare: (a: I64, b: I64) => I32) =>
  (a: I64, b: I64): I64 =>
    i64.extend(compare(a, b));

/** High word of the unsigned 128-bit product, from four 32-bit partial products. */
function multiplyHigh(o: Operands, aSigned: boolean, bSigned: boolean): Statement {
  const [a, b, middle, t] = [o.scope.local('i64'), o.scope.local('i64'), o.scope.local('i64'), o.scope.local('i64')];
  const mask = i64.const(0xffffffff);
  const high = (value: I64) => i64.shr(value, i64.const(32));
  const low = (value: I64) => i64.and(value, mask);
  // −a·b differs from its unsigned reading by b in the high word.
  const correction = (value: I64, when: I64) => i64.and(value, i64.shrSigned(when, i64.const(63)));
  let result: I64 = i64.add(
    i64.add(i64.mul(high(get(a)), high(get(b))), high(get(middle))),
    high(i64.add(i64.mul(low(get(a)), high(get(b))), low(get(middle)))),
  );
  if (aSigned) result = i64.sub(result, correction(get(b), get(a)));
  if (bSigned) result = i64.sub(result, correction(get(a), get(b)));
  return sequence(
    set(a, o.rs1),
    set(b, o.rs2),
    set(t, i64.mul(low(get(a)), low(get(b)))),
    set(middle, i64.add(i64.mul(high(get(a)), low(get(b))), high(get(t)))),
    o.setRd(result),
  );
}

/** Division as RISC-V defines it: by zero gives all ones and the dividend, overflow gives the dividend and 0. */
function divide(o: Operands, isSigned: boolean, wants: 'quotient' | 'remainder'): Statement {
  const [a, b] = [o.scope.local('i64'), o.scope.local('i64')];
  const byZero = wants === 'quotient' ? i64.const(-1) : get(a);
  const byMinusOne = wants === 'quotient' ? i64.sub(i64.const(0), get(a)) : i64.const(0);
  const signed = wants === 'quotient' ? i64.divSigned : i64.remSigned;
  const unsigned = wants === 'quotient' ? i64.div : i64.rem;
  const proper = isSigned
    ? choose('i64', i64.eq(get(b), i64.const(-1)), byMinusOne, signed(get(a), get(b)))
    : unsigned(get(a), get(b));
  return sequence(set(a, o.rs1), set(b, o.rs2), o.setRd(choose('i64', i64.isZero(get(b)), byZero, proper)));
}

function divideWord(o: Operands, isSigned: boolean, wants: 'quotient' | 'remainder'): Statement {
  const [a, b] = [o.scope.local('i32'), o.scope.local('i32')];
  const byZero = wants === 'quotient' ? i32.const(-1) : get(a);
  const byMinusOne = wants === 'quotient' ? i32.sub(i32.const(0), get(a)) : i32.const(0);
  const signed = wants === 'quotient' ? i32.divSigned : i32.remSigned;
  const unsigned = wants === 'quotient' ? i32.div : i32.rem;
  const proper = isSigned
    ? choose('i32', i32.eq(get(b), i32.const(-1)), byMinusOne, signed(get(a), get(b)))
    : unsigned(get(a), get(b));
  const operands = sequence(set(a, i32.wrap(o.rs1)), set(b, i32.wrap(o.rs2)));
  return o.setRd(after(operands, i64.extendSigned(choose('i32', i32.isZero(get(b)), byZero, proper))));
}

export const INTEGER = {
  lui: (o) => o.setRd(o.imm),
  auipc: (o) => o.setRd(i64.add(o.pc, o.imm)),
  addi: immediate(i64.add),
  slti: immediate(flag(i64.ltSigned)),
  sltiu: immediate(flag(i64.lt)),
  xori: immediate(i64.xor),
  ori: immediate(i64.or),
  andi: immediate(i64.and),
  slli: immediate(i64.shl),
  srli: immediate(i64.shr),
  srai: immediate(i64.shrSigned),
  add: register(i64.add),
  sub: register(i64.sub),
  sll: register(i64.shl),
  slt: register(flag(i64.ltSigned)),
  sltu: register(flag(i64.lt)),
  xor: register(i64.xor),
  srl: register(i64.shr),
  sra: register(i64.shrSigned),
  or: register(i64.or),
  and: register(i64.and),
  addiw: immediate(word(i32.add)),
  slliw: immediate(word(i32.shl)),
  srliw: immediate(word(i32.shr)),
  sraiw: immediate(word(i32.shrSigned)),
  addw: register(word(i32.add)),
  subw: register(word(i32.sub)),
  sllw: register(word(i32.shl)),
  srlw: register(word(i32.shr)),
  sraw: register(word(i32.shrSigned)),

  mul: register(i64.mul),
  mulh: (o) => multiplyHigh(o, true, true),
  mulhsu: (o) => multiplyHigh(o, true, false),
  mulhu: (o) => multiplyHigh(o, false, false),
  mulw: register(word(i32.mul)),
  div: (o) => divide(o, true, 'quotient'),
  divu: (o) => divide(o, false, 'quotient'),
  rem: (o) => divide(o, true, 'remainder'),
  remu: (o) => divide(o, false, 'remainder'),
  divw: (o) => divideWord(o, true, 'quotient'),
  divuw: (o) => divideWord(o, false, 'quotient'),
  remw: (o) => divideWord(o, true, 'remainder'),
  remuw: (o) => divideWord(o, false, 'remainder'),
} as const satisfies Readonly<Record<string, Semantics>>;
