import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assembleObject } from '../../src/assembler/assemble.ts';
import { linkObjects } from '../../src/assembler/link.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';
import { SeededRandom } from '../../src/support/random.ts';

const texts = [
  ...readdirSync('asm').map((name) => readFileSync(`asm/${name}`, 'utf8')),
  readFileSync('test/differential/directives.s', 'utf8'),
];

const SCRAPS = [
  ...[
    '(',
    ')',
    ',',
    '"',
    "'",
    '\\',
    '#',
    '/*',
    '%hi(',
    '-',
    '~',
    '0x',
    '99999999999999999999',
    '1f',
    '2b',
    '\u0000',
    'é',
  ],
  ...[
    '.macro m a',
    '.endm',
    '.if',
    '.endif',
    '.rept 3',
    '.endr',
    '.section',
    '.align 9',
    'acc(',
    'rows=',
    ':',
    '=',
    '.org 5',
    '.word',
  ],
];

/** A source with a few pieces cut, doubled, moved or put in. */
function damage(random: SeededRandom, text: string): string {
  let damaged = text;
  for (let i = random.int(1, 6); i > 0; i--) {
    const at = random.int(0, damaged.length);
    const end = Math.min(damaged.length, at + random.int(1, random.chance(0.8) ? 8 : 200));
    const piece = damaged.slice(at, end);
    const elsewhere = random.int(0, damaged.length);
    damaged = random.pick([
      () => damaged.slice(0, at) + damaged.slice(end),
      () => damaged.slice(0, at) + piece + damaged.slice(at),
      () => damaged.slice(0, elsewhere) + piece + damaged.slice(elsewhere),
      () => damaged.slice(0, at) + random.pick(SCRAPS) + damaged.slice(at),
    ])();
  }
  return damaged;
}

const readFile = (path: string): Uint8Array | undefined =>
  path === 'host.inc' ? readFileSync('asm/host.inc') : undefined;

test('damaged sources end in an object or in diagnostics that point into them', () => {
  let refused = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = new SeededRandom(seed);
    const text = damage(random, random.pick(texts));
    const result = assembleObject({ name: 't.s', text }, { readFile });
    if (result.ok) continue;
    refused++;
    expect(result.errors.length, `seed ${seed}`).toBeGreaterThan(0);
    for (const { message, code, span } of result.errors) {
      expect(message.length, `seed ${seed}`).toBeGreaterThan(8);
      expect(code).toMatch(/^ASM\d{3}$/);
      expect(span!.line, `seed ${seed}: ${message}`).toBeGreaterThan(0);
      expect(span!.endColumn).toBeGreaterThan(span!.column);
    }
  }
  expect(refused).toBeGreaterThan(100);
});

test.each([
  ['parentheses without end', `.word ${'('.repeat(100_000)}`],
  ['signs without end', `.word ${'-'.repeat(100_000)}1`],
  ['a loop in a loop', '.rept 1000000\n.rept 1000000\n.endr\n.endr'],
  ['a fill of the whole memory', '.data\n.zero 0x7fffffffffffffff'],
  ['an alignment of the whole memory', '.align 31'],
  ['a symbol set to itself', '.set a, b\n.set b, a\n.word a'],
  ['an origin that goes back', '.data\n.zero 10\n.org 5'],
])('%s is refused in bounded time', (_, text) => {
  expect(assembleObject({ name: 't.s', text }).ok).toBe(false);
});

test('damaged objects end in a program or in errors', () => {
  const object = assembleObject({ name: 'a.s', text: readFileSync('asm/host.inc', 'utf8').replace('main', 'print') });
  if (!object.ok) throw new Error('the example does not assemble');
  const bytes = writeElf(object.value);
  for (let seed = 1; seed <= 500; seed++) {
    const random = new SeededRandom(seed);
    const damaged = bytes.slice();
    for (let i = random.int(1, 8); i > 0; i--) damaged[random.int(64, damaged.length)] = random.int(0, 256);
    const file = readElf(damaged);
    if (!file.ok) continue;
    const linked = linkObjects([{ name: 'a.o', object: file.value }]);
    if (!linked.ok) expect(linked.errors.length, `seed ${seed}`).toBeGreaterThan(0);
  }
});
