# C = A · B for A 32 × 48, B 48 × 32 with one loop command: the accelerator itself issues the moves, preloads and computes
# for 2 × 2 × 3 blocks. The five config commands come before every loop_ws.
        .include "host.inc"
        .equ    M, 32
        .equ    N, 32
        .equ    K, 48

main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        config_ex    dataflow=ws
        config_mvin  state=0, stride=K          # A
        config_mvin  state=1, stride=N          # B
        config_mvin  state=2, stride=0          # no bias
        config_mvout stride=N
        loop_ws.config_bounds     i=M/16, j=N/16, k=K/16
        loop_ws.config_addrs_ab   a=a_matrix, b=b_matrix
        loop_ws.config_addrs_dc   c=c_matrix
        loop_ws.config_strides_ab a_stride=K, b_stride=N
        loop_ws.config_strides_dc c_stride=N
        loop_ws
        fence

        la      a0, expected
        la      a1, a_matrix
        la      a2, b_matrix
        li      a3, M
        li      a4, N
        li      a5, K
        call    add_product
        la      a0, c_matrix
        la      a1, expected
        li      a2, M * N
        call    compare
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

        .data
        ramp    a_matrix, M * K, 7, 3
        ramp    b_matrix, K * N, 11, 5
        .bss
c_matrix:
        .zero   M * N
expected:
        .zero   M * N
