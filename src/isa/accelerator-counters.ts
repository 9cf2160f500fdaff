/**
 * What the accelerator's eight performance counters can count. Internal events add one in each cycle (or for each event)
 * that they hold; external values are read from another unit.
 * @source CounterFile.scala and gemmini_counter.h for ids and names; the units named there for meanings
 */
import { uniqueIndex } from './unique-index.ts';

/** Counters in the accelerator. */
export const COUNTER_COUNT = 8;

export interface CounterEventDef {
  readonly code: number;
  readonly name: string;
  readonly unit: 'cycles' | 'events' | 'entries' | 'bytes' | 'transaction-cycles';
  readonly summary: string;
}

type Row = readonly [code: number, name: string, unit: CounterEventDef['unit'], summary: string];

// biome-ignore format: a table
const INTERNAL_ROWS = [
  [1, 'main_ld_cycles', 'cycles', 'only the load unit is busy'],
  [2, 'main_st_cycles', 'cycles', 'only the store unit is busy'],
  [3, 'main_ex_cycles', 'cycles', 'only the execute unit is busy'],
  [4, 'main_ld_st_cycles', 'cycles', 'load and store units are busy, the execute unit is idle'],
  [5, 'main_ld_ex_cycles', 'cycles', 'load and execute units are busy, the store unit is idle'],
  [6, 'main_st_ex_cycles', 'cycles', 'store and execute units are busy, the load unit is idle'],
  [7, 'main_ld_st_ex_cycles', 'cycles', 'all three units are busy'],
  [8, 'load_dma_wait_cycle', 'cycles', 'the load unit waits for the DMA'],
  [9, 'load_active_cycle', 'cycles', 'the load unit issues rows'],
  [10, 'load_scratchpad_wait_cycle', 'cycles', 'a DMA request of the load unit is not accepted'],
  [11, 'store_dma_wait_cycle', 'cycles', 'the store unit waits for the DMA'],
  [12, 'store_active_cycle', 'cycles', 'the store unit issues rows or pools'],
  [13, 'store_pooling_cycle', 'cycles', 'pooling is configured'],
  [14, 'store_scratchpad_wait_cycle', 'cycles', 'a DMA request of the store unit is not accepted'],
  [15, 'dma_tlb_miss_cycle', 'cycles', 'the answer of the shared TLB is a miss'],
  [16, 'dma_tlb_hit_req', 'events', 'requests that hit the shared TLB'],
  [17, 'dma_tlb_total_req', 'events', 'requests to the shared TLB'],
  [18, 'rdma_active_cycle', 'cycles', 'the read DMA is active'],
  [19, 'rdma_tlb_wait_cycles', 'cycles', 'the read DMA waits for the TLB'],
  [20, 'rdma_tl_wait_cycles', 'cycles', 'the read DMA waits for the bus'],
  [21, 'wdma_active_cycle', 'cycles', 'the write DMA is active'],
  [22, 'wdma_tlb_wait_cycles', 'cycles', 'the write DMA waits for the TLB'],
  [23, 'wdma_tl_wait_cycles', 'cycles', 'the write DMA waits for the bus'],
  [24, 'exe_active_cycle', 'cycles', 'the execute unit feeds the array'],
  [25, 'exe_flush_cycle', 'cycles', 'the execute unit flushes the array'],
  [26, 'exe_control_q_block_cycle', 'cycles', 'the control queue of the execute unit is full'],
  [27, 'exe_preload_haz_cycle', 'cycles', 'a preload stalls on a data hazard'],
  [28, 'exe_overlap_haz_cycle', 'cycles', 'an overlapped compute and preload stalls on a data hazard'],
  [29, 'scratchpad_a_wait_cycle', 'cycles', 'A waits for the scratchpad'],
  [30, 'scratchpad_b_wait_cycle', 'cycles', 'B waits for the scratchpad'],
  [31, 'scratchpad_d_wait_cycle', 'cycles', 'D waits for the scratchpad'],
  [32, 'acc_a_wait_cycle', 'cycles', 'A waits for the accumulator'],
  [33, 'acc_b_wait_cycle', 'cycles', 'B waits for the accumulator'],
  [34, 'acc_d_wait_cycle', 'cycles', 'D waits for the accumulator'],
  [35, 'a_garbage_cycles', 'cycles', 'operand A is garbage'],
  [36, 'b_garbage_cycles', 'cycles', 'operand B is garbage'],
  [37, 'd_garbage_cycles', 'cycles', 'operand D is garbage'],
  [38, 'im2col_mem_cycles', 'cycles', 'the im2col unit reads memory'],
  [39, 'im2col_active_cycles', 'cycles', 'the im2col unit is active'],
  [40, 'im2col_transposer_wait_cycle', 'cycles', 'the im2col unit waits for the transposer'],
  [41, 'reservation_station_full_cycles', 'cycles', 'the reservation station accepts nothing'],
  [42, 'reservation_station_active_cycles', 'cycles', 'the reservation station is busy'],
  [43, 'loop_matmul_active_cycles', 'cycles', 'the matmul loop expander is active'],
  [44, 'transpose_preload_unroller_active_cycles', 'cycles', 'transposed preloads are being rewritten'],
] as const satisfies readonly Row[];

// biome-ignore format: a table
const EXTERNAL_ROWS = [
  [1, 'reservation_station_ld_count', 'entries', 'load entries in the reservation station now'],
  [2, 'reservation_station_st_count', 'entries', 'store entries in the reservation station now'],
  [3, 'reservation_station_ex_count', 'entries', 'execute entries in the reservation station now'],
  [4, 'rdma_bytes_rec', 'bytes', 'bytes received by the read DMA, whole bus packets'],
  [5, 'wdma_bytes_sent', 'bytes', 'bytes sent by the write DMA, whole bus packets'],
  [6, 'rdma_total_latency', 'transaction-cycles', 'outstanding reads, summed over cycles'],
  [7, 'wdma_total_latency', 'transaction-cycles', 'outstanding writes, summed over cycles'],
] as const satisfies readonly Row[];

export type InternalEventName = (typeof INTERNAL_ROWS)[number][1];
export type ExternalValueName = (typeof EXTERNAL_ROWS)[number][1];

const toDef = ([code, name, unit, summary]: Row): CounterEventDef => ({ code, name, unit, summary });

/** Code 0 counts nothing. */
export const INTERNAL_EVENTS: readonly CounterEventDef[] = INTERNAL_ROWS.map(toDef);
/** Selected with the command's `external` flag. Code 0 reads nothing. */
export const EXTERNAL_VALUES: readonly CounterEventDef[] = EXTERNAL_ROWS.map(toDef);

export const internalEventByCode = uniqueIndex(INTERNAL_EVENTS, ({ code }): number => code);
export const externalValueByCode = uniqueIndex(EXTERNAL_VALUES, ({ code }): number => code);

/** Codes of the internal events by name, checked when compiled. */
export const INTERNAL_EVENT_CODES = Object.fromEntries(INTERNAL_ROWS.map(([code, name]) => [name, code])) as Readonly<
  Record<InternalEventName, number>
>;
export const EXTERNAL_VALUE_CODES = Object.fromEntries(EXTERNAL_ROWS.map(([code, name]) => [name, code])) as Readonly<
  Record<ExternalValueName, number>
>;

/** C programs number external values after the internal events: header number = code + this. */
export const EXTERNAL_VALUE_HEADER_OFFSET = INTERNAL_EVENTS.length;
