import { describe, expect, test } from 'vitest';
import { assemble, assembleObject } from '../../src/assembler/assemble.ts';
import { linkObjects } from '../../src/assembler/link.ts';

const program = (...texts: string[]) => {
  const result = assemble(texts.map((text, i) => ({ name: `${i}.s`, text })));
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.value.file;
};
const errors = (...texts: string[]) => {
  const result = assemble(texts.map((text, i) => ({ name: `${i}.s`, text })));
  return result.ok ? [] : result.errors.map(({ message }) => message);
};
const addressOf = (file: ReturnType<typeof program>, name: string) =>
  file.symbols.find((symbol) => symbol.name === name)?.value;

describe('programs', () => {
  test('begin at 0x80000000, at _start', () => {
    const file = program('nop\n.globl _start\n_start: nop\n');
    expect(file.sections[0]!.addr).toBe(0x80000000n);
    expect(file.entry).toBe(0x80000002n);
  });

  test('get tohost, fromhost and a stack when they use them', () => {
    const file = program('la a0, tohost\nla a1, fromhost\nla sp, _stack_top\n');
    expect(addressOf(file, 'tohost')).toBe(0x80001000n);
    expect(addressOf(file, 'fromhost')).toBe(0x80001040n);
    expect(file.sections.find(({ name }) => name === '.stack')?.size).toBe(0x20000n);
  });

  test('refer to symbols of other sources', () => {
    const file = program('.globl _start\n_start: call f\n', '.globl f\n.data\n.word 1\n.text\nf: ret\n');
    // auipc ra, 0; jalr ra, 8(ra)
    const view = new DataView(file.sections[0]!.bytes.buffer);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([0x00000097, 0x008080e7]);
  });

  test('lose the nops that an alignment does not need, and branches still arrive', () => {
    const file = program('_start: j x\nnop\nnop\n.align 3\ny: nop\n.align 3\nx: nop\n');
    expect(addressOf(file, 'y')).toBe(0x80000008n);
    expect(addressOf(file, 'x')).toBe(0x80000010n);
    // c.j .+16
    expect(new DataView(file.sections[0]!.bytes.buffer).getUint16(0, true)).toBe(0xa801);
  });

  test('share the space of .comm symbols', () => {
    const file = program('.comm x, 8, 8\n', '.comm x, 64, 16\n.dword x\n');
    expect(file.sections.find(({ name }) => name === '.bss')?.size).toBe(64n);
  });
});

describe('link errors', () => {
  test('name undefined symbols and near ones', () => {
    expect(errors('.globl print\nprint: call prnt\n')).toEqual(['"prnt" is used but not defined']);
  });

  test('name symbols that are defined twice', () => {
    expect(errors('.globl f\nf:\n', '.globl f\nf:\n')).toEqual(['"f" is defined in 0.s and again in 1.s']);
  });

  test('say how far a target is', () => {
    const object = assembleObject({ name: 'a.s', text: 'lui a0, %hi(far)\n.globl far\n.set far, 0x200000000\n' });
    const linked = object.ok ? linkObjects([{ name: 'a.s', object: object.value }]) : object;
    expect(linked.ok ? '' : linked.errors[0]!.message).toContain('0x200000000 is not in the low or high 2 GiB');
  });
});

test('an undefined symbol is one mistake, also where its address takes two instructions', () => {
  expect(errors('_start: la a0, missing\nlw a1, missing\n')).toEqual(['"missing" is used but not defined']);
});

test('an undefined symbol is shown where the source mentions it; a register in its place gets advice', () => {
  const result = assemble([{ name: 'a.s', text: '_start:\n  lw a0, a1\n' }]);
  expect(result.ok ? [] : result.errors).toMatchObject([
    {
      code: 'LNK002',
      span: { file: 'a.s', line: 2, column: 10, endColumn: 12 },
      hint: expect.stringContaining('0(a1)'),
    },
  ]);
});
