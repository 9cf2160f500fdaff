import { GARBAGE_ADDRESS, LOCAL_ADDRESS, LOCAL_ADDRESS_FUNCTIONS } from '../isa/local-address.ts';

/** Reading the 32-bit local address words of commands. @source gemmini-isa §2.2, §2.3 */

/** No operand, or no destination. */
export const GARBAGE = GARBAGE_ADDRESS;

/** First accumulator row as a target that overwrites, and as one that adds. */
export const ACCUMULATOR_START = LOCAL_ADDRESS_FUNCTIONS.acc.base;
export const ACCUMULATING_START = LOCAL_ADDRESS_FUNCTIONS.acc_add.base;
export const ACCUMULATE_BIT = 2 ** LOCAL_ADDRESS.accumulate.bit;
export const FULL_WIDTH_BIT = 2 ** LOCAL_ADDRESS.readFull.bit;

const bit = (local: number, position: number): boolean => ((local >>> position) & 1) !== 0;

export const isAccumulator = (local: number): boolean => bit(local, LOCAL_ADDRESS.accumulator.bit);
export const isAccumulating = (local: number): boolean => bit(local, LOCAL_ADDRESS.accumulate.bit);
export const isFullWidth = (local: number): boolean => bit(local, LOCAL_ADDRESS.readFull.bit);

/** Row that a load or an array result goes to; the normalisation bits are part of it. */
export const destinationRow = (local: number): number => local & (2 ** LOCAL_ADDRESS.readFull.bit - 1);
/** Row that mvout reads. */
export const sourceRow = (local: number): number => local & (2 ** LOCAL_ADDRESS.norm.lsb - 1);
export const normCommand = (local: number): number =>
  (local >>> LOCAL_ADDRESS.norm.lsb) & (2 ** LOCAL_ADDRESS.norm.width - 1);
/** The same word with a normalisation command for mvout. */
export const withNormCommand = (local: number, command: number): number =>
  local + command * 2 ** LOCAL_ADDRESS.norm.lsb;
