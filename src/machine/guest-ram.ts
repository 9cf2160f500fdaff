import type { GuestMemory, PhysicalRange } from '../hart/guest-memory.ts';

/** RAM as devices and loaders see it: one range of physical memory. */
export class GuestRam {
  readonly base: bigint;
  readonly size: number;
  readonly #memory: GuestMemory;

  /** @param range of `memory` */
  constructor(memory: GuestMemory, { base, bytes }: PhysicalRange) {
    this.#memory = memory;
    this.base = BigInt(base);
    this.size = bytes;
  }

  get end(): bigint {
    return this.base + BigInt(this.size);
  }

  contains(paddr: bigint, length: bigint): boolean {
    return length >= 0n && paddr >= this.base && paddr + length <= this.end;
  }

  /**
   * Live view of guest memory, good until the machine runs on or another view is asked for: memory may grow then.
   * @returns nothing when not all of the range is RAM
   */
  view(paddr: bigint, length: number): Uint8Array<ArrayBuffer> | undefined {
    if (!this.contains(paddr, BigInt(length))) return undefined;
    const linear = this.#memory.locate(Number(paddr), length)!;
    return new Uint8Array(this.#memory.memory.buffer, linear, length);
  }

  /** @param paddr of 8 bytes that must be RAM */
  readU64(paddr: bigint): bigint {
    const linear = this.locateU64(paddr);
    return this.#memory.view.getBigUint64(linear, true);
  }

  /** Are the 8 bytes at a linear address, from `locateU64`, zero? Asked for all the time: no big integers are made. */
  isZero(linear: number): boolean {
    const { view } = this.#memory;
    return (view.getInt32(linear, true) | view.getInt32(linear + 4, true)) === 0;
  }

  writeU64(paddr: bigint, value: bigint): void {
    const linear = this.locateU64(paddr);
    this.#memory.view.setBigUint64(linear, value, true);
  }

  /** Linear address of 8 bytes, which stays the same. */
  locateU64(paddr: bigint): number {
    if (!this.contains(paddr, 8n)) throw new RangeError(`0x${paddr.toString(16)} is outside RAM`);
    return this.#memory.locate(Number(paddr), 8)!;
  }
}
