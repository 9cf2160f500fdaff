# Moves between memory and the scratchpad: ROUNDS times 64 KiB in and out, by commands of 16 rows of 64 bytes.

        .text
        .globl  _start
_start:
        li      t0, 0x18000             # mstatus.XS = dirty
        csrs    mstatus, t0
        li      a0, 1 | 1 << 8 | 16 << 16 | 0x3f800000 << 32   # config_mvin: state 0, block stride 16, scale 1
        li      a1, 64
        config  a0, a1
        li      a0, 2                   # config_mvout
        li      a1, 64 | 0x3f800000 << 32
        config  a0, a1
        li      s0, ROUNDS
1:      la      s1, buffer
        li      s2, 16 << 48 | 64 << 32
        li      s3, 64
2:      mvin    s1, s2
        mvout   s1, s2
        addi    s1, s1, 1024
        addi    s2, s2, 64
        addi    s3, s3, -1
        bnez    s3, 2b
        addi    s0, s0, -1
        bnez    s0, 1b
        fence
        la      t0, tohost
        li      t1, 1                   # exit(0)
        sd      t1, 0(t0)
3:      j       3b

        .bss
        .balign 64
buffer: .zero   65536
