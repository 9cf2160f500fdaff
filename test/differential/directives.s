# Every directive and pseudo-instruction once or more; GNU as and we must agree on each byte.
        .file   "directives.s"
        .option nopic
        .attribute unaligned_access, 0
        .attribute stack_align, 16
        .text
        .globl  main, other
        .global third
        .weak   weakling
        .local  hidden_here
        .type   main, @function
        .type   table, %object
        .type   third, STT_FUNC
main:
other:
        nop
third:  li      a0, 5 ; li a1, -5 ; li a2, 0x7ff
        li      a3, 0x800
        li      a4, 0xfffff800
        li      a5, 0x12345678
        li      t0, -0x12345678
        li      t1, 0x7fffffff
        li      t2, 0x80000000
        li      t3, 0xffffffff
        li      t4, 0x123456789
        li      t5, 0x8000000000000000
        li      t6, 0xfedcba9876543210
        li      s0, 1 << 40
        li      s1, (1 << 12) - 1
        li      s2, 'a'
        li      s3, ~0
        li      s4, 10 % 3 * 7
        la      a0, table
        la      a1, external + 16
        lla     a2, table + 4
        la      a3, 1234
        call    external
        call    t0, external
        call    external@plt
        tail    external
        jump    external, t3
        jal     external
        jal     t0, external
        j       external
        lb      a0, table
        lh      a1, table + 2
        lw      a2, table
        ld      a3, external
        lbu     a4, table
        lhu     a5, table
        lwu     t0, table
        flw     fa0, table, t1
        fld     fa1, table, t2
        sb      a0, table, t0
        sh      a1, table, t0
        sw      a2, table, t0
        sd      a3, table + 8, t0
        fsw     fa0, table, t0
        fsd     fa1, table, t0
        lui     a0, %hi(table)
        addi    a0, a0, %lo(table)
        lw      a1, %lo(table + 4)(a0)
        sw      a1, %lo(table + 4)(a0)
1:      auipc   a0, %pcrel_hi(table)
        addi    a0, a0, %pcrel_lo(1b)
        lw      a1, %pcrel_lo(1b)(a0)
        sw      a1, %pcrel_lo(1b)(a0)
2:      auipc   a0, %got_pcrel_hi(external)
        ld      a0, %pcrel_lo(2b)(a0)
        lui     a5, %tprel_hi(thread_local)
        add     a5, a5, tp, %tprel_add(thread_local)
        lw      a0, %tprel_lo(thread_local)(a5)
        sw      a0, %tprel_lo(thread_local)(a5)
        addi    a0, a5, %tprel_lo(thread_local)
        la.tls.ie a0, thread_local
        la.tls.gd a0, thread_local
        lui     a0, %hi(0x12345fff)
        addi    a0, a0, %lo(0x12345fff)
        addi    a0, a0, %lo(-5)
        zext.w  a0, a1
        zext.h  a0, a1
        sext.b  a0, a1
        sext.h  a0, a1
        sext.w  a0, a1
        zext.b  a0, a1
        not     a0, a1
        neg     a0, a1
        negw    a0, a1
        seqz    a0, a1
        snez    a0, a1
        sltz    a0, a1
        sgtz    a0, a1
        sgt     a0, a1, a2
        sgtu    a0, a1, a2
        beqz    a0, 1f
        bnez    a0, 1f
        blez    a0, 1f
        bgez    a0, 1f
        bltz    a0, 1f
        bgtz    a0, 1f
        bgt     a0, a1, 1f
        ble     a0, a1, 1f
        bgtu    a0, a1, 1f
        bleu    a0, a1, 1f
        beq     a0, a1, external
        bnez    a0, external
1:      csrr    a0, mstatus
        csrw    mepc, a0
        csrs    mie, a0
        csrc    mip, a0
        csrwi   mscratch, 7
        csrsi   mstatus, 8
        csrci   mstatus, 8
        csrw    mstatus, 3
        csrr    a0, 0xc00
        csrrw   a0, satp, a1
        rdcycle a0
        rdtime  a1
        rdinstret a2
        frcsr   a0
        fscsr   a0
        fscsr   a0, a1
        frrm    a0
        fsrm    a0
        fsrm    a0, a1
        fsrmi   1
        fsrmi   a0, 1
        frflags a0
        fsflags a0
        fsflags a0, a1
        fsflagsi 1
        fsflagsi a0, 1
        fmv.s   fa0, fa1
        fneg.s  fa0, fa1
        fabs.s  fa0, fa1
        fmv.d   fa0, fa1
        fneg.d  fa0, fa1
        fabs.d  fa0, fa1
        fgt.s   a0, fa0, fa1
        fge.d   a0, fa0, fa1
        fmv.x.s a0, fa0
        fmv.s.x fa0, a0
        fence
        fence   rw, w
        fence   iorw, iorw
        fence.tso
        fence.i
        sfence.vma
        sfence.vma a0
        sfence.vma a0, a1
        scall
        sbreak
        ecall
        ebreak
        unimp
        ret
        .insn   r 0x7b, 3, 2, x0, a0, a1
        .insn   r CUSTOM_3, 7, 126, a0, a1, a2
        .insn   r MADD, 0, 0, fa0, fa1, fa2, fa3
        .insn   r4 MADD, 0, 0, fa0, fa1, fa2, fa3
        .insn   i OP_IMM, 0, a0, a1, 13
        .insn   i JALR, 0, a0, 10(a1)
        .insn   i 0x13, 0, a0, a1, -7
        .insn   s STORE, 0, a0, 4(a1)
        .insn   sb BRANCH, 0, a0, a1, main
        .insn   b BRANCH, 1, a0, a1, main
        .insn   u LUI, a0, 0xff
        .insn   uj JAL, a0, main
        .insn   j JAL, ra, main
        .insn   cr C2, 0x8, a0, a1
        .insn   ci C1, 0x0, a0, 4
        .insn   ciw C0, 0x0, a1, 4
        .insn   css C2, 0x7, a0, 2
        .insn   ca C1, 0x23, 0x1, a0, a1
        .insn   cb C1, 0x6, a0, main
        .insn   cj C1, 0x5, main
        .insn   0x00b5307b
        .insn   0x0001
        .size   main, . - main
        .size   third, 12
        .option push
        .option norvc
        addi    a0, a0, 1
        add     a0, a0, a1
        .option pop
        addi    a0, a0, 1
        .option push
        .option arch, -c
        addi    a0, a0, 1
        .option arch, +c
        addi    a0, a0, 1
        .option pop
        .option pic
        la      a0, external
        .option nopic
        .balign 16
        .align  3
        .p2align 4
        .p2align 4,,2

        .data
table:
        .byte   1, 2, -1, 255, 'a', '\n', 0x7f, 0b101, 017
        .2byte  0x1234
        .half   1, -1, 65535
        .hword  2
        .short  3
        .4byte  table
        .word   0x12345678, -1, external + 4, main
        .long   5
        .int    6
        .dword  0x123456789abcdef0, main, external - 8
        .quad   -1
        .8byte  table + 8
        .ascii  "no zero", "\t\"quoted\"\\ \x41\102\0"
        .asciz  "zero"
        .string "zero", "and zero"
        .string ""
        .float  1.5, -0.1, 1e10, 3.4028235e38, 1e-45, 0.1e1
        .single 2.5
        .double 1.5, -0.1, 1e300, 4.9e-324, 1e-310, 123456789.123456789
        .uleb128 0
        .uleb128 127
        .uleb128 128
        .uleb128 300
        .uleb128 0xffffffff
        .sleb128 0
        .sleb128 -1
        .sleb128 63
        .sleb128 64
        .sleb128 -64
        .sleb128 -65
        .sleb128 300
        .align  2
        .align  3, 0x55
        .byte   1
        .balign 8
        .half   1
        .balignw 8, 0x1234
        .word   1
        .balignl 8, 0x12345678
        .byte   1
        .p2align 4,, 3
        .zero   3
        .skip   4, 0xaa
        .space  5
        .fill   3
        .fill   2, 4, 0x11223344
        .fill   2, 8, 0x55
        .fill   1, 2
        .org    table + 700, 0xee
        .byte   1
difference:
        .word   difference - table
        .dword  . - table
        .byte   difference - table - 600
        .word   end_of_text - main
        .set    five, 5
        .equ    six, five + 1
        .equiv  seven, six + 1
        eight = seven + 1
        .byte   five, six, seven, eight
        five = 55
        .byte   five
        .set    alias, table + 4
        .word   alias
        .dword  later
        .set    later, main

        .section .rodata
        .string "constant"
        .section .rodata.str1.8, "aMS", @progbits, 1
        .string "merged"
        .align  3
        .string "merged too"
        .section .srodata.cst8, "aM", @progbits, 8
        .dword  1
        .section .sdata, "aw"
        .word   1
        .section .sbss, "aw", @nobits
        .zero   8
        .section .text.startup, "ax", @progbits
        ret
        .section .custom
        .word   1
        .section .init_array, "aw"
        .align  3
        .dword  main
        .bss
        .zero   16
        .comm   shared, 24, 8
        .lcomm  private, 12
        .local  quiet
        .comm   quiet, 20, 16
        .pushsection .data
        .byte   0x77
        .popsection
        .zero   4
        .previous
        .word   2
        .section .note.test, "", @note
        .word   1
        .tls_common = 0
        .section .tbss, "awT", @nobits
thread_local:
        .zero   4
        .ident  "made by hand"
        .text
end_of_text:

        .macro  plain
        addi    a0, a0, 1
        .endm
        .macro  parameters first, second=7, rest:vararg
        .word   \first, \second
        .ifnb   \rest
        .word   \rest
        .endif
        .endm
        .macro  counted
        .byte   \@
        .endm
        .macro  label name
\name\()_made:
        .word   \name\()_made - table
        .endm
        .macro  recurse depth
        .byte   \depth
        .if     \depth
        recurse (\depth - 1)
        .endif
        .endm
        .macro  needed value:req
        .byte   \value
        .endm
        .macro  leaving value
        .byte   1
        .if     \value
        .exitm
        .endif
        .byte   2
        .endm
        plain
        plain
        .data
        parameters 1
        parameters 1, 2
        parameters 1, 2, 3, 4
        parameters second=9, first=8
        parameters "1 + 1", (2 + 2)
        counted
        counted
        label   foo
        recurse 3
        needed  5
        leaving 0
        leaving 1
        .purgem plain
        .macro  plain
        .byte   0x99
        .endm
        plain
        .rept   3
        .byte   5
        .rept   2
        .byte   6
        .endr
        .endr
        .irp    value, 1, 2, 3
        .byte   \value
        .endr
        .irpc   digit, 456
        .byte   \digit
        .endr
        .if     1 == 1
        .byte   1
        .else
        .byte   2
        .endif
        .if     five - 55
        .byte   3
        .elseif six == 6
        .byte   4
        .else
        .byte   5
        .endif
        .ifdef  table
        .byte   6
        .endif
        .ifndef nothing
        .byte   7
        .endif
        .ifeq   0
        .byte   8
        .endif
        .ifne   1
        .byte   9
        .endif
        .ifgt   1
        .byte   10
        .endif
        .ifge   0
        .byte   11
        .endif
        .iflt   -1
        .byte   12
        .endif
        .ifle   0
        .byte   13
        .endif
        .ifc    abc, abc
        .byte   14
        .endif
        .ifnc   abc, abd
        .byte   15
        .endif
        .ifeqs  "a", "a"
        .byte   16
        .endif
        .ifb
        .byte   17
        .endif
        .byte   1 + 2 * 3, (1 + 2) * 3, 7 / 2, -7 / 2, 7 % 3, 1 << 4, 256 >> 4, 6 & 3, 6 | 3, 6 ^ 3, 1 == 1, 1 <> 2, 2 > 1, !5, -(-3), 1 && 0, 1 || 0
        .byte   1 + 2 == 3, 5 - 3 - 1, 2 * 3 % 4, 1 | 2 + 4
weakling:
hidden_here:
        .word   0           /* a comment */ , 1     # another
        .end
        this is not read
