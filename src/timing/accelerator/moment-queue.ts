import { type Cycles, NEVER } from '../cycles.ts';

/** Moments in ascending order, each with a number that says what happens then; equal ones in the order of their insertion. */
export class MomentQueue {
  length = 0;
  readonly #at: Float64Array;
  readonly #tags: Int32Array;
  readonly #mask: number;
  #head = 0;

  /** @param capacity most moments at a time */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.#at = new Float64Array(size);
    this.#tags = new Int32Array(size);
    this.#mask = size - 1;
  }

  /** The earliest moment; never when there is none. */
  first(): Cycles {
    return this.length > 0 ? this.#at[this.#head]! : NEVER;
  }

  /** Takes the earliest moment away. @returns its number */
  shift(): number {
    const tag = this.#tags[this.#head]!;
    this.#head = (this.#head + 1) & this.#mask;
    this.length--;
    return tag;
  }

  insert(at: Cycles, tag = 0): void {
    const mask = this.#mask;
    let index = this.#head + this.length++;
    for (; index > this.#head && this.#at[(index - 1) & mask]! > at; index--) {
      this.#at[index & mask] = this.#at[(index - 1) & mask]!;
      this.#tags[index & mask] = this.#tags[(index - 1) & mask]!;
    }
    this.#at[index & mask] = at;
    this.#tags[index & mask] = tag;
  }
}
