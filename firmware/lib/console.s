# Console and exit through the host-target interface: the program leaves a command in tohost, the host answers in
# fromhost. A system call is a block of eight words {number, arguments …} whose address is the command.

        .equ    CALL_WRITE, 64
        .equ    STDOUT, 1

        .section .tohost, "aw", @progbits
        .balign 64
        .globl  tohost
        .type   tohost, @object
        .size   tohost, 8
tohost: .dword  0
        .balign 64
        .globl  fromhost
        .type   fromhost, @object
        .size   fromhost, 8
fromhost:
        .dword  0

        .text
# void exit(int code)
        .globl  exit
        .type   exit, @function
exit:
        slli    a0, a0, 1
        ori     a0, a0, 1
        la      t0, tohost
        fence
        sd      a0, 0(t0)
1:      j       1b

# void fw_write(const void *bytes, size_t count): one hart at a time.
        .globl  fw_write
        .type   fw_write, @function
fw_write:
        beqz    a1, 3f
        la      t0, console_lock
        li      t1, 1
1:      amoswap.w.aq t2, t1, (t0)
        bnez    t2, 1b
        la      t3, call_block
        li      t1, CALL_WRITE
        sd      t1, 0(t3)
        li      t1, STDOUT
        sd      t1, 8(t3)
        sd      a0, 16(t3)
        sd      a1, 24(t3)
        fence
        la      t1, tohost
        sd      t3, 0(t1)
        la      t1, fromhost
2:      ld      t2, 0(t1)
        beqz    t2, 2b
        sd      zero, 0(t1)
        fence
        amoswap.w.rl zero, zero, (t0)
3:      ret

# void fw_print(const char *text)
        .globl  fw_print
        .type   fw_print, @function
fw_print:
        mv      a1, a0
1:      lbu     t0, 0(a1)
        beqz    t0, 2f
        addi    a1, a1, 1
        j       1b
2:      sub     a1, a1, a0
        tail    fw_write

# void fw_print_decimal(long value)
        .globl  fw_print_decimal
        .type   fw_print_decimal, @function
fw_print_decimal:
        li      a2, 0
        bgez    a0, 1f
        neg     a0, a0
        li      a2, '-'
1:      li      a1, 10
        j       print_number

# void fw_print_hex(unsigned long value)
        .globl  fw_print_hex
        .type   fw_print_hex, @function
fw_print_hex:
        li      a1, 16
        li      a2, 0

# Digits of a0 in base a1, after the character a2 when it is not 0; built from the right on the stack.
print_number:
        addi    sp, sp, -48
        sd      ra, 40(sp)
        addi    t0, sp, 32
        la      t3, digits
1:      remu    t1, a0, a1
        divu    a0, a0, a1
        add     t1, t3, t1
        lbu     t1, 0(t1)
        addi    t0, t0, -1
        sb      t1, 0(t0)
        bnez    a0, 1b
        beqz    a2, 2f
        addi    t0, t0, -1
        sb      a2, 0(t0)
2:      addi    a1, sp, 32
        sub     a1, a1, t0
        mv      a0, t0
        call    fw_write
        ld      ra, 40(sp)
        addi    sp, sp, 48
        ret

# void fw_refuse(const char *problem): says why a kernel cannot do what it was asked, and ends the program with 1.
        .globl  fw_refuse
        .type   fw_refuse, @function
fw_refuse:
        addi    sp, sp, -16
        sd      a0, 0(sp)
        la      a0, refused
        call    fw_print
        ld      a0, 0(sp)
        call    fw_print
        la      a0, newline
        call    fw_print
        li      a0, 1
        tail    exit

        .section .rodata
digits: .ascii  "0123456789abcdef"
refused:
        .string "gemmini: "
newline:
        .string "\n"

        .bss
        .balign 64
call_block:
        .skip   64
console_lock:
        .skip   4
