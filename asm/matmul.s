# C = A · B on the accelerator, weight-stationary: A and B are 16×16 int8 matrices, C is int8.
# The program prints through the host interface, checks C against sums made by the hart, and exits with 0 if they agree.

        .equ    DIM, 16
        .equ    BYTES, DIM * DIM

        .text
        .globl  _start
_start:
        la      sp, _stack_top
        li      t0, 0x1e000             # mstatus.FS = mstatus.XS = dirty: floating point and accelerator on
        csrs    mstatus, t0
        call    fill
        call    multiply
        call    check                   # a0 = number of wrong elements
        mv      s0, a0
        la      a0, wrong
        bnez    s0, 1f
        la      a0, right
1:      call    print
        mv      a0, s0
        snez    a0, a0
        # fall through

# exit(a0): tohost = code · 2 + 1
exit:
        slli    a0, a0, 1
        ori     a0, a0, 1
        la      t0, tohost
        sd      a0, 0(t0)
1:      j       1b

# A[i][j] = i − j, B[i][j] = (3 i + j) mod 8 − 4
fill:
        la      t0, a_matrix
        la      t1, b_matrix
        li      t2, 0                   # i
1:      li      t3, 0                   # j
2:      sub     t4, t2, t3
        sb      t4, 0(t0)
        slli    t4, t2, 1
        add     t4, t4, t2
        add     t4, t4, t3
        andi    t4, t4, 7
        addi    t4, t4, -4
        sb      t4, 0(t1)
        addi    t0, t0, 1
        addi    t1, t1, 1
        addi    t3, t3, 1
        li      t4, DIM
        blt     t3, t4, 2b
        addi    t2, t2, 1
        blt     t2, t4, 1b
        ret

# Three configurations, then: bring A and B on chip, keep B in the array, stream A through it, write C out.
multiply:
        flush
        config_ex    dataflow=ws
        config_mvin  stride=DIM
        config_mvout stride=DIM
        la      a0, a_matrix
        la      a1, b_matrix
        la      a2, c_matrix
        mvin    a0, sp(0), rows=DIM, cols=DIM
        mvin    a1, sp(DIM), rows=DIM, cols=DIM
        preload sp(DIM), acc(0), bd_rows=DIM, bd_cols=DIM, c_rows=DIM, c_cols=DIM
        compute.preloaded sp(0), garbage, a_rows=DIM, a_cols=DIM
        mvout   a2, acc(0), rows=DIM, cols=DIM
        fence                           # C is in memory from here on
        ret

# a0 = number of elements of C that differ from the saturated sum over k of A[i][k] · B[k][j]
check:
        li      a0, 0
        la      a1, a_matrix            # row of A
        la      a3, c_matrix            # element of C
        li      t0, DIM                 # rows left
1:      la      a2, b_matrix            # column of B
        li      t1, DIM                 # columns left
2:      li      t2, 0                   # sum
        li      t3, DIM
        mv      a4, a1
        mv      a5, a2
3:      lb      t4, 0(a4)
        lb      t5, 0(a5)
        mulw    t4, t4, t5
        addw    t2, t2, t4
        addi    a4, a4, 1
        addi    a5, a5, DIM
        addi    t3, t3, -1
        bnez    t3, 3b
        li      t4, 127                 # saturate as the accelerator does
        ble     t2, t4, 4f
        mv      t2, t4
4:      li      t4, -128
        bge     t2, t4, 5f
        mv      t2, t4
5:      lb      t4, 0(a3)
        beq     t2, t4, 6f
        addi    a0, a0, 1
6:      addi    a3, a3, 1
        addi    a2, a2, 1
        addi    t1, t1, -1
        bnez    t1, 2b
        addi    a1, a1, DIM
        addi    t0, t0, -1
        bnez    t0, 1b
        ret

# print(a0): the zero-terminated string at a0, by the host call write(1, a0, length)
print:
        mv      t0, a0
1:      lbu     t1, 0(t0)
        addi    t0, t0, 1
        bnez    t1, 1b
        sub     t0, t0, a0
        addi    t0, t0, -1              # length
        la      t1, call_block
        li      t2, 64                  # write
        sd      t2, 0(t1)
        li      t2, 1                   # standard output
        sd      t2, 8(t1)
        sd      a0, 16(t1)
        sd      t0, 24(t1)
        fence
        la      t2, tohost
        sd      t1, 0(t2)
        la      t2, fromhost
2:      ld      t1, 0(t2)
        beqz    t1, 2b
        sd      zero, 0(t2)
        ret

        .section .rodata
right:  .asciz  "C = A * B is right: 256 of 256 elements\n"
wrong:  .asciz  "C = A * B is WRONG\n"

        .bss
        .balign 64
call_block:
        .zero   64
a_matrix:
        .zero   BYTES
b_matrix:
        .zero   BYTES
c_matrix:
        .zero   BYTES
