/*
 * Mixed-precision training of a network with one hidden layer: Y = relu(X·W1)·W2. The accelerator takes fp16
 * and accumulates in fp32; the weights that are trained are fp32. For a machine with fp16 elements, fp32 sums and dim 4.
 * training.s is this file as GCC compiles it; docs/training.md explains it.
 */
#include <stdbool.h>
#include "firmware.h"
#include "gemmini.h"

enum {
  DIM = 4,
  BLOCK = DIM * DIM,
  SAMPLES = 16,                 /* one batch, which every step uses */
  BLOCKS = SAMPLES / DIM,
  STEPS = 400
};

#define LOSS_WEIGHT 0x1p-24f    /* of this loss among all that is minimised: what makes the gradients small */
#define LEARNING_RATE 0x1p22f
#define LOSS_SCALE 0x1p24f

typedef uint16_t half;          /* bits of binary16: the hart cannot calculate with it */

static const float first_w1[BLOCK] = { 0.5f, -0.3f, 0.2f, 0.4f, -0.2f, 0.6f, 0.3f, -0.1f, 0.1f, 0.2f, -0.5f, 0.3f, 0.3f, 0.1f, 0.4f, -0.4f };
static const float first_w2[BLOCK] = { 0.3f, -0.4f, 0.2f, 0.1f, 0.2f, 0.5f, -0.1f, 0.3f, -0.3f, 0.1f, 0.4f, 0.2f, 0.4f, 0.2f, 0.1f, -0.5f };

/* Of the last step; with names outside this file, so that a debugger or a test can look at them. */
half x_half[SAMPLES * DIM], hidden_half[SAMPLES * DIM], w1_half[BLOCK], w2_half[BLOCK];
half output_gradient_half[SAMPLES * DIM], hidden_gradient_half[SAMPLES * DIM];
float output_gradient[SAMPLES * DIM], hidden_gradient[SAMPLES * DIM], w1_gradient[BLOCK], w2_gradient[BLOCK];
float w1[BLOCK], w2[BLOCK];
static float x[SAMPLES * DIM], target[SAMPLES * DIM], hidden[SAMPLES * DIM], output[SAMPLES * DIM];

static uint32_t bits_of(float value) {
  union { float value; uint32_t bits; } word = { value };
  return word.bits;
}

/* To the nearest binary16, ties to even: infinity from 65520 on, subnormal below 2^-14, zero up to 2^-25. */
static half to_half(float value) {
  const uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  const int exponent = (int)(magnitude >> 23) - 127;
  if (magnitude > 0x7f800000) return (half)(sign | 0x7e00);
  if (exponent > 15) return (half)(sign | 0x7c00);
  if (exponent < -25) return (half)sign;
  const bool subnormal = exponent < -14;
  const int dropped = subnormal ? -1 - exponent : 13;
  const uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
  const uint32_t kept = significand >> dropped, rest = significand & ((1u << dropped) - 1), tie = 1u << (dropped - 1);
  const uint32_t up = rest > tie || (rest == tie && (kept & 1));
  /* The leading one of a normal number adds one to the exponent field, as does a carry out of the rounding. */
  return (half)(sign | (kept + up + (subnormal ? 0 : (uint32_t)(exponent + 14) << 10)));
}

/* Returns how many of the results are not zero. */
static int to_halves(half *to, const float *from, float scale, int count) {
  int survivors = 0;
  for (int i = 0; i < count; i++) survivors += ((to[i] = to_half(from[i] * scale)) & 0x7fff) != 0;
  return survivors;
}

static void configure(bool transpose_a, bool transpose_b) {
  gemmini_config_ex(GEMMINI_CONFIG_EX_RS1(GEMMINI_CONFIG_EX_DATAFLOW_WS, 0, 0, transpose_a, transpose_b, 1, bits_of(1)),
                    GEMMINI_CONFIG_EX_RS2(0, 0, 1));
  gemmini_config_mvin(GEMMINI_CONFIG_MVIN_RS1(0, 0, 1, DIM, to_half(1)), GEMMINI_CONFIG_MVIN_RS2(DIM * sizeof(half)));
  gemmini_config_mvout(GEMMINI_CONFIG_MVOUT_RS1(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                       GEMMINI_CONFIG_MVOUT_RS2(DIM * sizeof(float), bits_of(1)));
}

static void multiply_block(const half *a, const half *b, uint32_t sums) {
  enum { A_ROW = 0, B_ROW = DIM };
  gemmini_mvin(GEMMINI_MVIN_RS1((uintptr_t)a), GEMMINI_MVIN_RS2(GEMMINI_SP(A_ROW), DIM, DIM));
  gemmini_mvin(GEMMINI_MVIN_RS1((uintptr_t)b), GEMMINI_MVIN_RS2(GEMMINI_SP(B_ROW), DIM, DIM));
  gemmini_preload(GEMMINI_PRELOAD_RS1(GEMMINI_SP(B_ROW), DIM, DIM), GEMMINI_PRELOAD_RS2(sums, DIM, DIM));
  gemmini_compute_preloaded(GEMMINI_COMPUTE_PRELOADED_RS1(GEMMINI_SP(A_ROW), DIM, DIM),
                            GEMMINI_COMPUTE_PRELOADED_RS2(GEMMINI_GARBAGE, DIM, DIM));
}

static void store_block(float *c, int row) {
  gemmini_mvout(GEMMINI_MVOUT_RS1((uintptr_t)c), GEMMINI_MVOUT_RS2(GEMMINI_ACC_FULL(row), DIM, DIM));
}

/* C = A·W, or A·Wᵀ: one row for each sample. */
static void apply_weights(float *c, const half *a, const half *w, bool transpose) {
  configure(false, transpose);
  for (int i = 0; i < BLOCKS; i++) {
    multiply_block(a + i * BLOCK, w, GEMMINI_ACC(i * DIM));
    store_block(c + i * BLOCK, i * DIM);
  }
  gemmini_wait();
}

/* C = Aᵀ·G: the gradient of weights, summed over the samples in the accumulator. */
static void sum_over_samples(float *c, const half *a, const half *g) {
  configure(true, false);
  for (int i = 0; i < BLOCKS; i++)
    multiply_block(a + i * BLOCK, g + i * BLOCK, i == 0 ? GEMMINI_ACC(0) : GEMMINI_ACC_ADD(0));
  store_block(c, 0);
  gemmini_wait();
}

static float relu(float value) { return value > 0 ? value : 0; }

/* Samples from -1 to 1, and what a network of the same shape with other weights makes of them. */
static void make_problem(void) {
  uint32_t seed = 1;
  for (int i = 0; i < SAMPLES * DIM; i++) {
    seed = seed * 1664525 + 1013904223;
    x[i] = (float)((int)(seed >> 24) - 128) / 128;
  }
  for (int s = 0; s < SAMPLES; s++)
    for (int j = 0; j < DIM; j++) {
      const float *const row = x + s * DIM;
      target[s * DIM + j] = relu(row[j]) + 0.5f * relu(row[(j + 1) % DIM]);
    }
  to_halves(x_half, x, 1, SAMPLES * DIM);
}

struct report { float first_loss, last_loss; int survivors, exponent; bool moved; };

/* Returns the mean squared error, and leaves its weighted gradient times the scale in output_gradient. */
static float compare_with_target(float loss_scale) {
  const float count = SAMPLES * DIM;
  float sum = 0;
  for (int i = 0; i < SAMPLES * DIM; i++) {
    const float error = output[i] - target[i];
    sum += error * error;
    output_gradient[i] = loss_scale * (LOSS_WEIGHT * 2 / count * error);
  }
  return sum / count;
}

static void update(float *w, const float *gradient, float loss_scale) {
  for (int i = 0; i < BLOCK; i++) w[i] -= LEARNING_RATE * (gradient[i] / loss_scale);
}

static float forward(float loss_scale) {
  to_halves(w1_half, w1, 1, BLOCK);
  to_halves(w2_half, w2, 1, BLOCK);
  apply_weights(hidden, x_half, w1_half, false);
  for (int i = 0; i < SAMPLES * DIM; i++) hidden[i] = relu(hidden[i]);
  to_halves(hidden_half, hidden, 1, SAMPLES * DIM);
  apply_weights(output, hidden_half, w2_half, false);
  return compare_with_target(loss_scale);
}

/* Returns how many fp16 gradients are not zero. */
static int backward(float loss_scale) {
  int survivors = to_halves(output_gradient_half, output_gradient, 1, SAMPLES * DIM);
  sum_over_samples(w2_gradient, hidden_half, output_gradient_half);
  apply_weights(hidden_gradient, output_gradient_half, w2_half, true);
  for (int i = 0; i < SAMPLES * DIM; i++)
    if (hidden[i] == 0) hidden_gradient[i] = 0;
  survivors += to_halves(hidden_gradient_half, hidden_gradient, 1, SAMPLES * DIM);
  sum_over_samples(w1_gradient, x_half, hidden_gradient_half);
  update(w1, w1_gradient, loss_scale);
  update(w2, w2_gradient, loss_scale);
  return survivors;
}

/* The power of two of the largest magnitude. */
static int largest_exponent(const float *values, int count) {
  uint32_t largest = 0;
  for (int i = 0; i < count; i++)
    if ((bits_of(values[i]) & 0x7fffffff) > largest) largest = bits_of(values[i]) & 0x7fffffff;
  return (int)(largest >> 23) - 127;
}

static struct report train(float loss_scale) {
  struct report report = { 0 };
  for (int i = 0; i < BLOCK; i++) w1[i] = first_w1[i], w2[i] = first_w2[i];
  report.first_loss = forward(loss_scale);
  report.exponent = largest_exponent(output_gradient, SAMPLES * DIM);
  for (int step = 0; step < STEPS; step++) {
    report.survivors += backward(loss_scale);
    report.last_loss = forward(loss_scale);
  }
  for (int i = 0; i < BLOCK; i++) report.moved |= w1[i] != first_w1[i] || w2[i] != first_w2[i];
  return report;
}

static void print_number(const char *before, long value, const char *after) {
  fw_print(before);
  fw_print_decimal(value);
  fw_print(after);
}

static void print_report(const char *name, const struct report *report) {
  fw_print(name);
  print_number(": largest gradient at first 2^", report->exponent, "");
  print_number(", fp16 gradients that are not 0: ", report->survivors, "");
  print_number(" of ", (long)STEPS * 2 * SAMPLES * DIM, report->moved ? ", weights changed" : ", weights unchanged");
  print_number(", loss ", (long)(report->first_loss * 1e6f), "e-6");
  print_number(" to ", (long)(report->last_loss * 1e6f), "e-6\n");
}

int main(void) {
  gemmini_flush(0, 0);
  make_problem();
  const struct report plain = train(1), scaled = train(LOSS_SCALE);
  print_report("without loss scaling", &plain);
  print_report("with loss scaling", &scaled);
  const bool vanished = plain.survivors == 0 && !plain.moved;
  const bool learned = scaled.moved && scaled.last_loss * 10 <= scaled.first_loss;
  return !(vanished && learned);
}
