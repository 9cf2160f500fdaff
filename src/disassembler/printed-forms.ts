/**
 * Which spelling of an instruction is printed: the first of the printed aliases that fits the word, else the
 * instruction's own name, as long as the extensions that the program was built for have it.
 */
import { PRINTED_ALIASES } from '../isa/aliases.ts';
import { type InstructionFields, insertField } from '../isa/bit-pattern.ts';
import { CSR_NUMBERS } from '../isa/csrs.ts';
import { INSTRUCTIONS, type InstructionDef } from '../isa/rv64.ts';

export interface PrintedForm {
  readonly name: string;
  readonly operands: readonly string[];
  readonly instruction: InstructionDef;
  readonly match: number;
  readonly mask: number;
  /** Extensions that it takes, in lower case; any one of them. */
  readonly extensions: readonly string[];
}

const FLOAT_CSRS: readonly number[] = [CSR_NUMBERS.fflags, CSR_NUMBERS.frm, CSR_NUMBERS.fcsr];

/** Multiplication is an extension of its own, too; privileged instructions come with the base. */
function extensionsOf({ extension, name }: InstructionDef, fixed: InstructionFields): readonly string[] {
  if (fixed.csr !== undefined && FLOAT_CSRS.includes(fixed.csr)) return ['f'];
  if (extension === 'M' && name.startsWith('mul')) return ['m', 'zmmul'];
  return [extension === 'S' ? 'i' : extension.toLowerCase()];
}

/** Fields that assemblers leave 0 and that GNU objdump demands to be: words with others are not the instruction. */
const ZERO_FIELDS: Readonly<Record<string, readonly string[]>> = {
  fence: ['fm', 'rs1', 'rd'],
  'fence.i': ['imm', 'rs1', 'rd'],
};

function makeForm(
  name: string,
  operands: readonly string[],
  instruction: InstructionDef,
  fixed: InstructionFields,
): PrintedForm {
  let { match, mask } = instruction;
  for (const [field, value] of Object.entries(fixed)) {
    const { slices } = instruction.fields.get(field)!;
    match |= insertField(instruction.fields.get(field)!, value);
    mask |= slices.reduce((bits, slice) => bits | ((2 ** slice.width - 1) << slice.wordLsb), 0);
  }
  return {
    name,
    operands,
    instruction,
    match: match >>> 0,
    mask: mask >>> 0,
    extensions: extensionsOf(instruction, fixed),
  };
}

/** An exact conversion is printed with its default rounding mode only. */
const zeroFields = ({ name, operands }: InstructionDef): InstructionFields =>
  Object.fromEntries(
    [...(ZERO_FIELDS[name] ?? []), ...(operands.includes('rne') ? ['rm'] : [])].map((one) => [one, 0]),
  );

const FORMS: readonly PrintedForm[] = [
  ...PRINTED_ALIASES.map(({ name, operands, instruction, fixed }) => makeForm(name, operands, instruction, fixed)),
  ...INSTRUCTIONS.filter(({ extension }) => extension !== 'X').map((instruction) =>
    makeForm(instruction.name, instruction.operands, instruction, zeroFields(instruction)),
  ),
];

const formsByOpcode: readonly (readonly PrintedForm[])[] = Array.from({ length: 128 }, (_, opcode) =>
  FORMS.filter(({ match }) => (match & 0x7f) === opcode),
);

const sourcesAreEqual = (word: number): boolean => ((word >>> 15) & 31) === ((word >>> 20) & 31);

/** The form that a 32-bit word is printed in. */
export const printedForm = (word: number, extensions: ReadonlySet<string>): PrintedForm | undefined =>
  formsByOpcode[word & 0x7f]!.find(
    (form) =>
      (word & form.mask) >>> 0 === form.match &&
      (!form.operands.includes('fs1=fs2') || sourcesAreEqual(word)) &&
      form.extensions.some((one) => extensions.has(one)),
  );
