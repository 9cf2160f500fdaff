import {
  EXTERNAL_VALUES,
  type ExternalValueName,
  INTERNAL_EVENTS,
  type InternalEventName,
} from '../../isa/accelerator-counters.ts';
import type { Cycles } from '../cycles.ts';
import type { AcceleratorTiming } from './accelerator.ts';
import { EXECUTE, LOAD, STORE } from './operation.ts';

type Read = (accelerator: AcceleratorTiming, at: Cycles) => number;

const nothing: Read = () => 0;
const [A, B, D] = [0, 1, 2] as const;

/**
 * What each event of the accelerator's counters amounts to before cycle `at`. Waits count when a request is worked out,
 * which may be a few cycles before they are over; after a fence nothing is under way.
 * @source gemmini-timing §9; data/validation/rtl/counters.txt
 */
const INTERNAL = {
  main_ld_cycles: ({ station }, at) => station.controllers.before(at, LOAD),
  main_st_cycles: ({ station }, at) => station.controllers.before(at, STORE),
  main_ex_cycles: ({ station }, at) => station.controllers.before(at, EXECUTE),
  main_ld_st_cycles: ({ station }, at) => station.controllers.before(at, LOAD, STORE),
  main_ld_ex_cycles: ({ station }, at) => station.controllers.before(at, LOAD, EXECUTE),
  main_st_ex_cycles: ({ station }, at) => station.controllers.before(at, STORE, EXECUTE),
  main_ld_st_ex_cycles: ({ station }, at) => station.controllers.before(at, LOAD, STORE, EXECUTE),
  load_dma_wait_cycle: ({ load }) => load.counts.firstRequestWait,
  load_active_cycle: ({ load }) => load.counts.requesting,
  load_scratchpad_wait_cycle: ({ load }) => load.counts.requestWait,
  store_dma_wait_cycle: ({ store }) => store.counts.firstRequestWait,
  store_active_cycle: ({ store }) => store.counts.requesting,
  store_pooling_cycle: ({ store }, at) => store.pooling.before(at),
  store_scratchpad_wait_cycle: ({ store }) => store.counts.requestWait,
  dma_tlb_miss_cycle: ({ tlb }) => tlb.counts.missCycles,
  dma_tlb_hit_req: ({ tlb }) => tlb.counts.tlbHits,
  dma_tlb_total_req: ({ tlb }) => tlb.counts.tlbHits + tlb.counts.misses,
  rdma_active_cycle: ({ load }) => load.counts.readerActive,
  rdma_tlb_wait_cycles: ({ load }) => load.counts.translationWait,
  rdma_tl_wait_cycles: ({ link }) => link.waits.read,
  wdma_active_cycle: ({ writer }) => writer.counts.active,
  wdma_tlb_wait_cycles: ({ writer }) => writer.counts.translationWait,
  wdma_tl_wait_cycles: ({ link }) => link.waits.write,
  // The first row of a pass is fed before the controller's state says so.
  exe_active_cycle: ({ execute: { counts } }) => counts.activeCycles - counts.actions,
  exe_flush_cycle: ({ execute }) => execute.counts.flushCycles,
  exe_control_q_block_cycle: ({ execute }) => execute.counts.controlQueueWait,
  exe_preload_haz_cycle: ({ execute }) => execute.counts.rawHazardCycles,
  exe_overlap_haz_cycle: ({ execute }) => execute.counts.overlapHazardCycles,
  scratchpad_a_wait_cycle: ({ execute }, at) => execute.operands.at(at)[A].waitScratchpad,
  scratchpad_b_wait_cycle: ({ execute }, at) => execute.operands.at(at)[B].waitScratchpad,
  scratchpad_d_wait_cycle: ({ execute }, at) => execute.operands.at(at)[D].waitScratchpad,
  acc_a_wait_cycle: ({ execute }, at) => execute.operands.at(at)[A].waitAccumulator,
  acc_b_wait_cycle: ({ execute }, at) => execute.operands.at(at)[B].waitAccumulator,
  acc_d_wait_cycle: ({ execute }, at) => execute.operands.at(at)[D].waitAccumulator,
  a_garbage_cycles: ({ execute }, at) => execute.operands.at(at)[A].garbage,
  b_garbage_cycles: ({ execute }, at) => execute.operands.at(at)[B].garbage,
  d_garbage_cycles: ({ execute }, at) => execute.operands.at(at)[D].garbage,
  // No generated machine that is timed has the unit.
  im2col_mem_cycles: nothing,
  im2col_active_cycles: nothing,
  im2col_transposer_wait_cycle: nothing,
  // Every cycle in which no operation is taken in, idle ones, too.
  reservation_station_full_cycles: ({ station }, at) => at - station.allocated,
  reservation_station_active_cycles: ({ station }, at) => station.busy.before(at),
  loop_matmul_active_cycles: ({ path }, at) => path.matmulBusy.before(at),
  // Tied to zero in the measured machine.
  transpose_preload_unroller_active_cycles: nothing,
} as const satisfies Record<InternalEventName, Read>;

/** External values: those of the reservation station are of this moment, the others sums. */
const EXTERNAL = {
  reservation_station_ld_count: ({ station }) => station.countOf(LOAD),
  reservation_station_st_count: ({ station }) => station.countOf(STORE),
  reservation_station_ex_count: ({ station }) => station.countOf(EXECUTE),
  // The size of the whole packet with each beat.
  rdma_bytes_rec: ({ load }) => load.counts.bytesPerBeat,
  wdma_bytes_sent: ({ writer }) => writer.counts.bytes,
  rdma_total_latency: ({ load }) => load.counts.latency,
  wdma_total_latency: ({ writer }) => writer.counts.latency,
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
