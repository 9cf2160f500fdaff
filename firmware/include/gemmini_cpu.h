/* Every layer as plain loops on the hart: what the accelerator must compute. */
#ifndef GEMMINI_CPU_H
#define GEMMINI_CPU_H

#include <math.h>

#include "gemmini_commands.h"

/* What to do about a problem that cannot be solved; a program may define its own before it includes this. */
#ifndef GEMMINI_REFUSE
#define GEMMINI_REFUSE(problem) (printf("gemmini: %s\n", problem), exit(1))
#include <stdio.h>
#include <stdlib.h>
#endif
static inline void gemmini_refuse(const char *problem) { GEMMINI_REFUSE(problem); }

enum tiled_matmul_type_t { OS, WS, CPU };

static inline int gemmini_min(int a, int b) { return a < b ? a : b; }
static inline int gemmini_max(int a, int b) { return a > b ? a : b; }
static inline size_t gemmini_blocks(size_t extent) { return (extent + DIM - 1) / DIM; }

#ifdef ELEM_T_IS_FLOAT
/* Reals and their bits. */
#define GEMMINI_BIT_CASTS(type) \
  static inline type type##_bits_to_##type(type##_bits bits) { \
    union { type value; type##_bits bits; } word; \
    word.bits = bits; \
    return word.value; \
  } \
  static inline type##_bits type##_to_##type##_bits(type value) { \
    union { type value; type##_bits bits; } word; \
    word.value = value; \
    return word.bits; \
  } \
  static inline bool type##_isnan(type value) { /* whatever the compiler takes for granted of numbers */ \
    const type##_bits magnitude = (type##_bits)(type##_to_##type##_bits(value) << 1); \
    return magnitude > (type##_bits)(type##_to_##type##_bits((type)__builtin_inff()) << 1); \
  }
GEMMINI_BIT_CASTS(elem_t)
GEMMINI_BIT_CASTS(acc_t)

#define GEMMINI_INTEGERS_ONLY "GELU and softmax are integer polynomials, which a build of reals does not have"
static inline acc_t gemmini_gelu(acc_t q, acc_scale_t step) { (void)step; gemmini_refuse(GEMMINI_INTEGERS_ONLY); return q; }
static inline acc_t gemmini_exp(acc_t q, acc_scale_t step) { (void)step; gemmini_refuse(GEMMINI_INTEGERS_ONLY); return q; }
#define GEMMINI_NORMALIZED(x) (x)
#else
/* Constants of the integer polynomials; step is the value of one accumulator unit. */
static inline acc_t gemmini_gelu_qb(acc_scale_t step) { return (acc_t)(-1.769 / (step / 1.41421356237)); }
static inline acc_t gemmini_gelu_qc(acc_scale_t step) {
  return (acc_t)(1.0 / (-0.2888 * (step / 1.41421356237) * (step / 1.41421356237)));
}
static inline acc_t gemmini_exp_qln2(acc_scale_t step) { return (acc_t)(0.693147 / step); }
static inline acc_t gemmini_exp_qb(acc_scale_t step) { return (acc_t)(1.353 / step); }
static inline acc_t gemmini_exp_qc(acc_scale_t step) { return (acc_t)(0.344 / (0.3585 * step * step)); }

static inline acc_t gemmini_gelu(acc_t q, acc_scale_t step) {
  const acc_t qb = gemmini_gelu_qb(step), qc = gemmini_gelu_qc(step);
  const acc_t size = q < 0 ? -q : q;
  const acc_t t = (size > -qb ? -qb : size) + qb;
  const acc_t polynomial = t * t + qc;
  return q * ((q < 0 ? -polynomial : polynomial) + qc);
}

static inline acc_t gemmini_exp(acc_t q, acc_scale_t step) {
  const acc_t qln2 = gemmini_exp_qln2(step), z = -q * (65536 / qln2) >> 16;
  const acc_t t = q + z * qln2 + gemmini_exp_qb(step);
  return (t * t + gemmini_exp_qc(step)) >> z;
}

#define GEMMINI_NORMALIZED(x) ROUND_NEAR_EVEN(x)
#endif

static inline elem_t gemmini_clip(acc_t x) { return x > elem_t_max ? elem_t_max : x < elem_t_min ? elem_t_min : (elem_t)x; }

/* An accumulator value on its way out. */
static inline elem_t scale_and_sat(acc_t x, int act, acc_scale_t scale, acc_scale_t step) {
  if (act == IGELU) x = gemmini_gelu(x, step);
  const elem_t y = gemmini_clip(ACC_SCALE(x, scale));
  return act == RELU && y < 0 ? 0 : y;
}

/* Activation over a whole row of sums. */
static inline void gemmini_store_row(const acc_t *row, elem_t *out, size_t length, int act, acc_scale_t scale, acc_scale_t step) {
  if (act == LAYERNORM) {
    acc_t sum = 0, squares = 0;
    for (size_t j = 0; j < length; j++) sum += row[j];
    const acc_t mean = sum / (acc_t)length;
    for (size_t j = 0; j < length; j++) squares += (row[j] - mean) * (row[j] - mean);
    const acc_t variance = squares / (acc_t)length;
    const acc_t deviation = variance == 0 ? 1 : (acc_t)sqrt((double)variance);
    for (size_t j = 0; j < length; j++) {
      const acc_t x = (acc_t)GEMMINI_NORMALIZED((row[j] - mean) / (double)deviation);
      out[j] = scale_and_sat(x, NO_ACTIVATION, scale, step);
    }
  } else if (act == SOFTMAX) {
    acc_t max = row[0], sum = 0;
    for (size_t j = 1; j < length; j++) max = row[j] > max ? row[j] : max;
    for (size_t j = 0; j < length; j++) sum += gemmini_exp(row[j] - max, step);
    const acc_scale_t factor = 127 / (acc_scale_t)sum;
    for (size_t j = 0; j < length; j++)
      out[j] = scale_and_sat(gemmini_exp(row[j] - max, step), NO_ACTIVATION, factor, step);
  } else {
    for (size_t j = 0; j < length; j++) out[j] = scale_and_sat(row[j], act, scale, step);
  }
}

static inline void matmul_cpu(bool transA, bool transB, size_t dim_I, size_t dim_J, size_t dim_K,
    const elem_t *A, const elem_t *B, const acc_t *D, elem_t *C,
    size_t stride_A, size_t stride_B, size_t stride_D, size_t stride_C,
    scale_t A_scale, scale_t B_scale, scale_acc_t D_scale,
    int act, acc_scale_t scale, acc_scale_t bert_scale, bool repeating_bias) {
  (void)D_scale;
  acc_t row[dim_J];
  for (size_t i = 0; i < dim_I; i++) {
    for (size_t j = 0; j < dim_J; j++) {
      acc_t sum = D == NULL ? 0 : MVIN_SCALE_ACC(D[(repeating_bias ? 0 : i) * stride_D + j], D_scale);
      for (size_t k = 0; k < dim_K; k++) {
        const elem_t a = A[transA ? k * stride_A + i : i * stride_A + k];
        const elem_t b = B[transB ? j * stride_B + k : k * stride_B + j];
        sum += MVIN_SCALE(a, A_scale) * MVIN_SCALE(b, B_scale);
      }
      row[j] = sum;
    }
    gemmini_store_row(row, C + i * stride_C, dim_J, act, scale, bert_scale);
  }
}

/* A convolution as the tiled one takes it. */
struct gemmini_conv {
  int batch_size, in_row_dim, in_col_dim, in_channels;
  int out_channels, out_row_dim, out_col_dim;
  int stride, input_dilation, kernel_dilation, padding, kernel_dim;
  int in_stride, weight_stride, out_stride;
  bool wrot180, trans_output_1203, trans_input_3120, trans_weight_1203, trans_weight_0132, depthwise;
  const elem_t *input, *weights;
  const acc_t *bias;
  elem_t *output;
  int act;
  acc_scale_t scale;
  int pool_size, pool_stride, pool_padding;
};

static inline bool gemmini_conv_pools(const struct gemmini_conv *c) { return c->pool_stride != 0; }
static inline int gemmini_conv_pooled(const struct gemmini_conv *c, int extent) {
  return gemmini_conv_pools(c) ? (extent + 2 * c->pool_padding - c->pool_size) / c->pool_stride + 1 : extent;
}

static inline elem_t gemmini_conv_weight(const struct gemmini_conv *c, int row, int col, int in, int out) {
  const int kernel = c->kernel_dim;
  if (c->wrot180) row = kernel - 1 - row, col = kernel - 1 - col;
  if (c->depthwise) return c->weights[(out * kernel + row) * kernel + col];
  if (c->trans_weight_1203) return c->weights[((in * kernel + row) * kernel + col) * c->out_channels + out];
  if (c->trans_weight_0132) return c->weights[((row * kernel + col) * c->out_channels + out) * c->in_channels + in];
  return c->weights[((row * kernel + col) * c->in_channels + in) * c->weight_stride + out];
}

static inline elem_t gemmini_conv_pixel(const struct gemmini_conv *c, int batch, int row, int col, int out) {
  acc_t sum = c->bias == NULL ? 0 : c->bias[out];
  for (int kr = 0; kr < c->kernel_dim; kr++)
    for (int kc = 0; kc < c->kernel_dim; kc++) {
      const int y = row * c->stride + kr * c->kernel_dilation - c->padding;
      const int x = col * c->stride + kc * c->kernel_dilation - c->padding;
      if (y < 0 || x < 0 || y % c->input_dilation != 0 || x % c->input_dilation != 0) continue;
      const int in_row = y / c->input_dilation, in_col = x / c->input_dilation;
      if (in_row >= c->in_row_dim || in_col >= c->in_col_dim) continue;
      const int first = c->depthwise ? out : 0, end = c->depthwise ? out + 1 : c->in_channels;
      for (int in = first; in < end; in++) {
        const size_t plane = (size_t)in_row * c->in_col_dim + in_col;
        const size_t size = (size_t)c->in_row_dim * c->in_col_dim;
        const elem_t pixel = c->trans_input_3120 ? c->input[(in * size + plane) * c->batch_size + batch]
                                                 : c->input[(batch * size + plane) * c->in_stride + in];
        sum += pixel * gemmini_conv_weight(c, kr, kc, in, out);
      }
    }
  return scale_and_sat(sum, c->act, c->scale, 0);
}

static inline void gemmini_conv_cpu(const struct gemmini_conv *c) {
  const int rows = gemmini_conv_pooled(c, c->out_row_dim), cols = gemmini_conv_pooled(c, c->out_col_dim);
  for (int b = 0; b < c->batch_size; b++)
    for (int row = 0; row < rows; row++)
      for (int col = 0; col < cols; col++)
        for (int out = 0; out < c->out_channels; out++) {
          elem_t value = gemmini_conv_pools(c) ? elem_t_min : gemmini_conv_pixel(c, b, row, col, out);
          if (gemmini_conv_pools(c))
            for (int r = 0; r < c->pool_size; r++)
              for (int q = 0; q < c->pool_size; q++) {
                const int y = row * c->pool_stride + r - c->pool_padding, x = col * c->pool_stride + q - c->pool_padding;
                const bool inside = y >= 0 && x >= 0 && y < c->out_row_dim && x < c->out_col_dim;
                const elem_t tap = inside ? gemmini_conv_pixel(c, b, y, x, out) : 0;
                value = tap > value ? tap : value;
              }
          const size_t pixel = c->trans_output_1203 ? ((size_t)row * cols + col) * c->batch_size + b
                                                    : ((size_t)b * rows + row) * cols + col;
          c->output[pixel * (c->trans_output_1203 ? c->out_channels : c->out_stride) + out] = value;
        }
}

static inline void conv_cpu(int batch_size, int in_row_dim, int in_col_dim, int in_channels,
    int out_channels, int out_row_dim, int out_col_dim,
    int stride, int input_dilation, int kernel_dilation, int padding, int kernel_dim,
    int in_stride, int weight_stride, int out_stride,
    bool wrot180, bool trans_output_1203, bool trans_input_3120, bool trans_weight_1203, bool trans_weight_0132,
    const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, int pool_size, int pool_stride, int pool_padding) {
  const struct gemmini_conv conv = {
    batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim,
    stride, input_dilation, kernel_dilation, padding, kernel_dim, in_stride, weight_stride, out_stride,
    wrot180, trans_output_1203, trans_input_3120, trans_weight_1203, trans_weight_0132, false,
    input, weights, bias, output, act, scale, pool_size, pool_stride, pool_padding };
  gemmini_conv_cpu(&conv);
}

static inline void resadd_cpu(size_t I, size_t J, size_t stride, scale_t A_scale, scale_t B_scale, acc_scale_t C_scale,
    const elem_t *A, const elem_t *B, elem_t *C, bool relu) {
  for (size_t i = 0; i < I; i++)
    for (size_t j = 0; j < J; j++) {
      const size_t at = i * stride + j;
      const acc_t sum = MVIN_SCALE(A[at], A_scale) + MVIN_SCALE(B[at], B_scale);
      C[at] = scale_and_sat(sum, relu ? RELU : NO_ACTIVATION, C_scale, 0);
    }
}

static inline void global_average_cpu(const elem_t *input, elem_t *output, int batches, int channels, int dim) {
  const int count = dim * dim;
  for (int b = 0; b < batches; b++)
    for (int channel = 0; channel < channels; channel++) {
      acc_t sum = 0;
      for (int pixel = 0; pixel < count; pixel++) sum += input[((size_t)b * count + pixel) * channels + channel];
#ifdef ELEM_T_IS_FLOAT
      output[b * channels + channel] = sum / count;
#else
      output[b * channels + channel] = (elem_t)((sum + count / 2) / count);
#endif
    }
}

#endif
