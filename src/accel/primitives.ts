import type { LocalOperand } from './compute.ts';
import type { ConfigWords } from './config-words.ts';
import type { Stop } from './faults.ts';

/** A matrix in main memory: element (row, col) lies at base + (row · stride + col) · elementBytes, modulo 2^64. */
export interface DramMatrix {
  /** Byte address. */
  readonly base: bigint;
  /** Elements between rows. */
  readonly stride: bigint;
  readonly elementBytes: number;
}

/** Byte address of an element, as an unsigned 64-bit number. */
export const dramAddress = (matrix: DramMatrix, row: number, col: number): bigint =>
  BigInt.asUintN(64, matrix.base + (BigInt(row) * matrix.stride + BigInt(col)) * BigInt(matrix.elementBytes));

/** A source of zeros. */
export const ZEROS: DramMatrix = { base: 0n, stride: 0n, elementBytes: 0 };

/**
 * What a loop command expands to. The functional model executes the calls, `expand` records them. A call that returns
 * a stop ends the expansion.
 */
export interface Primitives {
  /** Bits of the accumulator scale in force, for configurations that keep it. */
  readonly storeScaleBits: number;
  config(words: ConfigWords): Stop | undefined;
  moveIn(
    loadState: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): Stop | undefined;
  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number): Stop | undefined;
  preload(stationary: LocalOperand, out: LocalOperand): void;
  compute(a: LocalOperand, bd: LocalOperand, loadsArray: boolean): Stop | undefined;
}
