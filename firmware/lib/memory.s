# Memory: a heap that only grows, and the copies that compilers call for.

        .equ    HEAP_BYTES, 64 << 20
        .equ    LINE, 64                        # a cache line; what allocate() aligns to

        .text
# void *fw_allocate(size_t bytes): zeroed, aligned to a cache line, for any hart at any time; null when the heap is full.
        .globl  fw_allocate
        .type   fw_allocate, @function
fw_allocate:
        addi    t0, a0, LINE - 1
        bltu    t0, a0, 2f                      # the size wraps around
        andi    a0, t0, -LINE
        la      t0, heap_used
        li      t1, HEAP_BYTES
1:      lr.d.aq t2, (t0)
        add     t3, t2, a0
        bltu    t3, a0, 2f
        bgtu    t3, t1, 2f
        sc.d.rl t4, t3, (t0)
        bnez    t4, 1b
        la      a0, heap
        add     a0, a0, t2
        ret
2:      li      a0, 0
        ret

# void *memcpy(void *to, const void *from, size_t bytes)
        .globl  memcpy
        .type   memcpy, @function
memcpy:
        mv      t0, a0
        or      t1, a0, a1
        andi    t1, t1, 7
        bnez    t1, 2f
        li      t1, 8
1:      bltu    a2, t1, 2f                      # doublewords while both ends are aligned
        ld      t2, 0(a1)
        sd      t2, 0(t0)
        addi    a1, a1, 8
        addi    t0, t0, 8
        addi    a2, a2, -8
        j       1b
2:      beqz    a2, 3f
        lbu     t2, 0(a1)
        sb      t2, 0(t0)
        addi    a1, a1, 1
        addi    t0, t0, 1
        addi    a2, a2, -1
        j       2b
3:      ret

# void *memset(void *to, int byte, size_t bytes)
        .globl  memset
        .type   memset, @function
memset:
        mv      t0, a0
        add     a2, a0, a2
1:      bgeu    t0, a2, 2f
        sb      a1, 0(t0)
        addi    t0, t0, 1
        j       1b
2:      ret

        .data
        .balign 8
heap_used:
        .dword  0

        .bss
        .balign LINE
heap:   .skip   HEAP_BYTES
