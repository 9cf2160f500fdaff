# Start-up of a benchmark: kernel KERNEL (or the mix, when it is negative) runs ROUNDS rounds, then the program exits.

        .text
        .globl  _start
_start:
        la      sp, _stack_top
        li      t0, 0x6000              # mstatus.FS = dirty
        csrs    mstatus, t0
        li      a0, KERNEL
        li      a1, ROUNDS
        bltz    a0, 1f
        call    run
        j       2f
1:      mv      a0, a1
        call    runMix
2:      la      t0, checksum
        sd      a0, 0(t0)
        la      t0, tohost
        li      t1, 1                   # exit(0)
        sd      t1, 0(t0)
3:      j       3b

        .data
        .balign 8
        .globl  checksum
checksum:
        .dword  0
