/**
 * Explains an instruction word or a mnemonic: what it does, how it is encoded, what its fields mean. Everything is
 * computed from the tables of the ISA.
 */

import type { IsaRevision } from '../isa/accelerator.ts';
import { csrByName, csrPrivilege, isCsrReadOnly } from '../isa/csrs.ts';
import { instructionLength } from '../isa/decode.ts';
import { type Diagnostic, didYouMean, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { commandMnemonics, explainCommand, explainCommandWord, type OperandValues } from './explain-command.ts';
import { explainMnemonic, explainWord, INSTRUCTION_MNEMONICS } from './explain-instruction.ts';
import { PSEUDO_INSTRUCTIONS } from './pseudo-instructions.ts';

/** What can be wrong with a question: code → what it means. `docs/errors.md` lists this table. */
export const EXPLAIN_ERRORS = {
  EXP001: 'A word that is no instruction.',
  EXP002: 'A name that is no instruction, command or CSR.',
  EXP003: 'Operand values for something that is no accelerator command.',
} as const;

const explainError = (code: keyof typeof EXPLAIN_ERRORS, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);

/**
 * @param subject an instruction word (`0x00a58533`) or a mnemonic, command or CSR name
 * @param values of an accelerator command's operand registers
 * @returns lines of text
 */
export function explain(
  subject: string,
  values: OperandValues,
  revision: IsaRevision,
): Result<readonly string[], Diagnostic> {
  const name = subject.toLowerCase();
  return /^(0x[0-9a-f]+|0b[01]+|\d+)$/.test(name)
    ? explainNumber(BigInt(name), values, revision)
    : explainName(name, values, revision);
}

function explainNumber(
  number: bigint,
  values: OperandValues,
  revision: IsaRevision,
): Result<readonly string[], Diagnostic> {
  if (number >= 1n << 32n)
    return fail(
      explainError('EXP001', `0x${number.toString(16)} has more than 32 bits`, 'give a word of 16 or 32 bits'),
    );
  const word = Number(number);
  const command = explainCommandWord(word, revision, values);
  if (command !== undefined) return succeed(command);
  const isTooLong = instructionLength(word) === 2 && word > 0xffff;
  const lines = isTooLong ? undefined : explainWord(word);
  if (lines === undefined) return fail(explainError('EXP001', notAnInstruction(word)));
  return values.length === 0 ? succeed(lines) : fail(valuesWithoutCommand(`0x${word.toString(16)}`));
}

function notAnInstruction(word: number): string {
  const length = instructionLength(word);
  const text = `0x${word.toString(16)}`;
  if (length > 4) return `${text} begins an encoding of ${8 * length} bits, which RV64GC lacks`;
  if (length === 2 && word > 0xffff)
    return `${text} has more than 16 bits, but its two lowest (not 11) say that it is a 16-bit instruction`;
  return `${text} is no instruction of RV64GC and no command of the accelerator`;
}

const valuesWithoutCommand = (what: string): Diagnostic =>
  explainError('EXP003', `${what} is no accelerator command: only their operand values can be decoded`);

function explainName(
  name: string,
  values: OperandValues,
  revision: IsaRevision,
): Result<readonly string[], Diagnostic> {
  const command = explainCommand(name, revision, values);
  if (command !== undefined) return succeed(command);
  const sections = [pseudoLines(name), explainMnemonic(name), csrLines(name)].filter((one) => one !== undefined);
  if (sections.length === 0) return fail(unknownName(name, revision));
  if (values.length > 0) return fail(valuesWithoutCommand(name));
  return succeed(sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));
}

function unknownName(name: string, revision: IsaRevision): Diagnostic {
  const near = didYouMean(name, [
    ...commandMnemonics(revision),
    ...INSTRUCTION_MNEMONICS,
    ...PSEUDO_INSTRUCTIONS.map((one) => one.name),
    ...csrByName.keys(),
  ]);
  const hint = near === undefined ? 'docs/isa.md lists all instructions and commands' : `did you mean "${near}"?`;
  return explainError('EXP002', `no instruction, command or CSR is called "${name}"`, hint);
}

function pseudoLines(name: string): string[] | undefined {
  const forms = PSEUDO_INSTRUCTIONS.filter((one) => one.name === name);
  if (forms.length === 0) return undefined;
  return forms.flatMap(({ operands, sequence, summary }) => [
    `${name} ${operands}`.trimEnd(),
    `  ${summary}`,
    `  assembled as: ${sequence}`,
  ]);
}

const PRIVILEGES = ['user', 'supervisor', 'hypervisor', 'machine'] as const;

function csrLines(name: string): string[] | undefined {
  const csr = csrByName.get(name);
  if (csr === undefined) return undefined;
  const access = isCsrReadOnly(csr.number) ? 'read only' : 'read and write';
  return [
    `${name}: CSR 0x${csr.number.toString(16).padStart(3, '0')}`,
    `  ${csr.summary}`,
    `  ${access}, from ${PRIVILEGES[csrPrivilege(csr.number)]} mode up`,
    `  csrr rd, ${name} reads it${isCsrReadOnly(csr.number) ? '' : `; csrw, csrs and csrc ${name}, rs1 write it, set and clear bits`}`,
  ];
}
