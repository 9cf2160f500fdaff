import { expect, test } from 'vitest';
import { assemble, CapturedHost, createMachine, DEFAULT_MACHINE, readElf } from '../../src/index.ts';

/**
 * Places further and further away, for the hart in a loop that is hot and for the accelerator: linear memory grows under the
 * generated code that runs.
 */
const SOURCE = `
        .equ    STEP, 0x1000000
        .equ    STEPS, 100
_start: li      t0, 0x1e000
        csrs    mstatus, t0
        # The loop counts places up that lie STEP apart: only the first, until it is hot, then 10, then all.
        li      s4, 1
        li      s0, 40000
        call    count
        li      s4, 10
        li      s0, 3000
        call    count
        li      s1, 0x84000000          # A: 16 rows of 16 bytes
        li      s2, 0xb8500000          # B, the unit matrix
        li      s3, 0xf9990000          # C
        li      t0, 256
        mv      t1, s1
1:      addi    t0, t0, -1
        sb      t0, 0(t1)
        addi    t1, t1, 1
        bnez    t0, 1b
        li      t0, 16
        mv      t1, s2
        li      t2, 1
1:      sb      t2, 0(t1)
        addi    t1, t1, 17
        addi    t0, t0, -1
        bnez    t0, 1b
        config_ex dataflow=ws
        config_mvin stride=16
        config_mvout stride=16
        mvin    s1, sp(0), rows=16, cols=16
        mvin    s2, sp(16), rows=16, cols=16
        preload sp(16), acc(0), bd_rows=16, bd_cols=16, c_rows=16, c_cols=16
        compute.preloaded sp(0), garbage, a_rows=16, a_cols=16
        mvout   s3, acc(0), rows=16, cols=16
        fence
        li      s4, STEPS
        li      s0, 3000
        call    count
        li      t0, 0x80400000
        li      t1, STEPS
        li      a0, 0
1:      ld      t3, 0(t0)
        add     a0, a0, t3
        add     t0, t0, t2
        addi    t1, t1, -1
        bnez    t1, 1b
        slli    a0, a0, 1
        ori     a0, a0, 1
        la      t1, tohost
        sd      a0, 0(t1)
1:      j       1b

count:  li      t0, 0x80400000
        mv      t1, s4
        li      t2, STEP
1:      ld      t3, 0(t0)
        addi    t3, t3, 1
        sd      t3, 0(t0)
        add     t0, t0, t2
        addi    t1, t1, -1
        bnez    t1, 1b
        addi    s0, s0, -1
        bnez    s0, count
        ret
`;

test.each([false, true])('hart and accelerator reach all of RAM while memory grows (timing: %s)', (timing) => {
  const program = assemble([{ name: 'far.s', text: SOURCE }]);
  if (!program.ok) throw new Error(program.errors.map(({ message }) => message).join('\n'));
  const machine = createMachine(DEFAULT_MACHINE, new CapturedHost(), { timing });
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  machine.load(elf.value);
  const before = machine.memory.bytes.length;
  expect(machine.run(10_000_000)).toEqual({ kind: 'exit', code: 370_000n });
  expect(machine.memory.bytes.length).toBeGreaterThan(before);
  const product = machine.ram.view(0xf999_0000n, 256)!;
  expect([...new Int8Array(product.slice().buffer)]).toEqual(
    Array.from({ length: 256 }, (_, k) => Int8Array.of(255 - k)[0]!),
  );
});
