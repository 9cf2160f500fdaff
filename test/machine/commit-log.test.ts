import { expect, test } from 'vitest';
import { assemble, CapturedHost, createMachine, DEFAULT_MACHINE, readElf } from '../../src/index.ts';

const SOURCE = `
_start:
        li      t0, 0x18000             # mstatus.XS
        csrs    mstatus, t0
        li      a0, 1 | 1 << 8 | 16 << 16 | 0x3f800000 << 32
        li      a1, 16
        config  a0, a1
        li      a0, 2
        config  a0, a1
        la      a2, data
        li      a3, 1 << 48 | 3 << 32   # one row of three bytes
        mvin    a2, a3
        addi    a2, a2, 8
        mvout   a2, a3
1:      j       1b
        .balign 16
data:   .byte   1, 2, 0x83
        .zero   13
`;

test('the commit log tells the bytes that the accelerator reads and writes', () => {
  const program = assemble([{ name: 'log.s', text: SOURCE }]);
  if (!program.ok) throw new Error(program.errors[0]!.message);
  const elf = readElf(program.value.bytes);
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const machine = createMachine(DEFAULT_MACHINE, new CapturedHost());
  expect(machine.load(elf.value)).toMatchObject({ ok: true });
  const lines: string[] = [];
  machine.logCommits((line) => lines.push(line));
  machine.run(40);
  const data = elf.value.symbols.find(({ name }) => name === 'data')!.value;
  const at = (offset: number) => ` mem 0x${(data + BigInt(offset)).toString(16).padStart(16, '0')}`;
  const traffic = lines.filter((line) => /\(0x\w{6}7b\)/.test(line)).map((line) => line.replace(/^.*\)/, ''));
  expect(traffic).toEqual(['', '', at(0) + at(1) + at(2), `${at(8)} 0x01${at(9)} 0x02${at(10)} 0x83`]);
});
