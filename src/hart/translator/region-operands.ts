/** Operands of translated instructions: constants, and guest registers in locals. */
import {
  after,
  drop,
  type F32,
  type F64,
  f32,
  f64,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  type Statement,
  sequence,
  set,
  tailCallIndirect,
  when,
} from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import type { Decoded } from '../decoder.ts';
import { inexactProduct, inexactQuotient, inexactRoot } from '../float-library.ts';
import { accruedFlags, dirtyFloat, isFloatOff, isFloatSettled, raiseFlags } from '../float-state.ts';
import { observedWords } from '../host-trace.ts';
import { boxed, unboxed } from '../interpreter.ts';
import { HART, RECORD, RECORD_TO_PC_SHIFT } from '../layout.ts';
import { type AccessContext, accessCode, LOAD_BYTES, LOAD_CODE, STORE_CODE } from '../memory-access.ts';
import type { AccessBytes, FloatLibrary, LoadKind, Operands } from '../operands.ts';
import { SEMANTICS } from '../semantics/index.ts';
import { ROUND } from '../soft-float.ts';
import { observe, type TraceImports } from '../trace-code.ts';
import type { RegionPlace } from './region-code.ts';
import type { RegisterLocals } from './registers.ts';

/** Where an instruction sends control, for the region to lay out. */
export type Transfer =
  | { readonly kind: 'branch'; readonly condition: I32 }
  | { readonly kind: 'jump' }
  | { readonly kind: 'indirect'; readonly target: I64 };

export interface RegionContext {
  readonly scope: FunctionScope;
  readonly state: Local<'i32'>;
  readonly fuel: Local<'i32'>;
  readonly place: RegionPlace;
  /** Present when the host trace is written. */
  readonly trace: TraceImports | undefined;
  /** Writes all registers to the state. */
  readonly spillAll: Statement;
  /** Type index of handlers. */
  readonly handlerType: number;
  /** Is the float state settled? See Operands. */
  readonly isFloatSettled: Local<'i32'>;
}

/** What the instructions of a block so far have made sure of. */
export interface BlockFacts {
  /** mstatus.FS is not off. */
  isFloatOn: boolean;
  /** mstatus.FS is dirty. */
  isFloatDirty: boolean;
}

export class RegionOperands implements Operands {
  readonly scope: FunctionScope;
  transfer: Transfer | undefined;
  readonly #at: RegionContext;
  readonly #registers: RegisterLocals;
  /** Fuel that the block has been charged for this instruction and those behind it. */
  readonly #charged: number;
  readonly #decoded: Decoded;
  readonly #virtual: bigint;
  readonly #record: number;
  readonly #facts: BlockFacts;
  #requiresFloat = false;
  #dirtiesFloat = false;

  constructor(
    at: RegionContext,
    registers: RegisterLocals,
    instruction: { readonly decoded: Decoded; readonly pc: bigint; readonly record: number; readonly charged: number },
    facts: BlockFacts,
  ) {
    this.#facts = facts;
    this.scope = at.scope;
    this.#at = at;
    this.#registers = registers;
    this.#decoded = instruction.decoded;
    this.#virtual = instruction.pc;
    this.#record = instruction.record;
    this.#charged = instruction.charged;
  }

  translate(): Statement {
    const { name } = this.#decoded;
    const observed = this.#at.trace === undefined ? [] : observe(name, this, this.#at.state);
    const work = sequence(observed, SEMANTICS[name](this));
    if (this.#requiresFloat) this.#facts.isFloatOn = true;
    if (this.#dirtiesFloat) this.#facts.isFloatDirty = true;
    return work;
  }

  get rs1(): I64 {
    return this.#integer(this.#decoded.rs1);
  }

  get hasOneSource(): boolean {
    return this.#decoded.rs1 === this.#decoded.rs2;
  }

  get rs2(): I64 {
    return this.#integer(this.#decoded.rs2);
  }

  #integer(number: number): I64 {
    return number === 0 ? i64.const(0) : get(this.#registers.integer(number));
  }

  get imm(): I64 {
    return i64.const(this.#decoded.imm);
  }

  get pc(): I64 {
    return i64.const(this.#virtual);
  }

  get nextPc(): I64 {
    return i64.const(BigInt.asIntN(64, this.#virtual + BigInt(this.#decoded.length)));
  }

  setRd(value: I64): Statement {
    const { rd } = this.#decoded;
    return rd === 0 ? drop(value) : set(this.#registers.integer(rd), value);
  }

  floatBits(operand: 1 | 2 | 3): I64 {
    return i64.reinterpret(this.double(operand));
  }

  double(operand: 1 | 2 | 3): F64 {
    const { rs1, rs2, rs3 } = this.#decoded;
    return get(this.#registers.float([rs1, rs2, rs3][operand - 1]!));
  }

  single(operand: 1 | 2 | 3): F32 {
    return unboxed(this.scope.local('i64'), this.floatBits(operand));
  }

  setFloatBits(value: I64): Statement {
    return this.setDouble(f64.reinterpret(value));
  }

  setDouble(value: F64): Statement {
    this.#dirtiesFloat = true;
    return sequence(this.setSettledDouble(value), this.#facts.isFloatDirty ? [] : dirtyFloat(this.#at.state));
  }

  setSettledDouble(value: F64): Statement {
    return set(this.#registers.float(this.#decoded.rd), value);
  }

  setSettledSingle(value: F32): Statement {
    return this.setSettledDouble(f64.reinterpret(boxed(value)));
  }

  get isFloatSettled(): I32 | undefined {
    const { rm } = this.#decoded;
    return rm === DYNAMIC || rm === ROUND.nearestEven ? get(this.#at.isFloatSettled) : undefined;
  }

  settleFloat(): Statement {
    return set(this.#at.isFloatSettled, isFloatSettled(this.#at.state));
  }

  setSingle(value: F32): Statement {
    return this.setFloatBits(boxed(value));
  }

  get roundingMode(): I32 {
    const { rm } = this.#decoded;
    return rm === DYNAMIC ? i32.load(get(this.#at.state), HART.frm.offset) : i32.const(rm);
  }

  get flags(): I32 {
    return accruedFlags(this.#at.state);
  }

  raise(flags: number): Statement {
    return raiseFlags(this.#at.state, flags);
  }

  requireFloat(): Statement {
    this.#requiresFloat = true;
    if (this.#facts.isFloatOn) return [];
    return when(isFloatOff(this.#at.state), this.#handOver());
  }

  exactFloat(): Statement {
    return this.#handOver();
  }

  /** Behind `exactFloat`, where nothing comes. */
  readonly outcome = i64.const(0);

  get library(): FloatLibrary {
    const { scope } = this;
    return {
      inexactProduct: (a, b) => inexactProduct(scope, a, b),
      inexactQuotient: (a, b, result) => inexactQuotient(scope, a, b, result),
      inexactRoot: (a, result) => inexactRoot(scope, a, result),
      fusedDouble: () => after(this.#handOver(), f64.const(0)),
      fusedSingle: () => after(this.#handOver(), f32.const(0)),
    };
  }

  load(kind: LoadKind, address: I64): I64 {
    const { direct } = this.#at.place;
    if (direct === undefined) return accessCode.load(this.#access(), kind, address);
    const vaddr = this.scope.local('i64');
    return after(
      sequence(set(vaddr, address), this.#unlessInRam(vaddr, LOAD_BYTES[kind], direct)),
      LOAD_CODE[kind](this.#linear(vaddr, direct)),
    );
  }

  store(bytes: AccessBytes, address: I64, value: I64): Statement {
    const { direct } = this.#at.place;
    if (direct === undefined) return accessCode.store(this.#access(), bytes, address, value);
    const vaddr = this.scope.local('i64');
    return sequence(
      set(vaddr, address),
      this.#unlessInRam(vaddr, bytes, direct),
      STORE_CODE[bytes](this.#linear(vaddr, direct), value),
    );
  }

  atomicAddress(bytes: 4 | 8, address: I64): I32 {
    return accessCode.atomic(this.#access(), bytes, address);
  }

  /**
   * Leaves the region unless the address is aligned and in RAM: one comparison, because rotation brings misaligned low bits
   * to the top.
   */
  #unlessInRam(
    vaddr: Local<'i64'>,
    bytes: AccessBytes,
    ram: { readonly base: number; readonly bytes: number },
  ): Statement {
    const shift = Math.log2(bytes);
    const offset = i64.sub(get(vaddr), i64.const(ram.base));
    const place = shift === 0 ? offset : i64.rotr(offset, i64.const(shift));
    return when(i64.ge(place, i64.const(ram.bytes / bytes)), this.#handOver());
  }

  #linear(vaddr: Local<'i64'>, ram: { readonly base: number; readonly linear: number }): I32 {
    return i32.add(i32.wrap(get(vaddr)), i32.const((ram.linear - ram.base) | 0));
  }

  branch(condition: I32): Statement {
    this.transfer = { kind: 'branch', condition };
    return [];
  }

  jump(): Statement {
    this.transfer = { kind: 'jump' };
    return [];
  }

  jumpTo(target: I64): Statement {
    this.transfer = { kind: 'indirect', target };
    return [];
  }

  system(): Statement {
    throw new Error(`${this.#decoded.name} is left to the host and is no part of a block`);
  }

  custom(): Statement {
    return this.system();
  }

  fence(): Statement {
    return [];
  }

  /**
   * The interpreter does this instruction, and those behind it. What is rare leaves the region in this way: a call that comes
   * back would cost the engine its registers on the common path.
   */
  #handOver(): Statement {
    const { state, fuel, trace, handlerType } = this.#at;
    const observedBytes = 4 * observedWords(this.#decoded.name);
    const record = i32.const(this.#record);
    return sequence(
      // The interpreter notes the operands again.
      trace === undefined || observedBytes === 0
        ? []
        : i32.store(
            get(state),
            i32.sub(i32.load(get(state), HART.traceCursor.offset), i32.const(observedBytes)),
            HART.traceCursor.offset,
          ),
      i64.store(
        get(state),
        i64.const(BigInt.asIntN(64, this.#virtual - BigInt(this.#record >> RECORD_TO_PC_SHIFT))),
        HART.bias.offset,
      ),
      this.#at.spillAll,
      tailCallIndirect(
        handlerType,
        i32.load16(record, RECORD.handler.offset),
        get(state),
        record,
        i32.add(get(fuel), i32.const(this.#charged)),
      ),
    );
  }

  #access(): AccessContext {
    const handOver = (): Statement => this.#handOver();
    return {
      scope: this.scope,
      state: this.#at.state,
      missLoad: handOver,
      missStore: handOver,
      missAtomic: handOver,
    };
  }
}

/** rm field: the mode is in frm. */
const DYNAMIC = 7;
