import { type f64, type i32, low32 } from '../portable.ts';

/**
 * Splits bytes [vaddr, vaddr + length) into memory requests of the DMA, one after the other: greedily the power of two
 * between a beat and the maximum that carries most useful bytes, aligned to its size, the smaller one on a tie.
 * @source gemmini-timing §4.2
 */
export class PacketSplitter {
  /** The packet of the last `next`: aligned byte address, size, and useful bytes with their place in it. */
  vaddr: f64 = 0;
  bytes: i32 = 0;
  offset: i32 = 0;
  useful: i32 = 0;
  /** Bytes that are in no packet yet. */
  left: i32 = 0;
  private address: f64 = 0;
  private readonly beatBytes: i32;
  private readonly maxBytes: i32;

  constructor(beatBytes: i32, maxBytes: i32) {
    this.beatBytes = beatBytes;
    this.maxBytes = maxBytes;
  }

  start(vaddr: f64, length: i32): void {
    this.address = vaddr;
    this.left = length;
  }

  next(): void {
    const address = this.address;
    const low = low32(address);
    const left = this.left;
    const most = this.maxBytes;
    let bytes = this.beatBytes;
    let useful: i32 = 0;
    if (left >= most && (low & (most - 1)) === 0) {
      bytes = most;
      useful = most;
    }
    // A larger packet never carries less; one that takes all that is left cannot be beaten.
    for (let size = bytes; size <= most && useful < left; size *= 2) {
      const room = size - (low & (size - 1));
      const carried = room < left ? room : left;
      if (carried <= useful) continue;
      bytes = size;
      useful = carried;
    }
    const offset = low & (bytes - 1);
    this.offset = offset;
    this.vaddr = address - offset;
    this.bytes = bytes;
    this.useful = useful;
    this.address = address + useful;
    this.left = left - useful;
  }
}
