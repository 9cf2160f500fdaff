import type { AcceleratorConfig } from '../accel/config.ts';
import type { HostObserver } from '../hart/host-trace.ts';
import type { TimingConfig } from './config.ts';
import type { Cycles } from './core/cycles.ts';
import type { HostWords, MemoryMap } from './host/host-memory.ts';
import { InterleavedTiles } from './interleave.ts';
import { TileTiming } from './tile.ts';
import { TimingCore } from './timing-core.ts';
import type { AddressSpace } from './translation/page-walker.ts';

/** The parts of a machine that have timing. */
export interface SystemShape {
  readonly tiles: number;
  readonly accelerator: AcceleratorConfig;
  readonly customOpcode: number;
  readonly map: MemoryMap;
  /** The page tables that a satp names, as they are at the moment of each question. */
  readonly pageTables: (satp: bigint) => AddressSpace;
}

/** Tiles behind one L2 and one memory. */
export class SystemTiming {
  readonly core: TimingCore;
  readonly tiles: readonly TileTiming[];
  /** What the hart of each tile reports to. */
  readonly observers: readonly HostObserver[];
  readonly #interleaved: InterleavedTiles | undefined;
  /** The tile that gave the host of the machine the last command. */
  #hostCommandOf: TileTiming | undefined;
  #ended: TileTiming | undefined;

  constructor(config: TimingConfig, shape: SystemShape) {
    const { tiles, accelerator, customOpcode, map, pageTables } = shape;
    const core = new TimingCore(config, accelerator, tiles);
    this.core = core;
    const hostCommandStored = (tile: TileTiming): void => void (this.#hostCommandOf = tile);
    this.tiles = Array.from(
      { length: tiles },
      (_, tile) =>
        new TileTiming(config, { accelerator, customOpcode, core, tile, map, pageTables, hostCommandStored }),
    );
    this.#interleaved = tiles > 1 ? new InterleavedTiles(this.tiles) : undefined;
    this.observers = this.#interleaved?.observers ?? this.tiles;
  }

  /** Times all that the hart of a tile has retired. */
  settleTile(tile: number): void {
    this.#interleaved?.settleTile(tile);
  }

  /** Times all that harts have retired. Tiles go on in step, so some of it may wait until it is asked for. */
  settle(): void {
    this.#interleaved?.settle();
  }

  set hostWords(words: HostWords) {
    for (const { memory } of this.tiles) memory.hostWords = words;
  }

  /** A command to the host of the machine ended the program. */
  endAtHostCommand(): void {
    this.settle();
    this.#ended = this.#hostCommandOf;
    this.#ended?.endAtHostCommand();
  }

  /** Cycles of the run: up to the command that ended the program, or up to the last tile's last instruction. */
  get cycles(): Cycles {
    this.settle();
    const cyclesOf = (tile: TileTiming): Cycles => tile.profile().whole.cycles;
    return this.#ended === undefined ? Math.max(...this.tiles.map(cyclesOf)) : cyclesOf(this.#ended);
  }
}
