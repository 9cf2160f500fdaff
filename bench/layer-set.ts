// The layer shapes whose measured cycles were published with DOSA, as operations on tensors beyond a program's code.
import { readFileSync } from 'node:fs';
import { convShape } from '../src/runtime/conv-shape.ts';
import type { TiledOperation } from '../src/runtime/operation.ts';

export interface Layer {
  /** Kernel rows and columns, output columns and rows, input and output channels, batch, stride, dilation. */
  readonly name: string;
  readonly operation: TiledOperation;
}

const [input, weights, bias, output] = [0x8100_0000, 0x8800_0000, 0x9000_0000, 0x9800_0000];

function operationOf(row: readonly number[]): TiledOperation {
  const [kernel, , outCols, outRows, inChannels, outChannels, , stride] = row as [number, ...number[]] as number[];
  const [k, n, m] = [inChannels!, outChannels!, outCols!];
  const scale = 1;
  if (kernel === 1 && outRows === 1)
    return {
      kind: 'matmul',
      problem: {
        shape: { m, n, k },
        a: { address: input, stride: k, transposed: false, scale },
        b: { address: weights, stride: n, transposed: false, scale },
        d: { address: bias, stride: n, type: 'accumulator', repeats: true, scale },
        c: { address: output, stride: n, type: 'element' },
        scale,
        activation: 'none',
        step: 0,
      },
    };
  const extent = (out: number) => (out - 1) * stride! + kernel!;
  const sizes = { inRows: extent(outRows!), inCols: extent(outCols!), inChannels: k, outChannels: n };
  const shape = convShape({ ...sizes, kernel: kernel!, stride: stride! });
  const places = { input, weights, bias, output, inStride: k, outStride: n };
  return { kind: 'conv', problem: { shape, ...places, scale, activation: 'none' } };
}

export function layerSet(): readonly Layer[] {
  const lines = readFileSync('test/runtime/data/dosa-tiles.csv', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => ({
    name: line.split(',').slice(0, 9).join(','),
    operation: operationOf(line.split(',').map(Number)),
  }));
}
