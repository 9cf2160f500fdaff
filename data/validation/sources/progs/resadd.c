// Residual addition C = sat(sa*A + sb*B), by plain commands (LOOP=0) or by loop_ws in its addition mode (LOOP=1); prints cycles.
#include "rt/gem.h"
#ifndef MI
#define MI 64
#endif
#ifndef MJ
#define MJ 64
#endif
#ifndef TI
#define TI 4
#endif
#ifndef TJ
#define TJ 4
#endif
#ifndef LOOP
#define LOOP 0
#endif
#ifndef SCALE
#define SCALE 1.0f
#endif
static int8_t A[MI][MJ] __attribute__((aligned(64))), B[MI + 16][MJ] __attribute__((aligned(64))), C[MI][MJ] __attribute__((aligned(64)));
static int min(int a, int b) { return a < b ? a : b; }
static int cdiv(int a, int b) { return (a + b - 1) / b; }
static void run(void) {
  config_st(MJ, 1, 1.0f); config_ld(MJ, SCALE, 1, DIM, 0); config_ld(MJ, SCALE, 1, DIM, 1);
  int bi = cdiv(MI, DIM), bj = cdiv(MJ, DIM);
  for (int i = 0; i < bi; i += TI) for (int j = 0; j < bj; j += TJ) {
    int ni = min(TI, bi - i), nj = min(TJ, bj - j);
#if LOOP
    ROCC(F_LOOP_BOUNDS, ((uint64_t)(j + nj == bj ? bj * DIM - MJ : 0) << 16) | (i + ni == bi ? bi * DIM - MI : 0), ((uint64_t)nj << 16) | ni);
    ROCC(F_LOOP_AB, &A[i * DIM][j * DIM], &B[i * DIM][j * DIM]); ROCC(F_LOOP_DC, 0, &C[i * DIM][j * DIM]);
    ROCC(F_LOOP_SAB, MJ, MJ); ROCC(F_LOOP_SDC, 0, MJ); ROCC(F_LOOP_WS, 1 << 8, 4);
#else
    for (int a = 0; a < ni; a++) for (int b = 0; b < nj; b++) {
      int r = min(DIM, MI - (i + a) * DIM), c = min(DIM, MJ - (j + b) * DIM), at = (a * nj + b) * DIM;
      mvin(&A[(i + a) * DIM][(j + b) * DIM], ACC(at), c, r); mvin2(&B[(i + a) * DIM][(j + b) * DIM], ACC_ADD(at), c, r);
    }
    for (int a = 0; a < ni; a++) for (int b = 0; b < nj; b++)
      mvout(&C[(i + a) * DIM][(j + b) * DIM], ACC((a * nj + b) * DIM), min(DIM, MJ - (j + b) * DIM), min(DIM, MI - (i + a) * DIM));
#endif
  }
  fence();
}
int main(void) {
  flush_tlb();
  uint64_t c[3];
  for (int r = 0; r < 3; r++) { uint64_t t = cycles(); run(); c[r] = cycles() - t; }
  print("resadd %d %d tile %d %d loop=%d cycles %u %u %u\n", (int64_t)MI, (int64_t)MJ, (int64_t)TI, (int64_t)TJ, (int64_t)LOOP, c[0], c[1], c[2]);
  finish(0); return 0;
}
