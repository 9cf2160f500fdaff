// What the search gains over the public library's tiles, in cycles of the timing model, for the FireSim layer set of
// DOSA: `npm run bench -- tiling` or `node scripts/run.mjs bench/tiling.ts [largest lower bound in
// cycles] [fixed|ddr]`.
import { DEFAULT_ACCELERATOR } from '../src/accel/config.ts';
import { DEFAULT_GEOMETRY } from '../src/runtime/geometry.ts';
import { reportPlan } from '../src/runtime/layer-report.ts';
import { libraryPlanner, type OperationPlan, plannedCommands } from '../src/runtime/operation.ts';
import { cyclesOf, timerOf } from '../src/runtime/plan-timing.ts';
import { searchPlan } from '../src/runtime/search.ts';
import { DEFAULT_TIMING } from '../src/timing/config.ts';
import { layerSet } from './layer-set.ts';

const most = Number(process.argv[2] ?? 500_000);
const memory = process.argv[3] ?? DEFAULT_TIMING.memory.model;
if (memory !== 'fixed' && memory !== 'ddr') throw new Error(`the memory is fixed or ddr, not ${memory}`);
const timing = { ...DEFAULT_TIMING, memory: { ...DEFAULT_TIMING.memory, model: memory } } as const;
const timer = timerOf(DEFAULT_ACCELERATOR, timing);

let logarithms = 0;
let count = 0;
let slowest = 0;
let longest = 0;
for (const { name, operation } of layerSet()) {
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
  console.log(
    `${name}: ${before} → ${after} (×${(before / after).toFixed(2)}), ${seconds.toFixed(2)} s for ` +
      `${found.candidates} plans and ${found.timedCycles} cycles, ${boundBy}; ${description}`,
  );
}
console.log(
  `${count} layers: geometric mean ×${Math.exp(logarithms / count).toFixed(3)}, ` +
    `slowest ×${(1 / slowest).toFixed(3)}, longest search ${longest.toFixed(2)} s`,
);
