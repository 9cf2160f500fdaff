import { describe, expect, test } from 'vitest';
import { assembleObject } from '../../src/assembler/assemble.ts';
import { instructionText } from '../../src/disassembler/instruction-text.ts';
import { parseArch, type RiscvAttributes } from '../../src/elf/riscv-attributes.ts';
import { commandsOf, encodeCommand, ISA_REVISIONS } from '../../src/isa/accelerator.ts';
import { type BitPattern, insertField } from '../../src/isa/bit-pattern.ts';
import { INTEGER_REGISTERS } from '../../src/isa/registers.ts';
import { INSTRUCTIONS } from '../../src/isa/rv64.ts';
import { COMPRESSED, expandCompressed, matchesCompressed } from '../../src/isa/rvc.ts';
import { SeededRandom } from '../../src/support/random.ts';

const RV64GC: RiscvAttributes = { extensions: parseArch('rv64gc'), privilegedSpec: undefined };
const WORDS_PER_ROW = 40;

/** A word of the pattern with random bits in its fields. */
function randomWord({ match, fields }: BitPattern, random: SeededRandom): number {
  let word = match;
  for (const field of fields.values()) {
    const bits = random.chance(0.2) ? random.pick([0, 1, 2, 0xffffffff]) : random.u32();
    const step = 2 ** field.zeroBits;
    const value = Math.floor((bits % 2 ** field.width) / step) * step;
    word |= insertField(field, field.bias === 0 ? value : field.bias + (value & 7));
  }
  return word >>> 0;
}

/** The text as one line of source; nothing for what has no source form. */
function sourceLine(word: number): string | undefined {
  const text = instructionText(word, RV64GC);
  if (text === undefined || text.operands.includes('unknown')) return undefined;
  // Names that objdump has for hints, but assemblers have not.
  if (text.mnemonic.endsWith('64') || (text.mnemonic === 'c.nop' && text.operands !== '')) return undefined;
  const target = text.target === undefined ? [] : [`. + ${text.target}`];
  return `${text.mnemonic} ${[...(text.operands === '' ? [] : [text.operands]), ...target].join(',')}`;
}

function assembled(lines: readonly string[]): Uint8Array {
  const object = assembleObject({ name: 'a.s', text: lines.join('\n') }, {});
  if (!object.ok) {
    const [first] = object.errors;
    throw new Error(`${first!.message} in "${lines[(first!.span?.line ?? 1) - 1]}"`);
  }
  return object.value.sections.find(({ name }) => name === '.text')!.bytes;
}

const word32 = (bytes: Uint8Array, index: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * index, true);

describe('what the disassembler prints, the assembler reads back', () => {
  test('every 32-bit instruction', () => {
    const random = new SeededRandom(20261124);
    const rows = INSTRUCTIONS.filter(({ extension }) => extension !== 'X');
    const words = rows.flatMap((def) => Array.from({ length: WORDS_PER_ROW }, () => randomWord(def, random)));
    const known = words.filter((word) => sourceLine(word) !== undefined);
    expect(known.length).toBeGreaterThan(0.8 * words.length);
    const bytes = assembled(['.option norvc', ...known.map((word) => sourceLine(word)!)]);
    const wrong = known.filter((word, index) => word32(bytes, index) !== word);
    expect(wrong.map((word) => `${word.toString(16)}: ${sourceLine(word)}`)).toEqual([]);
    expect(bytes.length).toBe(4 * known.length);
  });

  test('every compressed instruction, in one of its encodings', () => {
    const random = new SeededRandom(20261125);
    for (const def of COMPRESSED) {
      for (let i = 0; i < WORDS_PER_ROW; i++) {
        const halfword = randomWord(def, random) & 0xffff;
        if (!matchesCompressed(def, halfword)) continue;
        const line = sourceLine(halfword);
        if (line === undefined) continue;
        const bytes = assembled([line]);
        const found = bytes[0]! | (bytes[1]! << 8);
        expect(expandCompressed(found), `${halfword.toString(16)}: ${line}`).toBe(expandCompressed(halfword));
      }
    }
  });

  test('every accelerator command', () => {
    const random = new SeededRandom(20261126);
    for (const revision of ISA_REVISIONS) {
      for (const command of commandsOf(revision)) {
        const [rs1, rs2, rd] = [random.int(0, 32), random.int(0, 32), command.hasResult ? random.int(0, 32) : 0];
        const registers = [...(command.hasResult ? [rd] : []), rs1, rs2].map((one) => INTEGER_REGISTERS[one]);
        const object = assembleObject({ name: 'a.s', text: `${command.name} ${registers.join(',')}` }, { revision });
        if (!object.ok) throw new Error(object.errors[0]!.message);
        expect(word32(object.value.sections[0]!.bytes, 0)).toBe(encodeCommand(command, rs1, rs2, rd));
      }
    }
  });
});

test('random words have a text or none, and never an error', () => {
  const random = new SeededRandom(20261127);
  for (let i = 0; i < 100_000; i++) instructionText(random.u32(), RV64GC);
});
