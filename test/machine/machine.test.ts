import { describe, expect, test } from 'vitest';
import { EXIT, machineWith } from './programs.ts';

test('a program starts with its hart in a0 and a device tree in a1, and its exit code ends the run', () => {
  const { machine } = machineWith(`
_start: lw   t1, 0(a1)            # big-endian d00dfeed
        li   t2, 0xedfe0dd0 - 0x100000000
        bne  t1, t2, exit
        addi a0, a0, 42
${EXIT}`);
  expect(machine.run()).toEqual({ kind: 'exit', code: 42n });
});

test('memory that the file does not fill is zero', () => {
  const { machine } = machineWith(`
_start: la   t0, buffer
        lwu  a0, 0x100(t0)
${EXIT}
        .bss
buffer: .zero 4096`);
  expect(machine.run()).toEqual({ kind: 'exit', code: 0n });
});

test('a run stops after exactly the instructions it was allowed, and parts of a run equal the whole', () => {
  const text = `
_start: li   a0, 0
        li   t0, 20000
1:      addi a0, a0, 3
        addi t0, t0, -1
        bnez t0, 1b
${EXIT}`;
  const whole = machineWith(text).machine;
  const parts = machineWith(text).machine;
  expect(whole.run(30_011)).toEqual({ kind: 'limit' });
  for (const part of [1, 4, 4998, 5000, 5001, 7, 15_000]) expect(parts.run(part)).toEqual({ kind: 'limit' });
  expect(parts.retired).toBe(30_011);
  expect(parts.tiles[0]!.hart.state.bytes).toEqual(whole.tiles[0]!.hart.state.bytes);
  expect(parts.run()).toEqual({ kind: 'exit', code: 60_000n });
});

test('a position names pc, symbol and privilege', () => {
  const { machine } = machineWith('_start: nop\nloop: nop\n j loop\n');
  machine.run(5 + 2 + 1000 * 2);
  expect(machine.position(0)).toEqual({
    hart: 0,
    pc: 0x8000_0004n,
    symbol: 'loop+0x2',
    privilege: 'machine',
    source: 'test.s:3',
    waitsFor: undefined,
  });
});

test('a trap without a handler ends the run and says which trap', () => {
  const { machine } = machineWith('_start: li a0, 0x10\n ld a1, 0(a0)\n');
  // mtvec is 0, where nothing is: the load faults, then the fetch of the handler, again and again.
  expect(machine.run()).toEqual({ kind: 'trapped', hart: 0, cause: 1, tval: 0n });
  expect(machine.retired).toBe(6);
});

describe('waiting', () => {
  test('a hart that waits for an interrupt that it did not enable stalls the machine', () => {
    const { machine } = machineWith('_start: wfi\n j _start\n');
    expect(machine.run()).toEqual({ kind: 'stalled' });
    expect(machine.position(0).waitsFor).toBe('an interrupt, but none that can come is enabled (mie = 0x0)');
  });

  test('a hart that waits for the timer says so, and goes on when the time has come', () => {
    const { machine } = machineWith(`
_start: li   t0, 0x2004000        # mtimecmp of hart 0
        li   t1, 1000
        sd   t1, 0(t0)
        li   t1, 0x80             # mie.MTIE
        csrw mie, t1
        wfi
        li   a0, 7
${EXIT}`);
    machine.run(20);
    expect(machine.position(0).waitsFor).toMatch(/^the timer \(mtime is \d+, mtimecmp 1000\)$/);
    expect(machine.run()).toEqual({ kind: 'exit', code: 7n });
  });
});

test('harts share memory and send each other interrupts', () => {
  const { machine } = machineWith(
    `
_start: bnez a0, second
        li   t0, 0x2000004        # msip of hart 1
        li   t1, 1
        sw   t1, 0(t0)
        la   t0, answer
1:      lw   a0, 0(t0)
        beqz a0, 1b
        j    exit
second: li   t1, 8                # mie.MSIE
        csrw mie, t1
        wfi
        la   t0, answer
        li   t1, 9
        sw   t1, 0(t0)
2:      j    2b
${EXIT}
        .data
answer: .word 0`,
    { harts: 2 },
  );
  expect(machine.run(1e6)).toEqual({ kind: 'exit', code: 9n });
});

describe('the accelerator of a machine', () => {
  const text = `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        config_ex dataflow=ws
        config_mvin stride=16
        config_mvout stride=16
        la   a0, from
        la   a1, to
        mvin  a0, sp(4), rows=2, cols=8
        mvout a1, sp(4), rows=2, cols=8
        fence
        la   a1, to
        lbu  a0, 17(a1)
${EXIT}
        .data
from:   .byte 1, 2, 3, 4, 5, 6, 7, 8
        .zero 8
        .byte 11, 12, 13, 14, 15, 16, 17, 18
to:     .zero 64`;

  test('moves rows between memory and scratchpad', () => {
    const { machine } = machineWith(text);
    expect(machine.run()).toEqual({ kind: 'exit', code: 12n });
    const { scratchpad } = machine.tiles[0]!.accelerator.state;
    expect([...scratchpad.subarray(4 * 16, 4 * 16 + 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('ends the run with a fault when no architecture has an answer', () => {
    const { machine } = machineWith(text.replaceAll('sp(4)', 'sp(16383)'));
    const outcome = machine.run();
    expect(outcome).toMatchObject({ kind: 'fault', hart: 0, fault: { id: 'scratchpad-row-range', exitStatus: 134 } });
    expect(machine.position(0).symbol).toMatch(/^_start\+/);
  });

  test('answers to the custom opcode of the configuration only', () => {
    const { machine } = machineWith(
      `
_start: la t0, trapped
        csrw mtvec, t0
        li   t0, 0x1e000
        csrs mstatus, t0
        flush
        li   a0, 1
        j    exit
        .balign 4
trapped:
        csrr a0, mtval              # the word: flush is 0x0e00307b
        srli a0, a0, 25
        csrr a1, mcause
        slli a1, a1, 4
        add  a0, a0, a1
${EXIT}`,
      { accelerator: { customOpcode: 2 } },
    );
    expect(machine.run()).toEqual({ kind: 'exit', code: BigInt(7 + (2 << 4)) });
  });
});

test('a program without tohost runs, but has no host', () => {
  const { machine } = machineWith('_start: j _start\n');
  expect(machine.run(100)).toEqual({ kind: 'limit' });
});
