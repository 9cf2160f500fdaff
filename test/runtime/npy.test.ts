import { expect, test } from 'vitest';
import { type NpyArray, readNpy, writeNpy } from '../../src/runtime/npy.ts';

const array: NpyArray = { type: '<i4', shape: [2, 3], values: Int32Array.of(1, -2, 3, 4, 5, 2 ** 31 - 1) };
const expected = { argument: '--bias', type: '<i4', shape: [2, 3] } as const;

const found = (bytes: Uint8Array, wanted: Parameters<typeof readNpy>[1] = expected) => {
  const result = readNpy(bytes, wanted);
  return result.ok ? 'read' : result.errors.map(({ message }) => message).join('\n');
};

test('an array that is written is read back', () => {
  const result = readNpy(writeNpy(array), expected);
  expect(result).toEqual({ ok: true, value: array });
});

test('values start at a multiple of 64 bytes after a header that ends in a line feed', () => {
  const bytes = writeNpy({ type: '|i1', shape: [5], values: Int8Array.of(1, 2, 3, 4, 5) });
  expect(bytes.length).toBe(64 * 2 + 5);
  expect(bytes[127]).toBe(10);
  expect(new TextDecoder('latin1').decode(bytes.subarray(10, 70))).toContain("'shape': (5,)");
});

test.each([
  [new Uint8Array(3), /--bias: not a \.npy file/],
  [writeNpy(array).subarray(0, 9), /ends in its header/],
  [writeNpy(array).subarray(0, 140), /12 bytes of values, its shape needs 24/],
  [writeNpy({ ...array, type: '<f4', values: new Float32Array(6) }), /its type is '<f4', but '<i4' is needed/],
  [writeNpy({ ...array, shape: [3, 2] }), /its shape is \(3, 2\), but \(2, 3\) is needed/],
  [writeNpy({ ...array, shape: [6] }), /its shape is \(6,\)/],
])('a file that is not what is needed is refused (%#)', (bytes, message) => {
  expect(found(bytes)).toMatch(message);
});

test('column-major arrays are refused', () => {
  const bytes = writeNpy(array);
  const text = new TextDecoder('latin1').decode(bytes);
  const fortran = text.replace("'fortran_order': False", "'fortran_order': True ");
  expect(found(Uint8Array.from(fortran, (letter) => letter.charCodeAt(0)))).toMatch(/Fortran/);
});
