/* The accelerator's commands. Computed from src/isa by "npm run generate"; do not edit. */
#ifndef GEMMINI_H
#define GEMMINI_H

#include <stdint.h>

/* Local addresses: rows of scratchpad and accumulator. */
#define GEMMINI_SP(row) ((uint32_t)(row) | 0x0u) /* scratchpad row */
#define GEMMINI_ACC(row) ((uint32_t)(row) | 0x80000000u) /* accumulator row; writes replace, mvout scales */
#define GEMMINI_ACC_ADD(row) ((uint32_t)(row) | 0xc0000000u) /* accumulator row; writes add */
#define GEMMINI_ACC_FULL(row) ((uint32_t)(row) | 0xa0000000u) /* accumulator row; mvout stores the accumulator type */
#define GEMMINI_GARBAGE 0xffffffffu
#define GEMMINI_WITH_NORM(local, norm) ((uint32_t)(local) | ((uint32_t)(norm) << 26))
#define GEMMINI_NORM_RESET 0
#define GEMMINI_NORM_SUM 1
#define GEMMINI_NORM_MEAN 2
#define GEMMINI_NORM_VARIANCE 3
#define GEMMINI_NORM_INV_STDDEV 4
#define GEMMINI_NORM_MAX 5
#define GEMMINI_NORM_SUM_EXP 6
#define GEMMINI_NORM_INV_SUM_EXP 7

/* Waits until all commands before it are done and their stores are in memory. */
static inline void gemmini_wait(void) { __asm__ volatile ("fence" : : : "memory"); }

/* Raw bits of a scale. */
static inline uint32_t gemmini_float_bits(float value) { union { float f; uint32_t u; } bits = { value }; return bits.u; }

#define GEMMINI_CONFIG_EX_FUNCT 0
#define GEMMINI_CONFIG_EX_DATAFLOW_OS 0
#define GEMMINI_CONFIG_EX_DATAFLOW_WS 1
#define GEMMINI_CONFIG_EX_ACTIVATION_NONE 0
#define GEMMINI_CONFIG_EX_ACTIVATION_RELU 1
#define GEMMINI_CONFIG_EX_ACTIVATION_LAYERNORM 2
#define GEMMINI_CONFIG_EX_ACTIVATION_IGELU 3
#define GEMMINI_CONFIG_EX_RS1(dataflow, activation, set_only_strides, a_transpose, b_transpose, a_stride, acc_scale) \
  (0ull | \
   (((uint64_t)(dataflow) & 0x1ull) << 2) | \
   (((uint64_t)(activation) & 0x3ull) << 3) | \
   (((uint64_t)(set_only_strides) & 0x1ull) << 7) | \
   (((uint64_t)(a_transpose) & 0x1ull) << 8) | \
   (((uint64_t)(b_transpose) & 0x1ull) << 9) | \
   (((uint64_t)(a_stride) & 0xffffull) << 16) | \
   (((uint64_t)(acc_scale) & 0xffffffffull) << 32))
#define GEMMINI_CONFIG_EX_RS2(shift, relu6_shift, c_stride) \
  ((((uint64_t)(shift) & 0xffffffffull) << 0) | \
   (((uint64_t)(relu6_shift) & 0xffffull) << 32) | \
   (((uint64_t)(c_stride) & 0xffffull) << 48))
/* Configure the array: dataflow, activation, transposes, strides, shift. */
static inline void gemmini_config_ex(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 0, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_CONFIG_MVIN_FUNCT 0
#define GEMMINI_CONFIG_MVIN_RS1(shrink, state, pixel_repeats, block_stride, scale) \
  (1ull | \
   (((uint64_t)(shrink) & 0x1ull) << 2) | \
   (((uint64_t)(state) & 0x3ull) << 3) | \
   (((uint64_t)(pixel_repeats) & 0xffull) << 8) | \
   (((uint64_t)(block_stride) & 0xffffull) << 16) | \
   (((uint64_t)(scale) & 0xffffffffull) << 32))
#define GEMMINI_CONFIG_MVIN_RS2(stride) \
  ((uint64_t)(stride))
/* Configure one of the three load states. */
static inline void gemmini_config_mvin(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 0, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_CONFIG_MVOUT_FUNCT 0
#define GEMMINI_CONFIG_MVOUT_ACTIVATION_NONE 0
#define GEMMINI_CONFIG_MVOUT_ACTIVATION_RELU 1
#define GEMMINI_CONFIG_MVOUT_ACTIVATION_LAYERNORM 2
#define GEMMINI_CONFIG_MVOUT_ACTIVATION_IGELU 3
#define GEMMINI_CONFIG_MVOUT_RS1(activation, pool_stride, pool_size, upad, lpad, pool_out_dim, porows, pocols, orows, ocols) \
  (2ull | \
   (((uint64_t)(activation) & 0x3ull) << 2) | \
   (((uint64_t)(pool_stride) & 0x3ull) << 4) | \
   (((uint64_t)(pool_size) & 0x3ull) << 6) | \
   (((uint64_t)(upad) & 0x3ull) << 8) | \
   (((uint64_t)(lpad) & 0x3ull) << 10) | \
   (((uint64_t)(pool_out_dim) & 0xffull) << 24) | \
   (((uint64_t)(porows) & 0xffull) << 32) | \
   (((uint64_t)(pocols) & 0xffull) << 40) | \
   (((uint64_t)(orows) & 0xffull) << 48) | \
   (((uint64_t)(ocols) & 0xffull) << 56))
#define GEMMINI_CONFIG_MVOUT_RS2(stride, acc_scale) \
  ((((uint64_t)(stride) & 0xffffffffull) << 0) | \
   (((uint64_t)(acc_scale) & 0xffffffffull) << 32))
/* Configure stores: stride, activation, scale, max-pooling. */
static inline void gemmini_config_mvout(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 0, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_CONFIG_NORM_FUNCT 0
#define GEMMINI_CONFIG_NORM_Q_CONST_TYPE_QLN2 0
#define GEMMINI_CONFIG_NORM_Q_CONST_TYPE_QLN2_INV 1
#define GEMMINI_CONFIG_NORM_RS1(stat_id, activation_msb, set_stat_id_only, q_const_type, q_const) \
  (3ull | \
   (((uint64_t)(stat_id) & 0xffull) << 8) | \
   (((uint64_t)(activation_msb) & 0x1ull) << 16) | \
   (((uint64_t)(set_stat_id_only) & 0x1ull) << 17) | \
   (((uint64_t)(q_const_type) & 0x1ull) << 18) | \
   (((uint64_t)(q_const) & 0xffffffffull) << 32))
#define GEMMINI_CONFIG_NORM_RS2(qb, qc) \
  ((((uint64_t)(qb) & 0xffffffffull) << 0) | \
   (((uint64_t)(qc) & 0xffffffffull) << 32))
/* Configure normalisation: statistics and constants of I-GELU and softmax. */
static inline void gemmini_config_norm(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 0, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_MVIN2_FUNCT 1
#define GEMMINI_MVIN2_RS1(dram_addr) \
  ((uint64_t)(dram_addr))
#define GEMMINI_MVIN2_RS2(local_addr, cols, rows) \
  ((((uint64_t)(local_addr) & 0xffffffffull) << 0) | \
   (((uint64_t)(cols) & 0xffffull) << 32) | \
   (((uint64_t)(rows) & 0xffffull) << 48))
/* Copy a tile from DRAM to scratchpad or accumulator with load state 1. */
static inline void gemmini_mvin2(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 1, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_MVIN_FUNCT 2
#define GEMMINI_MVIN_RS1(dram_addr) \
  ((uint64_t)(dram_addr))
#define GEMMINI_MVIN_RS2(local_addr, cols, rows) \
  ((((uint64_t)(local_addr) & 0xffffffffull) << 0) | \
   (((uint64_t)(cols) & 0xffffull) << 32) | \
   (((uint64_t)(rows) & 0xffffull) << 48))
/* Copy a tile from DRAM to scratchpad or accumulator with load state 0. */
static inline void gemmini_mvin(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 2, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_MVOUT_FUNCT 3
#define GEMMINI_MVOUT_RS1(dram_addr) \
  ((uint64_t)(dram_addr))
#define GEMMINI_MVOUT_RS2(local_addr, cols, rows) \
  ((((uint64_t)(local_addr) & 0xffffffffull) << 0) | \
   (((uint64_t)(cols) & 0xffffull) << 32) | \
   (((uint64_t)(rows) & 0xffffull) << 48))
/* Copy a tile from scratchpad or accumulator to DRAM. */
static inline void gemmini_mvout(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 3, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_COMPUTE_PRELOADED_FUNCT 4
#define GEMMINI_COMPUTE_PRELOADED_RS1(a, a_cols, a_rows) \
  ((((uint64_t)(a) & 0xffffffffull) << 0) | \
   (((uint64_t)(a_cols) & 0xffffull) << 32) | \
   (((uint64_t)(a_rows) & 0xffffull) << 48))
#define GEMMINI_COMPUTE_PRELOADED_RS2(bd, bd_cols, bd_rows) \
  ((((uint64_t)(bd) & 0xffffffffull) << 0) | \
   (((uint64_t)(bd_cols) & 0xffffull) << 32) | \
   (((uint64_t)(bd_rows) & 0xffffull) << 48))
/* Multiply with the operand that the last preload brought. */
static inline void gemmini_compute_preloaded(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 4, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_COMPUTE_ACCUMULATED_FUNCT 5
#define GEMMINI_COMPUTE_ACCUMULATED_RS1(a, a_cols, a_rows) \
  ((((uint64_t)(a) & 0xffffffffull) << 0) | \
   (((uint64_t)(a_cols) & 0xffffull) << 32) | \
   (((uint64_t)(a_rows) & 0xffffull) << 48))
#define GEMMINI_COMPUTE_ACCUMULATED_RS2(bd, bd_cols, bd_rows) \
  ((((uint64_t)(bd) & 0xffffffffull) << 0) | \
   (((uint64_t)(bd_cols) & 0xffffull) << 32) | \
   (((uint64_t)(bd_rows) & 0xffffull) << 48))
/* Multiply again with the operand already in the array. */
static inline void gemmini_compute_accumulated(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 5, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_PRELOAD_FUNCT 6
#define GEMMINI_PRELOAD_RS1(bd, bd_cols, bd_rows) \
  ((((uint64_t)(bd) & 0xffffffffull) << 0) | \
   (((uint64_t)(bd_cols) & 0xffffull) << 32) | \
   (((uint64_t)(bd_rows) & 0xffffull) << 48))
#define GEMMINI_PRELOAD_RS2(c, c_cols, c_rows) \
  ((((uint64_t)(c) & 0xffffffffull) << 0) | \
   (((uint64_t)(c_cols) & 0xffffull) << 32) | \
   (((uint64_t)(c_rows) & 0xffffull) << 48))
/* Choose the operand that stays in the array, and where results go. */
static inline void gemmini_preload(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 6, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_FLUSH_FUNCT 7
#define GEMMINI_FLUSH_RS1(skip) \
  ((((uint64_t)(skip) & 0x1ull) << 0))
/* Flush the accelerator TLBs. */
static inline void gemmini_flush(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 7, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_MVIN3_FUNCT 14
#define GEMMINI_MVIN3_RS1(dram_addr) \
  ((uint64_t)(dram_addr))
#define GEMMINI_MVIN3_RS2(local_addr, cols, rows) \
  ((((uint64_t)(local_addr) & 0xffffffffull) << 0) | \
   (((uint64_t)(cols) & 0xffffull) << 32) | \
   (((uint64_t)(rows) & 0xffffull) << 48))
/* Copy a tile from DRAM to scratchpad or accumulator with load state 2. */
static inline void gemmini_mvin3(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 14, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_CLKGATE_EN_FUNCT 22
#define GEMMINI_CLKGATE_EN_RS1(enable) \
  ((((uint64_t)(enable) & 0x1ull) << 0))
/* Gate the clock of the idle accelerator. */
static inline void gemmini_clkgate_en(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 22, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_MVOUT_SPAD_FUNCT 23
#define GEMMINI_MVOUT_SPAD_RS1(dst, dst_stride) \
  ((((uint64_t)(dst) & 0xffffffffull) << 0) | \
   (((uint64_t)(dst_stride) & 0xffffffffull) << 32))
#define GEMMINI_MVOUT_SPAD_RS2(local_addr, cols, rows) \
  ((((uint64_t)(local_addr) & 0xffffffffull) << 0) | \
   (((uint64_t)(cols) & 0xffffull) << 32) | \
   (((uint64_t)(rows) & 0xffffull) << 48))
/* Copy a tile to the external scratchpad. */
static inline void gemmini_mvout_spad(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 23, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_COUNTER_FUNCT 126
#define GEMMINI_COUNTER_RS1(reset, leave_snapshot, take_snapshot, configure, index, event, external) \
  ((((uint64_t)(reset) & 0x1ull) << 0) | \
   (((uint64_t)(leave_snapshot) & 0x1ull) << 1) | \
   (((uint64_t)(take_snapshot) & 0x1ull) << 2) | \
   (((uint64_t)(configure) & 0x1ull) << 3) | \
   (((uint64_t)(index) & 0x7ull) << 4) | \
   (((uint64_t)(event) & 0x3full) << 12) | \
   (((uint64_t)(external) & 0x1ull) << 31))
/* Read a performance counter; reset, configure or freeze the counters. */
static inline uint64_t gemmini_counter(uint64_t rs1, uint64_t rs2) {
  uint64_t rd;
  __asm__ volatile (".insn r 0x7b, 7, 126, %0, %1, %2" : "=r"(rd) : "r"(rs1), "r"(rs2) : "memory");
  return rd;
}

#define GEMMINI_FENCE_ACCEL_FUNCT 127
/* No operation. Programs use the fence of RISC-V. */
static inline void gemmini_fence_accel(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 127, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_FUNCT 8
#define GEMMINI_LOOP_WS_ACTIVATION_NONE 0
#define GEMMINI_LOOP_WS_ACTIVATION_RELU 1
#define GEMMINI_LOOP_WS_ACTIVATION_LAYERNORM 2
#define GEMMINI_LOOP_WS_ACTIVATION_IGELU 3
#define GEMMINI_LOOP_WS_ACTIVATION_SOFTMAX 4
#define GEMMINI_LOOP_WS_RS1(ex_accumulate, full_c, low_d, activation, b_spad_id, a_spad_id) \
  ((((uint64_t)(ex_accumulate) & 0x1ull) << 0) | \
   (((uint64_t)(full_c) & 0x1ull) << 1) | \
   (((uint64_t)(low_d) & 0x1ull) << 2) | \
   (((uint64_t)(activation) & 0x7ull) << 8) | \
   (((uint64_t)(b_spad_id) & 0x3ull) << 16) | \
   (((uint64_t)(a_spad_id) & 0x3ull) << 18))
#define GEMMINI_LOOP_WS_RS2(a_transpose, b_transpose, is_resadd, skip_load_a, skip_load_b, skip_load_d, skip_execute, skip_store_c, advance_acc, spad_only, c_spad_row) \
  ((((uint64_t)(a_transpose) & 0x1ull) << 0) | \
   (((uint64_t)(b_transpose) & 0x1ull) << 1) | \
   (((uint64_t)(is_resadd) & 0x1ull) << 2) | \
   (((uint64_t)(skip_load_a) & 0x1ull) << 3) | \
   (((uint64_t)(skip_load_b) & 0x1ull) << 4) | \
   (((uint64_t)(skip_load_d) & 0x1ull) << 5) | \
   (((uint64_t)(skip_execute) & 0x1ull) << 6) | \
   (((uint64_t)(skip_store_c) & 0x1ull) << 7) | \
   (((uint64_t)(advance_acc) & 0x1ull) << 8) | \
   (((uint64_t)(spad_only) & 0x1ull) << 9) | \
   (((uint64_t)(c_spad_row) & 0xffffffffull) << 32))
/* Run the tiled matmul that the loop_ws.config commands describe. */
static inline void gemmini_loop_ws(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 8, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_BOUNDS_FUNCT 9
#define GEMMINI_LOOP_WS_CONFIG_BOUNDS_RS1(pad_i, pad_j, pad_k) \
  ((((uint64_t)(pad_i) & 0xffffull) << 0) | \
   (((uint64_t)(pad_j) & 0xffffull) << 16) | \
   (((uint64_t)(pad_k) & 0xffffull) << 32))
#define GEMMINI_LOOP_WS_CONFIG_BOUNDS_RS2(i, j, k) \
  ((((uint64_t)(i) & 0xffffull) << 0) | \
   (((uint64_t)(j) & 0xffffull) << 16) | \
   (((uint64_t)(k) & 0xffffull) << 32))
/* Extents of the tiled matmul in blocks of dim. */
static inline void gemmini_loop_ws_config_bounds(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 9, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_ADDRS_AB_FUNCT 10
#define GEMMINI_LOOP_WS_CONFIG_ADDRS_AB_RS1(a) \
  ((uint64_t)(a))
#define GEMMINI_LOOP_WS_CONFIG_ADDRS_AB_RS2(b) \
  ((uint64_t)(b))
/* Addresses of A and B. */
static inline void gemmini_loop_ws_config_addrs_ab(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 10, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_ADDRS_DC_FUNCT 11
#define GEMMINI_LOOP_WS_CONFIG_ADDRS_DC_RS1(d) \
  ((uint64_t)(d))
#define GEMMINI_LOOP_WS_CONFIG_ADDRS_DC_RS2(c) \
  ((uint64_t)(c))
/* Addresses of D and C. */
static inline void gemmini_loop_ws_config_addrs_dc(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 11, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_STRIDES_AB_FUNCT 12
#define GEMMINI_LOOP_WS_CONFIG_STRIDES_AB_RS1(a_stride) \
  ((uint64_t)(a_stride))
#define GEMMINI_LOOP_WS_CONFIG_STRIDES_AB_RS2(b_stride) \
  ((uint64_t)(b_stride))
/* Row strides of A and B. */
static inline void gemmini_loop_ws_config_strides_ab(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 12, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_STRIDES_DC_FUNCT 13
#define GEMMINI_LOOP_WS_CONFIG_STRIDES_DC_RS1(d_stride) \
  ((uint64_t)(d_stride))
#define GEMMINI_LOOP_WS_CONFIG_STRIDES_DC_RS2(c_stride) \
  ((uint64_t)(c_stride))
/* Row strides of D and C. */
static inline void gemmini_loop_ws_config_strides_dc(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 13, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_SPAD_AB_FUNCT 24
#define GEMMINI_LOOP_WS_CONFIG_SPAD_AB_RS1(a_start) \
  ((uint64_t)(a_start))
#define GEMMINI_LOOP_WS_CONFIG_SPAD_AB_RS2(b_end) \
  ((uint64_t)(b_end))
/* Replace the places of A and B in the scratchpad. */
static inline void gemmini_loop_ws_config_spad_ab(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 24, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_WS_CONFIG_SPAD_C_FUNCT 25
/* Consumed without effect. */
static inline void gemmini_loop_ws_config_spad_c(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 25, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_FUNCT 15
#define GEMMINI_LOOP_CONV_WS_ACTIVATION_NONE 0
#define GEMMINI_LOOP_CONV_WS_ACTIVATION_RELU 1
#define GEMMINI_LOOP_CONV_WS_ACTIVATION_LAYERNORM 2
#define GEMMINI_LOOP_CONV_WS_ACTIVATION_IGELU 3
#define GEMMINI_LOOP_CONV_WS_RS1(no_bias, wrot180, trans_output_1203, trans_weight_1203, trans_weight_0132, trans_input_3120, dw, max_pixels_per_row, b_spad_id, a_spad_id) \
  ((((uint64_t)(no_bias) & 0x1ull) << 0) | \
   (((uint64_t)(wrot180) & 0x1ull) << 1) | \
   (((uint64_t)(trans_output_1203) & 0x1ull) << 2) | \
   (((uint64_t)(trans_weight_1203) & 0x1ull) << 3) | \
   (((uint64_t)(trans_weight_0132) & 0x1ull) << 4) | \
   (((uint64_t)(trans_input_3120) & 0x1ull) << 5) | \
   (((uint64_t)(dw) & 0x1ull) << 6) | \
   (((uint64_t)(max_pixels_per_row) & 0xffull) << 8) | \
   (((uint64_t)(b_spad_id) & 0x3ull) << 16) | \
   (((uint64_t)(a_spad_id) & 0x3ull) << 18))
#define GEMMINI_LOOP_CONV_WS_RS2(no_pool, downsample, input_dilated, activation) \
  ((((uint64_t)(no_pool) & 0x1ull) << 0) | \
   (((uint64_t)(downsample) & 0x1ull) << 1) | \
   (((uint64_t)(input_dilated) & 0x1ull) << 2) | \
   (((uint64_t)(activation) & 0x3ull) << 3))
/* Run the tiled convolution that the loop_conv_ws.config commands describe. */
static inline void gemmini_loop_conv_ws(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 15, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_5_FUNCT 20
#define GEMMINI_LOOP_CONV_WS_CONFIG_5_RS1(weights) \
  ((uint64_t)(weights))
#define GEMMINI_LOOP_CONV_WS_CONFIG_5_RS2(output) \
  ((uint64_t)(output))
/* Addresses of weights and output. */
static inline void gemmini_loop_conv_ws_config_5(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 20, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_6_FUNCT 21
#define GEMMINI_LOOP_CONV_WS_CONFIG_6_RS1(bias) \
  ((uint64_t)(bias))
#define GEMMINI_LOOP_CONV_WS_CONFIG_6_RS2(input) \
  ((uint64_t)(input))
/* Addresses of bias and input. */
static inline void gemmini_loop_conv_ws_config_6(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 21, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_1_FUNCT 16
#define GEMMINI_LOOP_CONV_WS_CONFIG_1_RS1(batch_size, in_row_dim, in_channels, out_channels) \
  ((((uint64_t)(batch_size) & 0xffffull) << 0) | \
   (((uint64_t)(in_row_dim) & 0xffffull) << 16) | \
   (((uint64_t)(in_channels) & 0xffffull) << 32) | \
   (((uint64_t)(out_channels) & 0xffffull) << 48))
#define GEMMINI_LOOP_CONV_WS_CONFIG_1_RS2(out_row_dim, pool_out_row_dim, out_col_dim, stride, padding) \
  ((((uint64_t)(out_row_dim) & 0xffffull) << 0) | \
   (((uint64_t)(pool_out_row_dim) & 0xffffull) << 16) | \
   (((uint64_t)(out_col_dim) & 0xffffull) << 32) | \
   (((uint64_t)(stride) & 0xffull) << 48) | \
   (((uint64_t)(padding) & 0xffull) << 56))
/* Extents of the tiled convolution. */
static inline void gemmini_loop_conv_ws_config_1(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 16, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_2_FUNCT 17
#define GEMMINI_LOOP_CONV_WS_CONFIG_2_RS1(pool_padding, pool_stride, pool_size, pool_out_col_dim, kernel_dim) \
  ((((uint64_t)(pool_padding) & 0xffull) << 0) | \
   (((uint64_t)(pool_stride) & 0xffull) << 8) | \
   (((uint64_t)(pool_size) & 0xffffull) << 16) | \
   (((uint64_t)(pool_out_col_dim) & 0xffffull) << 32) | \
   (((uint64_t)(kernel_dim) & 0xffffull) << 48))
#define GEMMINI_LOOP_CONV_WS_CONFIG_2_RS2(pochs, pocols, porows, batches) \
  ((((uint64_t)(pochs) & 0xffffull) << 0) | \
   (((uint64_t)(pocols) & 0xffffull) << 16) | \
   (((uint64_t)(porows) & 0xffffull) << 32) | \
   (((uint64_t)(batches) & 0xffffull) << 48))
/* Extents of the tiled convolution. */
static inline void gemmini_loop_conv_ws_config_2(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 17, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_3_FUNCT 18
#define GEMMINI_LOOP_CONV_WS_CONFIG_3_RS1(lpad, kchs, kcols, krows) \
  ((((uint64_t)(lpad) & 0xffffull) << 0) | \
   (((uint64_t)(kchs) & 0xffffull) << 16) | \
   (((uint64_t)(kcols) & 0xffffull) << 32) | \
   (((uint64_t)(krows) & 0xffffull) << 48))
#define GEMMINI_LOOP_CONV_WS_CONFIG_3_RS2(in_col_dim, plpad, dpad, upad, rpad) \
  ((((uint64_t)(in_col_dim) & 0xffffull) << 0) | \
   (((uint64_t)(plpad) & 0xffull) << 16) | \
   (((uint64_t)(dpad) & 0xffull) << 24) | \
   (((uint64_t)(upad) & 0xffffull) << 32) | \
   (((uint64_t)(rpad) & 0xffffull) << 48))
/* Extents of the tiled convolution. */
static inline void gemmini_loop_conv_ws_config_3(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 18, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

#define GEMMINI_LOOP_CONV_WS_CONFIG_4_FUNCT 19
#define GEMMINI_LOOP_CONV_WS_CONFIG_4_RS1(kernel_dilation, pdpad, pupad, prad, orows) \
  ((((uint64_t)(kernel_dilation) & 0x3ffull) << 0) | \
   (((uint64_t)(pdpad) & 0x7ffull) << 10) | \
   (((uint64_t)(pupad) & 0x7ffull) << 21) | \
   (((uint64_t)(prad) & 0xffffull) << 32) | \
   (((uint64_t)(orows) & 0xffffull) << 48))
#define GEMMINI_LOOP_CONV_WS_CONFIG_4_RS2(ocols, out_stride, weight_stride, in_stride) \
  ((((uint64_t)(ocols) & 0xffffull) << 0) | \
   (((uint64_t)(out_stride) & 0xffffull) << 16) | \
   (((uint64_t)(weight_stride) & 0xffffull) << 32) | \
   (((uint64_t)(in_stride) & 0xffffull) << 48))
/* Extents of the tiled convolution. */
static inline void gemmini_loop_conv_ws_config_4(uint64_t rs1, uint64_t rs2) {
  __asm__ volatile (".insn r 0x7b, 3, 19, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");
}

/* Sizes of the convolution loop in the layout before July 2023 (square images). */
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_1_RS1(batch_size, in_dim, in_channels, out_channels) \
  ((((uint64_t)(batch_size) & 0xffffull) << 0) | \
   (((uint64_t)(in_dim) & 0xffffull) << 16) | \
   (((uint64_t)(in_channels) & 0xffffull) << 32) | \
   (((uint64_t)(out_channels) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_1_RS2(out_dim, pool_out_dim, stride, padding) \
  ((((uint64_t)(out_dim) & 0xffffull) << 0) | \
   (((uint64_t)(pool_out_dim) & 0xffffull) << 16) | \
   (((uint64_t)(stride) & 0xffffull) << 32) | \
   (((uint64_t)(padding) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_2_RS1(pool_padding, pool_stride, pool_size, kernel_dim) \
  ((((uint64_t)(pool_padding) & 0xffffull) << 0) | \
   (((uint64_t)(pool_stride) & 0xffffull) << 16) | \
   (((uint64_t)(pool_size) & 0xffffull) << 32) | \
   (((uint64_t)(kernel_dim) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_2_RS2(pochs, pocols, porows, batches) \
  ((((uint64_t)(pochs) & 0xffffull) << 0) | \
   (((uint64_t)(pocols) & 0xffffull) << 16) | \
   (((uint64_t)(porows) & 0xffffull) << 32) | \
   (((uint64_t)(batches) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_3_RS1(lpad, kchs, kcols, krows) \
  ((((uint64_t)(lpad) & 0xffffull) << 0) | \
   (((uint64_t)(kchs) & 0xffffull) << 16) | \
   (((uint64_t)(kcols) & 0xffffull) << 32) | \
   (((uint64_t)(krows) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_3_RS2(plpad, dpad, upad, rpad) \
  ((((uint64_t)(plpad) & 0xffffull) << 0) | \
   (((uint64_t)(dpad) & 0xffffull) << 16) | \
   (((uint64_t)(upad) & 0xffffull) << 32) | \
   (((uint64_t)(rpad) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_4_RS1(kernel_dilation, pdpad, pupad, prad, orows) \
  ((((uint64_t)(kernel_dilation) & 0x3ffull) << 0) | \
   (((uint64_t)(pdpad) & 0x7ffull) << 10) | \
   (((uint64_t)(pupad) & 0x7ffull) << 21) | \
   (((uint64_t)(prad) & 0xffffull) << 32) | \
   (((uint64_t)(orows) & 0xffffull) << 48))
#define GEMMINI_SQUARE_LOOP_CONV_WS_CONFIG_4_RS2(ocols, out_stride, weight_stride, in_stride) \
  ((((uint64_t)(ocols) & 0xffffull) << 0) | \
   (((uint64_t)(out_stride) & 0xffffull) << 16) | \
   (((uint64_t)(weight_stride) & 0xffffull) << 32) | \
   (((uint64_t)(in_stride) & 0xffffull) << 48))

/* Events and values of the performance counters; numbers above GEMMINI_COUNTER_EXTERNAL_OFFSET are external values. */
#define GEMMINI_COUNTER_MAIN_LD_CYCLES 1
#define GEMMINI_COUNTER_MAIN_ST_CYCLES 2
#define GEMMINI_COUNTER_MAIN_EX_CYCLES 3
#define GEMMINI_COUNTER_MAIN_LD_ST_CYCLES 4
#define GEMMINI_COUNTER_MAIN_LD_EX_CYCLES 5
#define GEMMINI_COUNTER_MAIN_ST_EX_CYCLES 6
#define GEMMINI_COUNTER_MAIN_LD_ST_EX_CYCLES 7
#define GEMMINI_COUNTER_LOAD_DMA_WAIT_CYCLE 8
#define GEMMINI_COUNTER_LOAD_ACTIVE_CYCLE 9
#define GEMMINI_COUNTER_LOAD_SCRATCHPAD_WAIT_CYCLE 10
#define GEMMINI_COUNTER_STORE_DMA_WAIT_CYCLE 11
#define GEMMINI_COUNTER_STORE_ACTIVE_CYCLE 12
#define GEMMINI_COUNTER_STORE_POOLING_CYCLE 13
#define GEMMINI_COUNTER_STORE_SCRATCHPAD_WAIT_CYCLE 14
#define GEMMINI_COUNTER_DMA_TLB_MISS_CYCLE 15
#define GEMMINI_COUNTER_DMA_TLB_HIT_REQ 16
#define GEMMINI_COUNTER_DMA_TLB_TOTAL_REQ 17
#define GEMMINI_COUNTER_RDMA_ACTIVE_CYCLE 18
#define GEMMINI_COUNTER_RDMA_TLB_WAIT_CYCLES 19
#define GEMMINI_COUNTER_RDMA_TL_WAIT_CYCLES 20
#define GEMMINI_COUNTER_WDMA_ACTIVE_CYCLE 21
#define GEMMINI_COUNTER_WDMA_TLB_WAIT_CYCLES 22
#define GEMMINI_COUNTER_WDMA_TL_WAIT_CYCLES 23
#define GEMMINI_COUNTER_EXE_ACTIVE_CYCLE 24
#define GEMMINI_COUNTER_EXE_FLUSH_CYCLE 25
#define GEMMINI_COUNTER_EXE_CONTROL_Q_BLOCK_CYCLE 26
#define GEMMINI_COUNTER_EXE_PRELOAD_HAZ_CYCLE 27
#define GEMMINI_COUNTER_EXE_OVERLAP_HAZ_CYCLE 28
#define GEMMINI_COUNTER_SCRATCHPAD_A_WAIT_CYCLE 29
#define GEMMINI_COUNTER_SCRATCHPAD_B_WAIT_CYCLE 30
#define GEMMINI_COUNTER_SCRATCHPAD_D_WAIT_CYCLE 31
#define GEMMINI_COUNTER_ACC_A_WAIT_CYCLE 32
#define GEMMINI_COUNTER_ACC_B_WAIT_CYCLE 33
#define GEMMINI_COUNTER_ACC_D_WAIT_CYCLE 34
#define GEMMINI_COUNTER_A_GARBAGE_CYCLES 35
#define GEMMINI_COUNTER_B_GARBAGE_CYCLES 36
#define GEMMINI_COUNTER_D_GARBAGE_CYCLES 37
#define GEMMINI_COUNTER_IM2COL_MEM_CYCLES 38
#define GEMMINI_COUNTER_IM2COL_ACTIVE_CYCLES 39
#define GEMMINI_COUNTER_IM2COL_TRANSPOSER_WAIT_CYCLE 40
#define GEMMINI_COUNTER_RESERVATION_STATION_FULL_CYCLES 41
#define GEMMINI_COUNTER_RESERVATION_STATION_ACTIVE_CYCLES 42
#define GEMMINI_COUNTER_LOOP_MATMUL_ACTIVE_CYCLES 43
#define GEMMINI_COUNTER_TRANSPOSE_PRELOAD_UNROLLER_ACTIVE_CYCLES 44
#define GEMMINI_COUNTER_RESERVATION_STATION_LD_COUNT 45
#define GEMMINI_COUNTER_RESERVATION_STATION_ST_COUNT 46
#define GEMMINI_COUNTER_RESERVATION_STATION_EX_COUNT 47
#define GEMMINI_COUNTER_RDMA_BYTES_REC 48
#define GEMMINI_COUNTER_WDMA_BYTES_SENT 49
#define GEMMINI_COUNTER_RDMA_TOTAL_LATENCY 50
#define GEMMINI_COUNTER_WDMA_TOTAL_LATENCY 51
#define GEMMINI_COUNTER_EXTERNAL_OFFSET 44

#endif
