// Host kernels as real programs contain them: copies, integer and float loops, sorting, hashing, calls; each line: name and cycles of three repetitions.
#include "rt/rt.h"
#ifndef SZ
#define SZ 2048
#endif
#define LEN (SZ < 1024 ? 1024 : SZ)
#define T(name, body) do { uint64_t c[3], n[3]; for (int r = 0; r < 3; r++) { uint64_t i = instret(), t = cycles(); body; c[r] = cycles() - t; n[r] = instret() - i; } \
  print("%s %u %u %u instret %u %u %u\n", name, c[0], c[1], c[2], n[0], n[1], n[2]); } while (0)
static int8_t a[LEN] __attribute__((aligned(64))), b[LEN] __attribute__((aligned(64)));
static int32_t w[LEN]; static float f[LEN], g[LEN]; static double d[LEN]; static uint16_t h[LEN];
static volatile uint64_t sink; static volatile double fsink;
static __attribute__((noinline)) void copy8(int8_t *p, const int8_t *q, int n) { for (int i = 0; i < n; i++) { p[i] = q[i]; asm volatile("" ::: "memory"); } }
static __attribute__((noinline)) void copy64(int64_t *p, const int64_t *q, int n) { for (int i = 0; i < n; i++) { p[i] = q[i]; asm volatile("" ::: "memory"); } }
static __attribute__((noinline)) int32_t dot8(const int8_t *p, const int8_t *q, int n) { int32_t s = 0; for (int i = 0; i < n; i++) s += p[i] * q[i]; return s; }
static __attribute__((noinline)) void relu(int32_t *p, int n) { for (int i = 0; i < n; i++) if (p[i] < 0) p[i] = 0; }
static __attribute__((noinline)) void quant(int8_t *q, const int32_t *p, int n) { for (int i = 0; i < n; i++) { float x = p[i] * 0.0625f; int v = (int)x; q[i] = v > 127 ? 127 : v < -128 ? -128 : v; } }
static __attribute__((noinline)) void saxpy(float *p, const float *q, float k, int n) { for (int i = 0; i < n; i++) p[i] += k * q[i]; }
static __attribute__((noinline)) double ddot(const double *p, int n) { double s = 0; for (int i = 0; i < n; i++) s += p[i] * p[i]; return s; }
static __attribute__((noinline)) void fnorm(float *p, int n) { float s = 1; for (int i = 0; i < n; i++) s += p[i]; for (int i = 0; i < n; i++) p[i] /= s; }
static __attribute__((noinline)) void sort(int32_t *p, int n) { for (int i = 1; i < n; i++) { int32_t v = p[i]; int j = i; while (j && p[j - 1] > v) { p[j] = p[j - 1]; j--; } p[j] = v; } }
static __attribute__((noinline)) uint64_t fnv(const int8_t *p, int n) { uint64_t x = 1469598103934665603ull; for (int i = 0; i < n; i++) x = (x ^ (uint8_t)p[i]) * 1099511628211ull; return x; }
static __attribute__((noinline)) int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static __attribute__((noinline)) void im2col(int8_t *q, const int8_t *p) { for (int r = 0; r < 6; r++) for (int c = 0; c < 6; c++) for (int k = 0; k < 9; k++) *q++ = p[(r + k / 3) * 8 + c + k % 3]; }
static __attribute__((noinline)) void matmul(int32_t *c, const int8_t *p, const int8_t *q, int n) { for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) { int32_t s = 0; for (int k = 0; k < n; k++) s += p[i * n + k] * q[k * n + j]; c[i * n + j] = s; } }
static __attribute__((noinline)) void maxpool(int8_t *q, const int8_t *p, int n) { for (int r = 0; r < n; r += 2) for (int c = 0; c < n; c += 2) { int8_t m = p[r * n + c]; for (int x = 0; x < 2; x++) for (int y = 0; y < 2; y++) { int8_t v = p[(r + x) * n + c + y]; if (v > m) m = v; } *q++ = m; } }
static __attribute__((noinline)) int sieve(int8_t *p, int n) { int k = 0; for (int i = 0; i < n; i++) p[i] = 1; for (int i = 2; i < n; i++) if (p[i]) { k++; for (int j = 2 * i; j < n; j += i) p[j] = 0; } return k; }
static __attribute__((noinline)) uint32_t gcd(uint32_t x, uint32_t y) { while (y) { uint32_t t = x % y; x = y; y = t; } return x; }
static __attribute__((noinline)) void amo(int32_t *p, int n) { for (int i = 0; i < n; i++) __sync_fetch_and_add(&p[i & 7], 1); }
static int op0(int x) { return x + 1; } static int op1(int x) { return x * 3; } static int op2(int x) { return x ^ 5; } static int op3(int x) { return x - 7; }
static int (*const ops[4])(int) = { op0, op1, op2, op3 };
static __attribute__((noinline)) int indirect(int n) { int x = 1; for (int i = 0; i < n; i++) x = ops[(x ^ i) & 3](x); return x; }
static __attribute__((noinline)) int sw(const int8_t *p, int n) { int x = 0; for (int i = 0; i < n; i++) switch ((p[i] + i) & 7) { case 0: x += 3; break; case 1: x ^= i; break; case 2: x -= i; break; case 3: x *= 3; break; case 4: x >>= 1; break; case 5: x += p[i]; break; case 6: x = -x; break; default: x |= 1; } return x; }
int main(void) {
  T("copy8", copy8(a, b, SZ));
  T("copy64", copy64((int64_t *)a, (int64_t *)b, SZ / 8));
  T("memset", for (int i = 0; i < SZ; i++) ((volatile int8_t *)a)[i] = i);
  T("init_rnd", uint32_t s = 777; for (int i = 0; i < SZ; i++) { s = s * 1664525u + 1013904223u; a[i] = s >> 24; w[i] = s; h[i] = s >> 16; });
  T("dot8", sink = dot8(a, b, SZ));
  T("relu", relu(w, SZ));
  T("quant", quant(a, w, SZ));
  T("saxpy", saxpy(f, g, 0.5f, SZ));
  T("ddot", fsink = ddot(d, SZ));
  T("fnorm", fnorm(f, 128));
  T("sort", { for (int i = 0; i < 64; i++) w[i] = (i * 37) & 63; sort(w, 64); });
  T("fnv", sink = fnv(a, SZ));
  T("fib", sink = fib(12));
  T("im2col", im2col(b, a));
  T("matmul", matmul(w, a, b, 16));
  T("maxpool", maxpool(b, a, 32));
  T("sieve", sink = sieve(a, SZ));
  T("gcd", sink = gcd(1134903170, 701408733));
  T("amo", amo(w, 256));
  T("indirect", sink = indirect(500));
  T("switch", sink = sw(b, 1000));
  T("hist", for (int i = 0; i < SZ; i++) w[h[i] & 255]++);
  T("gather", uint64_t s = 0; for (int i = 0; i < SZ; i++) s += w[h[i] & (SZ - 1)]; sink = s);
  T("transpose", for (int i = 0; i < 32; i++) for (int j = 0; j < 32; j++) w[j * 32 + i] = a[i * 32 + j]);
  finish(0); return 0;
}
