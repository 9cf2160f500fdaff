/**
 * The interpreter: a WebAssembly module generated from the semantics. Each instruction has a handler, a function
 * (state, record, fuel) that does its work on operands named by the record and continues in the next record's entry by
 * a tail call: a threaded interpreter whose dispatch is one indirect jump per instruction. Registers stay in memory,
 * the rest of the interpreter's own state in three machine registers.
 *
 * Compressed and plain forms, and targets inside and outside the page, have handlers of their own, so that nothing about
 * an instruction is decided twice.
 */
import { INSTRUCTIONS, type InstructionName } from '../isa/rv64.ts';
import {
  branch,
  type Callee,
  call,
  choose,
  f32,
  f64,
  get,
  giveBack,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  loop,
  type Statement,
  sequence,
  set,
  tailCall,
  tailCallIndirect,
  tee,
  when,
} from '../wasm/code.ts';
import { FunctionScope, ModuleWriter, type Signature } from '../wasm/module-writer.ts';
import { bindFloatLibrary, defineFloatLibrary } from './float-library.ts';
import {
  accruedFlags,
  callExactFloat,
  dirtyFloat,
  exactOutcome,
  isFloatOff,
  passFloatOperands,
  raiseFlags,
} from './float-state.ts';
import { MOST_WASM_PAGES } from './guest-memory.ts';
import { EXIT, FETCH, HART, PAGE_SHIFT, RECORD, RECORD_TO_PC_SHIFT, TRANSLATION_ENTRIES } from './layout.ts';
import { type AccessContext, accessCode, LOAD_KINDS } from './memory-access.ts';
import type { Operands } from './operands.ts';
import { SEMANTICS } from './semantics/index.ts';
import { closeBlock, importTraceFunctions, observe, openBlock, type TraceImports } from './trace-code.ts';

/** How an instruction leaves its place, for those that may: to a target in its page, or to another page. */
type Reach = 'near' | 'far';
type HandlerKey = `${InstructionName} ${2 | 4} ${Reach}`;

/** Table entries before the instructions' handlers. Entry 0 must decode: it is what an empty record names. */
export const DECODE_ENTRY = 0;
export const LEAVE_PAGE_ENTRY = 1;
export const ILLEGAL_ENTRY = 2;
/** The instruction's second half is in the next page. */
export const STRADDLE_ENTRY = 3;
const FIRST_HANDLER_ENTRY = 4;

const TRANSFERS: ReadonlySet<InstructionName> = new Set(['jal', 'beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu']);

const handlerKeys: HandlerKey[] = INSTRUCTIONS.flatMap(({ name }) =>
  ([2, 4] as const).flatMap((length): HandlerKey[] =>
    TRANSFERS.has(name) ? [`${name} ${length} near`, `${name} ${length} far`] : [`${name} ${length} near`],
  ),
);
const handlerEntries = new Map(handlerKeys.map((key, index) => [key as string, index + FIRST_HANDLER_ENTRY]));

/** First table entry that translated code may take. */
export const FIRST_FREE_ENTRY = handlerKeys.length + FIRST_HANDLER_ENTRY;

/** Table entry of an instruction's handler. `isNear`: its target, if it has one, is in the same page. */
export const handlerEntry = (name: InstructionName, length: 2 | 4, isNear: boolean): number =>
  handlerEntries.get(`${name} ${length} ${isNear || !TRANSFERS.has(name) ? 'near' : 'far'}`)!;

/** Type of handlers and of translated code: (state, record, fuel) → exit. */
export const HANDLER = { parameters: ['i32', 'i32', 'i32'], result: 'i32' } as const satisfies Signature;

/** The host's side of the interpreter. Every function gets the state's address; results other than `void` are exits. */
export interface HostFunctions {
  /** Fills in the record. */
  decode(state: number, record: number): void;
  /** Makes the page at the state's pc executable. */
  fetch(state: number): number;
  /** The value goes to scratch 0. `kind` is an index into LOAD_KINDS. */
  load(state: number, vaddr: bigint, kind: number): number;
  /** Stores the low `bytes` of scratch 0. */
  store(state: number, vaddr: bigint, bytes: number): number;
  /** Linear address goes to `pointer`. */
  atomic(state: number, vaddr: bigint, bytes: number): number;
  /** Executes the instruction of this word at the state's pc, moves pc on and takes one off the fuel if it retires. */
  system(state: number, record: number): number;
  custom(state: number, record: number, rs1: bigint, rs2: bigint): number;
  /** The instruction at the state's pc is illegal. */
  illegal(state: number, record: number): number;
  /** Decodes the instruction at the state's pc, which ends in the next page, into the state's own record. */
  straddle(state: number): number;
  /** Operands in scratch 0 to 2, result to scratch 0. */
  float(state: number, record: number, operation: number, roundingMode: number): number;
}

const IMPORTS = {
  decode: { parameters: ['i32', 'i32'], result: 'none' },
  fetch: { parameters: ['i32'], result: 'i32' },
  load: { parameters: ['i32', 'i64', 'i32'], result: 'i32' },
  store: { parameters: ['i32', 'i64', 'i32'], result: 'i32' },
  atomic: { parameters: ['i32', 'i64', 'i32'], result: 'i32' },
  system: { parameters: ['i32', 'i32'], result: 'i32' },
  custom: { parameters: ['i32', 'i32', 'i64', 'i64'], result: 'i32' },
  illegal: { parameters: ['i32', 'i32'], result: 'i32' },
  straddle: { parameters: ['i32'], result: 'i32' },
  float: { parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32' },
} as const satisfies Record<keyof HostFunctions, Signature>;

type HostImports = { readonly [Name in keyof HostFunctions]: Callee<(typeof IMPORTS)[Name]['result']> };

const importHostFunctions = (writer: ModuleWriter): HostImports =>
  Object.fromEntries(
    Object.entries(IMPORTS).map(([name, signature]) => [name, writer.importFunction('host', name, signature)]),
  ) as unknown as HostImports;

/**
 * Bytes of the interpreter's module. It imports `host` functions, `host.memory` and `host.table`; it exports `enter`.
 * @param observes also write the host trace, with the help of the trace functions
 */
export function writeInterpreter(observes = false): Uint8Array<ArrayBuffer> {
  const writer = new ModuleWriter();
  const imports = importHostFunctions(writer);
  const trace = observes ? importTraceFunctions(writer) : undefined;
  writer.importMemory('host', 'memory', 0, MOST_WASM_PAGES);
  writer.importTable('host', 'table', FIRST_FREE_ENTRY);
  const type = writer.signature(HANDLER);
  const library = defineFloatLibrary(writer, imports.float);

  const enter = writer.declare({ parameters: ['i32', 'i32'], result: 'i32' });
  const stop = writer.declare(HANDLER);
  const frame = (scope: FunctionScope): Frame => ({
    state: scope.parameter('i32', 0),
    record: scope.parameter('i32', 1),
    fuel: scope.parameter('i32', 2),
  });
  const handler = (body: (scope: FunctionScope, frame: Frame) => Statement): Callee =>
    writer.function(HANDLER, (scope) => body(scope, frame(scope)));

  // Continue at the state's pc.
  writer.define(enter, ...enterBody(imports.fetch, type, trace));
  // Leave with pc at the record: fuel is used up.
  const stopScope = new FunctionScope(HANDLER.parameters);
  const stopFrame = frame(stopScope);
  writer.define(
    stop,
    stopScope,
    sequence(
      i64.store(get(stopFrame.state), pcOf(stopFrame), HART.pc.offset),
      i32.store(get(stopFrame.state), get(stopFrame.fuel), HART.fuel.offset),
      giveBack(i32.const(EXIT.limit)),
    ),
  );

  const engine: Engine = { imports, trace, type, enter, stop, library };
  const decode = handler((_, at) =>
    sequence(call(imports.decode, get(at.state), get(at.record)), dispatch(engine, at)),
  );
  const leavePage = handler((_, at) =>
    sequence(i64.store(get(at.state), pcOf(at), HART.pc.offset), tailCall(enter, get(at.state), get(at.fuel))),
  );
  const illegal = handler((_, at) =>
    sequence(leaveTo(at, pcOf(at)), giveBack(call(imports.illegal, get(at.state), get(at.record)))),
  );
  const straddle = handler((scope, at) => {
    const exit = scope.local('i32');
    return sequence(
      leaveTo(at, pcOf(at)),
      when(tee(exit, call(imports.straddle, get(at.state))), giveBack(get(exit))),
      set(at.record, i32.add(get(at.state), i32.const(HART.straddle.offset))),
      dispatch(engine, at),
    );
  });
  const handlers = handlerKeys.map((key) => {
    const [name, length, reach] = key.split(' ') as [InstructionName, string, Reach];
    return handler((scope, at) => writeHandler(engine, name, Number(length) as 2 | 4, reach, scope, at));
  });
  writer.placeInTable(0, [decode, leavePage, illegal, straddle, ...handlers]);
  writer.export('enter', enter);
  return writer.finish();
}

interface Frame {
  readonly state: Local<'i32'>;
  readonly record: Local<'i32'>;
  readonly fuel: Local<'i32'>;
}

interface Engine {
  readonly imports: HostImports;
  /** Present when the trace is written. */
  readonly trace: TraceImports | undefined;
  readonly type: number;
  readonly enter: Callee;
  readonly stop: Callee;
  readonly library: ReturnType<typeof defineFloatLibrary>;
}

const pcOf = (at: Frame): I64 =>
  i64.add(
    i64.load(get(at.state), HART.bias.offset),
    i64.extend(i32.shr(get(at.record), i32.const(RECORD_TO_PC_SHIFT))),
  );

const dispatch = (engine: Engine, at: Frame): Statement =>
  tailCallIndirect(
    engine.type,
    i32.load16(get(at.record), RECORD.entry.offset),
    get(at.state),
    get(at.record),
    get(at.fuel),
  );

/** The instruction retires; go on at the record that `at.record` has been set to. */
const retire = (engine: Engine, at: Frame): Statement =>
  sequence(
    when(
      i32.isZero(tee(at.fuel, i32.sub(get(at.fuel), i32.const(1)))),
      tailCall(engine.stop, get(at.state), get(at.record), get(at.fuel)),
    ),
    dispatch(engine, at),
  );

/** As `retire`, after an instruction that ends a block: the trace begins another one. */
const retireBlock = (engine: Engine, scope: FunctionScope, at: Frame): Statement =>
  engine.trace === undefined
    ? retire(engine, at)
    : sequence(
        closeBlock(at.state),
        when(
          i32.isZero(tee(at.fuel, i32.sub(get(at.fuel), i32.const(1)))),
          tailCall(engine.stop, get(at.state), get(at.record), get(at.fuel)),
        ),
        openBlock(engine.trace, scope, at.state, at.record),
        dispatch(engine, at),
      );

/** Writes what the host sees of a place: its pc and the fuel left. */
const leaveTo = (at: Frame, pc: I64): Statement =>
  sequence(i64.store(get(at.state), pc, HART.pc.offset), i32.store(get(at.state), get(at.fuel), HART.fuel.offset));

/** Looks up the page of the state's pc and goes to its record; a miss asks the host. */
function enterBody(fetch: Callee<'i32'>, type: number, trace: TraceImports | undefined): [FunctionScope, Statement] {
  const scope = new FunctionScope(['i32', 'i32']);
  const [state, fuel] = [scope.parameter('i32', 0), scope.parameter('i32', 1)];
  const [entry, record, exit] = [scope.local('i32'), scope.local('i32'), scope.local('i32')];
  const pc = scope.local('i64');
  const body = sequence(
    trace === undefined ? [] : closeBlock(state),
    when(i32.isZero(get(fuel)), i32.store(get(state), i32.const(0), HART.fuel.offset), giveBack(i32.const(EXIT.limit))),
    set(pc, i64.load(get(state), HART.pc.offset)),
    loop(
      set(entry, fetchEntry(state, pc)),
      when(
        i64.eq(i64.load(get(entry), FETCH.page.offset), i64.and(get(pc), i64.const(-4096))),
        i64.store(get(state), i64.load(get(entry), FETCH.bias.offset), HART.bias.offset),
        set(
          record,
          i32.add(
            i32.load(get(entry), FETCH.records.offset),
            i32.shl(i32.wrap(i64.and(get(pc), i64.const(4095))), i32.const(RECORD_TO_PC_SHIFT)),
          ),
        ),
        trace === undefined ? [] : openBlock(trace, scope, state, record),
        tailCallIndirect(type, i32.load16(get(record), RECORD.entry.offset), get(state), get(record), get(fuel)),
      ),
      i32.store(get(state), get(fuel), HART.fuel.offset),
      when(tee(exit, call(fetch, get(state))), giveBack(get(exit))),
      branch(0),
    ),
    giveBack(i32.const(EXIT.none)),
  );
  return [scope, body];
}

/** Address of the entry that may know the page of this pc. */
export const fetchEntry = (state: Local<'i32'>, pc: Local<'i64'>): I32 =>
  i32.add(
    i32.add(get(state), i32.const(HART.fetchTranslations.offset)),
    i32.mul(
      i32.and(i32.wrap(i64.shr(get(pc), i64.const(PAGE_SHIFT))), i32.const(TRANSLATION_ENTRIES - 1)),
      i32.const(FETCH.bytes),
    ),
  );

function writeHandler(
  engine: Engine,
  name: InstructionName,
  length: 2 | 4,
  reach: Reach,
  scope: FunctionScope,
  at: Frame,
): Statement {
  const operands = new RecordOperands(engine, scope, at, length, reach);
  const observed = engine.trace === undefined ? [] : observe(name, operands, at.state);
  const work = sequence(observed, SEMANTICS[name](operands));
  if (operands.isTransfer) return work;
  return sequence(
    work,
    set(at.record, i32.add(get(at.record), i32.const(length << RECORD_TO_PC_SHIFT))),
    retire(engine, at),
  );
}

/** Operands that a record names. */
class RecordOperands implements Operands {
  readonly scope: FunctionScope;
  readonly library;
  /** Does the instruction's own code go on, instead of falling through to the next record? */
  isTransfer = false;
  readonly #engine: Engine;
  readonly #at: Frame;
  readonly #length: 2 | 4;
  readonly #reach: Reach;

  constructor(engine: Engine, scope: FunctionScope, at: Frame, length: 2 | 4, reach: Reach) {
    this.scope = scope;
    this.library = bindFloatLibrary(engine.library, get(at.state));
    this.#engine = engine;
    this.#at = at;
    this.#length = length;
    this.#reach = reach;
  }

  #register(field: { readonly offset: number }): I32 {
    return i32.add(get(this.#at.state), i32.load16(get(this.#at.record), field.offset));
  }

  get rs1(): I64 {
    return i64.load(this.#register(RECORD.rs1));
  }

  readonly hasOneSource = false;

  get rs2(): I64 {
    return i64.load(this.#register(RECORD.rs2));
  }

  get imm(): I64 {
    return i64.load32Signed(get(this.#at.record), RECORD.imm.offset);
  }

  get pc(): I64 {
    return pcOf(this.#at);
  }

  get nextPc(): I64 {
    return i64.add(this.pc, i64.const(this.#length));
  }

  setRd(value: I64): Statement {
    return i64.store(this.#register(RECORD.rd), value);
  }

  floatBits(operand: 1 | 2 | 3): I64 {
    // The third register of a fused operation shares the immediate's word with the rounding mode: see decoder.ts.
    if (operand === 3)
      return i64.load(i32.add(get(this.#at.state), i32.load16(get(this.#at.record), RECORD.imm.offset)));
    return i64.load(this.#register(operand === 1 ? RECORD.rs1 : RECORD.rs2));
  }

  double(operand: 1 | 2 | 3): ReturnType<Operands['double']> {
    return f64.reinterpret(this.floatBits(operand));
  }

  single(operand: 1 | 2 | 3): ReturnType<Operands['single']> {
    const bits = this.scope.local('i64');
    return unboxed(bits, this.floatBits(operand));
  }

  setFloatBits(value: I64): Statement {
    return sequence(i64.store(this.#register(RECORD.rd), value), dirtyFloat(this.#at.state));
  }

  setDouble(value: ReturnType<Operands['double']>): Statement {
    return this.setFloatBits(i64.reinterpret(value));
  }

  setSingle(value: ReturnType<Operands['single']>): Statement {
    return this.setFloatBits(boxed(value));
  }

  get roundingMode(): I32 {
    const field = i32.load16(get(this.#at.record), RECORD.imm.offset + 2);
    const mode = this.scope.local('i32');
    return choose(
      'i32',
      i32.eq(tee(mode, field), i32.const(7)),
      i32.load(get(this.#at.state), HART.frm.offset),
      get(mode),
    );
  }

  get flags(): I32 {
    return accruedFlags(this.#at.state);
  }

  raise(flags: number): Statement {
    return raiseFlags(this.#at.state, flags);
  }

  requireFloat(): Statement {
    return when(
      isFloatOff(this.#at.state),
      this.#leave(),
      giveBack(call(this.#engine.imports.illegal, get(this.#at.state), get(this.#at.record))),
    );
  }

  /** Not worth the question for one instruction. */
  readonly isFloatSettled = undefined;

  setSettledDouble(value: ReturnType<Operands['double']>): Statement {
    return this.setDouble(value);
  }

  setSettledSingle(value: ReturnType<Operands['single']>): Statement {
    return this.setSingle(value);
  }

  settleFloat(): Statement {
    return [];
  }

  exactFloat(operation: number, operands: readonly I64[]): Statement {
    const exit = this.scope.local('i32');
    return sequence(
      this.#leave(),
      passFloatOperands(this.#at.state, operands),
      this.#unless(
        exit,
        callExactFloat(this.#engine.imports.float, this.#at.state, get(this.#at.record), operation, this.roundingMode),
      ),
    );
  }

  get outcome(): I64 {
    return exactOutcome(this.#at.state);
  }

  load(kind: Parameters<Operands['load']>[0], address: I64): I64 {
    return accessCode.load(this.#access(), kind, address);
  }

  store(bytes: Parameters<Operands['store']>[0], address: I64, value: I64): Statement {
    return accessCode.store(this.#access(), bytes, address, value);
  }

  atomicAddress(bytes: 4 | 8, address: I64): I32 {
    return accessCode.atomic(this.#access(), bytes, address);
  }

  branch(condition: I32): Statement {
    this.isTransfer = true;
    const fallThrough = i32.const(this.#length << RECORD_TO_PC_SHIFT);
    if (this.#reach === 'near') {
      // Near targets are distances between records.
      const distance = i32.load(get(this.#at.record), RECORD.imm.offset);
      return sequence(
        set(this.#at.record, i32.add(get(this.#at.record), choose('i32', condition, distance, fallThrough))),
        retireBlock(this.#engine, this.scope, this.#at),
      );
    }
    return sequence(
      when(condition, this.jump()),
      set(this.#at.record, i32.add(get(this.#at.record), fallThrough)),
      retireBlock(this.#engine, this.scope, this.#at),
    );
  }

  jump(): Statement {
    this.isTransfer = true;
    if (this.#reach === 'near')
      return sequence(
        set(this.#at.record, i32.add(get(this.#at.record), i32.load(get(this.#at.record), RECORD.imm.offset))),
        retireBlock(this.#engine, this.scope, this.#at),
      );
    return this.jumpTo(i64.add(this.pc, this.imm));
  }

  jumpTo(target: I64): Statement {
    this.isTransfer = true;
    const pc = this.scope.local('i64');
    return sequence(
      i64.store(get(this.#at.state), tee(pc, target), HART.pc.offset),
      i64.store(get(this.#at.state), get(pc), HART.jumpTarget.offset),
      tailCall(this.#engine.enter, get(this.#at.state), i32.sub(get(this.#at.fuel), i32.const(1))),
    );
  }

  system(): Statement {
    return this.#outOfLine(call(this.#engine.imports.system, get(this.#at.state), get(this.#at.record)));
  }

  custom(): Statement {
    return this.#outOfLine(
      call(this.#engine.imports.custom, get(this.#at.state), get(this.#at.record), this.rs1, this.rs2),
    );
  }

  fence(): Statement {
    const { trace } = this.#engine;
    if (trace === undefined) return [];
    this.isTransfer = true;
    return sequence(
      call(trace.fence, get(this.#at.state)),
      set(this.#at.record, i32.add(get(this.#at.record), i32.const(this.#length << RECORD_TO_PC_SHIFT))),
      retireBlock(this.#engine, this.scope, this.#at),
    );
  }

  /** The host executes the instruction and says where to go on. */
  #outOfLine(host: I32): Statement {
    this.isTransfer = true;
    const exit = this.scope.local('i32');
    return sequence(
      this.#leave(),
      this.#unless(exit, host),
      tailCall(this.#engine.enter, get(this.#at.state), i32.load(get(this.#at.state), HART.fuel.offset)),
    );
  }

  #leave(): Statement {
    return leaveTo(this.#at, pcOf(this.#at));
  }

  #unless(exit: Local<'i32'>, host: I32): Statement {
    return when(tee(exit, host), giveBack(get(exit)));
  }

  /** Misses call the host. */
  #access(): AccessContext {
    const { state } = this.#at;
    const { imports } = this.#engine;
    const ask = (host: I32): Statement => sequence(this.#leave(), this.#unless(this.scope.local('i32'), host));
    return {
      scope: this.scope,
      state,
      missLoad: (kind, vaddr, value) =>
        sequence(
          ask(call(imports.load, get(state), get(vaddr), i32.const(LOAD_KINDS.indexOf(kind)))),
          set(value, i64.load(get(state), HART.scratch.offset)),
        ),
      missStore: (bytes, vaddr, value) =>
        sequence(
          i64.store(get(state), value, HART.scratch.offset),
          ask(call(imports.store, get(state), get(vaddr), i32.const(bytes))),
        ),
      missAtomic: (bytes, vaddr, pointer) =>
        sequence(
          ask(call(imports.atomic, get(state), get(vaddr), i32.const(bytes))),
          set(pointer, i32.load(get(state), HART.pointer.offset)),
        ),
    };
  }
}

/** A boxed single, or the canonical NaN when the box is broken. */
export function unboxed(bits: Local<'i64'>, value: I64): ReturnType<Operands['single']> {
  const isBoxed = i64.ge(tee(bits, value), i64.const(-1n << 32n));
  return f32.reinterpret(choose('i32', isBoxed, i32.wrap(get(bits)), i32.const(0x7fc00000)));
}

/** Bits of a single in a floating-point register: the upper word is all ones. */
export const boxed = (value: ReturnType<Operands['single']>): I64 =>
  i64.or(i64.extend(i32.reinterpret(value)), i64.const(-1n << 32n));
