import { ACCUMULATE_BIT, ACCUMULATOR_BIT, NORM_BIT, READ_FULL_BIT } from './local-address-bits.ts';

/**
 * Local address words: rows of the scratchpad or the accumulator, with how to read or write them.
 * @source Gemmini README, "Memory Addressing Scheme"; LocalAddr.scala
 */
export const LOCAL_ADDRESS = {
  /** 0 scratchpad, 1 accumulator. */
  accumulator: { bit: ACCUMULATOR_BIT },
  /** Accumulator writes add to the old contents. */
  accumulate: { bit: ACCUMULATE_BIT },
  /** mvout stores accumulator-type elements. */
  readFull: { bit: READ_FULL_BIT },
  /** Normalisation command of an mvout, 3 bits. */
  norm: { lsb: NORM_BIT, width: 3 },
} as const;

/** No operand: zeros when read, dropped when written. */
export const GARBAGE_ADDRESS = 0xffffffff;

/** Normalisation commands in a local address; only `reset` writes DRAM. */
export const NORM_COMMANDS = {
  reset: 0,
  sum: 1,
  mean: 2,
  variance: 3,
  inv_stddev: 4,
  max: 5,
  sum_exp: 6,
  inv_sum_exp: 7,
} as const;
export type NormCommand = keyof typeof NORM_COMMANDS;

const bit = (position: number): number => 2 ** position;

/** The words of assembler functions `sp(row)`, `acc(row)`, `acc_add(row)`, `acc_full(row)`. */
export const LOCAL_ADDRESS_FUNCTIONS = {
  sp: { base: 0, summary: 'scratchpad row' },
  acc: { base: bit(LOCAL_ADDRESS.accumulator.bit), summary: 'accumulator row; writes replace, mvout scales' },
  acc_add: {
    base: bit(LOCAL_ADDRESS.accumulator.bit) + bit(LOCAL_ADDRESS.accumulate.bit),
    summary: 'accumulator row; writes add',
  },
  acc_full: {
    base: bit(LOCAL_ADDRESS.accumulator.bit) + bit(LOCAL_ADDRESS.readFull.bit),
    summary: 'accumulator row; mvout stores the accumulator type',
  },
} as const;
export type LocalAddressFunction = keyof typeof LOCAL_ADDRESS_FUNCTIONS;
/** Rows that the functions accept: the bits below the norm command. */
export const LOCAL_ADDRESS_ROWS = 2 ** LOCAL_ADDRESS.norm.lsb;
