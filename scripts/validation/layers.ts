/**
 * The layer set that DOSA published: cycles of the public library's own tiles on FireSim, a few repeats of each of 40 layers.
 * Our library chooses the same tiles, and the layers run as programs of their own.
 */
import { readFileSync } from 'node:fs';
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import { convShape } from '../../src/runtime/conv-shape.ts';
import { geometryOf } from '../../src/runtime/geometry.ts';
import { libraryPlanner } from '../../src/runtime/operation.ts';
import { programTarget, runProgram } from '../../src/runtime/run.ts';
import { type BuildOptions, buildConv, buildGemm } from '../../src/runtime/single-operation.ts';
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
          memory: { model: 'ddr', ddr: { llcKib: 4096 } },
        },
      },
    ]),
  ).machine;

export function timeLayer(layer: Layer, config: MachineConfig): TimedLayer {
  const geometry = geometryOf(config.accelerator);
  const options = { seed: 1, geometry, target: programTarget(config), planner: libraryPlanner };
  const run = unwrap(runProgram(unwrap(build(layer, options)).program, config, true));
  if (run.outcome.kind !== 'exit') throw new Error(`${layer.name} ended with ${run.outcome.kind}`);
  const measured = layer.cycles.reduce((sum, one) => sum + one, 0) / layer.cycles.length;
  const spread = (50 * (Math.max(...layer.cycles) - Math.min(...layer.cycles))) / measured;
  return { name: layer.name, measured, spread, simulated: run.cycles![0]! };
}

function build({ r, s, p, q, c, k, batch, stride }: Layer, options: BuildOptions) {
  if (r === 1 && q === 1)
    return buildGemm(
      {
        shape: { m: p, n: k, k: c },
        transposed: { a: false, b: false },
        bias: 'none',
        resultType: 'element',
        activation: 'none',
        step: 1,
      },
      options,
    );
  const shape = convShape({
    batch,
    inRows: (p - 1) * stride + r,
    inCols: (q - 1) * stride + s,
    inChannels: c,
    outChannels: k,
    kernel: r,
    stride,
  });
  return buildConv({ shape, hasBias: true, activation: 'none' }, options);
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
