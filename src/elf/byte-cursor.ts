/**
 * Reads little-endian numbers one after the other. Past the end everything reads as 0 and `isPastEnd` becomes true, so
 * that a reader of untrusted bytes checks once, at the end of a step, and not after every number.
 */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  offset: number;
  /** Where reading stops; at most the end of the bytes. */
  readonly end: number;
  #isPastEnd = false;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.offset = offset;
    this.end = Math.min(end, bytes.length);
  }

  get isPastEnd(): boolean {
    return this.#isPastEnd;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.end;
  }

  /** Moves on by `count` bytes; where they began, or nothing when there are fewer. */
  skip(count: number): number | undefined {
    const start = this.offset;
    if (count > this.end - start) {
      this.#isPastEnd = true;
      this.offset = this.end;
      return undefined;
    }
    this.offset = start + count;
    return start;
  }

  u8(): number {
    const at = this.skip(1);
    return at === undefined ? 0 : this.bytes[at]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const at = this.skip(2);
    return at === undefined ? 0 : this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.skip(4);
    return at === undefined ? 0 : this.#view.getUint32(at, true);
  }

  u64(): bigint {
    const at = this.skip(8);
    return at === undefined ? 0n : this.#view.getBigUint64(at, true);
  }

  /** Unsigned LEB128, of which the low 64 bits count. */
  uleb128(): bigint {
    return BigInt.asUintN(64, this.#leb128().value);
  }

  /** Signed LEB128, of which the low 64 bits count. */
  sleb128(): bigint {
    const { value, bits, sign } = this.#leb128();
    return BigInt.asIntN(64, sign ? value - (1n << BigInt(bits)) : value);
  }

  #leb128(): { value: bigint; bits: number; sign: boolean } {
    let low = 0;
    let value = 0n;
    let bits = 0;
    for (;;) {
      const byte = this.u8();
      // The common short numbers need no bigint arithmetic.
      if (bits < 28) low += (byte & 0x7f) * 2 ** bits;
      else if (bits < 70) value |= BigInt(byte & 0x7f) << BigInt(bits);
      bits += 7;
      if (byte < 0x80) return { value: value + BigInt(low), bits: Math.min(bits, 70), sign: (byte & 0x40) !== 0 };
    }
  }

  /** Skips a zero-terminated string; where it began. */
  string(): number {
    const start = this.offset;
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= this.end) this.skip(this.end - start + 1);
    else this.offset = end + 1;
    return start;
  }
}
