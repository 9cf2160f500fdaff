import type { AddressOperand, UpperPart } from './instruction-text.ts';

const X_ZERO = 0;
const X_GP = 3;
const X_TP = 4;

/**
 * Puts addresses together that programs build in two instructions, as GNU objdump does: the last lui or auipc of each
 * register is remembered until an operand completes it, however far away that is.
 */
export class AddressHints {
  readonly #upper: (bigint | undefined)[] = Array.from({ length: 32 });
  readonly #gp: bigint | undefined;

  /** @param gp value of `__global_pointer$` */
  constructor(gp: bigint | undefined) {
    this.#gp = gp;
  }

  begin({ register, value, isPcRelative }: UpperPart, pc: bigint): void {
    this.#upper[register] = BigInt.asUintN(64, BigInt(value) + (isPcRelative ? pc : 0n));
  }

  /** The address that the operand means; nothing when its base is not known. */
  complete(operand: AddressOperand): bigint | undefined {
    const first = this.#sum(operand);
    return operand.isJump ? (this.#sum(operand) ?? first) : first;
  }

  #sum({ base, offset, isWord }: AddressOperand): bigint | undefined {
    const start = this.#base(base);
    if (start === undefined) return undefined;
    const sum = start + BigInt(offset);
    return BigInt.asUintN(64, isWord ? BigInt.asIntN(32, sum) : sum);
  }

  #base(register: number): bigint | undefined {
    const upper = this.#upper[register];
    if (upper !== undefined) {
      this.#upper[register] = undefined;
      return register === X_ZERO ? 0n : upper;
    }
    if (register === X_GP && this.#gp !== undefined) return this.#gp;
    return register === X_TP || register === X_ZERO ? 0n : undefined;
  }
}
