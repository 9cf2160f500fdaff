/** Seeded pseudo-random numbers: the same seed gives the same sequence on every machine (xorshift128, Marsaglia 2003). */
export class SeededRandom {
  readonly seed: number;
  #x: number;
  #y = 0x9e3779b9 | 0;
  #z = 0x243f6a88 | 0;
  #w = 0xb7e15162 | 0;

  constructor(seed: number) {
    this.seed = seed;
    this.#x = seed | 0;
    for (let i = 0; i < 16; i++) this.u32();
  }

  /** Uniform over 0 … 2^32−1. */
  u32(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8);
    return this.#w >>> 0;
  }

  /** Uniform over 0 … 2^64−1. */
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  /** Uniform integer over the half-open range [start, end). */
  int(start: number, end: number): number {
    return start + Math.floor((this.u32() / 0x1_0000_0000) * (end - start));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.u32() < probability * 0x1_0000_0000;
  }

  /** One of the choices, all equally likely. */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('pick() needs at least one choice');
    return choices[this.int(0, choices.length)]!;
  }
}
