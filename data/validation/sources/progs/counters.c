// The accelerator's performance counters: every event over several workloads.
#include "rt/gem.h"
static int8_t A[64][64] __attribute__((aligned(64))), B[64][64] __attribute__((aligned(64))), C[64][64] __attribute__((aligned(64)));
static int32_t W[64][64] __attribute__((aligned(64)));
#define CNT(op) ({ uint64_t r_; asm volatile(".insn r CUSTOM_3, 7, 126, %0, %1, %2" : "=r"(r_) : "r"((uint64_t)(op)), "r"(0ull) : "memory"); r_; })
static void w_idle(void) { fence(); }
static void w_mvin16(void) { config_ld(64, 1.0f, 0, DIM, 0); for (int i = 0; i < 4; i++) mvin(&A[16 * i][0], 16 * i, 16, 16); fence(); }
static void w_mvin64(void) { config_ld(64, 1.0f, 0, DIM, 0); for (int i = 0; i < 8; i++) mvin(&A[16 * (i & 3)][0], 64 * i, 64, 16); fence(); }
static void w_mvin1(void) { config_ld(64, 1.0f, 0, DIM, 0); for (int i = 0; i < 16; i++) mvin(&A[i][0], i, 16, 1); fence(); }
static void w_mvout(void) { config_st(64, 0, 1.0f); for (int i = 0; i < 4; i++) mvout(&C[16 * i][0], ACC(16 * i), 16, 16); fence(); }
static void w_mvoutw(void) { config_st(256, 0, 1.0f); for (int i = 0; i < 4; i++) mvout(&W[16 * i][0], ACC_FULL(16 * i), 16, 16); fence(); }
static void products(int ws) {
  config_ex(ws, 0, 0, 0, 1, 1, 0); config_st(64, 0, 1.0f); config_ld(64, 1.0f, 0, DIM, 0); config_ld(64, 1.0f, 0, DIM, 1);
  const uint64_t a0 = 0, b0 = 8192;
  for (int i = 0; i < 2; i++) for (int k = 0; k < 4; k++) mvin(&A[i * 16][k * 16], a0 + (i * 4 + k) * 16, 16, 16);
  for (int k = 0; k < 4; k++) for (int j = 0; j < 2; j++) mvin2(&B[k * 16][j * 16], b0 + (k * 2 + j) * 16, 16, 16);
  for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) for (int k = 0; k < 4; k++) {
    uint64_t to = ACC((i * 2 + j) * 16);
    if (ws) { preload(b0 + (k * 2 + j) * 16, 16, 16, k ? to | 0x40000000u : to, 16, 16); compute(1, a0 + (i * 4 + k) * 16, 16, 16, GARBAGE, 16, 16); }
    else { preload(GARBAGE, 16, 16, k == 3 ? to : GARBAGE, 16, 16); compute(k == 0, a0 + (i * 4 + k) * 16, 16, 16, b0 + (k * 2 + j) * 16, 16, 16); }
  }
  for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) mvout(&C[i * 16][j * 16], ACC((i * 2 + j) * 16), 16, 16);
  fence();
}
static void w_ws(void) { products(1); }
static void w_os(void) { products(0); }
static void loop(int tb, int full) {
  config_ex(1, 0, 0, tb, 1, 1, 0); config_st(full ? 256 : 64, 0, 1.0f); config_ld(64, 1.0f, 0, DIM, 0); config_ld(64, 1.0f, 0, DIM, 1);
  loop_ws(4, 4, 4, 0, 0, 0, A, B, 0, full ? (void *)W : (void *)C, 64, 64, 0, 64, 0, tb, full, 0, 0, 0);
  fence();
}
static void w_loop(void) { loop(0, 0); }
static void w_loopt(void) { loop(1, 0); }
static void w_loopf(void) { loop(0, 1); }
static void w_bank(void) { // operands and loads in one bank
  config_ex(1, 0, 0, 0, 1, 1, 0); config_ld(64, 1.0f, 0, DIM, 0);
  for (int i = 0; i < 8; i++) { preload(64, 16, 16, ACC(0), 16, 16); compute(1, 0, 16, 16, GARBAGE, 16, 16); mvin(&A[0][0], 128 + 64 * i, 64, 16); }
  fence();
}
static void w_raw(void) { // each product reads the one before from the scratchpad
  config_ex(1, 0, 0, 0, 1, 1, 0);
  for (int i = 0; i < 4; i++) { preload(8192, 16, 16, 16 * (i + 1), 16, 16); compute(1, 16 * i, 16, 16, GARBAGE, 16, 16); }
  fence();
}
static void w_cfg(void) { for (int i = 0; i < 4; i++) { config_ex(1, 0, 0, 0, 1, 1, 0); preload(8192, 16, 16, ACC(0), 16, 16); compute(1, 0, 16, 16, GARBAGE, 16, 16); } fence(); }
static void w_both(void) { // loads beside stores
  config_ld(64, 1.0f, 0, DIM, 0); config_st(64, 0, 1.0f);
  for (int i = 0; i < 4; i++) { mvin(&A[16 * i][0], 64 * i, 64, 16); mvout(&C[16 * i][0], ACC(64 * i), 64, 16); }
  fence();
}
static const struct { const char *name; void (*run)(void); } work[] = {
  { "idle", w_idle }, { "mvin16", w_mvin16 }, { "mvin64", w_mvin64 }, { "mvin1", w_mvin1 }, { "mvout", w_mvout }, { "mvoutw", w_mvoutw }, { "ws", w_ws }, { "os", w_os },
  { "loop", w_loop }, { "loopt", w_loopt }, { "loopf", w_loopf }, { "bank", w_bank }, { "raw", w_raw }, { "cfg", w_cfg }, { "both", w_both } };
int main(void) {
  flush_tlb();
  for (unsigned w = 0; w < sizeof work / sizeof *work; w++) {
    work[w].run();
    uint64_t v[56], t[7];
    for (int round = 0; round < 7; round++) {
      CNT(1);
      for (int i = 0; i < 8; i++) { int e = round * 8 + i; uint64_t ext = e > 44; CNT(8 | i << 4 | (uint64_t)(ext ? e - 44 : e) << 12 | ext << 31); }
      fence();
      uint64_t t0 = cycles();
      work[w].run();
      t[round] = cycles() - t0;
      for (int i = 0; i < 8; i++) v[round * 8 + i] = CNT(i << 4);
    }
    print("%s cycles", work[w].name);
    for (int i = 0; i < 7; i++) print(" %d", (int)t[i]);
    print("\n");
    print("%s events", work[w].name);
    for (int i = 0; i < 52; i++) print(" %d", (int)v[i]);
    print("\n");
  }
  // order of effects, snapshots
  CNT(1); CNT(8 | 24 << 12 | 0 << 4); CNT(8 | 41 << 12 | 1 << 4); CNT(8 | 16 << 12 | 2 << 4);
  w_ws();
  int a = CNT(0), b = CNT(2 << 4), c = CNT(4), d = CNT(0); w_ws(); int e = CNT(0), f = CNT(2), g = CNT(0), h = CNT(1), i = CNT(0), j = CNT(2 << 4);
  print("order %d %d %d %d %d %d %d %d %d %d\n", a, b, c, d, e, f, g, h, i, j);
  w_ws(); CNT(4); int k = CNT(1); int l = CNT(0); w_ws(); int m = CNT(0);
  print("reset in snapshot %d %d %d\n", k, l, m);
  w_ws(); CNT(6); int n = CNT(0); w_ws(); int o = CNT(0);
  print("both %d %d\n", n, o);
  uint64_t t0 = cycles(); uint64_t x = CNT(0); uint64_t y = x + 1; asm volatile("" :: "r"(y)); asm volatile("addi x0, %0, 0" :: "r"(x)); uint64_t t1 = cycles();
  uint64_t s = 0, t2 = cycles(); for (int q = 0; q < 8; q++) s += CNT(0); asm volatile("" :: "r"(s)); uint64_t t3 = cycles();
  asm volatile("" :: "r"(CNT(0)));
  uint64_t t4 = cycles(); CNT(0); CNT(0); CNT(0); CNT(0); uint64_t t5 = cycles();
  uint64_t t6 = cycles(); config_ex(1, 0, 0, 0, 1, 1, 0); loop_ws(2, 2, 2, 0, 0, 0, A, B, 0, C, 64, 64, 0, 64, 0, 0, 0, 0, 0, 0); x = CNT(0); asm volatile("addi x0, %0, 0" :: "r"(x)); uint64_t t7 = cycles(); fence();
  uint64_t t8 = cycles();
  print("latency %d %d %d %d %d\n", (int)(t1 - t0), (int)(t3 - t2), (int)(t5 - t4), (int)(t7 - t6), (int)(t8 - t6));
  return 0;
}
