/** `pollux expand`: what a loop command unrolls to. */
import { expandLoop, type PrimitiveCommand } from '../accel/expansion.ts';
import { type Command, commandByName, commandsOf, type IsaRevision } from '../isa/accelerator.ts';
import { type OperandField, operandFieldFits, packOperand } from '../isa/accelerator-fields.ts';
import { operandAssignments } from '../isa/operand-text.ts';
import { type Diagnostic, didYouMean } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { type ConfigOptions, configFromOptions } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { cliError } from './files.ts';
import { columns, errColours, note, print, report } from './terminal.ts';

export type Loop = 'loop_ws' | 'loop_conv_ws';

export async function expand(loop: Loop, assignments: readonly string[], options: ConfigOptions): Promise<number> {
  const effective = await configFromOptions(options);
  if (!effective.ok) {
    report(effective.errors);
    return exitCode('badInput');
  }
  const { accelerator } = effective.value.machine;
  const family = familyOf(loop, accelerator.isaRevision);
  const values = parseFields(family, assignments);
  if (!values.ok) {
    report(values.errors);
    return exitCode('usage');
  }
  const commands = family.map(({ funct, rs1, rs2 }) => ({
    funct7: funct,
    rs1: packOperand(rs1, values.value),
    rs2: packOperand(rs2, values.value),
    pc: 0n,
  }));
  const { commands: primitives, fault } = expandLoop(accelerator, commands);
  if (primitives.length > 0) print(columns(primitives.map(describe)));
  if (fault === undefined) return exitCode('success');
  note(`${errColours.red.bold(`fault[${fault.id}]`)}: ${fault.message}`);
  note(`  hint: ${fault.hint}`);
  return exitCode('badInput');
}

/** The configuration commands of a loop, and at last the command that starts it. */
function familyOf(loop: Loop, revision: IsaRevision): readonly Command[] {
  const known = commandsOf(revision).filter(({ support }) => support !== 'rtl');
  return [...known.filter(({ name }) => name.startsWith(`${loop}.`)), ...known.filter(({ name }) => name === loop)];
}

function parseFields(
  family: readonly Command[],
  assignments: readonly string[],
): Result<Record<string, bigint>, Diagnostic> {
  const fields = new Map(family.flatMap(({ rs1, rs2 }) => [...rs1, ...rs2]).map((field) => [field.name, field]));
  const values: Record<string, bigint> = {};
  for (const { name, default: value } of fields.values()) if (value !== undefined) values[name] = BigInt(value);
  const problems: Diagnostic[] = [];
  for (const text of assignments) {
    const [name, value] = text.split('=', 2) as [string, string | undefined];
    const field = fields.get(name);
    const number = field === undefined || value === undefined ? undefined : fieldValue(field, value);
    if (field === undefined) problems.push(unknownField(name, [...fields.keys()]));
    else if (number === undefined) problems.push(badField(field, text));
    else values[name] = number;
  }
  return problems.length > 0 ? fail(...problems) : succeed(values);
}

function fieldValue(field: OperandField, text: string): bigint | undefined {
  const named = field.values?.[text];
  if (named !== undefined) return BigInt(named);
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  return operandFieldFits(field, BigInt(text)) ? BigInt(text) : undefined;
}

function unknownField(name: string, known: readonly string[]): Diagnostic {
  const near = didYouMean(name, known);
  return cliError(
    'CLI003',
    `no field ${name}; fields: ${known.join(', ')}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

function badField({ name, width, values, summary }: OperandField, text: string): Diagnostic {
  const names = values === undefined ? '' : ` or one of ${Object.keys(values).join(', ')}`;
  return cliError('CLI003', `${text}: ${name} takes a number of ${width} bits${names}`, summary);
}

function describe({ name, rs1, rs2 }: PrimitiveCommand): string[] {
  const command = commandByName('current', name)!;
  return [name, [...operandAssignments(command.rs1, rs1), ...operandAssignments(command.rs2, rs2)].join(' ')];
}
