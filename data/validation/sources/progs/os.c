// Output-stationary and weight-stationary host-issued products with options: TA, TB transposes, D operand, results to the scratchpad, partial blocks (R rows, KC inner, NC columns).
#include "rt/gem.h"
#ifndef OS
#define OS 1
#endif
#ifndef BI
#define BI 2
#endif
#ifndef BJ
#define BJ 2
#endif
#ifndef BK
#define BK 4
#endif
#ifndef TA
#define TA 0
#endif
#ifndef TB
#define TB 0
#endif
#ifndef USED
#define USED 0
#endif
#ifndef TOSP
#define TOSP 0
#endif
#ifndef R
#define R 16
#endif
#ifndef KC
#define KC 16
#endif
#ifndef NC
#define NC 16
#endif
#ifndef WIDE /* blocks per load */
#define WIDE 1
#endif
static int8_t A[BI * 16][BK * 16] __attribute__((aligned(64))), B[BK * 16][BJ * 16] __attribute__((aligned(64))), C[BI * 16][BJ * 16] __attribute__((aligned(64)));
static void run(void) {
  config_ex(!OS, 0, TA, TB, 1, 1, 0); config_st(BJ * 16, 0, 1.0f); config_ld(BK * 16, 1.0f, 0, DIM, 0); config_ld(BJ * 16, 1.0f, 0, DIM, 1);
  const uint64_t a0 = 0, b0 = 8192, d0 = 4096, c0 = 12288;
  for (int i = 0; i < BI; i++) for (int k = 0; k < BK; k += WIDE) mvin(&A[i * 16][k * 16], a0 + (i * BK + k) * 16, WIDE * 16, R);
  for (int k = 0; k < BK; k++) for (int j = 0; j < BJ; j += WIDE) mvin2(&B[k * 16][j * 16], b0 + (k * BJ + j) * 16, WIDE * 16, KC);
  for (int i = 0; i < BI; i++) for (int j = 0; j < BJ; j++) for (int k = 0; k < BK; k++) {
    uint64_t to = TOSP ? c0 + (i * BJ + j) * 16 : ACC((i * BJ + j) * 16);
#if OS
    preload(USED && k == 0 ? d0 : GARBAGE, NC, R, k == BK - 1 ? to : GARBAGE, NC, R);
    compute(k == 0, a0 + (i * BK + k) * 16, KC, R, b0 + (k * BJ + j) * 16, NC, KC);
#else
    preload(b0 + (k * BJ + j) * 16, NC, KC, k && !TOSP ? to | 0x40000000u : to, NC, R);
    compute(1, a0 + (i * BK + k) * 16, KC, R, USED ? d0 : GARBAGE, NC, R);
#endif
  }
  for (int i = 0; i < BI; i++) for (int j = 0; j < BJ; j++) mvout(&C[i * 16][j * 16], TOSP ? c0 + (i * BJ + j) * 16 : ACC((i * BJ + j) * 16), NC, R);
  fence();
}
int main(void) {
  flush_tlb();
  uint64_t c[3];
  for (int r = 0; r < 3; r++) { uint64_t t = cycles(); run(); c[r] = cycles() - t; }
  print("os=%d %d %d %d ta=%d tb=%d d=%d sp=%d rows=%d k=%d n=%d wide=%d cycles %u %u %u\n", (int64_t)OS, (int64_t)BI, (int64_t)BJ, (int64_t)BK, (int64_t)TA, (int64_t)TB, (int64_t)USED, (int64_t)TOSP,
        (int64_t)R, (int64_t)KC, (int64_t)NC, (int64_t)WIDE, c[0], c[1], c[2]);
  finish(0); return 0;
}
