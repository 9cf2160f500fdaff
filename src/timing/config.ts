/**
 * Every number of the timing model: what it is, its unit, its default, what it may be, where it comes from, and the
 * measured case that shows it. The machine's schema takes its rules from here, and docs/timing.md its tables.
 */

export type TimingRule =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'multiple'; readonly of: number; readonly min: number; readonly max: number }
  | { readonly kind: 'powerOfTwo'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly (string | number)[] }
  | { readonly kind: 'flag' };

export interface TimingParameter<T> {
  readonly default: T;
  readonly rule: TimingRule;
  readonly unit: string;
  readonly summary: string;
  /** Specification section or design file. */
  readonly source: string;
  /** Measured case that shows the value; absent when none does. */
  readonly case?: string;
}

type Origin = readonly [source: string, shownBy?: string];

const describe = <T>(value: T, rule: TimingRule, unit: string, summary: string, [source, shownBy]: Origin) =>
  ({
    default: value,
    rule,
    unit,
    summary,
    source,
    ...(shownBy === undefined ? {} : { case: shownBy }),
  }) satisfies TimingParameter<T>;

const cycles = (value: number, summary: string, ...origin: Origin): TimingParameter<number> =>
  describe(value, { kind: 'integer', min: 0, max: 100_000 }, 'cycles', summary, origin);
const count = (value: number, min: number, max: number, unit: string, summary: string, ...origin: Origin) =>
  describe<number>(value, { kind: 'integer', min, max }, unit, summary, origin);
const power = (value: number, min: number, max: number, unit: string, summary: string, ...origin: Origin) =>
  describe<number>(value, { kind: 'powerOfTwo', min, max }, unit, summary, origin);
/** Translation buffers have tags of four neighbouring pages. */
const pages = (value: number, summary: string, ...origin: Origin): TimingParameter<number> =>
  describe(value, { kind: 'multiple', of: 4, min: 4, max: 1024 }, 'pages', summary, origin);
const choice = <const T extends string>(value: T, choices: readonly T[], summary: string, ...origin: Origin) =>
  describe<T>(value, { kind: 'choice', choices }, 'one of the names', summary, origin);
const flag = (value: boolean, summary: string, ...origin: Origin): TimingParameter<boolean> =>
  describe(value, { kind: 'flag' }, 'yes or no', summary, origin);

export const HOST_KINDS = ['rocket', 'out-of-order'] as const;
export const MEMORY_MODELS = ['fixed', 'ddr'] as const;

const host = {
  kind: choice('rocket', HOST_KINDS, 'pipeline of the host; out-of-order is coarse', 'soc-timing 1.1, 1.6'),
  issueWidth: count(3, 1, 8, 'instructions', 'instructions per cycle, out-of-order host only', 'soc-timing 1.6'),
  windowEntries: count(96, 8, 1024, 'instructions', 'reorder buffer, out-of-order host only', 'soc-timing 1.6'),
  missOverlap: count(4, 1, 64, 'misses', 'data misses that overlap, out-of-order host only', 'soc-timing 1.6'),
  loadUse: cycles(2, 'latency of word and doubleword loads', 'soc-timing 2.2', 'hostmicro load_use'),
  subwordLoadUse: cycles(3, 'latency of byte and halfword loads', 'soc-timing 2.2', 'hostmicro lb_use_add'),
  csrRead: cycles(3, 'latency of a CSR read', 'soc-timing 2.2', 'hostmicro csrr_cycle'),
  mispredict: cycles(3, 'penalty of a mispredicted branch', 'soc-timing 2.1', 'hostmicro branch_random'),
  takenWithoutBtb: cycles(
    1,
    'penalty of a taken jump that the BTB does not know',
    'soc-timing 2.1',
    'hostmicro jal_chain',
  ),
  misalignedTarget: cycles(1, 'penalty of a 4-byte target at 2 mod 4', 'soc-timing 2.5'),
  flush: cycles(4, 'penalty of a pipeline flush from write-back', 'soc-timing 2.1', 'soc-timing 9.2: csrw'),
  replay: cycles(5, 'penalty of a replay from write-back', 'soc-timing 2.1', 'hostmicro store_load'),
  floatSingle: cycles(4, 'latency of single-precision arithmetic', 'soc-timing 2.2'),
  floatDouble: cycles(6, 'latency of double-precision arithmetic', 'soc-timing 2.2', 'hostmicro fadd_chain'),
  floatMove: cycles(
    4,
    'latency of conversions and moves into float registers',
    'soc-timing 2.2',
    'hostmicro fcvt_chain',
  ),
  floatToInteger: cycles(
    3,
    'latency of moves, compares, conversions to integer registers',
    'soc-timing 2.2',
    'hostmicro fcvt_chain',
  ),
  floatLoad: cycles(4, 'latency of float loads', 'soc-timing 2.2'),
  amo: cycles(2, 'latency of an atomic operation', 'soc-timing 2.2'),
  amoAgain: cycles(7, 'extra of an atomic on the word of the one before', 'soc-timing 2.2', 'hostmicro amoadd'),
  mmio: cycles(8, 'load or store of a device register', 'soc-timing 2.6'),
  uncachedFenceI: cycles(12, 'fence.i beyond its flush', 'soc-timing 2.6'),
  commandRestart: cycles(
    4,
    'from room in the command router to the held custom instruction',
    'soc-timing 2.7',
    'micro issue_mvin_x64',
  ),
  commandResponse: cycles(10, 'custom instruction with a result to its consumer', 'soc-timing 2.7'),
  fenceTail: cycles(3, 'accelerator idle to fence in write-back', 'soc-timing 2.7', 'micro config_st'),
  btbEntries: count(28, 1, 1024, 'entries', 'branch target buffer', 'soc-timing 2.4'),
  bhtEntries: power(
    512,
    16,
    65536,
    'entries',
    'branch history table of 1-bit counters',
    'soc-timing 2.4',
    'hostmicro branch_random',
  ),
  rasEntries: count(6, 1, 64, 'entries', 'return address stack', 'soc-timing 2.4', 'hostmicro call_ret'),
  dcacheSets: power(64, 1, 64, 'sets', 'L1 data cache; indexed within a page', 'soc-timing 3.1', 'hostmicro chase64'),
  dcacheWays: count(4, 1, 64, 'ways', 'L1 data cache', 'soc-timing 3.1', 'hostmicro chase64'),
  icacheSets: power(64, 1, 64, 'sets', 'L1 instruction cache; indexed within a page', 'soc-timing 3.1'),
  icacheWays: count(4, 1, 64, 'ways', 'L1 instruction cache', 'soc-timing 3.1'),
  dcacheMiss: cycles(12, 'penalty of a data miss that hits the L2', 'soc-timing 3.2', 'hostmicro chase64'),
  dirtyVictim: cycles(12, 'extra of a data miss with a dirty victim', 'soc-timing 3.2', 'hostmicro stream_store'),
  upgrade: cycles(9, 'penalty of a store to a shared line', 'soc-timing 3.2', 'soc-timing 9.2'),
  icacheMiss: cycles(17, 'penalty of an instruction miss that hits the L2', 'soc-timing 3.3', 'micro, first runs'),
  tlbEntries: pages(32, 'L1 instruction and data TLB, each', 'soc-timing 4.1'),
  tlbSuperpages: count(4, 1, 64, 'entries', 'superpage entries of each L1 TLB', 'soc-timing 4.1'),
} as const;

const translation = {
  l2Entries: count(512, 0, 65536, 'entries', 'L2 TLB; 0 leaves it out', 'soc-timing 4.1', 'tlb'),
  l2Ways: count(1, 1, 64, 'ways', 'L2 TLB', 'soc-timing 4.1'),
  l2Hit: cycles(8, 'penalty of an L1 TLB miss that hits the L2 TLB', 'soc-timing 4.2', 'tlb'),
  l2HostOverhead: cycles(
    3,
    'part of that penalty that only the host pays, for its replay',
    'gemmini-timing 8.3',
    'tlb_vm2 mvin2_1row_rotating',
  ),
  walkHostOverhead: cycles(
    2,
    'the same for a walk, which ends at a better moment for the replay',
    'walker traced on RTL',
    'tlb_vm_lat100b mvin_rows_page_stride',
  ),
  pteCacheEntries: count(8, 0, 256, 'entries', 'cache of non-leaf PTEs in the walker', 'soc-timing 4.1'),
  walkBase: cycles(5, 'page-table walk apart from its levels', 'soc-timing 4.2, 9.1'),
  walkLevel: cycles(4, 'level read through the data cache, on a hit', 'soc-timing 4.2', 'tlb'),
  walkCachedLevel: cycles(1, 'level found in the PTE cache', 'soc-timing 4.2'),
  walkMiss: cycles(12, 'extra of a level that misses the data cache and hits the L2', 'soc-timing 4.2', 'tlb'),
} as const;

const cache = {
  sizeKib: power(512, 16, 65536, 'KiB', 'shared inclusive L2', 'soc-timing 6.1', 'hostmicro chase64'),
  ways: count(8, 1, 64, 'ways', 'shared L2', 'soc-timing 6.1'),
  banks: power(1, 1, 16, 'banks', 'shared L2, interleaved by lines', 'soc-timing 6.1'),
  lineBytes: power(64, 16, 4096, 'bytes', 'line of every cache', 'soc-timing 6.1'),
  mshrs: count(10, 1, 256, 'misses', 'misses in flight per bank', 'soc-timing 6.1', 'micro mvin_x64_big, lat 100'),
  hit: cycles(4, 'request at the L2 to its first data beat or acknowledgement', 'soc-timing 6.2', 'micro mvin_1x16'),
  toMemory: cycles(
    4,
    'request at the L2 to address at the memory',
    'soc-timing 6.4; 3 since October 2023',
    'micro mvin_1x16',
  ),
  fromMemory: cycles(5, 'first beat from the memory to first data beat', 'soc-timing 6.4', 'micro mvin_1x16'),
  missRecovery: cycles(
    2,
    'last beat or write acknowledgement from the memory to the last cycle of the MSHR',
    'measured; soc-timing 6.3',
    'tlb_vm2 mvout_rows_page_stride',
  ),
  lateOffset: cycles(6, 'extra of a missing read that does not start at the start of the line', 'soc-timing 6.4'),
  subBanks: power(
    4,
    1,
    16,
    'sub-banks',
    'parts of the data array that work at the same time',
    'soc-timing 6.1',
    'micro2 mvout_sp cols=1',
  ),
  fullLineWriteMiss: cycles(4, 'extra of a write of a full line that misses', 'soc-timing 6.4'),
  validVictim: cycles(1, 'extra of a miss that evicts a valid line', 'soc-timing 6.4'),
  sharedVictim: cycles(7, 'extra of a miss that evicts a line an L1 may hold', 'soc-timing 6.4', 'hostmicro chase64'),
  cleanProbe: cycles(6, 'extra of an access to a line that an L1 holds clean, or held', 'soc-timing 6.5'),
  dirtyProbe: cycles(10, 'extra of an access to a line that an L1 holds dirty', 'soc-timing 6.5'),
  cleanProbeService: cycles(4, 'time between clean probes of one L1', 'soc-timing 6.8'),
  dirtyProbeService: cycles(10, 'time between dirty probes of one L1', 'soc-timing 6.8'),
} as const;

const bus = {
  beatBytes: power(16, 8, 64, 'bytes', 'beat of the system bus', 'soc-timing 1.1', 'micro mvin_16x64'),
  tileHop: cycles(1, 'tile boundary, each way', 'soc-timing 5.1'),
  dmaHop: cycles(3, 'DMA engine to L2, each way', 'soc-timing 5.1', 'micro mvin_1x16'),
} as const;

const memory = {
  model: choice('fixed', MEMORY_MODELS, 'what is behind the memory port', 'soc-timing 7'),
  latency: count(
    40,
    1,
    100_000,
    'cycles',
    'address at the memory port to its first data beat, fixed model',
    'data README',
    'micro_lat100',
  ),
  beatBytes: power(
    8,
    1,
    64,
    'bytes',
    'bytes that the memory port moves in a cycle',
    'soc-timing 7.1',
    'micro mvin_x64_big',
  ),
  maxReads: count(64, 1, 1024, 'lines', 'line reads in flight at the memory port', 'soc-timing 7.1'),
  ddr: {
    mhz: count(1000, 1, 10_000, 'MHz', 'clock of the DRAM commands', 'soc-timing 7.4'),
    uncoreMhz: count(1000, 1, 10_000, 'MHz', 'clock of everything else', 'soc-timing 1.4'),
    banks: power(8, 1, 64, 'banks', 'banks of a rank', 'soc-timing 7.4'),
    ranks: power(4, 1, 16, 'ranks', 'ranks', 'soc-timing 7.4'),
    rowBytes: power(8192, 512, 65536, 'bytes', 'row of a rank', 'soc-timing 7.4'),
    cas: count(14, 1, 1000, 'DRAM cycles', 'tCAS', 'soc-timing 7.4'),
    cwd: count(10, 1, 1000, 'DRAM cycles', 'tCWD', 'soc-timing 7.4'),
    ccd: count(4, 1, 1000, 'DRAM cycles', 'tCCD', 'soc-timing 7.4'),
    rcd: count(14, 1, 1000, 'DRAM cycles', 'tRCD', 'soc-timing 7.4'),
    rp: count(14, 1, 1000, 'DRAM cycles', 'tRP', 'soc-timing 7.4'),
    ras: count(33, 1, 1000, 'DRAM cycles', 'tRAS', 'soc-timing 7.4'),
    faw: count(25, 1, 1000, 'DRAM cycles', 'tFAW', 'soc-timing 7.4'),
    rrd: count(8, 1, 1000, 'DRAM cycles', 'tRRD', 'soc-timing 7.4'),
    rtp: count(8, 1, 1000, 'DRAM cycles', 'tRTP', 'soc-timing 7.4'),
    wr: count(15, 1, 1000, 'DRAM cycles', 'tWR', 'soc-timing 7.4'),
    wtr: count(8, 1, 1000, 'DRAM cycles', 'tWTR', 'soc-timing 7.4'),
    rtrs: count(2, 1, 1000, 'DRAM cycles', 'tRTRS', 'soc-timing 7.4'),
    rfc: count(160, 0, 10_000, 'DRAM cycles', 'tRFC', 'soc-timing 7.4'),
    refi: count(7800, 1, 1_000_000, 'DRAM cycles', 'tREFI', 'soc-timing 7.4'),
    overhead: count(5, 0, 1000, 'cycles', 'controller and interface', 'FASED: three queues, back end 2'),
    llcKib: count(0, 0, 65536, 'KiB', 'last-level cache of the memory model; 0 leaves it out', 'soc-timing 7.4'),
  },
} as const;

const accelerator = {
  loadEntries: count(8, 1, 10, 'entries', 'reservation station, loads', 'gemmini-timing 0.3', 'micro issue_mvin_x64'),
  storeEntries: count(4, 1, 6, 'entries', 'reservation station, stores', 'gemmini-timing 0.3'),
  executeEntries: count(16, 2, 16, 'entries', 'reservation station, execute', 'gemmini-timing 0.3'),
  loadQueue: count(8, 1, 64, 'commands', 'queue of the load controller', 'gemmini-timing 0.3'),
  storeQueue: count(2, 1, 64, 'commands', 'queue of the store controller', 'gemmini-timing 0.3'),
  executeQueue: count(8, 3, 64, 'commands', 'queue of the execute controller', 'gemmini-timing 0.3'),
  inFlight: count(
    16,
    1,
    256,
    'transactions',
    'memory requests in flight, for reads and for writes',
    'gemmini-timing 0.3',
    'micro mvin_x64_16cols',
  ),
  beatBytes: power(16, 8, 64, 'bytes', 'beat of the DMA', 'gemmini-timing 0.3', 'micro mvin_16x64_stride64'),
  maxRowBytes: power(64, 16, 256, 'bytes', 'largest DMA request', 'gemmini-timing 0.3'),
  spadReadDelay: count(4, 1, 8, 'entries', 'depth of the scratchpad response queues', 'gemmini-timing 7.1'),
  operandLatency: cycles(
    5,
    'read of an operand row to the array taking it',
    'gemmini-timing 6.5; 2 in later generators',
    'micro ws_pre_comp',
  ),
  serialStores: flag(
    false,
    'does a store wait until the one before has been read?',
    'gemmini-timing 2.3; yes in later generators',
    'micro mvout_x64_16cols',
  ),
  accumulatorScaleLatency: count(
    8,
    1,
    64,
    'cycles',
    'scaling on the way out of the accumulator',
    'gemmini-timing 0.3',
    'micro mvout_acc_16x16',
  ),
  mvinScaleLatency: cycles(4, 'scaling on the way into the scratchpad', 'gemmini-timing 0.3'),
  mvinScaleUnits: count(
    4,
    1,
    256,
    'multipliers',
    'multipliers on the way into the scratchpad',
    'gemmini-timing 0.3',
    'micro2 mvin_scaled_x16',
  ),
  tileLatency: count(0, 0, 16, 'cycles', 'extra pipeline registers in a tile', 'gemmini-timing 0.3'),
  meshOutputDelay: count(1, 0, 16, 'cycles', 'registers behind the array', 'gemmini-timing 0.3', 'micro ws_pre_comp'),
  singlePortedScratchpad: flag(
    true,
    'do reads and writes share the port of a scratchpad bank?',
    'gemmini-timing 7.1',
    'micro2 comp_and_mvin_same_bank',
  ),
  dedicatedPort: flag(true, 'has the accelerator its own link to the system bus?', 'soc-timing 1.5'),
  tlbEntries: pages(4, 'translation buffer of the accelerator', 'gemmini-timing 8.1', 'tlb'),
  tlbSuperpages: count(4, 1, 64, 'entries', 'superpage entries of the translation buffer', 'gemmini-timing 8.1'),
  sharedTlb: flag(true, 'do reads and writes share one translation buffer?', 'gemmini-timing 8.1'),
  filterRegisters: flag(true, 'remember the last page of reads and of writes?', 'gemmini-timing 8.1', 'tlb'),
} as const;

/** The tree of all timing parameters. */
export const TIMING_PARAMETERS = { host, translation, cache, bus, memory, accelerator } as const;

/** The values that a tree of parameters describes. */
export type TimingValues<T> = T extends TimingParameter<infer V> ? V : { readonly [K in keyof T]: TimingValues<T[K]> };

export type TimingConfig = TimingValues<typeof TIMING_PARAMETERS>;

const isParameter = (node: object): node is TimingParameter<unknown> => 'rule' in node && 'default' in node;

/** Dotted key → parameter, in the order of the tree. */
export function timingParameterRows(): readonly (readonly [key: string, parameter: TimingParameter<unknown>])[] {
  const walk = (node: object, path: string): [string, TimingParameter<unknown>][] =>
    isParameter(node)
      ? [[path, node]]
      : Object.entries(node).flatMap(([key, child]) => walk(child as object, path === '' ? key : `${path}.${key}`));
  return walk(TIMING_PARAMETERS, '');
}

const defaultsOf = (node: object): unknown =>
  isParameter(node)
    ? node.default
    : Object.fromEntries(Object.entries(node).map(([key, child]) => [key, defaultsOf(child as object)]));

export const DEFAULT_TIMING = defaultsOf(TIMING_PARAMETERS) as TimingConfig;
