import {
  EXTERNAL_VALUES,
  type ExternalValueName,
  INTERNAL_EVENTS,
  type InternalEventName,
} from '../../isa/accelerator-counters.ts';
import { EXECUTE, LOAD, STORE } from '../core/accelerator/operation.ts';
import type { Cycles } from '../core/cycles.ts';
import type { AcceleratorTiming } from './accelerator.ts';

type Read = (accelerator: AcceleratorTiming, at: Cycles) => number;

const nothing: Read = () => 0;

/**
 * What each event of the accelerator's counters amounts to before cycle `at`. Waits count when a request is worked out,
 * which may be a few cycles before they are over; after a fence nothing is under way.
 * @source gemmini-timing §9; data/validation/rtl/counters.txt
 */
const INTERNAL = {
  main_ld_cycles: (accelerator, at) => accelerator.controllersBefore(at, LOAD),
  main_st_cycles: (accelerator, at) => accelerator.controllersBefore(at, STORE),
  main_ex_cycles: (accelerator, at) => accelerator.controllersBefore(at, EXECUTE),
  main_ld_st_cycles: (accelerator, at) => accelerator.controllersBefore(at, LOAD, STORE),
  main_ld_ex_cycles: (accelerator, at) => accelerator.controllersBefore(at, LOAD, EXECUTE),
  main_st_ex_cycles: (accelerator, at) => accelerator.controllersBefore(at, STORE, EXECUTE),
  main_ld_st_ex_cycles: (accelerator, at) => accelerator.controllersBefore(at, LOAD, STORE, EXECUTE),
  load_dma_wait_cycle: ({ counts }) => counts.load.firstRequestWait,
  load_active_cycle: ({ counts }) => counts.load.requesting,
  load_scratchpad_wait_cycle: ({ counts }) => counts.load.requestWait,
  store_dma_wait_cycle: ({ counts }) => counts.store.firstRequestWait,
  store_active_cycle: ({ counts }) => counts.store.requesting,
  store_pooling_cycle: (accelerator, at) => accelerator.poolingBefore(at),
  store_scratchpad_wait_cycle: ({ counts }) => counts.store.requestWait,
  dma_tlb_miss_cycle: ({ counts }) => counts.tlb.missCycles,
  dma_tlb_hit_req: ({ counts }) => counts.tlb.tlbHits,
  dma_tlb_total_req: ({ counts: { tlb } }) => tlb.tlbHits + tlb.misses,
  rdma_active_cycle: ({ counts }) => counts.load.readerActive,
  rdma_tlb_wait_cycles: ({ counts }) => counts.load.translationWait,
  rdma_tl_wait_cycles: ({ counts }) => counts.link.readWait,
  wdma_active_cycle: ({ counts }) => counts.writer.active,
  wdma_tlb_wait_cycles: ({ counts }) => counts.writer.translationWait,
  wdma_tl_wait_cycles: ({ counts }) => counts.link.writeWait,
  // The first row of a pass is fed before the controller's state says so.
  exe_active_cycle: ({ counts: { execute } }) => execute.activeCycles - execute.actions,
  exe_flush_cycle: ({ counts }) => counts.execute.flushCycles,
  exe_control_q_block_cycle: ({ counts }) => counts.execute.controlQueueWait,
  exe_preload_haz_cycle: ({ counts }) => counts.execute.rawHazardCycles,
  exe_overlap_haz_cycle: ({ counts }) => counts.execute.overlapHazardCycles,
  scratchpad_a_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'a').waitScratchpad,
  scratchpad_b_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'b').waitScratchpad,
  scratchpad_d_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'd').waitScratchpad,
  acc_a_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'a').waitAccumulator,
  acc_b_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'b').waitAccumulator,
  acc_d_wait_cycle: (accelerator, at) => accelerator.operandBefore(at, 'd').waitAccumulator,
  a_garbage_cycles: (accelerator, at) => accelerator.operandBefore(at, 'a').garbage,
  b_garbage_cycles: (accelerator, at) => accelerator.operandBefore(at, 'b').garbage,
  d_garbage_cycles: (accelerator, at) => accelerator.operandBefore(at, 'd').garbage,
  // No generated machine that is timed has the unit.
  im2col_mem_cycles: nothing,
  im2col_active_cycles: nothing,
  im2col_transposer_wait_cycle: nothing,
  // Every cycle in which no operation is taken in, idle ones, too.
  reservation_station_full_cycles: ({ allocated }, at) => at - allocated,
  reservation_station_active_cycles: (accelerator, at) => accelerator.stationBusyBefore(at),
  loop_matmul_active_cycles: (accelerator, at) => accelerator.matmulBusyBefore(at),
  // Tied to zero in the measured machine.
  transpose_preload_unroller_active_cycles: nothing,
} as const satisfies Record<InternalEventName, Read>;

/** External values: those of the reservation station are of this moment, the others sums. */
const EXTERNAL = {
  reservation_station_ld_count: (accelerator) => accelerator.entriesOf(LOAD),
  reservation_station_st_count: (accelerator) => accelerator.entriesOf(STORE),
  reservation_station_ex_count: (accelerator) => accelerator.entriesOf(EXECUTE),
  // The size of the whole packet with each beat.
  rdma_bytes_rec: ({ counts }) => counts.load.bytesPerBeat,
  wdma_bytes_sent: ({ counts }) => counts.writer.bytes,
  rdma_total_latency: ({ counts }) => counts.load.latency,
  wdma_total_latency: ({ counts }) => counts.writer.latency,
} as const satisfies Record<ExternalValueName, Read>;

const internalByCode = new Map(INTERNAL_EVENTS.map(({ code, name }) => [code, INTERNAL[name as InternalEventName]]));
const externalByCode = new Map(EXTERNAL_VALUES.map(({ code, name }) => [code, EXTERNAL[name as ExternalValueName]]));

/** @returns the event's count before cycle `at`; 0 for codes that no signal is connected to */
export const internalCount = (accelerator: AcceleratorTiming, code: number, at: Cycles): number =>
  (internalByCode.get(code) ?? nothing)(accelerator, at);

export const externalValue = (accelerator: AcceleratorTiming, code: number, at: Cycles): number =>
  (externalByCode.get(code) ?? nothing)(accelerator, at);

/** Codes of the external values that are sums, which a reset sets back. */
export const SUM_CODES: readonly number[] = EXTERNAL_VALUES.filter(({ unit }) => unit !== 'entries').map(
  ({ code }) => code,
);
