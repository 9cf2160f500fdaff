/** `pollux conv`: one convolution on the machine. */
import { type ConvLayout, type ConvShape, convOutput, convShape, type Pooling } from '../runtime/conv-shape.ts';
import type { Geometry } from '../runtime/geometry.ts';
import { reportPlan } from '../runtime/layer-report.ts';
import { programTarget } from '../runtime/run.ts';
import { buildConv, type ConvRequest, RESULT } from '../runtime/single-operation.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { configFiles } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { cliError } from './files.ts';
import type { OperationOptions, TILINGS } from './operation-flags.ts';
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

export interface ConvOptions extends OperationOptions {
  readonly batch: number;
  readonly tiles: (typeof TILINGS)[number];
  readonly stride: number;
  readonly padding: number;
  readonly kernelDilation: number;
  readonly inputDilation: number;
  readonly pool?: string;
  readonly inputLayout: ConvLayout['input'];
  readonly weightLayout: ConvLayout['weights'];
  readonly outputLayout: ConvLayout['output'];
  readonly rotate?: true;
  readonly depthwise?: true;
  readonly bias: boolean;
  readonly activation: 'none' | 'relu';
  readonly scale?: number;
  readonly input?: string;
  readonly weights?: string;
  readonly biasFile?: string;
  readonly output?: string;
}

/** @param image rows×cols×channels of the input @param kernel its side @param outChannels of the output */
export async function conv(image: string, kernel: number, outChannels: number, options: ConvOptions): Promise<number> {
  const machine = await machineFor(options, options.tiles);
  if (!machine.ok) return failWith(machine.errors);
  const writable = checkOutputs(
    [options.elf, options.output],
    [options.input, options.weights, options.biasFile, ...configFiles(options)],
  );
  if (!writable.ok) return failWith(writable.errors);
  const shape = shapeOf(image, kernel, outChannels, options);
  if (!shape.ok) return failWith(shape.errors);
  const { config, geometry, planner } = machine.value;
  const request = requestOf(shape.value, options, geometry);
  if (!request.ok) return failWith(request.errors);
  const built = buildConv(request.value, { seed: options.seed, geometry, target: programTarget(config), planner });
  if (!built.ok) return failWith(built.errors);
  const { program, operation, plan } = built.value;
  const run = runOperations(program, machine.value, options);
  if (!run.ok) return failWith(run.errors);
  const bad = badOutcome(run.value.outcome);
  if (bad !== undefined) return bad;
  const check = checkAgainstLoops(operation, run.value, machine.value, options);
  const title = `conv ${image}, ${kernel}×${kernel} kernel, ${outChannels} output channels`;
  const report = { title, operation, plan: reportPlan(operation, plan, geometry), run: run.value, check };
  if (options.json) print(operationJson(report, geometry));
  else printOperation(report, geometry);
  if (check.mismatches.length > 0) return exitCode('ourBug');
  if (options.output === undefined) return exitCode('success');
  const result = run.value.region(RESULT);
  const written = writeTensor(options.output, result, 'element', outputShape(shape.value), geometry);
  return written.ok ? exitCode('success') : failWith(written.errors);
}

function shapeOf(
  image: string,
  kernel: number,
  outChannels: number,
  options: ConvOptions,
): Result<ConvShape, Diagnostic> {
  const extents = /^(\d+)x(\d+)x(\d+)$/.exec(image)?.slice(1).map(Number);
  if (extents === undefined)
    return fail(
      cliError('CLI003', `the image is "${image}", but rows x columns x channels is needed`, 'for example 56x56x64'),
    );
  const pooling = options.pool === undefined ? succeed(undefined) : parsePooling(options.pool);
  if (!pooling.ok) return pooling;
  const { inputDilation } = options;
  if (inputDilation !== 1 && inputDilation !== 2)
    return fail(cliError('CLI003', `--input-dilation is ${inputDilation}, but 1 or 2 is allowed`));
  const [inRows, inCols, inChannels] = extents as [number, number, number];
  return succeed(
    convShape({
      batch: options.batch,
      inRows,
      inCols,
      inChannels,
      outChannels,
      kernel,
      stride: options.stride,
      padding: options.padding,
      kernelDilation: options.kernelDilation,
      inputDilation,
      rotated: options.rotate === true,
      depthwise: options.depthwise === true,
      layout: { input: options.inputLayout, weights: options.weightLayout, output: options.outputLayout },
      ...(pooling.value === undefined ? {} : { pooling: pooling.value }),
    }),
  );
}

function parsePooling(text: string): Result<Pooling, Diagnostic> {
  const numbers = /^(\d+)\/(\d+)(?:\/(\d+))?$/.exec(text)?.slice(1);
  if (numbers === undefined)
    return fail(
      cliError('CLI003', `--pool is "${text}", but size/stride or size/stride/padding is needed`, 'for example 3/2/1'),
    );
  return succeed({ size: Number(numbers[0]), stride: Number(numbers[1]), padding: Number(numbers[2] ?? 0) });
}

function requestOf(shape: ConvShape, options: ConvOptions, geometry: Geometry): Result<ConvRequest, Diagnostic> {
  const { batch, inRows, inCols, inChannels, outChannels, kernel, layout, depthwise } = shape;
  const inputShape =
    layout.input === 'NHWC' ? [batch, inRows, inCols, inChannels] : [inChannels, inRows, inCols, batch];
  const weightShape = depthwise
    ? [outChannels, kernel, kernel]
    : {
        HWIO: [kernel, kernel, inChannels, outChannels],
        IHWO: [inChannels, kernel, kernel, outChannels],
        HWOI: [kernel, kernel, outChannels, inChannels],
      }[layout.weights];
  const input = readTensor(options.input, '--input', 'element', inputShape, geometry);
  const weights = readTensor(options.weights, '--weights', 'element', weightShape, geometry);
  const bias = readTensor(options.biasFile, '--bias-file', 'accumulator', [outChannels], geometry);
  if (!input.ok || !weights.ok || !bias.ok)
    return fail(...[input, weights, bias].flatMap((one) => (one.ok ? [] : one.errors)));
  return succeed({
    shape,
    hasBias: options.bias,
    activation: options.activation,
    ...(options.scale === undefined ? {} : { scale: options.scale }),
    ...(input.value === undefined ? {} : { input: input.value }),
    ...(weights.value === undefined ? {} : { weights: weights.value }),
    ...(bias.value === undefined ? {} : { bias: bias.value }),
  });
}

function outputShape(shape: ConvShape): number[] {
  const { pooledRows, pooledCols } = convOutput(shape);
  return shape.layout.output === 'NHWC'
    ? [shape.batch, pooledRows, pooledCols, shape.outChannels]
    : [pooledRows, pooledCols, shape.batch, shape.outChannels];
}
