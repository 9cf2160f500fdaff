/**
 * Harts take turns of thousands of instructions, but their tiles share an L2 on one clock. So what a hart retires is kept
 * until the tiles that are behind it have caught up: the tile whose clock is lowest goes on. A tile that waits for its
 * accelerator goes on in small steps, so that the others' requests come between its own.
 *
 * A hart that asks for the time gets all that it has retired timed first; a hart that retires nothing does not hold up the
 * others for long.
 */
import type { CoprocessorOutcome, CustomInstruction } from '../hart/coprocessor.ts';
import type { HostAddressSpace, HostObserver } from '../hart/host-trace.ts';
import type { Cycles } from './cycles.ts';
import type { TileTiming } from './tile.ts';

/** Cycles that a waiting tile goes on before it looks at the others again. */
const STEP = 64;
/** Events of a tile that may wait for others that show none. */
const MOST_WAITING = 4096;

type TileEvent =
  | { readonly kind: 'drain'; readonly words: Int32Array }
  | { readonly kind: 'custom'; readonly instruction: CustomInstruction; readonly outcome: CoprocessorOutcome }
  | { readonly kind: 'fence' }
  | { readonly kind: 'space'; readonly space: HostAddressSpace };

/** A tile with what its hart has retired and nobody has timed. */
class WaitingTile {
  readonly tile: TileTiming;
  readonly #events: TileEvent[] = [];
  #first = 0;
  /** How far a wait for the accelerator has got. */
  #waited: Cycles = 0;

  constructor(tile: TileTiming) {
    this.tile = tile;
  }

  get length(): number {
    return this.#events.length - this.#first;
  }

  get clock(): Cycles {
    return Math.max(this.tile.host.issued, this.#waited);
  }

  push(event: TileEvent): void {
    this.#events.push(event);
  }

  /** Goes on to the end of the first event, or a step towards it. */
  step(): void {
    const event = this.#events[this.#first]!;
    const { tile } = this;
    switch (event.kind) {
      case 'drain':
        tile.drain(event.words, 0, event.words.length);
        break;
      case 'space':
        tile.addressSpace(event.space);
        break;
      case 'custom':
        if (this.#waitsOn((at) => tile.accelerator.takesCommandAt(at))) return;
        tile.custom(event.instruction, event.outcome);
        break;
      case 'fence':
        if (this.#waitsOn((at) => tile.accelerator.isIdleAt(at))) return;
        tile.fence();
        break;
    }
    this.#first++;
    if (2 * this.#first <= this.#events.length) return;
    this.#events.splice(0, this.#first);
    this.#first = 0;
  }

  /** @returns is the accelerator not ready after another step? */
  #waitsOn(isReady: (at: Cycles) => boolean): boolean {
    const at = Math.max(this.tile.host.writeBack, this.#waited);
    if (isReady(at)) return false;
    this.#waited = at + STEP;
    return true;
  }
}

export class InterleavedTiles {
  /** What each tile's hart reports to. */
  readonly observers: readonly HostObserver[];
  readonly #tiles: readonly WaitingTile[];

  constructor(tiles: readonly TileTiming[]) {
    this.#tiles = tiles.map((tile) => new WaitingTile(tile));
    this.observers = this.#tiles.map((waiting, index) => this.#observe(waiting, index));
  }

  /** Times all that a tile's hart has retired. */
  settleTile(index: number): void {
    const own = this.#tiles[index]!;
    while (own.length > 0) this.#earliest()!.step();
  }

  /** Times all that was retired. */
  settle(): void {
    for (let next = this.#earliest(); next !== undefined; next = this.#earliest()) next.step();
  }

  #observe(waiting: WaitingTile, index: number): HostObserver {
    const { tile } = waiting;
    const push = (event: TileEvent): void => {
      waiting.push(event);
      this.#goOn();
    };
    return {
      block: (block) => tile.block(block),
      drain: (words, start, end) => push({ kind: 'drain', words: words.slice(start, end) }),
      cycle: () => {
        this.settleTile(index);
        return tile.cycle();
      },
      custom: (instruction, outcome) => push({ kind: 'custom', instruction, outcome }),
      fence: () => push({ kind: 'fence' }),
      addressSpace: (space) => push({ kind: 'space', space }),
    };
  }

  /** Times events while no tile could still show an earlier one, or too many wait. */
  #goOn(): void {
    while (this.#tiles.every(({ length }) => length > 0) || this.#tiles.some(({ length }) => length > MOST_WAITING))
      this.#earliest()!.step();
  }

  /** The tile with events whose clock is lowest. */
  #earliest(): WaitingTile | undefined {
    let best: WaitingTile | undefined;
    for (const tile of this.#tiles) if (tile.length > 0 && (best === undefined || tile.clock < best.clock)) best = tile;
    return best;
  }
}
