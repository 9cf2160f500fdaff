// A small network as software runs it: conv-free layers of loop_ws products with bias and ReLU, a residual addition, host average pooling and soft argmax; cycles per stage.
#include "rt/gem.h"
#ifndef NB
#define NB 32
#endif
#ifndef W
#define W 64
#endif
static int8_t x[NB][W] __attribute__((aligned(64))), y[NB][W] __attribute__((aligned(64))), z[NB][W] __attribute__((aligned(64))), w1[W][W] __attribute__((aligned(64))), w2[W][W] __attribute__((aligned(64)));
static volatile int32_t pool[W]; static int32_t b1[W] __attribute__((aligned(64))), logits[NB][W] __attribute__((aligned(64)));
static volatile int best[NB];
static int tiles(int n) { return (n + DIM - 1) / DIM; }
static void fc(const int8_t *in, const int8_t *w, const int32_t *b, void *out, int full, int act) {
  config_ex(1, 0, 0, 0, 1, 1, 0); config_st(full ? W * 4 : W, act, 0.0625f); config_ld(W, 1.0f, 0, DIM, 0); config_ld(W, 1.0f, 0, DIM, 1); config_ld(0, 1.0f, 0, DIM, 2);
  for (int i = 0; i < tiles(NB); i += 2)
    loop_ws(tiles(NB) - i < 2 ? 1 : 2, tiles(W), tiles(W), i + 2 >= tiles(NB) ? tiles(NB) * DIM - NB : 0, tiles(W) * DIM - W, tiles(W) * DIM - W, in + i * DIM * W, w, b, (int8_t *)out + i * DIM * W * (full ? 4 : 1), W, W, 0, W, 0, 0, full, 0, 1, act);
  fence();
}
static void add(const int8_t *a, const int8_t *b, int8_t *c) {
  config_st(W, 1, 1.0f); config_ld(W, 1.0f, 1, DIM, 0); config_ld(W, 0.5f, 1, DIM, 1);
  for (int i = 0; i < NB; i += DIM) for (int j = 0; j < W; j += DIM) {
    int r = NB - i < DIM ? NB - i : DIM, k = W - j < DIM ? W - j : DIM, at = (i * tiles(W) + j) & 511;
    mvin(a + i * W + j, ACC(at), k, r); mvin2(b + i * W + j, ACC_ADD(at), k, r); mvout(c + i * W + j, ACC(at), k, r);
  }
  fence();
}
static void average(void) { for (int j = 0; j < W; j++) { int s = 0; for (int i = 0; i < NB; i++) s += z[i][j]; pool[j] = s / NB; } }
static void argmax(void) { for (int i = 0; i < NB; i++) { int m = 0; for (int j = 1; j < W; j++) if (logits[i][j] > logits[i][m]) m = j; best[i] = m; } }
int main(void) {
  flush_tlb();
  uint64_t c[3][6];
  for (int r = 0; r < 3; r++) {
    uint64_t t = cycles(), u;
#define STAGE(n, body) body; u = cycles(); c[r][n] = u - t; t = u
    STAGE(0, fc(&x[0][0], &w1[0][0], b1, y, 0, 1));
    STAGE(1, fc(&y[0][0], &w2[0][0], b1, z, 0, 1));
    STAGE(2, add(&z[0][0], &x[0][0], &z[0][0]));
    STAGE(3, average());
    STAGE(4, fc(&z[0][0], &w1[0][0], b1, logits, 1, 0));
    STAGE(5, argmax());
  }
  static const char *const names[] = { "fc1", "fc2", "add", "average", "fc3_full", "argmax" };
  for (int s = 0; s < 6; s++) print("%s %u %u %u\n", names[s], c[0][s], c[1][s], c[2][s]);
  finish(0); return 0;
}
