/* Layers without products: residual addition, averages, normalisations, pooling, conversions, im2col. */
#ifndef GEMMINI_LAYERS_H
#define GEMMINI_LAYERS_H

#include "gemmini_matmul.h"

/* C = relu?(C_scale · (A_scale · A + B_scale · B)), I × J elements with one row stride. Ends with a fence. */
static inline void gemmini_residual_add(size_t I, size_t J, scale_t A_scale, scale_t B_scale, acc_scale_t C_scale, size_t stride,
    const elem_t *A, const elem_t *B, elem_t *C, bool relu) {
  size_t tile_I = I, tile_J = J;
  while (gemmini_blocks(tile_I) * gemmini_blocks(tile_J) * DIM > gemmini_tile_acc_rows(true)) {
    if (tile_I >= tile_J || tile_J <= DIM) tile_I /= 2;
    else tile_J -= DIM;
  }
  gemmini_config_ex(WEIGHT_STATIONARY, relu ? RELU : NO_ACTIVATION, 0);
  gemmini_extended_config_st(stride * sizeof(elem_t), relu ? RELU : NO_ACTIVATION, C_scale);
  gemmini_extended4_config_ld(stride * sizeof(elem_t), A_scale, true, DIM, 0);
  gemmini_extended4_config_ld(stride * sizeof(elem_t), B_scale, true, DIM, 1);
  for (size_t i = 0; i < I; i += tile_I)
    for (size_t j = 0; j < J; j += tile_J) {
      const size_t rows = I - i < tile_I ? I - i : tile_I, cols = J - j < tile_J ? J - j : tile_J;
      const size_t at = i * stride + j, block_rows = gemmini_blocks(rows), block_cols = gemmini_blocks(cols);
      gemmini_loop_ws(block_rows, block_cols, 0, block_rows * DIM - rows, block_cols * DIM - cols, 0, A + at, B + at, 0, C + at,
          stride, stride, 0, stride, 0, 0, 0, 0, 0, NO_ACTIVATION, 0, 0, true);
    }
  gemmini_fence();
}

static inline void tiled_resadd_stride_auto(size_t I, size_t J, scale_t A_scale, scale_t B_scale, acc_scale_t C_scale, size_t stride,
    const elem_t *A, const elem_t *B, elem_t *C, bool relu, enum tiled_matmul_type_t type) {
  if (type == CPU) resadd_cpu(I, J, stride, A_scale, B_scale, C_scale, A, B, C, relu);
  else gemmini_residual_add(I, J, A_scale, B_scale, C_scale, stride, A, B, C, relu);
}

static inline void tiled_resadd_auto(size_t I, size_t J, scale_t A_scale, scale_t B_scale, acc_scale_t C_scale,
    const elem_t *A, const elem_t *B, elem_t *C, bool relu, enum tiled_matmul_type_t type) {
  tiled_resadd_stride_auto(I, J, A_scale, B_scale, C_scale, J, A, B, C, relu, type);
}

/* Mean over dim × dim pixels of every channel, channels innermost. One accumulator row adds up a block of channels. */
static inline void gemmini_global_average(const elem_t *input, elem_t *output, int batches, int channels, int dim) {
  const int most = MAX_BLOCK_LEN * DIM, tile = ACC_ROWS * DIM;
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_extended4_config_ld(channels * sizeof(elem_t), MVIN_SCALE_IDENTITY, true, 1, 0);
  gemmini_extended_config_st(channels * sizeof(elem_t), NO_ACTIVATION, (acc_scale_t)1 / (dim * dim));
  for (int b = 0; b < batches; b++)
    for (int first = 0; first < channels; first += tile) {
      const int end = gemmini_min(channels, first + tile);
      for (int pixel = 0; pixel < dim * dim; pixel++)
        for (int channel = first; channel < end; channel += most) {
          const uint32_t row = (channel - first) / DIM;
          gemmini_extended_mvin(input + ((size_t)b * dim * dim + pixel) * channels + channel,
              pixel == 0 ? GEMMINI_ACC(row) : GEMMINI_ACC_ADD(row), gemmini_min(most, end - channel), 1);
        }
      for (int channel = first; channel < end; channel += DIM)
        gemmini_extended_mvout(output + (size_t)b * channels + channel, GEMMINI_ACC((channel - first) / DIM),
            gemmini_min(DIM, end - channel), 1);
    }
}

static inline void tiled_global_average_auto(const elem_t *input, elem_t *output, int batches, int channels, int dim,
    enum tiled_matmul_type_t type) {
  if (type == CPU) global_average_cpu(input, output, batches, channels, dim);
  else gemmini_global_average(input, output, batches, channels, dim);
}

/* One pass over a row of accumulator blocks: a command for the last store, its partial form for those before. */
static inline void gemmini_norm_pass(elem_t *out, uint32_t row, size_t length, uint32_t partial, uint32_t last) {
  const size_t most = MAX_BLOCK_LEN * DIM;
  for (size_t j = 0; j < length; j += most) {
    const size_t cols = length - j < most ? length - j : most;
    gemmini_extended_mvout(out + j, GEMMINI_WITH_NORM(GEMMINI_ACC(row + j), j + cols < length ? partial : last), cols, 1);
  }
}

/*
 * Rows of length J through the accumulator with an activation: layernorm, softmax, I-GELU, ReLU or none (requantisation).
 * from_acc: the input has the accumulator type. step: value of one accumulator unit. Ends with a fence.
 */
static inline void gemmini_convert(size_t I, size_t J, const void *in, size_t in_stride, bool from_acc, elem_t *out, size_t out_stride,
    acc_scale_t scale, int act, acc_scale_t step) {
  const size_t size = from_acc ? sizeof(acc_t) : sizeof(elem_t), most = from_acc ? MAX_BLOCK_LEN_ACC : MAX_BLOCK_LEN;
  const bool by_row = act == LAYERNORM || act == SOFTMAX;
  const size_t J0 = gemmini_blocks(J);
  if (by_row && J0 * DIM > ACC_ROWS) gemmini_refuse("rows of this activation must fit the accumulator");
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_extended4_config_ld(in_stride * size, MVIN_SCALE_IDENTITY, !from_acc, DIM, 0);
  gemmini_extended_config_st(out_stride * sizeof(elem_t), act & 3, scale);
  if (act == LAYERNORM) gemmini_config_norm(0, 0, 1, 0, 0, 0, 0);
  gemmini_config_activation(act, step);
  const size_t tile_J = by_row ? J0 : J0 < ACC_ROWS / 2 / DIM ? J0 : ACC_ROWS / 2 / DIM;
  size_t place = 0;
  for (size_t i = 0; i < I; i += DIM)
    for (size_t j0 = 0; j0 < J0; j0 += tile_J) {
      const size_t rows = I - i < DIM ? I - i : DIM, blocks = J0 - j0 < tile_J ? J0 - j0 : tile_J;
      if (place + blocks * DIM > ACC_ROWS) place = 0;
      gemmini_load_blocks(0, (const char *)in + (i * in_stride + j0 * DIM) * size, in_stride, size, GEMMINI_ACC(place), 1, blocks,
          DIM - rows, j0 + blocks == J0 ? J0 * DIM - J : 0, most);
      elem_t *target = out + i * out_stride + j0 * DIM;
      for (size_t r = 0; by_row && r < rows; r++) {
        elem_t *row = target + r * out_stride;
        gemmini_norm_pass(row, place + r, J, act == SOFTMAX ? GEMMINI_NORM_MAX : GEMMINI_NORM_SUM,
            act == SOFTMAX ? GEMMINI_NORM_MAX : GEMMINI_NORM_MEAN);
        gemmini_norm_pass(row, place + r, J, act == SOFTMAX ? GEMMINI_NORM_SUM_EXP : GEMMINI_NORM_VARIANCE,
            act == SOFTMAX ? GEMMINI_NORM_INV_SUM_EXP : GEMMINI_NORM_INV_STDDEV);
        gemmini_norm_pass(row, place + r, J, GEMMINI_NORM_RESET, GEMMINI_NORM_RESET);
      }
      for (size_t b = 0; !by_row && b < blocks; b++)
        gemmini_extended_mvout(target + b * DIM, GEMMINI_ACC(place + b * DIM), j0 + b == J0 - 1 ? J - (J0 - 1) * DIM : DIM, rows);
      place += blocks * DIM;
    }
  if (act == SOFTMAX) gemmini_extended_config_st(out_stride * sizeof(elem_t), RELU, scale); /* softmax stays until another is set */
  gemmini_fence();
}

static inline void tiled_norm_auto(size_t I, size_t J, const acc_t *in, elem_t *out, acc_scale_t scale, int act,
    enum tiled_matmul_type_t type) {
  if (type == CPU)
    for (size_t i = 0; i < I; i++) gemmini_store_row(in + i * J, out + i * J, J, act, scale, (acc_scale_t)0.05);
  else gemmini_convert(I, J, in, J, true, out, J, scale, act, (acc_scale_t)0.05);
}

/* Largest element of every window; taps outside the image are 0. One image, channels innermost. Ends with a fence. */
static inline void gemmini_max_pool(int rows, int cols, int channels, int size, int stride, int padding, int out_rows, int out_cols,
    const elem_t *input, elem_t *output) {
  const int half = (int)(GEMMINI_SPAD_ROWS / 2), most = gemmini_min(half / cols, 255);
  const int tile = gemmini_max(1, gemmini_min(out_rows, (most - size) / stride + 1));
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_config_ld(channels * sizeof(elem_t));
  int place = 0;
  for (int row = 0; row < out_rows; row += tile) {
    const int count = gemmini_min(tile, out_rows - row), top = row * stride - padding, first = gemmini_max(0, top);
    const int in_rows = gemmini_min(rows, top + (count - 1) * stride + size) - first;
    gemmini_extended2_config_st(channels * sizeof(elem_t), NO_ACTIVATION, ACC_SCALE_IDENTITY, stride, size, out_cols, count, out_cols,
        in_rows, cols, gemmini_max(0, -top), padding);
    for (int channel = 0; channel < channels; channel += DIM) {
      const int wide = gemmini_min(DIM, channels - channel);
      for (int pixel = 0; pixel < in_rows * cols; pixel += DIM)
        gemmini_extended_mvin(input + ((size_t)first * cols + pixel) * channels + channel, place + pixel, wide,
            gemmini_min(DIM, in_rows * cols - pixel));
      gemmini_extended_mvout(output + (size_t)row * out_cols * channels + channel, place, wide, 1);
      place = half - place;
    }
  }
  gemmini_config_st(channels * sizeof(elem_t));
  gemmini_fence();
}

/* Patches of an NHWC image as rows of a matrix: batch · out_rows · out_cols × kernel · kernel · channels, zeros outside. */
static inline void gemmini_im2col(int batch, int rows, int cols, int channels, int kernel, int stride, int padding,
    int out_rows, int out_cols, const elem_t *input, elem_t *patches) {
  for (int b = 0; b < batch; b++)
    for (int row = 0; row < out_rows; row++)
      for (int col = 0; col < out_cols; col++)
        for (int kr = 0; kr < kernel; kr++)
          for (int kc = 0; kc < kernel; kc++) {
            const int y = row * stride + kr - padding, x = col * stride + kc - padding;
            const bool inside = y >= 0 && x >= 0 && y < rows && x < cols;
            const elem_t *pixel = input + (((size_t)b * rows + y) * cols + x) * channels;
            for (int channel = 0; channel < channels; channel++) *patches++ = inside ? pixel[channel] : 0;
          }
}

#endif
