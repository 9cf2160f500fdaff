import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { DdrMemory } from './ddr.ts';
import { InFlightLimit, type MemoryPort, noMemoryCounts } from './memory-port.ts';

export const createMemoryPort = (config: TimingConfig): MemoryPort =>
  config.memory.model === 'fixed' ? new FixedLatencyMemory(config) : new DdrMemory(config);

/** Every read takes the same time; data leave one beat per cycle, in order. */
class FixedLatencyMemory implements MemoryPort {
  firstBeat = 0;
  lastBeat = 0;
  acknowledged = 0;
  readonly counts = noMemoryCounts();
  readonly #latency: number;
  readonly #beats: number;
  readonly #inFlight: InFlightLimit;
  #busFree = 0;
  #writeFree = 0;

  constructor({ memory, cache }: TimingConfig) {
    this.#latency = memory.latency;
    this.#beats = Math.max(1, cache.lineBytes / memory.beatBytes);
    this.#inFlight = new InFlightLimit(memory.maxReads);
  }

  read(at: Cycles, _paddr: number): void {
    const start = this.#inFlight.start(at);
    this.firstBeat = Math.max(start + this.#latency, this.#busFree);
    this.lastBeat = this.firstBeat + this.#beats - 1;
    this.#busFree = this.lastBeat + 1;
    this.#inFlight.end(this.lastBeat + 1);
    this.counts.reads++;
    this.counts.readBeats += this.#beats;
  }

  write(at: Cycles, _paddr: number): void {
    // Data follow their address; the acknowledgement takes as long as a read.
    this.#writeFree = Math.max(at + 1, this.#writeFree) + this.#beats;
    this.acknowledged = this.#writeFree - 1 + this.#latency;
    this.counts.writes++;
    this.counts.writeBeats += this.#beats;
  }
}
