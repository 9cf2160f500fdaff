/* Performance counters under the names of the public C library. Event numbers: docs/isa.md. */
#ifndef GEMMINI_COUNTER_H
#define GEMMINI_COUNTER_H

#include "gemmini_commands.h"

/* Events above this number are external ones, which report a value in place of a count. */
#define INCREMENTAL_COUNTERS 44

enum {
  DISABLE = 0,
  MAIN_LD_CYCLES = 1, MAIN_ST_CYCLES, MAIN_EX_CYCLES, MAIN_LD_ST_CYCLES, MAIN_LD_EX_CYCLES, MAIN_ST_EX_CYCLES,
  MAIN_LD_ST_EX_CYCLES,
  LOAD_DMA_WAIT_CYCLE = 8, LOAD_ACTIVE_CYCLE, LOAD_SCRATCHPAD_WAIT_CYCLE,
  STORE_DMA_WAIT_CYCLE = 11, STORE_ACTIVE_CYCLE, STORE_POOLING_CYCLE, STORE_SCRATCHPAD_WAIT_CYCLE,
  DMA_TLB_MISS_CYCLE = 15, DMA_TLB_HIT_REQ, DMA_TLB_TOTAL_REQ,
  RDMA_ACTIVE_CYCLE = 18, RDMA_TLB_WAIT_CYCLES, RDMA_TL_WAIT_CYCLES,
  WDMA_ACTIVE_CYCLE = 21, WDMA_TLB_WAIT_CYCLES, WDMA_TL_WAIT_CYCLES,
  EXE_ACTIVE_CYCLE = 24, EXE_FLUSH_CYCLE, EXE_CONTROL_Q_BLOCK_CYCLE, EXE_PRELOAD_HAZ_CYCLE, EXE_OVERLAP_HAZ_CYCLE,
  SCRATCHPAD_A_WAIT_CYCLE = 29, SCRATCHPAD_B_WAIT_CYCLE, SCRATCHPAD_D_WAIT_CYCLE,
  ACC_A_WAIT_CYCLE = 32, ACC_B_WAIT_CYCLE, ACC_D_WAIT_CYCLE,
  A_GARBAGE_CYCLES = 35, B_GARBAGE_CYCLES, D_GARBAGE_CYCLES,
  IM2COL_MEM_CYCLES = 38, IM2COL_ACTIVE_CYCLES, IM2COL_TRANSPOSER_WAIT_CYCLE,
  RESERVATION_STATION_FULL_CYCLES = 41, RESERVATION_STATION_ACTIVE_CYCLES,
  LOOP_MATMUL_ACTIVE_CYCLES = 43, TRANSPOSE_PRELOAD_UNROLLER_ACTIVE_CYCLES,
  RESERVATION_STATION_LD_COUNT = INCREMENTAL_COUNTERS + 1, RESERVATION_STATION_ST_COUNT, RESERVATION_STATION_EX_COUNT,
  RDMA_BYTES_REC, WDMA_BYTES_SENT, RDMA_TOTAL_LATENCY, WDMA_TOTAL_LATENCY
};

#define gemmini_counter_access(rd, config) ((rd) = (gemmini_counter)((config), 0))

static inline uint32_t counter_read(size_t index) {
  return (uint32_t)(gemmini_counter)(GEMMINI_COUNTER_RS1(0, 0, 0, 0, index, 0, 0), 0);
}

/* Counts an event from 0 on. */
static inline void counter_configure(size_t index, size_t event) {
  const bool external = event > INCREMENTAL_COUNTERS;
  const size_t code = external ? event - INCREMENTAL_COUNTERS : event;
  (gemmini_counter)(GEMMINI_COUNTER_RS1(0, 0, 0, 1, index, code, external), 0);
}

/* Freezes what reads return; counting goes on. */
static inline void counter_snapshot_take(void) { (gemmini_counter)(GEMMINI_COUNTER_RS1(0, 0, 1, 0, 0, 0, 0), 0); }
static inline void counter_snapshot_reset(void) { (gemmini_counter)(GEMMINI_COUNTER_RS1(0, 1, 0, 0, 0, 0, 0), 0); }
static inline void counter_reset(void) { (gemmini_counter)(GEMMINI_COUNTER_RS1(1, 0, 0, 0, 0, 0, 0), 0); }

static inline uint64_t read_cycles(void) {
  uint64_t cycles;
  __asm__ volatile ("rdcycle %0" : "=r"(cycles) : : "memory");
  return cycles;
}

static inline uint64_t read_instructions(void) {
  uint64_t instructions;
  __asm__ volatile ("rdinstret %0" : "=r"(instructions) : : "memory");
  return instructions;
}

#endif
