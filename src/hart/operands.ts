/**
 * What the semantics of an instruction may ask of the engine that runs it. The interpreter answers with code that reads
 * a decoded record, the translator with constants and Wasm locals. Reading an operand twice emits its code twice.
 */
import type { F32, F64, I32, I64, Local, Statement } from '../wasm/code.ts';
import type { FunctionScope } from '../wasm/module-writer.ts';

export type LoadKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64';
export type AccessBytes = 1 | 2 | 4 | 8;

export interface Operands {
  readonly scope: FunctionScope;
  readonly rs1: I64;
  readonly rs2: I64;
  /** Are both source registers the same, as far as the engine knows? */
  readonly hasOneSource: boolean;
  /** The immediate, sign-extended. */
  readonly imm: I64;
  readonly pc: I64;
  /** Address of the instruction behind this one. */
  readonly nextPc: I64;
  setRd(value: I64): Statement;

  /** Floating-point operands 1 to 3 as register contents, as a double, and as a single (its NaN box checked). */
  floatBits(operand: 1 | 2 | 3): I64;
  double(operand: 1 | 2 | 3): F64;
  single(operand: 1 | 2 | 3): F32;
  setFloatBits(value: I64): Statement;
  setDouble(value: F64): Statement;
  /** Boxes and writes. */
  setSingle(value: F32): Statement;
  readonly roundingMode: I32;
  /** Accrued exception flags. */
  readonly flags: I32;
  raise(flags: number): Statement;
  /** Illegal instruction when mstatus.FS is off. Comes before everything else that a floating-point instruction changes. */
  requireFloat(): Statement;
  /**
   * Is the float state settled: FS dirty, the mode nearest-even, "inexact" raised? Then an instruction with a usual result
   * changes none of it. Nothing when the engine cannot tell cheaply, or the instruction has another mode.
   */
  readonly isFloatSettled: I32 | undefined;
  /** As `setDouble` and `setSingle`, when the float state is settled. */
  setSettledDouble(value: F64): Statement;
  setSettledSingle(value: F32): Statement;
  /** The instruction may have settled the float state. */
  settleFloat(): Statement;
  /**
   * Finishes a floating-point operation exactly, out of line, for any operands and rounding mode: flags are raised,
   * and the result's bits are in `outcome`. Illegal instruction when the rounding mode is reserved.
   */
  exactFloat(operation: number, operands: readonly I64[]): Statement;
  readonly outcome: I64;
  readonly library: FloatLibrary;

  /** Loads from a virtual address; a fault ends the instruction before anything else happens. */
  load(kind: LoadKind, address: I64): I64;
  store(bytes: AccessBytes, address: I64, value: I64): Statement;
  /** Linear address of memory that may be read and written, for an atomic access. */
  atomicAddress(bytes: 4 | 8, address: I64): I32;

  /** Go to pc + imm when the condition holds. */
  branch(condition: I32): Statement;
  /** Go to pc + imm. */
  jump(): Statement;
  /** Go to any address. */
  jumpTo(target: I64): Statement;
  /** Leave the instruction to `system-instructions.ts`. */
  system(): Statement;
  /** Hand the instruction to the coprocessor. */
  custom(): Statement;
  /** A memory fence; harts here are sequentially consistent. */
  fence(): Statement;
}

/** Longer code of floating-point operations, in line or out of line; see float-library.ts. */
export interface FloatLibrary {
  inexactProduct(a: Local<'f64'>, b: Local<'f64'>): I32;
  inexactQuotient(a: Local<'f64'>, b: Local<'f64'>, result: Local<'f64'>): I32;
  inexactRoot(a: Local<'f64'>, result: Local<'f64'>): I32;
  /** a·b + c rounded to nearest even, flags raised. */
  fusedDouble(a: F64, b: F64, c: F64): F64;
  fusedSingle(a: F32, b: F32, c: F32): F32;
}
