// loop_conv_ws with pooling, depthwise, dilation, batches and no bias (square layout of generators before July 2023); prints cycles.
// DW: one channel per loop; PS, PST: pool window and stride; KDIL: kernel dilation; N: batch; DOWN: downsample flag (1x1, stride 2).
#include "rt/gem.h"
#ifndef N
#define N 1
#endif
#ifndef H
#define H 14
#endif
#ifndef CI
#define CI 16
#endif
#ifndef CO
#define CO 16
#endif
#ifndef KD
#define KD 3
#endif
#ifndef ST
#define ST 1
#endif
#ifndef PD
#define PD 1
#endif
#ifndef KDIL
#define KDIL 1
#endif
#ifndef PS
#define PS 1
#endif
#ifndef PST
#define PST 1
#endif
#ifndef PPD
#define PPD 0
#endif
#ifndef DW
#define DW 0
#endif
#ifndef DOWN
#define DOWN 0
#endif
#ifndef BIAS
#define BIAS 1
#endif
#define EK (KD + (KDIL - 1) * (KD - 1))
#define OH ((H + 2 * PD - EK) / ST + 1)
#define PH ((OH + 2 * PPD - PS) / PST + 1)
#define NOPOOL (PS == 1 && PST == 1)
#ifndef TR
#define TR PH
#endif
#ifndef TC
#define TC PH
#endif
#ifndef TO
#define TO (DW ? 1 : CO)
#endif
#ifndef TK
#define TK (DW ? 1 : CI)
#endif
static int8_t in[N][H][H][CI] __attribute__((aligned(64))), w[KD][KD][CI][CO] __attribute__((aligned(64))), out[N][PH][PH][CO] __attribute__((aligned(64)));
static int32_t bias[CO] __attribute__((aligned(64)));
static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }
static void tile(int pr, int pc, int o, int k, int npr, int npc, int no, int nk) {
  int r = pr * PST - PPD, c = pc * PST - PPD, nr = npr * PST + PS - PST, nc = npc * PST + PS - PST;          // conv outputs under the pooled tile
  int pup = max(0, -r), plp = max(0, -c), pdp = max(0, r + nr - OH), prp = max(0, c + nc - OH);
  int ro = nr - pup - pdp, co = nc - plp - prp, ir = max(r, 0) * ST - PD, ic = max(c, 0) * ST - PD;
  int hr = ro * ST + EK - 1, hc = co * ST + EK - 1, up = max(0, -ir), lp = max(0, -ic), dp = max(0, ir + hr - H), rp = max(0, ic + hc - H);
  const int8_t *pi = &in[0][max(ir, 0)][max(ic, 0)][k];
  int ppr = DW || KDIL > 1 || CI > DIM || nk > DIM ? 1 : DIM / nk; if (ppr > KD) ppr = KD;
  ROCC(16, ((uint64_t)CO << 48) | ((uint64_t)CI << 32) | ((uint64_t)H << 16) | N, ((uint64_t)PD << 48) | ((uint64_t)ST << 32) | ((uint64_t)PH << 16) | OH);
  ROCC(17, ((uint64_t)KD << 48) | ((uint64_t)PS << 32) | ((uint64_t)PST << 16) | PPD, ((uint64_t)N << 48) | ((uint64_t)npr << 32) | ((uint64_t)npc << 16) | no);
  ROCC(18, ((uint64_t)KD << 48) | ((uint64_t)KD << 32) | ((uint64_t)nk << 16) | lp, ((uint64_t)rp << 48) | ((uint64_t)up << 32) | ((uint64_t)dp << 16) | plp);
  ROCC(19, ((uint64_t)ro << 48) | ((uint64_t)prp << 32) | ((uint64_t)pup << 21) | ((uint64_t)pdp << 10) | KDIL, ((uint64_t)CI << 48) | ((uint64_t)CO << 32) | ((uint64_t)CO << 16) | co);
  ROCC(20, DW ? (const int8_t *)w + o * KD * KD : &w[0][0][k][o], k + nk >= (DW ? 1 : CI) ? (uint64_t)&out[0][pr][pc][o] : 0);
  ROCC(21, BIAS && (DW || k == 0) ? (uint64_t)&bias[o] : 0, DW ? &in[0][max(ir, 0)][max(ic, 0)][o] : pi);
  ROCC(15, ((uint64_t)ppr << 8) | (DW << 6) | !BIAS, (1 << 3) | (DOWN << 1) | NOPOOL);
}
static void run(void) {
  config_ex(1, 0, 0, 0, DOWN ? 1 : ST, 1, 0); config_st(CO, 1, 0.03125f);
  for (int o = 0; o < CO; o += TO) for (int r = 0; r < PH; r += TR) for (int c = 0; c < PH; c += TC) for (int k = 0; k < (DW ? 1 : CI); k += TK)
    tile(r, c, o, k, min(TR, PH - r), min(TC, PH - c), min(TO, CO - o), min(TK, CI - k));
  fence();
}
int main(void) {
  flush_tlb();
  uint64_t cy[3];
  for (int r = 0; r < 3; r++) { uint64_t t = cycles(); run(); cy[r] = cycles() - t; }
  print("conv2 N=%d H=%d CI=%d CO=%d K=%d S=%d P=%d pool=%d/%d dil=%d dw=%d cycles %u %u %u\n", (int64_t)N, (int64_t)H, (int64_t)CI, (int64_t)CO, (int64_t)KD, (int64_t)ST, (int64_t)PD,
        (int64_t)PS, (int64_t)PST, (int64_t)KDIL, (int64_t)DW, cy[0], cy[1], cy[2]);
  finish(0); return 0;
}
