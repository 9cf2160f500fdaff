/*
 * The kernels of firmware.h over the tilers of the C library. kernels.s is this file as GCC compiles it, so that the
 * library needs no compiler; scripts/compile-firmware.ts makes it and checks that the two agree.
 */
#define GEMMINI_REFUSE(problem) fw_refuse(problem)
#include "firmware.h"
#include "gemmini_library.h"

static float scale_of(uint64_t bits) {
  union { uint32_t bits; float scale; } word = { (uint32_t)bits };
  return word.scale;
}

void fw_matmul(const struct fw_matmul *p) {
  const enum tiled_matmul_type_t type = p->flags & FW_OUTPUT_STATIONARY ? OS : WS;
  size_t tile[3] = { p->tile_m, p->tile_n, p->tile_k };
  if (p->m == 0 || p->n == 0 || p->k == 0) fw_refuse("a product has no extent of 0");
  if (p->tile_m == 0)
    gemmini_choose_tile(gemmini_blocks(p->m), gemmini_blocks(p->n), gemmini_blocks(p->k), (int)p->activation, type == WS, tile);
  gemmini_tiled_matmul(p->m, p->n, p->k, p->a, p->b, p->d, p->c, p->a_stride, p->b_stride, p->d_stride, p->c_stride,
      MVIN_SCALE_IDENTITY, MVIN_SCALE_IDENTITY, 1, (int)p->activation, scale_of(p->scale), scale_of(p->step),
      (p->flags & FW_REPEAT_D) != 0, tile[0], tile[1], tile[2], (p->flags & FW_TRANSPOSE_A) != 0,
      (p->flags & FW_TRANSPOSE_B) != 0, (p->flags & FW_FULL_C) != 0, (p->flags & FW_LOW_D) != 0, type == WS);
}

static int conv_extent(const struct fw_conv *p, uint64_t input) {
  const int dilated = gemmini_dilated((int)input, (int)p->input_dilation);
  return (dilated + 2 * (int)p->padding - gemmini_dilated((int)p->kernel, (int)p->kernel_dilation)) / (int)p->stride + 1;
}

void fw_conv(const struct fw_conv *p) {
  const bool depthwise = (p->flags & FW_DEPTHWISE) != 0;
  if (p->batch == 0 || p->in_channels == 0 || p->out_channels == 0 || p->kernel == 0 || p->stride == 0 ||
      p->kernel_dilation == 0 || p->input_dilation == 0)
    fw_refuse("a convolution has no extent, stride or dilation of 0");
  const int rows = conv_extent(p, p->in_rows), cols = conv_extent(p, p->in_cols);
  if (rows < 1 || cols < 1) fw_refuse("the kernel is larger than the padded input");
  const struct gemmini_conv conv = {
    (int)p->batch, (int)p->in_rows, (int)p->in_cols, (int)p->in_channels, (int)p->out_channels, rows, cols,
    (int)p->stride, (int)p->input_dilation, (int)p->kernel_dilation, (int)p->padding, (int)p->kernel,
    (int)p->in_stride, depthwise ? 1 : (int)p->out_channels, (int)p->out_stride,
    (p->flags & FW_ROTATE) != 0, (p->flags & FW_OUTPUT_HWNC) != 0, (p->flags & FW_INPUT_CHWN) != 0,
    (p->flags & FW_WEIGHTS_IHWO) != 0, (p->flags & FW_WEIGHTS_HWOI) != 0, depthwise,
    p->input, p->weights, p->bias, p->output, (int)p->activation, scale_of(p->scale),
    (int)p->pool_size, gemmini_pool_stride((int)p->pool_size, (int)p->pool_stride, (int)p->pool_padding), (int)p->pool_padding };
  const struct gemmini_conv_tile tile = gemmini_choose_conv_tile(&conv);
  gemmini_conv_on_accelerator(&conv, &tile);
  gemmini_fence();
}

void fw_residual_add(const struct fw_residual_add *p) {
  gemmini_residual_add(p->rows, p->cols, scale_of(p->a_scale), scale_of(p->b_scale), scale_of(p->c_scale), p->stride,
      p->a, p->b, p->c, p->relu != 0);
}

void fw_global_average(const struct fw_global_average *p) {
  gemmini_global_average(p->input, p->output, (int)p->batch, (int)p->channels, (int)p->size);
  gemmini_fence();
}

void fw_max_pool(const struct fw_max_pool *p) {
  gemmini_max_pool((int)p->rows, (int)p->cols, (int)p->channels, (int)p->size, (int)p->stride, (int)p->padding,
      (int)p->out_rows, (int)p->out_cols, p->input, p->output);
}

void fw_convert(const struct fw_convert *p) {
  gemmini_convert(p->rows, p->cols, p->input, p->in_stride, p->from_int32 != 0, p->output, p->out_stride,
      scale_of(p->scale), (int)p->activation, scale_of(p->step));
}

void fw_im2col(const struct fw_im2col *p) {
  const int rows = ((int)p->rows + 2 * (int)p->padding - (int)p->kernel) / (int)p->stride + 1;
  const int cols = ((int)p->cols + 2 * (int)p->padding - (int)p->kernel) / (int)p->stride + 1;
  gemmini_im2col((int)p->batch, (int)p->rows, (int)p->cols, (int)p->channels, (int)p->kernel, (int)p->stride,
      (int)p->padding, rows, cols, p->input, p->patches);
}
