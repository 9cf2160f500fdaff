/** What is measured: programs, and how much work each is. */
import { readFileSync } from 'node:fs';
import { assemble, DEFAULT_MACHINE, type Diagnostic, type Result } from '../src/index.ts';
import { type ConvShape, convShape } from '../src/runtime/conv-shape.ts';
import { DEFAULT_GEOMETRY } from '../src/runtime/geometry.ts';
import type { MatmulShape } from '../src/runtime/matmul-tiling.ts';
import { parseNetwork } from '../src/runtime/network.ts';
import { buildNetwork } from '../src/runtime/network-program.ts';
import { inferShapes, totalMacs } from '../src/runtime/network-shapes.ts';
import { libraryPlanner } from '../src/runtime/operation.ts';
import { programTarget } from '../src/runtime/run.ts';
import { buildConv, buildGemm } from '../src/runtime/single-operation.ts';

export interface BenchCase {
  readonly name: string;
  /** The program to run, as an ELF file. */
  readonly elf: Uint8Array;
  /** Unit of work, and how many the program does when it is not the instructions that retire. */
  readonly unit: 'instructions' | 'multiply-accumulates' | 'bytes moved' | 'starts';
  readonly work?: number;
}

const PROGRAMS = 'bench/programs';

/** Name of each kernel of host-kernels.c by its number there, with the rounds that take a good part of a second. */
const HOST_KERNELS: readonly (readonly [name: string, kernel: number, rounds: number])[] = [
  ['host mix', -1, 12_000],
  ['integer', 0, 60_000],
  ['branches', 1, 40_000],
  ['memory', 2, 40_000],
  ['multiply, divide', 3, 30_000],
  ['double precision', 4, 40_000],
  ['calls', 5, 25_000],
  ['memcpy', 6, 80_000],
  ['lists', 7, 20_000],
  ['matrices', 8, 15_000],
  ['state machine', 9, 250_000],
];

const sourceOf = (name: string) => ({ name, text: readFileSync(`${PROGRAMS}/${name}`, 'utf8') });

/** What was made; benchmarks cannot be wrong unless we are. */
function made<T>(result: Result<T, Diagnostic>): T {
  if (!result.ok) throw new Error(`a benchmark cannot be made: ${result.errors[0]!.message}`);
  return result.value;
}

function assembleWith(constants: Readonly<Record<string, number>>, first: string, ...others: string[]): Uint8Array {
  const { name, text } = sourceOf(first);
  const lines = Object.entries(constants).map(([constant, value]) => `.equ ${constant}, ${value}\n`);
  return made(assemble([{ name, text: lines.join('') + text }, ...others.map(sourceOf)])).bytes;
}

const hostCases = (): BenchCase[] =>
  HOST_KERNELS.map(([name, KERNEL, ROUNDS]) => ({
    name,
    elf: assembleWith({ KERNEL, ROUNDS }, 'start.s', 'host-kernels.s'),
    unit: 'instructions',
  }));

const OPTIONS = {
  seed: 1,
  geometry: DEFAULT_GEOMETRY,
  target: programTarget(DEFAULT_MACHINE),
  planner: libraryPlanner,
} as const;

const PRODUCTS: readonly MatmulShape[] = [
  { m: 1024, n: 1024, k: 1024 },
  { m: 100, n: 1000, k: 4096 },
  { m: 4096, n: 64, k: 64 },
];

const productCase = (shape: MatmulShape): BenchCase => {
  const request = { shape, transposed: { a: false, b: false }, bias: 'full', resultType: 'element' } as const;
  const built = made(buildGemm({ ...request, activation: 'none', step: 1 }, OPTIONS));
  const { m, n, k } = shape;
  return { name: `loop_ws ${m}×${n}×${k}`, elf: built.program.elf, unit: 'multiply-accumulates', work: m * n * k };
};

const CONVOLUTIONS: readonly Parameters<typeof convShape>[0][] = [
  { inRows: 56, inCols: 56, inChannels: 64, outChannels: 64, kernel: 3, padding: 1 },
  { inRows: 224, inCols: 224, inChannels: 3, outChannels: 64, kernel: 7, padding: 3, stride: 2 },
  { inRows: 14, inCols: 14, inChannels: 256, outChannels: 256, kernel: 3, padding: 1 },
];

const convolutionCase = (sizes: Parameters<typeof convShape>[0]): BenchCase => {
  const shape: ConvShape = convShape(sizes);
  const built = made(buildConv({ shape, hasBias: true, activation: 'relu' }, OPTIONS));
  const { inRows, inChannels, outChannels, kernel, stride } = shape;
  return {
    name: `loop_conv ${inRows}²×${inChannels}→${outChannels} ${kernel}×${kernel}${stride > 1 ? `/${stride}` : ''}`,
    elf: built.program.elf,
    unit: 'multiply-accumulates',
    work: Math.ceil(inRows / stride) ** 2 * inChannels * outChannels * kernel ** 2,
  };
};

function networkCase(file: string, batch: number): BenchCase {
  const network = made(parseNetwork(readFileSync(file, 'utf8'), file));
  const { program } = made(buildNetwork(network, { ...OPTIONS, batch }));
  const work = totalMacs(made(inferShapes(network))) * batch;
  return { name: `${network.name}, batch ${batch}`, elf: program.elf, unit: 'multiply-accumulates', work };
}

const MOVE_ROUNDS = 2000;

/** All cases, made when they are asked for. */
export const CASES: readonly (() => readonly BenchCase[])[] = [
  hostCases,
  () => [
    {
      name: 'mvin and mvout',
      elf: assembleWith({ ROUNDS: MOVE_ROUNDS }, 'moves.s'),
      unit: 'bytes moved',
      work: MOVE_ROUNDS * 2 * 65_536,
    },
  ],
  () => PRODUCTS.map(productCase),
  () => CONVOLUTIONS.map(convolutionCase),
  () => [networkCase('configs/networks/resnet-50.yaml', 4)],
];
