import type { Stop } from './faults.ts';

/** Why an address could not be reached. */
export interface AccessTrap {
  readonly cause: number;
  readonly tval: bigint;
}

/** Main memory as the accelerator sees it: through the address translation of the hart that issued the command. */
export interface AcceleratorMemory {
  /** The one linear memory, which holds the local memories as well. */
  readonly memory: WebAssembly.Memory;
  /** Byte offset in linear memory of the byte at `vaddr` (unsigned 64-bit), valid to the end of its 4 KiB page. */
  locate(vaddr: bigint, access: 'load' | 'store'): number | AccessTrap;
  /** Changes whenever a location that was found earlier may no longer hold. */
  readonly translationEpoch: number;
  /** When there is one, it is told of every byte, in the order of the functional model. */
  readonly watch?: ((access: 'load' | 'store', vaddr: bigint, byte: number) => void) | undefined;
}

const PAGE = 4096;

/**
 * Byte-wise access along one DRAM row at a time, the way the functional model touches memory: ascending bytes, any
 * alignment, every page translated when its first byte is touched.
 */
export class DramRow {
  readonly #port: AcceleratorMemory;
  readonly #access: 'load' | 'store';
  #bytes: Uint8Array;
  #start = 0n;
  #offsetInPage = 0;
  /** Page of the row whose location is known, counted from the page of the first byte. */
  #page = -1;
  /** Linear offset of the first byte of that page. */
  #pageOffset = 0;
  /** The trap of the last access that did not succeed. */
  trap: Stop | undefined;

  constructor(port: AcceleratorMemory, access: 'load' | 'store') {
    this.#port = port;
    this.#access = access;
    this.#bytes = new Uint8Array(port.memory.buffer);
  }

  /** Starts a row at `vaddr`; the address wraps at 2^64. */
  moveTo(vaddr: bigint): void {
    this.#start = BigInt.asUintN(64, vaddr);
    this.#offsetInPage = Number(this.#start & BigInt(PAGE - 1));
    this.#page = -1;
    this.#renewView();
  }

  /** Unsigned little-endian number of 1 … 4 bytes, or −1 when a byte traps. */
  load(offset: number, byteCount: number): number {
    let value = 0;
    for (let i = 0; i < byteCount; i++) {
      const at = this.#locate(offset + i);
      if (at < 0) return -1;
      value |= this.#bytes[at]! << (8 * i);
      this.#port.watch?.('load', this.#addressOf(offset + i), this.#bytes[at]!);
    }
    return value >>> 0;
  }

  /** Stores the low bytes of `value`; false when a byte traps (the bytes before it are stored). */
  store(offset: number, value: number, byteCount: number): boolean {
    for (let i = 0; i < byteCount; i++) {
      const at = this.#locate(offset + i);
      if (at < 0) return false;
      this.#bytes[at] = value >> (8 * i);
      this.#port.watch?.('store', this.#addressOf(offset + i), this.#bytes[at]!);
    }
    return true;
  }

  /** The view of a memory that has grown since has no elements left. */
  #renewView(): void {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#port.memory.buffer);
  }

  #addressOf(offset: number): bigint {
    return BigInt.asUintN(64, this.#start + BigInt(offset));
  }

  #locate(offset: number): number {
    const position = this.#offsetInPage + offset;
    const page = Math.floor(position / PAGE);
    if (page !== this.#page) {
      const found = this.#port.locate(this.#addressOf(offset), this.#access);
      this.#renewView();
      if (typeof found !== 'number') {
        this.trap = { kind: 'trap', cause: found.cause, tval: found.tval };
        return -1;
      }
      this.#page = page;
      this.#pageOffset = found - (position % PAGE);
    }
    return this.#pageOffset + (position % PAGE);
  }
}
