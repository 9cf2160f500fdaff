# C = A0 · B0 + A1 · B1, output-stationary: the sums stay in the array while operands stream through it. The first compute
# starts from zero (a garbage preload), the second goes on with the sums that are there; only the last has a destination.
        .include "host.inc"
        .equ    DIM, 16

main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        config_ex    dataflow=os
        config_mvin  stride=DIM
        config_mvout stride=DIM
        la      a0, a_matrices
        la      a1, b_matrices
        mvin    a0, sp(0), rows=DIM, cols=DIM
        mvin    a1, sp(DIM), rows=DIM, cols=DIM
        addi    a0, a0, DIM * DIM
        addi    a1, a1, DIM * DIM
        mvin    a0, sp(2 * DIM), rows=DIM, cols=DIM
        mvin    a1, sp(3 * DIM), rows=DIM, cols=DIM

        preload garbage, garbage
        compute.preloaded   sp(0), sp(DIM), a_rows=DIM, a_cols=DIM, bd_rows=DIM, bd_cols=DIM
        preload garbage, sp(4 * DIM), c_rows=DIM, c_cols=DIM
        compute.accumulated sp(2 * DIM), sp(3 * DIM), a_rows=DIM, a_cols=DIM, bd_rows=DIM, bd_cols=DIM

        la      a2, c_matrix
        mvout   a2, sp(4 * DIM), rows=DIM, cols=DIM
        fence

        la      a0, expected
        la      a1, a_matrices
        la      a2, b_matrices
        li      a3, DIM
        li      a4, DIM
        li      a5, DIM
        call    add_product
        la      a0, expected
        la      a1, a_matrices + DIM * DIM
        la      a2, b_matrices + DIM * DIM
        call    add_product
        la      a0, c_matrix
        la      a1, expected
        li      a2, DIM * DIM
        call    compare
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

        .data
        ramp    a_matrices, 2 * DIM * DIM, 5, 3
        ramp    b_matrices, 2 * DIM * DIM, 7, 5
        .bss
c_matrix:
        .zero   DIM * DIM
expected:
        .zero   DIM * DIM
