import type { Cycles } from '../cycles.ts';
import type { AcceleratorTiming } from './accelerator.ts';
import { EXECUTE, LOAD, STORE } from './operation.ts';

/** What an accelerator had done before a cycle. All sums: the difference of two samples is what happened between. */
export interface ActivitySample {
  readonly at: Cycles;
  /** Cycles in which operations of these classes, and no others, were under way. */
  readonly nothing: number;
  readonly load: number;
  readonly execute: number;
  readonly store: number;
  readonly loadExecute: number;
  readonly loadStore: number;
  readonly executeStore: number;
  readonly all: number;
  /** Cycles in which operand rows entered the array, and in which they waited for a bank. */
  readonly feeding: number;
  readonly bankWait: number;
  /** Cycles in which a preload or compute waited for a result that it reads, or a configuration for the array. */
  readonly resultWait: number;
  /** Cycles that requests waited for translations. */
  readonly readTranslation: number;
  readonly writeTranslation: number;
  /** Cycles that requests were in flight, and their part behind an L2 miss. */
  readonly readLatency: number;
  readonly readMiss: number;
  readonly writeLatency: number;
  readonly writeMiss: number;
  readonly macs: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** @param at up to which the accelerator has been advanced */
export function sampleActivity(
  { station, load, writer, execute, link }: AcceleratorTiming,
  at: Cycles,
): ActivitySample {
  const { controllers } = station;
  const { counts } = execute;
  return {
    at,
    nothing: controllers.before(at),
    load: controllers.before(at, LOAD),
    execute: controllers.before(at, EXECUTE),
    store: controllers.before(at, STORE),
    loadExecute: controllers.before(at, LOAD, EXECUTE),
    loadStore: controllers.before(at, LOAD, STORE),
    executeStore: controllers.before(at, EXECUTE, STORE),
    all: controllers.before(at, LOAD, EXECUTE, STORE),
    feeding: counts.activeCycles - counts.bankWait,
    bankWait: counts.bankWait,
    resultWait: counts.rawHazardCycles + counts.flushCycles,
    readTranslation: load.counts.translationWait,
    writeTranslation: writer.counts.translationWait,
    readLatency: load.counts.latency,
    readMiss: link.misses.read,
    writeLatency: writer.counts.latency,
    writeMiss: link.misses.write,
    macs: counts.macs,
    bytesRead: load.counts.bytes,
    bytesWritten: writer.counts.bytes,
  };
}
