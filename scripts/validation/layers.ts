/**
 * The layer set that DOSA published: cycles of calls of the public library on FireSim, a few repeats of each of 40 layers.
 * The firmware's library chooses the same tiles, on the hart as there, and each layer is a program of its own.
 */
import { readFileSync } from 'node:fs';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import { convShape } from '../../src/runtime/conv-shape.ts';
import type { TiledOperation } from '../../src/runtime/operation.ts';
import { callCycles } from './library-calls.ts';
import { unwrap } from './unwrap.ts';

/** Extents of a layer: kernel R × S, output P × Q, C input and K output channels. A product has R = S = Q = 1. */
interface Layer {
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

export interface TimedLayer {
  readonly name: string;
  /** Mean of the repeats, and half of their spread, in percent of it. */
  readonly measured: number;
  readonly spread: number;
  readonly simulated: number;
}

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

/** FireSim's default memory behind the default accelerator. */
export const layerMachine = (): MachineConfig =>
  unwrap(
    resolveConfig([
      unwrap(findPreset('chipyard-gemmini-2023')),
      {
        origin: 'FireSim',
        values: {
          accelerator: { isaRevision: 'current' },
          memory: { size: 1024 * 2 ** 20, model: 'ddr', ddr: { llcKib: 4096 } },
        },
      },
    ]),
  ).machine;

export function timeLayer(layer: Layer, config: MachineConfig): TimedLayer {
  const [simulated] = callCycles([operationOf(layer)], config);
  const measured = layer.cycles.reduce((sum, one) => sum + one, 0) / layer.cycles.length;
  const spread = (50 * (Math.max(...layer.cycles) - Math.min(...layer.cycles))) / measured;
  return { name: layer.name, measured, spread, simulated: simulated! };
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

/** Rank correlation of what was measured and what was simulated. */
export function spearman(layers: readonly TimedLayer[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const sorted = values.toSorted((a, b) => a - b);
    return values.map((value) => sorted.indexOf(value));
  };
  const measured = ranks(layers.map((one) => one.measured));
  const simulated = ranks(layers.map((one) => one.simulated));
  const n = layers.length;
  const squares = measured.reduce((sum, rank, index) => sum + (rank - simulated[index]!) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
