// loop_ws variants: transposed operands, full-width output, narrow or repeated bias, ReLU, scale, re-used operands; prints cycles.
// TA, TB: operand transposed in memory; FULL: int32 output; LOWD: int8 bias; BIAS: 0 none, 1 matrix, 2 one repeated row; ACT: 1 ReLU.
#include "rt/gem.h"
#ifndef MI
#define MI 64
#endif
#ifndef MJ
#define MJ 64
#endif
#ifndef MK
#define MK 64
#endif
#ifndef TI
#define TI 4
#endif
#ifndef TJ
#define TJ 4
#endif
#ifndef TK
#define TK 4
#endif
#ifndef TA
#define TA 0
#endif
#ifndef TB
#define TB 0
#endif
#ifndef FULL
#define FULL 0
#endif
#ifndef LOWD
#define LOWD 0
#endif
#ifndef BIAS
#define BIAS 1
#endif
#ifndef ACT
#define ACT 0
#endif
#ifndef PADS /* extra elements per matrix row in memory */
#define PADS 0
#endif
#ifndef ASCALE
#define ASCALE 1.0f
#endif
#define SA ((TA ? MI : MK) + PADS)
#define SB ((TB ? MK : MJ) + PADS)
#define SC (MJ + PADS)
static int8_t A[(TA ? MK : MI) * SA + 64] __attribute__((aligned(64))), B[(TB ? MJ : MK) * SB + 1024] __attribute__((aligned(64)));
static int8_t C[MI * SC * (FULL ? 4 : 1)] __attribute__((aligned(64))), D[MI * SC * (LOWD ? 1 : 4)] __attribute__((aligned(64)));
static int cdiv(int a, int b) { return (a + b - 1) / b; }
static int min(int a, int b) { return a < b ? a : b; }
static void run(void) {
  const int sd = BIAS == 2 ? 0 : SC, ed = LOWD ? 1 : 4, ec = FULL ? 4 : 1;
  config_ex(1, 0, TA, TB, 1, 1, 0); config_st(SC * ec, ACT, 0.0625f);
  config_ld(SA, ASCALE, 0, DIM, 0); config_ld(SB, 1.0f, 0, DIM, 1); config_ld(sd * ed, 1.0f, LOWD, DIM, 2);
  int bi = cdiv(MI, DIM), bj = cdiv(MJ, DIM), bk = cdiv(MK, DIM);
  for (int i = 0; i < bi; i += TI) for (int j = 0; j < bj; j += TJ) for (int k = 0; k < bk; k += TK) {
    int ni = min(TI, bi - i), nj = min(TJ, bj - j), nk = min(TK, bk - k);
    int pi = (i + ni == bi) ? bi * DIM - MI : 0, pj = (j + nj == bj) ? bj * DIM - MJ : 0, pk = (k + nk == bk) ? bk * DIM - MK : 0;
    loop_ws(ni, nj, nk, pi, pj, pk, TA ? &A[k * DIM * SA + i * DIM] : &A[i * DIM * SA + k * DIM], TB ? &B[j * DIM * SB + k * DIM] : &B[k * DIM * SB + j * DIM],
            (BIAS && k == 0) ? &D[(i * DIM * sd + j * DIM) * ed] : 0, (k + nk >= bk) ? &C[(i * DIM * SC + j * DIM) * ec] : 0,
            SA, SB, sd, SC, TA, TB, FULL, LOWD, (k == 0) ? BIAS != 0 : 1, ACT);
  }
  fence();
}
int main(void) {
  flush_tlb();
  uint64_t c[3];
  for (int r = 0; r < 3; r++) { uint64_t t = cycles(); run(); c[r] = cycles() - t; }
  print("matmul2 %d %d %d tile %d %d %d cycles %u %u %u\n", (int64_t)MI, (int64_t)MJ, (int64_t)MK, (int64_t)TI, (int64_t)TJ, (int64_t)TK, c[0], c[1], c[2]);
  finish(0); return 0;
}
