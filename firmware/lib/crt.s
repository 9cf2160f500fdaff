# Start-up of bare-metal programs in machine mode, for one hart or several. Hart 0 calls main and exits with what it
# returns; every other hart calls hart_main(hart) and then sleeps. Memory is zero when a program is loaded, so nothing
# clears .bss.

        .equ    HARTS, 8
        .equ    STACK_SHIFT, 16                 # 64 KiB of stack per hart
        .equ    MSTATUS_FS_XS, 0x1e000          # floating point and accelerator on
        .equ    EXIT_TRAPPED, 1337

        .section .text.init, "ax", @progbits
        .globl  _start
        .type   _start, @function
_start:
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        li      t0, MSTATUS_FS_XS
        csrs    mstatus, t0
        fscsr   zero
        la      t0, trapped
        csrw    mtvec, t0
        csrr    a0, mhartid
        li      t0, HARTS
        bgeu    a0, t0, sleep
        mv      tp, a0
        la      sp, hart_stacks
        addi    t0, a0, 1
        slli    t0, t0, STACK_SHIFT
        add     sp, sp, t0
        bnez    a0, 1f
        call    main
        tail    exit
1:      call    hart_main
sleep:  wfi
        j       sleep

# void hart_main(int hart): what harts beside the first do. A program may have its own.
        .weak   hart_main
        .type   hart_main, @function
hart_main:
        ret

# An unexpected trap: says which and where, then ends the program.
        .balign 4
trapped:
        la      a0, trap_cause
        call    fw_print
        csrr    a0, mcause
        call    fw_print_hex
        la      a0, trap_pc
        call    fw_print
        csrr    a0, mepc
        call    fw_print_hex
        la      a0, trap_value
        call    fw_print
        csrr    a0, mtval
        call    fw_print_hex
        la      a0, line_end
        call    fw_print
        li      a0, EXIT_TRAPPED
        tail    exit

        .section .rodata
trap_cause:
        .string "trap: cause 0x"
trap_pc:
        .string ", pc 0x"
trap_value:
        .string ", value 0x"
line_end:
        .string "\n"

        .bss
        .balign 64
hart_stacks:
        .skip   HARTS << STACK_SHIFT
