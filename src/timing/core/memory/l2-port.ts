import type { Cycles } from '../cycles.ts';
import type { bool, f64, i32 } from '../portable.ts';

/** What a master asks of the L2: data without keeping them. */
export const GET: i32 = 0;
/** Write of a whole line. */
export const PUT_FULL: i32 = 1;
/** Write of less than a line. */
export const PUT_PART: i32 = 2;
/** Write with a mask. */
export const PUT_MASKED: i32 = 3;
/** Data to keep and read, alone if no client is known to hold them: not even the asking one, which drops lines silently. */
export const ACQUIRE: i32 = 4;
/** Data to keep and write. */
export const ACQUIRE_TO_WRITE: i32 = 5;
/** Permission to write a line that is kept already. */
export const UPGRADE: i32 = 6;
/** A dirty line comes back. */
export const RELEASE: i32 = 7;

/** What a probe finds in a client. */
export const NOT_HELD: i32 = 0;
export const HELD_CLEAN: i32 = 1;
export const HELD_DIRTY: i32 = 2;

/** A master that keeps nothing; as the owner of a line: nobody. */
export const NO_CLIENT: i32 = 255;

/** The L2 as its masters see it; the answers are those to the last request. */
export class L2Port {
  /** First data beat or acknowledgement, at the port. */
  firstBeat: Cycles = 0;
  /** Distance of the data beats. */
  beatGap: f64 = 1;
  wasHit: bool = false;
  /** May the client that acquired write the line without asking again? */
  isExclusive: bool = true;

  /**
   * @param _at     cycle of the request (its first beat) at the port
   * @param _beatsIn  beats of the request; data for puts and releases
   * @param _beatsOut beats of the answer
   * @param _client who asks, or NO_CLIENT
   * @param _from   first beat of a masked write with a byte to write
   * @param _to     and the last
   */
  access(
    _request: i32,
    _at: Cycles,
    _paddr: f64,
    _beatsIn: i32,
    _beatsOut: i32,
    _client: i32,
    _from: i32,
    _to: i32,
  ): void {
    throw new Error('a port without an L2');
  }
}
