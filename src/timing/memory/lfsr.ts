/** The next state of the 16-bit shift register that rocket-chip's random replacement uses. */
export const nextLfsr = (state: number): number =>
  (state >>> 1) | (((state ^ (state >>> 2) ^ (state >>> 3) ^ (state >>> 5)) & 1) << 15);
