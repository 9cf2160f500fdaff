/** RAM as devices and loaders see it: a range of physical addresses that lies in linear memory. */
export class GuestRam {
  readonly base: bigint;
  readonly size: number;
  readonly #memory: WebAssembly.Memory;
  readonly #offset: number;

  /** @param offset where RAM starts in linear memory */
  constructor(memory: WebAssembly.Memory, offset: number, base: bigint, size: number) {
    this.#memory = memory;
    this.#offset = offset;
    this.base = base;
    this.size = size;
  }

  get end(): bigint {
    return this.base + BigInt(this.size);
  }

  contains(paddr: bigint, length: bigint): boolean {
    return length >= 0n && paddr >= this.base && paddr + length <= this.end;
  }

  /**
   * Live view of guest memory, good until linear memory grows.
   * @returns nothing when not all of the range is RAM
   */
  view(paddr: bigint, length: number): Uint8Array | undefined {
    if (!this.contains(paddr, BigInt(length))) return undefined;
    return new Uint8Array(this.#memory.buffer, this.#offset + Number(paddr - this.base), length);
  }

  /** @param paddr of 8 bytes that must be RAM */
  readU64(paddr: bigint): bigint {
    return this.#word(paddr).getBigUint64(0, true);
  }

  writeU64(paddr: bigint, value: bigint): void {
    this.#word(paddr).setBigUint64(0, value, true);
  }

  #word(paddr: bigint): DataView {
    const bytes = this.view(paddr, 8);
    if (bytes === undefined) throw new RangeError(`0x${paddr.toString(16)} is outside RAM`);
    return new DataView(bytes.buffer, bytes.byteOffset, 8);
  }
}
