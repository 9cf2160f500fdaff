const word = new DataView(new ArrayBuffer(4));

/** The binary32 number with these bits. */
export function binary32(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

const CANONICAL_NAN = 0x7fc00000;

/** The bits of a number rounded to binary32, as a signed 32-bit integer; every NaN is the canonical one. */
export function binary32Bits(value: number): number {
  if (Number.isNaN(value)) return CANONICAL_NAN;
  word.setFloat32(0, value);
  return word.getInt32(0);
}
