/**
 * The parameters of the timing model as the core takes them: the names of `src/timing/config.ts`, whole numbers, flags as
 * 0 and 1. The order of the fields is how they lie in memory.
 */
import type { i32 } from './portable.ts';

/** The L2. */
export class CacheSettings {
  sizeKib: i32 = 0;
  ways: i32 = 0;
  banks: i32 = 0;
  lineBytes: i32 = 0;
  mshrs: i32 = 0;
  hit: i32 = 0;
  toMemory: i32 = 0;
  fromMemory: i32 = 0;
  missRecovery: i32 = 0;
  lateOffset: i32 = 0;
  subBanks: i32 = 0;
  fullLineWriteMiss: i32 = 0;
  validVictim: i32 = 0;
  sharedVictim: i32 = 0;
  cleanProbe: i32 = 0;
  dirtyProbe: i32 = 0;
  cleanProbeService: i32 = 0;
  dirtyProbeService: i32 = 0;
}

/** The system bus. */
export class BusSettings {
  beatBytes: i32 = 0;
  tileHop: i32 = 0;
  dmaHop: i32 = 0;
}

/** What is behind the L2; `model` is 0 for a fixed latency, 1 for DDR. */
export class MemorySettings {
  model: i32 = 0;
  latency: i32 = 0;
  beatBytes: i32 = 0;
  maxReads: i32 = 0;
}

/** DDR memory. */
export class DdrSettings {
  mhz: i32 = 0;
  uncoreMhz: i32 = 0;
  banks: i32 = 0;
  ranks: i32 = 0;
  rowBytes: i32 = 0;
  cas: i32 = 0;
  cwd: i32 = 0;
  ccd: i32 = 0;
  rcd: i32 = 0;
  rp: i32 = 0;
  ras: i32 = 0;
  faw: i32 = 0;
  rrd: i32 = 0;
  rtp: i32 = 0;
  wr: i32 = 0;
  wtr: i32 = 0;
  rtrs: i32 = 0;
  rfc: i32 = 0;
  refi: i32 = 0;
  overhead: i32 = 0;
  llcKib: i32 = 0;
}

/** The accelerator. */
export class AcceleratorSettings {
  loadEntries: i32 = 0;
  storeEntries: i32 = 0;
  executeEntries: i32 = 0;
  loadQueue: i32 = 0;
  storeQueue: i32 = 0;
  executeQueue: i32 = 0;
  inFlight: i32 = 0;
  beatBytes: i32 = 0;
  maxRowBytes: i32 = 0;
  spadReadDelay: i32 = 0;
  operandLatency: i32 = 0;
  serialStores: i32 = 0;
  accumulatorScaleLatency: i32 = 0;
  mvinScaleLatency: i32 = 0;
  mvinScaleUnits: i32 = 0;
  tileLatency: i32 = 0;
  meshOutputDelay: i32 = 0;
  singlePortedScratchpad: i32 = 0;
  dedicatedPort: i32 = 0;
  tlbEntries: i32 = 0;
  tlbSuperpages: i32 = 0;
  sharedTlb: i32 = 0;
  filterRegisters: i32 = 0;
}

/** Sizes and latencies that the units of the accelerator share, all derived. @source gemmini-timing §0.3 */
export class Geometry {
  dim: i32 = 0;
  elementBytes: i32 = 0;
  accumulatorBytes: i32 = 0;
  scratchpadRows: i32 = 0;
  scratchpadBanks: i32 = 0;
  scratchpadBankRows: i32 = 0;
  accumulatorRows: i32 = 0;
  accumulatorBanks: i32 = 0;
  accumulatorBankRows: i32 = 0;
  /** Blocks of `dim` columns in one load of input elements. */
  maxBlocks: i32 = 0;
  maxBlocksAccumulator: i32 = 0;
  /** Commands that a load or store controller may have under way. */
  tracked: i32 = 0;
  /** Cycles from a row entering the array to its result leaving it. */
  meshLatency: i32 = 0;
  /** Matmuls in flight in the array. */
  tags: i32 = 0;
}

/** All of a machine's parameters. */
export class Settings {
  readonly cache: CacheSettings = new CacheSettings();
  readonly bus: BusSettings = new BusSettings();
  readonly memory: MemorySettings = new MemorySettings();
  readonly ddr: DdrSettings = new DdrSettings();
  readonly accelerator: AcceleratorSettings = new AcceleratorSettings();
  readonly geometry: Geometry = new Geometry();
}
