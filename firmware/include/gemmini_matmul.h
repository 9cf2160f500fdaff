/* Matrix products of any size, cut into tiles that fit the private memories. */
#ifndef GEMMINI_MATMUL_H
#define GEMMINI_MATMUL_H

#include "gemmini_cpu.h"

/* Rows of the private memories, and what one tile may take of them: weight-stationary tiles alternate between halves. */
#define GEMMINI_SPAD_ROWS ((size_t)BANK_NUM * BANK_ROWS)
static inline size_t gemmini_tile_spad_rows(bool ws) { return ws ? GEMMINI_SPAD_ROWS / 2 : GEMMINI_SPAD_ROWS; }
static inline size_t gemmini_tile_acc_rows(bool ws) { return ws ? (size_t)ACC_ROWS / 2 : (size_t)ACC_ROWS; }

static inline size_t tiled_matmul_total_spad_rows(size_t I, size_t J, size_t K) { return (I * K + K * J) * DIM; }
static inline size_t tiled_matmul_total_acc_rows(size_t I, size_t J) { return I * J * DIM; }

static inline bool gemmini_tile_fits(size_t I, size_t J, size_t K, bool ws) {
  return tiled_matmul_total_spad_rows(I, J, K) <= gemmini_tile_spad_rows(ws) &&
         tiled_matmul_total_acc_rows(I, J) <= gemmini_tile_acc_rows(ws);
}

/* One tile of a product, in blocks. */
struct gemmini_tile {
  size_t I, J, K, pad_I, pad_J, pad_K;
  const elem_t *A, *B;
  const void *D;
  void *C;
  bool accumulate;
};

struct gemmini_matmul {
  size_t stride_A, stride_B, stride_D, stride_C;
  bool repeating_bias, transpose_A, transpose_B, full_C, low_D;
  int act;
};

/* Loads a grid of rows × cols blocks, as many side by side as one request carries. */
static inline void gemmini_load_blocks(int state, const void *from, size_t stride, size_t size, uint32_t local,
    size_t rows, size_t cols, size_t pad_rows, size_t pad_cols, size_t most) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < cols; c += most) {
      const size_t blocks = cols - c < most ? cols - c : most;
      const char *dram = (const char *)from + (r * stride + c) * DIM * size;
      const uint64_t tile = GEMMINI_MVIN_RS2(local + (r * cols + c) * DIM,
          blocks * DIM - (c + blocks == cols ? pad_cols : 0), DIM - (r == rows - 1 ? pad_rows : 0));
      if (state == 0) (gemmini_mvin)((uintptr_t)dram, tile);
      else if (state == 1) (gemmini_mvin2)((uintptr_t)dram, tile);
      else (gemmini_mvin3)((uintptr_t)dram, tile);
    }
}

/* An output-stationary tile, command by command. */
static inline void gemmini_tile_os(const struct gemmini_matmul *p, const struct gemmini_tile *t) {
  const size_t I = t->I, J = t->J, K = t->K;
  const uint32_t b_start = (uint32_t)(GEMMINI_SPAD_ROWS - K * J * DIM);
  if (t->D != NULL)
    gemmini_load_blocks(2, t->D, p->repeating_bias ? 0 : p->stride_D, p->low_D ? sizeof(elem_t) : sizeof(acc_t),
        GEMMINI_ACC(0), I, J, t->pad_I, t->pad_J, p->low_D ? MAX_BLOCK_LEN : MAX_BLOCK_LEN_ACC);
  if (p->transpose_A) gemmini_load_blocks(0, t->A, p->stride_A, sizeof(elem_t), 0, K, I, t->pad_K, t->pad_I, MAX_BLOCK_LEN);
  else gemmini_load_blocks(0, t->A, p->stride_A, sizeof(elem_t), 0, I, K, t->pad_I, t->pad_K, MAX_BLOCK_LEN);
  if (p->transpose_B) gemmini_load_blocks(1, t->B, p->stride_B, sizeof(elem_t), b_start, J, K, t->pad_J, t->pad_K, MAX_BLOCK_LEN);
  else gemmini_load_blocks(1, t->B, p->stride_B, sizeof(elem_t), b_start, K, J, t->pad_K, t->pad_J, MAX_BLOCK_LEN);
  for (size_t i = 0; i < I; i++)
    for (size_t j = 0; j < J; j++)
      for (size_t k = 0; k < K; k++) {
        const uint32_t a = (uint32_t)((p->transpose_A ? k * I + i : i * K + k) * DIM);
        const uint32_t b = b_start + (uint32_t)((p->transpose_B ? j * K + k : k * J + j) * DIM);
        const uint32_t row = (uint32_t)((i * J + j) * DIM);
        const uint32_t c = k < K - 1 ? GARBAGE_ADDR : t->accumulate ? GEMMINI_ACC_ADD(row) : GEMMINI_ACC(row);
        const size_t rows = DIM - (i == I - 1 ? t->pad_I : 0), cols = DIM - (j == J - 1 ? t->pad_J : 0);
        const size_t depth = DIM - (k == K - 1 ? t->pad_K : 0);
        gemmini_extended_preload(GARBAGE_ADDR, c, cols, rows, cols, rows);
        if (k == 0) gemmini_extended_compute_preloaded(a, b, depth, rows, cols, depth);
        else gemmini_extended_compute_accumulated(a, b, depth, rows, cols, depth);
      }
  if (t->C == NULL) return;
  const size_t size = p->full_C ? sizeof(acc_t) : sizeof(elem_t), most = p->full_C ? 1 : MAX_BLOCK_LEN;
  for (size_t i = 0; i < I; i++)
    for (size_t j = 0; j < J; j += most) {
      const size_t blocks = J - j < most ? J - j : most;
      const uint32_t row = (uint32_t)((i * J + j) * DIM);
      gemmini_extended_mvout((char *)t->C + (i * p->stride_C + j) * DIM * size,
          p->full_C ? GEMMINI_ACC_FULL(row) : GEMMINI_ACC(row),
          blocks * DIM - (j + blocks == J ? t->pad_J : 0), DIM - (i == I - 1 ? t->pad_I : 0));
    }
}

static inline void gemmini_config_activation(int act, acc_scale_t step) {
#ifdef ELEM_T_IS_FLOAT
  if (act == IGELU || act == SOFTMAX) gemmini_refuse(GEMMINI_INTEGERS_ONLY);
  (void)step;
#else
  if (act == IGELU) gemmini_config_norm(0, 0, 0, 0, 0, gemmini_gelu_qb(step), gemmini_gelu_qc(step));
  if (act == SOFTMAX) {
    const acc_t qln2 = gemmini_exp_qln2(step), qb = gemmini_exp_qb(step), qc = gemmini_exp_qc(step);
    gemmini_config_norm(qln2, 0, 0, 1, 0, qb, qc);
    gemmini_config_norm(65536 / qln2, 1, 0, 1, 0, qb, qc);
  }
#endif
}

/* The tiled product on the accelerator; see tiled_matmul. */
static inline void gemmini_tiled_matmul(size_t dim_I, size_t dim_J, size_t dim_K, const elem_t *A, const elem_t *B, const void *D, void *C,
    size_t stride_A, size_t stride_B, size_t stride_D, size_t stride_C,
    scale_t A_scale, scale_t B_scale, scale_acc_t D_scale, int act, acc_scale_t scale, acc_scale_t bert_scale,
    bool repeating_bias, size_t tile_I, size_t tile_J, size_t tile_K,
    bool transpose_A, bool transpose_B, bool full_C, bool low_D, bool ws) {
  const size_t I = gemmini_blocks(dim_I), J = gemmini_blocks(dim_J), K = gemmini_blocks(dim_K);
  if (tile_I < 1 || tile_J < 1 || tile_K < 1 || tile_I > I || tile_J > J || tile_K > K)
    gemmini_refuse("a tile of a product must have at least one block of each extent, and no more than the product");
  if (!gemmini_tile_fits(tile_I, tile_J, tile_K, ws)) gemmini_refuse("a tile of a product does not fit the private memories");
  if (ws && transpose_A && transpose_B) gemmini_refuse("the weight-stationary array transposes one operand at most");
  if (!ws && transpose_B && !transpose_A) gemmini_refuse("the output-stationary array transposes A alone or both");
  if ((act == LAYERNORM || act == SOFTMAX) && (!ws || tile_J < J)) gemmini_refuse("rows of this activation must fit one tile");

  gemmini_extended_config_ex(ws ? WEIGHT_STATIONARY : OUTPUT_STATIONARY, act & 3, 0, 1, transpose_A, transpose_B);
  gemmini_extended_config_st(stride_C * (full_C ? sizeof(acc_t) : sizeof(elem_t)), act & 3, scale);
  gemmini_extended3_config_ld(stride_A * sizeof(elem_t), A_scale, false, 0);
  gemmini_extended3_config_ld(stride_B * sizeof(elem_t), B_scale, false, 1);
  gemmini_extended3_config_ld(repeating_bias ? 0 : stride_D * (low_D ? sizeof(elem_t) : sizeof(acc_t)), D_scale, low_D, 2);
  gemmini_config_activation(act, bert_scale);

  const struct gemmini_matmul p = { stride_A, stride_B, stride_D, stride_C, repeating_bias, transpose_A, transpose_B, full_C, low_D, act };
  const size_t I0 = (I + tile_I - 1) / tile_I, J0 = (J + tile_J - 1) / tile_J, K0 = (K + tile_K - 1) / tile_K;
  /* Two halves of the scratchpad hold all tiles of an operand: load it once. */
  const bool keep_A = ws && I0 * K0 <= 2, keep_B = ws && J0 * K0 <= 2;
  const size_t size_D = low_D ? sizeof(elem_t) : sizeof(acc_t), size_C = full_C ? sizeof(acc_t) : sizeof(elem_t);
  for (size_t i0 = 0; i0 < I0; i0++)
    for (size_t j0 = 0; j0 < J0; j0++)
      for (size_t k0 = 0; k0 < K0; k0++) {
        const size_t i = i0 * tile_I * DIM, j = j0 * tile_J * DIM, k = k0 * tile_K * DIM;
        const bool last_i = i0 == I0 - 1, last_j = j0 == J0 - 1, last_k = k0 == K0 - 1;
        const elem_t *a = transpose_A ? A + k * stride_A + i : A + i * stride_A + k;
        const elem_t *b = transpose_B ? B + j * stride_B + k : B + k * stride_B + j;
        const char *d = (const char *)D + ((repeating_bias ? 0 : i * stride_D) + j) * size_D;
        const struct gemmini_tile t = {
          last_i ? I - i0 * tile_I : tile_I, last_j ? J - j0 * tile_J : tile_J, last_k ? K - k0 * tile_K : tile_K,
          last_i ? I * DIM - dim_I : 0, last_j ? J * DIM - dim_J : 0, last_k ? K * DIM - dim_K : 0,
          keep_A && j0 > 0 ? NULL : a, keep_B && i0 > 0 ? NULL : b,
          k0 == 0 && D != NULL ? d : NULL, last_k ? (char *)C + (i * stride_C + j) * size_C : NULL,
          D != NULL || k0 > 0 };
        if (ws)
          gemmini_loop_ws(t.I, t.J, t.K, t.pad_I, t.pad_J, t.pad_K, t.A, t.B, t.D, t.C, stride_A, stride_B,
              repeating_bias ? 0 : stride_D, stride_C, transpose_A, transpose_B, full_C, low_D, t.accumulate, act,
              keep_A ? (i0 + k0 == 0 ? 1 : 2) : 0, keep_B ? (j0 + k0 == 0 ? 1 : 2) : 0, false);
        else
          gemmini_tile_os(&p, &t);
      }
  gemmini_fence();
}

/*
 * C = act(scale · (A·B + D)) with tiles of tile_I × tile_J × tile_K blocks. D may be null, or one row that repeats;
 * low_D: D has the element type; full_C: C takes the sums themselves, in the accumulator type. Ends with a fence.
 */
static inline void tiled_matmul(size_t dim_I, size_t dim_J, size_t dim_K, const elem_t *A, const elem_t *B, const void *D, void *C,
    size_t stride_A, size_t stride_B, size_t stride_D, size_t stride_C,
    scale_t A_scale, scale_t B_scale, scale_acc_t D_scale, int act, acc_scale_t scale, acc_scale_t bert_scale,
    bool repeating_bias, size_t tile_I, size_t tile_J, size_t tile_K,
    bool transpose_A, bool transpose_B, bool full_C, bool low_D, uint8_t weightA, enum tiled_matmul_type_t type) {
  (void)weightA;
  if (type == CPU) {
    matmul_cpu(transpose_A, transpose_B, dim_I, dim_J, dim_K, A, B, (const acc_t *)D, (elem_t *)C,
        stride_A, stride_B, stride_D, stride_C, A_scale, B_scale, D_scale, act, scale, bert_scale, repeating_bias);
    return;
  }
  gemmini_tiled_matmul(dim_I, dim_J, dim_K, A, B, D, C, stride_A, stride_B, stride_D, stride_C, A_scale, B_scale, D_scale,
      act, scale, bert_scale, repeating_bias, tile_I, tile_J, tile_K, transpose_A, transpose_B, full_C, low_D, type == WS);
}

/* The tiles of tiled_matmul_auto, in blocks: a square output tile and as much depth as fits, grown while it fits. */
static inline void gemmini_choose_tile(size_t I, size_t J, size_t K, int act, bool ws, size_t tile[3]) {
  size_t side = 1;
  while ((side + 1) * (side + 1) <= gemmini_tile_acc_rows(ws) / DIM) side++;
  const size_t depth = gemmini_tile_spad_rows(ws) / 2 / DIM / side;
  const bool by_row = act == LAYERNORM || act == SOFTMAX;
  size_t ti = by_row ? 1 : I < side ? I : side, tj = by_row ? J : J < side ? J : side, tk = by_row ? 1 : K < depth ? K : depth;
  for (bool grew = true; grew;) {
    grew = false;
    if (tj < J && gemmini_tile_fits(ti, tj + 1, tk, ws)) tj++, grew = true;
    if (ti < I && gemmini_tile_fits(ti + 1, tj, tk, ws)) ti++, grew = true;
    if (tk < K && gemmini_tile_fits(ti, tj, tk + 1, ws)) tk++, grew = true;
  }
  tile[0] = ti, tile[1] = tj, tile[2] = tk;
}

static inline void tiled_matmul_auto(size_t dim_I, size_t dim_J, size_t dim_K, const elem_t *A, const elem_t *B, const void *D, void *C,
    size_t stride_A, size_t stride_B, size_t stride_D, size_t stride_C,
    scale_t A_scale, scale_t B_scale, scale_acc_t D_scale, int act, acc_scale_t scale, acc_scale_t bert_scale,
    bool repeating_bias, bool transpose_A, bool transpose_B, bool full_C, bool low_D, uint8_t weightA, enum tiled_matmul_type_t type) {
  size_t tile[3];
  gemmini_choose_tile(gemmini_blocks(dim_I), gemmini_blocks(dim_J), gemmini_blocks(dim_K), act, type == WS, tile);
  tiled_matmul(dim_I, dim_J, dim_K, A, B, D, C, stride_A, stride_B, stride_D, stride_C, A_scale, B_scale, D_scale,
      act, scale, bert_scale, repeating_bias, tile[0], tile[1], tile[2], transpose_A, transpose_B, full_C, low_D, weightA, type);
}

#endif
