/* Convolutions of any size, cut into tiles that fit the private memories. */
#ifndef GEMMINI_CONV_H
#define GEMMINI_CONV_H

#include "gemmini_matmul.h"

/* A tile, in elements; rows and columns are those of the pooled output. */
struct gemmini_conv_tile { int batches, porows, pocols, pochs, krows, kcols, kchs; };

static inline int gemmini_dilated(int extent, int dilation) { return extent + (dilation - 1) * (extent - 1); }

static inline bool gemmini_conv_downsamples(const struct gemmini_conv *c) {
  return c->stride == 2 && c->kernel_dim == 1 && c->padding == 0 && !gemmini_conv_pools(c) &&
         c->in_row_dim % 2 == 0 && c->in_col_dim % 2 == 0;
}

static inline bool gemmini_conv_fits(const struct gemmini_conv *c, const int tile[7]) {
  const int batches = tile[0], pochs = tile[3], krows = tile[4], kcols = tile[5], kchs = tile[6];
  const int pool_size = gemmini_conv_pools(c) ? c->pool_size : 1, pool_stride = gemmini_conv_pools(c) ? c->pool_stride : 1;
  const int orows = tile[1] * pool_stride + pool_size - 1, ocols = tile[2] * pool_stride + pool_size - 1;
  const int id = c->input_dilation, ds = gemmini_conv_downsamples(c);
  const int irows = (orows * c->stride + gemmini_dilated(krows, c->kernel_dilation) - 1 + id - 1) / id;
  const int icols = (ocols * c->stride + gemmini_dilated(kcols, c->kernel_dilation) - 1 + id - 1) / id;
  const size_t plane = (size_t)(irows >> ds) * (icols >> ds);
  const size_t input = c->trans_input_3120 ? gemmini_blocks(batches) * kchs * plane : gemmini_blocks(kchs) * batches * plane;
  const size_t weights = (size_t)krows * kcols * (c->trans_weight_0132 ? gemmini_blocks(kchs) * pochs : gemmini_blocks(pochs) * kchs);
  return input + weights <= gemmini_tile_spad_rows(true) &&
         gemmini_blocks(pochs) * batches * orows * ocols <= gemmini_tile_acc_rows(true);
}

/* The tiles of tiled_conv_auto: shrink the largest extent until the tile fits, then grow what can. */
static inline struct gemmini_conv_tile gemmini_choose_conv_tile(const struct gemmini_conv *c) {
  const int whole[7] = { c->batch_size, gemmini_conv_pooled(c, c->out_row_dim), gemmini_conv_pooled(c, c->out_col_dim),
    c->depthwise ? 1 : c->out_channels, c->kernel_dim, c->kernel_dim, c->depthwise ? 1 : c->in_channels };
  int t[7];
  for (int i = 0; i < 7; i++) t[i] = whole[i];
  while (!gemmini_conv_fits(c, t)) {
    int largest = 0;
    for (int i = 1; i < 7; i++) {
      if (i == 2 && t[2] <= DIM && t[1] > 1) continue; /* narrow tiles lose rows first: the array is DIM wide */
      if (t[i] > t[largest]) largest = i;
    }
    const bool channels = largest == 3 || largest == 6;
    t[largest] -= !channels ? 1 : t[largest] % DIM == 0 ? DIM : t[largest] % DIM;
    if (t[largest] < 1) t[largest] = 1;
  }
  for (t[2]++; t[2] <= whole[2] && gemmini_conv_fits(c, t); t[2]++) {}
  t[2]--;
  for (bool grew = true; grew;) {
    grew = false;
    for (int i = 0; i < 7; i++) {
      t[i]++;
      if (t[i] <= whole[i] && gemmini_conv_fits(c, t)) grew = true;
      else t[i]--;
    }
  }
  const struct gemmini_conv_tile tile = { t[0], t[1], t[2], t[3], t[4], t[5], t[6] };
  return tile;
}

/* One extent of a tile traced from the pooled output back to the input. */
struct gemmini_extent { int size, pool_pad, start, pad_before, pad_after; };

static inline struct gemmini_extent gemmini_trace(const struct gemmini_conv *c, int pooled, int count, int kernel, int kernels,
    int out_dim, int in_dim) {
  const int pool_size = gemmini_conv_pools(c) ? c->pool_size : 1, pool_stride = gemmini_conv_pools(c) ? c->pool_stride : 1;
  const int wanted = pooled * pool_stride - (gemmini_conv_pools(c) ? c->pool_padding : 0);
  const int first = gemmini_max(0, wanted), end = gemmini_min(out_dim, wanted + (count - 1) * pool_stride + pool_size);
  const int start = first * c->stride + kernel * c->kernel_dilation - c->padding;
  const int size = (end - first) * c->stride + gemmini_dilated(kernels, c->kernel_dilation) - 1;
  struct gemmini_extent e = { end - first, gemmini_max(0, -wanted), 0, gemmini_max(0, -start),
    gemmini_max(0, start + size - gemmini_dilated(in_dim, c->input_dilation)) };
  if (c->input_dilation > 1) { /* a tile that starts or ends on an inserted zero has that zero as its padding */
    if (e.pad_before == 0 && start % 2 != 0) e.pad_before = 1;
    if (e.pad_after == 0 && (start + size) % 2 == 0) e.pad_after = 1;
  }
  e.start = (start + e.pad_before) / c->input_dilation;
  return e;
}

/* Where a tile starts, and which operands it brings. */
struct gemmini_conv_place {
  int batch, porow, pocol, poch, krow, kcol, kch;
  bool loads_input, loads_weights, first_sum, last_sum;
  int a_spad_id, b_spad_id;
};

static inline const elem_t *gemmini_conv_weights_at(const struct gemmini_conv *c, const struct gemmini_conv_place *at,
    int krows, int kcols) {
  const int kernel = c->kernel_dim;
  const size_t row = c->wrot180 ? kernel - at->krow - krows : at->krow, col = c->wrot180 ? kernel - at->kcol - kcols : at->kcol;
  if (c->depthwise) return c->weights + row * kernel + col;
  if (c->trans_weight_1203) return c->weights + (((size_t)at->kch * kernel + row) * kernel + col) * c->out_channels + at->poch;
  if (c->trans_weight_0132) return c->weights + ((row * kernel + col) * c->out_channels + at->poch) * c->in_channels + at->kch;
  return c->weights + ((row * kernel + col) * c->in_channels + at->kch) * c->weight_stride + at->poch;
}

static inline int gemmini_conv_pixels_per_row(const struct gemmini_conv *c, int kcols, int kchs) {
#ifdef HAS_FIRST_LAYER_OPTIMIZATIONS
  const bool plain = !c->trans_output_1203 && !c->trans_input_3120 && !c->trans_weight_1203 && !c->trans_weight_0132 && !c->wrot180;
  if (plain && !gemmini_conv_downsamples(c) && c->input_dilation == 1 && c->kernel_dilation == 1 && kchs <= DIM)
    return gemmini_min(kcols, DIM / kchs);
#else
  (void)c, (void)kcols, (void)kchs;
#endif
  return 1;
}

/* One tile through the hardware loop. */
static inline void gemmini_conv_loop(const struct gemmini_conv *c, const struct gemmini_conv_tile *tile,
    const struct gemmini_conv_place *at) {
  const bool pools = gemmini_conv_pools(c);
  const int all_rows = gemmini_conv_pooled(c, c->out_row_dim), all_cols = gemmini_conv_pooled(c, c->out_col_dim);
  const int batches = gemmini_min(tile->batches, c->batch_size - at->batch);
  const int porows = gemmini_min(tile->porows, all_rows - at->porow), pocols = gemmini_min(tile->pocols, all_cols - at->pocol);
  const int pochs = c->depthwise ? 1 : gemmini_min(tile->pochs, c->out_channels - at->poch);
  const int krows = gemmini_min(tile->krows, c->kernel_dim - at->krow), kcols = gemmini_min(tile->kcols, c->kernel_dim - at->kcol);
  const int kchs = c->depthwise ? 1 : gemmini_min(tile->kchs, c->in_channels - at->kch);
  const struct gemmini_extent rows = gemmini_trace(c, at->porow, porows, at->krow, krows, c->out_row_dim, c->in_row_dim);
  const struct gemmini_extent cols = gemmini_trace(c, at->pocol, pocols, at->kcol, kcols, c->out_col_dim, c->in_col_dim);
  const bool downsample = gemmini_conv_downsamples(c) && c->input_dilation == 1 && !c->trans_input_3120;

  const size_t plane = (size_t)c->in_row_dim * c->in_col_dim, pixel = (size_t)rows.start * c->in_col_dim + cols.start;
  const elem_t *input = c->trans_input_3120 ? c->input + (at->kch * plane + pixel) * c->batch_size + at->batch
                                            : c->input + (at->batch * plane + pixel) * c->in_stride + at->kch;
  elem_t *output = c->trans_output_1203
    ? c->output + (((size_t)at->porow * c->out_col_dim + at->pocol) * c->batch_size + at->batch) * c->out_channels + at->poch
    : c->output + (((size_t)at->batch * all_rows + at->porow) * all_cols + at->pocol) * c->out_stride + at->poch;
  /* Any address but 0 makes the loop initialise the accumulator; without a bias it does not read there. */
  const uintptr_t bias = c->bias == NULL ? 1 : (uintptr_t)(c->bias + at->poch);

  gemmini_loop_conv_ws_config_1(
      GEMMINI_LOOP_CONV_WS_CONFIG_1_RS1(c->batch_size, c->in_row_dim, c->in_channels, c->out_channels),
      GEMMINI_LOOP_CONV_WS_CONFIG_1_RS2(c->out_row_dim, all_rows, c->out_col_dim, c->stride, c->padding));
  gemmini_loop_conv_ws_config_2(
      GEMMINI_LOOP_CONV_WS_CONFIG_2_RS1(pools ? c->pool_padding : 0, pools ? c->pool_stride : 1, pools ? c->pool_size : 1, all_cols, c->kernel_dim),
      GEMMINI_LOOP_CONV_WS_CONFIG_2_RS2(pochs, pocols, porows, batches));
  gemmini_loop_conv_ws_config_3(
      GEMMINI_LOOP_CONV_WS_CONFIG_3_RS1(cols.pad_before, kchs, kcols, krows),
      GEMMINI_LOOP_CONV_WS_CONFIG_3_RS2(c->in_col_dim, cols.pool_pad, rows.pad_after, rows.pad_before, cols.pad_after));
  gemmini_loop_conv_ws_config_4(
      GEMMINI_LOOP_CONV_WS_CONFIG_4_RS1(c->kernel_dilation, 0, rows.pool_pad, 0, rows.size),
      GEMMINI_LOOP_CONV_WS_CONFIG_4_RS2(cols.size, c->out_stride, c->weight_stride, c->in_stride));
  gemmini_loop_conv_ws_config_5(at->loads_weights ? (uintptr_t)gemmini_conv_weights_at(c, at, krows, kcols) : 0,
      at->last_sum ? (uintptr_t)output : 0);
  gemmini_loop_conv_ws_config_6(at->first_sum ? bias : 0, at->loads_input ? (uintptr_t)input : 0);
  gemmini_loop_conv_ws(
      GEMMINI_LOOP_CONV_WS_RS1(c->bias == NULL, c->wrot180, c->trans_output_1203, c->trans_weight_1203, c->trans_weight_0132,
          c->trans_input_3120, c->depthwise, gemmini_conv_pixels_per_row(c, kcols, kchs), at->b_spad_id, at->a_spad_id),
      GEMMINI_LOOP_CONV_WS_RS2(!pools, downsample, c->input_dilation == 2, c->act));
}

static inline int gemmini_tiles(int extent, int tile) { return (extent + tile - 1) / tile; }

/* All tiles of one convolution, or of one channel of a depthwise one. Does not fence. */
static inline void gemmini_conv_run(const struct gemmini_conv *c, const struct gemmini_conv_tile *t) {
  const int rows = gemmini_conv_pooled(c, c->out_row_dim), cols = gemmini_conv_pooled(c, c->out_col_dim);
  const int out = c->depthwise ? 1 : c->out_channels, in = c->depthwise ? 1 : c->in_channels;
  const int pixels = gemmini_tiles(c->batch_size, t->batches) * gemmini_tiles(rows, t->porows) * gemmini_tiles(cols, t->pocols);
  const int sums = gemmini_tiles(c->kernel_dim, t->krows) * gemmini_tiles(c->kernel_dim, t->kcols) * gemmini_tiles(in, t->kchs);
  /* Packed pixels spill over the end of the first half: such an input stays only when it is one tile. */
  const int fewest = in % t->kchs ? in % t->kchs : t->kchs;
  const int places = gemmini_conv_pixels_per_row(c, t->kcols, fewest) > 1 ? 1 : 2;
  const bool keep_input = !c->depthwise && pixels * sums <= places;
  const bool keep_weights = !c->depthwise && gemmini_tiles(out, t->pochs) * sums <= 2;
  int pixel = 0;
  for (int b = 0; b < c->batch_size; b += t->batches)
    for (int porow = 0; porow < rows; porow += t->porows)
      for (int pocol = 0; pocol < cols; pocol += t->pocols, pixel++) {
        int channel = 0;
        for (int poch = 0; poch < out; poch += t->pochs, channel++) {
          int sum = 0;
          for (int krow = 0; krow < c->kernel_dim; krow += t->krows)
            for (int kcol = 0; kcol < c->kernel_dim; kcol += t->kcols)
              for (int kch = 0; kch < in; kch += t->kchs, sum++) {
                const struct gemmini_conv_place at = { b, porow, pocol, poch, krow, kcol, kch,
                  !(keep_input && channel > 0), !(keep_weights && pixel > 0), sum == 0, sum == sums - 1,
                  keep_input ? 1 + (sums > 1 ? sum : pixel) % 2 : 0, keep_weights ? 1 + (sums > 1 ? sum : channel) % 2 : 0 };
                gemmini_conv_loop(c, t, &at);
              }
        }
      }
}

static inline void gemmini_conv_check(const struct gemmini_conv *c) {
  const struct gemmini_conv *x = c;
  if (x->trans_weight_1203 && x->trans_weight_0132) gemmini_refuse("weights have one layout");
  if (x->trans_input_3120 && x->trans_weight_0132) gemmini_refuse("input and weights cannot both be transposed");
  if (x->trans_output_1203 && gemmini_conv_pools(x)) gemmini_refuse("pooled output cannot be transposed");
  if (x->input_dilation > 2 || (x->input_dilation > 1 && x->stride > 1)) gemmini_refuse("input dilation is 1, or 2 with stride 1");
  if (gemmini_dilated(x->kernel_dim, x->kernel_dilation) <= x->padding) gemmini_refuse("padding must be smaller than the kernel");
}

/* Does not fence. */
static inline void gemmini_conv_on_accelerator(const struct gemmini_conv *c, const struct gemmini_conv_tile *tile) {
  gemmini_conv_check(c);
  const bool downsample = gemmini_conv_downsamples(c) && c->input_dilation == 1 && !c->trans_input_3120;
  gemmini_extended3_config_ex(WEIGHT_STATIONARY, 0, 0, ACC_SCALE_IDENTITY, c->input_dilation, c->stride >> downsample,
      c->trans_input_3120, c->trans_weight_0132, false);
  const size_t pixel = c->trans_output_1203 ? (size_t)c->batch_size * c->out_channels : (size_t)c->out_stride;
  gemmini_extended_config_st(pixel * sizeof(elem_t), c->act, c->scale);
  if (!c->depthwise) {
    gemmini_conv_run(c, tile);
    return;
  }
  for (int channel = 0; channel < c->out_channels; channel++) {
    struct gemmini_conv one = *c;
    one.input += channel;
    one.output += channel;
    one.weights += (size_t)channel * c->kernel_dim * c->kernel_dim;
    if (one.bias != NULL) one.bias += channel;
    gemmini_conv_run(&one, tile);
  }
}

static inline void gemmini_conv_on(const struct gemmini_conv *c, const struct gemmini_conv_tile *tile, enum tiled_matmul_type_t type) {
  if (type == OS) gemmini_refuse("convolutions are weight-stationary");
  if (type == CPU) gemmini_conv_cpu(c);
  else gemmini_conv_on_accelerator(c, tile);
}

/* Pooling of size 1 is none. */
static inline int gemmini_pool_stride(int size, int stride, int padding) {
  return size == 1 && stride == 1 && padding == 0 ? 0 : stride;
}

static inline void tiled_conv(int batch_size, int in_row_dim, int in_col_dim, int in_channels,
    int out_channels, int out_row_dim, int out_col_dim,
    int stride, int input_dilation, int kernel_dilation, int padding, int kernel_dim,
    int in_stride, int weight_stride, int out_stride,
    bool wrot180, bool trans_output_1203, bool trans_input_3120, bool trans_weight_1203, bool trans_weight_0132,
    int batches, int porows, int pocols, int pochs, int krows, int kcols, int kchs,
    const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, int pool_size, int pool_stride, int pool_padding, enum tiled_matmul_type_t type) {
  const struct gemmini_conv conv = {
    batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim,
    stride, input_dilation, kernel_dilation, padding, kernel_dim, in_stride, weight_stride, out_stride,
    wrot180, trans_output_1203, trans_input_3120, trans_weight_1203, trans_weight_0132, false,
    input, weights, bias, output, act, scale, pool_size, gemmini_pool_stride(pool_size, pool_stride, pool_padding), pool_padding };
  const struct gemmini_conv_tile tile = { batches, porows, pocols, pochs, krows, kcols, kchs };
  gemmini_conv_on(&conv, &tile, type);
}

static inline void tiled_conv_stride_auto(int batch_size, int in_row_dim, int in_col_dim, int in_channels,
    int out_channels, int out_row_dim, int out_col_dim,
    int stride, int input_dilation, int kernel_dilation, int padding, int kernel_dim,
    int in_stride, int weight_stride, int out_stride,
    bool wrot180, bool trans_output_1203, bool trans_input_3120, bool trans_weight_1203, bool trans_weight_0132,
    const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, int pool_size, int pool_stride, int pool_padding, enum tiled_matmul_type_t type) {
  const struct gemmini_conv conv = {
    batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim,
    stride, input_dilation, kernel_dilation, padding, kernel_dim, in_stride, weight_stride, out_stride,
    wrot180, trans_output_1203, trans_input_3120, trans_weight_1203, trans_weight_0132, false,
    input, weights, bias, output, act, scale, pool_size, gemmini_pool_stride(pool_size, pool_stride, pool_padding), pool_padding };
  const struct gemmini_conv_tile tile = gemmini_choose_conv_tile(&conv);
  gemmini_conv_on(&conv, &tile, type);
}

static inline void tiled_conv_auto(int batch_size, int in_row_dim, int in_col_dim, int in_channels,
    int out_channels, int out_row_dim, int out_col_dim,
    int stride, int input_dilation, int kernel_dilation, int padding, int kernel_dim,
    bool wrot180, bool trans_output_1203, bool trans_input_3120, bool trans_weight_1203, bool trans_weight_0132,
    const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, int pool_size, int pool_stride, int pool_padding, enum tiled_matmul_type_t type) {
  tiled_conv_stride_auto(batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim,
      stride, input_dilation, kernel_dilation, padding, kernel_dim, in_channels, out_channels, out_channels,
      wrot180, trans_output_1203, trans_input_3120, trans_weight_1203, trans_weight_0132,
      input, weights, bias, output, act, scale, pool_size, pool_stride, pool_padding, type);
}

/* One kernel per channel: weights are channels × kernel × kernel. */
static inline void tiled_conv_dw_auto(int batch_size, int in_row_dim, int in_col_dim, int channels, int out_row_dim, int out_col_dim,
    int stride, int padding, int kernel_dim, const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, int pool_size, int pool_stride, int pool_padding, enum tiled_matmul_type_t type) {
  const struct gemmini_conv conv = {
    batch_size, in_row_dim, in_col_dim, channels, channels, out_row_dim, out_col_dim,
    stride, 1, 1, padding, kernel_dim, channels, 1, channels, false, false, false, false, false, true,
    input, weights, bias, output, act, scale, pool_size, gemmini_pool_stride(pool_size, pool_stride, pool_padding), pool_padding };
  const struct gemmini_conv_tile tile = gemmini_choose_conv_tile(&conv);
  gemmini_conv_on(&conv, &tile, type);
}

/* A 1×1 convolution of stride 2. */
static inline void tiled_conv_downsample(int batch_size, int in_row_dim, int in_col_dim, int in_channels,
    int out_channels, int out_row_dim, int out_col_dim, int in_stride, int weight_stride, int out_stride,
    const elem_t *input, const elem_t *weights, const acc_t *bias, elem_t *output,
    int act, acc_scale_t scale, enum tiled_matmul_type_t type) {
  tiled_conv_stride_auto(batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim,
      2, 1, 1, 0, 1, in_stride, weight_stride, out_stride, false, false, false, false, false,
      input, weights, bias, output, act, scale, 1, 0, 0, type);
}

#endif
