/** Branches, jumps, fences, and what is left to the host. */
import { get, type I32, type I64, i64, type Statement, sequence, set } from '../../wasm/code.ts';
import type { Operands } from '../operands.ts';

type Semantics = (o: Operands) => Statement;

const branch =
  (compare: (a: I64, b: I64) => I32): Semantics =>
  (o) =>
    o.branch(compare(o.rs1, o.rs2));
const system: Semantics = (o) => o.system();
const custom: Semantics = (o) => o.custom();

function jumpAndLinkRegister(o: Operands): Statement {
  const target = o.scope.local('i64');
  return sequence(set(target, i64.and(i64.add(o.rs1, o.imm), i64.const(-2))), o.setRd(o.nextPc), o.jumpTo(get(target)));
}

export const CONTROL = {
  jal: (o) => sequence(o.setRd(o.nextPc), o.jump()),
  jalr: jumpAndLinkRegister,
  beq: branch(i64.eq),
  bne: branch(i64.ne),
  blt: branch(i64.ltSigned),
  bge: branch(i64.geSigned),
  bltu: branch(i64.lt),
  bgeu: branch(i64.ge),
  fence: (o) => o.fence(),
  'fence.i': system,
  'sfence.vma': system,
  ecall: system,
  ebreak: system,
  sret: system,
  mret: system,
  wfi: system,
  csrrw: system,
  csrrs: system,
  csrrc: system,
  csrrwi: system,
  csrrsi: system,
  csrrci: system,
  custom0: custom,
  custom1: custom,
  custom2: custom,
  custom3: custom,
} as const satisfies Readonly<Record<string, Semantics>>;
