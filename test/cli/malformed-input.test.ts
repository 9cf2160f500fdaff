import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { exitCode } from '../../src/cli/exit-codes.ts';
import { SeededRandom } from '../../src/support/random.ts';
import { pollux } from './command-line.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollux-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const examples = readdirSync('asm')
  .filter((name) => name.endsWith('.s'))
  .map((name) => readFileSync(join('asm', name), 'utf8'));
const hostInterface = readFileSync('asm/host.inc', 'utf8');

/** Runs a file; whatever it holds, the outcome must be an answer and no failure of ours. */
async function expectAnswer(name: string, contents: string | Uint8Array, seed: number): Promise<void> {
  const file = join(folder, name);
  writeFileSync(file, contents);
  const { status, err } = await pollux('run', '--max-instructions', '20000', '-s', 'memory.size=1MiB', file);
  expect(status, `seed ${seed}\n${err}`).not.toBe(exitCode('ourBug'));
  if (status === exitCode('badInput')) expect(err, `seed ${seed}`).toMatch(/error\[[A-Z]+\d+\]/);
}

/** Cuts, repeats, swaps and garbles pieces of a text. */
function garble(text: string, random: SeededRandom): string {
  const pieces = text.split(/(\s+|,|\(|\))/);
  for (let i = random.int(1, 6); i > 0; i--) {
    const at = random.int(0, pieces.length);
    const other = pieces[random.int(0, pieces.length)]!;
    pieces[at] = random.pick([
      '',
      other,
      pieces[at]! + other,
      '\\'.repeat(random.int(1, 3)),
      '"',
      '0x',
      '-9223372036854775809',
      '1b',
      '.macro m\nm\n.endm\nm',
      '.rept 3',
      '/*',
      '\u00e9\0',
      '((((',
      'sp(',
    ]);
  }
  return pieces.join('');
}

test('garbled sources get diagnostics or run (seeds 1 to 150)', async () => {
  writeFileSync(join(folder, 'host.inc'), hostInterface);
  for (let seed = 1; seed <= 150; seed++) {
    const random = new SeededRandom(seed);
    await expectAnswer('garbled.s', garble(random.pick(examples), random), seed);
  }
});

test('damaged programs get one error, run, trap or reach the limit (seeds 1 to 150)', async () => {
  const matmul = assemble([{ name: 'matmul.s', text: readFileSync('asm/matmul.s', 'utf8') }]);
  if (!matmul.ok) throw new Error('asm/matmul.s is wrong');
  for (let seed = 1; seed <= 150; seed++) {
    const random = new SeededRandom(seed);
    const bytes = matmul.value.bytes.slice(
      0,
      random.chance(0.1) ? random.int(0, matmul.value.bytes.length) : undefined,
    );
    const isHeader = random.chance(0.3);
    for (let i = random.int(1, 20); i > 0 && bytes.length > 0; i--)
      bytes[random.int(0, isHeader ? Math.min(300, bytes.length) : bytes.length)] = random.int(0, 256);
    await expectAnswer('damaged.elf', bytes, seed);
  }
});

test('configurations of random keys and values are refused or make a machine (seeds 1 to 150)', async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = new SeededRandom(seed);
    const words = [
      'accelerator',
      'dim',
      'memory',
      'size',
      ':',
      '\n  ',
      '16',
      '0x10',
      'preset: lean',
      '{',
      '}',
      '- ',
      'true',
      '"',
      'null',
    ];
    const file = join(folder, 'random.yaml');
    writeFileSync(
      file,
      Array.from({ length: random.int(1, 25) }, () => random.pick(words)).join(random.pick(['', ' '])),
    );
    const { status, err } = await pollux('config', 'show', '-c', file);
    expect([0, exitCode('badInput')], `seed ${seed}\n${err}`).toContain(status);
  }
});
