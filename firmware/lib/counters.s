# Time and the accelerator's performance counters.

        .include "../include/gemmini.inc"

        .text
# unsigned long fw_cycles(void)
        .globl  fw_cycles
        .type   fw_cycles, @function
fw_cycles:
        rdcycle a0
        ret

# unsigned long fw_instructions(void)
        .globl  fw_instructions
        .type   fw_instructions, @function
fw_instructions:
        rdinstret a0
        ret

# void fw_counter_configure(int counter, int event): counts the event from 0 on; external events have 64 added.
        .globl  fw_counter_configure
        .type   fw_counter_configure, @function
fw_counter_configure:
        srli    t0, a1, 6
        slli    t0, t0, GEMMINI_COUNTER_RS1_EXTERNAL
        andi    a1, a1, 63
        slli    a1, a1, GEMMINI_COUNTER_RS1_EVENT
        slli    a0, a0, GEMMINI_COUNTER_RS1_INDEX
        or      a0, a0, a1
        or      a0, a0, t0
        ori     a0, a0, 1 << GEMMINI_COUNTER_RS1_CONFIGURE
        gemmini_counter zero, a0, zero
        ret

# unsigned long fw_counter_read(int counter)
        .globl  fw_counter_read
        .type   fw_counter_read, @function
fw_counter_read:
        slli    a0, a0, GEMMINI_COUNTER_RS1_INDEX
        gemmini_counter a0, a0, zero
        ret

# void fw_counters_reset(void)
        .globl  fw_counters_reset
        .type   fw_counters_reset, @function
fw_counters_reset:
        li      a0, 1 << GEMMINI_COUNTER_RS1_RESET
        gemmini_counter zero, a0, zero
        ret

# void fw_wait(void): until all commands are done and their stores are in memory
        .globl  fw_wait
        .type   fw_wait, @function
fw_wait:
        fence
        ret
