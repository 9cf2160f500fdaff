import { describe, expect, test } from 'vitest';
import { assembleObject } from '../../src/assembler/assemble.ts';
import { assembleToHex, instructionWords } from './listing.ts';

describe('instructions', () => {
  // Encodings by GNU as 2.40 with -march=rv64gc.
  test.each([
    ['addi a0, a0, 0', '852a'],
    ['add a0, a1, a0', '952e'],
    ['addi sp, sp, 16', '0141'],
    ['addi a0, sp, 0', '850a'],
    ['addi zero, a0, 0', '00050013'],
    ['mv a0, zero', '00000513'],
    ['add a0, a1, zero', '00058533'],
    ['li sp, 4096', '00001137'],
    ['li a0, -4096', '757d'],
    ['li a0, 0x80000000', '0010051b 057e'],
    ['li a0, 0x123456789abcdef', '00092537 a2b5051b 0532 3c550513 0536 abd50513 0532 def50513'],
    ['jalr zero, 0(a0)', '00050067'],
    ['jr a0', '8502'],
    ['jalr a0', '9502'],
    ['and a0, a1, a0', '8d6d'],
    ['slli a0, a0, 0', '00051513'],
    ['lui a0, %hi(0x12345fff)', '12346537'],
    ['addi a0, a0, %lo(0x12345)', '34550513'],
    ['fence rw, w', '0310000f'],
    ['fcvt.d.w fa0, a0', 'd2050553'],
    ['fcvt.w.s a0, fa0, rtz', 'c0051553'],
    ['fmv.d fa0, fa1', '22b58553'],
    ['amoadd.d.aqrl a0, a1, 0(a2)', '06b6352f'],
    ['csrwi mstatus, 5', '3002d073'],
    ['ADDI a0, a0, 1', '0505'],
    ['.insn r 0x7b, 3, 2, x0, a0, a1', '04b5307b'],
    ['.insn r CUSTOM_3, 7, 126, a2, a0, a1', 'fcb5767b'],
    ['.insn i 0x13, 0, a0, a1, 5', '00558513'],
    ['zext.w a0, a1', '02059513 9101'],
    ['unimp', '0000'],
  ])('%s', (text, words) => expect(instructionWords(text)).toBe(words));

  test('branches take the shortest form that reaches', () => {
    const jump = (bytes: number): string => instructionWords(`beqz a0, 1f\n.zero ${bytes}\n1:`).split(' ')[0]!;
    expect(jump(252)).toBe('cd7d');
    expect(jump(254)).toBe('10050163');
    expect(jump(4094)).toBe('e119');
    expect(instructionWords('beq a0, a1, far').split(' ').length).toBe(2);
  });

  test('an address pair refers to its upper half by a label', () => {
    const result = assembleObject({ name: 't.s', text: 'nop\nla a0, x\n' });
    if (!result.ok) throw new Error('does not assemble');
    const { symbols, sections } = result.value;
    const relocations = sections[0]!.relocations.map(({ offset, type, symbol, addend }) => {
      const target = symbol === undefined ? undefined : symbols[symbol];
      return [offset, type, target?.name === 'x' ? 'x' : target?.value, addend];
    });
    expect(relocations).toEqual([
      [2n, 23, 'x', 0n],
      [2n, 51, undefined, 0n],
      [6n, 24, 2n, 0n],
      [6n, 51, undefined, 0n],
    ]);
  });
});

describe('directives', () => {
  test.each([
    ['.word 1, -1, 0x80000000', '01000000ffffffff00000080'],
    ['.dword 0xfedcba9876543210', '1032547698badcfe'],
    ['.string "a\\n\\x41\\101"', '610a414100'],
    ['.float 1.5, -0.1', '0000c03fcdccccbd'],
    ['.double 1e-310', '2be6708b68120000'],
    ['.byte 1\n.align 2\n.byte 2', '0100000002'],
    ['.uleb128 300\n.sleb128 -2', 'ac027e'],
    ['a: .byte 1,2\nb: .word b - a', '010202000000'],
    ['.set x, 5\n.byte x\n.set x, x + 1\n.byte x', '0506'],
    ['.byte (1 + 2) * 3 << 1, 7 & 3 == 3, !0, ~0 & 0xff', '12ff01ff'],
    ['.rept 3\n.byte 7\n.endr', '070707'],
    ['.irp r, 1, 2\n.byte \\r\n.endr', '0102'],
    ['.macro m a, b=9\n.byte \\a, \\b\n.endm\nm 1\nm 2, 3\nm b=4, a=5', '010902030504'],
    ['.if 0\n.byte 1\n.elseif 1\n.byte 2\n.else\n.byte 3\n.endif', '02'],
    ['.ifndef y\n.byte 1\n.endif', '01'],
    ['.fill 2, 2, 0x1234', '34123412'],
    ['.ascii "x" # comment; .byte 1\n.byte 2 ; .byte 3 /* 4 */', '780203'],
  ])('%s', (text, bytes) => expect(assembleToHex(`.data\n${text}\n`, '.data')).toBe(bytes));

  test('code that the linker may move is aligned with nops and a mark', () => {
    const result = assembleObject({ name: 't.s', text: 'nop\n.align 3\nnop\n' });
    expect(result.ok && result.value.sections[0]!.relocations).toEqual([{ offset: 2n, type: 43, addend: 6n }]);
    expect(instructionWords('.option norelax\nnop\n.align 3\nnop\n')).toBe('0001 0001 00000013 0001 0001 00000013');
  });
});

describe('line tables', () => {
  test('.loc makes the rows that GNU as makes', () => {
    const text = [
      ...[
        '.file 1 "a/b.c"',
        '.file 2 "x.h"',
        '.loc 1 5 2',
        'nop',
        'nop',
        '.loc 2 9',
        'nop',
        '.loc 1 500 3 is_stmt 0',
        'nop',
      ],
    ].join('\n');
    expect(assembleToHex(text, '.debug_line')).toBe(
      '5100000003002300000001' +
        '01fb0e0d0001010101000000010000016100' +
        '00622e6300010000782e68000000000005020009020000000000000000160402030409000001040105030603eb030900000109000000' +
        '0101',
    );
  });

  test('sources without .loc get their own lines on request', () => {
    const result = assembleObject({ name: 't.s', text: 'nop\n\n nop; nop\n' }, { debugLines: true });
    const line = result.ok ? result.value.sections.find(({ name }) => name === '.debug_line') : undefined;
    // Two rows: lines 1 and 3. The advances between them are left to the linker.
    expect(line?.relocations.map(({ type }) => type)).toEqual([2, 34, 38, 34, 38]);
    expect(Buffer.from(line!.bytes).toString('hex')).toMatch(/000902000000000000000001030209000001090000000101$/);
  });

  test.each([
    ['.loc 1 5\nnop', 'file 1 has no name'],
    ['.file 1 "a"\n.loc 1 5 stmt', '"stmt" is not an option of .loc'],
  ])('%s', (text, message) => expect(assembleToHex(text)).toContain(message));
});

describe('accelerator commands', () => {
  test.each([
    ['mvin a0, a1', '04b5307b'],
    ['config a0, a1', '00b5307b'],
    ['counter a2, a0, a1', 'fcb5767b'],
    ['flush', '0e00307b'],
    // li t6, 0x0010001080000010
    ['mvin a0, acc(16), rows=16, cols=16', '00200fb7 021f8f9b 0ffe 0fc1 05f5307b'],
    ['mvin a0, acc(16), rows=16, cols=16, tmp2=a1', '002005b7 0215859b 05fe 05c1 04b5307b'],
    ['loop_ws.config_addrs_ab a=a0, b=a1', '14b5307b'],
    ['preload garbage, garbage', '00100f1b 1f02 1f7d 00100f9b 1f82 1ffd 0dff307b'],
  ])('%s', (text, words) => expect(instructionWords(text)).toBe(words));

  test('a local address may be sp(row) although sp is a register', () => {
    expect(instructionWords('mvin sp, sp(0), rows=1, cols=1')).toMatch(/05f1307b$/);
  });
});

describe('messages', () => {
  test.each(['lw a0, 5000(a1)', 'sd a0, 5000(a1)', 'fld fa0, 5000(a1)'])('%s: the offset is at fault', (text) => {
    expect(assembleToHex(text)).toMatch(/error\[ASM004\]: the immediate is 5000, but must be from -2048 to 2047/);
  });

  test('say what was found, where, and what is legal, several in one run', () => {
    expect(assembleToHex('  addi a0, a0, 5000\n  mvni a0, a1\n  add a0, a9, a1\n  lw a0, 0(a1\n')).toBe(
      [
        't.s:1:16: error[ASM004]: the immediate is 5000, but must be from -2048 to 2047',
        '  1 |   addi a0, a0, 5000',
        '                     ^^^^',
        '  hint: legal: addi rd, rs1, imm',
        't.s:2:3: error[ASM002]: unknown instruction or macro "mvni"',
        '  2 |   mvni a0, a1',
        '        ^^^^',
        '  hint: did you mean "mvin"?',
        't.s:3:11: error[ASM003]: an integer register belongs here, found "a9"',
        '  3 |   add a0, a9, a1',
        '                ^^',
        '  hint: did you mean "a0"?; legal: add rd, rs1, rs2 | add rd, rs1, imm | add rd, rs1, rs2, %tprel_add(symbol)',
        't.s:4:14: error[ASM003]: a ")" belongs here',
        '  4 |   lw a0, 0(a1',
        '                   ^',
        '  hint: legal: lw rd, imm(rs1) | lw rd, symbol',
      ].join('\n'),
    );
  });

  test.each([
    ['mvin a0, acc(16), rows=70000, cols=1', 'rows is 70000, but the field holds 0 to 65535'],
    ['mvin a0, acc(16), rows=1', 'mvin needs cols'],
    ['config_ex dataflw=ws', 'did you mean "dataflow"?'],
    ['config_ex dataflow=xs', 'dataflow is "xs", must be one of os, ws'],
    ['x: nop\nx: nop', '"x" is defined already'],
    ['.if 1', 'this condition is not closed by .endif'],
    ['.macro m\nnop', 'this body is not closed by .endm'],
    ['.include "x"', 'cannot read "x"'],
    ['j 1b', 'no label "1:" comes before this line'],
    ['j 1f', 'label "1" is used but not defined'],
    ['.word 1 +', 'an expression is missing here'],
    ['.string "a', 'the string does not end on this line'],
    ['.wrod 1', 'did you mean ".word"?'],
    ['li a0, x', 'the constant must be a number known here'],
    ['.macro m\nm\n.endm\nm', 'nest deeper than'],
  ])('%s', (text, message) => expect(assembleToHex(text)).toContain(message));
});
