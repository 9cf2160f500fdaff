/** Accelerator commands in words: syntax, instruction word, every bit field of both operands, with values if given. */

import { commandOf, commandWord } from '../disassembler/command-text.ts';
import {
  ACCELERATOR_FUNCT3,
  ACCELERATOR_OPCODE,
  type Command,
  type CommandDef,
  commandByName,
  commandsOf,
  decodeCommand,
  ISA_REVISIONS,
  type IsaRevision,
} from '../isa/accelerator.ts';
import { type OperandField, unpackOperand } from '../isa/accelerator-fields.ts';
import { parseBitPattern } from '../isa/bit-pattern.ts';
import { LOCAL_ADDRESS_FUNCTIONS } from '../isa/local-address.ts';
import { fieldValueText } from '../isa/operand-text.ts';
import { INTEGER_REGISTERS } from '../isa/registers.ts';
import { tableLines } from '../support/text-table.ts';
import { bitPicture } from './bit-picture.ts';
import { bitRange, indented } from './layout.ts';

/** Values of rs1 and rs2, as far as they are given. */
export type OperandValues = readonly bigint[];

export const commandMnemonics = (revision: IsaRevision): readonly string[] =>
  commandsOf(revision).map(({ name }) => name);

const SUPPORT: Readonly<Record<CommandDef['support'], string>> = {
  both: 'executed by the hardware and by the functional model',
  rtl: 'executed by the hardware only; the functional model does not know it',
  functional: 'executed by the functional model only',
};

/** The lines for a command by name; nothing when the revision has none of that name. */
export function explainCommand(name: string, revision: IsaRevision, values: OperandValues = []): string[] | undefined {
  const command = commandByName(revision, name);
  return command && commandLines(command, revision, values, undefined);
}

/**
 * The lines for a custom-3 word; nothing for other words. Funct 0 is four commands: without a value for rs1 all four
 * are explained.
 */
export function explainCommandWord(word: number, revision: IsaRevision, values: OperandValues): string[] | undefined {
  const parts = commandWord(word);
  if (parts === undefined) return undefined;
  const isOpen = parts.funct === 0 && values[0] === undefined;
  const variants = isOpen ? [0n, 1n, 2n, 3n] : [values[0] ?? 0n];
  const commands = variants.map((rs1) => commandOf(word, revision, rs1)).filter((one) => one !== undefined);
  const registers = [...(commands[0]?.hasResult ? [parts.rd] : []), parts.rs1, parts.rs2];
  const operands = registers.map((register) => INTEGER_REGISTERS[register]).join(', ');
  const title = (name: string): string => `0x${word.toString(16).padStart(8, '0')}   ${name} ${operands}`;
  if (commands.length === 0)
    return [title(`custom-3 with funct ${parts.funct}`), ...indented(notACommand(word, revision))];
  if (!isOpen) return [title(commands[0]!.name), ...commandLines(commands[0]!, revision, values, word).slice(1)];
  return [
    title('config'),
    ...indented([
      'funct 0 is four commands; bits 1:0 of rs1 tell which. Give the value of rs1 to see one decoded.',
      '',
    ]),
    ...commands.flatMap((command) => [...commandLines(command, revision, values, word), '']).slice(0, -1),
  ];
}

function notACommand(word: number, revision: IsaRevision): string[] {
  const { funct } = commandWord(word)!;
  const command = decodeCommand(revision, funct, 0);
  if (command === undefined) return ['no command of the accelerator has this funct'];
  const { plain, withResult } = ACCELERATOR_FUNCT3;
  return command.hasResult
    ? [`${command.name} needs funct3 ${withResult}`]
    : [`${command.name} needs funct3 ${plain} and rd x0`];
}

function commandLines(
  command: CommandDef,
  revision: IsaRevision,
  values: OperandValues,
  word: number | undefined,
): string[] {
  const encoding = wordPattern(command);
  return [
    [command.name, [...(command.hasResult ? ['rd'] : []), 'rs1', 'rs2'].join(', ')].join(' '),
    ...indented([
      command.summary,
      SUPPORT[command.support],
      ...syntaxInWords(command),
      '',
      ...bitPicture(encoding, parseBitPattern(encoding, 32), 32, word),
      ...operandLines('rs1', command.rs1, values[0]),
      ...operandLines('rs2', command.rs2, values[1]),
      ...revisionLines(command, revision),
    ]),
  ];
}

/** The form of the assembler that packs the operands itself. */
function syntaxInWords({ name, hasResult, rs1, rs2 }: CommandDef): string[] {
  const fields = [...rs1, ...rs2].filter(({ fixed }) => fixed === undefined);
  if (fields.length === 0) return [];
  const required = fields.filter((field) => field.default === undefined && field.kind !== 'flag');
  const shown = (required.length === 0 ? fields : required).map((field) =>
    field.kind === 'local' ? `${field.name}=sp(row)` : `${field.name}=…`,
  );
  const local = fields.some(({ kind }) => kind === 'local');
  const legend = Object.entries(LOCAL_ADDRESS_FUNCTIONS).map(
    ([function_, { summary }]) => `${function_}(row): ${summary}`,
  );
  return [
    `in words: ${name} ${[...(hasResult ? ['rd'] : []), ...shown].join(', ')}`,
    ...(local ? ['local addresses:', ...indented([...legend, 'garbage: no operand'])] : []),
  ];
}

const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');

function wordPattern({ funct, hasResult }: CommandDef): string {
  const { plain, withResult } = ACCELERATOR_FUNCT3;
  const tail = hasResult ? `${binary(withResult, 3)} rd` : `${binary(plain, 3)} 00000`;
  return `${binary(funct, 7)} rs2 rs1 ${tail} ${binary(ACCELERATOR_OPCODE, 7)}`;
}

function operandLines(name: string, fields: readonly OperandField[], value: bigint | undefined): string[] {
  const title = value === undefined ? name : `${name} = 0x${value.toString(16)}`;
  if (fields.length === 0) return ['', `${title}: not used`];
  const values = value === undefined ? undefined : unpackOperand(fields, value);
  const rows = fields
    .toReversed()
    .map((field) => [
      bitRange(field.lsb, field.width),
      field.name,
      ...(values === undefined ? [] : [valueText(field, values[field.name]!)]),
      meaning(field),
    ]);
  return ['', title, ...indented([...tableLines(rows), ...strayBits(fields, value)])];
}

function valueText(field: OperandField, value: bigint): string {
  const text = fieldValueText(field, value);
  const isWrong = field.fixed !== undefined && value !== BigInt(field.fixed);
  return isWrong ? `= ${text}, but must be ${field.fixed}` : `= ${text}`;
}

function meaning({ kind, summary, fixed, default: value, values, width, lsb }: OperandField): string {
  const named = Object.entries(values ?? {}).map(([name, number]) => `${number} ${name}`);
  const notes = [
    ...(kind === 'signed' ? ['signed'] : []),
    ...(named.length === 0 ? [] : [named.join(', ')]),
    ...(fixed === undefined ? [] : [`always ${fixed}`]),
    ...(value === undefined
      ? []
      : [`default ${fieldValueText({ name: '', kind, summary, width, lsb }, BigInt(value))}`]),
  ];
  return notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`;
}

/** Bits of the value that no field has. */
function strayBits(fields: readonly OperandField[], value: bigint | undefined): string[] {
  const used = fields.reduce((mask, { lsb, width }) => mask | (((1n << BigInt(width)) - 1n) << BigInt(lsb)), 0n);
  const stray = (value ?? 0n) & ~used;
  return stray === 0n ? [] : [`bits 0x${stray.toString(16)} of the value belong to no field`];
}

/** What the command looks like in revisions where it differs. */
function revisionLines(command: CommandDef, revision: IsaRevision): string[] {
  return ISA_REVISIONS.filter((one) => one !== revision).flatMap((other) => {
    const twin = commandByName(other, command.name);
    if (twin === undefined) return ['', `revision ${other} lacks the command`];
    if (layout(twin) === layout(command)) return [];
    return [
      '',
      `in revision ${other}:`,
      ...indented([...operandLines('rs1', twin.rs1, undefined), ...operandLines('rs2', twin.rs2, undefined)].slice(1)),
    ];
  });
}

const layout = ({ rs1, rs2 }: Pick<Command, 'rs1' | 'rs2'>): string => JSON.stringify([rs1, rs2]);
