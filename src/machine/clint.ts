/**
 * Core-local interruptor: one software-interrupt bit and one timer comparison per hart, and the timer that they share.
 * @source RISC-V Advanced Core Local Interruptor specification; SiFive CLINT layout
 */
import type { Bus } from '../hart/bus.ts';

/** Bits of mip that this device drives. */
export const SOFTWARE_INTERRUPT = 1n << 3n;
export const TIMER_INTERRUPT = 1n << 7n;

const SOFTWARE_OFFSET = 0;
const COMPARE_OFFSET = 0x4000;
const TIME_OFFSET = 0xbff8;
const WORD_BITS = 64;

export class Clint implements Bus {
  readonly #base: number;
  readonly #bytes: number;
  readonly #raise: (hart: number, mask: bigint, isPending: boolean) => void;
  readonly #software: number[];
  readonly #compare: bigint[];
  /** The timer when the interrupt lines were driven last, and the ticks since then. */
  #drivenAt = 0n;
  #ticks = 0;
  /** Ticks after which a line may change. */
  #quietTicks = 0;

  /** @param raise sets or clears bits of a hart's mip */
  constructor(
    place: { readonly base: number; readonly bytes: number },
    harts: number,
    raise: (hart: number, mask: bigint, isPending: boolean) => void,
  ) {
    this.#base = place.base;
    this.#bytes = place.bytes;
    this.#raise = raise;
    this.#software = new Array<number>(harts).fill(0);
    this.#compare = new Array<bigint>(harts).fill(0n);
  }

  get time(): bigint {
    return BigInt.asUintN(WORD_BITS, this.#drivenAt + BigInt(this.#ticks));
  }

  /** Time at which a hart's timer interrupt becomes pending. */
  compare(hart: number): bigint {
    return this.#compare[hart]!;
  }

  advance(ticks: number): void {
    this.#ticks += ticks;
    if (this.#ticks >= this.#quietTicks) this.#setTime(this.time);
  }

  /** The harts have lost what their interrupt lines were: the next tick tells them. */
  driveAgain(): void {
    this.#quietTicks = 0;
  }

  #setTime(time: bigint): void {
    this.#drivenAt = time;
    this.#ticks = 0;
    this.#updateTimers();
  }

  read(paddr: number, bytes: 1 | 2 | 4 | 8): bigint | undefined {
    const word = this.#word(paddr);
    if (word === undefined) return undefined;
    return BigInt.asUintN(8 * bytes, word.get() >> BigInt(8 * (paddr % 8)));
  }

  write(paddr: number, bytes: 1 | 2 | 4 | 8, value: bigint): boolean {
    const word = this.#word(paddr);
    if (word === undefined) return false;
    const shift = BigInt(8 * (paddr % 8));
    const mask = (2n ** BigInt(8 * bytes) - 1n) << shift;
    word.set((word.get() & ~mask) | ((value << shift) & mask));
    return true;
  }

  #setCompare(hart: number, value: bigint): void {
    this.#compare[hart] = value;
    this.#setTime(this.time);
  }

  /** The aligned 64-bit word that an address belongs to; words without a register read as zero. */
  #word(paddr: number): { get(): bigint; set(value: bigint): void } | undefined {
    const offset = paddr - this.#base;
    if (offset < 0 || offset >= this.#bytes) return undefined;
    const aligned = offset - (offset % 8);
    if (aligned === TIME_OFFSET) return { get: () => this.time, set: (value) => this.#setTime(value) };
    const timer = (aligned - COMPARE_OFFSET) / 8;
    if (timer >= 0 && timer < this.#compare.length)
      return { get: () => this.#compare[timer]!, set: (value) => this.#setCompare(timer, value) };
    if (aligned < SOFTWARE_OFFSET + 4 * this.#software.length) return this.#softwarePair(aligned / 4);
    return { get: () => 0n, set: () => {} };
  }

  /** Two harts' software-interrupt registers, of which bit 0 counts. */
  #softwarePair(first: number): { get(): bigint; set(value: bigint): void } {
    return {
      get: () => BigInt(this.#software[first]!) | (BigInt(this.#software[first + 1] ?? 0) << 32n),
      set: (value) => {
        for (const [index, bit] of [value & 1n, (value >> 32n) & 1n].entries()) {
          if (first + index >= this.#software.length) continue;
          this.#software[first + index] = Number(bit);
          this.#raise(first + index, SOFTWARE_INTERRUPT, bit === 1n);
        }
      },
    };
  }

  #updateTimers(): void {
    // The timer begins again at zero, too.
    let next = 1n << BigInt(WORD_BITS);
    for (const [hart, compare] of this.#compare.entries()) {
      this.#raise(hart, TIMER_INTERRUPT, this.#drivenAt >= compare);
      if (compare > this.#drivenAt && compare < next) next = compare;
    }
    this.#quietTicks = Number(next - this.#drivenAt);
  }
}
