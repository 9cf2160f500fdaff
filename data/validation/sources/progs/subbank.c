// Streams whose consecutive rows fall into the same or different 16-byte quarters of the L2 lines: full and partial 16-byte stores, loads, and loads of 32 and 48 bytes.
#include "rt/gem.h"
static int8_t buf[1 << 17] __attribute__((aligned(4096)));
#define CASE(name, body) do { uint64_t c_[3]; for (int r_ = 0; r_ < 3; r_++) { fence(); uint64_t t_ = cycles(); body; fence(); c_[r_] = cycles() - t_; } \
  print("%s %u %u %u\n", name, c_[0], c_[1], c_[2]); } while (0)
int main(void) {
  static const int strides[] = { 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 24, 72 }, cols[] = { 3, 8, 15, 16, 20, 40, 48, 60 };
  flush_tlb(); config_ex(1, 0, 0, 0, 1, 1, 0);
  for (int s = 0; s < 12; s++) for (int k = 0; k < 8; k++) {
    config_st(strides[s], 0, 1.0f); config_ld(strides[s], 1.0f, 0, DIM, 0); print("stride=%d cols=%d ", (int64_t)strides[s], (int64_t)cols[k]);
    CASE("mvout_x6", for (int i = 0; i < 6; i++) mvout(buf + i * 16 * strides[s], i * 64, cols[k], 16));
    print("stride=%d cols=%d ", (int64_t)strides[s], (int64_t)cols[k]);
    CASE("mvin_x6", for (int i = 0; i < 6; i++) mvin(buf + i * 16 * strides[s], i * 64, cols[k], 16));
  }
  finish(0); return 0;
}
