// What a planned program gains over calls of the C library, which chooses its tiles on the hart before each layer:
//   node scripts/run.mjs bench/library-calls.ts layers [largest lower bound in cycles]
//   node scripts/run.mjs bench/library-calls.ts NETWORK.yaml [batch]
// Both run on the whole machine with the timing model. The library is the firmware's, whose heuristic is the public library's.
import { readFileSync } from 'node:fs';
import { callCycles } from '../scripts/validation/library-calls.ts';
import { DEFAULT_MACHINE, type MachineConfig } from '../src/machine/config/schema.ts';
import { geometryOf } from '../src/runtime/geometry.ts';
import { reportPlan } from '../src/runtime/layer-report.ts';
import { parseNetwork } from '../src/runtime/network.ts';
import { buildNetwork } from '../src/runtime/network-program.ts';
import { libraryPlanner, type Operation, operationCommands, type Planner } from '../src/runtime/operation.ts';
import { timerOf } from '../src/runtime/plan-timing.ts';
import { ProgramBuilder } from '../src/runtime/program.ts';
import { programTarget, runProgram } from '../src/runtime/run.ts';
import { searchPlanner } from '../src/runtime/search.ts';
import { layerSet } from './layer-set.ts';

interface Call {
  readonly name: string;
  readonly operation: Operation;
}

const config: MachineConfig = { ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 1024 * 2 ** 20 } };
const geometry = geometryOf(config.accelerator);
const timer = timerOf(config.accelerator, config);

/** Cycles of every operation as a planned program, one after the other. */
function programCycles(calls: readonly Call[], planner: Planner): readonly number[] {
  const builder = new ProgramBuilder(programTarget(config));
  for (const [i, { operation }] of calls.entries())
    builder.emit(`${i}`, operationCommands(operation, geometry, planner));
  const program = builder.finish();
  const run = program.ok ? runProgram(program.value, config, true) : program;
  if (!run.ok) throw new Error(run.errors[0]!.message);
  return run.value.cycles!;
}

function networkCalls(file: string, batch: number): Call[] {
  const network = parseNetwork(readFileSync(file, 'utf8'), file);
  if (!network.ok) throw new Error(network.errors[0]!.message);
  const options = { batch, seed: 1, geometry, planner: libraryPlanner, target: programTarget(config) };
  const built = buildNetwork(network.value, options);
  if (!built.ok) throw new Error(built.errors[0]!.message);
  return built.value.layers.flatMap(({ name, operations }) => operations.map((operation) => ({ name, operation })));
}

const smallLayers = (most: number): Call[] =>
  layerSet().filter(({ operation }) => {
    const library = libraryPlanner(operation, geometry);
    return reportPlan(operation, library, geometry).lowerBound <= most;
  });

const [what = 'layers', size] = process.argv.slice(2);
const calls = what === 'layers' ? smallLayers(Number(size ?? 600_000)) : networkCalls(what, Number(size ?? 1));
const called = callCycles(
  calls.map(({ operation }) => operation),
  config,
);
const library = programCycles(calls, libraryPlanner);
const search = programCycles(calls, searchPlanner(timer));
const sum = (cycles: readonly number[]) => cycles.reduce((a, b) => a + b, 0);
const mean = (cycles: readonly number[]) =>
  Math.exp(sum(cycles.map((cycle, i) => Math.log(cycle / search[i]!))) / calls.length);
for (const [i, { name }] of calls.entries()) {
  const gain = (called[i]! / search[i]!).toFixed(2);
  console.log(`${name}: called ${called[i]}, library's plan ${library[i]}, searched plan ${search[i]}: ×${gain}`);
}
console.log(
  `total: called ${sum(called)}, library's plans ${sum(library)}, searched plans ${sum(search)}; against calls ` +
    `×${(sum(called) / sum(search)).toFixed(3)} in all, geometric mean ×${mean(called).toFixed(3)}; against plans ` +
    `×${(sum(library) / sum(search)).toFixed(3)}, ×${mean(library).toFixed(3)}`,
);
