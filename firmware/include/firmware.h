/* The firmware library: start-up (crt.s calls main), console, memory, time, and the kernels, for C and for assembly. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- console, memory, time ---- */

void exit(int code) __attribute__((noreturn));
void fw_write(const void *bytes, size_t count);
void fw_print(const char *text);
void fw_print_decimal(long value);
void fw_print_hex(unsigned long value);
/* Prints why something cannot be done, and ends the program with status 1. */
void fw_refuse(const char *problem) __attribute__((noreturn));
/* Zeroed memory aligned to a cache line; null when the heap is full. It is never freed. */
void *fw_allocate(size_t bytes);
/* What harts beside the first do; a program may define it. */
void hart_main(int hart);

unsigned long fw_cycles(void);
unsigned long fw_instructions(void);
/* Events: docs/isa.md; external ones have 64 added. */
void fw_counter_configure(int counter, int event);
unsigned long fw_counter_read(int counter);
void fw_counters_reset(void);
/* Until all commands are done and their stores are in memory. */
void fw_wait(void);

/* ---- kernels: one argument each, a block of doublewords, so that assembly can call them as easily as C ---- */

enum { FW_NONE, FW_RELU, FW_LAYERNORM, FW_GELU, FW_SOFTMAX };

enum {
  FW_TRANSPOSE_A = 1,     /* A is k × m in memory */
  FW_TRANSPOSE_B = 2,     /* B is n × k in memory */
  FW_FULL_C = 4,          /* C takes the sums themselves, int32 */
  FW_LOW_D = 8,           /* D is int8 */
  FW_REPEAT_D = 16,       /* D is one row for all rows of C */
  FW_OUTPUT_STATIONARY = 32
};

/* C = activation(scale · (A·B + D)). Strides in elements; scales are binary32 bits; tiles in blocks, 0 lets it choose. */
struct fw_matmul {
  uint64_t m, n, k;
  const void *a, *b, *d;
  void *c;
  uint64_t a_stride, b_stride, d_stride, c_stride;
  uint64_t flags, activation, scale, step;
  uint64_t tile_m, tile_n, tile_k;
};
void fw_matmul(const struct fw_matmul *problem);

enum {
  FW_ROTATE = 1,          /* kernel turned by 180° */
  FW_OUTPUT_HWNC = 2,
  FW_INPUT_CHWN = 4,
  FW_WEIGHTS_IHWO = 8,
  FW_WEIGHTS_HWOI = 16,
  FW_DEPTHWISE = 32       /* one kernel per channel */
};

/* NHWC input, HWIO weights, NHWC output unless flags say otherwise. pool_stride 0: no pooling. Strides in elements per pixel. */
struct fw_conv {
  uint64_t batch, in_rows, in_cols, in_channels, out_channels;
  uint64_t kernel, stride, padding, kernel_dilation, input_dilation;
  uint64_t pool_size, pool_stride, pool_padding;
  uint64_t in_stride, out_stride;
  const void *input, *weights, *bias;
  void *output;
  uint64_t flags, activation, scale;
};
void fw_conv(const struct fw_conv *problem);

/* C = relu?(c_scale · (a_scale · A + b_scale · B)), rows × cols elements with one stride. */
struct fw_residual_add {
  uint64_t rows, cols, stride;
  const void *a, *b;
  void *c;
  uint64_t a_scale, b_scale, c_scale, relu;
};
void fw_residual_add(const struct fw_residual_add *problem);

/* Mean over size × size pixels of every channel. */
struct fw_global_average {
  uint64_t batch, size, channels;
  const void *input;
  void *output;
};
void fw_global_average(const struct fw_global_average *problem);

/* Max pooling of one image; taps outside are 0. */
struct fw_max_pool {
  uint64_t rows, cols, channels, size, stride, padding, out_rows, out_cols;
  const void *input;
  void *output;
};
void fw_max_pool(const struct fw_max_pool *problem);

/* Rows through the accumulator: GELU, softmax, layernorm, ReLU, or none, which is requantisation. */
struct fw_convert {
  uint64_t rows, cols;
  const void *input;
  uint64_t in_stride, from_int32;
  void *output;
  uint64_t out_stride, activation, scale, step;
};
void fw_convert(const struct fw_convert *problem);

/* Patches of an NHWC image as rows of a matrix; zeros outside the image. */
struct fw_im2col {
  uint64_t batch, rows, cols, channels, kernel, stride, padding;
  const void *input;
  void *patches;
};
void fw_im2col(const struct fw_im2col *problem);

/* ---- cells of recurrent layers, computed by the hart (cells.s) ----
 * Gates are int8 with 16 units to 1, as their products store them; sigmoid, tanh and states int8 with 128 units to 1;
 * an LSTM's cells int32 with 2048. Gates of one kind are side by side.
 */

/* 128 times the function of x / 16 for x = −128 … 127, rounded, at most 127. */
extern const int8_t fw_sigmoid_table[256], fw_tanh_table[256];

/* next_cells = forget · cells + input · candidate; state = output · tanh(next_cells). In place when both are one. */
struct fw_lstm_cell {
  uint64_t units;
  const int8_t *gates;    /* input, forget, candidate, output */
  const int32_t *cells;
  int32_t *next_cells;
  int8_t *state;
  const int8_t *sigmoid, *tanh;
};
void fw_lstm_cell(const struct fw_lstm_cell *problem);

/* candidate = tanh(of_input + reset · of_state); next_state = candidate + update · (state − candidate). */
struct fw_gru_cell {
  uint64_t units;
  const int8_t *gates;    /* reset, update */
  const int8_t *of_input, *of_state, *state;
  int8_t *next_state;
  const int8_t *sigmoid, *tanh;
};
void fw_gru_cell(const struct fw_gru_cell *problem);

#ifdef __cplusplus
}
#endif

#endif
