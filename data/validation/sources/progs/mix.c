// Host and accelerator together: data written by the host before a load, read by the host after a store, host work during a loop, chains of layers, strided 16-byte transfers.
#include "rt/gem.h"
static int8_t A[64][64] __attribute__((aligned(64))), B[64][64] __attribute__((aligned(64))), C[64][64] __attribute__((aligned(64))), E[64][64] __attribute__((aligned(64)));
static int8_t big[1 << 17] __attribute__((aligned(4096)));
static volatile uint64_t sink;
#define CASE(name, body) do { uint64_t c_[3]; for (int r_ = 0; r_ < 3; r_++) { fence(); uint64_t t_ = cycles(); body; fence(); c_[r_] = cycles() - t_; } \
  print("%s %u %u %u\n", name, c_[0], c_[1], c_[2]); } while (0)
static void touch(int8_t *p, int n, int write) { uint64_t s = 0; for (int i = 0; i < n; i += 64) if (write) *(volatile int8_t *)(p + i) = i; else s += *(volatile int8_t *)(p + i); sink = s; }
static void mm(const void *a, const void *b, void *c, int act) { config_st(64, act, 0.0625f); loop_ws(4, 4, 4, 0, 0, 0, a, b, 0, c, 64, 64, 64, 64, 0, 0, 0, 0, 0, act); }
static void spin(int n) { for (int i = 0; i < n; i++) asm volatile(""); }
int main(void) {
  flush_tlb(); config_ex(1, 0, 0, 0, 1, 1, 0); config_st(64, 0, 0.0625f); config_ld(64, 1.0f, 0, DIM, 0); config_ld(64, 1.0f, 0, DIM, 1); config_ld(256, 1.0f, 0, DIM, 2);
  CASE("mm_alone", mm(A, B, C, 0));
  CASE("host_writes_A_then_mm", touch(&A[0][0], 4096, 1); mm(A, B, C, 0));
  CASE("host_reads_A_then_mm", touch(&A[0][0], 4096, 0); mm(A, B, C, 0));
  CASE("mm_then_host_reads_C", mm(A, B, C, 0); fence(); touch(&C[0][0], 4096, 0));
  CASE("mm_then_host_writes_C", mm(A, B, C, 0); fence(); touch(&C[0][0], 4096, 1));
  CASE("mm_and_host_spin500", mm(A, B, C, 0); spin(500));
  CASE("mm_and_host_spin2000", mm(A, B, C, 0); spin(2000));
  CASE("mm_and_host_misses", mm(A, B, C, 0); touch(big, 32768, 0));
  CASE("mm_and_host_dirty_misses", mm(A, B, C, 0); touch(big, 32768, 1));
  CASE("two_layers_fence", mm(A, B, C, 1); fence(); mm(C, B, E, 0));
  CASE("two_layers_nofence", mm(A, B, C, 1); mm(A, B, E, 0));
  CASE("four_layers_fence", for (int i = 0; i < 2; i++) { mm(A, B, C, 1); fence(); mm(C, B, A, 1); fence(); });
  CASE("eight_loops", for (int i = 0; i < 8; i++) mm(A, B, C, 0));
  CASE("eight_small_loops", for (int i = 0; i < 8; i++) loop_ws(1, 1, 1, 0, 0, 0, A, B, 0, C, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0));
  CASE("loops_reuse_B", config_st(64, 0, 1.0f); for (int i = 0; i < 4; i++) loop_ws(1, 4, 4, 0, 0, 0, &A[i * 16][0], B, 0, &C[i * 16][0], 64, 64, 64, 64, 0, 0, 0, 0, 0, 0));
  CASE("stream_in", for (int i = 0; i < 64; i++) mvin(big + 1024 * i, 64 * (i & 15), 64, 16));
  CASE("stream_out", for (int i = 0; i < 64; i++) mvout(big + 1024 * i, 64 * (i & 15), 64, 16));
  CASE("stream_in_out", for (int i = 0; i < 32; i++) { mvin(big + 1024 * i, 64 * (i & 15), 64, 16); mvout(big + 65536 + 1024 * i, 4096 + 64 * (i & 15), 64, 16); });
  CASE("stream_in_dirty", touch(big, 16384, 1); for (int i = 0; i < 16; i++) mvin(big + 1024 * i, 64 * (i & 15), 64, 16));
  CASE("copy_through_sp", for (int i = 0; i < 16; i++) { mvin(big + 1024 * i, 64 * (i & 15), 64, 16); mvout(big + 65536 + 1024 * i, 64 * (i & 15), 64, 16); });
  CASE("config_burst", for (int i = 0; i < 32; i++) config_ld(64, 1.0f, 0, DIM, i % 3));
  CASE("fence_x16", for (int i = 0; i < 16; i++) { mvin(big, 0, 16, 1); fence(); });
  CASE("store_fence_x16", for (int i = 0; i < 16; i++) { mvout(big + 64 * i, 0, 16, 1); fence(); });
  finish(0); return 0;
}
