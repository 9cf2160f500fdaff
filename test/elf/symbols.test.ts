import { expect, test } from 'vitest';
import type { ElfSymbol } from '../../src/elf/format.ts';
import { SymbolIndex } from '../../src/elf/symbols.ts';

const symbol = (name: string, value: bigint, fields: Partial<ElfSymbol> = {}): ElfSymbol => ({
  name,
  value,
  size: 0n,
  binding: 'global',
  type: 'none',
  section: 0,
  ...fields,
});

test('an address belongs to the last symbol that starts at or before it', () => {
  const index = new SymbolIndex([symbol('main', 0x100n), symbol('_start', 0x80n)]);
  expect(index.describe(0x80n)).toBe('_start');
  expect(index.describe(0xfen)).toBe('_start+0x7e');
  expect(index.describe(0x110n)).toBe('main+0x10');
  expect(index.describe(0x7fn)).toBeUndefined();
});

test('an address behind a symbol with a size belongs to nothing', () => {
  const index = new SymbolIndex([symbol('main', 0x100n, { size: 8n, type: 'func' })]);
  expect(index.describe(0x107n)).toBe('main+0x7');
  expect(index.describe(0x108n)).toBeUndefined();
});

test('functions win over labels at the same address, and constants, sections and compiler labels are no places', () => {
  const index = new SymbolIndex([
    symbol('.text', 0x100n, { type: 'section', binding: 'local' }),
    symbol('label', 0x100n, { binding: 'local' }),
    symbol('main', 0x100n, { type: 'func' }),
    symbol('$x', 0x104n, { binding: 'local' }),
    symbol('.L3', 0x104n, { binding: 'local' }),
    symbol('SIZE', 0x104n, { section: 'absolute' }),
  ]);
  expect(index.describe(0x104n)).toBe('main+0x4');
});

test('names are found, undefined ones are not', () => {
  const index = new SymbolIndex([symbol('tohost', 0x1000n), symbol('puts', 0n, { section: 'undefined' })]);
  expect(index.byName('tohost')?.value).toBe(0x1000n);
  expect(index.byName('puts')).toBeUndefined();
});
