/**
 * The programs that were measured on FireSim, on the machine that they were measured on: one after the other, all layers of
 * a network are calls of the library on the same tensors, which nothing has written; what the calls before have left in the
 * caches is there.
 * @source ucb-bar/gemmini-rocc-tests, branch dosa: gemmini-data-collection/templates; charleshong3/gemmini-dosa: Configs.scala
 */
import { findPreset } from '../../src/machine/config/presets.ts';
import { resolveConfig } from '../../src/machine/config/resolve.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import { convShape } from '../../src/runtime/conv-shape.ts';
import type { TiledOperation } from '../../src/runtime/operation.ts';
import type { Layer } from './layers.ts';
import { callCycles } from './library-calls.ts';
import { type LayerShape, NETWORKS } from './networks.ts';
import { unwrap } from './unwrap.ts';

export interface TimedLayer {
  readonly name: string;
  /** Mean of the repeats, and half of their spread, in percent of it. */
  readonly measured: number;
  readonly spread: number;
  /** Mean over the places of the tensors. */
  readonly simulated: number;
}

/** A local memory of 4 MiB each, of which the library knows the usual 256 KiB and 64 KiB, in front of FireSim's memory model. */
export const layerMachine = (): MachineConfig =>
  unwrap(
    resolveConfig([
      unwrap(findPreset('chipyard-gemmini-2023')),
      {
        origin: 'FireSim',
        values: {
          accelerator: {
            isaRevision: 'current',
            dataflow: 'weight-stationary',
            scratchpad: { bankRows: 65536 },
            accumulator: { bankRows: 32768 },
            accumulatorScaleLatency: 1,
          },
          memory: { size: 1024 * 2 ** 20, model: 'ddr', ddr: { llcKib: 4096 } },
        },
      },
    ]),
  ).machine;

/**
 * Where in a cache line the tensors start: two programs. The compiler aligns the tensors of convolutions to 8 bytes, behind
 * tables whose length is different in each binary that was measured: half of the places are multiples of 16, which rows of
 * 16 elements do not straddle, half are not. Products are aligned to 16 bytes.
 */
const OFFSETS = [8, 16];
const PRODUCT_ALIGNMENT = 16;
const FIRST_TENSOR = 0x8100_0000;
/** The tensors of convolutions follow each other; their sizes are those of the program, whatever a layer needs. */
const [OUTPUT_BYTES, WEIGHT_BYTES] = [11_000 * 2048, 2048 * 2048];
const MATRIX_BYTES = 10_000 * 10_000;

/** A layer as the program at that offset calls it. */
function callOf(layer: LayerShape, offset: number): TiledOperation {
  const { kernel, outRows, outCols, inChannels, outChannels, stride } = layer;
  const scale = 1;
  if (outCols === 1) {
    const start = FIRST_TENSOR + offset - (offset % PRODUCT_ALIGNMENT);
    const [output, b, a] = [start, start + MATRIX_BYTES, start + 2 * MATRIX_BYTES];
    return {
      kind: 'matmul',
      problem: {
        shape: { m: outRows, n: outChannels, k: inChannels },
        a: { address: a, stride: inChannels, transposed: false, scale },
        b: { address: b, stride: outChannels, transposed: false, scale },
        c: { address: output, stride: outChannels, type: 'element' },
        scale,
        activation: 'none',
        step: 0,
      },
    };
  }
  const output = FIRST_TENSOR + offset;
  const weights = output + OUTPUT_BYTES;
  const places = { input: weights + WEIGHT_BYTES, weights, output, inStride: inChannels, outStride: outChannels };
  // The program's library never leaves out pixels of a 1 × 1 kernel with stride, which ours does for an even image.
  const image = kernel === 1 ? (outRows - 1) * stride + 1 : outRows * stride;
  const sizes = { inRows: image, inCols: image, inChannels, outChannels };
  // A turned kernel takes the same time and keeps the library from packing pixels, which the measured one does not.
  const shape = convShape({ ...sizes, kernel, stride, padding: kernel >> 1, rotated: true });
  return { kind: 'conv', problem: { shape, ...places, scale, activation: 'none' } };
}

const isShapeOf = (shape: LayerShape, layer: Layer): boolean =>
  shape.kernel === layer.r &&
  shape.outRows === layer.p &&
  shape.outCols === layer.q &&
  shape.inChannels === layer.c &&
  shape.outChannels === layer.k &&
  shape.stride === layer.stride;

/** Runs the programs that measure the layers; a layer may be part of two networks. */
export function timeLayers(layers: readonly Layer[], config: MachineConfig): readonly TimedLayer[] {
  const programs = NETWORKS.filter((shapes) => layers.some((layer) => shapes.some((one) => isShapeOf(one, layer))));
  const calls = programs.flatMap((shapes) =>
    OFFSETS.flatMap((offset) => {
      const cycles = callCycles(
        shapes.map((shape) => callOf(shape, offset)),
        config,
      );
      return shapes.map((shape, index) => ({ shape, cycles: cycles[index]! }));
    }),
  );
  return layers.map((layer) => {
    const measured = mean(layer.cycles);
    const spread = (50 * (Math.max(...layer.cycles) - Math.min(...layer.cycles))) / measured;
    const ours = calls.filter(({ shape }) => isShapeOf(shape, layer)).map(({ cycles }) => cycles);
    if (ours.length === 0) throw new Error(`no network has the layer ${layer.name}`);
    return { name: layer.name, measured, spread, simulated: Math.round(mean(ours)) };
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

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
