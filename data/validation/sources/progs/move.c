// Streams of mvin or mvout of one shape, for a grid of rows, columns and strides. WHAT: 0 mvin, 1 mvin scaled, 2 mvin int32, 3 mvout scratchpad, 4 mvout accumulator, 5 mvout int32.
#include "rt/gem.h"
#ifndef WHAT
#define WHAT 0
#endif
#ifndef COUNT
#define COUNT 16
#endif
static int8_t buf[1 << 20] __attribute__((aligned(4096)));
int main(void) {
  static const int rows[] = { 1, 3, 8, 16 }, cols[] = { 5, 16, 24, 64 }, strides[] = { 16, 48, 64, 200, 256, 2048 };
  flush_tlb(); config_ex(1, 0, 0, 0, 1, 1, 0);
  for (int s = 0; s < 6; s++) for (int r = 0; r < 4; r++) for (int k = 0; k < 4; k++) {
    int c = cols[k], n = rows[r];
    if ((WHAT == 2 || WHAT == 5) && c > 16) continue;
    config_ld(strides[s], WHAT == 1 ? 0.5f : 1.0f, 0, DIM, 0); config_st(strides[s], 0, 1.0f);
    uint64_t cy[2];
    for (int t = 0; t < 2; t++) {
      fence(); uint64_t t0 = cycles();
      for (int i = 0; i < COUNT; i++) {
        int8_t *p = buf + i * 16 * strides[s];
#if WHAT <= 1
        mvin(p, i * 64, c, n);
#elif WHAT == 2
        mvin(p, ACC(i * 16), c, n);
#elif WHAT == 3
        mvout(p, i * 64, c, n);
#elif WHAT == 4
        mvout(p, ACC((i * 64) & 511), c, n);
#else
        mvout(p, ACC_FULL(i * 16), c, n);
#endif
      }
      fence(); cy[t] = cycles() - t0;
    }
    print("what=%d stride=%d rows=%d cols=%d %u %u\n", (int64_t)WHAT, (int64_t)strides[s], (int64_t)n, (int64_t)c, cy[0], cy[1]);
  }
  finish(0); return 0;
}
