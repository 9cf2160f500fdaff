// What the search gains over the public library's tiles, in cycles of the timing model, for the FireSim layer set of
// DOSA: `npm run bench -- tiling` or `node scripts/run.mjs bench/tiling.ts [largest lower bound, cycles]`.
import { readFileSync } from 'node:fs';
import { DEFAULT_ACCELERATOR } from '../src/accel/config.ts';
import { convShape } from '../src/runtime/conv-shape.ts';
import { DEFAULT_GEOMETRY } from '../src/runtime/geometry.ts';
import { reportPlan } from '../src/runtime/layer-report.ts';
import { libraryPlanner, type OperationPlan, plannedCommands, type TiledOperation } from '../src/runtime/operation.ts';
import { cyclesOf, timerOf } from '../src/runtime/plan-timing.ts';
import { searchPlan } from '../src/runtime/search.ts';
import { DEFAULT_TIMING } from '../src/timing/config.ts';

const most = Number(process.argv[2] ?? 500_000);
const timer = timerOf(DEFAULT_ACCELERATOR, DEFAULT_TIMING);
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

const layers = readFileSync('test/runtime/data/dosa-tiles.csv', 'utf8').trim().split('\n').slice(1);
let logarithms = 0;
let count = 0;
let slowest = 0;
let longest = 0;
for (const layer of layers) {
  const operation = operationOf(layer.split(',').map(Number));
  const library = libraryPlanner(operation, DEFAULT_GEOMETRY);
  if (reportPlan(operation, library, DEFAULT_GEOMETRY).lowerBound > most) continue;
  const start = process.cpuUsage();
  const found = searchPlan(operation, DEFAULT_GEOMETRY, timer);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const planCycles = (plan: OperationPlan) => cyclesOf(plannedCommands(operation, plan, DEFAULT_GEOMETRY), timer);
  const before = planCycles(library);
  const after = found.isLibrary ? before : planCycles(found.plan);
  logarithms += Math.log(before / after);
  count++;
  slowest = Math.max(slowest, after / before);
  longest = Math.max(longest, seconds);
  const { description, boundBy } = reportPlan(operation, found.plan, DEFAULT_GEOMETRY);
  const shape = layer.split(',').slice(0, 9).join(',');
  console.log(
    `${shape}: ${before} → ${after} (×${(before / after).toFixed(2)}), ${seconds.toFixed(2)} s for ${found.candidates} plans and ${found.timedCycles} cycles, ${boundBy}; ${description}`,
  );
}
console.log(
  `${count} layers: geometric mean ×${Math.exp(logarithms / count).toFixed(3)}, slowest ×${(1 / slowest).toFixed(3)}, longest search ${longest.toFixed(2)} s`,
);
