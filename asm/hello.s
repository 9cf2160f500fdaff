# Prints a line through the host interface and exits with 0.
        .include "host.inc"

main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        la      a0, greeting
        call    print
        ld      ra, 8(sp)
        addi    sp, sp, 16
        li      a0, 0
        ret

        .section .rodata
greeting:
        .asciz  "hello from the hart\n"
