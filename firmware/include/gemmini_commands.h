/* Single commands under the names of the public C library: macros over the commands of gemmini.h. */
#ifndef GEMMINI_COMMANDS_H
#define GEMMINI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gemmini_params.h"
#include "gemmini.h"

#define GARBAGE_ADDR GEMMINI_GARBAGE
#define OUTPUT_STATIONARY GEMMINI_CONFIG_EX_DATAFLOW_OS
#define WEIGHT_STATIONARY GEMMINI_CONFIG_EX_DATAFLOW_WS

#define NO_ACTIVATION GEMMINI_LOOP_WS_ACTIVATION_NONE
#define RELU GEMMINI_LOOP_WS_ACTIVATION_RELU
#define LAYERNORM GEMMINI_LOOP_WS_ACTIVATION_LAYERNORM
#define IGELU GEMMINI_LOOP_WS_ACTIVATION_IGELU
#define SOFTMAX GEMMINI_LOOP_WS_ACTIVATION_SOFTMAX

/* Parentheses around a name call the function of gemmini.h, which has the operands packed. */

#define gemmini_extended_mvin(dram, local, cols, rows) \
  (gemmini_mvin)(GEMMINI_MVIN_RS1((uintptr_t)(dram)), GEMMINI_MVIN_RS2(local, cols, rows))
#define gemmini_extended_mvin2(dram, local, cols, rows) \
  (gemmini_mvin2)(GEMMINI_MVIN2_RS1((uintptr_t)(dram)), GEMMINI_MVIN2_RS2(local, cols, rows))
#define gemmini_extended_mvin3(dram, local, cols, rows) \
  (gemmini_mvin3)(GEMMINI_MVIN3_RS1((uintptr_t)(dram)), GEMMINI_MVIN3_RS2(local, cols, rows))
#define gemmini_block_mvin(dram, local, blocks) gemmini_extended_mvin(dram, local, (blocks) * DIM, DIM)
#define gemmini_mvin(dram, local) gemmini_extended_mvin(dram, local, DIM, DIM)

#define gemmini_extended_mvout(dram, local, cols, rows) \
  (gemmini_mvout)(GEMMINI_MVOUT_RS1((uintptr_t)(dram)), GEMMINI_MVOUT_RS2(local, cols, rows))
#define gemmini_mvout(dram, local) gemmini_extended_mvout(dram, local, DIM, DIM)

#define gemmini_extended_preload(bd, c, bd_cols, bd_rows, c_cols, c_rows) \
  (gemmini_preload)(GEMMINI_PRELOAD_RS1(bd, bd_cols, bd_rows), GEMMINI_PRELOAD_RS2(c, c_cols, c_rows))
#define gemmini_preload(bd, c) gemmini_extended_preload(bd, c, DIM, DIM, DIM, DIM)
#define gemmini_preload_zeros(c) gemmini_preload(GARBAGE_ADDR, c)

#define gemmini_extended_compute_preloaded(a, bd, a_cols, a_rows, bd_cols, bd_rows) \
  (gemmini_compute_preloaded)(GEMMINI_COMPUTE_PRELOADED_RS1(a, a_cols, a_rows), \
                              GEMMINI_COMPUTE_PRELOADED_RS2(bd, bd_cols, bd_rows))
#define gemmini_extended_compute_accumulated(a, bd, a_cols, a_rows, bd_cols, bd_rows) \
  (gemmini_compute_accumulated)(GEMMINI_COMPUTE_ACCUMULATED_RS1(a, a_cols, a_rows), \
                                GEMMINI_COMPUTE_ACCUMULATED_RS2(bd, bd_cols, bd_rows))
#define gemmini_compute_preloaded(a, bd) gemmini_extended_compute_preloaded(a, bd, DIM, DIM, DIM, DIM)
#define gemmini_compute_accumulated(a, bd) gemmini_extended_compute_accumulated(a, bd, DIM, DIM, DIM, DIM)

/* Raw bits of the scale types of this build. */
#define GEMMINI_BITS_OF(type, bits_type, value) \
  ({ union { type scale; bits_type bits; } scale_ = { (type)(value) }; (uint64_t)scale_.bits; })
#ifdef HAS_MVIN_SCALE
#define GEMMINI_MVIN_SCALE_BITS(value) GEMMINI_BITS_OF(scale_t, scale_t_bits, value)
#else
#define GEMMINI_MVIN_SCALE_BITS(value) ((uint64_t)(value))
#endif
#define GEMMINI_ACC_SCALE_BITS(value) GEMMINI_BITS_OF(acc_scale_t, acc_scale_t_bits, value)

/* A block, as in the public library: some of its programs leave out the semicolon. */
#define gemmini_extended3_config_ex(dataflow, act, shift, scale, c_stride, a_stride, a_transpose, b_transpose, only_strides) \
  { (gemmini_config_ex)(GEMMINI_CONFIG_EX_RS1(dataflow, act, only_strides, a_transpose, b_transpose, a_stride, \
                                              GEMMINI_ACC_SCALE_BITS(scale)), \
                        GEMMINI_CONFIG_EX_RS2(shift, 0, c_stride)); }
#define gemmini_extended2_config_ex(dataflow, act, shift, a_stride, a_transpose, b_transpose) \
  gemmini_extended3_config_ex(dataflow, act, shift, ACC_SCALE_IDENTITY, 1, a_stride, a_transpose, b_transpose, 0)
#define gemmini_extended_config_ex gemmini_extended2_config_ex
#define gemmini_config_ex(dataflow, act, shift) gemmini_extended2_config_ex(dataflow, act, shift, 1, 0, 0)

#define gemmini_extended5_config_ld(stride, scale, shrunk, block_stride, pixel_repeats, id) \
  (gemmini_config_mvin)(GEMMINI_CONFIG_MVIN_RS1(shrunk, id, pixel_repeats, block_stride, GEMMINI_MVIN_SCALE_BITS(scale)), \
                        GEMMINI_CONFIG_MVIN_RS2(stride))
#define gemmini_extended4_config_ld(stride, scale, shrunk, block_stride, id) \
  gemmini_extended5_config_ld(stride, scale, shrunk, block_stride, 1, id)
#define gemmini_extended3_config_ld(stride, scale, shrunk, id) gemmini_extended4_config_ld(stride, scale, shrunk, DIM, id)
#define gemmini_extended2_config_ld(stride, scale, shrunk) gemmini_extended3_config_ld(stride, scale, shrunk, 0)
#define gemmini_extended_config_ld(stride, scale) gemmini_extended2_config_ld(stride, scale, 0)
#define gemmini_config_ld(stride) gemmini_extended_config_ld(stride, MVIN_SCALE_IDENTITY)

#define gemmini_extended2_config_st(stride, act, scale, pool_stride, pool_size, pool_out_dim, porows, pocols, orows, ocols, upad, lpad) \
  (gemmini_config_mvout)(GEMMINI_CONFIG_MVOUT_RS1(act, pool_stride, pool_size, upad, lpad, pool_out_dim, porows, pocols, orows, ocols), \
                         GEMMINI_CONFIG_MVOUT_RS2(stride, GEMMINI_ACC_SCALE_BITS(scale)))
#define gemmini_extended_config_st(stride, act, scale) \
  gemmini_extended2_config_st(stride, act, scale, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define gemmini_config_st(stride) gemmini_extended_config_st(stride, NO_ACTIVATION, ACC_SCALE_IDENTITY)

#define gemmini_config_norm(q_const, q_const_type, set_stat_id_only, act_msb, stat_id, qb, qc) \
  (gemmini_config_norm)(GEMMINI_CONFIG_NORM_RS1(stat_id, act_msb, set_stat_id_only, q_const_type, q_const), \
                        GEMMINI_CONFIG_NORM_RS2(qb, qc))

#define gemmini_flush(skip) (gemmini_flush)(GEMMINI_FLUSH_RS1(skip), 0)
#define gemmini_fence() gemmini_wait()

/* One tile of blocks through the hardware loop. */
#define gemmini_loop_ws(I, J, K, pad_I, pad_J, pad_K, A, B, D, C, A_stride, B_stride, D_stride, C_stride, \
                        A_transpose, B_transpose, full_C, low_D, ex_accumulate, act, a_spad_id, b_spad_id, is_resadd) \
  do { \
    gemmini_loop_ws_config_bounds(GEMMINI_LOOP_WS_CONFIG_BOUNDS_RS1(pad_I, pad_J, pad_K), \
                                  GEMMINI_LOOP_WS_CONFIG_BOUNDS_RS2(I, J, K)); \
    gemmini_loop_ws_config_addrs_ab((uintptr_t)(A), (uintptr_t)(B)); \
    gemmini_loop_ws_config_addrs_dc((uintptr_t)(D), (uintptr_t)(C)); \
    gemmini_loop_ws_config_strides_ab(A_stride, B_stride); \
    gemmini_loop_ws_config_strides_dc(D_stride, C_stride); \
    (gemmini_loop_ws)(GEMMINI_LOOP_WS_RS1(ex_accumulate, full_C, low_D, act, b_spad_id, a_spad_id), \
                      GEMMINI_LOOP_WS_RS2(A_transpose, B_transpose, is_resadd, 0, 0, 0, 0, 0, 0, 0, 0)); \
  } while (0)

#endif
