/** What kind of control flow an instruction is, read off its semantics. */
import { INSTRUCTIONS, type InstructionName } from '../../isa/rv64.ts';
import { f32, f64, i32, i64 } from '../../wasm/code.ts';
import { FunctionScope } from '../../wasm/module-writer.ts';
import type { Operands } from '../operands.ts';
import { SEMANTICS } from '../semantics/index.ts';

/** `host`: executed outside of generated code. */
export type InstructionRole = 'plain' | 'branch' | 'jump' | 'indirect' | 'host';

const roles = new Map<InstructionName, InstructionRole>();

export function roleOf(name: InstructionName): InstructionRole {
  if (roles.size === 0)
    for (const instruction of INSTRUCTIONS) roles.set(instruction.name, observeRole(instruction.name));
  return roles.get(name)!;
}

/** Asks the semantics what it does, with operands that note which way of going on is chosen. */
function observeRole(name: InstructionName): InstructionRole {
  const semantics = SEMANTICS[name];
  if (semantics === undefined) return 'host';
  let role: InstructionRole = 'plain';
  const ends = (kind: InstructionRole) => () => {
    role = kind;
    return [];
  };
  const value = i64.const(0);
  const observed: Operands = {
    scope: new FunctionScope([]),
    rs1: value,
    rs2: value,
    hasOneSource: false,
    imm: value,
    pc: value,
    nextPc: value,
    setRd: () => [],
    floatBits: () => value,
    double: () => f64.const(0),
    single: () => f32.const(0),
    setFloatBits: () => [],
    setDouble: () => [],
    setSingle: () => [],
    roundingMode: i32.const(0),
    flags: i32.const(0),
    raise: () => [],
    requireFloat: () => [],
    isFloatSettled: undefined,
    setSettledDouble: () => [],
    setSettledSingle: () => [],
    settleFloat: () => [],
    exactFloat: () => [],
    outcome: value,
    library: {
      inexactProduct: () => i32.const(0),
      inexactQuotient: () => i32.const(0),
      inexactRoot: () => i32.const(0),
      fusedDouble: () => f64.const(0),
      fusedSingle: () => f32.const(0),
    },
    load: () => value,
    store: () => [],
    atomicAddress: () => i32.const(0),
    branch: ends('branch'),
    jump: ends('jump'),
    jumpTo: ends('indirect'),
    system: ends('host'),
    custom: ends('host'),
    fence: () => [],
  };
  semantics(observed);
  return role;
}
