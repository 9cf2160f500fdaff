import { expect, test } from 'vitest';
import type { SystemTiming } from '../../src/timing/system.ts';
import { EXIT } from '../machine/programs.ts';
import { runTimed } from './machines.ts';

/** Commands of every unit, so many times. */
const rounds = (count: number) => `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        la   s2, data
        li   s4, ${count}
        li   s5, 0
1:      config_ex   dataflow=ws
        config_mvin state=0, stride=64
        config_mvin state=1, stride=64
        config_mvin state=2, stride=64
        config_mvout stride=64
        mvin s2, sp(0), rows=16, cols=64
        mvin s5, sp(64), rows=16, cols=16
        preload sp(64), acc(0), bd_rows=16, bd_cols=16, c_rows=16, c_cols=16
        compute.preloaded sp(0), garbage, a_rows=16, a_cols=16
        mvout s2, acc(0), rows=16, cols=16
        loop_ws.config_bounds i=2, j=2, k=2
        loop_ws.config_addrs_ab a=data, b=data
        loop_ws.config_addrs_dc c=data
        loop_ws.config_strides_ab a_stride=64, b_stride=64
        loop_ws.config_strides_dc d_stride=64, c_stride=64
        loop_ws
        flush
        fence
        addi s4, s4, -1
        bnez s4, 1b
        li   a0, 0
${EXIT}
        .data
        .balign 64
data:   .zero 16384`;

test('the memory of the timing core does not grow with the length of the run', () => {
  const bytesAfter = (count: number): number =>
    (runTimed(rounds(count)).timing as SystemTiming).core.exports.memory.buffer.byteLength;
  const [short, long] = [10, 400].map(bytesAfter);
  expect(long).toBe(short);
});
