/**
 * What the hart tells a timing model about the work it retires. Function never depends on it: the observed hart computes
 * the same values as the plain one.
 *
 * The hart appends 32-bit words to a buffer and hands stretches of it over. A *block* is a straight run of instructions in
 * one page, from where control enters to the first control transfer, system, custom or fence instruction, or the page's
 * end. Records:
 *
 *   block id (≥ 0), then for each instruction of the block that has observed operands, in program order:
 *     load, store, atomic, fld …      virtual address: low word, high word
 *     mul…, div…, rem…, fdiv, fsqrt   both operands: rs1 low, rs1 high, rs2 low, rs2 high (fsqrt: rs2 = 0; singles boxed)
 *
 *   TRACE_CUT, n     the block of the previous record ended early: only its first n instructions retired, and only their
 *                    operands (and possibly the address of the one that did not retire) are there. A trap, an interrupt
 *                    or the end of the run follows.
 *   TRACE_TRAP, cause, isInterrupt
 *                    the hart entered a trap handler.
 *
 * Where control went is the next record's block. Custom instructions, fences and reads of time end blocks; the hart drains
 * before it asks.
 */
import type { InstructionName } from '../isa/rv64.ts';
import type { CoprocessorOutcome, CustomInstruction } from './coprocessor.ts';

export const TRACE_CUT = -1;
export const TRACE_TRAP = -2;

export interface TracedInstruction {
  /** The 32-bit instruction, or the one that a compressed word stands for. */
  readonly name: InstructionName;
  readonly length: 2 | 4;
  /** The word as fetched. */
  readonly word: number;
  /** Register numbers; 0 where the instruction has no such operand. Float registers share the numbers. */
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  readonly imm: number;
}

export interface TracedBlock {
  readonly id: number;
  /** Virtual address of the first instruction. */
  readonly pc: bigint;
  /** Physical address of the first instruction. */
  readonly paddr: number;
  readonly instructions: readonly TracedInstruction[];
}

export interface HostObserver {
  /** Takes words [start, end) of the buffer; blocks have been announced before their id is used. */
  drain(words: Int32Array, start: number, end: number): void;
  /** A block that the next drains may name. */
  block(block: TracedBlock): void;
  /** The time at which an instruction reads cycle, mcycle or time (as cycles); everything before is drained. */
  cycle(): bigint;
  /** A custom instruction retired, or trapped, with this outcome; everything before it is drained. */
  custom(instruction: CustomInstruction, outcome: CoprocessorOutcome): void;
  /** A fence retires; everything before it is drained. */
  fence(): void;
}

/** Words of observed operands that an instruction adds to its block's record. */
export function observedWords(name: InstructionName): 0 | 2 | 4 {
  if (ADDRESSED.test(name)) return 2;
  return VALUED.test(name) ? 4 : 0;
}
const ADDRESSED = /^(l[bhwd]u?|s[bhwd]|f[ls][wd]|(lr|sc|amo\w+)\.[wd])$/;
const VALUED = /^((mul|div|rem)\w*|f(div|sqrt)\.[sd])$/;
