import type { Activation } from '../isa/accelerator.ts';
import type { StoredType } from './geometry.ts';
import type { MatmulShape } from './matmul-tiling.ts';

/** A matrix in guest memory. */
export interface MatrixAt {
  /** Virtual byte address of the first element. */
  readonly address: number;
  /** Elements between the starts of neighbouring rows, as stored. */
  readonly stride: number;
}

/** C = activation(scale · (A · B + D)), every operand where it lies in guest memory. */
export interface MatmulProblem {
  readonly shape: MatmulShape;
  /** m×k, or k×m when transposed. */
  readonly a: MatrixAt & { readonly transposed: boolean; readonly scale: number };
  /** k×n, or n×k when transposed. */
  readonly b: MatrixAt & { readonly transposed: boolean; readonly scale: number };
  /** m×n, or one row of n that repeats. */
  readonly d?: MatrixAt & { readonly type: StoredType; readonly repeats: boolean; readonly scale: number };
  /** m×n. Accumulator-type results are neither scaled nor clipped. */
  readonly c: MatrixAt & { readonly type: StoredType };
  readonly scale: number;
  readonly activation: Activation;
  /** Quantisation step of the accumulator values, for the polynomials of GELU and softmax. */
  readonly step: number;
}

/** Do the statistics of this activation run over whole rows of C? */
export const isRowWise = (activation: Activation): activation is 'layernorm' | 'softmax' =>
  activation === 'layernorm' || activation === 'softmax';
