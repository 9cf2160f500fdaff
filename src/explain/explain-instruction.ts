/** RV64 instructions, compressed ones and other spellings in words: syntax, encoding, fields, meaning. */
import { type InstructionText, instructionText } from '../disassembler/instruction-text.ts';
import { parseArch, type RiscvAttributes } from '../elf/riscv-attributes.ts';
import { type AliasDef, ASSEMBLER_ALIASES, PRINTED_ALIASES } from '../isa/aliases.ts';
import { fieldRange, type InstructionField, type InstructionFields, unpackFields } from '../isa/bit-pattern.ts';
import { csrByNumber } from '../isa/csrs.ts';
import { decode } from '../isa/decode.ts';
import { FLOAT_REGISTERS, INTEGER_REGISTERS } from '../isa/registers.ts';
import { type Extension, INSTRUCTIONS, type InstructionDef, instructionByName } from '../isa/rv64.ts';
import { COMPRESSED, type CompressedDef, compressedByName } from '../isa/rvc.ts';
import { tableLines } from '../support/text-table.ts';
import { bitPicture } from './bit-picture.ts';
import { bitRange, indented } from './layout.ts';

const ALIASES: readonly AliasDef[] = [...PRINTED_ALIASES, ...ASSEMBLER_ALIASES];

/** Every mnemonic that encodes one instruction. */
export const INSTRUCTION_MNEMONICS: readonly string[] = [
  ...INSTRUCTIONS.filter(({ extension }) => extension !== 'X').map(({ name }) => name),
  ...ALIASES.map(({ name }) => name),
  ...COMPRESSED.map(({ name }) => name),
];

const EXTENSION_NAMES: Readonly<Record<Extension, string>> = {
  I: 'base integer instructions (I)',
  M: 'multiplication and division (M)',
  A: 'atomic instructions (A)',
  F: 'single-precision floating point (F)',
  D: 'double-precision floating point (D)',
  Zicsr: 'CSR instructions (Zicsr)',
  Zifencei: 'instruction-fetch fence (Zifencei)',
  S: 'privileged instructions',
  X: 'custom opcodes',
};

/** What operand kinds are, where it is not said by the field's range. */
const OPERAND_KINDS: Readonly<Record<string, string>> = {
  hi: 'upper 20 bits of the immediate, as a number from 0 to 0xfffff',
  branch: 'target; the immediate is its distance from this instruction in bytes',
  jump: 'target; the immediate is its distance from this instruction in bytes',
  rm: 'rounding mode (rne, rtz, rdn, rup, rmm, dyn); dyn, the mode in frm, when left out',
  rne: 'rounding mode; rne when left out',
  csr: 'control and status register, by name or number',
  pred: 'accesses before the fence: letters of iorw',
  succ: 'accesses after the fence: letters of iorw',
  'imm(rs1)': 'address: register plus immediate',
  '(rs1)': 'address: register',
};

const RV64GC: RiscvAttributes = { extensions: parseArch('rv64gc'), privilegedSpec: undefined };

/** The lines for a mnemonic; nothing when it is none. */
export function explainMnemonic(name: string): string[] | undefined {
  const [, base = name, ordering] = /^(.*?)(?:\.(aq|rl|aqrl))?$/.exec(name)!;
  const def = instructionByName.get(ordering === undefined ? name : base);
  const isOrdered = ordering === undefined || def?.fields.has('aq');
  const sections = [
    ...(def !== undefined && def.extension !== 'X' && isOrdered ? [explainDefinition(def)] : []),
    ...aliasSections(name),
    ...(compressedByName.has(name) ? [explainCompressed(compressedByName.get(name)!)] : []),
  ];
  return sections.length === 0 ? undefined : sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

const syntax = (name: string, operands: readonly string[]): string => `${name} ${operands.join(', ')}`.trimEnd();

function explainDefinition(def: InstructionDef): string[] {
  const spellings = ALIASES.filter((one) => one.instruction === def).map((one) => aliasLine(one));
  const compressed = COMPRESSED.filter(({ expandsTo }) => expandsTo === def).map((one) =>
    syntax(one.name, one.operands),
  );
  return [
    syntax(def.name, def.operands),
    ...indented([
      def.summary,
      `from the ${EXTENSION_NAMES[def.extension]}`,
      '',
      ...bitPicture(def.encoding, def, 32),
      '',
      ...fieldTable(def),
      ...(def.fields.has('aq') ? ['', `${def.name}.aq, .rl and .aqrl set the ordering bits`] : []),
      ...list('other spellings:', spellings),
      ...list('compressed forms:', compressed),
    ]),
  ];
}

const list = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ['', title, ...indented(items)];

const aliasLine = ({ name, operands, fixed }: AliasDef): string => {
  const values = Object.entries(fixed).map(([field, value]) => `${field} = ${fieldText(field, value)}`);
  const equal = operands.includes('fs1=fs2') ? ['fs2 = fs1'] : [];
  const conditions = [...values, ...equal];
  return syntax(name, operands) + (conditions.length === 0 ? '' : `   (${conditions.join(', ')})`);
};

function aliasSections(name: string): string[][] {
  const aliases = ALIASES.filter((one) => one.name === name);
  const targets = [...new Set(aliases.map(({ instruction }) => instruction))];
  return targets.map((target) => [
    `${name} is another spelling of ${target.name}:`,
    ...indented(aliases.filter(({ instruction }) => instruction === target).map(aliasLine)),
    '',
    ...explainDefinition(target),
  ]);
}

function explainCompressed(def: CompressedDef): string[] {
  const fields = Object.entries(def.expansion).map(
    ([target, source]) => `${target} = ${typeof source === 'number' ? fieldText(target, source) : source}`,
  );
  const excluded = Object.entries(def.excluded).map(([field, values]) => `${field} is not ${values.join(' or ')}`);
  return [
    syntax(def.name, def.operands),
    ...indented([
      `16-bit form of ${def.expandsTo.name}${fields.length === 0 ? '' : ` with ${fields.join(', ')}`}`,
      def.expandsTo.summary,
      ...(excluded.length === 0 ? [] : [excluded.join(', ')]),
      '',
      ...bitPicture(def.encoding, def, 16),
      '',
      ...fieldTable(def),
    ]),
  ];
}

/** A line per field: name, where it is, what it may be; then what operands mean. */
function fieldTable({
  fields,
  operands,
}: {
  readonly fields: ReadonlyMap<string, InstructionField>;
  readonly operands: readonly string[];
}): string[] {
  const rows = [...fields.values()].map((field) => [field.name, `bits ${places(field)}`, rangeText(field, operands)]);
  const kinds = operands.filter((kind) => kind in OPERAND_KINDS).map((kind) => [kind, OPERAND_KINDS[kind]!]);
  const table = tableLines(rows);
  return kinds.length === 0 ? table : [...table, '', ...tableLines(kinds)];
}

const places = ({ slices }: InstructionField): string =>
  slices.map(({ wordLsb, width }) => bitRange(wordLsb, width)).join(', ');

function rangeText(field: InstructionField, operands: readonly string[]): string {
  const { name, zeroBits, width, bias } = field;
  if (/^r[sd]/.test(name)) {
    const isFloat = operands.some((kind) => kind.replace(/\W.*/, '') === `f${name.slice(1).replace("'", '')}`);
    const names = isFloat ? FLOAT_REGISTERS : INTEGER_REGISTERS;
    return bias === 0 ? `${isFloat ? 'floating-point' : 'integer'} register` : `${names[8]} to ${names[15]}`;
  }
  if (width <= 4 || name === 'csr' || name === 'funct7') return `${width} bits`.replace(/^1 bits/, '1 bit');
  const { min, max } = fieldRange(field);
  return `${min} to ${max}${zeroBits === 0 ? '' : `, a multiple of ${2 ** zeroBits}`}`;
}

/** The lines for an instruction word; nothing when it is none. */
export function explainWord(word: number): string[] | undefined {
  const found = decode(word);
  if (found === undefined) return undefined;
  const { instruction, compressed, fields } = found;
  const text = instructionText(word, RV64GC);
  const definition = compressed ?? instruction;
  const digits = found.length * 2;
  const own = compressed === undefined ? fields : unpackFields(compressed, word & 0xffff);
  return [
    `0x${(found.length === 2 ? word & 0xffff : word >>> 0).toString(16).padStart(digits, '0')}   ${text === undefined ? syntax(definition.name, definition.operands) : lineOf(text)}`,
    ...indented([
      definition === instruction
        ? `${instruction.name}: ${instruction.summary}`
        : `${definition.name}, the 16-bit form of ${instruction.name}: ${instruction.summary}`,
      '',
      ...bitPicture(definition.encoding, definition, compressed === undefined ? 32 : 16, word),
      '',
      ...fieldValues(own, instruction),
      ...(compressed === undefined
        ? []
        : ['', `stands for ${instruction.name} with`, ...indented(fieldValues(fields, instruction))]),
    ]),
  ];
}

const lineOf = ({ mnemonic, operands, target }: InstructionText): string => {
  const place = target === undefined ? [] : [target < 0 ? `. - ${-target}` : `. + ${target}`];
  return `${mnemonic} ${[...(operands === '' ? [] : [operands.replaceAll(',', ', ')]), ...place].join(', ')}`.trimEnd();
};

const fieldValues = (fields: InstructionFields, { operands }: InstructionDef): string[] =>
  tableLines(
    Object.entries(fields).map(([name, value]) => {
      const isFloat = operands.includes(`f${name.slice(1).replace("'", '')}`);
      return [
        name,
        '=',
        isFloat && /^r[sd]/.test(name) ? `${value} (${FLOAT_REGISTERS[value]})` : fieldText(name, value),
      ];
    }),
  );

function fieldText(name: string, value: number): string {
  if (/^r[sd]/.test(name)) return `${value} (${INTEGER_REGISTERS[value]})`;
  if (name === 'csr') {
    const csr = csrByNumber.get(value);
    return `0x${value.toString(16)}${csr === undefined ? '' : ` (${csr.name}, ${csr.summary})`}`;
  }
  return Math.abs(value) < 10 ? String(value) : `${value} (${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)})`;
}
