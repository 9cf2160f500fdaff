/** Code that writes the host trace (see host-trace.ts), for the interpreter and for translated regions. */
import type { InstructionName } from '../isa/rv64.ts';
import {
  type Callee,
  call,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  tee,
  when,
} from '../wasm/code.ts';
import type { FunctionScope, ModuleWriter, Signature } from '../wasm/module-writer.ts';
import { observedWords } from './host-trace.ts';
import { BLOCK_ID_SHIFT, HART } from './layout.ts';
import type { Operands } from './operands.ts';

/** What the observed code calls beside the other host functions; see host-trace.ts. */
export interface TraceFunctions {
  /** Id of the block that starts at this record; 0 when there is no instruction. */
  block(state: number, record: number): number;
  /** The trace buffer is full. */
  drain(state: number): void;
  /** The fence at the state's pc retires. */
  fence(state: number): void;
}

const TRACE_IMPORTS = {
  block: { parameters: ['i32', 'i32'], result: 'i32' },
  drain: { parameters: ['i32'], result: 'none' },
  fence: { parameters: ['i32'], result: 'none' },
} as const satisfies Record<keyof TraceFunctions, Signature>;
export type TraceImports = { readonly [Name in keyof TraceFunctions]: Callee<(typeof TRACE_IMPORTS)[Name]['result']> };

export const importTraceFunctions = (writer: ModuleWriter): TraceImports =>
  Object.fromEntries(
    Object.entries(TRACE_IMPORTS).map(([name, signature]) => [name, writer.importFunction('host', name, signature)]),
  ) as unknown as TraceImports;

/** The open block is complete, or there is none. */
export const closeBlock = (state: Local<'i32'>): Statement =>
  i32.store(get(state), i32.const(0), HART.openBlock.offset);

/** Appends the id of the block that starts at the record to the trace. */
export function openBlock(
  trace: TraceImports,
  scope: FunctionScope,
  state: Local<'i32'>,
  record: Local<'i32'>,
): Statement {
  const id = scope.local('i32');
  const known = i32.load(
    i32.add(i32.load(get(state), HART.blockIds.offset), i32.shr(get(record), i32.const(BLOCK_ID_SHIFT))),
  );
  return sequence(
    when(i32.isZero(tee(id, known)), set(id, call(trace.block, get(state), get(record)))),
    when(get(id), openKnownBlock(trace, scope, state, get(id))),
  );
}

/** Appends the id of a block, which is then the open one. */
export function openKnownBlock(trace: TraceImports, scope: FunctionScope, state: Local<'i32'>, id: I32): Statement {
  const cursor = scope.local('i32');
  const readCursor = i32.load(get(state), HART.traceCursor.offset);
  return sequence(
    when(
      i32.ge(tee(cursor, readCursor), i32.load(get(state), HART.traceFull.offset)),
      call(trace.drain, get(state)),
      set(cursor, readCursor),
    ),
    i32.store(get(cursor), id),
    i32.store(get(state), get(cursor), HART.openBlock.offset),
    i32.store(get(state), i32.add(get(cursor), i32.const(4)), HART.traceCursor.offset),
  );
}

/** Appends 64-bit values to the trace. */
function append(scope: FunctionScope, state: Local<'i32'>, values: readonly I64[]): Statement {
  const cursor = scope.local('i32');
  return sequence(
    set(cursor, i32.load(get(state), HART.traceCursor.offset)),
    ...values.map((value, k) => i64.store(get(cursor), value, 8 * k)),
    i32.store(get(state), i32.add(get(cursor), i32.const(8 * values.length)), HART.traceCursor.offset),
  );
}

/** The operands that the trace shows of an instruction, before it executes. */
function observedOperands(name: InstructionName, o: Operands): readonly I64[] {
  if (observedWords(name) === 0) return [];
  if (observedWords(name) === 2) return [/^(lr|sc|amo)/.test(name) ? o.rs1 : i64.add(o.rs1, o.imm)];
  if (!name.startsWith('f')) return [o.rs1, o.rs2];
  return [o.floatBits(1), name.startsWith('fsqrt') ? i64.const(0) : o.floatBits(2)];
}

/** Appends what the trace shows of an instruction, before it executes. */
export function observe(name: InstructionName, o: Operands, state: Local<'i32'>): Statement {
  const operands = observedOperands(name, o);
  return operands.length === 0 ? [] : append(o.scope, state, operands);
}
