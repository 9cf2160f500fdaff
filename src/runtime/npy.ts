/**
 * `.npy` arrays: the magic, a version, a Python dictionary with type, order and shape, then the values. Little-endian
 * C-order arrays of the types that tensors have.
 * @source NumPy documentation, "numpy.lib.format", versions 1.0 to 3.0
 */
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { runtimeError } from './errors.ts';

const TYPES = {
  '|i1': Int8Array,
  '|u1': Uint8Array,
  '<i2': Int16Array,
  '<i4': Int32Array,
  '<f4': Float32Array,
} as const;

export type NpyType = keyof typeof TYPES;
export type NpyValues = InstanceType<(typeof TYPES)[NpyType]>;

export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: NpyValues;
}

/** What a tensor that is read must be. */
export interface NpyExpectation {
  /** The argument that names the file. */
  readonly argument: string;
  readonly type: NpyType;
  readonly shape: readonly number[];
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGN = 64;

/** Reads an array and holds it against what is expected. */
export function readNpy(bytes: Uint8Array, expected: NpyExpectation): Result<NpyArray, Diagnostic> {
  const { argument } = expected;
  const broken = (problem: string) => fail(runtimeError('NPY001', `${argument}: ${problem}`));
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return broken('not a .npy file: its magic is missing');
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) return broken(`format version ${major}, but 1, 2 and 3 are known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthBytes = major === 1 ? 2 : 4;
  if (bytes.length < 8 + lengthBytes) return broken('the file ends in its header');
  const headerLength = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = 8 + lengthBytes + headerLength;
  if (bytes.length < start) return broken('the file ends in its header');
  const header = new TextDecoder().decode(bytes.subarray(8 + lengthBytes, start));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || shapeText === undefined)
    return broken('its header has no descr, fortran_order or shape');
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const wrong = (what: string, found: string, allowed: string) =>
    fail(runtimeError('NPY002', `${argument}: ${what} is ${found}, but ${allowed} is needed`));
  if (type !== expected.type) return wrong('its type', `'${type}'`, `'${expected.type}'`);
  if (order === 'True') return wrong('its order', 'Fortran (column-major)', 'C order (row-major)');
  if (shape.join() !== expected.shape.join()) return wrong('its shape', tuple(shape), tuple(expected.shape));
  const Values = TYPES[expected.type];
  const count = shape.reduce((product, extent) => product * extent, 1);
  const end = start + count * Values.BYTES_PER_ELEMENT;
  if (bytes.length !== end)
    return broken(`it has ${bytes.length - start} bytes of values, its shape needs ${end - start}`);
  // A copy, even when `bytes` is a Buffer, whose slice is a view.
  return succeed({ type: expected.type, shape, values: new Values(new Uint8Array(bytes.subarray(start, end)).buffer) });
}

/** The bytes of a version 1.0 file. */
export function writeNpy({ type, shape, values }: NpyArray): Uint8Array {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple(shape)}, }`;
  const headerStart = MAGIC.length + 4;
  const total = Math.ceil((headerStart + dictionary.length + 1) / ALIGN) * ALIGN;
  const header = `${dictionary.padEnd(total - headerStart - 1)}\n`;
  const out = new Uint8Array(total + values.byteLength);
  out.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  out.set(new TextEncoder().encode(header), headerStart);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), total);
  return out;
}

const tuple = (shape: readonly number[]): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
