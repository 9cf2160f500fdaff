# Max-pooling on the way out: a 4 × 4 image with 4 channels, one pixel in each scratchpad row, leaves as its 2 × 2 maxima.
        .include "host.inc"
        .equ    CHANNELS, 4

main:
        config_mvin  stride=CHANNELS
        config_mvout stride=CHANNELS, pool_size=2, pool_stride=2, pool_out_dim=2, porows=2, pocols=2, orows=4, ocols=4
        la      a0, image
        la      a1, pooled
        mvin    a0, sp(0), rows=16, cols=CHANNELS
        mvout   a1, sp(0), rows=16, cols=CHANNELS
        config_mvout stride=CHANNELS            # pooling off again
        fence
        la      a0, pooled
        la      a1, expected
        li      a2, 4 * CHANNELS
        j       compare

        .data
# Values grow from pixel to pixel, so the largest of a window is its last pixel.
image:
        .set    i, 0
        .rept   16 * CHANNELS
        .byte   i
        .set    i, i + 1
        .endr
expected:
        .irp    pixel, 5, 7, 13, 15
        .byte   \pixel * CHANNELS, \pixel * CHANNELS + 1, \pixel * CHANNELS + 2, \pixel * CHANNELS + 3
        .endr
        .bss
pooled: .zero   4 * CHANNELS
