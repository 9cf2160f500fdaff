# A 5 × 7 tile out of a matrix with 20 columns, into a matrix with 9 columns: the strides say how far rows are apart, the
# rest of both matrices stays untouched. On its way the tile is added to itself in the accumulator, which is 32 bits wide:
# loads with shrink widen bytes, the store narrows them again.
        .include "host.inc"
        .equ    ROWS, 5
        .equ    COLS, 7
        .equ    WIDE, 20
        .equ    NARROW, 9

main:
        config_mvin  stride=WIDE, shrink
        config_mvout stride=NARROW
        la      a0, wide + 2 * WIDE + 3         # the tile begins in row 2, column 3
        la      a1, narrow + NARROW + 1         # and goes to row 1, column 1
        mvin    a0, acc(0), rows=ROWS, cols=COLS
        mvin    a0, acc_add(0), rows=ROWS, cols=COLS
        mvout   a1, acc(0), rows=ROWS, cols=COLS
        fence
        la      a0, narrow
        la      a1, expected
        li      a2, (ROWS + 2) * NARROW
        j       compare

# element(row, column) of the wide matrix
        .macro  element row, column
        .byte   \row * 3 + \column - 20
        .endm

        .data
wide:
        .set    i, 0
        .rept   8 * WIDE
        element (i / WIDE), (i % WIDE)
        .set    i, i + 1
        .endr
narrow: .fill   (ROWS + 2) * NARROW, 1, 0x55
expected:
        .set    i, 0
        .rept   (ROWS + 2) * NARROW
        .set    row, i / NARROW - 1
        .set    col, i % NARROW - 1
        .if     row >= 0 && row < ROWS && col >= 0 && col < COLS
        .byte   2 * ((row + 2) * 3 + col + 3 - 20)
        .else
        .byte   0x55
        .endif
        .set    i, i + 1
        .endr
