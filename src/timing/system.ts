import type { AcceleratorConfig } from '../accel/config.ts';
import type { CounterSource } from '../accel/counters.ts';
import type { HostObserver } from '../hart/host-trace.ts';
import type { TimingConfig } from './config.ts';
import type { Cycles } from './core/cycles.ts';
import type { HostWords, MemoryMap } from './host/host-memory.ts';
import { InterleavedTiles } from './interleave.ts';
import { type TimingReport, timingReport } from './report.ts';
import { TileTiming } from './tile.ts';
import { TimingCore } from './timing-core.ts';
import type { TimingModel } from './timing-model.ts';

/** The parts of a machine that have timing: it can be sent and kept as text. */
export interface SystemShape {
  readonly tiles: number;
  readonly accelerator: AcceleratorConfig;
  readonly customOpcode: number;
  readonly map: MemoryMap;
}

/** Tiles behind one L2 and one memory. */
export class SystemTiming implements TimingModel {
  readonly core: TimingCore;
  readonly tiles: readonly TileTiming[];
  readonly observers: readonly HostObserver[];
  functionAt: TimingModel['functionAt'] = () => undefined;
  readonly #config: TimingConfig;
  readonly #accelerator: AcceleratorConfig;
  readonly #interleaved: InterleavedTiles | undefined;
  /** The tile that gave the host of the machine the last command. */
  #hostCommandOf: TileTiming | undefined;
  #ended: TileTiming | undefined;

  constructor(config: TimingConfig, shape: SystemShape) {
    const { tiles, accelerator, customOpcode, map } = shape;
    this.#config = config;
    this.#accelerator = accelerator;
    const core = new TimingCore(config, accelerator, tiles);
    this.core = core;
    const hostCommandStored = (tile: TileTiming): void => void (this.#hostCommandOf = tile);
    this.tiles = Array.from(
      { length: tiles },
      (_, tile) => new TileTiming(config, { accelerator, customOpcode, core, tile, map, hostCommandStored }),
    );
    this.#interleaved = tiles > 1 ? new InterleavedTiles(this.tiles) : undefined;
    this.observers = this.#interleaved?.observers ?? this.tiles;
  }

  counters(tile: number): CounterSource {
    return this.tiles[tile]!.counterSource(() => this.#interleaved?.settleTile(tile));
  }

  /** Times all that harts have retired. Tiles go on in step, so some of it may wait until it is asked for. */
  settle(): void {
    this.#interleaved?.settle();
  }

  setHostWords(words: HostWords): void {
    for (const { memory } of this.tiles) memory.hostWords = words;
  }

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

  report(): TimingReport {
    return timingReport(this, { accelerator: this.#accelerator, timing: this.#config, functionAt: this.functionAt });
  }
}
