/** What the configuration commands of the loops leave behind, as plain numbers. Addresses are byte addresses. */
export interface MatmulLoopRegisters {
  padI: number;
  padJ: number;
  padK: number;
  i: number;
  j: number;
  k: number;
  a: number;
  b: number;
  d: number;
  c: number;
  aStride: number;
  bStride: number;
  dStride: number;
  cStride: number;
}

export interface MatmulLoopFlags {
  readonly accumulates: boolean;
  readonly isFullC: boolean;
  readonly isLowD: boolean;
  readonly transposesA: boolean;
  readonly transposesB: boolean;
  readonly isResidualAdd: boolean;
  readonly isNormalized: boolean;
  readonly spadIdA: number;
  readonly spadIdB: number;
}

export const noMatmulLoop = (): MatmulLoopRegisters => ({
  padI: 0,
  padJ: 0,
  padK: 0,
  i: 0,
  j: 0,
  k: 0,
  a: 0,
  b: 0,
  d: 0,
  c: 0,
  aStride: 0,
  bStride: 0,
  dStride: 0,
  cStride: 0,
});
