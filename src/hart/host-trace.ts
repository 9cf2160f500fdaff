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
 *   TRACE_CUT, n     the block of the previous record ended early: only its first n instructions retired. The record has
 *                    its full length all the same; operands of the others mean nothing. A trap or an interrupt follows,
 *                    or the block's rest as a block of its own (the end of a quantum lies between).
 *   TRACE_TRAP, cause, isInterrupt
 *                    the hart entered a trap handler.
 *
 * Where control went is the next record's block. Custom instructions, fences, CSR accesses and reservations end blocks; the
 * hart drains before it asks for time or reports an event. An instruction that straddles two pages is the last one of its
 * block. Blocks belong to physical memory: when a page is mapped at several addresses, `pc` is the first one seen.
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
  /** From here on addresses are translated with this satp at these privileges; everything before is drained. */
  addressSpace?(space: HostAddressSpace): void;
  /**
   * A page that the next drains and custom instructions may use. It holds until the same page is told again: everything
   * before the sfence.vma that lies between is drained then.
   */
  page?(page: TracedPage): void;
}

export interface HostAddressSpace {
  readonly satp: bigint;
  /** Privilege of fetches: 0 user, 1 supervisor, 3 machine. */
  readonly privilege: number;
  /** Privilege of loads and stores, which MPRV changes. */
  readonly dataPrivilege: number;
}

/** A 4 KiB page of an address space, as a walk of the page tables found it. */
export interface TracedPage {
  readonly satp: bigint;
  /** Virtual page number: 27 bits. */
  readonly vpn: number;
  /** Physical address of the page. */
  readonly paddr: number;
  /** 4 KiB pages in the page that the leaf entry maps: 1, 512 or 512². */
  readonly pages: number;
  /** Physical addresses of the entries that were read, root first. */
  readonly entries: readonly number[];
}

/** Words of observed operands that an instruction adds to its block's record. */
export function observedWords(name: InstructionName): 0 | 2 | 4 {
  if (ADDRESSED.test(name)) return 2;
  return VALUED.test(name) ? 4 : 0;
}
const ADDRESSED = /^(l[bhwd]u?|s[bhwd]|f[ls][wd]|(lr|sc|amo\w+)\.[wd])$/;
const VALUED = /^((mul|div|rem)\w*|f(div|sqrt)\.[sd])$/;
