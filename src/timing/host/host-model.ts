import type { TracedBlock } from '../../hart/host-trace.ts';
import type { Cycles } from '../core/cycles.ts';

/** A block has run, in so many cycles. */
export type BlockRan = (id: number, cycles: Cycles) => void;

/** Where the cycles of a host went: instructions apart, they add up to its cycles, but for waits of devices. */
export interface HostCounts {
  instructions: number;
  /** Cycles in which instructions were issued. */
  issueCycles: number;
  /** Cycles in which none was, by what caused that. */
  interlock: number;
  fetch: number;
  instructionMiss: number;
  dataMiss: number;
  tlbMiss: number;
  replay: number;
  commandWait: number;
  fenceWait: number;
}

export const noHostCounts = (): HostCounts => ({
  instructions: 0,
  issueCycles: 0,
  interlock: 0,
  fetch: 0,
  instructionMiss: 0,
  dataMiss: 0,
  tlbMiss: 0,
  replay: 0,
  commandWait: 0,
  fenceWait: 0,
});

/** The pipeline of a host, told what its hart retires. */
export interface HostModel {
  /** Issue of the last instruction; of an out-of-order host, its retirement. */
  readonly issued: Cycles;
  readonly counts: HostCounts;
  /** When the custom instruction that ended the last block reaches the accelerator's router, if that takes it. */
  readonly writeBack: Cycles;
  block(block: TracedBlock): void;
  drain(words: Int32Array, start: number, end: number): void;
  /** The last instruction was held: a command until the router took it, a fence until the accelerator was idle. */
  holdUntilWriteBack(at: Cycles, cause: 'commandWait' | 'fenceWait'): void;
  /** The result of the custom instruction that ended the last block can be used from `at` on. */
  delayResult(at: Cycles): void;
}
