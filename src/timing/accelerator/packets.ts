/** One memory request of the DMA. */
export interface Packet {
  /** Aligned byte address, size, and useful bytes with their place in the packet. */
  readonly vaddr: number;
  readonly bytes: number;
  readonly offset: number;
  readonly useful: number;
}

/**
 * Splits bytes [vaddr, vaddr + length) into requests: greedily the power of two between a beat and the maximum that
 * carries most useful bytes, aligned to its size, the smaller one on a tie.
 * @source gemmini-timing §4.2
 */
export function splitIntoPackets(
  vaddr: number,
  length: number,
  beatBytes: number,
  maxBytes: number,
): readonly Packet[] {
  const packets: Packet[] = [];
  let address = vaddr;
  let left = length;
  while (left > 0) {
    let bytes = beatBytes;
    let useful = 0;
    for (let size = beatBytes; size <= maxBytes; size *= 2) {
      const carried = Math.min(size - (address % size), left);
      if (carried <= useful) continue;
      bytes = size;
      useful = carried;
    }
    const offset = address % bytes;
    packets.push({ vaddr: address - offset, bytes, offset, useful });
    address += useful;
    left -= useful;
  }
  return packets;
}
