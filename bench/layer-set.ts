// The layer shapes whose measured cycles were published with DOSA, as operations on tensors beyond a program's code.
import { readFileSync } from 'node:fs';
import { operationOf } from '../scripts/validation/layers.ts';
import type { TiledOperation } from '../src/runtime/operation.ts';

export interface Layer {
  /** Kernel rows and columns, output columns and rows, input and output channels, batch, stride, dilation. */
  readonly name: string;
  readonly operation: TiledOperation;
}

export function layerSet(): readonly Layer[] {
  const lines = readFileSync('test/runtime/data/dosa-tiles.csv', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => ({
    name: line.split(',').slice(0, 9).join(','),
    operation: operationOf(extents(line.split(',').map(Number))),
  }));
}

const extents = ([r, , p, q, c, k, batch, stride]: readonly number[]) => ({
  r: r!,
  p: p!,
  q: q!,
  c: c!,
  k: k!,
  batch: batch!,
  stride: stride!,
});
