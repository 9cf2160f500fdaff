/** The 32-bit local address word of commands. @source gemmini-isa §2.2, §2.3 */

/** No operand, or no destination. */
export const GARBAGE = 0xffffffff;

/** Bits of the word, for building local addresses. */
export const ACCUMULATOR_BIT = 0x80000000;
export const ACCUMULATE_BIT = 0x40000000;
export const FULL_WIDTH_BIT = 0x20000000;
/** Position of the normalisation command in the source address of mvout. */
export const NORM_COMMAND_LSB = 26;

export const isAccumulator = (local: number): boolean => (local & ACCUMULATOR_BIT) !== 0;
export const isAccumulating = (local: number): boolean => (local & ACCUMULATE_BIT) !== 0;
export const isFullWidth = (local: number): boolean => (local & FULL_WIDTH_BIT) !== 0;

/** Row that a load or an array result goes to; the normalisation bits are part of it. */
export const destinationRow = (local: number): number => local & 0x1fffffff;
/** Row that mvout reads. */
export const sourceRow = (local: number): number => local & 0x03ffffff;
export const normCommand = (local: number): number => (local >>> NORM_COMMAND_LSB) & 0b111;
