import type { Cycles } from '../cycles.ts';
import { type bool, type f64, i32 } from '../portable.ts';
import type { AcceleratorSettings } from '../settings.ts';

/** Rows that the multipliers work on at a time. */
const ROWS: i32 = 3;
/** Cycles after the first row in which the second and the third must have come. */
const SECOND_ROW: f64 = 3;
const THIRD_ROW: f64 = 7;
/** Cycles of three rows whose elements are served in two turns. @source measured: micro2 mvin_scaled_x16, first repetition */
const SPLIT_PERIOD: f64 = 19;
/** Longer ago than anything. */
const BEFORE: Cycles = -Infinity;

/**
 * The multipliers on the way into the scratchpad, which three rows share. Arbiters go round over the elements of all
 * three. After a reset they stand behind the first element of the first place: a row that comes there, with others close
 * behind, waits for its first element until the others are through, and as all leave together the next three do the same.
 * It ends with the first pause after which a row comes to another place.
 * @source gemmini-timing §4.7; VectorScalarMultiplier of the generator
 */
export class InputScaler {
  private readonly latency: f64;
  private readonly perRow: f64;
  private readonly out: Float64Array = new Float64Array(ROWS);
  private next: i32 = 0;
  /** Where the next row goes; rows that are not scaled take a place, too. */
  private place: i32 = 0;
  private isBehindFirst: bool = true;
  private groupFrom: Cycles = BEFORE;
  private isSplit: bool = false;
  private groupOut: Cycles = 0;

  constructor(settings: AcceleratorSettings, dim: i32) {
    const units = settings.mvinScaleUnits;
    this.latency = settings.mvinScaleLatency;
    this.perRow = i32((dim + units - 1) / units);
  }

  /** Rows pass that are not scaled. */
  pass(rows: i32): void {
    this.place = (this.place + rows) % ROWS;
  }

  /** A row comes at `at`. @returns when it leaves */
  scale(at: Cycles): Cycles {
    const previous = this.out[(this.next + ROWS - 1) % ROWS]!;
    const place = this.place;
    if (previous <= at) this.isSplit = false;
    if (this.isBehindFirst) this.followTurn(place, at, previous);
    let out = Math.max(at + this.latency + this.perRow - 1, previous + this.perRow);
    if (this.isSplit) {
      if (place === 0) this.groupOut += SPLIT_PERIOD;
      out = Math.max(at + this.latency + this.perRow - 1, this.groupOut + place);
    }
    this.out[this.next] = out;
    this.next = (this.next + 1) % ROWS;
    this.pass(1);
    return out;
  }

  /** The arbiters stand behind the first element: do the rows come so close that they still do after them? */
  private followTurn(place: i32, at: Cycles, previous: Cycles): void {
    if (place === 0) {
      this.groupFrom = Math.max(at, previous);
      return;
    }
    if (at - this.groupFrom > (place === 1 ? SECOND_ROW : THIRD_ROW)) {
      this.isBehindFirst = false;
      this.isSplit = false;
    } else if (place === 2 && !this.isSplit) {
      this.isSplit = true;
      this.groupOut = this.groupFrom + SPLIT_PERIOD - 1;
    }
  }

  /** When the row left whose place the next one takes. */
  get roomFrom(): Cycles {
    return this.out[this.next]!;
  }
}
