/**
 * Instruction encodings written as the RISC-V manual draws them: `imm[11:5] rs2 rs1 010 imm[4:0] 0100011`. Read from
 * bit 31 (or 15) down to bit 0, separated by blanks: binary digits are fixed bits, a name is a field. Brackets say which
 * bits of the field's value sit there (`imm[4:1|11]`); a field without brackets has its width in `FIELD_WIDTHS`.
 */

/** Width in bits of the fields that always appear whole. A prime marks the 3-bit registers x8–x15 of compressed code. */
const FIELD_WIDTHS: Readonly<Record<string, number>> = {
  rd: 5,
  rs1: 5,
  rs2: 5,
  rs3: 5,
  "rd'": 3,
  "rs1'": 3,
  "rs2'": 3,
  rm: 3,
  csr: 12,
  aq: 1,
  rl: 1,
  fm: 4,
  pred: 4,
  succ: 4,
  funct7: 7,
  xd: 1,
  xs1: 1,
  xs2: 1,
};

/** `width` bits of the field's value from `valueLsb` sit in the word from `wordLsb`. */
export interface FieldSlice {
  readonly wordLsb: number;
  readonly valueLsb: number;
  readonly width: number;
}

export interface InstructionField {
  readonly name: string;
  readonly slices: readonly FieldSlice[];
  /** Two's complement; immediates called `imm` are, those called `uimm` are not. */
  readonly isSigned: boolean;
  /** Bits of the value, counting the low ones that are not stored because they are zero. */
  readonly width: number;
  /** Low bits that are always zero. */
  readonly zeroBits: number;
  /** Added to the stored bits: 8 for the 3-bit register fields. */
  readonly bias: number;
}

export interface BitPattern {
  readonly match: number;
  readonly mask: number;
  readonly fields: ReadonlyMap<string, InstructionField>;
}

/** Field name → value. Registers are 0–31, immediates have their sign. */
export type InstructionFields = Readonly<Record<string, number>>;

/** @throws when the pattern is not `width` bits wide: a mistake in a table of ours */
export function parseBitPattern(pattern: string, width: 16 | 32): BitPattern {
  const slices = new Map<string, FieldSlice[]>();
  let top: number = width;
  let match = 0;
  let mask = 0;
  for (const token of pattern.split(' ')) {
    if (/^[01]+$/.test(token)) {
      top -= token.length;
      match |= Number.parseInt(token, 2) << top;
      mask |= (2 ** token.length - 1) << top;
      continue;
    }
    const { name, ranges } = parseField(token);
    for (const [high, low] of ranges) {
      top -= high - low + 1;
      slices.set(name, [...(slices.get(name) ?? []), { wordLsb: top, valueLsb: low, width: high - low + 1 }]);
    }
  }
  if (top !== 0) throw new Error(`bit pattern "${pattern}" is ${width - top} bits wide, not ${width}`);
  const fields = new Map([...slices].map(([name, parts]) => [name, makeField(name, parts)]));
  return { match: match >>> 0, mask: mask >>> 0, fields };
}

function parseField(token: string): { name: string; ranges: [number, number][] } {
  const [, name, list] = /^([a-z0-9']+)(?:\[([0-9:|]+)\])?$/.exec(token) ?? [];
  if (name === undefined) throw new Error(`bad token "${token}" in a bit pattern`);
  if (list === undefined) {
    const width = FIELD_WIDTHS[name];
    if (width === undefined) throw new Error(`field "${name}" has no known width`);
    return { name, ranges: [[width - 1, 0]] };
  }
  const ranges = list.split('|').map((range): [number, number] => {
    const [high, low = high] = range.split(':').map(Number);
    return [high!, low!];
  });
  return { name, ranges };
}

const makeField = (name: string, slices: readonly FieldSlice[]): InstructionField => ({
  name,
  slices,
  isSigned: name === 'imm',
  width: Math.max(...slices.map((slice) => slice.valueLsb + slice.width)),
  zeroBits: Math.min(...slices.map((slice) => slice.valueLsb)),
  bias: name.endsWith("'") ? 8 : 0,
});

/** The value of one field of an instruction word. */
export function extractField(field: InstructionField, word: number): number {
  let value = 0;
  for (const { wordLsb, valueLsb, width } of field.slices) value |= ((word >>> wordLsb) & (2 ** width - 1)) << valueLsb;
  const unused = 32 - field.width;
  return (field.isSigned ? (value << unused) >> unused : value) + field.bias;
}

/** The word bits that hold `value`, which must fit (`fieldFits`). */
export function insertField(field: InstructionField, value: number): number {
  const stored = value - field.bias;
  let word = 0;
  for (const { wordLsb, valueLsb, width } of field.slices) {
    word |= ((stored >>> valueLsb) & (2 ** width - 1)) << wordLsb;
  }
  return word >>> 0;
}

/** Can the field hold `value` exactly? */
export function fieldFits(field: InstructionField, value: number): boolean {
  const { min, max } = fieldRange(field);
  return value >= min && value <= max && (value - field.bias) % 2 ** field.zeroBits === 0;
}

/** Smallest and largest value of the field, both included. */
export function fieldRange(field: InstructionField): { min: number; max: number } {
  const { width, zeroBits, bias } = field;
  const step = 2 ** zeroBits;
  if (field.isSigned) return { min: -(2 ** (width - 1)), max: 2 ** (width - 1) - step };
  return { min: bias, max: 2 ** width - step + bias };
}

/** The instruction word with these field values; every field of the pattern must be given. */
export function packFields(pattern: BitPattern, values: InstructionFields): number {
  let word = pattern.match;
  for (const field of pattern.fields.values()) {
    const value = values[field.name];
    if (value === undefined || !fieldFits(field, value))
      throw new RangeError(`field ${field.name} cannot hold ${value}`);
    word |= insertField(field, value);
  }
  return word >>> 0;
}

export function unpackFields(pattern: BitPattern, word: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const field of pattern.fields.values()) values[field.name] = extractField(field, word);
  return values;
}
