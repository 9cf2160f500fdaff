# The accelerator uses the hart's page tables. In supervisor mode two virtual pages that follow each other lie in physical
# memory the other way round; a tile of 8 rows that begins in the first and ends in the second comes out whole.
        .include "host.inc"
        .equ    PAGE, 4096
        .equ    VIRTUAL, 0x40000000             # where the two pages appear
        .equ    OFFSET, PAGE - 64               # the tile begins 64 bytes before the border
        .equ    VALID_RWX_AD, 0xcf              # D A - - X W R V
        .equ    POINTER, 1

main:
        mv      s1, ra
        # PMP entry 0 lets supervisor mode reach all memory.
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        # Root entry 2: the gigapage at 0x80000000 maps to itself. Root entry 1 points to the middle table.
        la      t0, root
        li      t1, (0x80000000 >> 2) | VALID_RWX_AD
        sd      t1, 16(t0)
        la      t1, middle
        srli    t1, t1, 2
        ori     t1, t1, POINTER
        sd      t1, 8(t0)
        la      t0, middle
        la      t1, leaves
        srli    t1, t1, 2
        ori     t1, t1, POINTER
        sd      t1, 0(t0)
        # The first virtual page is the second physical one, and the other way round.
        la      t0, leaves
        la      t1, pages + PAGE
        srli    t1, t1, 2
        ori     t1, t1, VALID_RWX_AD
        sd      t1, 0(t0)
        la      t1, pages
        srli    t1, t1, 2
        ori     t1, t1, VALID_RWX_AD
        sd      t1, 8(t0)
        # Sv39 with this root, then on in supervisor mode.
        la      t0, root
        srli    t0, t0, 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        li      t0, 0x1800                      # mstatus.MPP = supervisor
        csrc    mstatus, t0
        li      t0, 0x0800
        csrs    mstatus, t0
        la      t0, supervisor
        csrw    mepc, t0
        mret

supervisor:
        flush                                   # the accelerator keeps translations of its own
        # Physical places of the two halves: the end of the second page, and the start of the first.
        la      a0, pages + PAGE + OFFSET
        la      a1, source
        li      a2, 64
        call    copy
        la      a0, pages
        la      a1, source + 64
        li      a2, 64
        call    copy
        config_mvin  stride=16
        config_mvout stride=16
        li      a0, VIRTUAL + OFFSET
        la      a1, result
        mvin    a0, sp(0), rows=8, cols=16
        mvout   a1, sp(0), rows=8, cols=16
        fence
        la      a0, result
        la      a1, source
        li      a2, 128
        call    compare
        mv      ra, s1
        ret

# copy(a0, a1, a2): a2 bytes from a1 to a0
copy:
        lb      t0, 0(a1)
        sb      t0, 0(a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        addi    a2, a2, -1
        bnez    a2, copy
        ret

        .data
        ramp    source, 128, 3, 127
        .bss
        .balign PAGE
root:   .zero   PAGE
middle: .zero   PAGE
leaves: .zero   PAGE
pages:  .zero   2 * PAGE
result: .zero   128
