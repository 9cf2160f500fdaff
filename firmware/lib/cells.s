# Cells of recurrent layers on the hart: what follows the products of one time step, for one sequence. Gates are 8-bit
# with 16 units to 1; sigmoid, tanh and states are 8-bit with 128 units to 1; an LSTM's cells are 32-bit with 2048. One
# argument each, a block of doublewords; struct fw_lstm_cell and fw_gru_cell in firmware.h say what is in it.

        .option norvc
        .text

# The value in a table whose middle is at \middle.
        .macro  look_up value, middle
        add     \value, \value, \middle
        lb      \value, 0(\value)
        .endm

# Divides by 2^\bits and rounds, halves upwards.
        .macro  round_shift value, bits
        addi    \value, \value, 1 << (\bits - 1)
        srai    \value, \value, \bits
        .endm

# Clips to 8 bits.
        .macro  clip value, limit
        li      \limit, 127
        blt     \value, \limit, 8f
        mv      \value, \limit
8:      li      \limit, -128
        bge     \value, \limit, 9f
        mv      \value, \limit
9:
        .endm

# cells' = forget · cells + input · candidate; state = output · tanh(cells').
        .globl  fw_lstm_cell
        .type   fw_lstm_cell, @function
fw_lstm_cell:
        ld      a7, 0(a0)                       # units
        ld      a1, 8(a0)                       # gates: input, forget, candidate, output
        ld      a2, 16(a0)                      # cells
        ld      a3, 24(a0)                      # cells of the next step
        ld      a4, 32(a0)                      # state
        ld      a5, 40(a0)                      # tables
        ld      a6, 48(a0)
        addi    a5, a5, 128
        addi    a6, a6, 128
        add     t1, a1, a7
        add     t2, t1, a7
        add     t3, t2, a7
        mv      a7, t1                          # end of the input gates
1:      beq     a1, a7, 2f
        lb      t4, 0(t1)
        look_up t4, a5
        lw      t5, 0(a2)
        mul     t4, t4, t5
        round_shift t4, 7
        lb      t5, 0(a1)
        look_up t5, a5
        lb      t6, 0(t2)
        look_up t6, a6
        mul     t5, t5, t6
        round_shift t5, 3
        add     t4, t4, t5
        sw      t4, 0(a3)
        round_shift t4, 7                       # to the units of a gate
        clip    t4, t5
        look_up t4, a6
        lb      t5, 0(t3)
        look_up t5, a5
        mul     t4, t4, t5
        round_shift t4, 7
        sb      t4, 0(a4)
        addi    a1, a1, 1
        addi    t1, t1, 1
        addi    t2, t2, 1
        addi    t3, t3, 1
        addi    a2, a2, 4
        addi    a3, a3, 4
        addi    a4, a4, 1
        j       1b
2:      ret
        .size   fw_lstm_cell, . - fw_lstm_cell

# candidate = tanh(ofInput + reset · ofState); state' = candidate + update · (state − candidate).
        .globl  fw_gru_cell
        .type   fw_gru_cell, @function
fw_gru_cell:
        ld      a7, 0(a0)                       # units
        ld      a1, 8(a0)                       # gates: reset, update
        ld      a2, 16(a0)                      # candidate, of the input
        ld      a3, 24(a0)                      # candidate, of the state
        ld      t1, 32(a0)                      # state
        ld      a4, 40(a0)                      # state of the next step
        ld      a5, 48(a0)                      # tables
        ld      a6, 56(a0)
        addi    a5, a5, 128
        addi    a6, a6, 128
        add     t2, a1, a7
        mv      a7, t2                          # end of the reset gates
1:      beq     a1, a7, 2f
        lb      t4, 0(a1)
        look_up t4, a5
        lb      t5, 0(a3)
        mul     t4, t4, t5
        round_shift t4, 7
        lb      t5, 0(a2)
        add     t4, t4, t5
        clip    t4, t5
        look_up t4, a6
        lb      t5, 0(t1)
        sub     t5, t5, t4
        lb      t6, 0(t2)
        look_up t6, a5
        mul     t5, t5, t6
        round_shift t5, 7
        add     t4, t4, t5
        sb      t4, 0(a4)
        addi    a1, a1, 1
        addi    t2, t2, 1
        addi    a2, a2, 1
        addi    a3, a3, 1
        addi    t1, t1, 1
        addi    a4, a4, 1
        j       1b
2:      ret
        .size   fw_gru_cell, . - fw_gru_cell

        .section .rodata
# sigmoid and tanh of the 256 gates, from −128 on: x / 16 → 128 times the function, rounded, at most 127.
        .globl  fw_sigmoid_table
        .type   fw_sigmoid_table, @object
fw_sigmoid_table:
        .byte   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        .byte   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        .byte   0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1
        .byte   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2
        .byte   2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6
        .byte   6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 14
        .byte   15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 29, 30, 31, 33
        .byte   34, 36, 38, 39, 41, 43, 45, 46, 48, 50, 52, 54, 56, 58, 60, 62
        .byte   64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 83, 85, 87, 89, 90, 92
        .byte   94, 95, 97, 98, 99, 101, 102, 103, 105, 106, 107, 108, 109, 110, 111, 112
        .byte   113, 114, 114, 115, 116, 116, 117, 118, 118, 119, 119, 120, 120, 121, 121, 122
        .byte   122, 122, 123, 123, 123, 124, 124, 124, 124, 124, 125, 125, 125, 125, 125, 126
        .byte   126, 126, 126, 126, 126, 126, 126, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .size   fw_sigmoid_table, . - fw_sigmoid_table

        .globl  fw_tanh_table
        .type   fw_tanh_table, @object
fw_tanh_table:
        .byte   -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127
        .byte   -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127
        .byte   -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127
        .byte   -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127
        .byte   -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127, -127
        .byte   -127, -127, -127, -127, -127, -127, -127, -126, -126, -126, -126, -126, -125, -125, -124, -124
        .byte   -123, -123, -122, -121, -120, -120, -118, -117, -116, -114, -113, -111, -109, -106, -104, -101
        .byte   -97, -94, -90, -86, -81, -76, -71, -65, -59, -53, -46, -39, -31, -24, -16, -8
        .byte   0, 8, 16, 24, 31, 39, 46, 53, 59, 65, 71, 76, 81, 86, 90, 94
        .byte   97, 101, 104, 106, 109, 111, 113, 114, 116, 117, 118, 120, 120, 121, 122, 123
        .byte   123, 124, 124, 125, 125, 126, 126, 126, 126, 126, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .byte   127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127
        .size   fw_tanh_table, . - fw_tanh_table
