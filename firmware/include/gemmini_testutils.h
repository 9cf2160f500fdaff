/* What test programs of the public C library expect beside the library: single-tile golden models, printing, comparing. */
#ifndef GEMMINI_TESTUTILS_H
#define GEMMINI_TESTUTILS_H

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "gemmini_library.h"

#ifdef BAREMETAL
#undef assert
#define assert(expr) \
  do { \
    if (!(expr)) { \
      printf("Failed assertion: %s\n  %s:%u\n", #expr, __FILE__, __LINE__); \
      exit(1); \
    } \
  } while (0)
#endif

/* One definition for the twelve products of a single tile: types of D and C, and how A and B are stored. */
#define GEMMINI_TILE_PRODUCT(name, d_type, c_type, a_at, b_at) \
  static inline void name(elem_t A[DIM][DIM], elem_t B[DIM][DIM], d_type D[DIM][DIM], c_type C[DIM][DIM]) { \
    for (size_t r = 0; r < DIM; r++) \
      for (size_t c = 0; c < DIM; c++) { \
        C[r][c] = D[r][c]; \
        for (size_t k = 0; k < DIM; k++) C[r][c] += A[a_at] * B[b_at]; \
      } \
  }
#define GEMMINI_TILE_PRODUCTS(suffix, a_at, b_at) \
  GEMMINI_TILE_PRODUCT(matmul##suffix, elem_t, full_t, a_at, b_at) \
  GEMMINI_TILE_PRODUCT(matmul_short##suffix, elem_t, elem_t, a_at, b_at) \
  GEMMINI_TILE_PRODUCT(matmul_full##suffix, full_t, full_t, a_at, b_at)
GEMMINI_TILE_PRODUCTS(, r][k, k][c)
GEMMINI_TILE_PRODUCTS(_A_transposed, k][r, k][c)
GEMMINI_TILE_PRODUCTS(_B_transposed, r][k, c][k)
GEMMINI_TILE_PRODUCTS(_AB_transposed, k][r, c][k)

#define GEMMINI_EACH(r, c) for (size_t r = 0; r < DIM; r++) for (size_t c = 0; c < DIM; c++)

static inline void matadd(full_t sum[DIM][DIM], full_t a[DIM][DIM], full_t b[DIM][DIM]) {
  GEMMINI_EACH(r, c) sum[r][c] = a[r][c] + b[r][c];
}

static inline void matshift(full_t full[DIM][DIM], elem_t out[DIM][DIM], int shift) {
  GEMMINI_EACH(r, c) {
    const full_t x = ROUNDING_RIGHT_SHIFT(full[r][c], shift);
    out[r][c] = x > elem_t_max ? elem_t_max : x < elem_t_min ? elem_t_min : (elem_t)x;
  }
}

static inline void matscale(full_t full[DIM][DIM], elem_t out[DIM][DIM], acc_scale_t scale) {
  GEMMINI_EACH(r, c) out[r][c] = (elem_t)ACC_SCALE(full[r][c], scale);
}

static inline void matrelu(elem_t in[DIM][DIM], elem_t out[DIM][DIM]) {
  GEMMINI_EACH(r, c) out[r][c] = in[r][c] > 0 ? in[r][c] : 0;
}

static inline void transpose(elem_t in[DIM][DIM], elem_t out[DIM][DIM]) {
  GEMMINI_EACH(r, c) out[c][r] = in[r][c];
}

/* A small congruential generator in place of the C library's, so that programs print the same everywhere. */
int rand(void) {
  static uint32_t x = 777;
  x = x * 1664525 + 1013904223;
  return (int)(x >> 24);
}

#ifdef ELEM_T_IS_FLOAT
/* A random real between −128 and 128. */
static inline double rand_double(void) {
  const double sign = rand() % 2 == 0 ? 1 : -1;
  return sign * (rand() % 128) / (1 + rand() % 64);
}
#endif

static inline void printMatrix(elem_t m[DIM][DIM]) {
  for (size_t r = 0; r < DIM; r++) {
    for (size_t c = 0; c < DIM; c++) printf("%d ", (int)m[r][c]);
    printf("\n");
  }
}

static inline void printMatrixAcc(acc_t m[DIM][DIM]) {
  for (size_t r = 0; r < DIM; r++) {
    for (size_t c = 0; c < DIM; c++) printf("%d ", (int)m[r][c]);
    printf("\n");
  }
}

static inline int is_equal(elem_t x[DIM][DIM], elem_t y[DIM][DIM]) {
  GEMMINI_EACH(r, c) if (x[r][c] != y[r][c]) return 0;
  return 1;
}

static inline int is_equal_transposed(elem_t x[DIM][DIM], elem_t y[DIM][DIM]) {
  GEMMINI_EACH(r, c) if (x[r][c] != y[c][r]) return 0;
  return 1;
}

#define MAT_IS_EQUAL(dim_i, dim_j, x, y) ({ \
    int equal_ = 1; \
    for (size_t i_ = 0; i_ < (size_t)(dim_i); i_++) \
      for (size_t j_ = 0; j_ < (size_t)(dim_j); j_++) equal_ &= (x)[i_][j_] == (y)[i_][j_]; \
    equal_; })

#endif
