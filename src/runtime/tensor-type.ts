/** Types of values as tensors hold them: in guest memory, in typed arrays and in `.npy` files. */
import type { Diagnostic } from '../support/diagnostics.ts';
import { runtimeError } from './errors.ts';
import type { Geometry, StoredType } from './geometry.ts';
import type { NpyType } from './npy.ts';

export type TensorValues =
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>;

export interface TensorType {
  readonly npy: NpyType;
  readonly isFloat: boolean;
  /** Values in a buffer, starting at its first byte. */
  of(buffer: ArrayBuffer): TensorValues;
  /** Zeros. */
  make(count: number): TensorValues;
  read(view: DataView, offset: number): number;
}

const TENSOR_TYPES = {
  int8: {
    npy: '|i1',
    isFloat: false,
    of: (buffer) => new Int8Array(buffer),
    make: (count) => new Int8Array(count),
    read: (view, offset) => view.getInt8(offset),
  },
  int16: {
    npy: '<i2',
    isFloat: false,
    of: (buffer) => new Int16Array(buffer),
    make: (count) => new Int16Array(count),
    read: (view, offset) => view.getInt16(offset, true),
  },
  int32: {
    npy: '<i4',
    isFloat: false,
    of: (buffer) => new Int32Array(buffer),
    make: (count) => new Int32Array(count),
    read: (view, offset) => view.getInt32(offset, true),
  },
  fp32: {
    npy: '<f4',
    isFloat: true,
    of: (buffer) => new Float32Array(buffer),
    make: (count) => new Float32Array(count),
    read: (view, offset) => view.getFloat32(offset, true),
  },
} as const satisfies Record<string, TensorType>;

/** Tensors of an accelerator's values. @throws Error when `checkTensorTypes` finds fault */
export function tensorType(type: StoredType, { elementType, accumulatorType }: Geometry): TensorType {
  const name = type === 'element' ? elementType : accumulatorType;
  if (name === 'fp16' || name === 'bf16') throw new Error(`there are no tensors of ${name}`);
  return TENSOR_TYPES[name];
}

/** Can operands of the accelerator's types be made and checked? */
export function checkTensorTypes({ elementType }: Geometry): readonly Diagnostic[] {
  if (elementType !== 'fp16' && elementType !== 'bf16') return [];
  return [
    runtimeError(
      'RUN004',
      `accelerator.elementType is ${elementType}, but operands are made and checked as int8, int16 or fp32`,
      'use a machine with one of these',
    ),
  ];
}

/** Is a given operand of the accelerator's type, and are its values as many as the problem needs? */
export function checkOperand(
  name: string,
  values: TensorValues | undefined,
  type: StoredType,
  count: number,
  geometry: Geometry,
): readonly Diagnostic[] {
  if (values === undefined) return [];
  const wanted = tensorType(type, geometry).make(0).constructor.name;
  const found = values.constructor.name;
  if (found !== wanted)
    return [runtimeError('RUN006', `${name} is of type ${found}, but this machine needs ${wanted}`)];
  if (values.length === count) return [];
  return [runtimeError('RUN006', `${name} has ${values.length} values, but ${count} are needed`)];
}
