import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { checkDataflow } from './check-problem.ts';
import { runtimeError } from './errors.ts';
import type { Geometry } from './geometry.ts';
import type { Network } from './network.ts';
import { type LoweredLayer, lowerNetwork } from './network-lowering.ts';
import { inferShapes, type ShapedLayer } from './network-shapes.ts';
import { operationCommands, type Planner } from './operation.ts';
import { type Program, ProgramBuilder, type ProgramTarget } from './program.ts';

export interface NetworkOptions {
  readonly batch: number;
  /** Seed of the synthetic weights and input. */
  readonly seed: number;
  readonly geometry: Geometry;
  readonly planner: Planner;
  readonly target: ProgramTarget;
}

export interface NetworkProgram {
  readonly program: Program;
  readonly shapes: readonly ShapedLayer[];
  /** One per layer; layers with operations are the stretches of the program, in this order. */
  readonly layers: readonly LoweredLayer[];
}

/** A whole network with synthetic weights as one bare-metal program. */
export function buildNetwork(network: Network, options: NetworkOptions): Result<NetworkProgram, Diagnostic> {
  const { batch, seed, geometry, planner, target } = options;
  if (geometry.elementType !== 'int8')
    return fail(
      runtimeError(
        'NET004',
        `accelerator.elementType is ${geometry.elementType}, but networks have 8-bit weights and signals`,
        'use an int8 machine',
      ),
    );
  const dataflowProblems = checkDataflow('the code of a network', 'weight-stationary', geometry);
  if (dataflowProblems.length > 0) return fail(...dataflowProblems);
  const shapes = inferShapes(network);
  if (!shapes.ok) return shapes;
  const builder = new ProgramBuilder(target);
  const layers = lowerNetwork(shapes.value, network.input, batch, seed, builder);
  if (!layers.ok) return layers;
  for (const { name, operations } of layers.value) {
    if (operations.length === 0) continue;
    builder.emit(name, commandsOf(operations, geometry, planner));
  }
  const program = builder.finish();
  return program.ok
    ? succeed({ program: program.value, shapes: shapes.value, layers: layers.value })
    : fail(...program.errors);
}

function* commandsOf(operations: LoweredLayer['operations'], geometry: Geometry, planner: Planner) {
  for (const operation of operations) yield* operationCommands(operation, geometry, planner);
}
