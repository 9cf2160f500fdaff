import { expect, test } from 'vitest';
import { disassembleFile } from '../../src/disassembler/disassemble.ts';
import type { ElfFile, ElfSection, ElfSymbol } from '../../src/elf/format.ts';
import { SeededRandom } from '../../src/support/random.ts';

const section = (name: string, addr: bigint, bytes: readonly number[]): ElfSection => ({
  name,
  type: 1,
  flags: 6,
  addr,
  align: 2,
  entrySize: 0,
  bytes: Uint8Array.from(bytes),
  size: BigInt(bytes.length),
  relocations: [],
});
const label = (name: string, value: bigint, more: Partial<ElfSymbol> = {}): ElfSymbol => ({
  name,
  value,
  size: 0n,
  binding: 'local',
  type: 'none',
  section: 0,
  ...more,
});
const file = (sections: readonly ElfSection[], symbols: readonly ElfSymbol[]): ElfFile => ({
  type: 'exec',
  flags: 5,
  entry: 0n,
  segments: [],
  sections,
  symbols,
});
const words = (...values: number[]): number[] =>
  values.flatMap((value) => [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff));
const listing = (one: ElfFile): string => [...disassembleFile(one, 'a.elf')].slice(6).join('\n');

// What GNU objdump 2.40 prints for the same bytes and symbols.
test('addresses, bytes, symbols, branch targets and composed addresses are laid out as GNU objdump does', () => {
  const code = words(0x00001517, 0x00450513, 0x00050463, 0x8082_0001, 0xff5ff06f);
  const symbols = [label('_start', 0x80000000n, { binding: 'global' }), label('end', 0x8000000en)];
  expect(listing(file([section('.text', 0x80000000n, code)], symbols))).toBe(
    [
      '0000000080000000 <_start>:',
      '    80000000:\t00001517          \tauipc\ta0,0x1',
      '    80000004:\t00450513          \tadd\ta0,a0,4 # 80001004 <end+0xff6>',
      '    80000008:\t00050463          \tbeqz\ta0,80000010 <end+0x2>',
      '    8000000c:\t0001                \tnop',
      '',
      '000000008000000e <end>:',
      '    8000000e:\t8082                \tret',
      '    80000010:\tff5ff06f          \tj\t80000004 <_start+0x4>',
    ].join('\n'),
  );
});

test('mapping symbols turn data into directives, and runs of zeros are left out', () => {
  const bytes = [...words(0x12345678), 0x34, 0x12, 0x01, 0, ...words(0, 0, 0x00008067), 0, 0];
  const symbols = [label('$d', 0n), label('$x', 7n), label('f', 0n)];
  const text = listing(file([section('.text', 0n, bytes)], symbols))
    .split('\n')
    .slice(1);
  expect(text).toEqual([
    '   0:\t12345678          \t.word\t0x12345678',
    '   4:\t1234                \t.short\t0x1234',
    '   6:\t01                \t.byte\t0x01',
    '\t...',
    '   f:\t6700                \tld\ts0,8(a4)',
    '  11:\t0080                \tadd\ts0,sp,64',
    '  13:\t0000                \tunimp',
    '\t...',
  ]);
});

test('data objects in code are dumped as bytes with their characters', () => {
  const bytes = [...words(0x00000013), ...new TextEncoder().encode('Text of 20 bytes, ok')];
  const symbols = [label('f', 0n), label('text', 4n, { type: 'object' })];
  expect(
    listing(file([section('.text', 0n, bytes)], symbols))
      .split('\n')
      .slice(3),
  ).toEqual([
    '0000000000000004 <text>:',
    '   4:\t74786554 20666f20 62203032 73657479     Text of 20 bytes',
    '  14:\t6b6f202c                                , ok',
  ]);
});

test('what is no instruction is printed as its bytes', () => {
  const bytes = [...words(0x0000007b), 0x1f, 0, 1, 2, 3, 4, 0xff, 0xff, 0x13];
  const text = listing(file([section('.text', 0n, bytes)], []))
    .split('\n')
    .slice(1);
  expect(text.slice(0, 2)).toEqual([
    '   0:\t0000007b          \t.4byte\t0x7b',
    '   4:\t001f 0201 0403      \t.byte\t0x1f, 0x00, 0x01, 0x02, 0x03, 0x04',
  ]);
});

test('random bytes under random symbols are disassembled to their end', () => {
  const random = new SeededRandom(20261121);
  for (let round = 0; round < 300; round++) {
    const bytes = Array.from({ length: random.int(0, 200) }, () => (random.chance(0.3) ? 0 : random.int(0, 256)));
    const symbols = Array.from({ length: random.int(0, 12) }, (_, i) =>
      label(
        random.pick([`s${i}`, '$d', '$x', '$xrv64i2p1', '.L0 ', '__global_pointer$']),
        BigInt(random.int(-8, 220)),
        {
          section: random.pick([0, 1, 'absolute'] as const),
          type: random.pick(['none', 'func', 'object', 'tls'] as const),
        },
      ),
    );
    const sections = [section('.text', 0n, bytes), section('.other', 0x100n, bytes)];
    const lines = [...disassembleFile(file(sections, symbols), `seed ${random.seed}`)];
    expect(lines.length).toBeGreaterThan(2);
  }
});
