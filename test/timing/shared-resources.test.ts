import { expect, test } from 'vitest';
import { EXIT } from '../machine/programs.ts';
import { measured, runTimed } from './machines.ts';

/** Loads of whole rows while products read the same bank of the scratchpad. */
const LOADS_BESIDE_PRODUCTS = `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        la   s2, data
        li   s4, 3
1:      flush
        config_ex   dataflow=ws
        config_mvin stride=64
        csrr s0, cycle
        li   s3, 8
2:      preload sp(64), acc(0), bd_rows=16, bd_cols=16, c_rows=16, c_cols=16
        compute.preloaded sp(0), garbage, a_rows=16, a_cols=16
        mvin s2, sp(128), rows=16, cols=64
        addi s3, s3, -1
        bnez s3, 2b
        fence
        csrr s1, cycle
        addi s4, s4, -1
        bnez s4, 1b
        li   a0, 0
${EXIT}
        .data
        .balign 64
data:   .zero 4096`;

test('a scratchpad with two ports per bank does not make operands wait for loads', () => {
  const single = runTimed(LOADS_BESIDE_PRODUCTS);
  const dual = runTimed(LOADS_BESIDE_PRODUCTS, 'accelerator.singlePortedScratchpad=false');
  expect(measured(dual)).toBeLessThan(measured(single));
  const waits = (machine: typeof dual): number => machine.timing!.tiles[0]!.accelerator.execute.counts.bankWait;
  expect(waits(dual)).toBeLessThan(waits(single) / 4);
});

/** The host walks over lines that it does not have while the accelerator loads. */
const HOST_BESIDE_LOADS = `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        la   s2, data
        li   s4, 3
1:      flush
        config_mvin stride=64
        csrr s0, cycle
        li   s3, 16
2:      mvin s2, sp(0), rows=16, cols=64
        addi s3, s3, -1
        bnez s3, 2b
        li   t2, 32768
        add  t2, s2, t2
        li   s3, 64
3:      ld   t1, 0(t2)
        addi t2, t2, 512
        addi s3, s3, -1
        bnez s3, 3b
        fence
        csrr s1, cycle
        addi s4, s4, -1
        bnez s4, 1b
        li   a0, 0
${EXIT}
        .data
        .balign 4096
data:   .zero 131072`;

test('one link for host and accelerator is slower than two, when the L2 has banks to serve both', () => {
  const banks = ['cache.banks=4', 'cache.sizeKib=1024'];
  const own = measured(runTimed(HOST_BESIDE_LOADS, ...banks));
  const shared = measured(runTimed(HOST_BESIDE_LOADS, ...banks, 'accelerator.dedicatedPort=false'));
  expect(shared).toBeGreaterThan(own);
});
