/**
 * A network as operations on tensors in guest memory. Every layer's output keeps its own memory, so that each layer
 * can be checked after the run. Layers that only rename memory (flatten, first, concat) cost nothing: producers of a
 * concatenation write into their slice of it. A max-pool that follows its only source, a convolution, rides on the
 * convolution's store. Weights are synthetic: uniform random, with scales that keep the signal in range.
 */
import type { Diagnostic } from '../support/diagnostics.ts';
import { SeededRandom } from '../support/random.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { convShape } from './conv-shape.ts';
import { runtimeError } from './errors.ts';
import type { MatrixAt } from './matmul-problem.ts';
import type { LayerOf, Shape } from './network.ts';
import { gruOperations, lstmOperations, type RecurrentLayer } from './network-recurrent.ts';
import { elements, NETWORK_INPUT, type ShapedLayer } from './network-shapes.ts';
import { denseTensor, pixelsOf, product, type Tensor } from './network-tensor.ts';
import type { Operation } from './operation.ts';
import type { ProgramBuilder } from './program.ts';
import { randomBias, randomElements, SIGNAL, signalScale } from './synthetic.ts';

export interface LoweredLayer {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Why a layer has no operations of its own. */
  readonly note?: string;
}

/** Residual sums of two signals stay a signal. */
const RESIDUAL_SCALE = Math.fround(Math.SQRT1_2);
/** Value of one unit of an int8 activation that enters a softmax or GELU: 8 bits span about ±6. */
const UNIT = 0.05;
/** A normalised value of 1 becomes this many units. */
const LAYERNORM_SCALE = 32;
/** GELU of a unit comes out as (step of the polynomial) units; this brings it back to units. */
const geluScale = (unit: number): number => Math.fround((-0.2888 * unit ** 2) / 4 / Math.SQRT2);
/** Attention weights of a row sum up to 127. */
const CONTEXT_SCALE = 1 / 64;

/** Lowers layer by layer, allocating tensors and weights in the program under construction. */
export function lowerNetwork(
  layers: readonly ShapedLayer[],
  input: Shape,
  batch: number,
  seed: number,
  builder: ProgramBuilder,
): Result<readonly LoweredLayer[], Diagnostic> {
  const lowering = new NetworkLowering(layers, batch, seed, builder);
  lowering.placeInput(input);
  const lowered: LoweredLayer[] = [];
  for (const layer of layers) {
    const one = lowering.lower(layer);
    if (typeof one === 'string') return fail(runtimeError('NET004', `layer "${layer.layer.name}" ${one}`));
    lowered.push(one);
  }
  return succeed(lowered);
}

class NetworkLowering {
  readonly #batch: number;
  readonly #builder: ProgramBuilder;
  readonly #random: SeededRandom;
  readonly #tensors = new Map<string, Tensor>();
  /** Producer → its slice of a concatenation. */
  readonly #slices = new Map<string, Tensor>();
  /** Convolution → the max-pool that it stores through. */
  readonly #fusedPools = new Map<string, ShapedLayer & { layer: LayerOf<'max-pool'> }>();

  constructor(layers: readonly ShapedLayer[], batch: number, seed: number, builder: ProgramBuilder) {
    this.#batch = batch;
    this.#builder = builder;
    this.#random = new SeededRandom(seed);
    this.#fusePools(layers);
    this.#reserveConcatenations(layers);
  }

  placeInput(shape: Shape): void {
    const tensor = denseTensor(
      this.#builder.place(NETWORK_INPUT, randomElements(this.#random, this.#batch * elements(shape), 64)),
      shape,
    );
    this.#tensors.set(NETWORK_INPUT, tensor);
  }

  lower(shaped: ShapedLayer): LoweredLayer | string {
    const { layer } = shaped;
    const { name } = layer;
    const inputs = shaped.inputs.map((input) => this.#tensors.get(input)!);
    const [input, other] = inputs as [Tensor, Tensor];
    switch (layer.kind) {
      case 'conv':
        return { name, operations: [this.#conv(layer, shaped, input)] };
      case 'max-pool':
        return this.#fusedPools.get(shaped.inputs[0]!)?.layer.name === name
          ? this.#alias(name, this.#tensors.get(shaped.inputs[0]!)!, `stored by ${shaped.inputs[0]}`)
          : { name, operations: this.#maxPool(layer, shaped, input) };
      case 'global-average':
        return { name, operations: this.#globalAverage(shaped, input) };
      case 'dense':
        return { name, operations: this.#denseLayer(layer, shaped, input) };
      case 'add':
        return { name, operations: this.#add(layer, shaped, input, other) };
      case 'concat':
        return this.#concat(name, shaped, inputs);
      case 'flatten':
        if (input.pixelStride !== input.shape.channels)
          return 'flattens part of a concatenation, which is not contiguous';
        return this.#alias(
          name,
          { ...denseTensor(input.address, shaped.shape), imageStride: input.imageStride },
          'same memory',
        );
      case 'first':
        return this.#alias(name, { ...input, shape: shaped.shape }, 'same memory');
      case 'attention-scores':
        return { name, operations: this.#scores(layer.heads, shaped, input, other) };
      case 'attention-context':
        return { name, operations: this.#context(shaped, input, other) };
      case 'softmax':
        return { name, operations: this.#convert(shaped, input, 'softmax', 1) };
      case 'layernorm':
        return { name, operations: this.#convert(shaped, input, 'layernorm', LAYERNORM_SCALE) };
      case 'embedding':
        // Looked up by the host: what the accelerator sees is a dense tensor.
        this.#tensors.set(
          name,
          denseTensor(
            this.#builder.place(name, randomElements(this.#random, this.#batch * elements(shaped.shape), 64)),
            shaped.shape,
          ),
        );
        return { name, operations: [], note: 'looked up by the host' };
      case 'lstm':
      case 'gru':
        return { name, operations: this.#recurrent(layer, shaped, input) };
    }
  }

  #alias(name: string, tensor: Tensor, note: string): LoweredLayer {
    this.#tensors.set(name, tensor);
    return { name, operations: [], note };
  }

  /** Memory for a layer's result: its slice of a concatenation, or its own. */
  #output({ layer, shape }: ShapedLayer): Tensor {
    const tensor =
      this.#slices.get(layer.name) ??
      denseTensor(this.#builder.reserve(layer.name, this.#batch * elements(shape)), shape);
    this.#tensors.set(layer.name, tensor);
    return tensor;
  }

  #weights(name: string, count: number): number {
    return this.#builder.place(`${name}.weights`, randomElements(this.#random, count, 128));
  }

  #bias(name: string, count: number, fanIn: number): number {
    return this.#builder.place(`${name}.bias`, randomBias(this.#random, count, fanIn));
  }

  #fusePools(layers: readonly ShapedLayer[]): void {
    const readers = new Map<string, ShapedLayer[]>();
    for (const shaped of layers)
      for (const input of shaped.inputs) readers.set(input, [...(readers.get(input) ?? []), shaped]);
    const byName = new Map(layers.map((shaped) => [shaped.layer.name, shaped]));
    for (const [name, [reader, ...others]] of readers) {
      const source = byName.get(name);
      if (
        source?.layer.kind !== 'conv' ||
        source.layer.depthwise ||
        reader?.layer.kind !== 'max-pool' ||
        others.length > 0
      )
        continue;
      const { size, stride, padding } = reader.layer;
      const wholeWindows = (length: number) => Math.floor((length + 2 * padding - size) / stride) + 1;
      const fits = size <= MOST_POOLING && stride <= MOST_POOLING && padding <= MOST_POOLING;
      const isWhole =
        wholeWindows(source.shape.rows) === reader.shape.rows && wholeWindows(source.shape.cols) === reader.shape.cols;
      if (fits && isWhole && source.shape.cols <= MOST_POOLED_COLS)
        this.#fusedPools.set(name, { ...reader, layer: reader.layer });
    }
  }

  #reserveConcatenations(layers: readonly ShapedLayer[]): void {
    for (const shaped of layers) {
      if (shaped.layer.kind !== 'concat') continue;
      const whole = denseTensor(
        this.#builder.reserve(shaped.layer.name, this.#batch * elements(shaped.shape)),
        shaped.shape,
      );
      this.#tensors.set(shaped.layer.name, whole);
      let offset = 0;
      for (const [index, name] of shaped.inputs.entries()) {
        const shape = shaped.inputShapes[index]!;
        // What already has a place, or is only a name, is copied when the concatenation is lowered.
        if (!this.#slices.has(name) && !this.#tensors.has(name))
          this.#slices.set(name, { ...whole, shape, address: whole.address + offset });
        offset += shape.channels;
      }
    }
  }

  #concat(name: string, shaped: ShapedLayer, inputs: readonly Tensor[]): LoweredLayer {
    const whole = this.#tensors.get(name)!;
    const operations: Operation[] = [];
    let offset = 0;
    for (const tensor of inputs) {
      const slice = { ...whole, shape: tensor.shape, address: whole.address + offset };
      if (tensor.address !== slice.address || tensor.pixelStride !== slice.pixelStride)
        operations.push(...this.#conversion(tensor, slice, 'none', 1));
      offset += tensor.shape.channels;
    }
    return {
      name,
      operations,
      ...(operations.length === 0 ? { note: `${shaped.inputs.length} layers write their slices` } : {}),
    };
  }

  #conv(conv: LayerOf<'conv'>, shaped: ShapedLayer, input: Tensor): Operation {
    const { name, kernel, stride, padding, depthwise } = conv;
    const { channels } = shaped.shape;
    const fanIn = kernel ** 2 * (depthwise ? 1 : input.shape.channels);
    const weights = this.#weights(name, fanIn * channels);
    const bias = conv.bias || conv.normalized ? this.#bias(name, channels, fanIn) : undefined;
    const pool = this.#fusedPools.get(name);
    const output = this.#output(pool === undefined ? shaped : { ...shaped, shape: pool.shape, layer: pool.layer });
    if (pool !== undefined) this.#tensors.set(name, output);
    const shape = convShape({
      batch: this.#batch,
      inRows: input.shape.rows,
      inCols: input.shape.cols,
      inChannels: input.shape.channels,
      outChannels: channels,
      kernel,
      stride,
      padding,
      depthwise,
      ...(pool === undefined
        ? {}
        : { pooling: { size: pool.layer.size, stride: pool.layer.stride, padding: pool.layer.padding } }),
    });
    return {
      kind: 'conv',
      problem: {
        shape,
        input: input.address,
        weights,
        ...(bias === undefined ? {} : { bias }),
        output: output.address,
        inStride: input.pixelStride,
        outStride: output.pixelStride,
        scale: signalScale(fanIn),
        activation: conv.activation === 'relu' ? 'relu' : 'none',
      },
    };
  }

  #maxPool(pool: LayerOf<'max-pool'>, shaped: ShapedLayer, input: Tensor): Operation[] {
    const output = this.#output(shaped);
    return this.#images((image) => ({
      kind: 'max-pool',
      problem: {
        ...input.shape,
        size: pool.size,
        stride: pool.stride,
        padding: pool.padding,
        outRows: shaped.shape.rows,
        outCols: shaped.shape.cols,
        input: pixelsOf(input, image),
        output: pixelsOf(output, image),
      },
    }));
  }

  #globalAverage(shaped: ShapedLayer, input: Tensor): Operation[] {
    const output = this.#output(shaped);
    const { rows, cols, channels } = input.shape;
    return this.#images((image) => ({
      kind: 'global-average',
      problem: {
        pixels: rows * cols,
        channels,
        input: pixelsOf(input, image),
        output: pixelsOf(output, image).address,
      },
    }));
  }

  #denseLayer(dense: LayerOf<'dense'>, shaped: ShapedLayer, input: Tensor): Operation[] {
    const { name, out, activation } = dense;
    const fanIn = input.shape.channels;
    const weights = this.#weights(name, fanIn * out);
    const bias = dense.bias ? this.#bias(name, out, fanIn) : undefined;
    const isGelu = activation === 'gelu';
    // GELU needs its input in units, so it works on the clipped result of the product.
    const output = isGelu
      ? denseTensor(this.#builder.reserve(`${name}.linear`, this.#batch * elements(shaped.shape)), shaped.shape)
      : this.#output(shaped);
    const matrix = { address: weights, stride: out };
    const products = this.#pixelRuns(input, output, (a, c, m) =>
      product({ m, n: out, k: fanIn }, a, matrix, bias, c, signalScale(fanIn), activation === 'relu'),
    );
    if (!isGelu) return products;
    return [...products, ...this.#conversion(output, this.#output(shaped), 'igelu', geluScale(UNIT))];
  }

  #add(add: LayerOf<'add'>, shaped: ShapedLayer, a: Tensor, b: Tensor): Operation[] {
    const c = this.#output(shaped);
    const { rows, cols, channels } = shaped.shape;
    return this.#images((image) => ({
      kind: 'residual-add',
      problem: {
        rows: rows * cols,
        cols: channels,
        a: { ...pixelsOf(a, image), scale: 1 },
        b: { ...pixelsOf(b, image), scale: 1 },
        c: pixelsOf(c, image),
        scale: RESIDUAL_SCALE,
        activation: add.activation === 'relu' ? 'relu' : 'none',
      },
    }));
  }

  #scores(heads: number, shaped: ShapedLayer, queries: Tensor, keys: Tensor): Operation[] {
    const output = this.#output(shaped);
    const width = queries.shape.channels / heads;
    const shape = { m: queries.shape.rows, n: keys.shape.rows, k: width };
    return this.#heads(heads, (image, head) => {
      const a = pixelsOf(queries, image, head * width);
      const b = pixelsOf(keys, image, head * width);
      const c = { address: pixelsOf(output, image).address + head * shape.n, stride: heads * shape.n };
      return product(shape, a, { ...b, transposed: true }, undefined, c, 1 / (SIGNAL * Math.sqrt(width)), false);
    });
  }

  #context(shaped: ShapedLayer, scores: Tensor, values: Tensor): Operation[] {
    const output = this.#output(shaped);
    const heads = scores.shape.cols;
    const positions = values.shape.rows;
    const width = values.shape.channels / heads;
    return this.#heads(heads, (image, head) => {
      const a = { address: pixelsOf(scores, image).address + head * positions, stride: heads * positions };
      const b = pixelsOf(values, image, head * width);
      const shape = { m: scores.shape.rows, n: width, k: positions };
      return product(shape, a, b, undefined, pixelsOf(output, image, head * width), CONTEXT_SCALE, false);
    });
  }

  #convert(shaped: ShapedLayer, input: Tensor, activation: 'softmax' | 'layernorm', scale: number): Operation[] {
    return this.#conversion(input, this.#output(shaped), activation, scale);
  }

  #conversion(
    input: Tensor,
    output: Tensor,
    activation: 'none' | 'igelu' | 'softmax' | 'layernorm',
    scale: number,
  ): Operation[] {
    return this.#pixelRuns(input, output, (from, to, rows) => ({
      kind: 'convert',
      problem: {
        rows,
        cols: input.shape.channels,
        input: { ...from, type: 'element' },
        output: to,
        scale,
        activation,
        step: UNIT,
      },
    }));
  }

  #recurrent(layer: LayerOf<'lstm' | 'gru'>, shaped: ShapedLayer, input: Tensor): Operation[] {
    const { name, kind, hidden } = layer;
    const gates = (kind === 'lstm' ? 4 : 3) * hidden;
    const recurrent: RecurrentLayer = {
      name,
      hidden,
      batch: this.#batch,
      input,
      inputWeights: this.#weights(`${name}.input`, input.shape.channels * gates),
      stateWeights: this.#weights(`${name}.state`, hidden * gates),
      bias: this.#bias(name, gates, input.shape.channels + hidden),
      output: this.#output(shaped),
    };
    return kind === 'lstm' ? lstmOperations(recurrent, this.#builder) : gruOperations(recurrent, this.#builder);
  }

  #images(make: (image: number) => Operation): Operation[] {
    return Array.from({ length: this.#batch }, (_, image) => make(image));
  }

  #heads(heads: number, make: (image: number, head: number) => Operation): Operation[] {
    return Array.from({ length: this.#batch * heads }, (_, index) => make(Math.floor(index / heads), index % heads));
  }

  /** One operation for all pixels of the batch when they are evenly spaced, else one per image. */
  #pixelRuns(
    input: Tensor,
    output: Tensor,
    make: (a: MatrixAt, c: MatrixAt, pixels: number) => Operation,
  ): Operation[] {
    const pixels = input.shape.rows * input.shape.cols;
    if (pixels === 1)
      return [
        make(
          { address: input.address, stride: input.imageStride },
          { address: output.address, stride: output.imageStride },
          this.#batch,
        ),
      ];
    const isEven = (tensor: Tensor) => tensor.imageStride === pixels * tensor.pixelStride;
    if (isEven(input) && isEven(output)) return [make(pixelsOf(input, 0), pixelsOf(output, 0), this.#batch * pixels)];
    return this.#images((image) => make(pixelsOf(input, image), pixelsOf(output, image), pixels));
  }
}

/** Largest window, stride and padding that the pooling fields of a store hold, and the widest image. */
const MOST_POOLING = 3;
const MOST_POOLED_COLS = 255;
