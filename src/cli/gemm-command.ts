/** `pollux gemm`: one matrix product on the machine. */
import type { Activation } from '../isa/accelerator.ts';
import type { Geometry } from '../runtime/geometry.ts';
import { reportPlan } from '../runtime/layer-report.ts';
import { libraryMatmulPlan } from '../runtime/matmul-commands.ts';
import { isRowWise } from '../runtime/matmul-problem.ts';
import { type Dataflow, heuristicMatmulTiling, type MatmulShape } from '../runtime/matmul-tiling.ts';
import { asMatmul, type Planner } from '../runtime/operation.ts';
import { programTarget } from '../runtime/run.ts';
import { buildGemm, type GemmRequest, RESULT } from '../runtime/single-operation.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { configFiles } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { cliError } from './files.ts';
import type { BIASES, OperationOptions, TRANSPOSES } from './operation-flags.ts';
import { operationJson, printOperation } from './operation-report.ts';
import {
  badOutcome,
  checkAgainstLoops,
  failWith,
  machineFor,
  readTensor,
  runOperations,
  writeTensor,
} from './operation-run.ts';
import { checkOutputs } from './output-target.ts';
import { print } from './terminal.ts';

export interface GemmOptions extends OperationOptions {
  readonly transpose: (typeof TRANSPOSES)[number];
  readonly bias: (typeof BIASES)[number];
  readonly activation: Activation;
  readonly scale?: number;
  readonly step: number;
  readonly fullWidth?: true;
  readonly tiles: string;
  readonly dataflow: 'ws' | 'os';
  readonly explicit?: true;
  readonly a?: string;
  readonly b?: string;
  readonly d?: string;
  readonly output?: string;
}

export async function gemm(sizes: readonly number[], options: GemmOptions): Promise<number> {
  const [m, n, k] = sizes as [number, number, number];
  const shape = { m, n, k };
  const machine = await machineFor(options, options.tiles);
  if (!machine.ok) return failWith(machine.errors);
  const writable = checkOutputs(
    [options.elf, options.output],
    [options.a, options.b, options.d, ...configFiles(options)],
  );
  if (!writable.ok) return failWith(writable.errors);
  const { config, geometry } = machine.value;
  const request = requestOf(shape, options, geometry);
  const planner = plannerOf(options, machine.value.planner);
  if (!request.ok || !planner.ok)
    return failWith([...(request.ok ? [] : request.errors), ...(planner.ok ? [] : planner.errors)]);
  const target = programTarget(config);
  const built = buildGemm(request.value, { seed: options.seed, geometry, target, planner: planner.value });
  if (!built.ok) return failWith(built.errors);
  const { program, operation, plan } = built.value;
  const run = runOperations(program, machine.value, options);
  if (!run.ok) return failWith(run.errors);
  const bad = badOutcome(run.value.outcome);
  if (bad !== undefined) return bad;
  const check = checkAgainstLoops(operation, run.value, machine.value, options);
  const title = `gemm ${m}×${n}×${k} (m×n×k)`;
  const report = { title, operation, plan: reportPlan(operation, plan, geometry), run: run.value, check };
  if (options.json) print(operationJson(report, geometry));
  else printOperation(report, geometry);
  if (check.mismatches.length > 0) return exitCode('ourBug');
  if (options.output === undefined) return exitCode('success');
  const type = options.fullWidth ? 'accumulator' : 'element';
  const written = writeTensor(options.output, run.value.region(RESULT), type, [m, n], geometry);
  return written.ok ? exitCode('success') : failWith(written.errors);
}

function requestOf(shape: MatmulShape, options: GemmOptions, geometry: Geometry): Result<GemmRequest, Diagnostic> {
  const { m, n, k } = shape;
  const transposed = {
    a: options.transpose === 'a' || options.transpose === 'both',
    b: options.transpose === 'b' || options.transpose === 'both',
  };
  const a = readTensor(options.a, '--a', 'element', transposed.a ? [k, m] : [m, k], geometry);
  const b = readTensor(options.b, '--b', 'element', transposed.b ? [n, k] : [k, n], geometry);
  const d = readTensor(options.d, '--d', 'accumulator', options.bias === 'repeated' ? [n] : [m, n], geometry);
  if (!a.ok || !b.ok || !d.ok) return fail(...[a, b, d].flatMap((one) => (one.ok ? [] : one.errors)));
  if (d.value !== undefined && options.bias === 'none')
    return fail(cliError('CLI003', '--d is given, but --bias is none', 'say --bias full or --bias repeated'));
  return succeed({
    shape,
    transposed,
    bias: options.bias,
    resultType: options.fullWidth ? 'accumulator' : 'element',
    activation: options.activation,
    step: options.step,
    ...(options.scale === undefined ? {} : { scale: options.scale }),
    ...(a.value === undefined ? {} : { a: a.value }),
    ...(b.value === undefined ? {} : { b: b.value }),
    ...(d.value === undefined ? {} : { d: d.value }),
  });
}

/** The public library's tiles, those that a search finds, or `MxNxK` blocks. */
function plannerOf(options: GemmOptions, search: Planner): Result<Planner, Diagnostic> {
  if (options.tiles === 'search') {
    if (options.dataflow === 'ws' && !options.explicit) return succeed(search);
    return fail(
      cliError(
        'CLI003',
        '--tiles search plans the hardware loop, which is weight-stationary',
        'leave --dataflow and --explicit out',
      ),
    );
  }
  const dataflow: Dataflow = options.dataflow === 'os' ? 'output-stationary' : 'weight-stationary';
  const fixed = /^(\d+)x(\d+)x(\d+)$/.exec(options.tiles)?.slice(1).map(Number);
  if (fixed === undefined && options.tiles !== 'library')
    return fail(cliError('CLI003', `--tiles is "${options.tiles}", but library, search or MxNxK in blocks is allowed`));
  return succeed((operation, geometry) => {
    const { shape, activation } = asMatmul(operation);
    const [tileM, tileN, tileK] = (fixed ?? []) as [number?, number?, number?];
    const tiling =
      tileM === undefined || tileN === undefined || tileK === undefined
        ? heuristicMatmulTiling(shape, geometry, dataflow, isRowWise(activation) ? 'row-wise' : 'element-wise')
        : { tileM, tileN, tileK };
    const plan = libraryMatmulPlan(shape, tiling, dataflow, geometry);
    const isExplicit = options.explicit === true;
    return { kind: 'matmul', plan: isExplicit ? { ...plan, method: 'explicit', keep: { a: false, b: false } } : plan };
  });
}
