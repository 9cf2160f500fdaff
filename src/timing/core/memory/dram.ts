import type { Cycles } from '../cycles.ts';
import type { f64 } from '../portable.ts';
import type { Settings } from '../settings.ts';
import { DdrMemory } from './ddr.ts';
import { InFlightLimit, MemoryPort } from './memory-port.ts';

export function createMemoryPort(settings: Settings): MemoryPort {
  if (settings.memory.model === 0) return new FixedLatencyMemory(settings);
  return new DdrMemory(settings);
}

/** Every read takes the same time; data leave one beat per cycle, in order. */
class FixedLatencyMemory extends MemoryPort {
  private readonly latency: f64;
  private readonly beats: f64;
  private readonly inFlight: InFlightLimit;
  private busFree: Cycles = 0;
  private writeFree: Cycles = 0;

  constructor(settings: Settings) {
    super();
    const memory = settings.memory;
    this.latency = memory.latency;
    this.beats = Math.max(1, settings.cache.lineBytes / memory.beatBytes);
    this.inFlight = new InFlightLimit(memory.maxReads);
  }

  override read(at: Cycles, _paddr: f64): void {
    const start = this.inFlight.start(at);
    const first = Math.max(start + this.latency, this.busFree);
    const end = first + this.beats;
    this.firstBeat = first;
    this.lastBeat = end - 1;
    this.busFree = end;
    this.inFlight.end(end);
    this.counts.reads++;
    this.counts.readBeats += this.beats;
  }

  override write(at: Cycles, _paddr: f64): void {
    // Data follow their address; the acknowledgement takes as long as a read.
    this.writeFree = Math.max(at + 1, this.writeFree) + this.beats;
    this.acknowledged = this.writeFree - 1 + this.latency;
    this.counts.writes++;
    this.counts.writeBeats += this.beats;
  }
}
