import { describe, expect, test } from 'vitest';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { readRecording, retime } from '../../src/timing/records/recording.ts';
import { EXIT, program as programOf } from '../machine/programs.ts';
import { askingProgram } from './asking-program.ts';
import { machineWith, measured, runOn, runTimed } from './machines.ts';

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
  const waits = (machine: Machine): number =>
    machine.timingReport()!.counters.find(({ id }) => id === 'execute.bankWait')!.value;
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

describe('two tiles behind one L2', () => {
  /** Hart 0 works alone, or both do the same on data of their own; hart 0 ends the run when hart 1 is done. */
  const program = (works: boolean): string => `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        csrr s5, mhartid
        la   s2, data
        slli t0, s5, 18
        add  s2, s2, t0
        ${works ? '' : 'bnez s5, done'}
        li   s4, 3
        config_mvin stride=64
        slti x0, x0, 1
1:      mv   s6, s2
        li   s3, 64
2:      mvin s6, sp(0), rows=16, cols=64
        addi s6, s6, 1024
        addi s3, s3, -1
        bnez s3, 2b
        fence
        addi s4, s4, -1
        bnez s4, 1b
        slti x0, x0, 0
done:   la   t0, flags
        add  t0, t0, s5
        li   t1, 1
        sb   t1, 0(t0)
        bnez s5, park
        la   t0, flags
3:      lb   t1, 1(t0)
        beqz t1, 3b
        li   a0, 0
${EXIT}
park:   j    park
        .data
        .balign 4096
data:   .zero 524288
flags:  .zero 8`;
  /** Cycles of each tile between the marks. */
  const run = (works: boolean): number[] => {
    const machine = runTimed(program(works), 'harts=2', 'cache.sizeKib=64', 'memory.latency=100');
    return machine.timingReport()!.tiles.map(({ regions }) => regions.find(({ mark }) => mark === 1)?.cycles ?? 0);
  };

  test('are slower together than one alone, and the same each time', () => {
    const [alone] = run(false);
    const both = run(true);
    expect(both[0]!).toBeGreaterThan(1.05 * alone!);
    expect(both[1]!).toBeGreaterThan(1.05 * alone!);
    expect(run(true)).toEqual(both);
  });

  test('take as long when a recording is timed again', () => {
    const config = machineWith('harts=2', 'cache.sizeKib=64', 'memory.latency=100');
    const chunks: Uint8Array[] = [];
    const machine = runOn(config, program(true), (chunk) => void chunks.push(chunk.slice()));
    const recording = readRecording(Buffer.concat(chunks), 'recording');
    if (!recording.ok) throw new Error(recording.errors[0]!.message);
    expect(retime(recording.value, config).report()).toEqual(machine.timingReport());
  });

  test('take as long when the run is cut into parts', () => {
    const cyclesOf = (machine: Machine): number[] => machine.timingReport()!.tiles.map(({ cycles }) => cycles);
    const config = machineWith('harts=2', 'cache.sizeKib=64', 'memory.latency=100');
    const cut = runOn(config, program(true), undefined, 777);
    expect(cyclesOf(cut)).toEqual(cyclesOf(runOn(config, program(true))));
  });

  test('are told the same time when the run is cut into parts', () => {
    const toldSums = (slice: number): bigint[] => {
      const machine = createMachine(machineWith('harts=2'), new CapturedHost(), { timing: true });
      machine.load(programOf(askingProgram(20)));
      let outcome = machine.run(slice);
      while (outcome.kind === 'limit') outcome = machine.run(slice);
      return machine.tiles.map(({ hart }) => hart.state.x(9));
    };
    expect(toldSums(3333)).toEqual(toldSums(1e7));
  });
});

test('every hart may have instructions that straddle two pages', () => {
  const straddling = `
_start: j    edge
        .balign 4096
        .zero 4090
edge:   c.nop
        c.nop
        fence
        li   a0, 0
${EXIT}`;
  for (const harts of [1, 2, 3]) {
    const chunks: Uint8Array[] = [];
    const machine = runOn(machineWith(`harts=${harts}`), straddling, (chunk) => chunks.push(chunk));
    machine.finishRecording();
    const recording = readRecording(Buffer.concat(chunks), 'run');
    if (!recording.ok) throw new Error(recording.errors[0]!.message);
    const again = retime(recording.value, machine.config);
    expect(again.report()).toEqual(machine.timingReport());
  }
});
