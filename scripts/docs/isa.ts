/** docs/isa.md: the reference manual of the instruction set, computed from src/isa. */
import { type CommandDef, commandsOf } from '../../src/isa/accelerator.ts';
import { EXTERNAL_VALUES, INTERNAL_EVENTS } from '../../src/isa/accelerator-counters.ts';
import type { OperandField } from '../../src/isa/accelerator-fields.ts';
import { type AliasDef, ASSEMBLER_ALIASES, PRINTED_ALIASES } from '../../src/isa/aliases.ts';
import { CSRS, csrPrivilege, isCsrReadOnly } from '../../src/isa/csrs.ts';
import { LOCAL_ADDRESS, LOCAL_ADDRESS_FUNCTIONS, NORM_COMMANDS } from '../../src/isa/local-address.ts';
import { FLOAT_REGISTERS, INTEGER_REGISTERS } from '../../src/isa/registers.ts';
import { type Extension, INSTRUCTIONS } from '../../src/isa/rv64.ts';
import { COMPRESSED } from '../../src/isa/rvc.ts';
import { code, table } from './markdown.ts';

const EXTENSION_TITLES: Readonly<Record<Extension, string>> = {
  I: 'RV64I: integers',
  M: 'M: multiplication and division',
  A: 'A: atomics',
  F: 'F: single precision',
  D: 'D: double precision',
  Zicsr: 'Zicsr: control and status registers',
  Zifencei: 'Zifencei: instruction fetch',
  S: 'Privileged instructions',
  X: 'Custom opcodes',
};

const bitRange = ({ lsb, width }: OperandField): string => (width === 1 ? String(lsb) : `${lsb + width - 1}:${lsb}`);

function fieldMeaning({ summary, kind, fixed, default: initial, values }: OperandField): string {
  const parts = [summary];
  if (values !== undefined)
    parts.push(
      Object.entries(values)
        .map(([name, value]) => `${value} ${name}`)
        .join(', '),
    );
  if (fixed !== undefined) parts.push(`always ${fixed}`);
  if (initial !== undefined) parts.push(`default ${kind === 'float32' ? '1.0' : initial}`);
  return parts.join('; ');
}

const operandTable = (title: string, fields: readonly OperandField[]): string[] =>
  fields.length === 0
    ? []
    : [
        '',
        table(
          [title, 'field', 'meaning'],
          fields.map((field) => [bitRange(field), code(field.name), fieldMeaning(field)]),
        ),
      ];

const SUPPORT: Readonly<Record<CommandDef['support'], string>> = {
  both: '',
  rtl: ' Hardware only: an illegal instruction in the functional model.',
  functional: ' Functional model only.',
};

const commandSection = ({ name, funct, summary, support, rs1, rs2, hasResult }: CommandDef): string =>
  [
    `### ${code(name)} (funct ${funct})`,
    '',
    `${summary}${SUPPORT[support]}${hasResult ? ' Writes rd.' : ''}`,
    ...operandTable('rs1 bits', rs1),
    ...operandTable('rs2 bits', rs2),
  ].join('\n');

const aliasRows = (aliases: readonly AliasDef[]): string[][] =>
  aliases.map(({ name, operands, instruction, fixed }) => [
    code(`${name} ${operands.join(', ')}`.trim()),
    code(instruction.name),
    Object.entries(fixed)
      .map(([field, value]) => `${field} = ${value}`)
      .join(', '),
  ]);

export function isaPage(): string {
  const current = commandsOf('current');
  const square = commandsOf('square-convolution').filter((command) => !current.includes(command));
  const registers = INTEGER_REGISTERS.map((name, i) => [`x${i}`, name, `f${i}`, FLOAT_REGISTERS[i]!]);
  return `${[
    '# Instruction set reference',
    '',
    'Computed from the tables of `src/isa` by `npm run generate`; do not edit. Encodings read from the highest bit down:',
    'digits are fixed bits, names are fields, brackets say which bits of the value sit there.',
    '',
    '## Accelerator commands',
    '',
    'Commands are R-type instructions on custom-3 (opcode `0x7b`): funct7 is the funct, funct3 is 3, or 7 for a command that',
    'writes rd. Both operands are 64-bit registers. In assembler text name two registers (`mvin a0, a1`), or describe the',
    'operands in words (`mvin a0, acc(16), rows=16, cols=16`): what is described is packed and loaded into a temporary',
    'register first, t5 for rs1 and t6 for rs2 unless `tmp1=` or `tmp2=` names another one; a value of 0 needs none.',
    '',
    table(
      ['command', 'funct', 'meaning'],
      current.map(({ name, funct, summary }) => [code(name), String(funct), summary]),
    ),
    '',
    '### Local addresses',
    '',
    'A local address names a row on chip. Bits: ' +
      `${LOCAL_ADDRESS.accumulator.bit} accumulator, ${LOCAL_ADDRESS.accumulate.bit} accumulate, ` +
      `${LOCAL_ADDRESS.readFull.bit} read in full width, ${LOCAL_ADDRESS.norm.lsb + 2}:${LOCAL_ADDRESS.norm.lsb} normalisation command, ` +
      'the row below. All ones is `garbage`: no operand.',
    '',
    table(
      ['written', 'bits set', 'meaning'],
      Object.entries(LOCAL_ADDRESS_FUNCTIONS).map(([name, { base, summary }]) => [
        code(`${name}(row)`),
        `\`0x${base.toString(16)}\``,
        summary,
      ]),
    ),
    '',
    `Normalisation commands, as in \`acc(row, mean)\`: ${Object.entries(NORM_COMMANDS)
      .map(([name, value]) => `${value} ${name}`)
      .join(', ')}.`,
    '',
    current.map(commandSection).join('\n\n'),
    '',
    '## Revision `square-convolution`',
    '',
    'Headers and hardware before 23 July 2023 pack the sizes of the convolution loop for square images:',
    '',
    square.map(commandSection).join('\n\n'),
    '',
    '## Performance counters',
    '',
    table(
      ['internal event', 'name', 'unit', 'counts'],
      INTERNAL_EVENTS.map(({ code: id, name, unit, summary }) => [String(id), code(name), unit, summary]),
    ),
    '',
    table(
      ['external value', 'name', 'unit', 'is'],
      EXTERNAL_VALUES.map(({ code: id, name, unit, summary }) => [String(id), code(name), unit, summary]),
    ),
    '',
    '## RV64 instructions',
    '',
    ...(Object.keys(EXTENSION_TITLES) as Extension[]).flatMap((extension) => [
      `### ${EXTENSION_TITLES[extension]}`,
      '',
      table(
        ['instruction', 'encoding', 'meaning'],
        INSTRUCTIONS.filter((one) => one.extension === extension).map(({ name, operands, encoding, summary }) => [
          code(`${name} ${operands.join(', ')}`.trim()),
          code(encoding),
          summary,
        ]),
      ),
      '',
    ]),
    '### C: compressed instructions',
    '',
    table(
      ['instruction', 'encoding', 'stands for'],
      COMPRESSED.map(({ name, operands, encoding, expandsTo, expansion }) => [
        code(`${name} ${operands.join(', ')}`.trim()),
        code(encoding),
        `${code(expandsTo.name)} ${Object.entries(expansion)
          .map(([field, value]) => `${field} = ${value}`)
          .join(', ')}`,
      ]),
    ),
    '',
    '### Other spellings of single instructions',
    '',
    'The disassembler prints the first that fits.',
    '',
    table(['spelling', 'instruction', 'with'], aliasRows(PRINTED_ALIASES)),
    '',
    'Read by the assembler only:',
    '',
    table(['spelling', 'instruction', 'with'], aliasRows(ASSEMBLER_ALIASES)),
    '',
    '## Registers',
    '',
    table(['number', 'name', 'number', 'name'], registers),
    '',
    '## Control and status registers',
    '',
    table(
      ['number', 'name', 'mode', 'access', 'meaning'],
      [...CSRS]
        .sort((a, b) => a.number - b.number)
        .map(({ number, name, summary }) => [
          `\`0x${number.toString(16).padStart(3, '0')}\``,
          code(name),
          ['user', 'supervisor', 'hypervisor', 'machine'][csrPrivilege(number)]!,
          isCsrReadOnly(number) ? 'read' : 'read, write',
          summary,
        ]),
    ),
  ].join('\n')}\n`;
}
