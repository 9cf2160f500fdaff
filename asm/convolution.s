# A 3 × 3 convolution over an 8 × 8 image with one channel, zero padding 1, by one loop command. All weights are 1, so each
# output pixel is the sum of its neighbourhood.
        .include "host.inc"
        .equ    SIZE, 8
        .equ    KERNEL, 3

main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        config_ex    dataflow=ws
        config_mvout stride=1                   # bytes between output pixels
        loop_conv_ws.config_1 batch_size=1, in_row_dim=SIZE, in_channels=1, out_channels=1, out_row_dim=SIZE, pool_out_row_dim=SIZE, out_col_dim=SIZE, stride=1, padding=1
        loop_conv_ws.config_2 kernel_dim=KERNEL, pool_out_col_dim=SIZE, pool_size=1, pool_stride=1, batches=1, porows=SIZE, pocols=SIZE, pochs=1
        loop_conv_ws.config_3 krows=KERNEL, kcols=KERNEL, kchs=1, lpad=1, rpad=1, upad=1, dpad=1, in_col_dim=SIZE
        loop_conv_ws.config_4 orows=SIZE, ocols=SIZE, kernel_dilation=1, in_stride=1, weight_stride=1, out_stride=1
        loop_conv_ws.config_5 weights=weights, output=output
        loop_conv_ws.config_6 input=image
        loop_conv_ws no_bias, no_pool
        fence
        call    reference
        la      a0, output
        la      a1, expected
        li      a2, SIZE * SIZE
        call    compare
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

# expected[r][c] = sum of image[y][x] over |y − r| ≤ 1, |x − c| ≤ 1 inside the image
reference:
        la      a0, expected
        li      t0, 0                           # r
1:      li      t1, 0                           # c
2:      li      t2, 0                           # sum
        addi    t3, t0, -1                      # y
3:      addi    t4, t1, -1                      # x
        li      t6, SIZE
        bgeu    t3, t6, 5f                      # outside; −1 is large when unsigned
4:      bgeu    t4, t6, 6f
        slli    t5, t3, 3                       # SIZE is 8
        add     t5, t5, t4
        la      a1, image
        add     t5, t5, a1
        lb      t5, 0(t5)
        add     t2, t2, t5
6:      addi    t4, t4, 1
        addi    t5, t1, 1
        ble     t4, t5, 4b
5:      addi    t3, t3, 1
        addi    t5, t0, 1
        ble     t3, t5, 3b
        sb      t2, 0(a0)
        addi    a0, a0, 1
        addi    t1, t1, 1
        blt     t1, t6, 2b
        addi    t0, t0, 1
        blt     t0, t6, 1b
        ret

        .data
        ramp    image, SIZE * SIZE, 5, 25
weights:
        .fill   KERNEL * KERNEL, 1, 1
        .bss
output: .zero   SIZE * SIZE
expected:
        .zero   SIZE * SIZE
