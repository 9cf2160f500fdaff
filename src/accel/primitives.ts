import type { ConfigWords } from './config-words.ts';
import type { Stop } from './faults.ts';

/** A matrix in main memory: element (row, col) lies at base + (row · stride + col) · elementBytes, modulo 2^64. */
export interface DramMatrix {
  /** Byte address. */
  readonly base: bigint;
  /** Elements between rows. */
  readonly stride: bigint;
  readonly elementBytes: number;
  /** Base and stride as signed 64-bit numbers, for arithmetic without `bigint` as long as it is exact. */
  readonly signedBase: number;
  readonly signedStride: number;
}

export const dramMatrix = (base: bigint, stride: bigint, elementBytes: number): DramMatrix => ({
  base,
  stride,
  elementBytes,
  signedBase: Number(BigInt.asIntN(64, base)),
  signedStride: Number(BigInt.asIntN(64, stride)),
});

const LARGEST_EXACT = 2 ** 52;

/** Byte address of an element as a signed 64-bit number, or NaN when a number cannot hold it exactly. */
export function exactAddress(matrix: DramMatrix, row: number, col: number): number {
  const offset = (row * matrix.signedStride + col) * matrix.elementBytes;
  const address = matrix.signedBase + offset;
  const isExact =
    Math.abs(matrix.signedBase) < LARGEST_EXACT && Math.abs(offset) < LARGEST_EXACT && address < LARGEST_EXACT;
  return isExact ? address : Number.NaN;
}

/** Byte address of an element, as an unsigned 64-bit number. */
export const dramAddress = ({ base, stride, elementBytes }: DramMatrix, row: number, col: number): bigint =>
  BigInt.asUintN(64, base + (BigInt(row) * stride + BigInt(col)) * BigInt(elementBytes));

/** A source of zeros. */
export const ZEROS: DramMatrix = dramMatrix(0n, 0n, 0);

/**
 * What the accelerator can do beside the loops, and what a loop command expands to. The functional model executes the
 * calls, `expand` records them. A call that returns a stop ends the expansion. Rows and columns of local operands are
 * logical, that is, after transposition.
 */
export interface Primitives {
  /** Called before every command of the hart: address translation may have changed. */
  beginCommand(): void;
  /** Called after it: everything that was asked for is done when this returns. */
  endCommand(): Stop | undefined;
  /** Called when a configuration command has changed registers. */
  registersChanged(): void;
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
  /** Latches the stationary operand and the destination of the next computes. */
  preload(
    local: number,
    rows: number,
    cols: number,
    outLocal: number,
    outRows: number,
    outCols: number,
  ): Stop | undefined;
  /** A, then B (output-stationary) or D (weight-stationary); `loadsArray` for compute.preloaded. */
  compute(
    a: number,
    aRows: number,
    aCols: number,
    bd: number,
    bdRows: number,
    bdCols: number,
    loadsArray: boolean,
  ): Stop | undefined;
}
