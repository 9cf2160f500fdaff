/**
 * Bits of a local address word, for the table in `local-address.ts` and for the timing core, which takes plain constants.
 * @source Gemmini README, "Memory Addressing Scheme"; LocalAddr.scala
 */
export const ACCUMULATOR_BIT = 31;
export const ACCUMULATE_BIT = 30;
export const READ_FULL_BIT = 29;
export const NORM_BIT = 26;
