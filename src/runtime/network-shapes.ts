/** Shape inference from layer to layer, with the multiply-accumulates and parameters of each. */
import { match } from 'ts-pattern';
import { type Diagnostic, didYouMean } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { runtimeError } from './errors.ts';
import type { Layer, LayerKind, LayerOf, Network, Shape } from './network.ts';

/** A layer with its inputs resolved and its sizes known. */
export interface ShapedLayer {
  readonly layer: Layer;
  /** Names of the tensors read: layers, or `input`. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  /** Multiply-accumulates of one batch element. */
  readonly macs: number;
  /** Trained numbers, as the layer was trained (a batch normalisation counts its scale and shift). */
  readonly parameters: number;
}

export const NETWORK_INPUT = 'input';

export const elements = ({ rows, cols, channels }: Shape): number => rows * cols * channels;

export const formatShape = ({ rows, cols, channels }: Shape): string => `${rows}×${cols}×${channels}`;

/** Checks that every layer fits those that feed it, and works out its shape, work and parameters. */
export function inferShapes(network: Network): Result<readonly ShapedLayer[], Diagnostic> {
  const shapes = new Map<string, Shape>([[NETWORK_INPUT, network.input]]);
  const shaped: ShapedLayer[] = [];
  let previous = NETWORK_INPUT;
  for (const layer of network.layers) {
    const inputs = layer.from === undefined ? [previous] : [layer.from].flat();
    const unknown = inputs.find((name) => !shapes.has(name));
    if (unknown !== undefined) {
      const guess = didYouMean(unknown, shapes.keys());
      const hint = guess === undefined ? undefined : `did you mean "${guess}"?`;
      return reject(layer, `reads "${unknown}", which no earlier layer is called`, hint);
    }
    if (shapes.has(layer.name)) return reject(layer, 'has the name of an earlier layer');
    const inputShapes = inputs.map((name) => shapes.get(name)!);
    const [least, most] = ARITY[layer.kind] ?? [1, 1];
    if (inputs.length < least || inputs.length > most)
      return reject(layer, `reads ${inputs.length} layers, but ${layer.kind} reads ${arityText(least, most)}`);
    const sizes = sizesOf(layer, inputShapes);
    if (typeof sizes === 'string') return reject(layer, sizes);
    shapes.set(layer.name, sizes.shape);
    shaped.push({ layer, inputs, inputShapes, ...sizes });
    previous = layer.name;
  }
  return succeed(shaped);
}

export const totalMacs = (layers: readonly ShapedLayer[]): number => layers.reduce((sum, { macs }) => sum + macs, 0);

export const totalParameters = (layers: readonly ShapedLayer[]): number =>
  layers.reduce((sum, { parameters }) => sum + parameters, 0);

const ARITY: Partial<Record<LayerKind, readonly [number, number]>> = {
  add: [2, 2],
  concat: [2, Number.POSITIVE_INFINITY],
  'attention-scores': [2, 2],
  'attention-context': [2, 2],
};

const arityText = (least: number, most: number) => (least === most ? `${least}` : `${least} or more`);

const reject = (layer: Layer, problem: string, hint?: string) =>
  fail(runtimeError('NET003', `layer "${layer.name}" ${problem}`, hint));

interface Sizes {
  readonly shape: Shape;
  readonly macs: number;
  readonly parameters: number;
}

const reshape = (shape: Shape): Sizes => ({ shape, macs: 0, parameters: 0 });

function sizesOf(layer: Layer, inputs: readonly Shape[]): Sizes | string {
  const [input, other] = inputs as [Shape, Shape];
  return match(layer)
    .returnType<Sizes | string>()
    .with({ kind: 'conv' }, (conv) => convSizes(conv, input))
    .with({ kind: 'max-pool' }, (pool) => poolSizes(pool, input))
    .with({ kind: 'global-average' }, () => reshape({ rows: 1, cols: 1, channels: input.channels }))
    .with({ kind: 'dense' }, ({ out, bias }) => ({
      shape: { ...input, channels: out },
      macs: elements(input) * out,
      parameters: input.channels * out + (bias ? out : 0),
    }))
    .with({ kind: 'add' }, () =>
      formatShape(input) === formatShape(other)
        ? reshape(input)
        : `adds ${formatShape(input)} and ${formatShape(other)}, but both must have one shape`,
    )
    .with({ kind: 'concat' }, () => concatSizes(inputs))
    .with({ kind: 'flatten' }, () => reshape({ rows: 1, cols: 1, channels: elements(input) }))
    .with({ kind: 'first' }, () => reshape({ ...input, rows: 1 }))
    .with({ kind: 'attention-scores' }, ({ heads }) => scoresSizes(heads, input, other))
    .with({ kind: 'softmax' }, () => reshape(input))
    .with({ kind: 'attention-context' }, () => contextSizes(input, other))
    .with({ kind: 'layernorm' }, () => ({ shape: input, macs: 0, parameters: 2 * input.channels }))
    .with({ kind: 'embedding' }, ({ tables, out }) => ({
      shape: { ...input, channels: out },
      macs: 0,
      parameters: tables.reduce((sum, entries) => sum + entries * out, 0),
    }))
    .with({ kind: 'lstm' }, ({ hidden }) => recurrentSizes(4, hidden, input))
    .with({ kind: 'gru' }, ({ hidden }) => recurrentSizes(3, hidden, input))
    .exhaustive();
}

function convSizes(conv: LayerOf<'conv'>, input: Shape): Sizes | string {
  const { kernel, stride, padding, depthwise, bias, normalized } = conv;
  if (depthwise && conv.out !== undefined && conv.out !== input.channels)
    return `is depthwise with out ${conv.out}, but it reads ${input.channels} channels`;
  if (!depthwise && conv.out === undefined) return 'has no "out": give its number of output channels';
  const out = conv.out ?? input.channels;
  const extent = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const shape = { rows: extent(input.rows), cols: extent(input.cols), channels: out };
  if (shape.rows < 1 || shape.cols < 1)
    return `has a ${kernel}×${kernel} kernel, larger than its ${formatShape(input)} input with padding ${padding}`;
  const weights = kernel ** 2 * (depthwise ? 1 : input.channels) * out;
  return {
    shape,
    macs: shape.rows * shape.cols * weights,
    parameters: weights + (normalized ? 2 * out : bias ? out : 0),
  };
}

function poolSizes({ size, stride, padding, ceil }: LayerOf<'max-pool'>, input: Shape): Sizes | string {
  if (padding >= size) return `pads by ${padding}, but padding must be smaller than the window of ${size}`;
  const extent = (length: number) => {
    const steps = (length + 2 * padding - size) / stride;
    const whole = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window must start inside the image or its near padding.
    return ceil && (whole - 1) * stride >= length + padding ? whole - 1 : whole;
  };
  const shape = { ...input, rows: extent(input.rows), cols: extent(input.cols) };
  return shape.rows < 1 || shape.cols < 1
    ? `has a ${size}×${size} window, larger than its ${formatShape(input)} input`
    : reshape(shape);
}

function concatSizes(inputs: readonly Shape[]): Sizes | string {
  const [first] = inputs as [Shape];
  const odd = inputs.find(({ rows, cols }) => rows !== first.rows || cols !== first.cols);
  if (odd !== undefined) return `joins ${formatShape(first)} and ${formatShape(odd)}: rows and columns must agree`;
  return reshape({ ...first, channels: inputs.reduce((sum, { channels }) => sum + channels, 0) });
}

function scoresSizes(heads: number, queries: Shape, keys: Shape): Sizes | string {
  if (queries.channels !== keys.channels || queries.channels % heads !== 0)
    return `has ${heads} heads over ${queries.channels} and ${keys.channels} features: both must be one multiple of the heads`;
  const shape = { rows: queries.rows, cols: heads, channels: keys.rows };
  return { shape, macs: queries.rows * keys.rows * queries.channels, parameters: 0 };
}

function contextSizes(scores: Shape, values: Shape): Sizes | string {
  if (scores.channels !== values.rows || values.channels % scores.cols !== 0)
    return `weights ${formatShape(values)} values by ${formatShape(scores)} scores: positions and heads must agree`;
  const shape = { rows: scores.rows, cols: 1, channels: values.channels };
  return { shape, macs: scores.rows * values.rows * values.channels, parameters: 0 };
}

/** Each gate reads the input and the state of the step before. Biases: one per gate and unit. */
function recurrentSizes(gates: number, hidden: number, input: Shape): Sizes {
  const weights = gates * hidden * (input.channels + hidden);
  return {
    shape: { rows: input.rows, cols: 1, channels: hidden },
    macs: input.rows * weights,
    parameters: weights + gates * hidden,
  };
}
