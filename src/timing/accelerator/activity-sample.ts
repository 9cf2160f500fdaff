import { EXECUTE, LOAD, STORE } from '../core/accelerator/operation.ts';
import type { Cycles } from '../core/cycles.ts';
import type { AcceleratorTiming } from './accelerator.ts';

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
export function sampleActivity(accelerator: AcceleratorTiming, at: Cycles): ActivitySample {
  const { load, writer, execute, link } = accelerator.counts;
  return {
    at,
    nothing: accelerator.controllersBefore(at),
    load: accelerator.controllersBefore(at, LOAD),
    execute: accelerator.controllersBefore(at, EXECUTE),
    store: accelerator.controllersBefore(at, STORE),
    loadExecute: accelerator.controllersBefore(at, LOAD, EXECUTE),
    loadStore: accelerator.controllersBefore(at, LOAD, STORE),
    executeStore: accelerator.controllersBefore(at, EXECUTE, STORE),
    all: accelerator.controllersBefore(at, LOAD, EXECUTE, STORE),
    feeding: execute.activeCycles - execute.bankWait,
    bankWait: execute.bankWait,
    resultWait: execute.rawHazardCycles + execute.flushCycles,
    readTranslation: load.translationWait,
    writeTranslation: writer.translationWait,
    readLatency: load.latency,
    readMiss: link.readMiss,
    writeLatency: writer.latency,
    writeMiss: link.writeMiss,
    macs: execute.macs,
    bytesRead: load.bytes,
    bytesWritten: writer.bytes,
  };
}
