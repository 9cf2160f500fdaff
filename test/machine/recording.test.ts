import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { readRecording, retime } from '../../src/timing/records/recording.ts';
import { machineWith } from '../timing/machines.ts';

/** Runs an example with timing. @returns the machine, and the recording when one was asked for */
function runExample(name: string, config: MachineConfig, records: boolean): { machine: Machine; bytes: Uint8Array } {
  const readFile = (path: string): Uint8Array => readFileSync(`asm/${path}`);
  const program = assemble([{ name, text: readFileSync(`asm/${name}`, 'utf8') }], { readFile });
  if (!program.ok) throw new Error(program.errors[0]!.message);
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const chunks: Uint8Array[] = [];
  const record = records ? { record: (chunk: Uint8Array) => void chunks.push(chunk.slice()) } : {};
  const machine = createMachine(config, new CapturedHost(), { timing: true, ...record });
  expect(machine.load(elf.value)).toMatchObject({ ok: true });
  expect(machine.run(1e8)).toEqual({ kind: 'exit', code: 0n });
  machine.finishRecording();
  return { machine, bytes: Buffer.concat(chunks) };
}

const cyclesOf = (machine: Machine): number => machine.timingReport()!.cycles;

describe('a recording', () => {
  test.each(['loop-ws.s', 'page-tables.s'])('of %s, re-timed, takes as long as a direct run', (name) => {
    const base = machineWith();
    const { machine, bytes } = runExample(name, base, true);
    const recording = readRecording(bytes, 'recording');
    if (!recording.ok) throw new Error(recording.errors[0]!.message);
    expect(retime(recording.value, base).report()).toEqual(machine.timingReport());

    const slower = machineWith('memory.latency=200');
    const direct = cyclesOf(runExample(name, slower, false).machine);
    expect(direct).toBeGreaterThan(cyclesOf(machine));
    expect(retime(recording.value, slower).report().cycles).toBe(direct);
  });

  test('changes nothing about the run', () => {
    const plain = runExample('loop-ws.s', machineWith(), false).machine;
    const recorded = runExample('loop-ws.s', machineWith(), true).machine;
    expect(recorded.timingReport()).toEqual(plain.timingReport());
  });

  test('that is damaged is refused with one error', () => {
    const { bytes } = runExample('loop-ws.s', machineWith(), true);
    for (const damaged of [new Uint8Array(), bytes.slice(0, bytes.length - 8), bytes.slice(0, 30), bytes.slice(1)]) {
      const read = readRecording(damaged, 'x.rec');
      expect(read).toMatchObject({ ok: false, errors: [{ code: 'REC001' }] });
    }
  });

  test('of another version is refused with both versions', () => {
    const { bytes } = runExample('loop-ws.s', machineWith(), true);
    const older = bytes.slice();
    older['pollux recording '.length] = '2'.charCodeAt(0);
    const read = readRecording(older, 'x.rec');
    expect(read.ok ? '' : read.errors[0]!.message).toMatch(/its version is 2, and this Pollux reads \d/);
  });
});
