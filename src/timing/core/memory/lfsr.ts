import type { i32 } from '../portable.ts';

/** What the register holds after a reset. */
export const LFSR_RESET: i32 = 1;

/**
 * The next state of the 16-bit shift register that random replacement uses everywhere.
 * @source Chisel's maximal-period Fibonacci LFSR, taps 16, 14, 13, 11
 */
export function nextLfsr(state: i32): i32 {
  return ((state << 1) | (((state >> 15) ^ (state >> 13) ^ (state >> 12) ^ (state >> 10)) & 1)) & 0xffff;
}
