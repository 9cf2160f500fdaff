/**
 * The RoCC-like port between a hart and whatever executes its custom instructions. The hart owns it and knows nothing
 * of the accelerator; `src/machine` plugs one in.
 */

/** A custom instruction (custom-0 … custom-3) at the moment it executes. */
export interface CustomInstruction {
  /** 0 … 3 for opcodes 0x0b, 0x2b, 0x5b, 0x7b. */
  readonly custom: number;
  readonly funct7: number;
  /** Does the instruction write a destination register? */
  readonly xd: boolean;
  /** Operand values as unsigned 64-bit numbers; an operand whose xs bit is 0 reads as all ones. */
  readonly rs1: bigint;
  readonly rs2: bigint;
  readonly pc: bigint;
}

export type CoprocessorOutcome =
  /** Retire; `result` goes to rd when the instruction has one. */
  | { readonly kind: 'done'; readonly result: bigint }
  /** The architecture's answer: take a trap at this instruction (it may be executed again from its start). */
  | { readonly kind: 'trap'; readonly cause: number; readonly tval: bigint }
  /** The reference simulator would stop here: end the run with this fault. */
  | { readonly kind: 'fault'; readonly fault: GuestFault };

/** Something the guest did that no architecture answers. `id` is a row of the fault table that documents it. */
export interface GuestFault {
  readonly id: string;
  readonly message: string;
  readonly hint?: string;
  /** Exit status of the reference simulator in this situation, when the guest's environment depends on it. */
  readonly exitStatus?: number;
}

export interface Coprocessor {
  /** Which of custom-0 … custom-3 it executes; the others are illegal. Without it, all. */
  readonly custom?: number;
  execute(instruction: CustomInstruction): CoprocessorOutcome;
}

/** Why an address could not be reached: the trap that the hart takes. */
export interface AccessTrap {
  readonly cause: number;
  readonly tval: bigint;
}

/**
 * A coprocessor's view of memory, in the address space and privilege that loads and stores of the hart have now (satp,
 * MPRV). Translation sets A and D bits as the hart's own accesses do.
 */
export interface CoprocessorMemory {
  /** The one linear memory. `buffer` may be replaced when it grows: do not keep views. */
  readonly memory: WebAssembly.Memory;
  /**
   * Where the byte at `vaddr` (unsigned 64-bit) lies in linear memory. Valid up to the end of the 4 KiB page.
   * @returns the byte offset, or the trap
   */
  locate(vaddr: bigint, access: 'load' | 'store'): number | AccessTrap;
  /** When there is one, the coprocessor tells it of every byte that it reads or writes. */
  watch?: ((access: 'load' | 'store', vaddr: bigint, byte: number) => void) | undefined;
  /** Changes whenever a place that was found earlier may no longer hold: satp, privilege, protection, sfence.vma. */
  readonly translationEpoch: number;
}
