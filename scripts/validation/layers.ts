/** The layer set that DOSA published: cycles of calls of the public library on FireSim, a few repeats of each of 40 layers. */
import { readFileSync } from 'node:fs';
import { convShape } from '../../src/runtime/conv-shape.ts';
import type { TiledOperation } from '../../src/runtime/operation.ts';

/** Extents of a layer: kernel R × S, output P × Q, C input and K output channels. A product has R = S = Q = 1. */
export interface Layer {
  readonly name: string;
  readonly r: number;
  readonly s: number;
  readonly p: number;
  readonly q: number;
  readonly c: number;
  readonly k: number;
  readonly batch: number;
  readonly stride: number;
  /** Cycles of the repeats. */
  readonly cycles: readonly number[];
}

type Extents = Omit<Layer, 'name' | 'cycles' | 's'>;

const EXTENT_COLUMNS = 9;
const CYCLES_COLUMN = 'auto_cycles';

export function readLayers(directory: string): readonly Layer[] {
  const [header, ...rows] = readFileSync(`${directory}/firesim/dosa.csv`, 'utf8').trimEnd().split('\n');
  const column = header!.split(',').indexOf(CYCLES_COLUMN);
  const repeats = new Map<string, number[]>();
  for (const row of rows) {
    const cells = row.split(',');
    const key = cells.slice(0, EXTENT_COLUMNS).join(',');
    repeats.set(key, [...(repeats.get(key) ?? []), Number(cells[column])]);
  }
  return [...repeats].map(([key, cycles]) => {
    const [r, s, p, q, c, k, batch, stride] = key.split(',').map(Number) as [number, ...number[]];
    const name = `${r}×${s} kernel, ${p}×${q}×${k} from ${c} channels, stride ${stride}`;
    return { name, r, s: s!, p: p!, q: q!, c: c!, k: k!, batch: batch!, stride: stride!, cycles };
  });
}

const [INPUT, WEIGHTS, BIAS, OUTPUT] = [0x8100_0000, 0x8800_0000, 0x9000_0000, 0x9800_0000];

/** The layer on tensors beyond a program's code. */
export function operationOf({ r, p, q, c, k, batch, stride }: Extents): TiledOperation {
  const scale = 1;
  if (r === 1 && q === 1)
    return {
      kind: 'matmul',
      problem: {
        shape: { m: p, n: k, k: c },
        a: { address: INPUT, stride: c, transposed: false, scale },
        b: { address: WEIGHTS, stride: k, transposed: false, scale },
        d: { address: BIAS, stride: k, type: 'accumulator', repeats: true, scale },
        c: { address: OUTPUT, stride: k, type: 'element' },
        scale,
        activation: 'none',
        step: 0,
      },
    };
  const extent = (out: number) => (out - 1) * stride + r;
  const sizes = { batch, inRows: extent(p), inCols: extent(q), inChannels: c, outChannels: k };
  const shape = convShape({ ...sizes, kernel: r, stride });
  const places = { input: INPUT, weights: WEIGHTS, bias: BIAS, output: OUTPUT, inStride: c, outStride: k };
  return { kind: 'conv', problem: { shape, ...places, scale, activation: 'none' } };
}
