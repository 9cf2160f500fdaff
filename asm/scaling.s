# Scaling, saturation and ReLU on the way out of the accumulator: 16 sums of 32 bits become bytes. Sums are multiplied with
# the scale, rounded to the nearest integer, and saturated to −128 … 127; ReLU then makes negative results 0.
        .include "host.inc"

main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        config_mvin  stride=64
        la      a0, sums
        mvin    a0, acc(0), rows=1, cols=16
        la      a1, scaled
        config_mvout stride=16, acc_scale=0.25
        mvout   a1, acc(0), rows=1, cols=16
        addi    a1, a1, 16
        config_mvout stride=16, acc_scale=0.25, activation=relu
        mvout   a1, acc(0), rows=1, cols=16
        fence
        la      a0, scaled
        la      a1, expected
        li      a2, 32
        call    compare
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

# saturated value: a byte
        .macro  saturated value
        .if     \value > 127
        .byte   127
        .elseif \value < -128
        .byte   -128
        .else
        .byte   \value
        .endif
        .endm

        .data
        .balign 4
sums:
        .set    i, -8
        .rept   16
        .word   i * 100
        .set    i, i + 1
        .endr
expected:
        .set    i, -8
        .rept   16
        saturated (i * 25)
        .set    i, i + 1
        .endr
        .set    i, -8
        .rept   16
        .if     i < 0
        .byte   0
        .else
        saturated (i * 25)
        .endif
        .set    i, i + 1
        .endr
        .bss
scaled: .zero   32
