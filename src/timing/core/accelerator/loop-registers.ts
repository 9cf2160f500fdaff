import type { bool, f64, i32 } from '../portable.ts';

/**
 * What the configuration commands of a matmul loop and the command that starts it leave behind. Addresses are byte
 * addresses; 0 leaves a matrix out. Sizes and pads are blocks and elements.
 */
export class MatmulLoopRegisters {
  padI: i32 = 0;
  padJ: i32 = 0;
  padK: i32 = 0;
  i: i32 = 0;
  j: i32 = 0;
  k: i32 = 0;
  a: f64 = 0;
  b: f64 = 0;
  d: f64 = 0;
  c: f64 = 0;
  aStride: f64 = 0;
  bStride: f64 = 0;
  dStride: f64 = 0;
  cStride: f64 = 0;
  accumulates: bool = false;
  isFullC: bool = false;
  isLowD: bool = false;
  transposesA: bool = false;
  transposesB: bool = false;
  isResidualAdd: bool = false;
  isNormalized: bool = false;
  spadIdA: i32 = 0;
  spadIdB: i32 = 0;

  copy(from: MatmulLoopRegisters): void {
    this.padI = from.padI;
    this.padJ = from.padJ;
    this.padK = from.padK;
    this.i = from.i;
    this.j = from.j;
    this.k = from.k;
    this.a = from.a;
    this.b = from.b;
    this.d = from.d;
    this.c = from.c;
    this.aStride = from.aStride;
    this.bStride = from.bStride;
    this.dStride = from.dStride;
    this.cStride = from.cStride;
    this.accumulates = from.accumulates;
    this.isFullC = from.isFullC;
    this.isLowD = from.isLowD;
    this.transposesA = from.transposesA;
    this.transposesB = from.transposesB;
    this.isResidualAdd = from.isResidualAdd;
    this.isNormalized = from.isNormalized;
    this.spadIdA = from.spadIdA;
    this.spadIdB = from.spadIdB;
  }
}
