// Translation under load: rotating 16 KiB windows, loads and stores in different windows, TLB flushes, page crossings inside a row, the host walking pages beside the accelerator.
#include "rt/gem.h"
#ifndef MB
#define MB 2
#endif
static int8_t buf[MB << 20] __attribute__((aligned(16384)));
static volatile uint64_t sink;
#define CASE(name, body) do { uint64_t c_[3]; for (int r_ = 0; r_ < 3; r_++) { fence(); uint64_t t_ = cycles(); body; fence(); c_[r_] = cycles() - t_; } \
  print("%s %u %u %u\n", name, c_[0], c_[1], c_[2]); } while (0)
static void pages(int n, int step) { uint64_t s = 0; for (int i = 0; i < n; i++) s += *(volatile int8_t *)(buf + (i * step) % (int)sizeof buf); sink = s; }
int main(void) {
  flush_tlb();
  config_ex(1, 0, 0, 0, 1, 1, 0); config_st(64, 0, 1.0f); config_ld(64, 1.0f, 0, DIM, 0); config_ld(4096, 1.0f, 0, DIM, 1); config_ld(16384, 1.0f, 0, DIM, 2);
  for (int w = 1; w <= 8; w++) { print("windows=%d ", (int64_t)w); CASE("mvin_16x64_x24", for (int i = 0; i < 24; i++) mvin(buf + 16384 * (i % w) + 1024 * (i / w % 16), 64 * i, 64, 16)); }
  for (int w = 1; w <= 4; w++) { print("windows=%d ", (int64_t)w); CASE("mvout_16x16_x24", for (int i = 0; i < 24; i++) mvout(buf + 16384 * (i % w) + 1024 * (i / w % 16), 64 * i, 16, 16)); }
  CASE("in_out_same_window", for (int i = 0; i < 12; i++) { mvin(buf + 1024 * (i & 7), 64 * i, 64, 16); mvout(buf + 8192 + 512 * i, 64 * i, 16, 8); });
  CASE("in_out_two_windows", for (int i = 0; i < 12; i++) { mvin(buf + 1024 * i, 64 * i, 64, 16); mvout(buf + 65536 + 1024 * i, 64 * i, 16, 16); });
  CASE("rows_new_page", for (int i = 0; i < 8; i++) mvin2(buf + 65536 * i, 64 * i, 64, 16));
  CASE("rows_new_window", for (int i = 0; i < 8; i++) mvin3(buf + 64 * i, 64 * i, 64, 16));
  CASE("page_crossing_rows", for (int i = 0; i < 8; i++) mvin(buf + 4096 * (i + 1) - 32, 64 * i, 64, 16));
  CASE("flush_before_each", for (int i = 0; i < 8; i++) { flush_tlb(); mvin(buf + 1024 * i, 64 * i, 64, 16); });
  for (int p = 8; p <= 512; p *= 4) { print("pages=%d ", (int64_t)p); CASE("host_pages", pages(p, 4096)); }
  for (int p = 8; p <= 512; p *= 4) { print("pages=%d ", (int64_t)p); CASE("host_pages_offset", pages(p, 4160)); }
  CASE("host_pages_beside_mvin", for (int i = 0; i < 16; i++) mvin2(buf + 65536 * (i & 7), 64 * i, 16, 16); pages(64, 4096));
  CASE("host_flush", asm volatile("sfence.vma" ::: "memory"); pages(32, 4096));
  CASE("loop_4x4x4", loop_ws(4, 4, 4, 0, 0, 0, buf, buf + 65536, 0, buf + 131072, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0));
  config_ld(1024, 1.0f, 0, DIM, 0); config_ld(1024, 1.0f, 0, DIM, 1); config_st(1024, 0, 1.0f);
  CASE("loop_4x4x4_stride1024", loop_ws(4, 4, 4, 0, 0, 0, buf, buf + 262144, 0, buf + 524288, 1024, 1024, 1024, 1024, 0, 0, 0, 0, 0, 0));
  CASE("loop_8x4x8_stride1024", loop_ws(8, 4, 8, 0, 0, 0, buf, buf + 262144, 0, buf + 524288, 1024, 1024, 1024, 1024, 0, 0, 0, 0, 0, 0));
  finish(0); return 0;
}
