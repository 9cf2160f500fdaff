/**
 * Tiles of a matrix product. Both the hardware loop and the explicit command sequences work on one tile at a time, so a
 * tile's operands must fit the private memories at once. Weight-stationary tiles get half of each memory, because the
 * hardware loop loads the next tile into the other half meanwhile; output-stationary tiles get all of it.
 */
import { blocks, type Geometry } from './geometry.ts';

export type Dataflow = 'weight-stationary' | 'output-stationary';

/** C (m×n) = A (m×k) · B (k×n), in elements. */
export interface MatmulShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Tile extents in blocks of `dim`; the last tile of a row may be smaller. */
export interface MatmulTiling {
  readonly tileM: number;
  readonly tileN: number;
  readonly tileK: number;
}

/** Rows of the private memories that one tile may use. */
export function tileCapacity(geometry: Geometry, dataflow: Dataflow): { scratchpad: number; accumulator: number } {
  const share = dataflow === 'weight-stationary' ? 2 : 1;
  return {
    scratchpad: Math.floor(geometry.scratchpadRows / share),
    accumulator: Math.floor(geometry.accumulatorRows / share),
  };
}

/** Rows of the private memories that one tile occupies: A and B in the scratchpad, C in the accumulator. */
export function matmulTileRows({ tileM, tileN, tileK }: MatmulTiling, dim: number) {
  return { scratchpad: (tileM * tileK + tileK * tileN) * dim, accumulator: tileM * tileN * dim };
}

export function matmulTileFits(tiling: MatmulTiling, geometry: Geometry, dataflow: Dataflow): boolean {
  const rows = matmulTileRows(tiling, geometry.dim);
  const capacity = tileCapacity(geometry, dataflow);
  return rows.scratchpad <= capacity.scratchpad && rows.accumulator <= capacity.accumulator;
}

/** What follows the product: row-wise activations need a whole row of C in one tile. */
export type RowActivation = 'row-wise' | 'element-wise';

/**
 * The public C library's choice: start from a square output tile that fills the accumulator and as much K as a quarter
 * of the scratchpad holds, then grow N, M and K in turn while the tile fits.
 * @source gemmini-isa §10.3
 */
export function heuristicMatmulTiling(
  shape: MatmulShape,
  geometry: Geometry,
  dataflow: Dataflow,
  activation: RowActivation = 'element-wise',
): MatmulTiling {
  const { dim } = geometry;
  const limit: MatmulTiling = {
    tileM: blocks(shape.m, dim),
    tileN: blocks(shape.n, dim),
    tileK: blocks(shape.k, dim),
  };
  const capacity = tileCapacity(geometry, dataflow);
  const side = Math.floor(Math.sqrt(capacity.accumulator / dim));
  const depth = Math.floor(Math.floor(capacity.scratchpad / 2 / dim) / side);
  let tiling: MatmulTiling =
    activation === 'row-wise'
      ? { tileM: 1, tileN: limit.tileN, tileK: 1 }
      : {
          tileM: Math.min(limit.tileM, side),
          tileN: Math.min(limit.tileN, side),
          tileK: Math.min(limit.tileK, depth),
        };
  for (let grew = true; grew; ) {
    grew = false;
    for (const extent of ['tileN', 'tileM', 'tileK'] as const) {
      const larger = { ...tiling, [extent]: tiling[extent] + 1 };
      if (larger[extent] > limit[extent] || !matmulTileFits(larger, geometry, dataflow)) continue;
      tiling = larger;
      grew = true;
    }
  }
  return tiling;
}
