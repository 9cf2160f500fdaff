/*
 * What network programs of the public C library use beside its tiled layers: descriptions of layers, products that can
 * check themselves, and layers as plain loops on the hart. Matrices and images are passed as untyped pointers, so that
 * arrays of any shape can be given, from C and C++: they are elem_t, row by row, channels innermost.
 */
#ifndef GEMMINI_NN_H
#define GEMMINI_NN_H

#include <string.h>

#include "gemmini_testutils.h"

struct ConvParams {
  int batch_size;
  int in_row_dim, in_col_dim;
  int out_row_dim, out_col_dim;
  int kernel_size;
  int in_channels, out_channels;
  int in_stride, weight_stride, out_stride;
  int stride, padding;
  bool bias, depthwise;
  int n_patches, patch_size;
  acc_scale_t output_scale;
  scale_t res_scale;
  int pool_size, pool_stride, pool_padding, out_dim_pooled;
  int I, J, K; /* extents of the convolution as a matrix product */
};

struct FcParams {
  int batch_size;
  int in_features, out_features;
  acc_scale_t output_scale;
  bool bias;
  int I, J, K;
};

/* Prints how often every value of an array occurs. */
static inline void gemmini_histogram(const void *array, size_t bytes) {
  const elem_t *values = (const elem_t *)array;
  for (int value = -128; value <= 127; value++) {
    size_t count = 0;
    for (size_t i = 0; i < bytes / sizeof(elem_t); i++) count += values[i] == value;
    if (count > 0) printf("%d: %d times\n", value, (int)count);
  }
}
#define HIST_IMAGES(images) gemmini_histogram(images, sizeof(images))
#define HIST_MATRIX(matrix) gemmini_histogram(matrix, sizeof(matrix))

/* ---- products of dense matrices ---- */

/* A value of a product whose result is not what the loops on the hart say ends the program with status 1. */
static inline void gemmini_nn_check(size_t I, size_t J, size_t K, const void *A, const void *B, const void *D, const void *C,
    int act, acc_scale_t scale, bool repeating_bias, const char *name) {
  printf("%s: CPU\n", name);
  const elem_t *found = (const elem_t *)C;
  for (size_t i = 0; i < I; i++) {
    elem_t row[J];
    const acc_t *bias = D == NULL ? NULL : (const acc_t *)D + (repeating_bias ? 0 : i * J);
    tiled_matmul_auto(1, J, K, (const elem_t *)A + i * K, (const elem_t *)B, bias, row, K, J, J, J,
        MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, act, scale, 0, repeating_bias,
        false, false, false, false, 0, CPU);
    for (size_t j = 0; j < J; j++) {
      if (row[j] == found[i * J + j]) continue;
      printf("Layer calculated incorrectly: %s\n", name);
      exit(1);
    }
  }
}

/* C = act(scale · (A·B + D)) with tiles that are given; with check, compared with the loops on the hart. */
static inline void tiled_matmul_nn(size_t dim_I, size_t dim_J, size_t dim_K, const void *A, const void *B, const void *D, void *C,
    int act, acc_scale_t scale, bool repeating_bias, size_t tile_I, size_t tile_J, size_t tile_K,
    enum tiled_matmul_type_t type, bool check, const char *layer_name) {
  if (check) printf("%s: gemmini\n", layer_name);
  tiled_matmul(dim_I, dim_J, dim_K, (const elem_t *)A, (const elem_t *)B, D, C, dim_K, dim_J, dim_J, dim_J,
      MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, act, scale, 0, repeating_bias, tile_I, tile_J, tile_K,
      false, false, false, false, 0, type);
  if (check) gemmini_nn_check(dim_I, dim_J, dim_K, A, B, D, C, act, scale, repeating_bias, layer_name);
}

static inline void tiled_matmul_nn_auto(size_t dim_I, size_t dim_J, size_t dim_K, const void *A, const void *B, const void *D, void *C,
    int act, acc_scale_t scale, bool repeating_bias, enum tiled_matmul_type_t type, bool check, const char *layer_name) {
  if (check) printf("%s: gemmini\n", layer_name);
  tiled_matmul_auto(dim_I, dim_J, dim_K, (const elem_t *)A, (const elem_t *)B, D, C, dim_K, dim_J, dim_J, dim_J,
      MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, act, scale, 0, repeating_bias,
      false, false, false, false, 0, type);
  if (check) gemmini_nn_check(dim_I, dim_J, dim_K, A, B, D, C, act, scale, repeating_bias, layer_name);
}

static inline void tiled_matmul_nn_stride_auto(size_t dim_I, size_t dim_J, size_t dim_K,
    size_t A_stride, size_t B_stride, size_t C_stride, const elem_t *A, const elem_t *B, const void *D, void *C,
    int act, acc_scale_t scale, bool repeating_bias, enum tiled_matmul_type_t type) {
  tiled_matmul_auto(dim_I, dim_J, dim_K, A, B, D, C, A_stride, B_stride, C_stride, C_stride,
      MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, act, scale, 0, repeating_bias,
      false, false, false, false, 0, type);
}

/* ---- layers on the hart; those of "col2im" take the image as the matrix of its pixels, which is the same memory ---- */

/* Depthwise convolution with ReLU. weight: a kernel per channel. in_J, out_J: elements per pixel. */
static inline void gemmini_nn_conv_dw(size_t batch_size, size_t channels, size_t out_rows, size_t out_cols,
    const elem_t *input, size_t in_J, const elem_t *weight, const acc_t *bias, elem_t *output, size_t out_J,
    const struct ConvParams *p) {
  const int kernel = p->kernel_size;
  for (size_t b = 0; b < batch_size; b++)
    for (size_t row = 0; row < out_rows; row++)
      for (size_t col = 0; col < out_cols; col++)
        for (size_t channel = 0; channel < channels; channel++) {
          acc_t sum = p->bias ? bias[channel] : 0;
          for (int kr = 0; kr < kernel; kr++)
            for (int kc = 0; kc < kernel; kc++) {
              const int y = (int)row * p->stride + kr - p->padding, x = (int)col * p->stride + kc - p->padding;
              if (y < 0 || x < 0 || y >= p->in_row_dim || x >= p->in_col_dim) continue;
              sum += input[((b * p->in_row_dim + y) * p->in_col_dim + x) * in_J + channel] *
                     weight[(channel * kernel + kr) * kernel + kc];
            }
          output[((b * p->out_row_dim + row) * p->out_col_dim + col) * out_J + channel] =
              gemmini_clip((acc_t)ACC_SCALE(sum < 0 ? 0 : sum, p->output_scale));
        }
}

static inline void conv_dw(size_t I, size_t J, size_t batch_size, size_t channels, size_t in_row_dim, size_t in_col_dim,
    size_t out_row_dim, size_t out_col_dim, size_t kernel_size, const void *input, const void *weight, const acc_t *bias,
    void *output, const struct ConvParams *params) {
  (void)I, (void)in_row_dim, (void)in_col_dim, (void)kernel_size;
  gemmini_nn_conv_dw(batch_size, channels, out_row_dim, out_col_dim, (const elem_t *)input, channels, (const elem_t *)weight,
      bias, (elem_t *)output, J, params);
}

static inline void conv_dw_with_col2im(size_t prev_I, size_t prev_J, size_t I, size_t J, size_t batch_size, size_t channels,
    size_t out_row_dim, size_t out_col_dim, size_t kernel_size, const void *input, const void *weight, const acc_t *bias,
    void *output, const struct ConvParams *params) {
  (void)prev_I, (void)I, (void)kernel_size;
  gemmini_nn_conv_dw(batch_size, channels, out_row_dim, out_col_dim, (const elem_t *)input, prev_J, (const elem_t *)weight,
      bias, (elem_t *)output, J, params);
}

/* Patches as rows of K elements. What lies outside the image is not written: the matrix is zero there before. */
static inline void gemmini_nn_im2col(const elem_t *input, size_t in_J, elem_t *output, size_t K, const struct ConvParams *p) {
  const int rows = p->in_row_dim, cols = p->in_col_dim, channels = p->in_channels;
  elem_t *patch = output;
  for (int b = 0; b < p->batch_size; b++)
    for (int top = -p->padding; top <= rows - p->kernel_size + p->padding; top += p->stride)
      for (int left = -p->padding; left <= cols - p->kernel_size + p->padding; left += p->stride, patch += K)
        for (int kr = 0; kr < p->kernel_size; kr++)
          for (int kc = 0; kc < p->kernel_size; kc++) {
            const int y = top + kr, x = left + kc;
            if (y < 0 || x < 0 || y >= rows || x >= cols) continue;
            memcpy(patch + (size_t)(kr * p->kernel_size + kc) * channels,
                input + (((size_t)b * rows + y) * cols + x) * in_J, channels * sizeof(elem_t));
          }
}

static inline void im2col(size_t batch_size, size_t channels, size_t im_row_dim, size_t im_col_dim, size_t I, size_t K,
    const void *input, void *output, const struct ConvParams *params) {
  (void)batch_size, (void)im_row_dim, (void)im_col_dim, (void)I;
  gemmini_nn_im2col((const elem_t *)input, channels, (elem_t *)output, K, params);
}

static inline void im2col_with_col2im(size_t prev_I, size_t prev_J, size_t next_I, size_t next_K, const void *input, void *output,
    const struct ConvParams *params) {
  (void)prev_I, (void)next_I;
  gemmini_nn_im2col((const elem_t *)input, prev_J, (elem_t *)output, next_K, params);
}

/* C = clip(A_shift · A + B). */
static inline void vecadd(size_t len, const elem_t *A, const elem_t *B, elem_t *C, scale_t A_shift) {
  for (size_t i = 0; i < len; i++) C[i] = gemmini_clip(MVIN_SCALE(A[i], A_shift) + B[i]);
}

/* How an operand of a residual addition lies in memory: elements between neighbouring images, rows and pixels. */
struct gemmini_nn_pitch {
  size_t image, row, pixel;
};

static inline struct gemmini_nn_pitch gemmini_nn_image(size_t dim, size_t channels) {
  const struct gemmini_nn_pitch pitch = { dim * dim * channels, dim * channels, channels };
  return pitch;
}

/* C = clip(res_scale · A + B), from 0 up with relu. */
static inline void gemmini_nn_resadd(const void *A, struct gemmini_nn_pitch a, const void *B, struct gemmini_nn_pitch b,
    void *C, struct gemmini_nn_pitch c, bool relu, const struct ConvParams *p) {
  const size_t dim = p->out_dim_pooled;
  for (size_t image = 0; image < (size_t)p->batch_size; image++)
    for (size_t row = 0; row < dim; row++)
      for (size_t col = 0; col < dim; col++) {
        const elem_t *left = (const elem_t *)A + image * a.image + row * a.row + col * a.pixel;
        const elem_t *right = (const elem_t *)B + image * b.image + row * b.row + col * b.pixel;
        elem_t *sum = (elem_t *)C + image * c.image + row * c.row + col * c.pixel;
        for (int channel = 0; channel < p->out_channels; channel++) {
          const elem_t value = gemmini_clip(MVIN_SCALE(left[channel], p->res_scale) + right[channel]);
          sum[channel] = relu && value < 0 ? 0 : value;
        }
      }
}

/* Both operands and the result are images. */
static inline void resadd1(size_t batch_size, size_t channels, size_t im_dim, const void *A, const void *B, void *C, bool relu,
    const struct ConvParams *params) {
  const struct gemmini_nn_pitch image = gemmini_nn_image(im_dim, channels);
  (void)batch_size;
  gemmini_nn_resadd(A, image, B, image, C, image, relu, params);
}

/* A is a matrix of pixels. */
static inline void resadd2(size_t I, size_t J, size_t batch_size, size_t channels, size_t im_dim, const void *A, const void *B,
    void *C, bool relu, const struct ConvParams *params) {
  const struct gemmini_nn_pitch image = gemmini_nn_image(im_dim, channels);
  (void)I, (void)batch_size;
  gemmini_nn_resadd(A, gemmini_nn_image(params->out_dim_pooled, J), B, image, C, image, relu, params);
}

/* All three are matrices of pixels. */
static inline void resadd3(size_t I, size_t J, const void *A, const void *B, void *C, bool relu, const struct ConvParams *params) {
  const struct gemmini_nn_pitch pixels = gemmini_nn_image(params->out_dim_pooled, J);
  (void)I;
  gemmini_nn_resadd(A, pixels, B, pixels, C, pixels, relu, params);
}

/* Largest element of every window; taps outside the image are 0. */
static inline void gemmini_nn_pool(size_t batch_size, size_t channels, int in_rows, int in_cols, size_t in_J, int out_rows, int out_cols,
    const elem_t *input, elem_t *output, const struct ConvParams *p) {
  for (size_t b = 0; b < batch_size; b++)
    for (int row = 0; row < out_rows; row++)
      for (int col = 0; col < out_cols; col++)
        for (size_t channel = 0; channel < channels; channel++) {
          elem_t max = elem_t_min;
          for (int kr = 0; kr < p->pool_size; kr++)
            for (int kc = 0; kc < p->pool_size; kc++) {
              const int y = row * p->pool_stride + kr - p->pool_padding, x = col * p->pool_stride + kc - p->pool_padding;
              const bool inside = y >= 0 && x >= 0 && y < in_rows && x < in_cols;
              const elem_t value = inside ? input[((b * in_rows + y) * in_cols + x) * in_J + channel] : 0;
              if (value > max) max = value;
            }
          *output++ = max;
        }
}

static inline void pool(size_t batch_size, size_t channels, size_t in_row_dim, size_t in_col_dim, size_t out_row_dim, size_t out_col_dim,
    const void *input, void *output, const struct ConvParams *params) {
  gemmini_nn_pool(batch_size, channels, (int)in_row_dim, (int)in_col_dim, channels, (int)out_row_dim, (int)out_col_dim,
      (const elem_t *)input, (elem_t *)output, params);
}

static inline void pool_with_col2im(size_t I, size_t J, size_t batch_size, size_t channels, size_t out_row_dim, size_t out_col_dim,
    const void *input, void *output, const struct ConvParams *params) {
  (void)I;
  gemmini_nn_pool(batch_size, channels, params->out_row_dim, params->out_col_dim, J, (int)out_row_dim, (int)out_col_dim,
      (const elem_t *)input, (elem_t *)output, params);
}

#endif
