import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';

/** Rows that the multipliers work on at a time. */
const ROWS = 3;
/** Cycles after the first row in which the second and the third must have come. */
const SECOND_ROW = 3;
const THIRD_ROW = 7;
/** Cycles of three rows whose elements are served in two turns. @source measured: micro2 mvin_scaled_x16, first repetition */
const SPLIT_PERIOD = 19;
/** Longer ago than anything. */
const BEFORE = Number.NEGATIVE_INFINITY;

/**
 * The multipliers on the way into the scratchpad, which three rows share. Arbiters go round over the elements of all
 * three. After a reset they stand behind the first element of the first place: a row that comes there, with others close
 * behind, waits for its first element until the others are through, and as all leave together the next three do the same.
 * It ends with the first pause after which a row comes to another place.
 * @source gemmini-timing §4.7; VectorScalarMultiplier of the generator
 */
export class InputScaler {
  readonly #latency: Cycles;
  readonly #perRow: Cycles;
  readonly #out = new Float64Array(ROWS);
  #next = 0;
  /** Where the next row goes; rows that are not scaled take a place, too. */
  #place = 0;
  #isBehindFirst = true;
  #groupFrom: Cycles = BEFORE;
  #isSplit = false;
  #groupOut: Cycles = 0;

  constructor({ mvinScaleLatency, mvinScaleUnits }: TimingConfig['accelerator'], dim: number) {
    this.#latency = mvinScaleLatency;
    this.#perRow = Math.max(1, Math.ceil(dim / mvinScaleUnits));
  }

  /** Rows pass that are not scaled. */
  pass(rows: number): void {
    this.#place = (this.#place + rows) % ROWS;
  }

  /** A row comes at `at`. @returns when it leaves */
  scale(at: Cycles): Cycles {
    const previous = this.#out[(this.#next + ROWS - 1) % ROWS]!;
    const place = this.#place;
    if (previous <= at) this.#isSplit = false;
    if (this.#isBehindFirst) this.#followTurn(place, at, previous);
    let out = Math.max(at + this.#latency + this.#perRow - 1, previous + this.#perRow);
    if (this.#isSplit) {
      if (place === 0) this.#groupOut += SPLIT_PERIOD;
      out = Math.max(at + this.#latency + this.#perRow - 1, this.#groupOut + place);
    }
    this.#out[this.#next] = out;
    this.#next = (this.#next + 1) % ROWS;
    this.pass(1);
    return out;
  }

  /** The arbiters stand behind the first element: do the rows come so close that they still do after them? */
  #followTurn(place: number, at: Cycles, previous: Cycles): void {
    if (place === 0) {
      this.#groupFrom = Math.max(at, previous);
      return;
    }
    if (at - this.#groupFrom > (place === 1 ? SECOND_ROW : THIRD_ROW)) {
      this.#isBehindFirst = false;
      this.#isSplit = false;
    } else if (place === 2 && !this.#isSplit) {
      this.#isSplit = true;
      this.#groupOut = this.#groupFrom + SPLIT_PERIOD - 1;
    }
  }

  /** When the row left whose place the next one takes. */
  get roomFrom(): Cycles {
    return this.#out[this.#next]!;
  }
}
