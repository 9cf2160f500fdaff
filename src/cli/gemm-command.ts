/** `pollux gemm`: one matrix product on the machine. */
import type { Activation } from '../isa/accelerator.ts';
import { reportPlan } from '../runtime/layer-report.ts';
import { libraryMatmulPlan } from '../runtime/matmul-commands.ts';
import { isRowWise } from '../runtime/matmul-problem.ts';
import { type Dataflow, heuristicMatmulTiling, type MatmulShape } from '../runtime/matmul-tiling.ts';
import { writeNpy } from '../runtime/npy.ts';
import { asMatmul, type Planner } from '../runtime/operation.ts';
import { programTarget } from '../runtime/run.ts';
import { buildGemm, type GemmRequest, RESULT } from '../runtime/single-operation.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { exitCode } from './exit-codes.ts';
import { cliError, writeOutput } from './files.ts';
import type { BIASES, OperationOptions, TRANSPOSES } from './operation-flags.ts';
import { operationJson, printOperation } from './operation-report.ts';
import { badOutcome, checkAgainstLoops, failWith, machineFor, readTensor, runOperations } from './operation-run.ts';
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
  const request = requestOf(shape, options);
  const planner = plannerOf(options, machine.value.planner);
  if (!request.ok || !planner.ok)
    return failWith([...(request.ok ? [] : request.errors), ...(planner.ok ? [] : planner.errors)]);
  const { config, geometry } = machine.value;
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
  const bytes = run.value.region(RESULT);
  const written = writeOutput(
    options.output,
    options.fullWidth
      ? writeNpy({ type: '<i4', shape: [m, n], values: new Int32Array(bytes.buffer as ArrayBuffer) })
      : writeNpy({ type: '|i1', shape: [m, n], values: new Int8Array(bytes.buffer as ArrayBuffer) }),
  );
  return written.ok ? exitCode('success') : failWith(written.errors);
}

function requestOf(shape: MatmulShape, options: GemmOptions): Result<GemmRequest, Diagnostic> {
  const { m, n, k } = shape;
  const transposed = {
    a: options.transpose === 'a' || options.transpose === 'both',
    b: options.transpose === 'b' || options.transpose === 'both',
  };
  const a = readTensor<Int8Array<ArrayBuffer>>(options.a, {
    argument: '--a',
    type: '|i1',
    shape: transposed.a ? [k, m] : [m, k],
  });
  const b = readTensor<Int8Array<ArrayBuffer>>(options.b, {
    argument: '--b',
    type: '|i1',
    shape: transposed.b ? [n, k] : [k, n],
  });
  const isRow = options.bias === 'repeated';
  const d = readTensor<Int32Array<ArrayBuffer>>(options.d, {
    argument: '--d',
    type: '<i4',
    shape: isRow ? [n] : [m, n],
  });
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
