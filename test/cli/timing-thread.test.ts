import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error the build is plain JavaScript
import { TIMING_WORKER } from '../../scripts/bundles.mjs';
import { createTimingThread } from '../../src/cli/timing-thread.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { systemShape } from '../../src/machine/recorded-machine.ts';
import { StreamedTiming } from '../../src/timing/records/streamed-timing.ts';
import type { StartTimingThread } from '../../src/timing/records/timing-thread.ts';
import { EXIT, program } from '../machine/programs.ts';
import { askingProgram } from '../timing/asking-program.ts';
import { machineWith } from '../timing/machines.ts';

const folder = mkdtempSync(join(tmpdir(), 'pollux-thread-'));
const start: StartTimingThread = (job) => createTimingThread(join(folder, 'timing-worker.js')).start(job);
beforeAll(async () => {
  await build({ ...TIMING_WORKER, outdir: folder, sourcemap: false });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param before instructions before a thread takes over; without it, none does */
function streamed(config: MachineConfig, text: string, before?: number, begin = start): Machine {
  const timing = new StreamedTiming(config, systemShape(config));
  const machine = createMachine(config, new CapturedHost(), { timing });
  machine.load(program(text));
  if (before !== undefined) {
    if (before > 0) expect(machine.run(before)).toEqual({ kind: 'limit' });
    timing.handOver(begin);
  }
  expect(machine.run(1e7).kind).toBe('exit');
  return machine;
}

function inThisThread(config: MachineConfig, text: string): Machine {
  const machine = createMachine(config, new CapturedHost(), { timing: true });
  machine.load(program(text));
  expect(machine.run(1e7).kind).toBe('exit');
  return machine;
}

const toldSum = ({ tiles }: Machine): bigint => tiles[0]!.hart.state.x(9);

describe('a run that is timed from a stream of records', () => {
  const config = machineWith();
  const text = askingProgram(40);
  const direct = inThisThread(config, text);

  // Before the first instruction, before and after the first questions, and never.
  test.each([0, 2000, 5000, 60_000, undefined])(
    'is told and reports the same when a thread takes over after %s instructions',
    (before) => {
      const machine = streamed(config, text, before);
      expect(toldSum(machine)).toBe(toldSum(direct));
      expect(machine.timingReport()).toEqual(direct.timingReport());
    },
  );

  test('stays in this thread, and keeps no more than it must, when the program asks again and again', () => {
    const polling = `_start: li   s0, 100000\n1:      rdcycle t0\n        add  s1, s1, t0\n        addi s0, s0, -1
        bnez s0, 1b\n        li   a0, 0\n${EXIT}`;
    const never: StartTimingThread = () => expect.fail('a thread is started');
    const timing = new StreamedTiming(config, systemShape(config));
    const machine = createMachine(config, new CapturedHost(), { timing });
    machine.load(program(polling));
    machine.run(100);
    timing.continueLong(never);
    machine.run(1e7);
    const expected = inThisThread(config, polling);
    expect(toldSum(machine)).toBe(toldSum(expected));
    expect(machine.timingReport()).toEqual(expected.timingReport());
  });

  test('reports as often as it is asked', () => {
    const machine = streamed(config, text, 5000);
    expect(machine.timingReport()).toEqual(direct.timingReport());
    expect(machine.timingReport()).toEqual(direct.timingReport());
  });

  test('passes many times through the memory that the threads share', () => {
    // Each round is a block with 30 operands of two words.
    const loads = Array.from({ length: 30 }, (_, k) => `        ld   t1, ${64 * k}(s1)`).join('\n');
    const long = `_start: li   s0, 40000\n        la   s1, data\n1:\n${loads}\n        addi s0, s0, -1
        bnez s0, 1b\n        li   a0, 0\n${EXIT}\n        .data\n        .balign 64\ndata:   .zero 2048`;
    expect(streamed(config, long, 0).timingReport()).toEqual(inThisThread(config, long).timingReport());
  });

  test('of several tiles comes out the same', () => {
    const two = machineWith('harts=2', 'cache.sizeKib=64');
    const expected = inThisThread(two, text);
    const machine = streamed(two, text, 3000);
    expect(toldSum(machine)).toBe(toldSum(expected));
    expect(machine.timingReport()).toEqual(expected.timingReport());
  });

  test('shows a mistake that the thread met', () => {
    const without: StartTimingThread = (job) => start({ ...job, shape: { ...job.shape, tiles: 0 } });
    expect(() => streamed(config, text, 0, without)).toThrow(/undefined/);
  });
});
