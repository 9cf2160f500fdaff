# DRAM → scratchpad → DRAM: a 4 × 16 tile of bytes goes through rows 100 to 103 of the scratchpad.
        .include "host.inc"

main:
        config_mvin  stride=16          # bytes from one row to the next in DRAM
        config_mvout stride=16
        la      a0, source
        la      a1, copy
        mvin    a0, sp(100), rows=4, cols=16
        mvout   a1, sp(100), rows=4, cols=16
        fence                           # wait until the copy is in memory
        la      a0, copy
        la      a1, source
        li      a2, 64
        j       compare

        .data
        ramp    source, 64, 5, 251
        .bss
copy:   .zero   64
