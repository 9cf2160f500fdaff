/**
 * Harts take turns of thousands of instructions, but their tiles share an L2 on one clock. So what a hart retires is kept
 * until the tiles that are behind it have caught up: the tile whose clock is lowest goes on. A tile that waits for its
 * accelerator goes on in small steps, so that the others' requests come between its own.
 *
 * A hart that asks for the time gets all that it has retired timed first; a hart that retires nothing does not hold up the
 * others for long.
 */
import type { CoprocessorOutcome, CustomInstruction } from '../hart/coprocessor.ts';
import {
  type HostAddressSpace,
  type HostObserver,
  observedWords,
  TRACE_CUT,
  TRACE_TRAP,
  type TracedBlock,
  type TracedPage,
} from '../hart/host-trace.ts';
import type { Cycles } from './core/cycles.ts';
import type { TileTiming } from './tile.ts';

/** Cycles that a waiting tile goes on before it looks at the others again. */
const STEP = 64;
/** Words of a tile that may wait for others that show none. */
const MOST_WAITING = 1 << 16;
/** What an event without words counts as. */
const EVENT_WORDS = 8;

/** Words of these records of the host trace. */
const TRAP_WORDS = 3;
const CUT_WORDS = 2;

type TileEvent =
  | { readonly kind: 'drain'; readonly words: Int32Array }
  | { readonly kind: 'custom'; readonly instruction: CustomInstruction; readonly outcome: CoprocessorOutcome }
  | { readonly kind: 'fence' }
  | { readonly kind: 'space'; readonly space: HostAddressSpace }
  | { readonly kind: 'page'; readonly page: TracedPage };

/** A tile with what its hart has retired and nobody has timed. */
class WaitingTile {
  readonly tile: TileTiming;
  readonly #events: TileEvent[] = [];
  #first = 0;
  /** Where the next record of the first event begins, when that is a stretch of the host trace. */
  #at = 0;
  /** Words that wait: it does not depend on where the trace was cut into stretches. */
  waiting = 0;
  /** How far a wait for the accelerator has got. */
  #waited: Cycles = 0;
  /** Words of operands in records, by block. */
  readonly #operandWords: number[] = [];

  constructor(tile: TileTiming) {
    this.tile = tile;
  }

  block(block: TracedBlock): void {
    this.#operandWords[block.id] = block.instructions.reduce((sum, { name }) => sum + observedWords(name), 0);
    this.tile.block(block);
  }

  get clock(): Cycles {
    return Math.max(this.tile.host.issued, this.#waited);
  }

  push(event: TileEvent): void {
    this.#events.push(event);
    this.waiting += event.kind === 'drain' ? event.words.length : EVENT_WORDS;
  }

  /** Goes on by a block, an event, or a step towards its end. */
  step(): void {
    const event = this.#events[this.#first]!;
    const { tile } = this;
    switch (event.kind) {
      case 'drain': {
        const next = this.#recordEnd(event.words, this.#at);
        tile.drain(event.words, this.#at, next);
        this.waiting -= next - this.#at;
        this.#at = next;
        if (next < event.words.length) return;
        this.#at = 0;
        this.#leave(0);
        return;
      }
      case 'space':
        tile.addressSpace(event.space);
        break;
      case 'page':
        tile.page(event.page);
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
    this.#leave(EVENT_WORDS);
  }

  /** Behind the record at `at`, with what cuts it or the trap that it is. */
  #recordEnd(words: Int32Array, at: number): number {
    const id = words[at]!;
    if (id === TRACE_TRAP) return at + TRAP_WORDS;
    const end = at + 1 + this.#operandWords[id]!;
    return words[end] === TRACE_CUT ? end + CUT_WORDS : end;
  }

  /** The first event is over. */
  #leave(words: number): void {
    this.waiting -= words;
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
    while (own.waiting > 0) this.#earliest()!.step();
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
      block: (block) => waiting.block(block),
      drain: (words, start, end) => {
        if (end > start) push({ kind: 'drain', words: words.slice(start, end) });
      },
      cycle: () => {
        this.settleTile(index);
        return tile.cycle();
      },
      custom: (instruction, outcome) => push({ kind: 'custom', instruction, outcome }),
      fence: () => push({ kind: 'fence' }),
      addressSpace: (space) => push({ kind: 'space', space }),
      page: (page) => push({ kind: 'page', page }),
    };
  }

  /** Times events while no tile could still show an earlier one, or too many wait. */
  #goOn(): void {
    while (this.#tiles.every(({ waiting }) => waiting > 0) || this.#tiles.some(({ waiting }) => waiting > MOST_WAITING))
      this.#earliest()!.step();
  }

  /** The tile with events whose clock is lowest. */
  #earliest(): WaitingTile | undefined {
    let best: WaitingTile | undefined;
    for (const tile of this.#tiles)
      if (tile.waiting > 0 && (best === undefined || tile.clock < best.clock)) best = tile;
    return best;
  }
}
