/**
 * Splits bytes [vaddr, vaddr + length) into memory requests of the DMA, one after the other: greedily the power of two
 * between a beat and the maximum that carries most useful bytes, aligned to its size, the smaller one on a tie.
 * @source gemmini-timing §4.2
 */
export class PacketSplitter {
  /** The packet of the last `next`: aligned byte address, size, and useful bytes with their place in it. */
  vaddr = 0;
  bytes = 0;
  offset = 0;
  useful = 0;
  /** Bytes that are in no packet yet. */
  left = 0;
  #address = 0;
  readonly #beatBytes: number;
  readonly #maxBytes: number;

  constructor({ beatBytes, maxBytes }: { readonly beatBytes: number; readonly maxBytes: number }) {
    this.#beatBytes = beatBytes;
    this.#maxBytes = maxBytes;
  }

  start(vaddr: number, length: number): void {
    this.#address = vaddr;
    this.left = length;
  }

  next(): void {
    let bytes = this.#beatBytes;
    let useful = 0;
    for (let size = bytes; size <= this.#maxBytes; size *= 2) {
      // The low bits of an address of up to 53 bits.
      const carried = Math.min(size - (this.#address & (size - 1)), this.left);
      if (carried <= useful) continue;
      bytes = size;
      useful = carried;
    }
    this.offset = this.#address & (bytes - 1);
    this.vaddr = this.#address - this.offset;
    this.bytes = bytes;
    this.useful = useful;
    this.#address += useful;
    this.left -= useful;
  }
}
