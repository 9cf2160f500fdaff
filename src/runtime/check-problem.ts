/** Which problems the accelerator can be given. Everything wrong with a problem is reported at once. */
import type { Diagnostic } from '../support/diagnostics.ts';
import type { ConvProblem } from './conv-commands.ts';
import { type ConvShape, convOutput, dilatedInput, dilatedKernel } from './conv-shape.ts';
import { type ConvTiling, convTileFits, convTileRows, wholeConv } from './conv-tiling.ts';
import { runtimeError } from './errors.ts';
import type { Geometry } from './geometry.ts';
import type { MatmulPlan } from './matmul-commands.ts';
import { isRowWise, type MatmulProblem } from './matmul-problem.ts';
import { type Dataflow, type MatmulTiling, matmulTileFits, matmulTileRows, tileCapacity } from './matmul-tiling.ts';

/** Sizes of the loops' configuration fields. */
const MOST_16_BITS = 0xffff;
const MOST_8_BITS = 0xff;
const MOST_POOLING = 3;

class Problems {
  readonly found: Diagnostic[] = [];

  range(name: string, value: number, least: number, most: number): void {
    if (Number.isInteger(value) && value >= least && value <= most) return;
    this.found.push(runtimeError('RUN003', `${name} is ${value}, but it must be a whole number of ${least} … ${most}`));
  }

  refuse(condition: boolean, message: string, hint?: string): void {
    if (condition) this.found.push(runtimeError('RUN004', message, hint));
  }
}

export function checkMatmulProblem(
  { shape, activation, c, scale }: MatmulProblem,
  geometry: Geometry,
): readonly Diagnostic[] {
  const problems = new Problems();
  for (const [name, value] of Object.entries(shape)) problems.range(name, value, 1, MOST_16_BITS * geometry.dim);
  problems.refuse(
    c.type === 'accumulator' && activation !== 'none',
    `results of the accumulator type are stored raw, so ${activation} cannot be applied`,
    'store elements, or leave the activation out',
  );
  problems.refuse(
    geometry.elementType === 'fp32' && activation !== 'none' && activation !== 'relu',
    `${activation} is integer arithmetic, but accelerator.elementType is fp32`,
    'use relu or none, or an int8 machine',
  );
  problems.refuse(...storeScaleProblem(scale, geometry));
  return problems.found;
}

const storeScaleProblem = (scale: number, { hasStoreScale }: Geometry): [boolean, string, string] => [
  scale !== 1 && !hasStoreScale,
  `the scale is ${scale}, but accelerator.accumulatorScaleType is none, so that results are stored unscaled`,
  'leave the scale out, or set accelerator.accumulatorScaleType=fp32',
];

/** Is the array built for the dataflow of what is to run? @param otherwise end of the hint: what helps beside another machine */
export function checkDataflow(
  what: string,
  dataflow: Dataflow,
  geometry: Geometry,
  otherwise = '',
): readonly Diagnostic[] {
  if (geometry.dataflow === 'both' || geometry.dataflow === dataflow) return [];
  return [
    runtimeError(
      'RUN007',
      `${what} is ${dataflow}, but accelerator.dataflow is ${geometry.dataflow}`,
      `set accelerator.dataflow=both or accelerator.dataflow=${dataflow}${otherwise}`,
    ),
  ];
}

export function checkMatmulPlan(
  { shape, a, b, activation }: MatmulProblem,
  { method, dataflow, tiling }: MatmulPlan,
  geometry: Geometry,
): readonly Diagnostic[] {
  const missing = checkDataflow(
    'the plan of the product',
    dataflow,
    geometry,
    `, or use the ${geometry.dataflow} dataflow`,
  );
  if (missing.length > 0) return missing;
  const problems = new Problems();
  const isWeightStationary = dataflow === 'weight-stationary';
  problems.refuse(
    isWeightStationary && a.transposed && b.transposed,
    'A and B are both transposed, but the weight-stationary array transposes one operand at most',
    'use the output-stationary dataflow, or store one of them the other way round',
  );
  problems.refuse(
    !isWeightStationary && b.transposed && !a.transposed,
    'only B is transposed, but the output-stationary array transposes A alone or both',
    'use the weight-stationary dataflow',
  );
  problems.refuse(
    isRowWise(activation) && (method !== 'loop' || tiling.tileN * geometry.dim < shape.n),
    `${activation} needs all ${shape.n} columns of C in one tile of the hardware loop`,
    'use the weight-stationary dataflow and at most as many columns as half of the accumulator holds',
  );
  return [...problems.found, ...checkMatmulTiling(tiling, geometry, dataflow)];
}

function checkMatmulTiling(
  tiling: MatmulTiling,
  geometry: Geometry,
  dataflow: MatmulPlan['dataflow'],
): readonly Diagnostic[] {
  const problems = new Problems();
  for (const [name, value] of Object.entries(tiling)) problems.range(name, value, 1, MOST_16_BITS);
  if (problems.found.length > 0 || matmulTileFits(tiling, geometry, dataflow)) return problems.found;
  return [tooLarge(matmulTileRows(tiling, geometry.dim), tileCapacity(geometry, dataflow))];
}

interface TileRows {
  readonly scratchpad: number;
  readonly accumulator: number;
}

const tooLarge = (rows: TileRows, capacity: TileRows): Diagnostic =>
  runtimeError(
    'RUN005',
    `a tile takes ${rows.scratchpad} scratchpad rows and ${rows.accumulator} accumulator rows, ` +
      `but ${capacity.scratchpad} and ${capacity.accumulator} are there for one`,
    'make the tile smaller',
  );

export function checkConvProblem(problem: ConvProblem, geometry: Geometry): readonly Diagnostic[] {
  const { shape } = problem;
  const sizes = checkConvSizes(problem);
  if (sizes.length > 0) return sizes;
  const problems = new Problems();
  const { layout, pooling, inputDilation, kernelDilation, depthwise } = shape;
  const isDefaultLayout = layout.input === 'NHWC' && layout.weights === 'HWIO' && layout.output === 'NHWC';
  problems.refuse(
    inputDilation > 1 && shape.stride !== 1,
    `input dilation goes with stride 1 only, not ${shape.stride}`,
  );
  problems.refuse(
    inputDilation > 1 && kernelDilation > 1,
    'input and kernel cannot both be dilated',
    'dilate one of them',
  );
  problems.refuse(
    layout.output === 'HWNC' && pooling !== undefined,
    'pooled output cannot be HWNC',
    'pool on its own, or use NHWC',
  );
  problems.refuse(
    layout.input === 'CHWN' && layout.weights === 'HWOI',
    'input CHWN and weights HWOI would transpose both operands',
    'use weights HWIO',
  );
  problems.refuse(
    depthwise && shape.inChannels !== shape.outChannels,
    `a depthwise convolution has as many output as input channels, not ${shape.inChannels} and ${shape.outChannels}`,
  );
  problems.refuse(depthwise && !isDefaultLayout, 'a depthwise convolution has the default layouts only');
  problems.refuse(
    geometry.isaRevision === 'square-convolution' && shape.inRows !== shape.inCols,
    `this ISA revision has square images only, not ${shape.inRows}×${shape.inCols}`,
    'set accelerator.isaRevision=current',
  );
  problems.refuse(...storeScaleProblem(problem.scale, geometry));
  return problems.found;
}

export function checkConvTiling(shape: ConvShape, tiling: ConvTiling, geometry: Geometry): readonly Diagnostic[] {
  const problems = new Problems();
  const whole = wholeConv(shape);
  for (const [name, value] of Object.entries(tiling))
    problems.range(`tile ${name}`, value, 1, whole[name as keyof ConvTiling]);
  if (problems.found.length === 0 && !convTileFits(tiling, shape, geometry))
    problems.found.push(
      tooLarge(convTileRows(tiling, shape, geometry.dim), tileCapacity(geometry, 'weight-stationary')),
    );
  return problems.found;
}

function checkConvSizes({ shape, inStride, outStride }: ConvProblem): readonly Diagnostic[] {
  const problems = new Problems();
  for (const name of ['batch', 'inRows', 'inCols', 'inChannels', 'outChannels', 'kernel'] as const)
    problems.range(name, shape[name], 1, MOST_16_BITS);
  problems.range('inStride', inStride, 1, MOST_16_BITS);
  problems.range('outStride', outStride, 1, MOST_16_BITS);
  for (const name of ['stride', 'kernelDilation'] as const) problems.range(name, shape[name], 1, MOST_8_BITS);
  problems.range('padding', shape.padding, 0, MOST_8_BITS);
  if (shape.pooling !== undefined) {
    problems.range('pooling size', shape.pooling.size, 1, MOST_POOLING);
    problems.range('pooling stride', shape.pooling.stride, 1, MOST_POOLING);
    problems.range('pooling padding', shape.pooling.padding, 0, Math.min(MOST_POOLING, shape.pooling.size - 1));
  }
  if (problems.found.length > 0) return problems.found;
  problems.range('padding', shape.padding, 0, dilatedKernel(shape.kernel, shape.kernelDilation) - 1);
  return [...problems.found, ...checkConvOutput(shape)];
}

function checkConvOutput(shape: ConvShape): readonly Diagnostic[] {
  const problems = new Problems();
  const { rows, cols, pooledRows, pooledCols } = convOutput(shape);
  const kernel = dilatedKernel(shape.kernel, shape.kernelDilation);
  for (const [name, input, output] of [
    ['rows', dilatedInput(shape.inRows, shape.inputDilation), rows],
    ['columns', dilatedInput(shape.inCols, shape.inputDilation), cols],
  ] as const)
    if (output < 1)
      problems.found.push(
        runtimeError(
          'RUN003',
          `the kernel spans ${kernel} ${name}, but the input has ${input} and padding ${shape.padding} on both sides`,
        ),
      );
  if (problems.found.length > 0 || shape.pooling === undefined) return problems.found;
  const { size, padding } = shape.pooling;
  if (Math.min(pooledRows, pooledCols) < 1)
    problems.found.push(
      runtimeError('RUN003', `the pooling window of ${size} with padding ${padding} is larger than ${rows}×${cols}`),
    );
  problems.range('columns before pooling', cols, 1, MOST_8_BITS);
  return problems.found;
}
