/** Plain loops for the layers without products; see reference.ts. */
import type { Numerics } from '../accel/numerics.ts';
import type { Activation } from '../isa/accelerator.ts';
import { geluConstants, softmaxConstants } from './activation-commands.ts';
import type { Values } from './reference.ts';

/** scale · (aScale · a + bScale · b), each scaled operand clipped to the element type first. */
export const residualAddReference = (
  a: Values,
  b: Values,
  scales: { readonly a: number; readonly b: number; readonly sum: number },
  relu: boolean,
  numerics: Numerics,
): number[] =>
  Array.from(a, (value, index) => {
    const left = numerics.scaleElement(value, Math.fround(scales.a));
    const right = numerics.scaleElement(b[index]!, Math.fround(scales.b));
    return numerics.scaleStore(numerics.add(left, right), Math.fround(scales.sum), relu);
  });

/** Mean over the pixels of a pixels×channels tensor, per channel. */
export const globalAverageReference = (input: Values, pixels: number, channels: number, numerics: Numerics): number[] =>
  Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let pixel = 0; pixel < pixels; pixel++) sum = numerics.add(sum, input[pixel * channels + channel]!);
    return numerics.scaleStore(sum, Math.fround(1 / pixels), false);
  });

/**
 * Activation, scale and clipping of accumulator sums on their way out, row by row.
 * @param step value of one accumulator unit
 */
export function activateSums(
  sums: Values,
  cols: number,
  activation: Activation,
  step: number,
  scale: number,
  numerics: Numerics,
): number[] {
  const out: number[] = [];
  for (let start = 0; start < sums.length; start += cols) {
    const row = Array.prototype.slice.call(sums, start, start + cols) as number[];
    const activated = activateRow(row, activation, step, numerics);
    out.push(...activated.map((value) => numerics.scaleStore(value, Math.fround(scale), activation === 'relu')));
  }
  return out;
}

function activateRow(row: number[], activation: Activation, step: number, numerics: Numerics): number[] {
  const norm = numerics.normalization;
  const sumOf = (values: number[]) => values.reduce((sum, value) => numerics.add(sum, value), 0);
  switch (activation) {
    case 'none':
    case 'relu':
      return row;
    case 'igelu': {
      const constants = { ...geluConstants(step), qln2: 0, qln2Inverse: 0 };
      return row.map((value) => norm.gelu(value, constants));
    }
    case 'layernorm': {
      const mean = norm.divide(sumOf(row), row.length);
      const centred = row.map((value) => norm.subtract(value, mean));
      const inverse = norm.inverseDeviation(norm.divide(sumOf(centred.map(norm.square)), row.length));
      return centred.map((value) => norm.normalize(value, inverse));
    }
    case 'softmax': {
      const constants = softmaxConstants(step);
      const max = Math.max(...row);
      const terms = row.map((value) => norm.exponential(norm.subtract(value, max), constants));
      const inverse = norm.inverseSum(sumOf(terms));
      return terms.map((term) => norm.quantize(term, inverse));
    }
  }
}
