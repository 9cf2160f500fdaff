import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../../src/assembler/assemble.ts';
import { CommandNames } from '../../src/disassembler/command-text.ts';
import { disassembleFile } from '../../src/disassembler/disassemble.ts';
import { readLineTable } from '../../src/elf/dwarf-lines.ts';
import { readElf } from '../../src/elf/read.ts';
import { SeededRandom } from '../../src/support/random.ts';

test('whatever can be read as an ELF file has a listing', () => {
  const program = assemble([{ name: 'scaling.s', text: readFileSync('asm/scaling.s', 'utf8') }], {
    readFile: (path) => readFileSync(`asm/${path}`),
  });
  if (!program.ok) throw new Error(program.errors[0]!.message);
  const random = new SeededRandom(20261129);
  let listed = 0;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from(program.value.bytes);
    for (let i = random.int(1, 10); i > 0; i--) bytes[random.int(64, bytes.length)] = random.int(0, 256);
    const file = readElf(bytes);
    if (!file.ok) continue;
    listed++;
    const names = new CommandNames(file.value, 'current');
    const lines = disassembleFile(file.value, 'damaged', { instruction: (word, pc) => names.text(word, pc) });
    expect(Array.from(lines).length, `seed ${random.seed}, round ${round}`).toBeGreaterThan(2);
    readLineTable(file.value);
  }
  expect(listed).toBeGreaterThan(100);
});
