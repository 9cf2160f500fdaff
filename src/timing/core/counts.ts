/**
 * What the parts of the core count; `src/timing/counters.ts` says what of it users see. The order of the fields is how
 * they lie in memory.
 */
import type { f64 } from './portable.ts';

/** Command path. */
export class PathCounts {
  commands: f64 = 0;
  /** Cycles in which the command at the end found its class full. */
  fullCycles: f64 = 0;
}

/** Load controller and DMA reader. */
export class LoadCounts {
  commands: f64 = 0;
  rows: f64 = 0;
  packets: f64 = 0;
  bytes: f64 = 0;
  beats: f64 = 0;
  /** Row requests waited for a free transaction, cycles. */
  transactionWait: f64 = 0;
  /** Cycles in which the controller offers rows after the first of a command. */
  requesting: f64 = 0;
  /** Cycles in which the reader takes no row: any, and the first of a command. */
  requestWait: f64 = 0;
  firstRequestWait: f64 = 0;
  /** Cycles in which the reader makes packets of a row. */
  readerActive: f64 = 0;
  translationWait: f64 = 0;
  /** Bytes of each packet, once for each of its beats. */
  bytesPerBeat: f64 = 0;
  /** Sum over transactions of the time that they are in flight. */
  latency: f64 = 0;
}

/** Store controller. */
export class StoreCounts {
  commands: f64 = 0;
  rows: f64 = 0;
  /** Rows that waited for their bank, cycles. */
  bankWait: f64 = 0;
  /** Cycles in which the controller offers rows after the first of a command. */
  requesting: f64 = 0;
  /** Cycles in which the read side takes no row: any, and the first of a command. */
  requestWait: f64 = 0;
  firstRequestWait: f64 = 0;
}

/** DMA writer. */
export class WriterCounts {
  packets: f64 = 0;
  bytes: f64 = 0;
  beats: f64 = 0;
  /** Packets that waited for a free transaction, cycles. */
  transactionWait: f64 = 0;
  /** Cycles in which a row is being sent. */
  active: f64 = 0;
  translationWait: f64 = 0;
  /** Sum over transactions of the time that they are in flight. */
  latency: f64 = 0;
}

/** Execute controller and array. */
export class ExecuteCounts {
  actions: f64 = 0;
  computes: f64 = 0;
  preloads: f64 = 0;
  /** Cycles from the first to the last row of actions. */
  activeCycles: f64 = 0;
  flushCycles: f64 = 0;
  /** Rows that waited for a bank, cycles. */
  bankWait: f64 = 0;
  /** Rows that waited for the array, cycles. */
  meshWait: f64 = 0;
  rawHazardCycles: f64 = 0;
  /** Cycles of computes that run alone because the preload behind them must wait for a result. */
  overlapHazardCycles: f64 = 0;
  /** Cycles in which rows wait for room in the control queue. */
  controlQueueWait: f64 = 0;
  /** Rows of A that entered the array. */
  rows: f64 = 0;
  /** Products of elements that the commands ask for. */
  macs: f64 = 0;
}

/** Link of the accelerator. */
export class LinkCounts {
  /** Cycles in which reads and writes waited for the link. */
  readWait: f64 = 0;
  writeWait: f64 = 0;
  /** Cycles from requests that the L2 had no line for to their answers, beyond those of a hit. */
  readMiss: f64 = 0;
  writeMiss: f64 = 0;
}

/** Translation of DMA requests. */
export class AcceleratorTlbCounts {
  requests: f64 = 0;
  filterHits: f64 = 0;
  tlbHits: f64 = 0;
  misses: f64 = 0;
  /** Misses of a page that was being walked already. */
  merged: f64 = 0;
  walks: f64 = 0;
  /** Cycles in which a miss waited. */
  missCycles: f64 = 0;
}

/** L2. */
export class L2Counts {
  gets: f64 = 0;
  puts: f64 = 0;
  acquires: f64 = 0;
  releases: f64 = 0;
  hits: f64 = 0;
  misses: f64 = 0;
  writeBacks: f64 = 0;
  cleanProbes: f64 = 0;
  dirtyProbes: f64 = 0;
  /** Cycles that requests waited for a free MSHR. */
  mshrWaits: f64 = 0;
}

/** Memory. */
export class MemoryCounts {
  reads: f64 = 0;
  writes: f64 = 0;
  rowHits: f64 = 0;
  rowMisses: f64 = 0;
  rowConflicts: f64 = 0;
  /** Cycles in which read data moved. */
  readBeats: f64 = 0;
  writeBeats: f64 = 0;
}
