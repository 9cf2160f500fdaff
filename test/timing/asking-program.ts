import { EXIT } from '../machine/programs.ts';

/**
 * A program that walks over an array `rounds` times while its accelerator loads a tile, and then asks for the cycle and for
 * two counters. All that it is told goes into s1, whose low bits are its exit status.
 */
export const askingProgram = (rounds: number): string => `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        config_ex   dataflow=ws
        config_mvin stride=16
        counter t1, configure=1, index=1, event=9
        counter t1, configure=1, index=2, event=4, external=1
        li   s0, ${rounds}
        li   s1, 0
1:      la   a0, data
        mvin a0, sp(0), rows=16, cols=16
        li   t3, 500
2:      ld   t4, 0(a0)
        sd   t4, 8(a0)
        addi a0, a0, 64
        addi t3, t3, -1
        bnez t3, 2b
        rdcycle t0
        add  s1, s1, t0
        counter t1, index=1
        add  s1, s1, t1
        counter t1, index=2
        add  s1, s1, t1
        addi s0, s0, -1
        bnez s0, 1b
        counter t1, reset=1
        andi a0, s1, 127
${EXIT}
        .data
        .balign 64
data:   .zero 32896`;
