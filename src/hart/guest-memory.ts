/**
 * The one linear memory of a machine. From the bottom: a guard that stays empty, the harts' states, decoded pages, the
 * regions that the machine asks for (scratchpad, accumulator, …), and the guest's physical memory, each range of which is
 * contiguous. It grows when someone looks for physical memory that it does not have yet: engines make room for garbage when
 * a memory of gigabytes comes into being, which takes longer than a short program runs. Up to its size at the moment, pages
 * cost nothing until they are touched.
 */
import { BLOCK_ID_SHIFT, DECODED_PAGE, HART, PAGE_BYTES } from './layout.ts';

/** A range of physical memory. Addresses are below 2^53. */
export interface PhysicalRange {
  readonly base: number;
  readonly bytes: number;
}

export interface GuestMemoryOptions {
  readonly harts: number;
  /** RAM and ROM; none overlap. */
  readonly physical: readonly PhysicalRange[];
  /** Do harts write host traces? */
  readonly isObserved: boolean;
  /** Further regions, name → bytes. */
  readonly regions?: Readonly<Record<string, number>>;
}

interface PlacedRange extends PhysicalRange {
  /** Linear address of the first byte. */
  readonly offset: number;
}

const WASM_PAGE_BYTES = 0x1_0000;
/** 4 GiB. */
export const MOST_WASM_PAGES = 0x1_0000;
/** Room for records: programs with more code than this (2 MiB) have pages decoded again. */
export const DECODED_PAGES = 512;
/** Physical memory at first; each growth multiplies it. */
const FIRST_PHYSICAL_BYTES = 0x80_0000;
const GROWTH = 16;
/** A hart's buffer for its host trace. */
export const TRACE_BYTES = 0x4_0000;

export class GuestMemory {
  readonly memory: WebAssembly.Memory;
  /** Views of all of linear memory, as it is now: whoever keeps one has a dead one after the next growth. */
  bytes!: Uint8Array<ArrayBuffer>;
  words32!: Int32Array;
  words64!: BigUint64Array;
  view!: DataView;
  readonly ranges: readonly PlacedRange[];
  readonly decodedPages: number;
  /** Block ids of the host trace, one per record of the decoded pages. */
  readonly blockIds: number;
  readonly #physical: number;
  readonly #most: number;
  readonly #grown: (() => void)[] = [];
  readonly #harts: number;
  readonly #traces: number;
  readonly #regions: ReadonlyMap<string, { readonly offset: number; readonly bytes: number }>;

  constructor({ harts, physical, isObserved, regions = {} }: GuestMemoryOptions) {
    let end = PAGE_BYTES;
    const place = (bytes: number): number => {
      const offset = Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
      end = offset + bytes;
      return offset;
    };
    this.#harts = place(harts * HART.bytes);
    this.decodedPages = place(DECODED_PAGES * DECODED_PAGE.bytes);
    this.blockIds = place(isObserved ? (DECODED_PAGES * DECODED_PAGE.bytes) >> BLOCK_ID_SHIFT : 0);
    this.#traces = place(isObserved ? harts * TRACE_BYTES : 0);
    this.#regions = new Map(Object.entries(regions).map(([name, bytes]) => [name, { offset: place(bytes), bytes }]));
    this.ranges = physical.map((range) => ({ ...range, offset: place(range.bytes) }));
    const maximum = Math.ceil(end / WASM_PAGE_BYTES);
    if (maximum > MOST_WASM_PAGES)
      throw new RangeError(`the machine needs ${end} bytes of linear memory, but 4 GiB is the limit: give it less RAM`);
    this.#physical = this.ranges[0]?.offset ?? end;
    const initial = Math.ceil((this.#physical + FIRST_PHYSICAL_BYTES) / WASM_PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial: Math.min(initial, maximum), maximum });
    this.#most = maximum * WASM_PAGE_BYTES;
    this.#makeViews();
  }

  /** Calls back after every growth. */
  whenGrown(callback: () => void): void {
    this.#grown.push(callback);
  }

  #makeViews(): void {
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.words32 = new Int32Array(buffer);
    this.words64 = new BigUint64Array(buffer);
    this.view = new DataView(buffer);
  }

  #growTo(end: number): void {
    const size = this.bytes.length;
    const wanted = Math.max(end, this.#physical + (size - this.#physical) * GROWTH);
    this.memory.grow(Math.ceil((Math.min(wanted, this.#most) - size) / WASM_PAGE_BYTES));
    this.#makeViews();
    for (const callback of this.#grown) callback();
  }

  /** The first bytes of a range that linear memory has room for now. */
  presentBytes({ offset, bytes }: PlacedRange): number {
    return Math.max(0, Math.min(bytes, this.bytes.length - offset));
  }

  /** Linear address of a hart's state. */
  hart(index: number): number {
    return this.#harts + index * HART.bytes;
  }

  /** Linear address of a hart's trace buffer of `TRACE_BYTES`. */
  trace(index: number): number {
    return this.#traces + index * TRACE_BYTES;
  }

  /** Index of the hart whose state is at a linear address. */
  hartIndex(state: number): number {
    return (state - this.#harts) / HART.bytes;
  }

  /** Linear address and size of a region that the machine asked for. */
  region(name: string): { readonly offset: number; readonly bytes: number } {
    const region = this.#regions.get(name);
    if (region === undefined) throw new Error(`no memory region "${name}"`);
    return region;
  }

  /**
   * Linear address of `bytes` bytes of physical memory, or undefined when they are not all in one range. They and the rest
   * of their last page are there afterwards: memory may grow.
   */
  locate(paddr: number, bytes: number): number | undefined {
    const linear = this.find(paddr, bytes);
    if (linear !== undefined && linear + bytes > this.bytes.length) this.#growTo(linear + bytes);
    return linear;
  }

  /** As `locate`, but memory does not grow: the bytes may lie beyond its end, and are zero then. */
  find(paddr: number, bytes: number): number | undefined {
    for (const range of this.ranges) {
      const offset = paddr - range.base;
      if (offset >= 0 && offset + bytes <= range.bytes) return range.offset + offset;
    }
    return undefined;
  }
}
