// Parameters of one Gemmini build; written by "pollux config export --format header".
#ifndef GEMMINI_PARAMS_H
#define GEMMINI_PARAMS_H

#include <stdint.h>
#include <limits.h>

#define XCUSTOM_ACC 3
#define DIM 16
#define ADDR_LEN 32
#define BANK_NUM 4
#define BANK_ROWS 4096
#define ACC_ROWS 1024
#define MAX_BYTES 64
#define MAX_BLOCK_LEN 4
#define MAX_BLOCK_LEN_ACC 1

typedef int8_t elem_t;
static const elem_t elem_t_max = 127;
static const elem_t elem_t_min = -128;
typedef int32_t acc_t;
typedef int64_t full_t;

#define HAS_MVIN_SCALE
typedef float scale_t;
typedef uint32_t scale_t_bits;
typedef int32_t scale_acc_t;
typedef uint32_t scale_acc_t_bits;
typedef float acc_scale_t;
typedef uint32_t acc_scale_t_bits;
#define ACC_SCALE_T_IS_FLOAT
#define ACC_SCALE_EXP_BITS 8
#define ACC_SCALE_SIG_BITS 24
#define MVIN_SCALE_IDENTITY 1.0
#define ACC_SCALE_IDENTITY 1.0

#define row_align(blocks) __attribute__((aligned(blocks*DIM*sizeof(elem_t))))
#define row_align_acc(blocks) __attribute__((aligned(blocks*DIM*sizeof(acc_t))))

#define SAME_TYPE(x) __typeof__(x)

// Nearest, ties to even, in the type of the argument: as the accelerator rounds.
#define ROUND_NEAR_EVEN(x) ({ \
    const SAME_TYPE(x) value_ = (x); \
    const long long inner_ = (long long)value_; \
    const long long outer_ = (long long)(value_ < 0 ? value_ - 1 : value_ + 1); \
    const SAME_TYPE(x) past_ = value_ < inner_ ? inner_ - value_ : value_ - inner_; \
    (SAME_TYPE(x))(past_ > 0.5 || (past_ == 0.5 && inner_ % 2 != 0) ? outer_ : inner_); })

// x / 2^shift, nearest, ties to even.
#define ROUNDING_RIGHT_SHIFT_BITS(x, shift) ((shift) <= 0 ? (x) << -(shift) : \
    ((x) >> (shift)) + ((((x) >> ((shift) - 1)) & 1) & \
    ((((x) & ((1LL << ((shift) - 1)) - 1)) != 0) | (((x) >> (shift)) & 1))))
#define ROUNDING_RIGHT_SHIFT(x, shift) ROUNDING_RIGHT_SHIFT_BITS(x, shift)

#define ACC_SCALE(x, scale) ({ \
    const float scaled_ = ROUND_NEAR_EVEN((x) * (scale)); \
    (acc_t)(scaled_ > elem_t_max ? elem_t_max : scaled_ < elem_t_min ? elem_t_min : scaled_); })
#define MVIN_SCALE(x, scale) ({ \
    const float scaled_ = ROUND_NEAR_EVEN((x) * (scale)); \
    (elem_t)(scaled_ > elem_t_max ? elem_t_max : scaled_ < elem_t_min ? elem_t_min : scaled_); })
#define MVIN_SCALE_ACC(x, scale) ((void)(scale), (x))

#define ACC_READ_SMALL_WIDTH
#define ACC_READ_FULL_WIDTH
#define HAS_FIRST_LAYER_OPTIMIZATIONS
#define HAS_NORMALIZATIONS
#define NORM_STAT_IDS 4

#endif
