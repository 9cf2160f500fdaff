import type { MatrixAt } from './matmul-problem.ts';
import type { Shape } from './network.ts';
import { elements } from './network-shapes.ts';
import type { Operation } from './operation.ts';

/** A feature map of a whole batch in guest memory, channels innermost. */
export interface Tensor {
  readonly address: number;
  readonly shape: Shape;
  /** Elements between neighbouring pixels, and between neighbouring images. */
  readonly pixelStride: number;
  readonly imageStride: number;
}

/** A contiguous tensor. */
export const denseTensor = (address: number, shape: Shape): Tensor => ({
  address,
  shape,
  pixelStride: shape.channels,
  imageStride: elements(shape),
});

/** The pixels of one image as the rows of a matrix, from a channel on. */
export const pixelsOf = (tensor: Tensor, image: number, channel = 0): MatrixAt => ({
  address: tensor.address + image * tensor.imageStride + channel,
  stride: tensor.pixelStride,
});

/** A product of int8 operands, with a bias row when there is one. */
export function product(
  shape: { m: number; n: number; k: number },
  a: MatrixAt,
  b: MatrixAt & { readonly transposed?: boolean },
  bias: number | undefined,
  c: MatrixAt,
  scale: number,
  relu: boolean,
): Extract<Operation, { kind: 'matmul' }> {
  return {
    kind: 'matmul',
    problem: {
      shape,
      a: { ...a, transposed: false, scale: 1 },
      b: { ...b, transposed: b.transposed ?? false, scale: 1 },
      ...(bias === undefined
        ? {}
        : { d: { address: bias, stride: shape.n, type: 'accumulator', repeats: true, scale: 1 } }),
      c: { ...c, type: 'element' },
      scale: Math.fround(scale),
      activation: relu ? 'relu' : 'none',
      step: 0,
    },
  };
}
